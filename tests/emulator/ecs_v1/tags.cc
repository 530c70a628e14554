// Tags and metadata over v1: api/ecs-v1.md sections 12 and 13.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Json TagRows(const std::map<std::string, std::string>& tags) {
  Json rows = Json::array();
  for (const auto& [key, value] : tags) rows.push_back({{"key", key}, {"value", value}});
  return rows;
}

Response ChangeTags(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const std::string action = TextOf(in.body, "action");
  const Json& rows = Member(in.body, "tags");
  if (action != "create" && action != "delete") {
    return EcsError("Ecs.0005", "action must be create or delete.");
  }
  if (!rows.is_array() || rows.empty()) return EcsError("Ecs.0005", "tags is missing or empty.");
  std::map<std::string, std::string> tags = server->tags;
  if (action == "create") {
    if (auto refused = AddTags(rows, tags)) return *refused;
  } else {
    for (const Json& row : rows) tags.erase(TextOf(row, "key"));
  }
  server->tags = std::move(tags);
  Touch(cloud, *server);
  return EmptyReply(204);
}

Response ListTags(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  return JsonReply(200, {{"tags", TagRows(server->tags)}});
}

Response ListProjectTags(Cloud& cloud, const Exchange&) {
  std::map<std::string, std::set<std::string>> all;
  for (const Server& server : cloud.store.servers) {
    for (const auto& [key, value] : server.tags) all[key].insert(value);
  }
  Json rows = Json::array();
  for (const auto& [key, values] : all) rows.push_back({{"key", key}, {"values", values}});
  return JsonReply(200, {{"tags", std::move(rows)}});
}

// Whether the server has, for the row's key, one of its values; any value if there are none.
bool HasOne(const Server& server, const Json& row) {
  const auto found = server.tags.find(TextOf(row, "key"));
  if (found == server.tags.end()) return false;
  const Json& values = Member(row, "values");
  return !values.is_array() || values.empty() ||
         std::find(values.begin(), values.end(), Json(found->second)) != values.end();
}

bool Fits(const Server& server, const Json& body) {
  for (const Json& row : Member(body, "tags")) {
    if (!HasOne(server, row)) return false;
  }
  for (const Json& row : Member(body, "not_tags")) {
    if (HasOne(server, row)) return false;
  }
  for (const Json& row : Member(body, "matches")) {
    if (TextOf(row, "key") == "resource_name" && !Contains(server.name, TextOf(row, "value"))) {
      return false;
    }
  }
  return true;
}

// Unlike the list of servers, `offset` counts rows here; both numbers are texts.
Response QueryByTag(Cloud& cloud, const Exchange& in) {
  const std::string action = TextOf(in.body, "action");
  if (action != "filter" && action != "count") {
    return EcsError("Ecs.0005", "action must be filter or count.");
  }
  const long long limit = NumberOf(in.body, "limit", 1000);
  const long long offset = NumberOf(in.body, "offset", 0);
  if (limit < 1 || limit > 1000 || offset < 0) {
    return EcsError("Ecs.0005", "limit or offset is out of range.");
  }
  Json resources = Json::array();
  long long total = 0;
  for (const Server& server : cloud.store.servers) {
    if (server.vm_state == "deleted" || !Fits(server, in.body)) continue;
    const long long index = total++;
    if (index < offset || index >= offset + limit) continue;
    resources.push_back({{"resource_id", server.id},
                         {"resource_detail", nullptr},
                         {"resource_name", server.name},
                         {"tags", TagRows(server.tags)}});
  }
  Json answer = {{"total_count", total}};
  if (action == "filter") answer["resources"] = std::move(resources);
  return JsonReply(200, answer);
}

Response UpdateMetadata(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& given = Member(in.body, "metadata");
  if (!given.is_object()) return EcsError("Ecs.0005", "metadata is missing.");
  std::map<std::string, std::string> metadata = server->metadata;
  for (const auto& [key, value] : given.items()) {
    const bool fine = value.is_string() && value.get<std::string>().size() <= 255 && !key.empty() &&
                      key.size() <= 255;
    if (!fine) return EcsError("Ecs.0005", StrCat("metadata.", key, " is not valid."));
    metadata[key] = value.get<std::string>();
  }
  if (const auto c = CheckAction(cloud, *server, Action::kMetadata)) {
    return EcsWrapped(NovaStatus(*c), c->message);
  }
  server->metadata = std::move(metadata);
  Touch(cloud, *server);
  return JsonReply(200, {{"metadata", server->metadata}});
}

Response DeleteMetadata(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  if (server->metadata.count(in.Param("key")) == 0) {
    return EcsWrapped(404, "Metadata item was not found");
  }
  if (const auto c = CheckAction(cloud, *server, Action::kMetadata)) {
    return EcsWrapped(NovaStatus(*c), c->message);
  }
  server->metadata.erase(in.Param("key"));
  Touch(cloud, *server);
  return EmptyReply(204);
}

}  // namespace

void AddEcsTagRoutes(Router& router) {
  constexpr Service kEcs = Service::kEcs;
  for (const char* kind : {"cloudservers", "servers"}) {
    const std::string base = StrCat("/v1/{project_id}/", kind);
    router.Add(kEcs, "POST", base + "/{server_id}/tags/action", "ChangeTags", ChangeTags);
    router.Add(kEcs, "GET", base + "/{server_id}/tags", "ListTags", ListTags);
    router.Add(kEcs, "GET", base + "/tags", "ListProjectTags", ListProjectTags);
    router.Add(kEcs, "POST", base + "/resource_instances/action", "QueryByTag", QueryByTag);
  }
  const std::string server = "/v1/{project_id}/cloudservers/{server_id}";
  router.Add(kEcs, "POST", server + "/metadata", "UpdateMetadata", UpdateMetadata);
  router.Add(kEcs, "DELETE", server + "/metadata/{key}", "DeleteMetadata", DeleteMetadata);
}

}  // namespace emulator
