// What a plan of ecs_server knows beyond its rows, and what validation does.
#include "absl/strings/str_cat.h"
#include "resources/common/crypto.h"
#include "resources/common/user_data.h"
#include "resources/server/mark.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using Planning = schema::Planning<Server>;

bool Runs(const Server& server) {
  if (server.power_state.is_known()) return server.power_state.value() == kActive;
  return server.status.is_known() && server.status.value() == kActive;
}

void PlanUserData(Planning& planning) {
  const Attr<std::string>& user_data = planning.config.user_data;
  Attr<std::string>& hash = planning.planned.user_data_hash;
  if (user_data.is_unknown()) {
    hash = Attr<std::string>::Unknown();
  } else if (user_data.is_known() && !user_data.value().empty()) {
    hash = Sha256Hex(user_data.value());
  } else if (!planning.prior || user_data.is_known()) {
    // An empty one is none: the cloud shows no difference.
    hash = Attr<std::string>();
  }
  if (!planning.prior || planning.prior->user_data_hash == hash) return;
  // An imported or moved server has no hash although it may have been made with this user_data: it
  // is not replaced for that.
  const bool was_known = planning.prior->user_data_hash.is_known();
  // Decided only during the apply, it may turn out true: Terraform does not allow a replacement
  // then that was not planned.
  const Attr<bool>& wish = planning.planned.user_data_replace_on_change;
  const bool replaces = wish.is_unknown() || wish.value_or(false);
  if (was_known && replaces) planning.replace.push_back(Path("user_data_hash"));
  if (was_known == replaces) return;
  planning.notes.Warn(
      "Other user_data reaches new servers only",
      absl::StrCat("The cloud runs user_data at the first start of a server. This change is noted "
                   "in the state, and the server stays as it is. To create a new server instead, ",
                   was_known ? "set user_data_replace_on_change = true."
                             : "use terraform apply -replace=ADDRESS."),
      Path("user_data"));
}

void PlanSystemDisk(Planning& planning) {
  const Server& prior = *planning.prior;
  if (!prior.system_disk.is_known() || !planning.planned.system_disk.is_known()) return;
  const Attr<std::int64_t>& before = prior.system_disk->size_gb;
  const Attr<std::int64_t>& after = planning.planned.system_disk->size_gb;
  const Path path = Path("system_disk") / "size_gb";
  if (before.is_known() && after.is_unknown()) {
    planning.replace.push_back(path);
    planning.notes.Warn(
        "The size of the system disk is not known yet",
        absl::StrCat("size_gb will be known only during the apply. It may be less than the ",
                     before.value(),
                     " GiB that the disk has, and a volume can only grow, so the "
                     "server is planned to be replaced, with the loss of its system disk. To "
                     "keep it, give size_gb a value that is known in the plan, or apply first "
                     "what that value comes from (terraform apply -target=ADDRESS)."),
        path);
    return;
  }
  if (!before.is_known() || !after.is_known() || after.value() >= before.value()) return;
  planning.replace.push_back(path);
  planning.notes.Warn(
      "A smaller system disk needs a new server",
      absl::StrCat("A volume can only grow: going from ", before.value(), " to ", after.value(),
                   " GiB deletes the server with its system disk and creates "
                   "another."),
      path);
}

void WarnOfLoss(Planning& planning) {
  if (planning.prior->image_id == planning.planned.image_id) return;
  planning.notes.Warn("The system disk will be lost",
                      "Another image_id deletes the server together with its system disk and "
                      "creates a new one. Whatever is on that disk is gone afterwards.",
                      Path("image_id"));
}

void WarnOfRestart(Planning& planning) {
  const Server& prior = *planning.prior;
  if (!Runs(prior) || !planning.replace.empty()) return;
  const std::string name = prior.name.value_or(prior.id.value_or("the server"));
  if (!(prior.flavor == planning.planned.flavor)) {
    planning.notes.Warn(
        "The running server will be restarted",
        absl::StrCat("Changing the flavor of ", name, " from ", prior.flavor.value_or("?"), " to ",
                     planning.planned.flavor.value_or("a value known after apply"),
                     " stops it, moves it and starts it again."),
        Path("flavor"));
  }
  const Attr<std::string>& power = planning.planned.power_state;
  if (power.is_known() && power.value() == kShutoff) {
    planning.notes.Warn("The running server will be stopped",
                        absl::StrCat(name, " is running and power_state asks for ", kShutoff, "."),
                        Path("power_state"));
  }
}

// An unsettled server needs an update even if nothing is to be changed: its functions finish what
// an earlier run began (design.md section 4.2).
void PlanSettling(Planning& planning) {
  const Server& prior = *planning.prior;
  if (!prior.status.is_known() || !IsResizing(prior.status.value())) return;
  const Attr<Resize>& resize = planning.planned.resize;
  const bool manual = resize.is_known() && resize->confirm.value_or("automatic") == "manual";
  const bool waits_for_the_user =
      manual && prior.status.value() == "VERIFY_RESIZE" && prior.flavor == planning.planned.flavor;
  if (waits_for_the_user) return;
  planning.planned.status = Attr<std::string>::Unknown();
  planning.planned.vm_state = Attr<std::string>::Unknown();
  planning.planned.task_state = Attr<std::string>::Unknown();
  planning.planned.host_id = Attr<std::string>::Unknown();
  planning.planned.updated_at = Attr<std::string>::Unknown();
  planning.notes.Warn(
      "An unfinished resize will be finished",
      absl::StrCat("The server is in status ", prior.status.value(),
                   ": an earlier resize was not confirmed. Applying confirms it if the server has "
                   "the wanted flavor, and otherwise reverts it."),
      Path("flavor"));
}

// The cloud overwrites such a key or does not show it: it would differ in every plan.
void ValidateMetadata(const Server& config, schema::Diagnostics& notes) {
  if (!config.metadata.is_known()) return;
  for (const auto& [key, text] : config.metadata.value()) {
    if (!IsReservedMetadata(key)) continue;
    const char* use = key == kCreateMark
                          ? "The provider marks servers whose creation is not finished with the "
                            "metadata key "
                          : "The cloud keeps for itself the metadata key ";
    notes.AddError("Reserved metadata key",
                   absl::StrCat(use, key, ". Use another key, or leave it out."),
                   Path("metadata").At(key));
  }
}

}  // namespace

bool IsResizing(const std::string& status) {
  return status == "RESIZE" || status == "VERIFY_RESIZE" || status == "REVERT_RESIZE";
}

void Validate(const Server& config, schema::Diagnostics& notes) {
  ValidatePasswords(config, notes);
  if (config.user_data.is_known() && config.user_data.value().size() > kUserDataMaxBytes) {
    notes.AddError("user_data is too long",
                   absl::StrCat("user_data may have at most 32 KiB; this is ",
                                config.user_data.value().size(), " bytes."),
                   Path("user_data"));
  }
  ValidateMetadata(config, notes);
  if (config.dedicated_host_id.is_known() && config.tenancy.value_or("dedicated") != "dedicated") {
    notes.AddError("Contradicting placement", "dedicated_host_id needs tenancy = \"dedicated\".",
                   Path("dedicated_host_id"));
  }
}

void PlanServer(Planning& planning) {
  PlanUserData(planning);
  if (!planning.prior) return;
  PlanSystemDisk(planning);
  WarnOfLoss(planning);
  WarnOfRestart(planning);
  PlanSettling(planning);
  PlanManualResize(planning);
}

}  // namespace ecs::resources::server
