#include "tests/emulator/cloud/devices.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

void RemoveFrom(std::vector<std::string>& list, const std::string& id) {
  list.erase(std::remove(list.begin(), list.end(), id), list.end());
}

Port* PortFor(Cloud& cloud, const NicSpec& spec, std::string& problem) {
  if (spec.port_id.empty()) {
    Port* port = MakePort(cloud, spec, problem);
    if (port != nullptr) port->made_for_server = true;
    return port;
  }
  Port* port = cloud.store.ports.Find(spec.port_id);
  if (port == nullptr) problem = StrCat("Port ", spec.port_id, " could not be found.");
  if (port != nullptr && !port->device_id.empty()) {
    problem = StrCat("Port ", spec.port_id, " is still in use.");
    return nullptr;
  }
  return port;
}

void AddDisks(Cloud& cloud, Server& server, const std::vector<DiskSpec>& disks) {
  bool boots = !server.local_disk;
  for (const DiskSpec& disk : disks) {
    Volume* volume = cloud.store.volumes.Find(disk.volume_id);
    if (volume == nullptr) volume = &MakeVolume(cloud, disk, server.availability_zone);
    Attachment& attachment =
        Attach(cloud, server, *volume, "", disk.delete_with_server, volume->status);
    if (boots) {
      attachment.boot_index = 0;
      volume->bootable = true;
      volume->image_id = disk.image_id;
      boots = false;
    }
  }
}

void BindPublicIp(Cloud& cloud, Server& server, const PublicIpSpec& spec) {
  PublicIp* ip = cloud.store.public_ips.Find(spec.id);
  if (ip == nullptr) ip = &MakePublicIp(cloud, spec);
  ip->delete_with_server = spec.delete_with_server;
  if (!server.port_ids.empty()) ip->port_id = server.port_ids.front();
}

}  // namespace

std::optional<std::string> TakeAddress(Subnet& subnet, const std::string& wanted) {
  if (!wanted.empty()) {
    const std::optional<std::uint32_t> address = ParseIpv4(wanted);
    if (!address || *address <= subnet.first || *address >= subnet.last) return std::nullopt;
    if (!subnet.used.insert(*address).second) return std::nullopt;
    return wanted;
  }
  // The first few addresses are the gateway's, DHCP's and the name server's.
  for (std::uint32_t address = subnet.first + 10; address < subnet.last; ++address) {
    if (subnet.used.insert(address).second) return Ipv4Text(address);
  }
  return std::nullopt;
}

void FreeAddress(Subnet& subnet, const std::string& address) {
  if (const std::optional<std::uint32_t> number = ParseIpv4(address)) subnet.used.erase(*number);
}

Port* MakePort(Cloud& cloud, const NicSpec& spec, std::string& problem) {
  Subnet* subnet = cloud.store.subnets.Find(spec.network_id);
  if (subnet == nullptr) {
    problem = StrCat("Network ", spec.network_id, " could not be found.");
    return nullptr;
  }
  const std::optional<std::string> address = TakeAddress(*subnet, spec.ip);
  if (!address) {
    problem = spec.ip.empty()
                  ? StrCat("No more IP addresses available on network ", subnet->id, ".")
                  : StrCat("Fixed IP address ", spec.ip, " is already in use.");
    return nullptr;
  }
  std::vector<std::string> groups = spec.security_groups;
  if (groups.empty()) {
    if (const SecurityGroup* group = cloud.store.FindSecurityGroup("default")) {
      groups.push_back(group->id);
    }
  }
  const std::uint32_t host = *ParseIpv4(*address);
  return &cloud.store.ports.Add(
      {.id = cloud.ids.Uuid(),
       .network_id = subnet->id,
       .ip = *address,
       .ipv6 = spec.ipv6 ? absl::StrFormat("2001:db8:a::%x:%x", host >> 16, host & 0xffff) : "",
       .mac = cloud.ids.Mac(),
       .security_groups = std::move(groups),
       .allowed_address_pairs = spec.allowed_address_pairs,
       .extra_dhcp_opts = spec.extra_dhcp_opts,
       .created = cloud.wall()});
}

void RemovePort(Cloud& cloud, const std::string& port_id) {
  const Port* port = cloud.store.ports.Find(port_id);
  if (port == nullptr) return;
  if (PublicIp* ip = cloud.store.FindPublicIpOfPort(port_id)) ip->port_id.clear();
  if (Subnet* subnet = cloud.store.subnets.Find(port->network_id)) FreeAddress(*subnet, port->ip);
  cloud.store.ports.Remove(port_id);
}

void Plug(Cloud& cloud, Server& server, Port& port) {
  port.device_id = server.id;
  port.device_owner = StrCat("compute:", server.availability_zone);
  port.primary = server.port_ids.empty();
  server.port_ids.push_back(port.id);
  if (server.vm_state != "building") port.status = "ACTIVE";
  Touch(cloud, server);
}

void Unplug(Cloud& cloud, Server& server, const std::string& port_id, bool keep_port) {
  RemoveFrom(server.port_ids, port_id);
  Port* port = cloud.store.ports.Find(port_id);
  if (port != nullptr && keep_port) {
    port->device_id.clear();
    port->device_owner.clear();
    port->status = "DOWN";
    port->primary = false;
  } else {
    RemovePort(cloud, port_id);
  }
  Touch(cloud, server);
}

Volume& MakeVolume(Cloud& cloud, const DiskSpec& spec, const std::string& zone) {
  return cloud.store.volumes.Add({.id = cloud.ids.Uuid(),
                                  .name = spec.name,
                                  .size_gb = spec.size_gb,
                                  .type = spec.type,
                                  .availability_zone = zone,
                                  .multiattach = spec.multiattach,
                                  .image_id = spec.image_id,
                                  .snapshot_id = spec.snapshot_id,
                                  .metadata = spec.metadata,
                                  .created = cloud.wall(),
                                  .updated = cloud.wall()});
}

std::string FreeDevice(const Cloud& cloud, const Server& server) {
  for (int n = server.local_disk ? 1 : 0;; ++n) {
    const std::string letter(1, "abcdefghijklmnopqrstuvwxyz"[n % 26]);
    std::string device = StrCat(n < 26 ? "/dev/vd" : "/dev/vda", letter);
    const bool used =
        std::any_of(server.volume_ids.begin(), server.volume_ids.end(), [&](const auto& id) {
          const Volume* volume = cloud.store.volumes.Find(id);
          const Attachment* at = volume ? FindAttachment(*volume, server.id) : nullptr;
          return at != nullptr && at->device == device;
        });
    if (!used) return device;
  }
}

Attachment& Attach(Cloud& cloud, Server& server, Volume& volume, const std::string& device,
                   bool delete_with_server, const std::string& status) {
  volume.attachments.push_back({.server_id = server.id,
                                .attachment_id = cloud.ids.Uuid(),
                                .device = device.empty() ? FreeDevice(cloud, server) : device,
                                .delete_with_server = delete_with_server,
                                .attached = cloud.wall()});
  volume.status = status;
  volume.updated = cloud.wall();
  server.volume_ids.push_back(volume.id);
  Touch(cloud, server);
  return volume.attachments.back();
}

void Detach(Cloud& cloud, Server& server, Volume& volume) {
  auto& list = volume.attachments;
  list.erase(std::remove_if(list.begin(), list.end(),
                            [&](const Attachment& at) { return at.server_id == server.id; }),
             list.end());
  if (list.empty()) volume.status = "available";
  volume.updated = cloud.wall();
  RemoveFrom(server.volume_ids, volume.id);
  Touch(cloud, server);
}

const Attachment* FindAttachment(const Volume& volume, const std::string& server_id) {
  for (const Attachment& attachment : volume.attachments) {
    if (attachment.server_id == server_id) return &attachment;
  }
  return nullptr;
}

Attachment* FindAttachment(Volume& volume, const std::string& server_id) {
  const Volume& same = volume;
  return const_cast<Attachment*>(FindAttachment(same, server_id));
}

PublicIp& MakePublicIp(Cloud& cloud, const PublicIpSpec& spec) {
  const auto number = static_cast<std::uint32_t>(cloud.ids.Next());
  // 198.18.0.0/15 is set aside for tests of networks (RFC 2544).
  const std::uint32_t address = (198U << 24 | 18U << 16) + number % (1U << 17);
  return cloud.store.public_ips.Add(
      {.id = cloud.ids.Uuid(),
       .address = Ipv4Text(address),
       .type = spec.type,
       .bandwidth_id = spec.bandwidth_id.empty() ? cloud.ids.Uuid() : spec.bandwidth_id,
       .bandwidth_name = StrCat("bandwidth-", cloud.ids.HexDigits(4)),
       .bandwidth_mbit = spec.bandwidth_mbit,
       .share_type = spec.share_type,
       .charge_mode = spec.charge_mode,
       .delete_with_server = spec.delete_with_server,
       .created = cloud.wall()});
}

Server* MakeServer(Cloud& cloud, ServerSpec spec, std::string& problem) {
  std::vector<Port*> ports;
  for (const NicSpec& nic : spec.nics) {
    Port* port = PortFor(cloud, nic, problem);
    if (port == nullptr) {
      for (const Port* made : ports) {
        if (made->made_for_server) RemovePort(cloud, made->id);
      }
      return nullptr;
    }
    ports.push_back(port);
  }
  Server& server = cloud.store.servers.Add(std::move(spec.row));
  server.created = cloud.wall();
  server.updated = cloud.wall();
  for (Port* port : ports) Plug(cloud, server, *port);
  AddDisks(cloud, server, spec.disks);
  if (spec.public_ip) BindPublicIp(cloud, server, *spec.public_ip);
  if (ServerGroup* group = cloud.store.server_groups.Find(server.group_id)) {
    group->members.push_back(server.id);
  }
  return &server;
}

void BringUpDevices(Cloud& cloud, Server& server) {
  for (const std::string& id : server.port_ids) {
    if (Port* port = cloud.store.ports.Find(id)) port->status = "ACTIVE";
  }
  for (const std::string& id : server.volume_ids) {
    if (Volume* volume = cloud.store.volumes.Find(id)) volume->status = "in-use";
  }
}

void ReleaseDevices(Cloud& cloud, Server& server, const Leftovers& leftovers) {
  for (const std::string& id : std::vector<std::string>(server.port_ids)) {
    const Port* port = cloud.store.ports.Find(id);
    if (port == nullptr) continue;
    if (PublicIp* ip = cloud.store.FindPublicIpOfPort(id)) {
      ip->port_id.clear();
      const bool remove =
          leftovers.public_ip_decides ? ip->delete_with_server : leftovers.delete_public_ip;
      if (remove) cloud.store.public_ips.Remove(ip->id);
    }
    Unplug(cloud, server, id, !port->made_for_server);
  }
  for (const std::string& id : std::vector<std::string>(server.volume_ids)) {
    Volume* volume = cloud.store.volumes.Find(id);
    if (volume == nullptr) continue;
    const Attachment* attachment = FindAttachment(*volume, server.id);
    const bool goes =
        attachment != nullptr && (attachment->delete_with_server || leftovers.delete_volumes ||
                                  (attachment->boot_index == 0 && !server.native));
    Detach(cloud, server, *volume);
    if (goes && volume->attachments.empty()) cloud.store.volumes.Remove(id);
  }
  if (ServerGroup* group = cloud.store.server_groups.Find(server.group_id)) {
    RemoveFrom(group->members, server.id);
  }
}

}  // namespace emulator
