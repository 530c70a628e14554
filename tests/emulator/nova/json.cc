#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kPageMax = 1000;

Json Address(const Port& port, const std::string& address, const char* type) {
  return {{"addr", address},
          {"version", address.find(':') == std::string::npos ? 4 : 6},
          {"OS-EXT-IPS:type", type},
          {"OS-EXT-IPS-MAC:mac_addr", port.mac}};
}

Json EmbeddedFlavor(const Cloud& cloud, const std::string& id) {
  const Flavor* flavor = cloud.store.flavors.Find(id);
  if (flavor == nullptr) return {{"original_name", id}};
  return {{"original_name", id},
          {"vcpus", flavor->vcpus},
          {"ram", flavor->ram_mib},
          {"disk", flavor->disk_gb},
          {"ephemeral", 0},
          {"swap", 0},
          {"extra_specs", flavor->extra_specs}};
}

Json SecurityGroups(const Cloud& cloud, const Server& server) {
  Json groups = Json::array();
  for (const std::string& port_id : server.port_ids) {
    const Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    for (const std::string& id : port->security_groups) {
      const SecurityGroup* group = cloud.store.security_groups.Find(id);
      if (group != nullptr) groups.push_back({{"name", group->name}});
    }
  }
  return groups;
}

Json VolumesAttached(const Cloud& cloud, const Exchange& in, const Server& server) {
  Json list = Json::array();
  for (const std::string& id : server.volume_ids) {
    const Volume* volume = cloud.store.volumes.Find(id);
    const Attachment* at = volume == nullptr ? nullptr : FindAttachment(*volume, server.id);
    if (at == nullptr) continue;
    Json row = {{"id", id}};
    if (Since(in, 3)) row["delete_on_termination"] = at->delete_with_server;
    list.push_back(std::move(row));
  }
  return list;
}

// Plain users do not see these on a real Nova (api/real-nova.md 24); the older cloud shows them.
void AddHostAttributes(const Cloud& cloud, const Exchange& in, const Server& server, Json& json) {
  if (!cloud.options.older_nova) return;
  const Json v1 = EcsServerJson(cloud, server);
  for (const char* name : {"host", "hypervisor_hostname", "instance_name"}) {
    const std::string key = StrCat("OS-EXT-SRV-ATTR:", name);
    json[key] = v1[key];
  }
  if (!Since(in, 3)) return;
  for (const char* name : {"hostname", "reservation_id", "launch_index", "kernel_id", "ramdisk_id",
                           "root_device_name", "user_data"}) {
    const std::string key = StrCat("OS-EXT-SRV-ATTR:", name);
    json[key] = v1[key];
  }
  if (Since(in, 16)) json["host_status"] = v1["host_status"];
}

bool HasProgress(const std::string& status) {
  return status == "ACTIVE" || status == "BUILD" || status == "REBUILD" || status == "RESIZE" ||
         status == "VERIFY_RESIZE" || status == "MIGRATING";
}

void AddByVersion(const Exchange& in, const Server& server, Json& json) {
  if (Since(in, 9)) json["locked"] = server.locked;
  if (Since(in, 19)) {
    json["description"] = server.description.empty() ? Json() : Json(server.description);
  }
  if (Since(in, 26)) json["tags"] = TagTexts(server);
}

void AddFault(const Server& server, bool single, Json& json) {
  const bool shown = server.vm_state == "error" || server.vm_state == "deleted";
  if (!server.fault || !shown || (!single && !server.scheduled)) return;
  json["fault"] = {{"code", server.fault->code},
                   {"message", server.fault->message},
                   {"created", IsoSeconds(server.fault->created)}};
}

}  // namespace

void AddNova(Router& router, const std::string& method, const std::string& path,
             const std::string& operation, Handler handler) {
  router.Add(Service::kNova, method, "/v2.1/{project_id}" + path, operation, handler);
  router.Add(Service::kNova, method, "/v2/{project_id}" + path, operation, handler);
}

Json NovaLinks(const Exchange& in, const std::string& kind, const std::string& id) {
  const std::string project = in.who.project_id;
  return Json::array(
      {{{"rel", "self"}, {"href", StrCat(in.base, "/v2.1/", project, "/", kind, "/", id)}},
       {{"rel", "bookmark"}, {"href", StrCat(in.base, "/", project, "/", kind, "/", id)}}});
}

Json NovaAddresses(const Cloud& cloud, const Server& server) {
  Json list = Json::array();
  for (const std::string& port_id : server.port_ids) {
    const Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    list.push_back(Address(*port, port->ip, "fixed"));
    if (!port->ipv6.empty()) list.push_back(Address(*port, port->ipv6, "fixed"));
    for (const PublicIp& ip : cloud.store.public_ips) {
      if (ip.port_id == port_id) list.push_back(Address(*port, ip.address, "floating"));
    }
  }
  if (list.empty()) return Json::object();
  return {{server.vpc_id, std::move(list)}};
}

Json NovaServerJson(const Cloud& cloud, const Exchange& in, const Server& server, bool single) {
  const std::string status = StatusOf(server);
  Json image = "";
  if (server.local_disk) {
    image = {{"id", server.image_id},
             {"links", Json::array({NovaLinks(in, "images", server.image_id)[1]})}};
  }
  Json json = {
      {"id", server.id},
      {"name", server.name},
      {"tenant_id", cloud.options.project_id},
      {"user_id", cloud.options.user_id},
      {"key_name", server.key_name.empty() ? Json() : Json(server.key_name)},
      {"hostId", HostId(cloud, server)},
      {"created", IsoSeconds(server.created)},
      {"updated", IsoSeconds(server.updated)},
      {"status", status},
      {"image", std::move(image)},
      {"addresses", NovaAddresses(cloud, server)},
      {"metadata", server.metadata},
      {"links", NovaLinks(in, "servers", server.id)},
      {"accessIPv4", ""},
      {"accessIPv6", ""},
      {"config_drive", ""},
      {"OS-DCF:diskConfig", "MANUAL"},
      {"OS-EXT-AZ:availability_zone", server.scheduled ? server.availability_zone : ""},
      {"OS-EXT-STS:vm_state", server.vm_state},
      {"OS-EXT-STS:task_state", server.task_state.empty() ? Json() : Json(server.task_state)},
      {"OS-EXT-STS:power_state", server.power_state},
      {"OS-SRV-USG:launched_at", server.launched ? Json(IsoMicros(*server.launched)) : Json()},
      {"OS-SRV-USG:terminated_at", nullptr},
      {"os-extended-volumes:volumes_attached", VolumesAttached(cloud, in, server)},
  };
  if (Since(in, 47)) {
    json["flavor"] = EmbeddedFlavor(cloud, server.flavor_id);
  } else {
    json["flavor"] = {{"id", server.flavor_id},
                      {"links", Json::array({NovaLinks(in, "flavors", server.flavor_id)[1]})}};
  }
  if (!server.port_ids.empty()) json["security_groups"] = SecurityGroups(cloud, server);
  if (HasProgress(status)) json["progress"] = status == "ACTIVE" ? 0 : server.progress;
  AddHostAttributes(cloud, in, server, json);
  AddByVersion(in, server, json);
  AddFault(server, single, json);
  return json;
}

Server* FindNovaServer(Cloud& cloud, const Exchange& in) {
  return cloud.store.servers.Find(in.Param("server_id"));
}

Response NoSuchInstance(const Exchange& in) {
  const std::string& id = in.Param("server_id");
  return NovaError(404, StrCat("Instance ", id, " could not be found."));
}

std::string NovaRequestId(const Exchange& in) { return StrCat("req-", in.request_id); }

std::string LastSegment(const std::string& id_or_url) {
  return id_or_url.substr(id_or_url.rfind('/') + 1);
}

std::optional<Response> MakePage(const Exchange& in, const std::vector<std::string>& ids,
                                 std::size_t limit_default, Page& page) {
  std::size_t limit = limit_default;
  if (in.query.Has("limit") && !ReadNumber(in.query.Get("limit"), &limit)) {
    return NovaError(
        400, StrCat("Invalid input for query parameters limit. Value: ", in.query.Get("limit"),
                    ". It must be a number that is not negative."));
  }
  limit = std::min(limit, kPageMax);
  const std::string marker = in.query.Get("marker");
  if (!marker.empty()) {
    const auto found = std::find(ids.begin(), ids.end(), marker);
    if (found == ids.end()) {
      return NovaError(400, StrCat("marker [", marker, "] not found"));
    }
    page.begin = static_cast<std::size_t>(found - ids.begin()) + 1;
  }
  page.end = std::min(page.begin + limit, ids.size());
  if (limit == 0 || page.end - page.begin != limit) return std::nullopt;
  std::string query;
  for (const auto& [name, value] : in.query.pairs()) {
    if (name == "marker") continue;
    StrAppend(&query, PercentEncode(name), "=", PercentEncode(value), "&");
  }
  page.next = StrCat(in.base, in.path, "?", query, "marker=", ids[page.end - 1]);
  return std::nullopt;
}

}  // namespace emulator
