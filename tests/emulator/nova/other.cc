// The rest of the native calls: zones, server groups, action log, limits, addresses, consoles.
// api/nova-v2.1.md sections 11 to 15.
#include <utility>

#include "tests/emulator/cloud/quotas.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

Response ListZones(Cloud& cloud, const Exchange&) {
  Json zones = Json::array();
  for (const std::string& zone : cloud.store.zones) {
    zones.push_back({{"zoneName", zone}, {"zoneState", {{"available", true}}}, {"hosts", nullptr}});
  }
  return JsonReply(200, {{"availabilityZoneInfo", std::move(zones)}});
}

Response ListZonesDetail(Cloud&, const Exchange&) {
  return NovaError(403,
                   "Policy doesn't allow os_compute_api:os-availability-zone:detail to be "
                   "performed.");
}

Json GroupJson(const Cloud& cloud, const Exchange& in, const ServerGroup& group) {
  Json json = {{"id", group.id},
               {"name", group.name},
               {"policies", group.policies},
               {"members", group.members},
               {"metadata", Json::object()}};
  if (Since(in, 13)) {
    json["project_id"] = cloud.options.project_id;
    json["user_id"] = cloud.options.user_id;
  }
  return json;
}

Response NoSuchGroup(const Exchange& in) {
  return NovaError(404,
                   StrCat("Instance group ", in.Param("server_group_id"), " could not be found."));
}

Response ListGroups(Cloud& cloud, const Exchange& in) {
  Json groups = Json::array();
  for (const ServerGroup& group : cloud.store.server_groups) {
    groups.push_back(GroupJson(cloud, in, group));
  }
  return JsonReply(200, {{"server_groups", std::move(groups)}});
}

Response ShowGroup(Cloud& cloud, const Exchange& in) {
  const ServerGroup* group = cloud.store.server_groups.Find(in.Param("server_group_id"));
  if (group == nullptr) return NoSuchGroup(in);
  return JsonReply(200, {{"server_group", GroupJson(cloud, in, *group)}});
}

Response CreateGroup(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "server_group");
  const std::string name = TextOf(given, "name");
  const Json& policies = Member(given, "policies");
  if (name.empty() || name.size() > 255) {
    return NovaError(400, "Invalid input for field/attribute name.");
  }
  if (!policies.is_array() || policies.size() != 1 || !policies[0].is_string()) {
    return NovaError(400, "Invalid input for field/attribute policies.");
  }
  const ServerGroup& group = cloud.store.server_groups.Add(
      {.id = cloud.ids.Uuid(), .name = name, .policies = {policies[0].get<std::string>()}});
  return JsonReply(200, {{"server_group", GroupJson(cloud, in, group)}});
}

Response DeleteGroup(Cloud& cloud, const Exchange& in) {
  if (!cloud.store.server_groups.Remove(in.Param("server_group_id"))) return NoSuchGroup(in);
  return EmptyReply(204);
}

Json ActionJson(const Cloud& cloud, const Server& server, const ActionRecord& record) {
  return {{"action", record.action},
          {"instance_uuid", server.id},
          {"request_id", record.request_id},
          {"start_time", IsoMicros(record.start)},
          {"user_id", cloud.options.user_id},
          {"project_id", cloud.options.project_id},
          {"message", record.failed ? Json("Error") : Json()}};
}

Response ListActions(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  std::vector<std::string> ids;
  for (auto record = server->actions.rbegin(); record != server->actions.rend(); ++record) {
    ids.push_back(record->request_id);
  }
  Page page = {.begin = 0, .end = ids.size()};
  if (Since(in, 58)) {
    if (auto refused = MakePage(in, ids, 1000, page)) return *refused;
  }
  Json rows = Json::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    rows.push_back(ActionJson(cloud, *server, server->actions[ids.size() - 1 - i]));
  }
  Json body = {{"instanceActions", std::move(rows)}};
  if (!page.next.empty()) body["links"] = Json::array({{{"rel", "next"}, {"href", page.next}}});
  return JsonReply(200, body);
}

Response ShowAction(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  for (const ActionRecord& record : server->actions) {
    if (record.request_id != in.Param("request_id")) continue;
    Json json = ActionJson(cloud, *server, record);
    Json& events = json["events"] = Json::array();
    for (const ActionEvent& event : record.events) {
      const bool ended = !event.result.empty();
      events.push_back({{"event", event.name},
                        {"result", ended ? Json(event.result) : Json()},
                        {"start_time", IsoMicros(event.start)},
                        {"finish_time", ended ? Json(IsoMicros(event.finish)) : Json()},
                        {"traceback", nullptr}});
    }
    return JsonReply(200, {{"instanceAction", std::move(json)}});
  }
  return NovaError(404, StrCat("Action for request_id ", in.Param("request_id"), " on instance ",
                               server->id, " not found"));
}

Response ShowLimits(Cloud& cloud, const Exchange& in) {
  Json absolute = AbsoluteLimits(cloud);
  if (Since(in, 36)) {
    for (const char* name :
         {"maxSecurityGroups", "totalSecurityGroupsUsed", "maxSecurityGroupRules",
          "maxTotalFloatingIps", "totalFloatingIpsUsed"}) {
      absolute.erase(name);
    }
  }
  if (Since(in, 39)) absolute.erase("maxImageMeta");
  if (Since(in, 57)) {
    absolute.erase("maxPersonality");
    absolute.erase("maxPersonalitySize");
  }
  return JsonReply(200, {{"limits", {{"rate", Json::array()}, {"absolute", absolute}}}});
}

Response ShowQuotaSet(Cloud& cloud, const Exchange& in) {
  const Json limits = AbsoluteLimits(cloud);
  Json set = {{"id", in.who.project_id},
              {"instances", limits["maxTotalInstances"]},
              {"cores", limits["maxTotalCores"]},
              {"ram", limits["maxTotalRAMSize"]},
              {"key_pairs", limits["maxTotalKeypairs"]},
              {"metadata_items", limits["maxServerMeta"]},
              {"server_groups", limits["maxServerGroups"]},
              {"server_group_members", limits["maxServerGroupMembers"]}};
  if (!Since(in, 36)) {
    set["floating_ips"] = limits["maxTotalFloatingIps"];
    set["fixed_ips"] = -1;
    set["security_groups"] = limits["maxSecurityGroups"];
    set["security_group_rules"] = limits["maxSecurityGroupRules"];
  }
  if (!Since(in, 57)) {
    set["injected_files"] = 5;
    set["injected_file_content_bytes"] = 10240;
    set["injected_file_path_bytes"] = 255;
  }
  return JsonReply(200, {{"quota_set", std::move(set)}});
}

Json ShortAddresses(const Cloud& cloud, const Server& server) {
  Json addresses = NovaAddresses(cloud, server);
  for (auto& [label, list] : addresses.items()) {
    for (Json& row : list) row = {{"addr", row["addr"]}, {"version", row["version"]}};
  }
  return addresses;
}

Response ListAddresses(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  return JsonReply(200, {{"addresses", ShortAddresses(cloud, *server)}});
}

Response ShowAddresses(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json addresses = ShortAddresses(cloud, *server);
  const std::string& label = in.Param("label");
  if (!addresses.contains(label)) {
    return NovaError(404, StrCat("Network label ", label, " is not found"));
  }
  return JsonReply(200, {{label, addresses[label]}});
}

Json RuleJson(const Cloud& cloud, const SecurityRule& rule) {
  const SecurityGroup* remote = nullptr;
  if (rule.remote_group.is_string()) {
    remote = cloud.store.security_groups.Find(rule.remote_group.get<std::string>());
  }
  Json group = Json::object();
  if (remote != nullptr) {
    group = {{"name", remote->name}, {"tenant_id", cloud.options.project_id}};
  }
  Json range = Json::object();
  if (rule.remote_prefix.is_string()) range = {{"cidr", rule.remote_prefix}};
  return {{"id", rule.id},
          {"parent_group_id", rule.group_id},
          {"ip_protocol", rule.protocol},
          {"from_port", rule.port_min},
          {"to_port", rule.port_max},
          {"ip_range", std::move(range)},
          {"group", std::move(group)}};
}

Response ListSecurityGroups(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  std::set<std::string> ids;
  for (const std::string& port_id : server->port_ids) {
    if (const Port* port = cloud.store.ports.Find(port_id)) {
      ids.insert(port->security_groups.begin(), port->security_groups.end());
    }
  }
  Json groups = Json::array();
  for (const std::string& id : ids) {
    const SecurityGroup* group = cloud.store.security_groups.Find(id);
    if (group == nullptr) continue;
    Json rules = Json::array();
    for (const SecurityRule& rule : cloud.store.security_rules) {
      if (rule.group_id == id && rule.direction == "ingress")
        rules.push_back(RuleJson(cloud, rule));
    }
    groups.push_back({{"id", id},
                      {"name", group->name},
                      {"description", group->description},
                      {"tenant_id", cloud.options.project_id},
                      {"rules", std::move(rules)}});
  }
  return JsonReply(200, {{"security_groups", std::move(groups)}});
}

Response ShowPassword(Cloud& cloud, const Exchange& in) {
  if (FindNovaServer(cloud, in) == nullptr) return NoSuchInstance(in);
  return in.request.method == "DELETE" ? EmptyReply(204) : JsonReply(200, {{"password", ""}});
}

Response RemoteConsole(Cloud& cloud, const Exchange& in) {
  // The route came with 2.6.
  if (!Since(in, 6)) return NovaError(404, "The resource could not be found.");
  if (FindNovaServer(cloud, in) == nullptr) return NoSuchInstance(in);
  Json console = Member(in.body, "remote_console");
  if (TextOf(console, "protocol").empty() || TextOf(console, "type").empty()) {
    return NovaError(400, "Invalid input for field/attribute remote_console.");
  }
  console["url"] = StrCat(in.base, "/console?token=", cloud.ids.Uuid());
  return JsonReply(200, {{"remote_console", std::move(console)}});
}

Response ListNetworks(Cloud& cloud, const Exchange& in) {
  if (Since(in, 36)) return NovaError(404, "The resource could not be found.");
  Json networks = Json::array();
  for (const Subnet& subnet : cloud.store.subnets) {
    networks.push_back({{"id", subnet.id}, {"label", subnet.name}, {"cidr", subnet.cidr}});
  }
  return JsonReply(200, {{"networks", std::move(networks)}});
}

// No compute service, hypervisor or aggregate is a tenant's.
Response AdministratorsOnly(Cloud&, const Exchange&) {
  return NovaError(403, "Policy doesn't allow this call to be performed.");
}

}  // namespace

void AddNovaOtherRoutes(Router& router) {
  AddNova(router, "GET", "/os-availability-zone", "ListZones", ListZones);
  AddNova(router, "GET", "/os-availability-zone/detail", "ListZonesDetail", ListZonesDetail);
  AddNova(router, "GET", "/os-server-groups", "ListServerGroups", ListGroups);
  AddNova(router, "POST", "/os-server-groups", "CreateServerGroup", CreateGroup);
  AddNova(router, "GET", "/os-server-groups/{server_group_id}", "ShowServerGroup", ShowGroup);
  AddNova(router, "DELETE", "/os-server-groups/{server_group_id}", "DeleteServerGroup",
          DeleteGroup);
  const std::string server = "/servers/{server_id}";
  AddNova(router, "GET", server + "/os-instance-actions", "ListActions", ListActions);
  AddNova(router, "GET", server + "/os-instance-actions/{request_id}", "ShowAction", ShowAction);
  AddNova(router, "GET", server + "/ips", "ListAddresses", ListAddresses);
  AddNova(router, "GET", server + "/ips/{label}", "ShowAddresses", ShowAddresses);
  AddNova(router, "GET", server + "/os-security-groups", "ListServerSecurityGroups",
          ListSecurityGroups);
  AddNova(router, "GET", server + "/os-server-password", "ShowPassword", ShowPassword);
  AddNova(router, "DELETE", server + "/os-server-password", "DeletePassword", ShowPassword);
  AddNova(router, "POST", server + "/remote-consoles", "CreateConsole", RemoteConsole);
  AddNova(router, "GET", "/limits", "ShowLimits", ShowLimits);
  AddNova(router, "GET", "/os-quota-sets/{quota_project_id}", "ShowQuotaSet", ShowQuotaSet);
  AddNova(router, "GET", "/os-quota-sets/{quota_project_id}/defaults", "ShowQuotaDefaults",
          ShowQuotaSet);
  AddNova(router, "GET", "/os-networks", "ListNetworks", ListNetworks);
  AddNova(router, "GET", "/os-services", "ListServices", AdministratorsOnly);
  AddNova(router, "GET", "/os-hypervisors", "ListHypervisors", AdministratorsOnly);
  AddNova(router, "GET", "/os-aggregates", "ListAggregates", AdministratorsOnly);
}

}  // namespace emulator
