// Lists of servers over v1 and v1.1: api/ecs-v1.md section 5.
#include <algorithm>
#include <regex>
#include <utility>
#include <vector>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

// "key" matches any value, "key=value" that one.
bool HasTag(const Server& server, std::string_view text) {
  const std::pair<std::string, std::string> pair = SplitOnce(text, '=');
  const auto found = server.tags.find(pair.first);
  if (found == server.tags.end()) return false;
  return !Contains(text, "=") || found->second == pair.second;
}

bool HasAddress(const Cloud& cloud, const Server& server, const std::string& ip, bool exact) {
  for (const std::string& port_id : server.port_ids) {
    const Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    if (exact ? port->ip == ip : Contains(port->ip, ip)) return true;
  }
  return false;
}

bool TagsFit(const Server& server, const Exchange& in) {
  for (const std::string& list : in.query.All("tags")) {
    for (std::string_view tag : SplitWords(list, ',')) {
      if (!HasTag(server, tag)) return false;
    }
  }
  for (const std::string& list : in.query.All("not-tags")) {
    for (std::string_view tag : SplitWords(list, ',')) {
      if (HasTag(server, tag)) return false;
    }
  }
  return true;
}

bool Fits(const Cloud& cloud, const Server& server, const Exchange& in,
          const std::optional<std::regex>& name) {
  if (server.vm_state == "deleted") return false;
  const std::string flavor = in.query.Get("flavor");
  if (!flavor.empty() && server.flavor_id != flavor) return false;
  const std::string status = in.query.Get("status");
  if (!status.empty() && !StatusMatches(status, StatusOf(server))) return false;
  const std::string reservation = in.query.Get("reservation_id");
  if (!reservation.empty() && server.reservation_id != reservation) return false;
  const std::string ip = in.query.Get("ip");
  if (!ip.empty() && !HasAddress(cloud, server, ip, false)) return false;
  const std::string exact_ip = in.query.Get("ip_eq");
  if (!exact_ip.empty() && !HasAddress(cloud, server, exact_ip, true)) return false;
  const std::string project = in.query.Get("enterprise_project_id");
  if (!project.empty() && project != "0" && project != "all_granted_eps") return false;
  if (name && !std::regex_search(server.name, *name)) return false;
  return TagsFit(server, in);
}

// Ids asked for by name override all other filters; an unknown one comes back nearly empty.
Json ServersById(const Cloud& cloud, const std::vector<std::string>& lists) {
  Json servers = Json::array();
  for (const std::string& list : lists) {
    for (std::string_view id : SplitWords(list, ',')) {
      const Server* server = cloud.store.servers.Find(id);
      if (server != nullptr && server->vm_state != "deleted") {
        servers.push_back(EcsServerJson(cloud, *server));
      } else {
        servers.push_back(
            {{"id", id}, {"fault", {{"code", 404}, {"message", EcsMessage("Ecs.0114")}}}});
      }
    }
  }
  return servers;
}

std::regex NamePattern(const std::string& text) {
  // std::regex throws on a pattern it does not understand; such text is meant literally.
  try {
    return std::regex(text, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    std::string literal;
    for (const char c : text) {
      if (!IsAlnum(c)) literal.push_back('\\');
      literal.push_back(c);
    }
    return std::regex(literal, std::regex::ECMAScript);
  }
}

// The newest first, as the cloud sorts.
std::vector<const Server*> Matching(const Cloud& cloud, const Exchange& in) {
  std::optional<std::regex> name;
  if (in.query.Has("name")) name = NamePattern(in.query.Get("name"));
  std::vector<const Server*> all;
  for (const Server& server : cloud.store.servers) {
    if (Fits(cloud, server, in, name)) all.push_back(&server);
  }
  std::reverse(all.begin(), all.end());
  return all;
}

Response ListServers(Cloud& cloud, const Exchange& in) {
  if (in.query.Has("server_id")) {
    Json servers = ServersById(cloud, in.query.All("server_id"));
    const std::size_t count = servers.size();
    return JsonReply(200, {{"count", count}, {"servers", std::move(servers)}});
  }
  long long limit = 25;
  long long page = 1;
  if (in.query.Has("limit") && (!ReadNumber(in.query.Get("limit"), &limit) || limit <= 0)) {
    return EcsError("Ecs.0005", "limit is not a positive number.");
  }
  if (in.query.Has("offset") && (!ReadNumber(in.query.Get("offset"), &page) || page < 0)) {
    return EcsError("Ecs.0005", "offset is not a page number.");
  }
  limit = std::min(limit, 1000LL);
  const std::vector<const Server*> all = Matching(cloud, in);
  // offset counts pages; 0 and 1 both mean the first.
  const std::size_t begin = static_cast<std::size_t>((std::max(page, 1LL) - 1) * limit);
  std::string body = StrCat("{\"count\":", all.size(), ",\"servers\":[");
  for (std::size_t i = begin; i < all.size() && i < begin + limit; ++i) {
    if (i > begin) body.push_back(',');
    body += CachedEcsServer(cloud, *all[i]);
  }
  body += "]}";
  return {.headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

Json VolumesV11(const Cloud& cloud, const Server& server) {
  Json rows = EcsVolumesAttached(cloud, server);
  for (Json& row : rows) {
    row["delete_on_termination"] = row["delete_on_termination"] == "true";
    const Volume* volume = cloud.store.volumes.Find(TextOf(row, "id"));
    row["size"] = volume == nullptr ? 0 : volume->size_gb;
  }
  return rows;
}

// The other shape of v1.1: no prefixes, numbers as numbers.
Json ServerV11(const Cloud& cloud, const Server& server) {
  Json json = EcsServerJson(cloud, server);
  const auto rename = [&json](const char* from, const char* to) {
    json[to] = json[from];
    json.erase(from);
  };
  rename("OS-EXT-STS:vm_state", "vm_state");
  rename("OS-EXT-STS:task_state", "task_state");
  rename("OS-EXT-STS:power_state", "power_state");
  rename("OS-EXT-AZ:availability_zone", "availability_zone");
  rename("OS-SRV-USG:launched_at", "launched_at");
  rename("OS-SRV-USG:terminated_at", "terminated_at");
  rename("OS-EXT-SRV-ATTR:root_device_name", "root_device_name");
  json.erase("os-extended-volumes:volumes_attached");
  json["volumes_attached"] = VolumesV11(cloud, server);
  for (const char* name : {"vcpus", "ram", "disk"}) {
    json["flavor"][name] = NumberOf(json["flavor"], name);
  }
  for (auto& [network, list] : json["addresses"].items()) {
    for (Json& address : list) address["version"] = NumberOf(address, "version");
  }
  json["in_recycle_bin"] = false;
  json["market_info"] = {{"charge_mode", "post_paid"}};
  return json;
}

Response ListServersV11(Cloud& cloud, const Exchange& in) {
  long long limit = 10;
  if (in.query.Has("limit") && (!ReadNumber(in.query.Get("limit"), &limit) || limit <= 0)) {
    return EcsError("Ecs.0005", "limit is not a positive number.");
  }
  limit = std::min(limit, 100LL);
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json servers = Json::array();
  for (const Server* server : Matching(cloud, in)) {
    if (begun && static_cast<long long>(servers.size()) < limit) {
      servers.push_back(ServerV11(cloud, *server));
    }
    begun = begun || server->id == marker;
  }
  if (!begun) return EcsError("Ecs.0005", "marker does not exist.");
  return JsonReply(200, {{"servers", std::move(servers)},
                         {"servers_links", Json::array()},
                         {"request_id", in.request_id}});
}

}  // namespace

void AddEcsListRoutes(Router& router) {
  router.Add(Service::kEcs, "GET", "/v1/{project_id}/cloudservers/detail", "ListServers",
             ListServers);
  router.Add(Service::kEcs, "GET", "/v1.1/{project_id}/cloudservers/detail", "ListServers",
             ListServersV11);
}

}  // namespace emulator
