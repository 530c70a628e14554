// NICs over v1: api/ecs-v1.md section 10.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

constexpr std::size_t kNicsMax = 12;

std::optional<Response> ReadNic(const Cloud& cloud, const Json& nic, NicSpec& spec) {
  spec = {.network_id = TextOf(nic, "subnet_id"),
          .port_id = TextOf(nic, "port_id"),
          .ip = TextOf(nic, "ip_address"),
          .ipv6 = BoolOf(nic, "ipv6_enable")};
  if (const auto ids = IdsOf(Member(nic, "security_groups"))) spec.security_groups = *ids;
  for (const std::string& id : spec.security_groups) {
    if (cloud.store.security_groups.Find(id) == nullptr) return EcsError("Ecs.0014");
  }
  if (!spec.port_id.empty()) {
    const Port* port = cloud.store.ports.Find(spec.port_id);
    if (port == nullptr) return EcsError("Ecs.0307");
    return port->device_id.empty() ? std::nullopt : std::optional(EcsError("Ecs.0919"));
  }
  if (spec.network_id.empty()) return EcsError("Ecs.0005", "nics[].subnet_id is missing.");
  const Subnet* subnet = cloud.store.subnets.Find(spec.network_id);
  if (subnet == nullptr) return EcsError("Ecs.0038");
  if (spec.ip.empty()) return std::nullopt;
  const auto address = ParseIpv4(spec.ip);
  if (!address) return EcsError("Ecs.0005", "nics[].ip_address is not valid.");
  if (*address <= subnet->first || *address >= subnet->last) return EcsError("Ecs.0039");
  if (subnet->used.count(*address) > 0) return EcsError("Ecs.0010");
  return std::nullopt;
}

Response AddNics(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& nics = Member(in.body, "nics");
  if (!nics.is_array() || nics.empty()) return EcsError("Ecs.0005", "nics is missing or empty.");
  if (server->port_ids.size() + nics.size() > kNicsMax) return EcsError("Ecs.0050");
  if (const auto c = CheckAction(cloud, *server, Action::kAttachNic)) return EcsConflict(*c);
  std::vector<NicSpec> specs(nics.size());
  for (std::size_t i = 0; i < nics.size(); ++i) {
    if (auto refused = ReadNic(cloud, nics[i], specs[i])) return *refused;
  }
  std::vector<Port*> ports;
  for (const NicSpec& spec : specs) {
    std::string problem;
    Port* port = cloud.store.ports.Find(spec.port_id);
    if (port == nullptr) {
      port = MakePort(cloud, spec, problem);
      if (port == nullptr) return EcsError("Ecs.0012", problem);
      port->made_for_server = true;
    }
    // Taken, so that nobody else plugs it in while the job runs.
    port->device_id = server->id;
    ports.push_back(port);
  }
  std::vector<Json> entities;
  entities.reserve(ports.size());
  for (const Port* port : ports) entities.push_back({{"nic_id", port->id}});
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const ParentJob job = MakeParentJob(cloud, "addNic", "addSingleNic", entities);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (twist == Twist::kStuck) break;
    cloud.timeline.After(cloud.Takes("nic"), [&cloud, server_id = server->id, id = ports[i]->id,
                                              part = job.parts[i], twist] {
      Server* owner = cloud.store.servers.Find(server_id);
      Port* port = cloud.store.ports.Find(id);
      if (owner == nullptr || port == nullptr || twist != Twist::kNone) {
        if (port != nullptr && port->made_for_server) RemovePort(cloud, id);
        FailJob(cloud, part, "Ecs.0217", EcsMessage("Ecs.0217"));
        return;
      }
      Plug(cloud, *owner, *port);
      FinishJob(cloud, part);
    });
  }
  return JobReply(job.id);
}

Response DeleteNics(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const auto ids = IdsOf(Member(in.body, "nics"));
  if (!ids || ids->empty()) return EcsError("Ecs.0005", "nics is missing or empty.");
  for (const std::string& id : *ids) {
    const auto found = std::find(server->port_ids.begin(), server->port_ids.end(), id);
    if (found == server->port_ids.end()) return EcsError("Ecs.0085");
    const Port* port = cloud.store.ports.Find(id);
    if (port != nullptr && port->primary) return EcsError("Ecs.0507");
  }
  if (const auto c = CheckAction(cloud, *server, Action::kDetachNic)) return EcsConflict(*c);
  std::vector<Json> entities;
  for (const std::string& id : *ids) entities.push_back({{"nic_id", id}});
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const ParentJob job = MakeParentJob(cloud, "deleteNic", "deleteSingleNic", entities);
  for (std::size_t i = 0; i < ids->size(); ++i) {
    if (twist == Twist::kStuck) break;
    cloud.timeline.After(cloud.Takes("nic"), [&cloud, server_id = server->id, id = (*ids)[i],
                                              part = job.parts[i], twist] {
      Server* owner = cloud.store.servers.Find(server_id);
      if (owner == nullptr || twist != Twist::kNone) {
        FailJob(cloud, part, "Ecs.0507", "Deleting the NIC failed.");
        return;
      }
      const Port* port = cloud.store.ports.Find(id);
      Unplug(cloud, *owner, id, port != nullptr && !port->made_for_server);
      FinishJob(cloud, part);
    });
  }
  return JobReply(job.id);
}

Response ListInterfaces(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  Json rows = Json::array();
  for (const std::string& id : server->port_ids) {
    const Port* port = cloud.store.ports.Find(id);
    if (port == nullptr) continue;
    const Subnet* subnet = cloud.store.subnets.Find(port->network_id);
    Json address = {{"subnet_id", subnet == nullptr ? "" : subnet->neutron_subnet_id},
                    {"ip_address", port->ip}};
    rows.push_back({{"port_state", port->status},
                    {"net_id", port->network_id},
                    {"port_id", port->id},
                    {"mac_addr", port->mac},
                    {"fixed_ips", Json::array({address})},
                    {"delete_on_termination", port->made_for_server},
                    {"driver_mode", nullptr},
                    {"min_rate", nullptr},
                    {"multiqueue_num", nullptr},
                    {"pci_address", nullptr}});
  }
  const std::size_t free = kNicsMax - std::min(kNicsMax, server->port_ids.size());
  return JsonReply(200, {{"attachableQuantity", {{"free_nic", free}, {"free_efi_nic", 0}}},
                         {"interfaceAttachments", std::move(rows)}});
}

}  // namespace

void AddEcsNicRoutes(Router& router) {
  const std::string server = "/v1/{project_id}/cloudservers/{server_id}";
  router.Add(Service::kEcs, "POST", server + "/nics", "AddNics", AddNics);
  router.Add(Service::kEcs, "POST", server + "/nics/delete", "DeleteNics", DeleteNics);
  router.Add(Service::kEcs, "GET", server + "/os-interface", "ListInterfaces", ListInterfaces);
}

}  // namespace emulator
