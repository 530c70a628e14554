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

using client::ServerAddress;

Attr<std::string> TextOrNull(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

// Metadata that the cloud keeps for itself (ecs-v1.md sections 2.7 and 4).
bool IsSystemKey(const std::string& key) {
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

// The port known already, else the one the cloud calls primary, else the first.
const ServerAddress* PrimaryAddress(const client::Server& found, const Server& state) {
  const ServerAddress* first = nullptr;
  const ServerAddress* primary = nullptr;
  for (const ServerAddress& address : found.addresses) {
    if (address.type != "fixed" || address.version != 4) continue;
    const bool known = state.network_interface.is_known() &&
                       state.network_interface->port_id.is_known() &&
                       state.network_interface->port_id.value() == address.port_id;
    if (known) return &address;
    if (first == nullptr) first = &address;
    if (address.primary && primary == nullptr) primary = &address;
  }
  return primary != nullptr ? primary : first;
}

void FillNetworkInterface(const client::Server& found, const Server& state, Server& out) {
  NetworkInterface nic =
      state.network_interface.is_known() ? state.network_interface.value() : NetworkInterface();
  if (const ServerAddress* address = PrimaryAddress(found, state)) {
    nic.fixed_ip = TextOrNull(address->addr);
    nic.port_id = TextOrNull(address->port_id);
    nic.mac_address = TextOrNull(address->mac);
  }
  if (!nic.ipv6_enabled.is_known()) {
    nic.ipv6_enabled =
        std::any_of(found.addresses.begin(), found.addresses.end(),
                    [](const ServerAddress& address) { return address.version == 6; });
  }
  std::set<std::string> groups;
  for (const client::SecurityGroup& group : found.security_groups) {
    if (!group.id.empty()) groups.insert(group.id);
  }
  if (!groups.empty()) nic.security_group_ids = groups;
  out.network_interface = nic;
}

bool HasGroupIds(const client::Server& found) {
  return std::all_of(found.security_groups.begin(), found.security_groups.end(),
                     [](const client::SecurityGroup& group) { return !group.id.empty(); });
}

void FillSystemDisk(const client::Server& found, const Server& state, Server& out) {
  SystemDisk disk = state.system_disk.is_known() ? state.system_disk.value() : SystemDisk();
  for (const client::VolumeAttachment& volume : found.volumes) {
    if (volume.boot_index == 0) disk.id = TextOrNull(volume.id);
  }
  out.system_disk = disk;
}

// What only more calls can tell: asked once, when the server is new to this state.
Status FillDetails(const Call& call, Cloud& cloud, const client::Server& found, Server& out) {
  NetworkInterface& nic = out.network_interface.value();
  SystemDisk& disk = out.system_disk.value();
  if (!nic.network_id.is_known()) {
    ASSIGN_OR_RETURN(const std::vector<client::Interface> interfaces,
                     cloud.ecs.ListInterfaces(call, found.id));
    for (const client::Interface& interface : interfaces) {
      if (nic.port_id.is_known() && interface.port_id != nic.port_id.value()) continue;
      nic.network_id = TextOrNull(interface.net_id);
      nic.port_id = TextOrNull(interface.port_id);
      break;
    }
  }
  if (disk.id.is_known() && (!disk.size_gb.is_known() || !disk.type.is_known())) {
    ASSIGN_OR_RETURN(const client::Volume volume, cloud.ecs.GetVolume(call, disk.id.value()));
    disk.size_gb = volume.size_gb;
    disk.type = TextOrNull(volume.type);
    disk.kms_key_id = TextOrNull(volume.kms_key_id);
  }
  return Ok{};
}

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
  const bool no_tags = found.tags.empty() && (importing || !state.tags.is_known());
  out.tags = no_tags ? Attr<Texts>() : Attr<Texts>(found.tags);
  Texts metadata;
  for (const auto& [key, text] : found.metadata) {
    const bool ours =
        state.metadata.is_known() ? state.metadata->count(key) > 0 : importing && !IsSystemKey(key);
    if (ours) metadata.emplace(key, text);
  }
  const bool no_metadata = metadata.empty() && (importing || !state.metadata.is_known());
  out.metadata = no_metadata ? Attr<Texts>() : Attr<Texts>(metadata);
}

Status FillAutoRecovery(const Call& call, Cloud& cloud, const Server& state,
                        schema::Reading& reading, Server& out) {
  // Unmanaged it stays null and costs no call (design.md section 2).
  if (!reading.importing && !state.auto_recovery.is_known()) return Ok{};
  const Result<bool> on = cloud.ecs.GetAutoRecovery(call, state.id.value());
  if (on.ok()) {
    out.auto_recovery = *on;
    return Ok{};
  }
  if (!client::NotOffered(on.error())) return on.error();
  // "false" asks for nothing that the cloud could lack.
  const bool off = state.auto_recovery.is_known() && !state.auto_recovery.value();
  out.auto_recovery = off ? Attr<bool>(false) : Attr<bool>();
  if (!off && !reading.importing) WarnNotOffered(on.error(), reading.notes);
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

void WarnNotOffered(const Error& error, schema::Diagnostics& notes) {
  notes.Warn(
      "Automatic recovery is not available",
      absl::StrCat("The cloud, or the server's flavor, does not offer automatic recovery, so "
                   "auto_recovery is null and nothing was changed. Remove the attribute to "
                   "end this warning, or use a flavor that offers it.\n\n",
                   error.Text()),
      Path("auto_recovery"));
}

Result<std::optional<Server>> Read(const Call& call, Cloud& cloud, const Server& state,
                                   schema::Reading& reading) {
  if (!state.id.is_known()) return std::optional<Server>();
  const std::string& id = state.id.value();
  const bool single = reading.importing || !state.network_interface.is_known();
  Result<client::Server> found =
      cloud.fleet.Read(call, id, single ? client::ReadKind::kSingle : client::ReadKind::kShared);
  // The lists of some clouds name groups without their ids.
  if (found.ok() && !HasGroupIds(*found)) {
    found = cloud.fleet.Read(call, id, client::ReadKind::kSingle);
  }
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
  FillNetworkInterface(*found, state, out);
  FillSystemDisk(*found, state, out);
  FillMaps(*found, state, reading.importing, out);
  RETURN_IF_ERROR(FillDetails(call, cloud, *found, out));
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
