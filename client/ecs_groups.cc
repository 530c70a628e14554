// Ecs: key pairs, server groups, quotas.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/ecs.h"

namespace ecs::client {
namespace {

constexpr Operation kCreateKeyPair = {.method = "POST",
                                      .path = "/v2.1/{project_id}/os-keypairs",
                                      // The private half comes once: a second answer is a 409.
                                      .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kGetKeyPair = {.path = "/v2.1/{project_id}/os-keypairs/{name}"};
constexpr Operation kDeleteKeyPair = {.method = "DELETE",
                                      .path = "/v2.1/{project_id}/os-keypairs/{name}"};
constexpr Operation kCreateGroup = {.method = "POST",
                                    .path = "/v1/{project_id}/cloudservers/os-server-groups",
                                    // Names are not unique: again would make another one.
                                    .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kListGroups = {.path = "/v1/{project_id}/cloudservers/os-server-groups"};
constexpr Operation kGetGroup = {.path =
                                     "/v1/{project_id}/cloudservers/os-server-groups/{group_id}"};
constexpr Operation kDeleteGroup = {
    .method = "DELETE", .path = "/v1/{project_id}/cloudservers/os-server-groups/{group_id}"};
constexpr Operation kQuotas = {.path = "/v1/{project_id}/cloudservers/limits"};

KeyPair ParseKeyPair(const Json& json) {
  return {.name = Text(json, "name"),
          .public_key = Text(json, "public_key"),
          .fingerprint = Text(json, "fingerprint"),
          .type = Text(json, "type"),
          .user_id = Text(json, "user_id"),
          .private_key = Secret(Text(json, "private_key"))};
}

std::vector<std::string> Texts(const Json& json, std::string_view name) {
  std::vector<std::string> texts;
  for (const Json& text : Items(json, name)) texts.push_back(TextOf(text));
  return texts;
}

ServerGroup ParseGroup(const Json& json) {
  return {.id = Text(json, "id"),
          .name = Text(json, "name"),
          .policies = Texts(json, "policies"),
          .members = Texts(json, "members")};
}

}  // namespace

Result<KeyPair> Ecs::CreateKeyPair(const Call& call, const std::string& name,
                                   const std::string& public_key) {
  Json keypair = {{"name", name}};
  if (!public_key.empty()) keypair["public_key"] = public_key;
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kCreateKeyPair, {.body = Json{{"keypair", std::move(keypair)}}}));
  return ParseKeyPair(Member(response.json, "keypair"));
}

Result<KeyPair> Ecs::GetKeyPair(const Call& call, const std::string& name) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kGetKeyPair,
                           {.path = {{"name", name}}, .about = Subject{"keypair", "name", name}}));
  return ParseKeyPair(Member(response.json, "keypair"));
}

Status Ecs::DeleteKeyPair(const Call& call, const std::string& name) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kDeleteKeyPair, {.path = {{"name", name}}}));
  return Ok{};
}

Result<ServerGroup> Ecs::CreateServerGroup(const Call& call, const std::string& name,
                                           const std::vector<std::string>& policies) {
  Json group = {{"name", name}, {"policies", Json(policies)}};
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kCreateGroup, {.body = Json{{"server_group", std::move(group)}}}));
  return ParseGroup(Member(response.json, "server_group"));
}

Result<ServerGroup> Ecs::GetServerGroup(const Call& call, const std::string& group_id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kGetGroup,
                           {.path = {{"group_id", group_id}},
                            .about = Subject{"server_group", "id", group_id}}));
  return ParseGroup(Member(response.json, "server_group"));
}

Result<std::vector<ServerGroup>> Ecs::ListServerGroups(const Call& call) {
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kListGroups));
  std::vector<ServerGroup> groups;
  for (const Json& group : Items(response.json, "server_groups")) {
    groups.push_back(ParseGroup(group));
  }
  return groups;
}

Status Ecs::DeleteServerGroup(const Call& call, const std::string& group_id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kDeleteGroup, {.path = {{"group_id", group_id}}}));
  return Ok{};
}

Result<std::map<std::string, std::int64_t>> Ecs::GetQuotas(const Call& call) {
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kQuotas));
  std::map<std::string, std::int64_t> quotas;
  const Json& absolute = Member(response.json, "absolute");
  if (!absolute.is_object()) return quotas;
  for (const auto& [name, value] : absolute.items()) {
    if (const auto number = Integer(absolute, name)) quotas[name] = *number;
  }
  return quotas;
}

}  // namespace ecs::client
