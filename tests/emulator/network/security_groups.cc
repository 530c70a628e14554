// Security groups and their rules, over VPC v1 and over Neutron: api/neighbours.md section 2.3.
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

bool IsNeutron(const Exchange& in) { return in.service == Service::kNeutron; }

Response Refuse(const Exchange& in, int status, const char* code, const char* type,
                const std::string& message) {
  return IsNeutron(in) ? NeutronError(status, type, message) : VpcError(status, code, message);
}

Response NoSuchGroup(const Exchange& in, const std::string& id) {
  return Refuse(in, 404, "VPC.0603", "SecurityGroupNotFound",
                StrCat("Security group ", id, " does not exist"));
}

Json RuleJson(const Cloud& cloud, const SecurityRule& rule) {
  return {{"id", rule.id},
          {"security_group_id", rule.group_id},
          {"direction", rule.direction},
          {"ethertype", rule.ethertype},
          {"protocol", rule.protocol},
          {"port_range_min", rule.port_min},
          {"port_range_max", rule.port_max},
          {"remote_ip_prefix", rule.remote_prefix},
          {"remote_group_id", rule.remote_group},
          {"description", rule.description},
          {"tenant_id", cloud.options.project_id},
          {"project_id", cloud.options.project_id}};
}

Json GroupJson(const Cloud& cloud, const SecurityGroup& group) {
  Json rules = Json::array();
  for (const SecurityRule& rule : cloud.store.security_rules) {
    if (rule.group_id == group.id) rules.push_back(RuleJson(cloud, rule));
  }
  return {{"id", group.id},
          {"name", group.name},
          {"description", group.description},
          {"vpc_id", ""},
          {"enterprise_project_id", "0"},
          {"security_group_rules", std::move(rules)},
          {"tenant_id", cloud.options.project_id},
          {"project_id", cloud.options.project_id},
          {"tags", Json::array()},
          {"created_at", IsoSeconds(group.created)},
          {"updated_at", IsoSeconds(group.created)}};
}

Response ListGroups(Cloud& cloud, const Exchange& in) {
  const std::string id = in.query.Get("id");
  const std::string name = in.query.Get("name");
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json groups = Json::array();
  for (const SecurityGroup& group : cloud.store.security_groups) {
    const bool fits = (id.empty() || group.id == id) && (name.empty() || group.name == name);
    if (begun && fits) groups.push_back(GroupJson(cloud, group));
    begun = begun || group.id == marker;
  }
  return JsonReply(200, {{"security_groups", std::move(groups)}});
}

Response ShowGroup(Cloud& cloud, const Exchange& in) {
  const SecurityGroup* group = cloud.store.security_groups.Find(in.Param("group_id"));
  if (group == nullptr) return NoSuchGroup(in, in.Param("group_id"));
  return JsonReply(200, {{"security_group", GroupJson(cloud, *group)}});
}

Response CreateGroup(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "security_group");
  const std::string name = TextOf(given, "name");
  if (name.empty() || name.size() > 64) {
    return Refuse(in, 400, "VPC.0601", "HTTPBadRequest", "The name is not valid.");
  }
  const SecurityGroup& group =
      cloud.store.security_groups.Add({.id = cloud.ids.Uuid(),
                                       .name = name,
                                       .description = TextOf(given, "description"),
                                       .created = cloud.wall()});
  for (const char* ethertype : {"IPv4", "IPv6"}) {
    cloud.store.security_rules.Add({.id = cloud.ids.Uuid(),
                                    .group_id = group.id,
                                    .direction = "egress",
                                    .ethertype = ethertype});
    cloud.store.security_rules.Add({.id = cloud.ids.Uuid(),
                                    .group_id = group.id,
                                    .direction = "ingress",
                                    .ethertype = ethertype,
                                    .remote_group = group.id});
  }
  return JsonReply(IsNeutron(in) ? 201 : 200, {{"security_group", GroupJson(cloud, group)}});
}

Response UpdateGroup(Cloud& cloud, const Exchange& in) {
  SecurityGroup* group = cloud.store.security_groups.Find(in.Param("group_id"));
  if (group == nullptr) return NoSuchGroup(in, in.Param("group_id"));
  const Json& given = Member(in.body, "security_group");
  group->name = TextOf(given, "name", group->name);
  group->description = TextOf(given, "description", group->description);
  return JsonReply(200, {{"security_group", GroupJson(cloud, *group)}});
}

Response DeleteGroup(Cloud& cloud, const Exchange& in) {
  const std::string id = in.Param("group_id");
  if (cloud.store.security_groups.Find(id) == nullptr) return NoSuchGroup(in, id);
  for (const Port& port : cloud.store.ports) {
    for (const std::string& used : port.security_groups) {
      if (used != id) continue;
      return Refuse(in, 409, "VPC.0602", "SecurityGroupInUse",
                    StrCat("Security Group ", id, " in use."));
    }
  }
  std::vector<std::string> rules;
  for (const SecurityRule& rule : cloud.store.security_rules) {
    if (rule.group_id == id) rules.push_back(rule.id);
  }
  for (const std::string& rule : rules) cloud.store.security_rules.Remove(rule);
  cloud.store.security_groups.Remove(id);
  return EmptyReply(204);
}

Response ListRules(Cloud& cloud, const Exchange& in) {
  const std::string group = in.query.Get("security_group_id");
  Json rules = Json::array();
  for (const SecurityRule& rule : cloud.store.security_rules) {
    if (group.empty() || rule.group_id == group) rules.push_back(RuleJson(cloud, rule));
  }
  return JsonReply(200, {{"security_group_rules", std::move(rules)}});
}

Response ShowRule(Cloud& cloud, const Exchange& in) {
  const SecurityRule* rule = cloud.store.security_rules.Find(in.Param("rule_id"));
  if (rule == nullptr) {
    return Refuse(in, 404, "VPC.0605", "SecurityGroupRuleNotFound", "The rule does not exist");
  }
  return JsonReply(200, {{"security_group_rule", RuleJson(cloud, *rule)}});
}

Response CreateRule(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "security_group_rule");
  const std::string group = TextOf(given, "security_group_id");
  const std::string direction = TextOf(given, "direction");
  if (cloud.store.security_groups.Find(group) == nullptr) return NoSuchGroup(in, group);
  if (direction != "ingress" && direction != "egress") {
    return Refuse(in, 400, "VPC.0604", "HTTPBadRequest", "direction must be ingress or egress.");
  }
  const SecurityRule& rule =
      cloud.store.security_rules.Add({.id = cloud.ids.Uuid(),
                                      .group_id = group,
                                      .direction = direction,
                                      .ethertype = TextOf(given, "ethertype", "IPv4"),
                                      .protocol = Member(given, "protocol"),
                                      .port_min = Member(given, "port_range_min"),
                                      .port_max = Member(given, "port_range_max"),
                                      .remote_prefix = Member(given, "remote_ip_prefix"),
                                      .remote_group = Member(given, "remote_group_id"),
                                      .description = TextOf(given, "description")});
  return JsonReply(IsNeutron(in) ? 201 : 200, {{"security_group_rule", RuleJson(cloud, rule)}});
}

Response DeleteRule(Cloud& cloud, const Exchange& in) {
  if (!cloud.store.security_rules.Remove(in.Param("rule_id"))) {
    return Refuse(in, 404, "VPC.0605", "SecurityGroupRuleNotFound", "The rule does not exist");
  }
  return EmptyReply(204);
}

}  // namespace

void AddSecurityGroupRoutes(Router& router) {
  const std::pair<Service, std::string> places[] = {{Service::kVpc, "/v1/{project_id}"},
                                                    {Service::kNeutron, "/v2.0"}};
  for (const auto& [service, base] : places) {
    const std::string groups = base + "/security-groups";
    router.Add(service, "GET", groups, "ListSecurityGroups", ListGroups);
    router.Add(service, "POST", groups, "CreateSecurityGroup", CreateGroup);
    router.Add(service, "GET", groups + "/{group_id}", "ShowSecurityGroup", ShowGroup);
    router.Add(service, "PUT", groups + "/{group_id}", "UpdateSecurityGroup", UpdateGroup);
    router.Add(service, "DELETE", groups + "/{group_id}", "DeleteSecurityGroup", DeleteGroup);
    const std::string rules = base + "/security-group-rules";
    router.Add(service, "GET", rules, "ListSecurityRules", ListRules);
    router.Add(service, "POST", rules, "CreateSecurityRule", CreateRule);
    router.Add(service, "GET", rules + "/{rule_id}", "ShowSecurityRule", ShowRule);
    router.Add(service, "DELETE", rules + "/{rule_id}", "DeleteSecurityRule", DeleteRule);
  }
}

}  // namespace emulator
