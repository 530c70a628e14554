#include <utility>

#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"

namespace emulator {
namespace {

Json Address(const Port& port, const std::string& address, const char* type) {
  return {{"addr", address},
          {"version", address.find(':') == std::string::npos ? "4" : "6"},
          {"OS-EXT-IPS:type", type},
          {"OS-EXT-IPS-MAC:mac_addr", port.mac},
          {"OS-EXT-IPS:port_id", port.id},
          {"primary", port.primary}};
}

Json FlavorJson(const Cloud& cloud, const std::string& id) {
  const Flavor* flavor = cloud.store.flavors.Find(id);
  if (flavor == nullptr) return {{"id", id}};
  return {{"id", id},
          {"name", id},
          {"disk", StrCat(flavor->disk_gb)},
          {"vcpus", StrCat(flavor->vcpus)},
          {"ram", StrCat(flavor->ram_mib)},
          {"gpus", Json::array()},
          {"asic_accelerators", Json::array()}};
}

Json SchedulerHints(const Server& server) {
  Json hints = Json::object();
  const auto add = [&hints](const char* name, const std::string& value) {
    if (!value.empty()) hints[name] = Json::array({value});
  };
  add("group", server.group_id);
  add("tenancy", server.tenancy);
  add("dedicated_host_id", server.dedicated_host_id);
  return hints;
}

Json SecurityGroups(const Cloud& cloud, const Server& server) {
  Json groups = Json::array();
  std::set<std::string> seen;
  for (const std::string& port_id : server.port_ids) {
    const Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    for (const std::string& id : port->security_groups) {
      const SecurityGroup* group = cloud.store.security_groups.Find(id);
      if (group == nullptr || !seen.insert(id).second) continue;
      groups.push_back({{"id", id}, {"name", group->name}});
    }
  }
  return groups;
}

Json NetworkInterfaces(const Cloud& cloud, const Server& server) {
  Json list = Json::array();
  for (const std::string& port_id : server.port_ids) {
    const Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    list.push_back(
        {{"port_id", port->id},
         {"primary", port->primary},
         {"subnet_id", port->network_id},
         {"ip_addresses", Json::array({port->ip})},
         {"ipv6_addresses", port->ipv6.empty() ? Json::array() : Json::array({port->ipv6})}});
  }
  return list;
}

// The members that Nova's extensions add.
void AddExtensions(const Cloud& cloud, const Server& server, Json& json) {
  const auto number = static_cast<unsigned>(std::hash<std::string>()(server.id));
  const std::string host =
      absl::StrFormat("pod1.%s.compute-%02d", cloud.options.region, server.host);
  json["OS-EXT-STS:vm_state"] = server.vm_state;
  json["OS-EXT-STS:task_state"] = server.task_state.empty() ? Json() : Json(server.task_state);
  json["OS-EXT-STS:power_state"] = server.power_state;
  json["OS-EXT-AZ:availability_zone"] = server.availability_zone;
  json["OS-EXT-SRV-ATTR:host"] = server.scheduled ? host : "";
  json["OS-EXT-SRV-ATTR:hypervisor_hostname"] = server.scheduled ? host : "";
  json["OS-EXT-SRV-ATTR:instance_name"] = absl::StrFormat("instance-%08x", number);
  json["OS-EXT-SRV-ATTR:hostname"] = server.name;
  json["OS-EXT-SRV-ATTR:reservation_id"] = server.reservation_id;
  json["OS-EXT-SRV-ATTR:root_device_name"] = "/dev/vda";
  json["OS-EXT-SRV-ATTR:kernel_id"] = "";
  json["OS-EXT-SRV-ATTR:ramdisk_id"] = "";
  json["OS-EXT-SRV-ATTR:launch_index"] = server.launch_index;
  json["OS-EXT-SRV-ATTR:user_data"] = server.user_data.empty() ? Json() : Json(server.user_data);
  json["OS-DCF:diskConfig"] = "MANUAL";
  json["OS-SRV-USG:launched_at"] = server.launched ? Json(IsoMicros(*server.launched)) : Json();
  json["OS-SRV-USG:terminated_at"] = nullptr;
  json["os:scheduler_hints"] = SchedulerHints(server);
  json["os-extended-volumes:volumes_attached"] = EcsVolumesAttached(cloud, server);
}

}  // namespace

std::string HostId(const Cloud& cloud, const Server& server) {
  if (!server.scheduled) return "";
  return Hex(Sha224(StrCat(cloud.options.project_id, "host-", server.host)));
}

Json TagTexts(const Server& server) {
  Json texts = Json::array();
  for (const auto& [key, value] : server.tags) {
    texts.push_back(value.empty() ? key : StrCat(key, "=", value));
  }
  return texts;
}

Json EcsAddresses(const Cloud& cloud, const Server& server) {
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

Json EcsVolumesAttached(const Cloud& cloud, const Server& server) {
  Json list = Json::array();
  for (const std::string& id : server.volume_ids) {
    const Volume* volume = cloud.store.volumes.Find(id);
    const Attachment* at = volume == nullptr ? nullptr : FindAttachment(*volume, server.id);
    if (at == nullptr) continue;
    Json row = {
        {"id", id},
        {"delete_on_termination", at->delete_with_server || at->boot_index == 0 ? "true" : "false"},
        {"device", at->device}};
    if (at->boot_index >= 0) row["bootIndex"] = StrCat(at->boot_index);
    list.push_back(std::move(row));
  }
  return list;
}

const std::string& CachedEcsServer(Cloud& cloud, const Server& server) {
  if (server.cached_text.empty() || server.cached_at != cloud.store.generation) {
    server.cached_text =
        EcsServerJson(cloud, server).dump(-1, ' ', false, Json::error_handler_t::replace);
    server.cached_at = cloud.store.generation;
  }
  return server.cached_text;
}

Json EcsServerJson(const Cloud& cloud, const Server& server) {
  Json fault;
  if (server.fault) {
    fault = {{"code", server.fault->code},
             {"message", server.fault->message},
             {"created", IsoSeconds(server.fault->created)},
             {"details", ""}};
  }
  Json json = {
      {"id", server.id},
      {"name", server.name},
      {"tenant_id", cloud.options.project_id},
      {"user_id", cloud.options.user_id},
      {"key_name", server.key_name.empty() ? Json() : Json(server.key_name)},
      {"description", server.description},
      {"status", StatusOf(server)},
      {"created", IsoSeconds(server.created)},
      {"updated", IsoSeconds(server.updated)},
      {"hostId", HostId(cloud, server)},
      {"addresses", EcsAddresses(cloud, server)},
      {"image", {{"id", server.image_id}}},
      {"flavor", FlavorJson(cloud, server.flavor_id)},
      {"security_groups", SecurityGroups(cloud, server)},
      {"metadata", server.metadata},
      {"tags", TagTexts(server)},
      {"sys_tags", Json::array({{{"key", "_sys_enterprise_project_id"}, {"value", "0"}}})},
      {"locked", server.locked},
      {"fault", std::move(fault)},
      {"progress", server.progress},
      {"config_drive", ""},
      {"accessIPv4", ""},
      {"accessIPv6", ""},
      {"host_status", server.scheduled ? "UP" : ""},
      {"enterprise_project_id", "0"},
      {"auto_terminate_time", ""},
      {"hypervisor", {{"hypervisor_type", "QEMU"}, {"csd_hypervisor", nullptr}}},
      {"cpu_options", nullptr},
      {"security_options", nullptr},
      {"network_interfaces", NetworkInterfaces(cloud, server)},
  };
  AddExtensions(cloud, server, json);
  return json;
}

}  // namespace emulator
