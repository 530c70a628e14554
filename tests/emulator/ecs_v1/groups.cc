// Server groups over v1: api/ecs-v1.md section 16.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

constexpr std::size_t kMembersMax = 16;

Json GroupJson(const ServerGroup& group) {
  return {{"id", group.id},
          {"name", group.name},
          {"policies", group.policies},
          {"members", group.members},
          {"metadata", Json::object()}};
}

ServerGroup* FindGroup(Cloud& cloud, const Exchange& in) {
  return cloud.store.server_groups.Find(in.Param("server_group_id"));
}

Response NoSuchGroup(const Exchange& in) {
  return EcsError(
      404, "Ecs.1000",
      NovaFault(404, StrCat("Instance group ", in.Param("server_group_id"), " could not be found."))
          .dump());
}

Response CreateGroup(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "server_group");
  const std::string name = TextOf(given, "name");
  const Json& policies = Member(given, "policies");
  if (name.empty() || name.size() > 255) return EcsError("Ecs.0005", "name is not valid.");
  if (!policies.is_array() || policies.size() != 1 || policies[0] != "anti-affinity") {
    return EcsError("Ecs.0005", "policies must be [\"anti-affinity\"].");
  }
  const ServerGroup& group = cloud.store.server_groups.Add(
      {.id = cloud.ids.Uuid(), .name = name, .policies = {"anti-affinity"}});
  return JsonReply(200, {{"server_group", GroupJson(group)}});
}

Response ListGroups(Cloud& cloud, const Exchange& in) {
  std::size_t limit = 1000;
  const bool pages = ReadNumber(in.query.Get("limit"), &limit);
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json rows = Json::array();
  for (const ServerGroup& group : cloud.store.server_groups) {
    if (begun && rows.size() < limit) rows.push_back(GroupJson(group));
    begun = begun || group.id == marker;
  }
  Json answer = {{"server_groups", rows}};
  if (pages && rows.size() == limit && limit > 0) {
    answer["page_info"] = {{"next_marker", rows.back()["id"]}};
  }
  return JsonReply(200, answer);
}

Response ShowGroup(Cloud& cloud, const Exchange& in) {
  const ServerGroup* group = FindGroup(cloud, in);
  if (group == nullptr) return NoSuchGroup(in);
  return JsonReply(200, {{"server_group", GroupJson(*group)}});
}

Response DeleteGroup(Cloud& cloud, const Exchange& in) {
  if (!cloud.store.server_groups.Remove(in.Param("server_group_id"))) return NoSuchGroup(in);
  return EmptyReply(204);
}

Response AddMember(Cloud& cloud, ServerGroup& group, const std::string& server_id) {
  Server* server = cloud.store.servers.Find(server_id);
  if (server == nullptr) return NoSuchServer();
  if (server->vm_state != "stopped") {
    return EcsWrapped(
        400, StrCat("Instance ", server_id, " can not add, cause its state is not STOPPED"));
  }
  if (group.members.size() >= kMembersMax) return EcsError("Ecs.0022");
  if (!server->group_id.empty() && server->group_id != group.id) {
    return EcsWrapped(400, StrCat("Instance ", server_id, " is in another group"));
  }
  if (server->group_id.empty()) group.members.push_back(server_id);
  server->group_id = group.id;
  Touch(cloud, *server);
  return EmptyReply(200);
}

Response ChangeMembers(Cloud& cloud, const Exchange& in) {
  ServerGroup* group = FindGroup(cloud, in);
  if (group == nullptr) return NoSuchGroup(in);
  const std::string added = TextOf(Member(in.body, "add_member"), "instance_uuid");
  if (!added.empty()) return AddMember(cloud, *group, added);
  const std::string removed = TextOf(Member(in.body, "remove_member"), "instance_uuid");
  if (removed.empty()) {
    return EcsError("Ecs.0005", "The body needs add_member or remove_member.");
  }
  auto& members = group->members;
  const auto found = std::find(members.begin(), members.end(), removed);
  if (found == members.end()) return EcsWrapped(400, "The instance is not in the group");
  members.erase(found);
  if (Server* server = cloud.store.servers.Find(removed)) {
    server->group_id.clear();
    Touch(cloud, *server);
  }
  return EmptyReply(200);
}

}  // namespace

void AddEcsGroupRoutes(Router& router) {
  constexpr Service kEcs = Service::kEcs;
  const std::string groups = "/v1/{project_id}/cloudservers/os-server-groups";
  const std::string group = groups + "/{server_group_id}";
  router.Add(kEcs, "POST", groups, "CreateServerGroup", CreateGroup);
  router.Add(kEcs, "GET", groups, "ListServerGroups", ListGroups);
  router.Add(kEcs, "GET", group, "ShowServerGroup", ShowGroup);
  router.Add(kEcs, "DELETE", group, "DeleteServerGroup", DeleteGroup);
  router.Add(kEcs, "POST", group + "/action", "ChangeServerGroup", ChangeMembers);
}

}  // namespace emulator
