// Native servers: list, show, update, delete. api/nova-v2.1.md sections 4, 6, 7.
#include <algorithm>
#include <regex>
#include <utility>

#include "absl/time/time.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kPageDefault = 25;

bool IsStatus(const std::string& text) {
  static const std::set<std::string> kStatuses = {
      "ACTIVE",    "BUILD",        "DELETED",       "ERROR",   "HARD_REBOOT",
      "MIGRATING", "PASSWORD",     "PAUSED",        "REBOOT",  "REBUILD",
      "RESCUE",    "RESIZE",       "REVERT_RESIZE", "SHELVED", "SHELVED_OFFLOADED",
      "SHUTOFF",   "SOFT_DELETED", "SUSPENDED",     "UNKNOWN", "VERIFY_RESIZE"};
  return kStatuses.count(text) > 0;
}

bool TagsFit(const Server& server, const Exchange& in) {
  if (!Since(in, 26)) return true;
  const Json texts = TagTexts(server);
  const auto has = [&texts](std::string_view tag) {
    return std::find(texts.begin(), texts.end(), Json(tag)) != texts.end();
  };
  const auto split = [&in](const char* name) -> std::vector<std::string> {
    return SplitWords(in.query.Get(name), ',');
  };
  const auto all = split("tags");
  const auto any = split("tags-any");
  const auto not_all = split("not-tags");
  const auto not_any = split("not-tags-any");
  return std::all_of(all.begin(), all.end(), has) &&
         (any.empty() || std::any_of(any.begin(), any.end(), has)) &&
         (not_all.empty() || !std::all_of(not_all.begin(), not_all.end(), has)) &&
         std::none_of(not_any.begin(), not_any.end(), has);
}

bool StatusFits(const Server& server, const Exchange& in) {
  const std::vector<std::string> asked = in.query.All("status");
  return asked.empty() || std::any_of(asked.begin(), asked.end(), [&](const std::string& status) {
           return StatusMatches(status, StatusOf(server));
         });
}

bool IpFits(const Cloud& cloud, const Server& server, const std::string& ip) {
  return std::any_of(server.port_ids.begin(), server.port_ids.end(), [&](const std::string& id) {
    const Port* port = cloud.store.ports.Find(id);
    return port != nullptr && Contains(port->ip, ip);
  });
}

struct Filter {
  std::optional<std::regex> name = {};
  std::optional<ecs::WallTime> changed_since = {};
};

bool Fits(const Cloud& cloud, const Server& server, const Exchange& in, const Filter& filter) {
  if (server.vm_state == "deleted" && !filter.changed_since) return false;
  if (filter.changed_since && server.updated < *filter.changed_since) return false;
  const std::string image = in.query.Get("image");
  if (!image.empty() && !(server.local_disk && server.image_id == LastSegment(image))) return false;
  const std::string flavor = in.query.Get("flavor");
  if (!flavor.empty() && server.flavor_id != LastSegment(flavor)) return false;
  const std::string reservation = in.query.Get("reservation_id");
  if (!reservation.empty() && server.reservation_id != reservation) return false;
  const std::string ip = in.query.Get("ip");
  if (!ip.empty() && !IpFits(cloud, server, ip)) return false;
  if (filter.name && !std::regex_search(server.name, *filter.name)) return false;
  return StatusFits(server, in) && TagsFit(server, in);
}

std::optional<Response> ReadFilter(const Exchange& in, Filter& filter, bool& empty) {
  for (const std::string& status : in.query.All("status")) {
    if (status == "DELETED") {
      return NovaError(403, "Only administrators may list deleted instances");
    }
    if (IsStatus(status)) continue;
    if (Since(in, 38)) return NovaError(400, "Invalid status value");
    empty = true;
  }
  if (in.query.Has("name")) {
    // std::regex throws on a pattern it does not understand.
    try {
      filter.name = std::regex(in.query.Get("name"), std::regex::ECMAScript);
    } catch (const std::regex_error&) {
      return NovaError(400, "Invalid input for query parameters name.");
    }
  }
  const std::string since = in.query.Get("changes-since");
  if (since.empty()) return std::nullopt;
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, since, &time, nullptr)) {
    return NovaError(400, "Invalid filter field: changes-since.");
  }
  filter.changed_since = ecs::WallTime(std::chrono::nanoseconds(absl::ToUnixNanos(time)));
  return std::nullopt;
}

std::optional<Response> Sort(const Exchange& in, std::vector<const Server*>& servers) {
  const std::string key = in.query.Has("sort_key") ? in.query.Get("sort_key") : "created_at";
  const bool ascending = in.query.Get("sort_dir") == "asc";
  const auto by = [&](auto value) {
    std::stable_sort(servers.begin(), servers.end(), [&](const Server* a, const Server* b) {
      return ascending ? value(*a) < value(*b) : value(*b) < value(*a);
    });
  };
  if (key == "created_at") {
    // Rows are in order of creation already.
    if (!ascending) std::reverse(servers.begin(), servers.end());
  } else if (key == "display_name" || key == "name") {
    by([](const Server& s) { return s.name; });
  } else if (key == "updated_at") {
    by([](const Server& s) { return s.updated; });
  } else if (key == "uuid") {
    by([](const Server& s) { return s.id; });
  } else if (key == "vm_state") {
    by([](const Server& s) { return s.vm_state; });
  } else if (key == "availability_zone") {
    by([](const Server& s) { return s.availability_zone; });
  } else {
    return NovaError(400, StrCat("Invalid input for query parameters sort_key. Value: ", key));
  }
  return std::nullopt;
}

Response List(Cloud& cloud, const Exchange& in, bool detail) {
  Filter filter;
  bool empty = false;
  if (auto refused = ReadFilter(in, filter, empty)) return *refused;
  std::vector<const Server*> found;
  for (const Server& server : cloud.store.servers) {
    if (!empty && Fits(cloud, server, in, filter)) found.push_back(&server);
  }
  if (auto refused = Sort(in, found)) return *refused;
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const Server* server : found) ids.push_back(server->id);
  Page page;
  if (auto refused = MakePage(in, ids, kPageDefault, page)) return *refused;
  Json servers = Json::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    const Server& server = *found[i];
    servers.push_back(detail ? NovaServerJson(cloud, in, server, false)
                             : Json{{"id", server.id},
                                    {"name", server.name},
                                    {"links", NovaLinks(in, "servers", server.id)}});
  }
  Json body = {{"servers", std::move(servers)}};
  if (!page.next.empty()) {
    body["servers_links"] = Json::array({{{"rel", "next"}, {"href", page.next}}});
  }
  return JsonReply(200, body);
}

Response ListServers(Cloud& cloud, const Exchange& in) { return List(cloud, in, false); }
Response ListServersDetail(Cloud& cloud, const Exchange& in) { return List(cloud, in, true); }

Response ShowServer(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  return JsonReply(200, {{"server", NovaServerJson(cloud, in, *server, true)}});
}

Response UpdateServer(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json& change = Member(in.body, "server");
  if (!change.is_object()) return NovaError(400, "Malformed request body");
  const Json& name = Member(change, "name");
  const Json& description = Member(change, "description");
  if (!name.is_null() && (!name.is_string() || name.get<std::string>().empty() ||
                          name.get<std::string>().size() > 255)) {
    return NovaError(400,
                     StrCat("Invalid input for field/attribute name. Value: ", name.dump(), "."));
  }
  if (!description.is_null() && !Since(in, 19)) {
    return NovaError(400,
                     "Invalid input for field/attribute server. Additional properties are not "
                     "allowed ('description' was unexpected)");
  }
  if (name.is_string()) server->name = name.get<std::string>();
  if (description.is_string()) server->description = description.get<std::string>();
  Touch(cloud, *server);
  return JsonReply(200, {{"server", NovaServerJson(cloud, in, *server, true)}});
}

Response DeleteServer(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr || server->vm_state == "deleted") return NoSuchInstance(in);
  if (server->task_state == "deleting") return EmptyReply(204);
  if (const auto conflict = CheckAction(cloud, *server, Action::kDelete)) {
    return NovaConflict(*conflict);
  }
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  Delete(cloud, *server, {}, {.request_id = NovaRequestId(in), .twist = twist});
  return EmptyReply(204);
}

}  // namespace

void AddNovaServerRoutes(Router& router) {
  AddNova(router, "GET", "/servers", "ListServers", ListServers);
  AddNova(router, "GET", "/servers/detail", "ListServersDetail", ListServersDetail);
  AddNova(router, "GET", "/servers/{server_id}", "ShowServer", ShowServer);
  AddNova(router, "PUT", "/servers/{server_id}", "UpdateServer", UpdateServer);
  AddNova(router, "DELETE", "/servers/{server_id}", "DeleteServer", DeleteServer);
}

}  // namespace emulator
