// One server over v1: show, update, delete. api/ecs-v1.md sections 3, 4, 6.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kBatchMax = 1000;

Response ShowServer(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  return JsonReply(200, {{"server", EcsServerJson(cloud, *server)}});
}

Response UpdateServer(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& change = Member(in.body, "server");
  if (!change.is_object()) return EcsError("Ecs.0005", "server is missing.");
  const Json& name = Member(change, "name");
  const Json& description = Member(change, "description");
  if (name.is_string()) {
    if (auto refused = CheckName(name.get<std::string>(), 128)) return *refused;
  }
  if (description.is_string()) {
    if (auto refused = CheckDescription(description.get<std::string>())) return *refused;
  }
  if (name.is_string()) server->name = name.get<std::string>();
  if (description.is_string()) server->description = description.get<std::string>();
  Touch(cloud, *server);
  Json json = NovaServerJson(cloud, in, *server, true);
  json["flavor"] = {{"id", server->flavor_id},
                    {"links", NovaLinks(in, "flavors", server->flavor_id)}};
  return JsonReply(200, {{"server", std::move(json)}});
}

void DeleteOne(Cloud& cloud, const Exchange& in, const std::string& id, const std::string& job_id,
               const Leftovers& leftovers) {
  Server* server = cloud.store.servers.Find(id);
  if (server == nullptr || server->vm_state == "deleted") {
    FailJob(cloud, job_id, "Ecs.0114", EcsMessage("Ecs.0114"),
            NovaFault(404, StrCat("Instance ", id, " could not be found.")).dump());
    return;
  }
  if (const auto conflict = CheckAction(cloud, *server, Action::kDelete)) {
    const std::string code = EcsConflictCode(*conflict);
    FailJob(cloud, job_id, code, EcsMessage(code),
            NovaFault(NovaStatus(*conflict), conflict->message).dump());
    return;
  }
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  Delete(cloud, *server, leftovers, OrderWithJob(cloud, in, job_id, twist, "Ecs.0501"));
}

Response DeleteServers(Cloud& cloud, const Exchange& in) {
  const auto ids = IdsOf(Member(in.body, "servers"));
  if (!ids || ids->empty()) return EcsError("Ecs.0005", "servers is missing or empty.");
  if (ids->size() > kBatchMax) return EcsError("Ecs.0118");
  const bool any = std::any_of(ids->begin(), ids->end(), [&cloud](const std::string& id) {
    const Server* server = cloud.store.servers.Find(id);
    return server != nullptr && server->vm_state != "deleted";
  });
  if (!any) return NoSuchServer();
  if (ids->size() == 1) {
    // A single server's refusal is known at once.
    const Server& server = *cloud.store.servers.Find(ids->front());
    if (const auto conflict = CheckAction(cloud, server, Action::kDelete)) {
      return EcsConflict(*conflict);
    }
  }
  const Leftovers leftovers = {
      .delete_volumes = BoolOf(in.body, "delete_volume"),
      .public_ip_decides = !Member(in.body, "delete_publicip").is_boolean(),
      .delete_public_ip = BoolOf(in.body, "delete_publicip"),
  };
  std::vector<Json> entities;
  for (const std::string& id : *ids) entities.push_back({{"server_id", id}});
  const ParentJob job = MakeParentJob(cloud, "deleteServer", "deleteSingleServer", entities);
  for (std::size_t i = 0; i < ids->size(); ++i) {
    DeleteOne(cloud, in, (*ids)[i], job.parts[i], leftovers);
  }
  return JobReply(job.id);
}

}  // namespace

void AddEcsServerRoutes(Router& router) {
  const std::string base = "/v1/{project_id}/cloudservers";
  router.Add(Service::kEcs, "GET", base + "/{server_id}", "ShowServer", ShowServer);
  router.Add(Service::kEcs, "PUT", base + "/{server_id}", "UpdateServer", UpdateServer);
  router.Add(Service::kEcs, "POST", base + "/delete", "DeleteServers", DeleteServers);
}

}  // namespace emulator
