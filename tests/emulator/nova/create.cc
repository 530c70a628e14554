// POST /servers: api/nova-v2.1.md section 5.
#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/spec.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

using Refused = std::optional<Response>;

Response Invalid(std::string_view field, std::string_view why) {
  return NovaError(400, StrCat("Invalid input for field/attribute ", field, ". ", why));
}

Refused ReadBasics(const Cloud& cloud, const Exchange& in, const Json& server, ServerSpec& spec) {
  spec.row.name = TextOf(server, "name");
  if (spec.row.name.empty() || spec.row.name.size() > 255) {
    return Invalid("name", "It must have 1 to 255 characters.");
  }
  spec.row.flavor_id = LastSegment(TextOf(server, "flavorRef"));
  if (spec.row.flavor_id.empty()) return Invalid("server", "'flavorRef' is a required property");
  if (cloud.store.flavors.Find(spec.row.flavor_id) == nullptr) {
    return NovaError(400, StrCat("Flavor ", spec.row.flavor_id, " could not be found."));
  }
  spec.row.key_name = TextOf(server, "key_name");
  if (!spec.row.key_name.empty() && cloud.store.key_pairs.Find(spec.row.key_name) == nullptr) {
    return NovaError(400, "Invalid key_name provided.");
  }
  // Before descriptions existed, the name was stored as one (api/real-nova.md 22).
  spec.row.description = Since(in, 19) ? TextOf(server, "description") : spec.row.name;
  spec.row.user_data = TextOf(server, "user_data");
  std::string raw;
  if (!absl::Base64Unescape(spec.row.user_data, &raw)) {
    return Invalid("user_data", "It is not base64.");
  }
  const Json& metadata = Member(server, "metadata");
  if (metadata.is_object()) {
    for (const auto& [key, value] : metadata.items()) {
      if (!value.is_string()) return Invalid(key, "It is not of type 'string'");
      spec.row.metadata[key] = value.get<std::string>();
    }
  }
  return std::nullopt;
}

Refused ReadPlace(const Cloud& cloud, const Json& server, const Json& hints, ServerSpec& spec) {
  spec.row.availability_zone = TextOf(server, "availability_zone", cloud.store.zones.front());
  const auto& zones = cloud.store.zones;
  if (std::find(zones.begin(), zones.end(), spec.row.availability_zone) == zones.end()) {
    return NovaError(400, "The requested availability zone is not available");
  }
  spec.row.group_id = TextOf(hints, "group");
  spec.row.tenancy = TextOf(hints, "tenancy");
  spec.row.dedicated_host_id = TextOf(hints, "dedicated_host_id");
  const bool unknown =
      !spec.row.group_id.empty() && cloud.store.server_groups.Find(spec.row.group_id) == nullptr;
  if (unknown)
    return NovaError(400, StrCat("Instance group ", spec.row.group_id, " could not be found."));
  return std::nullopt;
}

Refused ReadSecurityGroups(Cloud& cloud, const Json& server, std::vector<std::string>& ids) {
  const Json& groups = Member(server, "security_groups");
  if (!groups.is_array()) return std::nullopt;
  for (const Json& row : groups) {
    const std::string name = TextOf(row, "name");
    const SecurityGroup* group = cloud.store.FindSecurityGroup(name);
    if (group == nullptr) {
      return NovaError(400, StrCat("Unable to find security_group with name or id '", name, "'"));
    }
    ids.push_back(group->id);
  }
  return std::nullopt;
}

Refused ReadNetwork(const Cloud& cloud, const Json& network, ServerSpec& spec) {
  NicSpec nic = {.network_id = TextOf(network, "uuid"),
                 .port_id = TextOf(network, "port"),
                 .ip = TextOf(network, "fixed_ip")};
  if (!nic.port_id.empty()) {
    const Port* port = cloud.store.ports.Find(nic.port_id);
    if (port == nullptr) {
      return NovaError(400, StrCat("Port id ", nic.port_id, " could not be found."));
    }
    if (!nic.ip.empty()) {
      return NovaError(400, "Specified Fixed IP address and port cannot be used together.");
    }
    if (!port->device_id.empty()) {
      return NovaError(409, StrCat("Port ", nic.port_id, " is still in use."));
    }
    nic.network_id = port->network_id;
  }
  const Subnet* subnet = cloud.store.subnets.Find(nic.network_id);
  if (subnet == nullptr) {
    return NovaError(400, StrCat("Network ", nic.network_id, " could not be found."));
  }
  const auto address = ParseIpv4(nic.ip);
  if (!nic.ip.empty() && (!address || *address <= subnet->first || *address >= subnet->last)) {
    return NovaError(
        400, StrCat("Fixed IP address ", nic.ip, " is invalid for network ", nic.network_id));
  }
  if (address && subnet->used.count(*address) > 0) {
    return NovaError(400, StrCat("Fixed IP address ", nic.ip, " is already in use."));
  }
  if (spec.nics.empty()) spec.row.vpc_id = subnet->vpc_id;
  spec.nics.push_back(std::move(nic));
  return std::nullopt;
}

Refused ReadNetworks(Cloud& cloud, const Exchange& in, const Json& server, ServerSpec& spec) {
  std::vector<std::string> groups;
  if (auto refused = ReadSecurityGroups(cloud, server, groups)) return refused;
  const Json& networks = Member(server, "networks");
  if (networks.is_array()) {
    for (const Json& network : networks) {
      if (auto refused = ReadNetwork(cloud, network, spec)) return refused;
    }
  } else if (networks == "none" && Since(in, 37)) {
    return std::nullopt;
  } else if (Since(in, 37) && networks != "auto") {
    return Invalid("server", "'networks' is a required property");
  }
  if (spec.nics.empty()) {
    if (cloud.store.subnets.size() != 1) {
      return NovaError(409,
                       "Multiple possible networks found, use a Network ID to be more specific.");
    }
    const Subnet& only = *cloud.store.subnets.begin();
    spec.row.vpc_id = only.vpc_id;
    spec.nics.push_back({.network_id = only.id});
  }
  for (NicSpec& nic : spec.nics) nic.security_groups = groups;
  return std::nullopt;
}

Refused ReadDevice(const Cloud& cloud, const Json& device, ServerSpec& spec, bool& boots) {
  const std::string source = TextOf(device, "source_type");
  const bool is_boot = NumberOf(device, "boot_index", -1) == 0;
  if (source == "image" && TextOf(device, "destination_type") == "local") return std::nullopt;
  DiskSpec disk = {.type = TextOf(device, "volume_type", "SAS"),
                   .size_gb = static_cast<int>(NumberOf(device, "volume_size")),
                   .delete_with_server = BoolOf(device, "delete_on_termination")};
  const std::string id = TextOf(device, "uuid");
  if (source == "volume") {
    const Volume* volume = cloud.store.volumes.Find(id);
    if (volume == nullptr) {
      return NovaError(400,
                       StrCat("Block Device Mapping is Invalid: failed to get volume ", id, "."));
    }
    if (volume->status != "available") {
      return NovaError(
          400, StrCat("Invalid volume: volume ", id, " status must be 'available'. Currently in '",
                      volume->status, "'"));
    }
    disk.volume_id = id;
    disk.image_id = volume->image_id;
    if (is_boot) spec.row.image_id = volume->image_id;
  } else if (source == "image") {
    const Image* image = cloud.store.images.Find(id);
    if (image == nullptr) return NovaError(400, "Can not find requested image");
    disk.image_id = id;
    if (is_boot) spec.row.image_id = id;
    if (disk.size_gb < image->min_disk_gb) {
      return NovaError(400, "Volume is smaller than the minimum size specified in image metadata.");
    }
  } else if (source != "blank" && source != "snapshot") {
    return Invalid("source_type", StrCat("Value: ", source, "."));
  }
  if (disk.volume_id.empty() && disk.size_gb <= 0) {
    return NovaError(400,
                     "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero "
                     "size");
  }
  if (is_boot && boots)
    return NovaError(400, "Block Device Mapping is Invalid: two boot indexes 0");
  boots = boots || is_boot;
  spec.disks.insert(is_boot ? spec.disks.begin() : spec.disks.end(), std::move(disk));
  return std::nullopt;
}

Refused ReadBoot(const Cloud& cloud, const Json& server, ServerSpec& spec) {
  bool boots = false;
  const Json& devices = Member(server, "block_device_mapping_v2");
  if (devices.is_array()) {
    for (const Json& device : devices) {
      if (auto refused = ReadDevice(cloud, device, spec, boots)) return refused;
    }
  }
  if (boots) return std::nullopt;
  spec.row.image_id = LastSegment(TextOf(server, "imageRef"));
  if (spec.row.image_id.empty()) {
    return NovaError(400,
                     "Block Device Mapping is Invalid: Boot sequence for the instance and "
                     "image/block device mapping combination is not valid.");
  }
  const Image* image = cloud.store.images.Find(spec.row.image_id);
  if (image == nullptr) return NovaError(400, "Can not find requested image");
  if (image->status != "active") {
    return NovaError(400, StrCat("Image ", image->id, " is not active."));
  }
  const Flavor& flavor = *cloud.store.flavors.Find(spec.row.flavor_id);
  spec.row.local_disk = flavor.disk_gb > 0;
  if (spec.row.local_disk) return std::nullopt;
  if (cloud.options.refuse_zero_disk) {
    return NovaError(403,
                     "Policy doesn't allow os_compute_api:servers:create:zero_disk_flavor to "
                     "be performed.");
  }
  // On this cloud the system disk of such a server is a volume.
  spec.disks.insert(spec.disks.begin(), {.size_gb = std::max(image->min_disk_gb, 40),
                                         .image_id = image->id,
                                         .delete_with_server = true});
  return std::nullopt;
}

Refused ReadCount(const Cloud& cloud, const Json& server, int& count) {
  const long long least = NumberOf(server, "min_count", 1);
  const long long most = NumberOf(server, "max_count", least);
  if (least < 1) return Invalid("min_count", "It is less than the minimum of 1");
  if (least > most) return NovaError(400, "min_count must be <= max_count");
  count = static_cast<int>(most);
  const auto used = static_cast<long long>(cloud.store.servers.size());
  if (used + most <= cloud.options.max_servers) return std::nullopt;
  return NovaError(
      403, StrCat("Quota exceeded for instances: Requested ", most, ", but already used ", used,
                  " of ", cloud.options.max_servers, " instances"));
}

// Adds the rows and begins to build them. Null if the network cannot be had.
const Server* Launch(Cloud& cloud, const Exchange& in, const ServerSpec& spec, int count,
                     std::string& problem) {
  const Server* first = nullptr;
  const std::string reservation = StrCat("r-", cloud.ids.HexDigits(8));
  for (int i = 0; i < count; ++i) {
    ServerSpec one = spec;
    one.row.id = cloud.ids.Uuid();
    one.row.launch_index = i;
    one.row.reservation_id = reservation;
    if (count > 1) one.row.name = StrCat(spec.row.name, "-", i + 1);
    Server* server = MakeServer(cloud, std::move(one), problem);
    if (server == nullptr) break;
    if (first == nullptr) first = server;
    const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
    Build(cloud, *server, {.request_id = NovaRequestId(in), .twist = twist});
  }
  return first;
}

Response CreateServer(Cloud& cloud, const Exchange& in) {
  const Json& server = Member(in.body, "server");
  if (!server.is_object()) return NovaError(400, "'server' is a required property");
  ServerSpec spec;
  int count = 1;
  const Json& hints = Member(in.body, "os:scheduler_hints");
  if (auto refused = ReadBasics(cloud, in, server, spec)) return *refused;
  if (auto refused = ReadPlace(cloud, server, hints, spec)) return *refused;
  if (auto refused = ReadNetworks(cloud, in, server, spec)) return *refused;
  if (auto refused = ReadBoot(cloud, server, spec)) return *refused;
  if (auto refused = ReadCount(cloud, server, count)) return *refused;
  spec.row.native = true;
  spec.row.actions_from = cloud.timeline.now() + cloud.Takes("create_native_gap");
  const Flavor& flavor = *cloud.store.flavors.Find(spec.row.flavor_id);
  spec.row.auto_recovery = flavor.HasAutoRecovery() && cloud.Has("autorecovery");
  std::string problem;
  const Server* first = Launch(cloud, in, spec, count, problem);
  if (first == nullptr) return NovaError(400, problem);
  if (BoolOf(server, "return_reservation_id")) {
    return JsonReply(202, {{"reservation_id", first->reservation_id}});
  }
  Json groups = Json::array();
  for (const Json& row : Member(server, "security_groups")) groups.push_back(row);
  if (groups.empty()) groups.push_back({{"name", "default"}});
  const Json links = NovaLinks(in, "servers", first->id);
  Response answer =
      JsonReply(202, {{"server",
                       {{"id", first->id},
                        {"adminPass", TextOf(server, "adminPass", cloud.ids.HexDigits(12))},
                        {"OS-DCF:diskConfig", "MANUAL"},
                        {"security_groups", groups},
                        {"links", links}}}});
  answer.headers.emplace_back("Location", links[0]["href"].get<std::string>());
  return answer;
}

}  // namespace

void AddNovaCreateRoutes(Router& router) {
  AddNova(router, "POST", "/servers", "CreateServer", CreateServer);
  AddNova(router, "POST", "/os-volumes_boot", "CreateServer", CreateServer);
}

}  // namespace emulator
