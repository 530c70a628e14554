// Making the planned state true. Contract: lifecycle.md section 7.
#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

// Success is checked: what was read back after a create or a change must be what was planned
// (compare.h), or the apply fails, naming attribute, planned and found value, and the state is what
// was found.
struct ApplyResult {
  // Wholly known. After an error it holds what was really done; null if nothing exists.
  cty::Value state = {};
  std::string private_bytes = {};  // to be stored with the state
  // Of what exists afterwards; none where it could not be told: then the stored one stays.
  std::optional<cty::Value> identity = {};
  schema::Diagnostics notes = {};
};

// What Terraform stores of an object beside its state.
struct Stored {
  std::string private_bytes = {};
  std::optional<cty::Value> identity = {};
};

// prior is null for a create, planned null for a delete. config holds the write-only values. The
// call's deadline is narrowed to the timeout that the user or the resource gives the operation.
// What is to be deleted and was seen in another region or project is not taken for gone.
ApplyResult Apply(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                  const cty::Value& prior, const cty::Value& planned, const cty::Value& config,
                  const Stored& stored = {});

}  // namespace ecs::lifecycle
