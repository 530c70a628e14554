// ecs_server as the cloud has it. Every status is readable (design.md section 4.3).
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/schema/mapping.h"
#include "resources/common/crypto.h"
#include "resources/common/difference.h"
#include "resources/common/reach.h"
#include "resources/server/mark.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

Attr<std::string> PowerStateOf(const client::Server& found, const Attr<std::string>& known) {
  if (found.task_state == "powering-on") return kActive;
  if (found.task_state == "powering-off") return kShutoff;
  if (found.status == kActive || found.status == kShutoff) return found.status;
  // Between two states the goal is what the state says; a new state takes what the host sees.
  if (known.is_known()) return known;
  if (found.power_state == 1) return kActive;
  if (found.power_state == 4) return kShutoff;
  return {};
}

void FillMaps(const client::Server& found, const Server& state, bool importing, Server& out) {
  if (found.shown.tags) {
    const bool no_tags = found.tags.empty() && !importing && !state.tags.is_known();
    out.tags = no_tags ? Attr<Texts>() : Attr<Texts>(found.tags);
  }
  if (!found.shown.metadata) return;
  Texts metadata;
  for (const auto& [key, text] : found.metadata) {
    const bool ours = state.metadata.is_known() ? state.metadata->count(key) > 0
                                                : importing && !IsReservedMetadata(key);
    if (ours) metadata.emplace(key, text);
  }
  const bool no_metadata = metadata.empty() && !importing && !state.metadata.is_known();
  out.metadata = no_metadata ? Attr<Texts>() : Attr<Texts>(metadata);
}

Status FillAutoRecovery(const Call& call, Cloud& cloud, const Server& state,
                        schema::Reading& reading, Server& out) {
  // Unmanaged it stays null and costs no call (design.md section 2).
  if (!reading.importing && !state.auto_recovery.is_known()) return Ok{};
  const bool wanted = state.auto_recovery.value_or(false);
  const Result<std::optional<bool>> on = cloud.ecs.GetAutoRecovery(call, state.id.value());
  if (!on.ok()) {
    if (!client::NotOffered(on.error())) return on.error();
    // The cloud cannot show it: what is known stays.
    if (wanted) WarnNotOffered(on.error(), reading.notes);
    return Ok{};
  }
  if (!*on) return Ok{};
  if (wanted && !**on) {
    const std::string flavor = out.flavor.value_or("");
    // "Off" is no drift of "on" then: it would be planned in every plan and never be done.
    ASSIGN_OR_RETURN(const bool lacks, FlavorLacksAutoRecovery(call, cloud, flavor));
    if (lacks) {
      WarnNotOffered({.code = Code::kNotFound,
                      .detail = absl::StrCat("The flavor ", flavor, " has no automatic recovery.")},
                     reading.notes);
      return Ok{};
    }
  }
  out.auto_recovery = **on;
  return Ok{};
}

void WarnOfStatus(const client::Server& found, schema::Diagnostics& notes) {
  if (found.task_state == "deleting") {
    notes.Warn(absl::StrCat("The server ", found.name, " is being deleted"),
               absl::StrCat("The cloud is deleting it (", client::Describe(found),
                            "), and not by this apply: somebody else asked for it, or a destroy "
                            "that was interrupted. Once it is gone, a plan creates it anew."));
  } else if (found.status == "ERROR") {
    notes.Warn(absl::StrCat("The server ", found.name, " is in status ERROR"), FaultText(found));
  } else if (found.status == "UNKNOWN" || found.status == "SHELVED" ||
             found.status == "SHELVED_OFFLOADED" || found.status == "PAUSED" ||
             found.status == "SUSPENDED") {
    notes.Warn(absl::StrCat("The server ", found.name, " is in the unusual status ", found.status),
               "It is left as it is. Changing it may fail until it is ACTIVE or SHUTOFF again.");
  }
}

}  // namespace

bool IsReservedMetadata(const std::string& key) {
  static const char* const kExact[] = {"charging_mode",
                                       "vpc_id",
                                       "EcmResStatus",
                                       "image_name",
                                       "os_bit",
                                       "os_type",
                                       "agency_name",
                                       "lockSource",
                                       "lockSourceId",
                                       "lockScene",
                                       "lockCheckEndpoint",
                                       "virtual_env_type",
                                       "op_svc_userid",
                                       "admin_pass",
                                       "BYOL",
                                       kCreateMark,
                                       "cascaded.instance_extrainfo"};
  if (absl::StartsWith(key, "metering.") || absl::StartsWith(key, "__")) return true;
  return std::any_of(std::begin(kExact), std::end(kExact),
                     [&](const char* exact) { return key == exact; });
}

void WarnNotOffered(const Error& error, schema::Diagnostics& notes) {
  notes.Warn("Automatic recovery is not available",
             absl::StrCat(
                 "The cloud, or the server's flavor, does not offer automatic recovery: it is not "
                 "in force, although auto_recovery = true. Remove the attribute to end this "
                 "warning, or use a flavor that offers it.\n\n",
                 error.Text()),
             Path("auto_recovery"));
}

Result<bool> FlavorLacksAutoRecovery(const Call& call, Cloud& cloud, const std::string& flavor_id) {
  const Result<client::Flavor> flavor = cloud.flavors.Read(call, flavor_id);
  if (flavor.ok()) return !client::OffersAutoRecovery(*flavor);
  const Code code = flavor.error().code;
  if (code == Code::kCancelled || code == Code::kTimeout) return flavor.error();
  return false;
}

Result<std::optional<Server>> Read(const Call& call, Cloud& cloud, const Server& state,
                                   schema::Reading& reading) {
  if (!state.id.is_known()) return std::optional<Server>();
  const std::string& id = state.id.value();
  const bool single = reading.importing || !state.network_interface.is_known();
  const Result<client::Server> found =
      cloud.fleet.Read(call, id, single ? client::ReadKind::kSingle : client::ReadKind::kShared);
  if (!found.ok()) {
    if (found.error().code == Code::kNotFound) return std::optional<Server>();
    return found.error().While(absl::StrCat("Reading the server ", id, " failed"));
  }
  cloud.unfinished.Claim(id);
  Server out = state;
  RETURN_IF_ERROR(schema::FillFrom(Rows().erased(), *found, out));
  // The cloud shows the flavor that is not confirmed yet (design.md section 4.2).
  if (IsResizing(found->status) && state.flavor.is_known()) out.flavor = state.flavor;
  out.power_state = PowerStateOf(*found, state.power_state);
  if (reading.importing && found->shown.description) out.description = found->description;
  FillMaps(*found, state, reading.importing, out);
  RETURN_IF_ERROR(FillNetworkInterface(call, cloud, *found, out));
  RETURN_IF_ERROR(FillSystemDisk(call, cloud, *found, out));
  RETURN_IF_ERROR(FillAutoRecovery(call, cloud, state, reading, out));
  // Importing keeps user_data unknown to the state, unless the cloud shows what it injected.
  if (reading.importing && !found->user_data.empty()) {
    // Only its hash leaves this line.
    out.user_data_hash = Sha256Hex(found->user_data.Reveal());
  }
  WarnOfStatus(*found, reading.notes);
  // What is being imported is in no state yet: the run may end before it is.
  if (!reading.importing) TakeMarkAway(call, cloud, *found, reading.notes);
  return std::optional<Server>(std::move(out));
}

}  // namespace ecs::resources::server
