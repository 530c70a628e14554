#include "tests/simulation/neighbour.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/emulator/cloud/machine.h"

namespace ecs::simulation {
namespace {

using cty::Value;
using emulator::Cloud;
using emulator::Server;

void MakesALikeServer(World& world, Cloud& cloud, const Value& config, const std::string& id) {
  Server server{.id = id,
                .name = config.At("name").AsString(),
                .image_id = config.At("image_id").AsString(),
                .flavor_id = config.At("flavor").AsString(),
                .availability_zone = "eu-demo-01",
                .vpc_id = config.At("vpc_id").AsString(),
                .created = cloud.wall(),
                .updated = cloud.wall()};
  server.metadata["vpc_id"] = server.vpc_id;
  Server& row = cloud.store.servers.Add(std::move(server));
  emulator::Build(cloud, row, {});
  world.ledger.servers[id] = {kNeighbour, ""};
}

void ChangesGroups(Cloud& cloud, Server& server) {
  if (server.port_ids.empty()) return;
  emulator::Port* port = cloud.store.ports.Find(server.port_ids[0]);
  if (port != nullptr) port->security_groups.clear();
}

void GrowsADisk(Cloud& cloud, Server& server) {
  if (server.volume_ids.empty()) return;
  emulator::Volume* volume = cloud.store.volumes.Find(server.volume_ids[0]);
  if (volume != nullptr && volume->size_gb < 900) volume->size_gb += 7;
}

void SwitchesRecovery(Cloud& cloud, Server& server) {
  const emulator::Flavor* flavor = cloud.store.flavors.Find(server.flavor_id);
  const bool offered = cloud.Has("autorecovery") && flavor != nullptr && flavor->HasAutoRecovery();
  if (offered) server.auto_recovery = !server.auto_recovery;
}

bool IsQuiet(const Server& server) {
  return server.task_state.empty() && (server.vm_state == "active" || server.vm_state == "stopped");
}

}  // namespace

void NeighbourActs(World& world, const Workspace& workspace, const std::string& name) {
  constexpr const char* kActs[] = {"makes a server like",
                                   "renames",
                                   "stops",
                                   "deletes",
                                   "tags",
                                   "takes the groups of",
                                   "grows the disk of",
                                   "changes metadata of",
                                   "describes",
                                   "takes the tags of",
                                   "switches the recovery of",
                                   "starts",
                                   "resizes"};
  const std::uint64_t act = world.choices.Pick(name + "/act", std::size(kActs));
  std::vector<const Resource*> servers;
  for (const Resource& resource : workspace.resources) {
    if (resource.type->name == "ecs_server" && resource.config.is_known())
      servers.push_back(&resource);
  }
  if (servers.empty()) return;
  world.ledger.disturbed = true;
  const Resource& target = *servers[world.choices.Pick(name + "/target", servers.size())];
  world.cloud.With([&](Cloud& cloud) {
    if (act == 0) {
      const std::string id = cloud.ids.Uuid();
      MakesALikeServer(world, cloud, target.config, id);
      world.Step(absl::StrCat("neighbour makes ", id, ", which looks like ", target.address));
      ++world.totals.neighbour_acts;
      return;
    }
    if (!target.instance || !target.instance->state.At("id").is_known()) return;
    Server* server = cloud.store.servers.Find(target.instance->state.At("id").AsString());
    if (server == nullptr || !IsQuiet(*server)) return;
    world.Step(absl::StrCat("neighbour ", kActs[act], " ", target.address));
    ++world.totals.neighbour_acts;
    if (act == 1) server->name = absl::StrCat("renamed-", name.substr(name.rfind(' ') + 1));
    if (act == 2 && server->vm_state == "active") emulator::Stop(cloud, *server, {});
    if (act == 3) {
      world.ledger.deleted_by_others.insert(server->id);
      emulator::Delete(cloud, *server, {}, {});
    }
    if (act == 4) server->tags["neighbour"] = "was here";
    if (act == 5) ChangesGroups(cloud, *server);
    if (act == 6) GrowsADisk(cloud, *server);
    if (act == 7) {
      for (auto& [key, value] : server->metadata) {
        if (key.size() < 5) value = "changed";
      }
    }
    if (act == 8) server->description = "changed by hand";
    if (act == 9) server->tags.clear();
    if (act == 10) SwitchesRecovery(cloud, *server);
    if (act == 11 && server->vm_state == "stopped") emulator::Start(cloud, *server, {});
    if (act == 12)
      server->flavor_id = server->flavor_id == "c4.large.2" ? "s3.medium.1" : "c4.large.2";
    emulator::Touch(cloud, *server);
  });
}

}  // namespace ecs::simulation
