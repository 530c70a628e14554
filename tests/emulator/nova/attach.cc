// Native volumes and NICs of a server: api/nova-v2.1.md section 11.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

Json AttachmentJson(const Server& server, const Volume& volume) {
  const Attachment* at = FindAttachment(volume, server.id);
  return {{"id", volume.id},
          {"volumeId", volume.id},
          {"serverId", server.id},
          {"device", at == nullptr ? "" : at->device}};
}

Response ListVolumes(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  Json rows = Json::array();
  for (const std::string& id : server->volume_ids) {
    if (const Volume* volume = cloud.store.volumes.Find(id)) {
      rows.push_back(AttachmentJson(*server, *volume));
    }
  }
  return JsonReply(200, {{"volumeAttachments", std::move(rows)}});
}

Response NotAttached(const Exchange& in) {
  return NovaError(404, StrCat("Instance ", in.Param("server_id"), " is not attached to volume ",
                               in.Param("volume_id")));
}

Response ShowVolume(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr || FindAttachment(*volume, server->id) == nullptr) return NotAttached(in);
  return JsonReply(200, {{"volumeAttachment", AttachmentJson(*server, *volume)}});
}

Response AttachVolume(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json& given = Member(in.body, "volumeAttachment");
  const std::string id = TextOf(given, "volumeId");
  Volume* volume = cloud.store.volumes.Find(id);
  if (id.empty()) {
    return NovaError(400,
                     "Invalid input for field/attribute volumeAttachment. 'volumeId' is a "
                     "required property");
  }
  if (volume == nullptr) {
    return NovaError(404, StrCat("Volume ", id, " could not be found."));
  }
  if (const auto c = CheckAction(cloud, *server, Action::kAttachVolume)) return NovaConflict(*c);
  const bool shared = volume->multiattach && volume->status == "in-use" &&
                      FindAttachment(*volume, server->id) == nullptr;
  if (volume->status != "available" && !shared) {
    return NovaError(
        400, StrCat("Invalid volume: volume ", id, " status must be 'available'. Currently in '",
                    volume->status, "'"));
  }
  if (volume->availability_zone != server->availability_zone) {
    return NovaError(400, StrCat("Invalid volume: Instance and volume ", id,
                                 " are not in the same availability_zone"));
  }
  Attach(cloud, *server, *volume, TextOf(given, "device"), false, "attaching");
  LogAction(cloud, *server, "attach_volume", NovaRequestId(in));
  cloud.timeline.After(cloud.Takes("attach"), [&cloud, id] {
    Volume* found = cloud.store.volumes.Find(id);
    if (found != nullptr && found->status == "attaching") found->status = "in-use";
  });
  return JsonReply(200, {{"volumeAttachment", AttachmentJson(*server, *volume)}});
}

Response DetachVolume(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const std::string id = in.Param("volume_id");
  Volume* volume = cloud.store.volumes.Find(id);
  const Attachment* at = volume == nullptr ? nullptr : FindAttachment(*volume, server->id);
  if (at == nullptr) return NotAttached(in);
  if (const auto c = CheckAction(cloud, *server, Action::kDetachVolume)) return NovaConflict(*c);
  // Even when stopped: api/real-nova.md 16.
  if (at->boot_index == 0) return NovaError(400, "Cannot detach a root device volume");
  volume->status = "detaching";
  LogAction(cloud, *server, "detach_volume", NovaRequestId(in));
  cloud.timeline.After(cloud.Takes("detach"), [&cloud, id, server_id = server->id] {
    Volume* found = cloud.store.volumes.Find(id);
    Server* owner = cloud.store.servers.Find(server_id);
    if (found != nullptr && owner != nullptr) Detach(cloud, *owner, *found);
  });
  return EmptyReply(202);
}

Json InterfaceJson(const Cloud& cloud, const Port& port) {
  const Subnet* subnet = cloud.store.subnets.Find(port.network_id);
  Json address = {{"ip_address", port.ip},
                  {"subnet_id", subnet == nullptr ? "" : subnet->neutron_subnet_id}};
  return {{"port_state", port.status},
          {"fixed_ips", Json::array({address})},
          {"port_id", port.id},
          {"net_id", port.network_id},
          {"mac_addr", port.mac}};
}

Response ListInterfaces(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  Json rows = Json::array();
  for (const std::string& id : server->port_ids) {
    if (const Port* port = cloud.store.ports.Find(id)) rows.push_back(InterfaceJson(cloud, *port));
  }
  return JsonReply(200, {{"interfaceAttachments", std::move(rows)}});
}

Response ShowInterface(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Port* port = cloud.store.ports.Find(in.Param("port_id"));
  if (port == nullptr || port->device_id != server->id) {
    return NovaError(404, StrCat("Instance ", server->id,
                                 " does not have fixed ip attached by port ", in.Param("port_id")));
  }
  return JsonReply(200, {{"interfaceAttachment", InterfaceJson(cloud, *port)}});
}

// The port that the body names, or one made of its network.
Port* PortOf(Cloud& cloud, const Json& given, int& status, std::string& problem) {
  const std::string port_id = TextOf(given, "port_id");
  std::string ip;
  const Json& fixed = Member(given, "fixed_ips");
  if (fixed.is_array() && !fixed.empty()) ip = TextOf(fixed[0], "ip_address");
  if (port_id.empty()) {
    const std::string network = TextOf(given, "net_id", cloud.store.subnets.begin()->id);
    Port* port = MakePort(cloud, {.network_id = network, .ip = ip}, problem);
    status = cloud.store.subnets.Find(network) == nullptr ? 404 : 400;
    if (port != nullptr) port->made_for_server = true;
    return port;
  }
  Port* port = cloud.store.ports.Find(port_id);
  status = 404;
  problem = StrCat("Port ", port_id, " could not be found.");
  if (port == nullptr || port->device_id.empty()) return port;
  status = 409;
  problem = StrCat("Port ", port_id, " is still in use.");
  return nullptr;
}

Response AttachInterface(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json& given = Member(in.body, "interfaceAttachment");
  if (!TextOf(given, "net_id").empty() && !TextOf(given, "port_id").empty()) {
    return NovaError(400, "Must not input both network_id and port_id");
  }
  if (const auto c = CheckAction(cloud, *server, Action::kAttachNic)) return NovaConflict(*c);
  int status = 400;
  std::string problem;
  Port* port = PortOf(cloud, given, status, problem);
  if (port == nullptr) return NovaError(status, problem);
  Plug(cloud, *server, *port);
  LogAction(cloud, *server, "attach_interface", NovaRequestId(in));
  return JsonReply(200, {{"interfaceAttachment", InterfaceJson(cloud, *port)}});
}

// An unknown port and the primary NIC too are 202: api/real-nova.md 21.
Response DetachInterface(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  if (const auto c = CheckAction(cloud, *server, Action::kDetachNic)) return NovaConflict(*c);
  const std::string id = in.Param("port_id");
  const Port* port = cloud.store.ports.Find(id);
  if (port == nullptr || port->device_id != server->id) return EmptyReply(202);
  if (cloud.options.older_nova && port->primary) {
    return NovaError(403, "The primary NIC cannot be detached.");
  }
  const std::string keep_text = in.query.Get("reserve_port");
  const bool keep = keep_text == "True" || keep_text == "true" || !port->made_for_server;
  LogAction(cloud, *server, "detach_interface", NovaRequestId(in));
  cloud.timeline.After(cloud.Takes("nic"), [&cloud, id, keep, server_id = server->id] {
    Server* owner = cloud.store.servers.Find(server_id);
    if (owner != nullptr) Unplug(cloud, *owner, id, keep);
  });
  return EmptyReply(202);
}

}  // namespace

void AddNovaAttachRoutes(Router& router) {
  const std::string volumes = "/servers/{server_id}/os-volume_attachments";
  AddNova(router, "GET", volumes, "ListVolumeAttachments", ListVolumes);
  AddNova(router, "POST", volumes, "AttachVolume", AttachVolume);
  AddNova(router, "GET", volumes + "/{volume_id}", "ShowVolumeAttachment", ShowVolume);
  AddNova(router, "DELETE", volumes + "/{volume_id}", "DetachVolume", DetachVolume);
  const std::string nics = "/servers/{server_id}/os-interface";
  AddNova(router, "GET", nics, "ListInterfaces", ListInterfaces);
  AddNova(router, "POST", nics, "AttachInterface", AttachInterface);
  AddNova(router, "GET", nics + "/{port_id}", "ShowInterface", ShowInterface);
  AddNova(router, "DELETE", nics + "/{port_id}", "DetachInterface", DetachInterface);
}

}  // namespace emulator
