#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

class NeighboursTest : public CloudTest {};

TEST_F(NeighboursTest, AVpcWithASubnetComesAndGoes) {
  const Json vpc = Post("P/vpcs", {{"vpc", {{"name", "v"}, {"cidr", "192.168.0.0/16"}}}}).Parsed();
  const std::string id = vpc["vpc"]["id"];
  EXPECT_EQ(vpc["vpc"]["status"], "CREATING");
  EXPECT_EQ(Get("P/vpcs/" + id).Parsed()["vpc"]["status"], "OK");
  const Json given = {
      {"name", "s"}, {"cidr", "192.168.1.0/24"}, {"gateway_ip", "192.168.1.1"}, {"vpc_id", id}};
  const Json subnet = Post("P/subnets", {{"subnet", given}}).Parsed()["subnet"];
  EXPECT_EQ(subnet["id"], subnet["neutron_network_id"]);
  EXPECT_NE(subnet["id"], subnet["neutron_subnet_id"]);
  EXPECT_EQ(CodeOf(Post("P/subnets", {{"subnet", given}})), "400 VPC.0203");
  EXPECT_EQ(CodeOf(Delete("P/vpcs/" + id)), "409 VPC.0104");
  const std::string path = "P/vpcs/" + id + "/subnets/" + subnet["id"].get<std::string>();
  EXPECT_EQ(Delete(path).status, 204);
  EXPECT_EQ(Delete("P/vpcs/" + id).status, 204);
  EXPECT_EQ(CodeOf(Get("P/vpcs/" + id)), "404 VPC.0202");
}

TEST_F(NeighboursTest, ASubnetInUseCannotGo) {
  MakeServer();
  EXPECT_EQ(CodeOf(Delete(StrCat("P/vpcs/", kVpcId, "/subnets/", kNetworkId))), "500 VPC.0209");
}

TEST_F(NeighboursTest, SecurityGroupsAreTheSameOverBothApis) {
  const Json body = {{"security_group", {{"name", "g"}}}};
  const Response neutron = Post("/v2.0/security-groups", body);
  EXPECT_EQ(neutron.status, 201);
  const std::string id = neutron.Parsed()["security_group"]["id"];
  const Json shown = Get("P/security-groups/" + id).Parsed()["security_group"];
  EXPECT_EQ(shown["security_group_rules"].size(), 4U);
  const Json rule = {{"security_group_id", id}, {"direction", "ingress"},
                     {"protocol", "tcp"},       {"port_range_min", 22},
                     {"port_range_max", 22},    {"remote_ip_prefix", "0.0.0.0/0"}};
  const Response made = Post("P/security-group-rules", {{"security_group_rule", rule}});
  EXPECT_EQ(made.status, 200);
  const Json row = made.Parsed()["security_group_rule"];
  EXPECT_EQ(row["port_range_min"], 22);
  EXPECT_EQ(row["remote_group_id"], nullptr);
  EXPECT_EQ(Delete("/v2.0/security-group-rules/" + row["id"].get<std::string>()).status, 204);
  EXPECT_EQ(Delete("P/security-groups/" + id).status, 204);
  EXPECT_EQ(CodeOf(Get("/v2.0/security-groups/" + id)), "404 NeutronError");
  MakeServer();
  EXPECT_EQ(CodeOf(Delete(StrCat("/v2.0/security-groups/", kDefaultGroupId))), "409 NeutronError");
}

TEST_F(NeighboursTest, PortsAreFoundByServerAndChanged) {
  const std::string id = MakeServer();
  const Json ports = Get("/v2.0/ports?device_id=" + id).Parsed()["ports"];
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(ports[0]["device_owner"], "compute:eu-demo-01");
  EXPECT_EQ(ports[0]["status"], "ACTIVE");
  EXPECT_EQ(ports[0]["binding:vif_details"]["primary_interface"], true);
  EXPECT_EQ(ports[0]["fixed_ips"][0]["subnet_id"], kNeutronSubnetId);
  const std::string path = "/v2.0/ports/" + ports[0]["id"].get<std::string>();
  const Json change = {{"port", {{"security_groups", {kWebGroupId}}}}};
  EXPECT_EQ(Put(path, change).Parsed()["port"]["security_groups"], Json::array({kWebGroupId}));
  EXPECT_EQ(Show(id)["security_groups"][0]["name"], "web");
  EXPECT_EQ(CodeOf(Delete(path)), "409 NeutronError");
  EXPECT_EQ(Get("/v2.0/ports?network_id=none").Parsed()["ports"], Json::array());
}

TEST_F(NeighboursTest, APortOfOnesOwnOutlivesItsServer) {
  const Json made =
      Post("/v2.0/ports", {{"port", {{"network_id", kNetworkId}, {"name", "p"}}}}).Parsed();
  const std::string port = made["port"]["id"];
  Json body = CreateBody();
  body["server"]["nics"] = Json::array({{{"port_id", port}}});
  const std::string id = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  clock_.Advance(seconds(5));
  EXPECT_EQ(Get("/v2.0/ports/" + port).Parsed()["port"]["device_id"], id);
  Delete("N/servers/" + id);
  clock_.Advance(seconds(5));
  EXPECT_EQ(Get("/v2.0/ports/" + port).Parsed()["port"]["device_id"], "");
  EXPECT_EQ(Delete("/v2.0/ports/" + port).status, 204);
}

TEST_F(NeighboursTest, APublicAddressIsBoundToAPort) {
  const std::string id = MakeServer();
  const Json given = {{"publicip", {{"type", "5_bgp"}}},
                      {"bandwidth", {{"name", "b"}, {"size", 5}, {"share_type", "PER"}}}};
  const Json made = Post("P/publicips", given).Parsed()["publicip"];
  EXPECT_EQ(made["status"], "PENDING_CREATE");
  const std::string path = "P/publicips/" + made["id"].get<std::string>();
  EXPECT_EQ(Get(path).Parsed()["publicip"]["status"], "DOWN");
  const std::string port = Get("/v2.0/ports?device_id=" + id).Parsed()["ports"][0]["id"];
  EXPECT_EQ(Put(path, {{"publicip", {{"port_id", port}}}}).Parsed()["publicip"]["status"],
            "ACTIVE");
  const Json addresses = Show(id)["addresses"][kVpcId];
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[1]["OS-EXT-IPS:type"], "floating");
  EXPECT_EQ(CodeOf(Delete(path)), "409 VPC.0517");
  EXPECT_EQ(Put(path, {{"publicip", Json::object()}}).status, 200);
  EXPECT_EQ(Delete(path).status, 204);
}

TEST_F(NeighboursTest, APublicAddressOfAServerGoesWithItIfToldTo) {
  Json body = CreateBody();
  const Json eip = {{"iptype", "5_bgp"}, {"bandwidth", {{"size", 5}, {"sharetype", "PER"}}}};
  body["server"]["publicip"] = {{"eip", eip}};
  const std::string kept = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  body["server"]["publicip"]["delete_on_termination"] = true;
  const std::string gone = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  clock_.Advance(seconds(5));
  EXPECT_EQ(Get("P/publicips").Parsed()["publicips"].size(), 2U);
  Post("P/cloudservers/delete", {{"servers", Json::array({{{"id", kept}}, {{"id", gone}}})}});
  clock_.Advance(seconds(5));
  const Json left = Get("P/publicips").Parsed()["publicips"];
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0]["status"], "DOWN");
}

TEST_F(NeighboursTest, VolumesGrowButDoNotShrink) {
  const std::string base = StrCat("/v2/", kProject, "/cloudvolumes");
  const Json made = Post(base, {{"volume",
                                 {{"size", 10},
                                  {"name", "d"},
                                  {"volume_type", "SSD"},
                                  {"availability_zone", "eu-demo-02"}}}})
                        .Parsed();
  const std::string path = base + "/" + made["volume_ids"][0].get<std::string>();
  EXPECT_EQ(Get(path).Parsed()["volume"]["status"], "creating");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Get(path).Parsed()["volume"]["status"], "available");
  const auto grow = [&](int size) {
    return CodeOf(Post(path + "/action", {{"os-extend", {{"new_size", size}}}}));
  };
  EXPECT_EQ(grow(10), "400 EVS.1015");
  EXPECT_EQ(grow(20), "200");
  EXPECT_EQ(Get(path).Parsed()["volume"]["status"], "extending");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Get(path).Parsed()["volume"]["size"], 20);
  EXPECT_EQ(Get(base + "/detail").Parsed()["count"], 1);
  EXPECT_EQ(Delete(path).status, 200);
  clock_.Advance(seconds(1));
  EXPECT_EQ(CodeOf(Get(path)), "404 itemNotFound");
}

TEST_F(NeighboursTest, ManyVolumesComeWithOneJob) {
  const Json body = {
      {"volume",
       {{"size", 10}, {"count", 2}, {"volume_type", "SSD"}, {"availability_zone", "eu-demo-01"}}}};
  const Json made = Post(StrCat("/v2/", kProject, "/cloudvolumes"), body).Parsed();
  clock_.Advance(seconds(1));
  const Json job = Job(made["job_id"]);
  EXPECT_EQ(job["status"], "SUCCESS");
  EXPECT_EQ(job["entities"]["sub_jobs"].size(), 2U);
}

TEST_F(NeighboursTest, ImagesAreFilteredByTheirMembers) {
  const auto count = [this](const std::string& query) {
    return Get("/v2/cloudimages?" + query).Parsed()["images"].size();
  };
  EXPECT_EQ(count("__imagetype=gold&visibility=public&protected=true"), 4U);
  EXPECT_EQ(count("name=Standard_Debian_12_latest"), 1U);
  EXPECT_EQ(count("__os_type=Windows"), 1U);
  EXPECT_EQ(count("status=queued"), 1U);
  EXPECT_EQ(count("__platform=Ubuntu&limit=1"), 1U);
  EXPECT_EQ(count("unknown=1"), 5U);
  const Json image = Get(StrCat("/v2/images/", kWindowsImageId)).Parsed();
  EXPECT_EQ(image["min_disk"], 40);
  EXPECT_EQ(Get("/v2/images/none").Header("Content-Type"), "text/html; charset=UTF-8");
  Json page = Get("/v2/images?limit=2").Parsed();
  std::size_t images = page["images"].size();
  while (page.contains("next")) {
    page = Get(page["next"]).Parsed();
    images += page["images"].size();
  }
  EXPECT_EQ(images, 5U);
}

}  // namespace
}  // namespace emulator
