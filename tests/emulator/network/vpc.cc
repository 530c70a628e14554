// VPCs and subnets: api/neighbours.md sections 2.1, 2.2.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Json VpcJson(const Cloud& cloud, const Vpc& vpc) {
  return {{"id", vpc.id},
          {"name", vpc.name},
          {"cidr", vpc.cidr},
          {"status", vpc.status},
          {"description", vpc.description},
          {"routes", Json::array()},
          {"enable_shared_snat", false},
          {"enterprise_project_id", "0"},
          {"tenant_id", cloud.options.project_id},
          {"created_at", IsoSeconds(vpc.created)},
          {"updated_at", IsoSeconds(vpc.created)}};
}

Json SubnetJson(const Cloud& cloud, const Subnet& subnet) {
  return {{"id", subnet.id},
          {"name", subnet.name},
          {"description", subnet.description},
          {"cidr", subnet.cidr},
          {"gateway_ip", subnet.gateway},
          {"dhcp_enable", subnet.dhcp},
          {"primary_dns", subnet.dns.empty() ? "" : subnet.dns[0]},
          {"secondary_dns", subnet.dns.size() < 2 ? "" : subnet.dns[1]},
          {"dnsList", subnet.dns},
          {"availability_zone", subnet.availability_zone},
          {"vpc_id", subnet.vpc_id},
          {"status", subnet.status},
          {"neutron_network_id", subnet.id},
          {"neutron_subnet_id", subnet.neutron_subnet_id},
          {"ipv6_enable", subnet.ipv6},
          {"tenant_id", cloud.options.project_id},
          {"created_at", IsoSeconds(subnet.created)},
          {"updated_at", IsoSeconds(subnet.created)}};
}

Response NoSuchVpc() { return VpcError(404, "VPC.0202", "The VPC does not exist."); }
Response NoSuchSubnet() { return VpcError(404, "VPC.0202", "The subnet does not exist."); }

// The rows after `marker`, at most `limit`, that `fits`.
template <class Rows, class Fits, class Show>
Json Cut(const Exchange& in, const Rows& rows, const Fits& fits, const Show& show) {
  std::size_t limit = 2000;
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json list = Json::array();
  for (const auto& row : rows) {
    if (begun && list.size() < limit && fits(row)) list.push_back(show(row));
    begun = begun || row.id == marker;
  }
  return list;
}

Response ListVpcs(Cloud& cloud, const Exchange& in) {
  const std::string id = in.query.Get("id");
  const std::string name = in.query.Get("name");
  return JsonReply(200, {{"vpcs", Cut(
                                      in, cloud.store.vpcs,
                                      [&](const Vpc& vpc) {
                                        return (id.empty() || vpc.id == id) &&
                                               (name.empty() || vpc.name == name);
                                      },
                                      [&](const Vpc& vpc) { return VpcJson(cloud, vpc); })}});
}

Response ShowVpc(Cloud& cloud, const Exchange& in) {
  const Vpc* vpc = cloud.store.vpcs.Find(in.Param("vpc_id"));
  return vpc == nullptr ? NoSuchVpc() : JsonReply(200, {{"vpc", VpcJson(cloud, *vpc)}});
}

Response CreateVpc(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "vpc");
  if (!given.is_object()) return VpcError(400, "VPC.0002", "vpc is missing.");
  const std::string cidr = TextOf(given, "cidr");
  if (TextOf(given, "name").size() > 64 || (!cidr.empty() && !ParseCidr(cidr))) {
    return VpcError(400, "VPC.0101", "The name or the CIDR block is not valid.");
  }
  Vpc& vpc = cloud.store.vpcs.Add({.id = cloud.ids.Uuid(),
                                   .name = TextOf(given, "name"),
                                   .cidr = cidr,
                                   .status = "CREATING",
                                   .description = TextOf(given, "description"),
                                   .created = cloud.wall()});
  cloud.timeline.After(cloud.Takes("network"), [&cloud, id = vpc.id] {
    if (Vpc* made = cloud.store.vpcs.Find(id)) made->status = "OK";
  });
  return JsonReply(200, {{"vpc", VpcJson(cloud, vpc)}});
}

Response UpdateVpc(Cloud& cloud, const Exchange& in) {
  Vpc* vpc = cloud.store.vpcs.Find(in.Param("vpc_id"));
  if (vpc == nullptr) return NoSuchVpc();
  const Json& given = Member(in.body, "vpc");
  vpc->name = TextOf(given, "name", vpc->name);
  vpc->cidr = TextOf(given, "cidr", vpc->cidr);
  vpc->description = TextOf(given, "description", vpc->description);
  return JsonReply(200, {{"vpc", VpcJson(cloud, *vpc)}});
}

Response DeleteVpc(Cloud& cloud, const Exchange& in) {
  const std::string& id = in.Param("vpc_id");
  if (cloud.store.vpcs.Find(id) == nullptr) return NoSuchVpc();
  for (const Subnet& subnet : cloud.store.subnets) {
    if (subnet.vpc_id == id) return VpcError(409, "VPC.0104", "The VPC contains subnets.");
  }
  cloud.store.vpcs.Remove(id);
  return EmptyReply(204);
}

Response ListSubnets(Cloud& cloud, const Exchange& in) {
  const std::string vpc_id = in.query.Get("vpc_id");
  return JsonReply(
      200, {{"subnets", Cut(
                            in, cloud.store.subnets,
                            [&](const Subnet& s) { return vpc_id.empty() || s.vpc_id == vpc_id; },
                            [&](const Subnet& s) { return SubnetJson(cloud, s); })}});
}

Response ShowSubnet(Cloud& cloud, const Exchange& in) {
  const Subnet* subnet = cloud.store.subnets.Find(in.Param("subnet_id"));
  if (subnet == nullptr) return NoSuchSubnet();
  return JsonReply(200, {{"subnet", SubnetJson(cloud, *subnet)}});
}

bool Overlaps(const Cloud& cloud, const Subnet& fresh) {
  return std::any_of(cloud.store.subnets.begin(), cloud.store.subnets.end(),
                     [&](const Subnet& other) {
                       return other.vpc_id == fresh.vpc_id && other.first <= fresh.last &&
                              fresh.first <= other.last;
                     });
}

Response CreateSubnet(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "subnet");
  Subnet subnet = {.id = cloud.ids.Uuid(),
                   .neutron_subnet_id = cloud.ids.Uuid(),
                   .name = TextOf(given, "name"),
                   .cidr = TextOf(given, "cidr"),
                   .gateway = TextOf(given, "gateway_ip"),
                   .vpc_id = TextOf(given, "vpc_id"),
                   .availability_zone = TextOf(given, "availability_zone"),
                   .status = "UNKNOWN",
                   .description = TextOf(given, "description"),
                   .ipv6 = BoolOf(given, "ipv6_enable"),
                   .dhcp = BoolOf(given, "dhcp_enable", true),
                   .created = cloud.wall()};
  const auto range = ParseCidr(subnet.cidr);
  const auto gateway = ParseIpv4(subnet.gateway);
  if (subnet.name.empty() || subnet.name.size() > 64 || !range || !gateway) {
    return VpcError(400, "VPC.0201", "The name, the CIDR block or the gateway is not valid.");
  }
  const Vpc* vpc = cloud.store.vpcs.Find(subnet.vpc_id);
  if (vpc == nullptr) return VpcError(404, "VPC.0003", "The VPC does not exist.");
  const auto whole = ParseCidr(vpc->cidr);
  subnet.first = range->first;
  subnet.last = range->second;
  subnet.used = {*gateway};
  const bool inside = !whole || (subnet.first >= whole->first && subnet.last <= whole->second);
  if (!inside || subnet.last - subnet.first < 15 || Overlaps(cloud, subnet)) {
    return VpcError(400, "VPC.0203", "The CIDR block does not fit into the VPC.");
  }
  for (const char* name : {"primary_dns", "secondary_dns"}) {
    if (!TextOf(given, name).empty()) subnet.dns.push_back(TextOf(given, name));
  }
  const Subnet& made = cloud.store.subnets.Add(std::move(subnet));
  cloud.timeline.After(cloud.Takes("network"), [&cloud, id = made.id] {
    if (Subnet* found = cloud.store.subnets.Find(id)) found->status = "ACTIVE";
  });
  return JsonReply(200, {{"subnet", SubnetJson(cloud, made)}});
}

Response UpdateSubnet(Cloud& cloud, const Exchange& in) {
  Subnet* subnet = cloud.store.subnets.Find(in.Param("subnet_id"));
  if (subnet == nullptr) return NoSuchSubnet();
  const Json& given = Member(in.body, "subnet");
  subnet->name = TextOf(given, "name", subnet->name);
  subnet->description = TextOf(given, "description", subnet->description);
  subnet->dhcp = BoolOf(given, "dhcp_enable", subnet->dhcp);
  return JsonReply(200, {{"subnet", {{"id", subnet->id}, {"status", subnet->status}}}});
}

Response DeleteSubnet(Cloud& cloud, const Exchange& in) {
  const std::string& id = in.Param("subnet_id");
  const Subnet* subnet = cloud.store.subnets.Find(id);
  if (subnet == nullptr || subnet->vpc_id != in.Param("vpc_id")) return NoSuchSubnet();
  for (const Port& port : cloud.store.ports) {
    // The status is the documented one (api/neighbours.md section 2.2).
    if (port.network_id == id) return VpcError(500, "VPC.0209", "The subnet is in use.");
  }
  cloud.store.subnets.Remove(id);
  return EmptyReply(204);
}

}  // namespace

void AddVpcRoutes(Router& router) {
  constexpr Service kVpc = Service::kVpc;
  const std::string vpcs = "/v1/{project_id}/vpcs";
  router.Add(kVpc, "GET", vpcs, "ListVpcs", ListVpcs);
  router.Add(kVpc, "POST", vpcs, "CreateVpc", CreateVpc);
  router.Add(kVpc, "GET", vpcs + "/{vpc_id}", "ShowVpc", ShowVpc);
  router.Add(kVpc, "PUT", vpcs + "/{vpc_id}", "UpdateVpc", UpdateVpc);
  router.Add(kVpc, "DELETE", vpcs + "/{vpc_id}", "DeleteVpc", DeleteVpc);
  const std::string subnets = "/v1/{project_id}/subnets";
  router.Add(kVpc, "GET", subnets, "ListSubnets", ListSubnets);
  router.Add(kVpc, "POST", subnets, "CreateSubnet", CreateSubnet);
  router.Add(kVpc, "GET", subnets + "/{subnet_id}", "ShowSubnet", ShowSubnet);
  const std::string subnet = vpcs + "/{vpc_id}/subnets/{subnet_id}";
  router.Add(kVpc, "PUT", subnet, "UpdateSubnet", UpdateSubnet);
  router.Add(kVpc, "DELETE", subnet, "DeleteSubnet", DeleteSubnet);
}

}  // namespace emulator
