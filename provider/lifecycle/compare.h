// Whether the cloud has what was planned: success is checked (design.md section 4.12).
#pragma once

#include <vector>

#include "base/path.h"
#include "provider/cty/value.h"
#include "provider/schema/row.h"

namespace ecs::lifecycle {

// An attribute that is not what was planned.
struct Mismatch {
  Path path = {};
  cty::Value planned = {};
  cty::Value found = {};
  bool sensitive = false;
};

// Compares what the user decided with what was found: configured attributes, and those that had a
// value in `prior` and are planned to have none. `found` must begin as what was planned, with what
// the cloud shows put over it: then an attribute that the cloud never shows is no mismatch.
//
// Not compared are settings and write-only attributes, which the cloud does not have; computed
// attributes without configuration, which others may change meanwhile; and values that were not
// wholly known in the plan. Two spellings that mean the same (the row's `same`) are equal, and so
// are null and empty. A map must have each planned entry, and none of those that were to go; others
// may have been added by the cloud. The order of a set does not matter.
//
// `prior` is null for a create.
std::vector<Mismatch> Mismatches(const schema::RowSet& rows, const cty::Value& prior,
                                 const cty::Value& config, const cty::Value& planned,
                                 const cty::Value& found);

// An error for each: which attribute of which object, what was planned, what was found, and what to
// do. `found` tells the object's id and name.
std::vector<Error> ErrorsOf(const std::vector<Mismatch>& mismatches, const std::string& type,
                            const cty::Value& found, bool created);

}  // namespace ecs::lifecycle
