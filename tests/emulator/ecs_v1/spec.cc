#include "tests/emulator/ecs_v1/spec.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"

namespace emulator {
namespace {

constexpr std::size_t kNicsMax = 12;
constexpr std::size_t kDataVolumesMax = 59;
constexpr std::size_t kUserDataMax = 32u << 10;
constexpr int kGroupMembersMax = 16;
constexpr std::size_t kMetadataMax = 10;

using Refused = std::optional<Response>;

bool IsVolumeType(const std::string& type) {
  static const std::set<std::string> kTypes = {"SSD",  "SAS",   "SATA",  "GPSSD", "GPSSD2",
                                               "ESSD", "ESSD2", "co-p1", "uh-l1", "DSS"};
  return kTypes.count(type) > 0;
}

Refused ReadNames(const Json& server, ServerSpec& spec, int& count) {
  const Json& number = Member(server, "count");
  if (!number.is_null() && !number.is_number_integer()) return EcsDetailError("Ecs.0913");
  count = static_cast<int>(NumberOf(server, "count", 1));
  if (count < 1 || count > 100) return EcsError("Ecs.0913");
  if (!Member(server, "name").is_string()) return EcsError("Ecs.0005", "name is missing.");
  spec.row.name = TextOf(server, "name");
  if (auto refused = CheckName(spec.row.name, count > 1 ? 59 : 128)) return refused;
  spec.row.description = TextOf(server, "description");
  return CheckDescription(spec.row.description);
}

Refused ReadImageAndFlavor(const Cloud& cloud, const Json& server, ServerSpec& spec) {
  spec.row.flavor_id = TextOf(server, "flavorRef");
  spec.row.image_id = TextOf(server, "imageRef");
  if (spec.row.flavor_id.empty()) return EcsError("Ecs.0005", "flavorRef is missing.");
  if (spec.row.image_id.empty()) return EcsError("Ecs.0005", "imageRef is missing.");
  const Flavor* flavor = cloud.store.flavors.Find(spec.row.flavor_id);
  if (flavor == nullptr || flavor->extra_specs.count("cond:operation:status") > 0) {
    return EcsError("Ecs.0029");
  }
  const Image* image = cloud.store.images.Find(spec.row.image_id);
  if (image == nullptr) return EcsError("Ecs.0031");
  if (image->status != "active") return EcsError("Ecs.0032");
  // Any value that is not a Boolean counts as false (api/ecs-v1.md section 2.6).
  const Json& wanted = Member(Member(server, "extendparam"), "support_auto_recovery");
  const bool on = wanted.is_null() || (wanted.is_boolean() && wanted.get<bool>());
  spec.row.auto_recovery = on && flavor->HasAutoRecovery() && cloud.Has("autorecovery");
  return std::nullopt;
}

Refused CheckNicAddress(const Subnet& subnet, const std::string& ip, int count) {
  if (ip.empty()) return std::nullopt;
  const std::optional<std::uint32_t> address = ParseIpv4(ip);
  if (!address || count > 1) return EcsError("Ecs.0005", "nics[].ip_address is not valid.");
  if (*address <= subnet.first || *address >= subnet.last) return EcsError("Ecs.0039");
  if (subnet.used.count(*address) > 0) return EcsError("Ecs.0010");
  return std::nullopt;
}

Refused ReadNic(const Cloud& cloud, const Json& nic, int count, ServerSpec& spec) {
  const bool primary = spec.nics.empty();
  NicSpec read = {.network_id = TextOf(nic, "subnet_id"),
                  .port_id = TextOf(nic, "port_id"),
                  .ip = TextOf(nic, "ip_address"),
                  .ipv6 = BoolOf(nic, "ipv6_enable")};
  if (Member(nic, "allowed_address_pairs").is_array()) {
    read.allowed_address_pairs = nic["allowed_address_pairs"];
  }
  if (Member(nic, "extra_dhcp_opts").is_array()) read.extra_dhcp_opts = nic["extra_dhcp_opts"];
  if (!read.port_id.empty()) {
    const Port* port = cloud.store.ports.Find(read.port_id);
    if (port == nullptr) return EcsError("Ecs.0307");
    if (!port->device_id.empty()) return EcsError("Ecs.0919");
    spec.nics.push_back(std::move(read));
    return std::nullopt;
  }
  if (read.network_id.empty()) return EcsError("Ecs.0005", "nics[].subnet_id is missing.");
  const Subnet* subnet = cloud.store.subnets.Find(read.network_id);
  if (subnet == nullptr) return EcsError("Ecs.0038");
  if (subnet->vpc_id != spec.row.vpc_id) return EcsError(primary ? "Ecs.0064" : "Ecs.0014");
  if (auto refused = CheckNicAddress(*subnet, read.ip, count)) return refused;
  const std::uint64_t room = subnet->last - subnet->first - 10;
  if (subnet->used.size() + count > room) return EcsError("Ecs.0012");
  spec.nics.push_back(std::move(read));
  return std::nullopt;
}

Refused ReadNetwork(const Cloud& cloud, const Json& server, int count, ServerSpec& spec) {
  spec.row.vpc_id = TextOf(server, "vpcid");
  if (spec.row.vpc_id.empty()) return EcsError("Ecs.0005", "vpcid is missing.");
  if (cloud.store.vpcs.Find(spec.row.vpc_id) == nullptr) return EcsError("Ecs.0014");
  const Json& nics = Member(server, "nics");
  if (!nics.is_array() || nics.empty()) return EcsError("Ecs.0005", "nics is missing.");
  if (nics.size() > kNicsMax) return EcsError("Ecs.0050");
  for (const Json& nic : nics) {
    if (auto refused = ReadNic(cloud, nic, count, spec)) return refused;
  }
  // An unknown group means the default one (api/ecs-v1.md section 2.1).
  std::vector<std::string> groups;
  if (const auto ids = IdsOf(Member(server, "security_groups"))) {
    for (const std::string& id : *ids) {
      if (cloud.store.security_groups.Find(id) != nullptr) groups.push_back(id);
    }
  }
  for (NicSpec& nic : spec.nics) nic.security_groups = groups;
  return std::nullopt;
}

std::map<std::string, std::string> TextMap(const Json& object) {
  std::map<std::string, std::string> map;
  if (!object.is_object()) return map;
  for (const auto& [key, value] : object.items()) {
    map[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return map;
}

Refused ReadDisk(const Json& volume, bool root, const Image& image, ServerSpec& spec) {
  DiskSpec disk = {.type = TextOf(volume, "volumetype"),
                   .size_gb = static_cast<int>(NumberOf(volume, "size")),
                   .image_id = root ? image.id : TextOf(volume, "data_image_id"),
                   .snapshot_id = TextOf(Member(volume, "extendparam"), "snapshotId"),
                   .multiattach = BoolOf(volume, "multiattach") || BoolOf(volume, "shareable"),
                   .delete_with_server = root || BoolOf(volume, "delete_on_termination"),
                   .metadata = TextMap(Member(volume, "metadata"))};
  if (disk.type.empty()) return EcsError("Ecs.0005", "volumetype is missing.");
  if (!IsVolumeType(disk.type)) return EcsError("Ecs.0043");
  disk.metadata["hw:passthrough"] = BoolOf(volume, "hw:passthrough") ? "true" : "false";
  const int size_min = root ? image.min_disk_gb : 10;
  if (root && disk.size_gb == 0) disk.size_gb = image.min_disk_gb;
  if (disk.size_gb < size_min || disk.size_gb > (root ? 1024 : 32768)) {
    return EcsError("Ecs.0005",
                    StrCat(root ? "root_volume" : "data_volumes", ".size is out of range."));
  }
  if (disk.metadata["__system__encrypted"] == "1" && disk.metadata["__system__cmkid"].empty()) {
    return EcsError("Ecs.0912");
  }
  if (disk.metadata["__system__encrypted"].empty()) disk.metadata.erase("__system__encrypted");
  if (disk.metadata["__system__cmkid"].empty()) disk.metadata.erase("__system__cmkid");
  spec.disks.push_back(std::move(disk));
  return std::nullopt;
}

Refused ReadDisks(const Cloud& cloud, const Json& server, ServerSpec& spec) {
  const Image& image = *cloud.store.images.Find(spec.row.image_id);
  const Json& root = Member(server, "root_volume");
  if (!root.is_object()) return EcsError("Ecs.0005", "root_volume is missing.");
  if (auto refused = ReadDisk(root, true, image, spec)) return refused;
  const Json& data = Member(server, "data_volumes");
  if (data.is_null()) return std::nullopt;
  if (!data.is_array()) return EcsError("Ecs.0005", "data_volumes is no list.");
  if (data.size() > kDataVolumesMax) return EcsError("Ecs.0042");
  for (const Json& volume : data) {
    if (auto refused = ReadDisk(volume, false, image, spec)) return refused;
  }
  return std::nullopt;
}

Refused ReadLogin(const Cloud& cloud, const Json& server, ServerSpec& spec) {
  spec.row.key_name = TextOf(server, "key_name");
  if (!spec.row.key_name.empty() && cloud.store.key_pairs.Find(spec.row.key_name) == nullptr) {
    return EcsError("Ecs.0314");
  }
  const std::string password = TextOf(server, "adminPass");
  if (!password.empty() && !PasswordIsStrong(password)) return EcsError("Ecs.0011");
  spec.row.user_data = TextOf(server, "user_data");
  std::string raw;
  if (!absl::Base64Unescape(spec.row.user_data, &raw)) {
    return EcsError("Ecs.0005", "user_data is not base64.");
  }
  if (raw.size() > kUserDataMax) return EcsError("Ecs.0005", "user_data is too long.");
  return std::nullopt;
}

Refused ReadTags(const Json& server, ServerSpec& spec) {
  const Json& texts = Member(server, "tags");
  Json rows = Json::array();
  if (texts.is_array()) {
    for (const Json& text : texts) {
      if (!text.is_string()) return EcsError("Ecs.0906");
      const std::pair<std::string, std::string> pair = SplitOnce(text.get<std::string>(), '.');
      rows.push_back({{"key", pair.first}, {"value", pair.second}});
    }
  }
  if (auto refused = AddTags(rows, spec.row.tags)) return refused;
  const Json& tags = Member(server, "server_tags");
  return tags.is_array() ? AddTags(tags, spec.row.tags) : std::nullopt;
}

Refused ReadPlace(const Cloud& cloud, const Json& server, int count, ServerSpec& spec) {
  spec.row.availability_zone = TextOf(server, "availability_zone", cloud.store.zones.front());
  bool known = false;
  for (const std::string& zone : cloud.store.zones) known |= zone == spec.row.availability_zone;
  if (!known) return EcsError("Ecs.0005", "availability_zone does not exist.");
  const Json& hints = Member(server, "os:scheduler_hints");
  const auto hint = [&hints](const char* name) {
    const Json& value = Member(hints, name);
    const bool list = value.is_array() && !value.empty() && value[0].is_string();
    return list ? value[0].get<std::string>() : TextOf(hints, name);
  };
  spec.row.group_id = hint("group");
  spec.row.tenancy = hint("tenancy");
  spec.row.dedicated_host_id = hint("dedicated_host_id");
  if (spec.row.group_id.empty()) return std::nullopt;
  const ServerGroup* group = cloud.store.server_groups.Find(spec.row.group_id);
  if (group == nullptr) return EcsError("Ecs.0313");
  if (static_cast<int>(group->members.size()) + count > kGroupMembersMax) {
    return EcsError("Ecs.0022");
  }
  return std::nullopt;
}

Refused ReadPublicIp(const Cloud& cloud, const Json& server, int count, ServerSpec& spec) {
  const Json& given = Member(server, "publicip");
  if (given.is_null()) return std::nullopt;
  PublicIpSpec read = {.id = TextOf(given, "id"),
                       .delete_with_server = BoolOf(given, "delete_on_termination")};
  const Json& eip = Member(given, "eip");
  if (read.id.empty() == !eip.is_object()) {
    return EcsError("Ecs.0005", "publicip needs either id or eip.");
  }
  if (!read.id.empty()) {
    if (count > 1) return EcsError("Ecs.0000");
    const PublicIp* ip = cloud.store.public_ips.Find(read.id);
    if (ip == nullptr || !ip->port_id.empty()) {
      return EcsError("Ecs.0005", "publicip.id is not an unbound public IP address.");
    }
  } else {
    const Json& bandwidth = Member(eip, "bandwidth");
    read.type = TextOf(eip, "iptype");
    read.bandwidth_mbit = static_cast<int>(NumberOf(bandwidth, "size"));
    read.bandwidth_id = TextOf(bandwidth, "id");
    read.share_type = TextOf(bandwidth, "sharetype");
    read.charge_mode = TextOf(bandwidth, "chargemode", "traffic");
    if (read.type.empty() || read.share_type.empty()) {
      return EcsError("Ecs.0005", "publicip.eip needs iptype and bandwidth.sharetype.");
    }
    if (read.share_type == "PER" && (read.bandwidth_mbit < 1 || read.bandwidth_mbit > 1000)) {
      return EcsError("Ecs.0045", "The bandwidth is out of range.");
    }
  }
  spec.public_ip = std::move(read);
  return std::nullopt;
}

}  // namespace

bool PasswordIsStrong(const std::string& password) {
  if (password.size() < 8 || password.size() > 26) return false;
  bool upper = false;
  bool lower = false;
  bool digit = false;
  bool special = false;
  for (const char c : password) {
    upper |= IsUpper(c);
    lower |= IsLower(c);
    digit |= IsDigit(c);
    special |= !IsAlnum(c) && c > ' ' && c < 127;
  }
  return upper + lower + digit + special >= 3;
}

// ecs-v1.md section 2.1.
Refused ReadMetadata(const Json& server, ServerSpec& spec) {
  const Json& given = Member(server, "metadata");
  if (given.is_object() && given.size() > kMetadataMax) {
    return EcsError("Ecs.0005", "metadata has more than 10 pairs.");
  }
  spec.row.metadata = TextMap(given);
  for (const auto& [key, value] : spec.row.metadata) {
    const bool fine =
        !key.empty() && key.size() <= 255 && value.size() <= 255 &&
        std::all_of(key.begin(), key.end(), [](char c) {
          return IsAlnum(c) || std::string_view(" -_:.").find(c) != std::string_view::npos;
        });
    if (!fine) return EcsError("Ecs.0005", StrCat("metadata.", key, " is not valid."));
  }
  spec.row.metadata.erase("admin_pass");
  return std::nullopt;
}

void AddSystemMetadata(const Cloud& cloud, Server& row) {
  const Image* image = cloud.store.images.Find(row.image_id);
  row.metadata["charging_mode"] = "0";
  row.metadata["vpc_id"] = row.vpc_id;
  row.metadata["EcmResStatus"] = "";
  row.metadata["metering.resourcespeccode"] =
      StrCat(row.flavor_id, ".", image == nullptr ? "linux" : ToLower(image->os_type));
  row.metadata["metering.resourcetype"] = "1";
  if (image == nullptr) return;
  row.metadata["metering.image_id"] = image->id;
  row.metadata["metering.imagetype"] = image->type;
  row.metadata["image_name"] = image->name;
  row.metadata["os_bit"] = "64";
  row.metadata["os_type"] = image->os_type;
}

std::optional<Response> ReadServerSpec(const Cloud& cloud, const Json& server, ServerSpec& spec,
                                       int& count) {
  if (!server.is_object()) return EcsError("Ecs.0005", "server is missing.");
  if (auto refused = ReadNames(server, spec, count)) return refused;
  if (auto refused = ReadImageAndFlavor(cloud, server, spec)) return refused;
  if (auto refused = ReadNetwork(cloud, server, count, spec)) return refused;
  if (auto refused = ReadDisks(cloud, server, spec)) return refused;
  if (auto refused = ReadLogin(cloud, server, spec)) return refused;
  if (auto refused = ReadTags(server, spec)) return refused;
  if (auto refused = ReadPlace(cloud, server, count, spec)) return refused;
  if (auto refused = ReadPublicIp(cloud, server, count, spec)) return refused;
  if (static_cast<int>(cloud.store.servers.size()) + count > cloud.options.max_servers) {
    return EcsError("Ecs.0001");
  }
  if (auto refused = ReadMetadata(server, spec)) return refused;
  AddSystemMetadata(cloud, spec.row);
  return std::nullopt;
}

}  // namespace emulator
