// Ecs: what is done to servers that exist.
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/ecs.h"
#include "client/second_look.h"

namespace ecs::client {
namespace {

constexpr Operation kAction = {.method = "POST",
                               .path = "/v2.1/{project_id}/servers/{server_id}/action"};
constexpr Operation kInstanceActions = {
    .path = "/v2.1/{project_id}/servers/{server_id}/os-instance-actions"};
constexpr Operation kBatchAction = {.method = "POST",
                                    .path = "/v1/{project_id}/cloudservers/action",
                                    // A second job would restart the servers again, or fail.
                                    .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kSetAutoRecovery = {
    .method = "PUT", .path = "/v1/{project_id}/cloudservers/{server_id}/autorecovery"};
constexpr Operation kGetAutoRecovery = {
    .path = "/v1/{project_id}/cloudservers/{server_id}/autorecovery"};
constexpr Operation kTagsAction = {.method = "POST",
                                   .path = "/v1/{project_id}/cloudservers/{server_id}/tags/action"};
constexpr Operation kSetMetadata = {.method = "POST",
                                    .path = "/v1/{project_id}/cloudservers/{server_id}/metadata"};
constexpr Operation kDeleteMetadata = {
    .method = "DELETE", .path = "/v2.1/{project_id}/servers/{server_id}/metadata/{key}"};

constexpr Operation kResetPassword = {
    .method = "PUT", .path = "/v1/{project_id}/cloudservers/{server_id}/os-reset-password"};
constexpr Operation kRemoteConsole = {
    .method = "POST", .path = "/v1/{project_id}/cloudservers/{server_id}/remote_console"};
constexpr Operation kNativeConsole = {
    .method = "POST", .path = "/v2.1/{project_id}/servers/{server_id}/remote-consoles"};

constexpr char kFlavorLacksIt[] = "Ecs.0036";

const char* Word(Force force) { return force == Force::kHard ? "HARD" : "SOFT"; }

bool NamesTheServer(const std::string& api_code) {
  static constexpr std::array<std::string_view, 4> kCodes = {"Ecs.0114", "Ecs.0614", "Ecs.1000",
                                                             "itemNotFound"};
  for (const std::string_view code : kCodes) {
    if (code == api_code) return true;
  }
  return false;
}

// A route that does not exist, by any of the ways in which clouds say so, and a flavor without the
// feature (Ecs.0036).
Error ForFeature(Error error, const Operation& operation,
                 const char* lacks = "This cloud or this flavor has no automatic recovery.") {
  // Of a sign-in that failed on the way nothing follows for the feature.
  if (!error.api || error.api->operation != operation.Name()) return error;
  const int status = error.api->http_status;
  const bool no_route = (status == 404 && !NamesTheServer(error.api->code)) || status == 405 ||
                        (status == 501 && error.api->code != "Ecs.0603");
  if (!no_route && error.api->code != kFlavorLacksIt) return error;
  error.code = Code::kNotFound;
  error.detail = lacks;
  error.hint.clear();
  return error;
}

}  // namespace

bool NotOffered(const Error& error) {
  return error.code == Code::kNotFound && error.api && error.api->http_status >= 400 &&
         !NamesTheServer(error.api->code);
}

Result<std::string> Ecs::Order(const Call& call, const std::string& id, Json action,
                               Repeat repeat) {
  Operation operation = kAction;
  operation.repeat = repeat;
  ASSIGN_OR_RETURN(
      const Response response,
      api_.Do(call, operation, {.path = {{"server_id", id}}, .body = std::move(action)}));
  const std::string& compute_id = response.headers.Get("X-Compute-Request-Id");
  return compute_id.empty() ? RequestId(response.headers) : compute_id;
}

Status Ecs::Act(const Call& call, const std::string& id, Json action, Repeat repeat) {
  ASSIGN_OR_RETURN(const std::string request_id, Order(call, id, std::move(action), repeat));
  return Ok{};
}

Result<std::string> Ecs::StartServer(const Call& call, const std::string& id) {
  return Order(call, id, {{"os-start", Json::object()}}, Repeat::kAlways);
}

Result<std::string> Ecs::StopServer(const Call& call, const std::string& id, Force force) {
  return Order(call, id, {{"os-stop", {{"type", Word(force)}}}}, Repeat::kAlways);
}

Result<std::string> Ecs::RebootServer(const Call& call, const std::string& id, Force force) {
  return Order(call, id, {{"reboot", {{"type", Word(force)}}}}, Repeat::kOnlyIfNotSent);
}

Result<std::string> Ecs::ResizeServer(const Call& call, const std::string& id,
                                      const std::string& flavor_id) {
  return Order(call, id, {{"resize", {{"flavorRef", flavor_id}}}}, Repeat::kOnlyIfNotSent);
}

Status Ecs::ConfirmResize(const Call& call, const std::string& id) {
  return Act(call, id, {{"confirmResize", nullptr}}, Repeat::kAlways);
}

Status Ecs::RevertResize(const Call& call, const std::string& id) {
  return Act(call, id, {{"revertResize", nullptr}}, Repeat::kAlways);
}

Status Ecs::ResetPassword(const Call& call, const std::string& id, const Secret& password) {
  // The one place where the password is sent in an update.
  const Json body = {{"reset-password", {{"new_password", password.Reveal()}}}};
  const auto response = api_.Do(call, kResetPassword, {.path = {{"server_id", id}}, .body = body});
  if (response.ok()) return Ok{};
  return ForFeature(response.error(), kResetPassword,
                    "This cloud cannot set the password of a server that exists.");
}

Result<Console> Ecs::RemoteConsole(const Call& call, const std::string& id) {
  Input input = {.path = {{"server_id", id}},
                 .body = Json{{"remote_console", {{"type", "novnc"}, {"protocol", "vnc"}}}}};
  Result<Response> response = api_.Do(call, kRemoteConsole, input);
  // Open Telekom Cloud has only the native call, which is there from 2.6 (nova-v2.1.md section 15).
  if (!response.ok() && NotOffered(ForFeature(response.error(), kRemoteConsole))) {
    input.headers.Set("OpenStack-API-Version", "compute 2.6");
    response = api_.Do(call, kNativeConsole, input);
  }
  if (!response.ok()) return response.error();
  const Json& console = Member(response->json, "remote_console");
  return Console{.type = Text(console, "type"),
                 .protocol = Text(console, "protocol"),
                 .url = Secret(Text(console, "url"))};
}

Status Ecs::AddSecurityGroup(const Call& call, const std::string& id, const std::string& group_id) {
  return Act(call, id, {{"addSecurityGroup", {{"name", group_id}}}}, Repeat::kOnlyIfNotSent);
}

Status Ecs::RemoveSecurityGroup(const Call& call, const std::string& id,
                                const std::string& group_id) {
  return Act(call, id, {{"removeSecurityGroup", {{"name", group_id}}}}, Repeat::kOnlyIfNotSent);
}

Result<std::vector<InstanceAction>> Ecs::InstanceActions(const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kInstanceActions, {.path = {{"server_id", id}}}));
  std::vector<InstanceAction> actions;
  for (const Json& action : Items(response.json, "instanceActions")) {
    actions.push_back({.action = Text(action, "action"),
                       .request_id = Text(action, "request_id"),
                       .start_time = Text(action, "start_time"),
                       .message = Text(action, "message")});
  }
  return actions;
}

Result<std::string> Ecs::Batch(const Call& call, const char* action,
                               const std::vector<std::string>& ids, std::optional<Force> force) {
  Json servers = Json::array();
  for (const std::string& id : ids) servers.push_back({{"id", id}});
  Json order = {{"servers", std::move(servers)}};
  if (force) order["type"] = Word(*force);
  return StartJob(call, kBatchAction, {.body = Json{{action, std::move(order)}}});
}

Result<std::string> Ecs::BatchStart(const Call& call, const std::vector<std::string>& ids) {
  return Batch(call, "os-start", ids, std::nullopt);
}

Result<std::string> Ecs::BatchStop(const Call& call, const std::vector<std::string>& ids,
                                   Force force) {
  return Batch(call, "os-stop", ids, force);
}

Result<std::string> Ecs::BatchReboot(const Call& call, const std::vector<std::string>& ids,
                                     Force force) {
  return Batch(call, "reboot", ids, force);
}

Status Ecs::SetAutoRecovery(const Call& call, const std::string& id, bool on) {
  // A string here, although creation wants a boolean (ecs-v1.md section 9.1).
  const auto response = api_.Do(call, kSetAutoRecovery,
                                {.path = {{"server_id", id}},
                                 .body = Json{{"support_auto_recovery", on ? "true" : "false"}}});
  if (response.ok()) return Ok{};
  const Error error = ForFeature(response.error(), kSetAutoRecovery);
  if (!NotOffered(error) || error.api->code == kFlavorLacksIt) return error;
  // A cloud that answers the question has the feature: only this request went astray.
  const auto asked = GetAutoRecovery(call, id);
  if (!asked.ok() && NotOffered(asked.error())) return error;
  return response.error();
}

Result<std::optional<bool>> Ecs::GetAutoRecovery(const Call& call, const std::string& id) {
  const Input input = {.path = {{"server_id", id}}};
  ASSIGN_OR_RETURN(const Response response, LookTwice(call, [&]() -> Result<Response> {
                     Result<Response> seen = api_.Do(call, kGetAutoRecovery, input);
                     if (!seen.ok()) return ForFeature(seen.error(), kGetAutoRecovery);
                     return seen;
                   }));
  return Boolean(response.json, "support_auto_recovery");
}

Status Ecs::SetTags(const Call& call, const std::string& id,
                    const std::map<std::string, std::string>& tags) {
  if (tags.empty()) return Ok{};
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"key", key}, {"value", value}});
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kTagsAction,
                           {.path = {{"server_id", id}},
                            .body = Json{{"action", "create"}, {"tags", std::move(list)}}}));
  return Ok{};
}

Status Ecs::DeleteTags(const Call& call, const std::string& id,
                       const std::vector<std::string>& keys) {
  if (keys.empty()) return Ok{};
  Json list = Json::array();
  for (const std::string& key : keys) list.push_back({{"key", key}});
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kTagsAction,
                           {.path = {{"server_id", id}},
                            .body = Json{{"action", "delete"}, {"tags", std::move(list)}}}));
  return Ok{};
}

Status Ecs::SetMetadata(const Call& call, const std::string& id,
                        const std::map<std::string, std::string>& metadata) {
  if (metadata.empty()) return Ok{};
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kSetMetadata,
                                                    {.path = {{"server_id", id}},
                                                     .body = Json{{"metadata", Json(metadata)}}}));
  return Ok{};
}

Status Ecs::DeleteMetadata(const Call& call, const std::string& id, const std::string& key) {
  const auto response = api_.Do(call, kDeleteMetadata, {.path = {{"server_id", id}, {"key", key}}});
  if (response.ok()) return Ok{};
  if (response.error().code != Code::kNotFound) return response.error();
  // Of the key, of the server, or false: only the server itself tells.
  const Result<Server> server = GetServer(call, id);
  const bool proven = server.ok() && server->shown.metadata && server->metadata.count(key) == 0;
  return proven ? Status(Ok{}) : Status(response.error());
}

}  // namespace ecs::client
