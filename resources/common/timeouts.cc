#include "resources/common/timeouts.h"

#include "absl/strings/str_cat.h"
#include "provider/schema/value_checks.h"

namespace ecs::resources {
namespace {

std::string Doc(const std::string& what, Duration otherwise) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(otherwise).count();
  return absl::StrCat("For ", what, ". ", minutes, "m unless set.");
}

}  // namespace

std::shared_ptr<const schema::RowSet> TimeoutRows(const schema::Timeouts& defaults) {
  schema::Attributes<TimeoutTexts> rows;
  rows.add({.name = "create",
            .field = &TimeoutTexts::create,
            .on_change = schema::Setting{},
            .checks = {schema::IsDuration()},
            .doc = Doc("creation", defaults.create)});
  rows.add({.name = "read",
            .field = &TimeoutTexts::read,
            .on_change = schema::Setting{},
            .checks = {schema::IsDuration()},
            .doc = Doc("each refresh", defaults.read)});
  rows.add({.name = "update",
            .field = &TimeoutTexts::update,
            .on_change = schema::Setting{},
            .checks = {schema::IsDuration()},
            .doc = Doc("all changes of one update together", defaults.update)});
  rows.add({.name = "delete",
            .field = &TimeoutTexts::remove,
            .on_change = schema::Setting{},
            .checks = {schema::IsDuration()},
            .doc = Doc("deletion", defaults.remove)});
  return rows;
}

}  // namespace ecs::resources
