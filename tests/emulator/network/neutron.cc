// Networks, subnets, ports and floating IPs over Neutron: api/neighbours.md sections 2.4, 4.3.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/seed.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Response NotFound(const std::string& kind, const std::string& id) {
  return NeutronError(404, kind + "NotFound", StrCat(kind, " ", id, " could not be found."));
}

// Whether the row has, for each query name that is a member of it, one of the values asked for.
bool Fits(const Json& row, const Exchange& in) {
  for (const auto& [name, value] : in.query.pairs()) {
    const Json& member = Member(row, name);
    if (!member.is_string() && !member.is_boolean()) continue;
    const std::string text = member.is_string() ? member.get<std::string>() : member.dump();
    const std::vector<std::string> any = in.query.All(name);
    const bool found = std::any_of(any.begin(), any.end(), [&](const std::string& asked) {
      return member.is_boolean() ? ToLower(asked) == text : asked == text;
    });
    if (!found) return false;
  }
  return true;
}

// Filters, then cuts by marker and limit, and adds a next link if more follow.
Response ListReply(const Exchange& in, const std::string& name, const std::vector<Json>& rows) {
  std::size_t limit = 2000;
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  bool more = false;
  Json list = Json::array();
  for (const Json& row : rows) {
    if (!Fits(row, in)) continue;
    if (begun && list.size() < limit) {
      list.push_back(row);
    } else if (begun) {
      more = true;
    }
    begun = begun || row["id"] == marker;
  }
  Json body = {{name, list}};
  if (more) {
    const std::string last = list.back()["id"];
    body[name + "_links"] =
        Json::array({{{"rel", "next"},
                      {"href", StrCat(in.base, in.path, "?limit=", limit, "&marker=", last)}}});
  }
  return JsonReply(200, body);
}

Json NetworkJson(const Cloud& cloud, const Subnet& subnet) {
  return {{"id", subnet.id},
          {"name", subnet.name},
          {"status", "ACTIVE"},
          {"admin_state_up", true},
          {"shared", false},
          {"router:external", false},
          {"subnets", Json::array({subnet.neutron_subnet_id})},
          {"availability_zones", cloud.store.zones},
          {"availability_zone_hints", Json::array()},
          {"provider:network_type", "vxlan"},
          {"port_security_enabled", true},
          {"mtu", 1500},
          {"tags", Json::array()},
          {"tenant_id", cloud.options.project_id},
          {"project_id", cloud.options.project_id},
          {"created_at", IsoSeconds(subnet.created)},
          {"updated_at", IsoSeconds(subnet.created)}};
}

Json ExternalNetworkJson(const Cloud& cloud) {
  return {{"id", kExternalNetworkId},
          {"name", "admin_external_net"},
          {"status", "ACTIVE"},
          {"admin_state_up", true},
          {"shared", false},
          {"router:external", true},
          {"subnets", Json::array()},
          {"availability_zones", cloud.store.zones},
          {"availability_zone_hints", Json::array()},
          {"port_security_enabled", true},
          {"mtu", 1500},
          {"tags", Json::array()},
          {"tenant_id", "00000000000000000000000000000001"},
          {"project_id", "00000000000000000000000000000001"}};
}

Response ListNetworks(Cloud& cloud, const Exchange& in) {
  std::vector<Json> rows;
  for (const Subnet& subnet : cloud.store.subnets) rows.push_back(NetworkJson(cloud, subnet));
  rows.push_back(ExternalNetworkJson(cloud));
  return ListReply(in, "networks", rows);
}

Response ShowNetwork(Cloud& cloud, const Exchange& in) {
  const std::string& id = in.Param("network_id");
  if (id == kExternalNetworkId) return JsonReply(200, {{"network", ExternalNetworkJson(cloud)}});
  const Subnet* subnet = cloud.store.subnets.Find(id);
  if (subnet == nullptr) return NotFound("Network", id);
  return JsonReply(200, {{"network", NetworkJson(cloud, *subnet)}});
}

Json SubnetJson(const Cloud& cloud, const Subnet& subnet) {
  return {
      {"id", subnet.neutron_subnet_id},
      {"name", subnet.name},
      {"network_id", subnet.id},
      {"cidr", subnet.cidr},
      {"gateway_ip", subnet.gateway},
      {"ip_version", 4},
      {"enable_dhcp", subnet.dhcp},
      {"dns_nameservers", subnet.dns},
      {"allocation_pools",
       Json::array({{{"start", Ipv4Text(subnet.first + 2)}, {"end", Ipv4Text(subnet.last - 1)}}})},
      {"host_routes", Json::array()},
      {"tags", Json::array()},
      {"tenant_id", cloud.options.project_id},
      {"project_id", cloud.options.project_id},
      {"created_at", IsoSeconds(subnet.created)},
      {"updated_at", IsoSeconds(subnet.created)}};
}

Response ListSubnets(Cloud& cloud, const Exchange& in) {
  std::vector<Json> rows;
  for (const Subnet& subnet : cloud.store.subnets) rows.push_back(SubnetJson(cloud, subnet));
  return ListReply(in, "subnets", rows);
}

Response ShowSubnet(Cloud& cloud, const Exchange& in) {
  const Subnet* subnet = cloud.store.FindSubnetByNeutronId(in.Param("subnet_id"));
  if (subnet == nullptr) return NotFound("Subnet", in.Param("subnet_id"));
  return JsonReply(200, {{"subnet", SubnetJson(cloud, *subnet)}});
}

Json PortJson(const Cloud& cloud, const Port& port) {
  const Subnet* subnet = cloud.store.subnets.Find(port.network_id);
  const std::string subnet_id = subnet == nullptr ? "" : subnet->neutron_subnet_id;
  Json fixed = Json::array({{{"subnet_id", subnet_id}, {"ip_address", port.ip}}});
  if (!port.ipv6.empty()) fixed.push_back({{"subnet_id", subnet_id}, {"ip_address", port.ipv6}});
  return {{"id", port.id},
          {"name", port.name},
          {"network_id", port.network_id},
          {"admin_state_up", true},
          {"mac_address", port.mac},
          {"fixed_ips", std::move(fixed)},
          {"device_id", port.device_id},
          {"device_owner", port.device_owner},
          {"status", port.status},
          {"security_groups", port.security_groups},
          {"allowed_address_pairs", port.allowed_address_pairs},
          {"extra_dhcp_opts", port.extra_dhcp_opts},
          {"binding:vnic_type", "normal"},
          {"binding:vif_details", {{"primary_interface", port.primary}}},
          {"binding:profile", Json::object()},
          {"port_security_enabled", port.port_security},
          {"dns_name", ""},
          {"dns_assignment", Json::array()},
          {"tags", Json::array()},
          {"tenant_id", cloud.options.project_id},
          {"project_id", cloud.options.project_id},
          {"created_at", IsoSeconds(port.created)},
          {"updated_at", IsoSeconds(port.created)}};
}

bool HasFixedIps(const Port& port, const Subnet* subnet, const Exchange& in) {
  for (const std::string& asked : in.query.All("fixed_ips")) {
    const auto [name, value] = SplitOnce(asked, '=');
    if (name == "ip_address" && value != port.ip) return false;
    if (name == "subnet_id" && (subnet == nullptr || value != subnet->neutron_subnet_id)) {
      return false;
    }
  }
  for (const std::string& group : in.query.All("security_groups")) {
    const auto& groups = port.security_groups;
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) return false;
  }
  return true;
}

Response ListPorts(Cloud& cloud, const Exchange& in) {
  const std::string device = in.query.Get("device_id");
  std::vector<Json> rows;
  for (const Port& port : cloud.store.ports) {
    if (!device.empty() && port.device_id != device) continue;
    const Subnet* subnet = cloud.store.subnets.Find(port.network_id);
    if (HasFixedIps(port, subnet, in)) rows.push_back(PortJson(cloud, port));
  }
  return ListReply(in, "ports", rows);
}

Response ShowPort(Cloud& cloud, const Exchange& in) {
  const Port* port = cloud.store.ports.Find(in.Param("port_id"));
  if (port == nullptr) return NotFound("Port", in.Param("port_id"));
  return JsonReply(200, {{"port", PortJson(cloud, *port)}});
}

// The members of a port that a request may set.
std::optional<Response> ApplyPort(Cloud& cloud, const Json& given, Port& port) {
  port.name = TextOf(given, "name", port.name);
  port.port_security = BoolOf(given, "port_security_enabled", port.port_security);
  const Json& groups = Member(given, "security_groups");
  if (groups.is_array()) {
    std::vector<std::string> ids = groups.get<std::vector<std::string>>();
    for (const std::string& id : ids) {
      if (cloud.store.security_groups.Find(id) == nullptr) {
        return NeutronError(404, "SecurityGroupNotFound",
                            StrCat("Security group ", id, " does not exist"));
      }
    }
    port.security_groups = std::move(ids);
  }
  if (Member(given, "allowed_address_pairs").is_array()) {
    port.allowed_address_pairs = given["allowed_address_pairs"];
  }
  if (Member(given, "extra_dhcp_opts").is_array()) {
    port.extra_dhcp_opts = given["extra_dhcp_opts"];
  }
  return std::nullopt;
}

Response CreatePort(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "port");
  NicSpec spec = {.network_id = TextOf(given, "network_id")};
  const Json& fixed = Member(given, "fixed_ips");
  if (fixed.is_array() && !fixed.empty()) spec.ip = TextOf(fixed[0], "ip_address");
  if (cloud.store.subnets.Find(spec.network_id) == nullptr) {
    return NotFound("Network", spec.network_id);
  }
  std::string problem;
  Port* port = MakePort(cloud, spec, problem);
  if (port == nullptr) return NeutronError(409, "IpAddressInUse", problem);
  if (auto refused = ApplyPort(cloud, given, *port)) {
    RemovePort(cloud, port->id);
    return *refused;
  }
  return JsonReply(201, {{"port", PortJson(cloud, *port)}});
}

Response UpdatePort(Cloud& cloud, const Exchange& in) {
  Port* port = cloud.store.ports.Find(in.Param("port_id"));
  if (port == nullptr) return NotFound("Port", in.Param("port_id"));
  if (auto refused = ApplyPort(cloud, Member(in.body, "port"), *port)) return *refused;
  return JsonReply(200, {{"port", PortJson(cloud, *port)}});
}

Response DeletePort(Cloud& cloud, const Exchange& in) {
  const Port* port = cloud.store.ports.Find(in.Param("port_id"));
  if (port == nullptr) return NotFound("Port", in.Param("port_id"));
  if (!port->device_id.empty()) {
    return NeutronError(409, "PortInUse", StrCat("Port ", port->id, " is in use."));
  }
  RemovePort(cloud, in.Param("port_id"));
  return EmptyReply(204);
}

Json FloatingIpJson(const Cloud& cloud, const PublicIp& ip) {
  const Port* port = cloud.store.ports.Find(ip.port_id);
  return {{"id", ip.id},
          {"floating_ip_address", ip.address},
          {"floating_network_id", kExternalNetworkId},
          {"port_id", port == nullptr ? Json() : Json(port->id)},
          {"fixed_ip_address", port == nullptr ? Json() : Json(port->ip)},
          {"router_id", port == nullptr ? Json() : Json(kVpcId)},
          {"status", port == nullptr ? "DOWN" : "ACTIVE"},
          {"tenant_id", cloud.options.project_id},
          {"project_id", cloud.options.project_id},
          {"created_at", IsoSeconds(ip.created)},
          {"updated_at", IsoSeconds(ip.created)}};
}

std::optional<Response> Bind(Cloud& cloud, const Json& given, PublicIp& ip) {
  if (!given.is_object() || !given.contains("port_id")) return std::nullopt;
  const std::string port_id = TextOf(given, "port_id");
  if (!port_id.empty() && cloud.store.ports.Find(port_id) == nullptr) {
    return NotFound("Port", port_id);
  }
  ip.port_id = port_id;
  return std::nullopt;
}

Response ListFloatingIps(Cloud& cloud, const Exchange& in) {
  std::vector<Json> rows;
  for (const PublicIp& ip : cloud.store.public_ips) rows.push_back(FloatingIpJson(cloud, ip));
  return ListReply(in, "floatingips", rows);
}

Response CreateFloatingIp(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "floatingip");
  const std::string network = TextOf(given, "floating_network_id");
  if (network != kExternalNetworkId) return NotFound("Network", network);
  PublicIp& ip = MakePublicIp(cloud, {.bandwidth_mbit = 5});
  if (auto refused = Bind(cloud, given, ip)) {
    cloud.store.public_ips.Remove(ip.id);
    return *refused;
  }
  return JsonReply(201, {{"floatingip", FloatingIpJson(cloud, ip)}});
}

Response ChangeFloatingIp(Cloud& cloud, const Exchange& in) {
  PublicIp* ip = cloud.store.public_ips.Find(in.Param("ip_id"));
  if (ip == nullptr) return NotFound("FloatingIP", in.Param("ip_id"));
  if (in.request.method == "DELETE") {
    cloud.store.public_ips.Remove(in.Param("ip_id"));
    return EmptyReply(204);
  }
  if (in.request.method == "PUT") {
    if (auto refused = Bind(cloud, Member(in.body, "floatingip"), *ip)) return *refused;
  }
  return JsonReply(200, {{"floatingip", FloatingIpJson(cloud, *ip)}});
}

Response ListExtensions(Cloud&, const Exchange&) {
  return JsonReply(200, {{"extensions", Json::array()}});
}

}  // namespace

void AddNeutronRoutes(Router& router) {
  constexpr Service kNeutron = Service::kNeutron;
  const auto add = [&router](const char* method, const char* path, const char* name,
                             Handler handler) {
    router.Add(kNeutron, method, path, name, handler);
  };
  add("GET", "/v2.0/networks", "ListNetworks", ListNetworks);
  add("GET", "/v2.0/networks/{network_id}", "ShowNetwork", ShowNetwork);
  add("GET", "/v2.0/subnets", "ListSubnets", ListSubnets);
  add("GET", "/v2.0/subnets/{subnet_id}", "ShowSubnet", ShowSubnet);
  add("GET", "/v2.0/ports", "ListPorts", ListPorts);
  add("POST", "/v2.0/ports", "CreatePort", CreatePort);
  add("GET", "/v2.0/ports/{port_id}", "ShowPort", ShowPort);
  add("PUT", "/v2.0/ports/{port_id}", "UpdatePort", UpdatePort);
  add("DELETE", "/v2.0/ports/{port_id}", "DeletePort", DeletePort);
  add("GET", "/v2.0/floatingips", "ListFloatingIps", ListFloatingIps);
  add("POST", "/v2.0/floatingips", "CreateFloatingIp", CreateFloatingIp);
  add("GET", "/v2.0/floatingips/{ip_id}", "ShowFloatingIp", ChangeFloatingIp);
  add("PUT", "/v2.0/floatingips/{ip_id}", "UpdateFloatingIp", ChangeFloatingIp);
  add("DELETE", "/v2.0/floatingips/{ip_id}", "DeleteFloatingIp", ChangeFloatingIp);
  add("GET", "/v2.0/extensions", "ListExtensions", ListExtensions);
}

}  // namespace emulator
