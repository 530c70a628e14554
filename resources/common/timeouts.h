// The attribute `timeouts`, the same in every resource.
#pragma once

#include <memory>
#include <string>

#include "provider/schema/resource_type.h"

namespace ecs::resources {

// Texts such as "90s", "20m", "1h30m". lifecycle/timeouts reads them.
struct TimeoutTexts {
  schema::Attr<std::string> create = {};
  schema::Attr<std::string> read = {};
  schema::Attr<std::string> update = {};
  schema::Attr<std::string> remove = {};
  bool operator==(const TimeoutTexts&) const = default;
};

// One row for each of create, read, update and delete; each doc names the
// default.
std::shared_ptr<const schema::RowSet> TimeoutRows(const schema::Timeouts& defaults);

template <class T>
schema::RowSpec<T> TimeoutsRow(schema::Attr<TimeoutTexts> T::*field,
                               const schema::Timeouts& defaults) {
  return {.name = "timeouts",
          .field = field,
          .rows = TimeoutRows(defaults),
          .on_change = schema::Setting{},
          .doc = "How long each operation may take, such as \"90s\", \"20m\" or \"1h30m\"."};
}

}  // namespace ecs::resources
