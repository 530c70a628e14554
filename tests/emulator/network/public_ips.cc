// Public IP addresses: api/neighbours.md section 4.
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Response NoSuchIp() { return VpcError(404, "VPC.0504", "The public IP address does not exist."); }

Json IpJson(const Cloud& cloud, const PublicIp& ip) {
  Json json = {{"id", ip.id},
               {"status", ip.port_id.empty() ? "DOWN" : "ACTIVE"},
               {"type", ip.type},
               {"public_ip_address", ip.address},
               {"tenant_id", cloud.options.project_id},
               {"ip_version", 4},
               {"create_time", Blank(ip.created)},
               {"enterprise_project_id", "0"},
               {"profile", Json::object()},
               {"bandwidth_id", ip.bandwidth_id},
               {"bandwidth_name", ip.bandwidth_name},
               {"bandwidth_size", ip.bandwidth_mbit},
               {"bandwidth_share_type", ip.share_type}};
  if (const Port* port = cloud.store.ports.Find(ip.port_id)) {
    json["port_id"] = port->id;
    json["private_ip_address"] = port->ip;
  }
  return json;
}

Response ListIps(Cloud& cloud, const Exchange& in) {
  const std::string marker = in.query.Get("marker");
  std::size_t limit = 2000;
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  bool begun = marker.empty();
  Json rows = Json::array();
  for (const PublicIp& ip : cloud.store.public_ips) {
    const auto is = [&](const char* name, const std::string& value) {
      return !in.query.Has(name) || in.query.Get(name) == value;
    };
    const bool fits =
        is("port_id", ip.port_id) && is("public_ip_address", ip.address) && is("id", ip.id);
    if (begun && fits && rows.size() < limit) rows.push_back(IpJson(cloud, ip));
    begun = begun || ip.id == marker;
  }
  return JsonReply(200, {{"publicips", std::move(rows)}});
}

Response ShowIp(Cloud& cloud, const Exchange& in) {
  const PublicIp* ip = cloud.store.public_ips.Find(in.Param("ip_id"));
  return ip == nullptr ? NoSuchIp() : JsonReply(200, {{"publicip", IpJson(cloud, *ip)}});
}

Response CreateIp(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "publicip");
  const Json& bandwidth = Member(in.body, "bandwidth");
  PublicIpSpec spec = {.type = TextOf(given, "type"),
                       .bandwidth_mbit = static_cast<int>(NumberOf(bandwidth, "size")),
                       .bandwidth_id = TextOf(bandwidth, "id"),
                       .share_type = TextOf(bandwidth, "share_type"),
                       .charge_mode = TextOf(bandwidth, "charge_mode", "traffic")};
  const bool own = spec.share_type == "PER";
  const bool shared = spec.share_type == "WHOLE" && !spec.bandwidth_id.empty();
  if (spec.type.empty() || (!own && !shared) ||
      (own && (spec.bandwidth_mbit < 1 || spec.bandwidth_mbit > 1000))) {
    return VpcError(400, "VPC.0501", "The type or the bandwidth is not valid.");
  }
  PublicIp& ip = MakePublicIp(cloud, spec);
  ip.bandwidth_name = TextOf(bandwidth, "name", ip.bandwidth_name);
  Json json = IpJson(cloud, ip);
  json["status"] = "PENDING_CREATE";
  json["bandwidth_size"] = 0;
  return JsonReply(200, {{"publicip", std::move(json)}});
}

// A port binds; a missing or empty one unbinds.
Response UpdateIp(Cloud& cloud, const Exchange& in) {
  PublicIp* ip = cloud.store.public_ips.Find(in.Param("ip_id"));
  if (ip == nullptr) return NoSuchIp();
  const std::string port_id = TextOf(Member(in.body, "publicip"), "port_id");
  if (!port_id.empty()) {
    if (cloud.store.ports.Find(port_id) == nullptr) {
      return VpcError(404, "VPC.0504", "The port does not exist.");
    }
    if (!ip->port_id.empty() && ip->port_id != port_id) {
      return VpcError(409, "VPC.0510", "The public IP address is bound already.");
    }
    const PublicIp* other = cloud.store.FindPublicIpOfPort(port_id);
    if (other != nullptr && other != ip) {
      return VpcError(409, "VPC.0511", "The port has a public IP address already.");
    }
  }
  ip->port_id = port_id;
  return JsonReply(200, {{"publicip", IpJson(cloud, *ip)}});
}

Response DeleteIp(Cloud& cloud, const Exchange& in) {
  const PublicIp* ip = cloud.store.public_ips.Find(in.Param("ip_id"));
  if (ip == nullptr) return NoSuchIp();
  if (!ip->port_id.empty()) return VpcError(409, "VPC.0517", "The public IP address is bound.");
  cloud.store.public_ips.Remove(in.Param("ip_id"));
  return EmptyReply(204);
}

Json BandwidthJson(const PublicIp& ip) {
  return {{"id", ip.bandwidth_id},
          {"name", ip.bandwidth_name},
          {"size", ip.bandwidth_mbit},
          {"share_type", ip.share_type},
          {"charge_mode", ip.charge_mode},
          {"bandwidth_type", "bgp"},
          {"publicip_info", Json::array({{{"publicip_id", ip.id},
                                          {"publicip_address", ip.address},
                                          {"publicip_type", ip.type},
                                          {"ip_version", 4}}})}};
}

Response ListBandwidths(Cloud& cloud, const Exchange&) {
  Json rows = Json::array();
  for (const PublicIp& ip : cloud.store.public_ips) rows.push_back(BandwidthJson(ip));
  return JsonReply(200, {{"bandwidths", std::move(rows)}});
}

Response ChangeBandwidth(Cloud& cloud, const Exchange& in) {
  for (PublicIp& ip : cloud.store.public_ips) {
    if (ip.bandwidth_id != in.Param("bandwidth_id")) continue;
    if (in.request.method == "PUT") {
      const Json& given = Member(in.body, "bandwidth");
      ip.bandwidth_name = TextOf(given, "name", ip.bandwidth_name);
      ip.bandwidth_mbit = static_cast<int>(NumberOf(given, "size", ip.bandwidth_mbit));
    }
    return JsonReply(200, {{"bandwidth", BandwidthJson(ip)}});
  }
  return VpcError(404, "VPC.0301", "The bandwidth does not exist.");
}

}  // namespace

void AddPublicIpRoutes(Router& router) {
  constexpr Service kEip = Service::kEip;
  const std::string ips = "/v1/{project_id}/publicips";
  router.Add(kEip, "GET", ips, "ListPublicIps", ListIps);
  router.Add(kEip, "POST", ips, "CreatePublicIp", CreateIp);
  router.Add(kEip, "GET", ips + "/{ip_id}", "ShowPublicIp", ShowIp);
  router.Add(kEip, "PUT", ips + "/{ip_id}", "UpdatePublicIp", UpdateIp);
  router.Add(kEip, "DELETE", ips + "/{ip_id}", "DeletePublicIp", DeleteIp);
  const std::string bandwidths = "/v1/{project_id}/bandwidths";
  router.Add(kEip, "GET", bandwidths, "ListBandwidths", ListBandwidths);
  router.Add(kEip, "GET", bandwidths + "/{bandwidth_id}", "ShowBandwidth", ChangeBandwidth);
  router.Add(kEip, "PUT", bandwidths + "/{bandwidth_id}", "UpdateBandwidth", ChangeBandwidth);
}

}  // namespace emulator
