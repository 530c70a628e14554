#include "resources/server/moves.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "client/json.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using schema::Json;
using Texts = std::map<std::string, std::string>;

template <class T>
struct TextRow {
  std::string_view from = {};
  Attr<std::string> T::*to = nullptr;
};

struct FlagRow {
  std::string_view from = {};
  Attr<bool> Server::*to = nullptr;
  // The source's default: stored for those who never set it, and so no wish to carry over.
  std::optional<bool> unset = {};
};

struct MapRow {
  std::string_view from = {};
  Attr<Texts> Server::*to = nullptr;
};

// Where a type keeps what ecs_server has. Blocks are lists, also where there can be only one.
//
// Nobody carries the system disk's size: read trusts a known type and size and never looks again,
// but a disk may have grown since the source was last applied. Nor user_data: all of these store
// its SHA-1, and user_data_hash is a SHA-256.
struct Source {
  std::vector<TextRow<Server>> texts = {};  // a later row wins where it has a text
  std::vector<FlagRow> flags = {};
  std::vector<MapRow> maps = {};
  std::string_view power_state = {};
  std::string_view hints_block = {};
  std::vector<TextRow<Server>> hints = {};
  std::string_view interface_block = {};  // the first is the primary one
  std::vector<TextRow<NetworkInterface>> interface = {};
  std::string_view security_group_ids = {};  // some know names alone
  std::string_view disk_block = {};          // empty: the system disk is described at the top level
  std::vector<TextRow<SystemDisk>> disk = {};
};

const Source& OtcEcsInstance() {
  static const Source source = {
      .texts = {{"name", &Server::name},
                {"flavor", &Server::flavor},
                {"image_id", &Server::image_id},
                {"availability_zone", &Server::availability_zone},
                {"vpc_id", &Server::vpc_id},
                {"key_name", &Server::key_pair}},
      .flags = {{"auto_recovery", &Server::auto_recovery},
                {"delete_disks_on_termination", &Server::delete_disks_on_termination}},
      .maps = {{"tags", &Server::tags}},
      .hints_block = "os_scheduler_hints",
      .hints = {{"group", &Server::server_group_id},
                {"tenancy", &Server::tenancy},
                {"dedicated_host_id", &Server::dedicated_host_id}},
      .interface_block = "nics",
      .interface = {{"network_id", &NetworkInterface::network_id},
                    {"ip_address", &NetworkInterface::fixed_ip},
                    {"port_id", &NetworkInterface::port_id},
                    {"mac_address", &NetworkInterface::mac_address}},
      .security_group_ids = "security_groups",
      .disk = {{"system_disk_id", &SystemDisk::id},
               {"system_disk_type", &SystemDisk::type},
               {"system_disk_kms_id", &SystemDisk::kms_key_id}}};
  return source;
}

// What the three descendants of OpenStack's compute instance have in common.
Source ComputeInstance() {
  return {// In these clouds a flavor's ID is its name.
          .texts = {{"name", &Server::name},
                    {"flavor_name", &Server::flavor},
                    {"flavor_id", &Server::flavor},
                    {"image_id", &Server::image_id},
                    {"availability_zone", &Server::availability_zone},
                    {"key_pair", &Server::key_pair}},
          .flags = {{"stop_before_destroy", &Server::stop_before_destroy, false}},
          .maps = {{"tags", &Server::tags}},
          .hints_block = "scheduler_hints",
          .hints = {{"group", &Server::server_group_id},
                    {"tenancy", &Server::tenancy},
                    {"deh_id", &Server::dedicated_host_id}},
          .interface_block = "network",
          .interface = {{"uuid", &NetworkInterface::network_id},
                        {"fixed_ip_v4", &NetworkInterface::fixed_ip},
                        {"port", &NetworkInterface::port_id},
                        {"mac", &NetworkInterface::mac_address}}};
}

const Source& OtcComputeInstance() {
  static const Source source = [] {
    Source made = ComputeInstance();
    made.texts.push_back({"description", &Server::description});
    made.flags.push_back({"auto_recovery", &Server::auto_recovery});
    made.maps.push_back({"metadata", &Server::metadata});
    made.power_state = "power_state";
    // The block's uuid is that of the image or snapshot, not of the volume.
    made.disk_block = "block_device";
    made.disk = {{"volume_type", &SystemDisk::type}};
    return made;
  }();
  return source;
}

const Source& HuaweiComputeInstance() {
  static const Source source = [] {
    Source made = ComputeInstance();
    made.texts.push_back({"description", &Server::description});
    made.flags.push_back({"delete_disks_on_termination", &Server::delete_disks_on_termination});
    made.flags.push_back(
        {"delete_eip_on_termination", &Server::delete_public_ip_on_termination, true});
    made.maps.push_back({"metadata", &Server::metadata});
    // Not power_action, which is an order: REBOOT stays there for good.
    made.power_state = "status";
    made.security_group_ids = "security_group_ids";
    made.disk = {{"system_disk_id", &SystemDisk::id},
                 {"system_disk_type", &SystemDisk::type},
                 {"system_disk_kms_key_id", &SystemDisk::kms_key_id}};
    return made;
  }();
  return source;
}

// Its metadata holds the cloud's own keys too: read tells them apart.
const Source& FlexibleEngineComputeInstance() {
  static const Source source = [] {
    Source made = ComputeInstance();
    made.flags.push_back({"auto_recovery", &Server::auto_recovery});
    made.power_state = "status";
    made.disk_block = "volume_attached";
    made.disk = {{"uuid", &SystemDisk::id}, {"type", &SystemDisk::type}};
    return made;
  }();
  return source;
}

// Empty counts as unset: it is how these providers store that.
Attr<std::string> Text(const Json& value) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) return {};
  return value.get<std::string>();
}

Attr<std::string> TextAt(const Json& object, std::string_view name) {
  return Text(client::Member(object, name));
}

template <class T>
void Fill(const std::vector<TextRow<T>>& rows, const Json& object, T& out) {
  for (const TextRow<T>& row : rows) {
    Attr<std::string> text = TextAt(object, row.from);
    if (text.is_known()) out.*row.to = std::move(text);
  }
}

void FillFlags(const std::vector<FlagRow>& rows, const Json& state, Server& out) {
  for (const FlagRow& row : rows) {
    const Json& value = client::Member(state, row.from);
    if (value.is_boolean() && row.unset != value.get<bool>()) out.*row.to = value.get<bool>();
  }
}

void FillMaps(const std::vector<MapRow>& rows, const Json& state, Server& out) {
  for (const MapRow& row : rows) {
    const Json& map = client::Member(state, row.from);
    if (!map.is_object()) continue;
    Texts texts;
    for (const auto& [key, value] : map.items()) {
      if (value.is_string()) texts.emplace(key, value.get<std::string>());
    }
    if (!texts.empty()) out.*row.to = std::move(texts);
  }
}

const Json& Nothing() {
  static const Json nothing;
  return nothing;
}

const Json& FirstBlock(const Json& state, std::string_view name) {
  const Json& blocks = client::Items(state, name);
  return blocks.empty() ? Nothing() : blocks.front();
}

const Json& SystemDiskBlock(const Source& source, const Json& state) {
  if (source.disk_block.empty()) return state;
  for (const Json& block : client::Items(state, source.disk_block)) {
    if (client::Integer(block, "boot_index") == 0) return block;
  }
  return Nothing();
}

// What is neither (ERROR, SHELVED, …) is no wish of the user's.
Attr<std::string> PowerState(const Attr<std::string>& told) {
  const std::string upper = absl::AsciiStrToUpper(told.value_or(""));
  if (upper == kActive || upper == kShutoff) return upper;
  return {};
}

Attr<NetworkInterface> InterfaceOf(const Source& source, const Json& state) {
  NetworkInterface made;
  Fill(source.interface, FirstBlock(state, source.interface_block), made);
  // Read keeps a known network. Without its port it could be that of another interface than the one
  // that read takes for the primary one.
  if (!made.port_id.is_known()) made.network_id = {};
  std::set<std::string> groups;
  for (const Json& group : client::Items(state, source.security_group_ids)) {
    if (Attr<std::string> id = Text(group); id.is_known()) groups.insert(id.value());
  }
  if (!groups.empty()) made.security_group_ids = std::move(groups);
  if (made == NetworkInterface()) return {};
  return made;
}

Attr<SystemDisk> SystemDiskOf(const Source& source, const Json& state) {
  SystemDisk made;
  Fill(source.disk, SystemDiskBlock(source, state), made);
  if (made == SystemDisk()) return {};
  return made;
}

Result<Server> Convert(const Source& source, const Json& state) {
  Server server;
  server.id = TextAt(state, "id");
  if (!server.id.is_known()) {
    return Error{.code = Code::kInvalid,
                 .summary = "The stored state of the source names no server",
                 .detail = "Its attribute id must be a text that is not empty.",
                 .hint =
                     "Use a removed block for the old resource and an import block with the "
                     "server's ID for the new one."};
  }
  Fill(source.texts, state, server);
  Fill(source.hints, FirstBlock(state, source.hints_block), server);
  FillFlags(source.flags, state, server);
  FillMaps(source.maps, state, server);
  server.power_state = PowerState(TextAt(state, source.power_state));
  server.network_interface = InterfaceOf(source, state);
  server.system_disk = SystemDiskOf(source, state);
  return server;
}

template <const Source& (*kSource)()>
schema::AnyMove MoveFrom(const char* provider, const char* type_name) {
  return schema::MoveType<Server>{
      .provider = provider,
      .type_name = type_name,
      .convert = [](const Json& state) { return Convert(kSource(), state); },
      // All of these store the region, and none of them the project's ID.
      .place =
          [](const Json& state) { return schema::Place{.region = client::Text(state, "region")}; }}
      .Erase(Rows());
}

}  // namespace

std::vector<schema::AnyMove> Moves() {
  return {MoveFrom<OtcEcsInstance>("opentelekomcloud", "opentelekomcloud_ecs_instance_v1"),
          MoveFrom<OtcComputeInstance>("opentelekomcloud", "opentelekomcloud_compute_instance_v2"),
          MoveFrom<HuaweiComputeInstance>("huaweicloud", "huaweicloud_compute_instance"),
          MoveFrom<FlexibleEngineComputeInstance>("flexibleengine",
                                                  "flexibleengine_compute_instance_v2")};
}

}  // namespace ecs::resources::server
