// What is attached to a server, as Read sees it: the primary interface and the system disk.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::ServerAddress;

bool IsFixedIpv4(const ServerAddress& address) {
  return address.type == "fixed" && address.version == 4;
}

// A service that this cloud or this user does not have, or an object that it does not know: no news
// of the server. Anything else is a failure that passes.
bool CannotBeSeen(const Error& error) {
  return error.code == Code::kDenied || error.code == Code::kInvalid ||
         error.code == Code::kNotFound;
}

Attr<std::string> TextOr(const std::string& text, const Attr<std::string>& known) {
  return text.empty() ? known : Attr<std::string>(text);
}

std::set<std::string> PortsOf(const client::Server& found) {
  std::set<std::string> ports;
  for (const ServerAddress& address : found.addresses) {
    if (address.type == "fixed" && !address.port_id.empty()) ports.insert(address.port_id);
  }
  return ports;
}

// The address of the port known already, else of the one that the cloud calls primary, else the
// first.
Result<const ServerAddress*> PrimaryAddress(const Call& call, Cloud& cloud,
                                            const client::Server& found,
                                            const NetworkInterface& nic) {
  const ServerAddress* first = nullptr;
  const ServerAddress* primary = nullptr;
  for (const ServerAddress& address : found.addresses) {
    if (!IsFixedIpv4(address)) continue;
    if (nic.port_id.is_known() && nic.port_id.value() == address.port_id) return &address;
    if (first == nullptr) first = &address;
    if (address.primary && primary == nullptr) primary = &address;
  }
  if (primary != nullptr || PortsOf(found).size() < 2) return primary != nullptr ? primary : first;
  // Only the newest clouds mark the address; ports are marked everywhere.
  for (const ServerAddress& address : found.addresses) {
    if (!IsFixedIpv4(address)) continue;
    const Result<client::Port> port = cloud.ports.Read(call, address.port_id);
    if (!port.ok() && !CannotBeSeen(port.error())) return port.error();
    if (port.ok() && port->primary) return &address;
  }
  return first;
}

bool HasGroupIds(const client::Server& found) {
  return std::all_of(found.security_groups.begin(), found.security_groups.end(),
                     [](const client::SecurityGroup& group) { return !group.id.empty(); });
}

void TakeGroupsOf(const client::Server& found, NetworkInterface& nic) {
  if (!found.shown.security_groups || !HasGroupIds(found)) return;
  std::set<std::string> groups;
  for (const client::SecurityGroup& group : found.security_groups) groups.insert(group.id);
  nic.security_group_ids = groups;
}

// The groups of the interface are those of its port. A server shows those of all of its ports
// together, and in the lists of some clouds without their ids.
Status FillSecurityGroups(const Call& call, Cloud& cloud, const client::Server& found,
                          NetworkInterface& nic) {
  const std::size_t ports = PortsOf(found).size();
  // Without a port there are no groups yet.
  if (!nic.port_id.is_known() || (ports == 0 && found.shown.addresses)) return Ok{};
  if (ports == 1 && found.shown.security_groups && HasGroupIds(found)) {
    TakeGroupsOf(found, nic);
    return Ok{};
  }
  const Result<client::Port> port = cloud.ports.Read(call, nic.port_id.value());
  if (port.ok()) {
    if (port->shows_security_groups) {
      nic.security_group_ids =
          std::set<std::string>(port->security_group_ids.begin(), port->security_group_ids.end());
    }
    return Ok{};
  }
  if (!CannotBeSeen(port.error())) {
    return port.error().While(
        absl::StrCat("Reading the security groups of the server ", found.id, " failed"));
  }
  if (ports > 1) return Ok{};
  ASSIGN_OR_RETURN(const client::Server alone,
                   cloud.fleet.Read(call, found.id, client::ReadKind::kSingle));
  TakeGroupsOf(alone, nic);
  return Ok{};
}

// The primary port by the network service, where the answer about the server lacks its addresses
// and no port is known yet: without it a creation could not be checked.
Status FillFromPorts(const Call& call, Cloud& cloud, const client::Server& found,
                     NetworkInterface& nic) {
  if (found.shown.addresses || nic.port_id.is_known()) return Ok{};
  const Result<std::vector<client::Port>> ports = cloud.ecs.ListPorts(call, found.id);
  if (!ports.ok()) return CannotBeSeen(ports.error()) ? Status(Ok{}) : Status(ports.error());
  for (const client::Port& port : *ports) {
    if (!port.primary && ports->size() > 1) continue;
    nic.port_id = TextOr(port.id, nic.port_id);
    nic.mac_address = TextOr(port.mac, nic.mac_address);
    if (!port.fixed_ips.empty()) nic.fixed_ip = TextOr(port.fixed_ips[0].ip_address, nic.fixed_ip);
  }
  return Ok{};
}

// Only one more call can tell the network: asked once, when the server is new to this state.
Status FillNetwork(const Call& call, Cloud& cloud, const client::Server& found,
                   NetworkInterface& nic) {
  if (nic.network_id.is_known()) return Ok{};
  ASSIGN_OR_RETURN(const std::vector<client::Interface> interfaces,
                   cloud.ecs.ListInterfaces(call, found.id));
  for (const client::Interface& interface : interfaces) {
    if (nic.port_id.is_known() && interface.port_id != nic.port_id.value()) continue;
    nic.network_id = TextOr(interface.net_id, {});
    nic.port_id = TextOr(interface.port_id, nic.port_id);
    break;
  }
  return Ok{};
}

}  // namespace

Status FillNetworkInterface(const Call& call, Cloud& cloud, const client::Server& found,
                            Server& out) {
  NetworkInterface nic =
      out.network_interface.is_known() ? out.network_interface.value() : NetworkInterface();
  ASSIGN_OR_RETURN(const ServerAddress* const address, PrimaryAddress(call, cloud, found, nic));
  if (address != nullptr) {
    nic.fixed_ip = TextOr(address->addr, nic.fixed_ip);
    nic.port_id = TextOr(address->port_id, nic.port_id);
    nic.mac_address = TextOr(address->mac, nic.mac_address);
  }
  RETURN_IF_ERROR(FillFromPorts(call, cloud, found, nic));
  if (!nic.ipv6_enabled.is_known() && found.shown.addresses) {
    nic.ipv6_enabled = std::any_of(found.addresses.begin(), found.addresses.end(),
                                   [](const ServerAddress& seen) { return seen.version == 6; });
  }
  RETURN_IF_ERROR(FillSecurityGroups(call, cloud, found, nic));
  RETURN_IF_ERROR(FillNetwork(call, cloud, found, nic));
  out.network_interface = nic;
  return Ok{};
}

Status FillSystemDisk(const Call& call, Cloud& cloud, const client::Server& found, Server& out) {
  SystemDisk disk = out.system_disk.is_known() ? out.system_disk.value() : SystemDisk();
  for (const client::VolumeAttachment& volume : found.volumes) {
    if (volume.boot_index == 0) disk.id = TextOr(volume.id, disk.id);
  }
  out.system_disk = disk;
  if (!disk.id.is_known()) return Ok{};
  const Result<client::Volume> volume = cloud.volumes.Read(call, disk.id.value());
  if (!volume.ok()) {
    // Without a type there is no configuration that fits: an import cannot go on.
    if (CannotBeSeen(volume.error()) && disk.type.is_known()) return Ok{};
    return volume.error().While(
        absl::StrCat("Reading the system disk ", disk.id.value(), " failed"));
  }
  if (volume->size_gb > 0) disk.size_gb = volume->size_gb;
  disk.type = TextOr(volume->type, disk.type);
  if (!volume->kms_key_id.empty()) {
    disk.kms_key_id = volume->kms_key_id;
  } else if (!volume->encrypted) {
    disk.kms_key_id = Attr<std::string>();
  }
  // A server that boots from a volume has no image of its own; its volume knows what it was made
  // of.
  if (!out.image_id.is_known()) out.image_id = TextOr(volume->image_id, out.image_id);
  out.system_disk = disk;
  return Ok{};
}

}  // namespace ecs::resources::server
