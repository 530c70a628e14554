// What a plan says of a resize that waits to be confirmed by the user.
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

// What the cloud refuses in VERIFY_RESIZE (real-nova.md 6, states.md section 5).
std::vector<std::string> RefusedChanges(const Server& prior, const Server& planned) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, const auto& before, const auto& after) {
    if (!after.is_unknown() && !(before == after)) names.push_back(name);
  };
  compare("power_state", prior.power_state, planned.power_state);
  compare("tags", prior.tags, planned.tags);
  compare("metadata", prior.metadata, planned.metadata);
  compare("admin_password", prior.admin_password, planned.admin_password);
  compare("admin_password_wo_version", prior.admin_password_wo_version,
          planned.admin_password_wo_version);
  return names;
}

}  // namespace

void PlanManualResize(schema::Planning<Server>& planning) {
  const Server& prior = *planning.prior;
  const Server& planned = planning.planned;
  const bool manual =
      planned.resize.is_known() && planned.resize->confirm.value_or("automatic") == "manual";
  if (!manual || !planning.replace.empty()) return;
  const std::string name = prior.name.value_or(prior.id.value_or("The server"));
  if (!(prior.flavor == planned.flavor)) {
    planning.notes.Warn(
        "The resize will wait for you to confirm it",
        absl::StrCat(
            "resize.confirm is \"manual\": after this apply ", name,
            " stays in VERIFY_RESIZE. Until the resize is confirmed or reverted the cloud "
            "refuses to start, stop or restart the server and to change its tags, metadata "
            "and password. The other changes of this apply are made before the resize."),
        Path("resize") / "confirm");
    return;
  }
  if (!prior.status.is_known() || prior.status.value() != "VERIFY_RESIZE") return;
  const std::vector<std::string> refused = RefusedChanges(prior, planned);
  if (refused.empty()) return;
  planning.notes.Warn(
      "The cloud refuses these changes until the resize is confirmed",
      absl::StrCat(name,
                   " waits in VERIFY_RESIZE, because resize.confirm is \"manual\". Until the "
                   "resize is confirmed or reverted the cloud refuses a change of ",
                   absl::StrJoin(refused, ", "),
                   ", and this apply will fail. Set resize.confirm to \"automatic\" to confirm "
                   "first, in the same apply, or set flavor back to revert."),
      Path(refused.front()));
}

}  // namespace ecs::resources::server
