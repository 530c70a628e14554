// Ecs: volumes and network interfaces put on servers and taken off.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/ecs.h"
#include "client/pages.h"
#include "client/second_look.h"

namespace ecs::client {
namespace {

constexpr std::size_t kPortPage = 2000;  // neighbours.md section 2.4
constexpr int kPortPages = 200;

constexpr Operation kAttachVolume = {
    .method = "POST",
    .path = "/v1/{project_id}/cloudservers/{server_id}/attachvolume",
    // The answer names the job; attaching again is refused.
    .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kDetachVolume = {
    .method = "DELETE",
    .path = "/v1/{project_id}/cloudservers/{server_id}/detachvolume/{volume_id}",
    .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kAddNics = {.method = "POST",
                                .path = "/v1/{project_id}/cloudservers/{server_id}/nics",
                                // Again would add another one.
                                .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kDeleteNics = {.method = "POST",
                                   .path = "/v1/{project_id}/cloudservers/{server_id}/nics/delete",
                                   .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kCreateVolume = {.method = "POST",
                                     .service = "evs",
                                     .path = "/v2/{project_id}/cloudvolumes",
                                     // Again would create and bill another one.
                                     .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kDeleteVolume = {
    .method = "DELETE", .service = "evs", .path = "/v2/{project_id}/cloudvolumes/{volume_id}"};
constexpr Operation kGetPort = {.service = "vpc", .path = "/v2.0/ports/{port_id}"};
constexpr Operation kListPorts = {.service = "vpc", .path = "/v2.0/ports"};
constexpr Operation kUpdatePort = {
    .method = "PUT", .service = "vpc", .path = "/v2.0/ports/{port_id}"};

Port ParsePort(const Json& json) {
  Port port = {
      .id = Text(json, "id"),
      .name = Text(json, "name"),
      .network_id = Text(json, "network_id"),
      .mac = Text(json, "mac_address"),
      .device_id = Text(json, "device_id"),
      .status = Text(json, "status"),
      .primary = Boolean(Member(json, "binding:vif_details"), "primary_interface").value_or(false)};
  port.shows_security_groups = Member(json, "security_groups").is_array();
  for (const Json& group : Items(json, "security_groups")) {
    port.security_group_ids.push_back(TextOf(group));
  }
  for (const Json& ip : Items(json, "fixed_ips")) {
    port.fixed_ips.push_back({Text(ip, "subnet_id"), Text(ip, "ip_address")});
  }
  return port;
}

}  // namespace

Result<std::string> Ecs::AttachVolume(const Call& call, const std::string& id,
                                      const std::string& volume_id) {
  return StartJob(
      call, kAttachVolume,
      {.path = {{"server_id", id}}, .body = Json{{"volumeAttachment", {{"volumeId", volume_id}}}}});
}

Result<std::string> Ecs::DetachVolume(const Call& call, const std::string& id,
                                      const std::string& volume_id) {
  return StartJob(call, kDetachVolume, {.path = {{"server_id", id}, {"volume_id", volume_id}}});
}

Result<std::string> Ecs::AddNic(const Call& call, const std::string& id, const Json& nic) {
  return StartJob(call, kAddNics,
                  {.path = {{"server_id", id}}, .body = Json{{"nics", Json::array({nic})}}});
}

Result<std::string> Ecs::DeleteNic(const Call& call, const std::string& id,
                                   const std::string& port_id) {
  Json nics = Json::array();
  nics.push_back({{"id", port_id}});
  return StartJob(call, kDeleteNics,
                  {.path = {{"server_id", id}}, .body = Json{{"nics", std::move(nics)}}});
}

Result<std::string> Ecs::CreateVolume(const Call& call, const Json& volume) {
  return StartJob(call, kCreateVolume, {.body = Json{{"volume", volume}}});
}

Result<std::string> Ecs::DeleteVolume(const Call& call, const std::string& volume_id) {
  return StartJob(call, kDeleteVolume, {.path = {{"volume_id", volume_id}}});
}

Result<Port> Ecs::GetPort(const Call& call, const std::string& port_id) {
  const Input input = {.path = {{"port_id", port_id}}, .about = Subject{"port", "id", port_id}};
  ASSIGN_OR_RETURN(const Response response,
                   LookTwice(call, [&] { return api_.Do(call, kGetPort, input); }));
  return ParsePort(Member(response.json, "port"));
}

Result<std::vector<Port>> Ecs::ListPorts(const Call& call, const std::string& server_id) {
  // A server has a dozen: one page holds them.
  const Query query = {{"device_id", server_id}, {"limit", absl::StrCat(kPortPage)}};
  ASSIGN_OR_RETURN(const Response response,
                   LookTwice(call, [&] { return api_.Do(call, kListPorts, {.query = query}); }));
  std::vector<Port> ports;
  for (const Json& port : Items(response.json, "ports")) ports.push_back(ParsePort(port));
  return ports;
}

Result<std::vector<Port>> Ecs::ListPorts(const Call& call) {
  std::vector<Port> ports;
  PageCheck pages(kListPorts, kPortPages);
  for (;;) {
    Query query = {{"limit", absl::StrCat(kPortPage)}};
    if (!ports.empty()) query.emplace_back("marker", ports.back().id);
    ASSIGN_OR_RETURN(const Response response, api_.Do(call, kListPorts, {.query = query}));
    const Json& rows = Items(response.json, "ports");
    for (const Json& row : rows) {
      Port port = ParsePort(row);
      if (pages.IsNew(port.id)) ports.push_back(std::move(port));
    }
    if (rows.size() < kPortPage) return ports;
    RETURN_IF_ERROR(pages.NextPage());
  }
}

Status Ecs::SetPortSecurityGroups(const Call& call, const std::string& port_id,
                                  const std::vector<std::string>& group_ids) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kUpdatePort,
                           {.path = {{"port_id", port_id}},
                            .body = Json{{"port", {{"security_groups", Json(group_ids)}}}},
                            .about = Subject{"port", "id", port_id}}));
  return Ok{};
}

}  // namespace ecs::client
