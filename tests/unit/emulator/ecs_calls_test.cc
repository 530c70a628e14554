// The v1 calls that change servers: batches, resize, automatic recovery, NICs, disks, groups.
#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

class EcsCallsTest : public CloudTest {
 protected:
  using CloudTest::CloudTest;
  static Json Ids(const std::vector<std::string>& ids) {
    Json list = Json::array();
    for (const std::string& id : ids) list.push_back({{"id", id}});
    return list;
  }
  Response Batch(const char* action, const std::vector<std::string>& ids,
                 const char* type = "SOFT") {
    return Post("P/cloudservers/action", {{action, {{"servers", Ids(ids)}, {"type", type}}}});
  }
  // "PARENT: PART code, PART code"
  std::string Outcome(const std::string& job_id) {
    const Json job = Job(job_id);
    std::string text = StrCat(job["status"].get<std::string>(), ":");
    for (const Json& part : Member(job["entities"], "sub_jobs")) {
      StrAppend(&text, " ", part["status"].get<std::string>());
      if (part["error_code"].is_string())
        StrAppend(&text, " ", part["error_code"].get<std::string>());
    }
    return text;
  }
  std::string Finish(const Response& answer) {
    clock_.Advance(seconds(10));
    return Outcome(answer.Parsed()["job_id"]);
  }
};

TEST_F(EcsCallsTest, ABatchHasOneSubJobPerServer) {
  const std::string a = MakeServer("a");
  const std::string b = MakeServer("b");
  EXPECT_EQ(Finish(Batch("reboot", {a, b})), "SUCCESS: SUCCESS SUCCESS");
  EXPECT_EQ(Finish(Batch("os-stop", {a, b})), "SUCCESS: SUCCESS SUCCESS");
  EXPECT_EQ(State(a), "SHUTOFF stopped - s3.medium.2");
  EXPECT_EQ(Finish(Batch("os-start", {a})), "SUCCESS: SUCCESS");
}

TEST_F(EcsCallsTest, ABatchMayFailInPart) {
  const std::string a = MakeServer("a");
  const std::string b = MakeServer("b");
  const std::string c = MakeServer("c");
  const std::string unknown = "11111111-1111-4111-8111-111111111111";
  Finish(Batch("os-stop", {b}));
  EXPECT_EQ(Finish(Batch("reboot", {a, b, unknown})), "FAIL: SUCCESS FAIL Ecs.0227 FAIL Ecs.0114");
  ASSERT_TRUE(cloud_.AddFault(StrCat("RebootServers:fail:1:server=", c)).ok());
  const Response answer = Batch("reboot", {a, c});
  EXPECT_EQ(Finish(answer), "FAIL: SUCCESS FAIL Ecs.0227");
  const Json part = Job(answer.Parsed()["job_id"])["entities"]["sub_jobs"][1];
  EXPECT_EQ(part["entities"]["server_id"], c);
  EXPECT_TRUE(Json::parse(part["entities"]["errorcode_message"].get<std::string>())
                  .contains("computeFault"));
  EXPECT_EQ(Finish(Batch("os-start", {a, b})), "FAIL: FAIL Ecs.0226 SUCCESS");
  Act(a, {{"lock", nullptr}});
  EXPECT_EQ(Finish(Batch("reboot", {a, b})), "FAIL: FAIL Ecs.0605 SUCCESS");
}

TEST_F(EcsCallsTest, BatchesThatBreakARuleAreRefused) {
  const std::string id = MakeServer();
  const std::string unknown = "11111111-1111-4111-8111-111111111111";
  EXPECT_EQ(CodeOf(Batch("reboot", std::vector<std::string>(1001, id))), "400 Ecs.0118");
  EXPECT_EQ(CodeOf(Batch("reboot", {})), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Batch("reboot", {id}, "WARM")), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Batch("fly", {id})), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Batch("reboot", {unknown})), "404 Ecs.0114");
  EXPECT_EQ(CodeOf(Post("P/cloudservers/action", {{"reboot", {{"servers", Ids({id})}}}})),
            "400 Ecs.0005");
  EXPECT_EQ(Post("P/cloudservers/action", {{"os-stop", {{"servers", Ids({id})}}}}).status, 200);
}

TEST_F(EcsCallsTest, AThousandServersRestartInOneCall) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    Json body = CreateBody("web");
    body["server"]["count"] = 100;
    const Json made = Post("P/cloudservers", body).Parsed();
    for (const Json& id : made["serverIds"]) ids.push_back(id);
  }
  clock_.Advance(seconds(10));
  EXPECT_EQ(Get("P/cloudservers/detail?limit=1000").Parsed()["servers"].size(), 1000U);
  const Response answer = Batch("reboot", ids);
  clock_.Advance(seconds(10));
  EXPECT_EQ(Job(answer.Parsed()["job_id"])["entities"]["sub_jobs_total"], 1000);
  EXPECT_EQ(Job(answer.Parsed()["job_id"])["status"], "SUCCESS");
}

TEST_F(EcsCallsTest, TheV1ResizeWantsAStoppedServerAndConfirmsByItself) {
  const std::string id = MakeServer();
  const auto resize = [&](const Json& how) {
    return Post("P/cloudservers/" + id + "/resize", {{"resize", how}});
  };
  EXPECT_EQ(CodeOf(resize({{"flavorRef", "s3.large.2"}})), "400 Ecs.0100");
  EXPECT_EQ(CodeOf(resize({{"flavorRef", "s3.medium.2"}})), "400 Ecs.0810");
  EXPECT_EQ(CodeOf(resize({{"flavorRef", "none"}})), "400 Ecs.0029");
  EXPECT_EQ(CodeOf(resize({{"flavorRef", "d1.large.4"}})), "400 Ecs.0804");
  EXPECT_EQ(CodeOf(resize(Json::object())), "400 Ecs.0005");
  Finish(Batch("os-stop", {id}));
  const Response answer = resize({{"flavorRef", "s3.large.2"}});
  EXPECT_EQ(CodeOf(resize({{"flavorRef", "s3.xlarge.2"}})), "501 Ecs.0603");
  EXPECT_EQ(Finish(answer), "SUCCESS:");
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.large.2");
  EXPECT_EQ(Job(answer.Parsed()["job_id"])["entities"]["server_id"], id);
  ASSERT_TRUE(cloud_.AddFault("ecs.ResizeServer:rollback").ok());
  const Response failed = resize({{"flavorRef", "s3.xlarge.2"}});
  EXPECT_EQ(Finish(failed), "FAIL:");
  EXPECT_EQ(Job(failed.Parsed()["job_id"])["error_code"], "Ecs.0207");
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.large.2");
  Finish(Batch("os-start", {id}));
  EXPECT_EQ(Finish(resize({{"flavorRef", "s3.xlarge.2"}, {"mode", "withStopServer"}})), "SUCCESS:");
  EXPECT_EQ(State(id), "ACTIVE active - s3.xlarge.2");
}

TEST_F(EcsCallsTest, AutomaticRecoveryIsTextBothWays) {
  const std::string id = MakeServer();
  const std::string path = "P/cloudservers/" + id + "/autorecovery";
  EXPECT_EQ(Get(path).Parsed(), Json({{"support_auto_recovery", "true"}}));
  const Response answer = Put(path, {{"support_auto_recovery", "false"}});
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(Get(path).Parsed(), Json({{"support_auto_recovery", "false"}}));
  EXPECT_EQ(CodeOf(Put(path, {{"support_auto_recovery", true}})), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Put(path, {{"support_auto_recovery", "yes"}})), "400 Ecs.0005");
  const std::string micro = MakeServer("m", "t1.micro.1");
  EXPECT_EQ(
      CodeOf(Put("P/cloudservers/" + micro + "/autorecovery", {{"support_auto_recovery", "true"}})),
      "400 Ecs.0036");
  EXPECT_EQ(Get("P/cloudservers/" + micro + "/autorecovery").Parsed(),
            Json({{"support_auto_recovery", "false"}}));
  EXPECT_EQ(CodeOf(Get("P/cloudservers/11111111-1111-4111-8111-111111111111/autorecovery")),
            "404 Ecs.0114");
}

TEST_F(EcsCallsTest, AtCreateAnythingButTrueMeansNoRecovery) {
  for (const auto& [value, expected] :
       {std::pair<Json, const char*>{true, "true"}, {false, "false"}, {"true", "false"}}) {
    Json body = CreateBody();
    body["server"]["extendparam"] = {{"support_auto_recovery", value}};
    const std::string id = Post("P/cloudservers", body).Parsed()["serverIds"][0];
    clock_.Advance(seconds(10));
    EXPECT_EQ(Get("P/cloudservers/" + id + "/autorecovery").Parsed()["support_auto_recovery"],
              expected);
  }
}

class NoRecoveryTest : public EcsCallsTest {
 protected:
  NoRecoveryTest() : EcsCallsTest({.without = {"autorecovery"}}) {}
};

TEST_F(NoRecoveryTest, ACloudWithoutTheFeatureHasNoSuchRoute) {
  const std::string id = MakeServer();
  const std::string path = "P/cloudservers/" + id + "/autorecovery";
  EXPECT_EQ(CodeOf(Get(path)), "404 APIGW.0101");
  EXPECT_EQ(CodeOf(Put(path, {{"support_auto_recovery", "true"}})), "404 APIGW.0101");
}

TEST_F(EcsCallsTest, NicsComeAndGoButThePrimaryStays) {
  const std::string id = MakeServer();
  const std::string path = "P/cloudservers/" + id + "/nics";
  const Response added = Post(path, {{"nics", Json::array({{{"subnet_id", kOtherNetworkId}}})}});
  EXPECT_EQ(Finish(added), "SUCCESS: SUCCESS");
  const std::string nic =
      Job(added.Parsed()["job_id"])["entities"]["sub_jobs"][0]["entities"]["nic_id"];
  const Json listed = Get("P/cloudservers/" + id + "/os-interface").Parsed();
  ASSERT_EQ(listed["interfaceAttachments"].size(), 2U);
  EXPECT_EQ(listed["interfaceAttachments"][1]["net_id"], kOtherNetworkId);
  EXPECT_EQ(listed["interfaceAttachments"][1]["fixed_ips"][0]["subnet_id"], kOtherNeutronSubnetId);
  EXPECT_EQ(listed["attachableQuantity"]["free_nic"], 10);
  const std::string primary = listed["interfaceAttachments"][0]["port_id"];
  EXPECT_EQ(CodeOf(Post(path + "/delete", {{"nics", Ids({primary})}})), "403 Ecs.0507");
  EXPECT_EQ(CodeOf(Post(path + "/delete", {{"nics", Ids({id})}})), "400 Ecs.0085");
  EXPECT_EQ(Finish(Post(path + "/delete", {{"nics", Ids({nic})}})), "SUCCESS: SUCCESS");
  EXPECT_EQ(Get("/v2.0/ports?device_id=" + id).Parsed()["ports"].size(), 1U);
}

TEST_F(EcsCallsTest, DisksAreAttachedAndDetached) {
  const std::string id = MakeServer();
  const Json made = Post("/v2.1/" + std::string(kProject) + "/cloudvolumes",
                         {{"volume",
                           {{"name", "data"},
                            {"size", 10},
                            {"volume_type", "SAS"},
                            {"availability_zone", "eu-demo-01"}}}})
                        .Parsed();
  const std::string volume = made["volume_ids"][0];
  clock_.Advance(seconds(1));
  EXPECT_EQ(Job(made["job_id"])["entities"]["volume_id"], volume);
  const std::string server = "P/cloudservers/" + id;
  const auto attach = [&] {
    return Post(server + "/attachvolume", {{"volumeAttachment", {{"volumeId", volume}}}});
  };
  EXPECT_EQ(Finish(attach()), "SUCCESS:");
  const Response again = attach();
  EXPECT_EQ(again.Parsed()["error"]["code"], "Ecs.0005");
  EXPECT_EQ(again.Parsed()["error"]["details"][0]["code"], "Ecs.0057");
  const Json device = Get(server + "/block_device/" + volume).Parsed()["volumeAttachment"];
  EXPECT_EQ(device["device"], "/dev/vdb");
  EXPECT_EQ(device["size"], 10);
  EXPECT_EQ(Get(server + "/block_device").Parsed()["volumeAttachments"].size(), 2U);
  const std::string root =
      Get(server + "/block_device").Parsed()["volumeAttachments"][0]["volumeId"];
  EXPECT_EQ(CodeOf(Delete(server + "/detachvolume/" + root)), "400 Ecs.0101");
  EXPECT_EQ(Finish(Delete(server + "/detachvolume/" + volume)), "SUCCESS:");
  EXPECT_EQ(CodeOf(Delete(server + "/detachvolume/" + volume)), "400 Ecs.0111");
  EXPECT_EQ(CodeOf(Get(server + "/block_device/" + volume)), "400 Ecs.1000");
}

TEST_F(EcsCallsTest, FlavorsAreOfferedByZone) {
  const auto has = [this](const std::string& query, const std::string& id) {
    const Json answer = Get("P/cloudservers/flavors" + query).Parsed();
    for (const Json& flavor : answer["flavors"]) {
      if (flavor["id"] == id) return true;
    }
    return false;
  };
  EXPECT_TRUE(has("", "c4.8xlarge.2"));
  EXPECT_FALSE(has("?availability_zone=eu-demo-01", "c4.8xlarge.2"));
  EXPECT_TRUE(has("?availability_zone=eu-demo-02", "c4.8xlarge.2"));
  EXPECT_FALSE(has("?availability_zone=eu-demo-02", "s1.medium"));
  const Json flavor = Get("P/cloudservers/flavors?flavor_id=s3.medium.2").Parsed()["flavors"][0];
  EXPECT_EQ(flavor["vcpus"], "1");
  EXPECT_EQ(flavor["ram"], 2048);
  EXPECT_EQ(flavor["os_extra_specs"]["cond:compute"], "autorecovery");
  const Json targets =
      Get("P/cloudservers/resize_flavors?source_flavor_id=s3.medium.2").Parsed()["flavors"];
  for (const Json& target : targets) EXPECT_NE(target["id"], "s3.medium.2");
  EXPECT_EQ(targets, Get("N/resize_flavors?source_flavor_id=s3.medium.2").Parsed()["flavors"]);
  EXPECT_EQ(CodeOf(Get("P/cloudservers/resize_flavors")), "400 Ecs.0005");
}

TEST_F(EcsCallsTest, AServerGroupTakesStoppedServers) {
  const std::string groups = "P/cloudservers/os-server-groups";
  const Json body = {{"server_group", {{"name", "g"}, {"policies", {"anti-affinity"}}}}};
  const std::string group =
      groups + "/" + Post(groups, body).Parsed()["server_group"]["id"].get<std::string>();
  const std::string id = MakeServer();
  const Json add = {{"add_member", {{"instance_uuid", id}}}};
  EXPECT_EQ(CodeOf(Post(group + "/action", add)), "400 Ecs.1000");
  Finish(Batch("os-stop", {id}));
  EXPECT_EQ(Post(group + "/action", add).status, 200);
  EXPECT_EQ(Get(group).Parsed()["server_group"]["members"], Json::array({id}));
  EXPECT_EQ(Show(id)["os:scheduler_hints"]["group"].size(), 1U);
  EXPECT_EQ(Post(group + "/action", {{"remove_member", {{"instance_uuid", id}}}}).status, 200);
  EXPECT_EQ(Delete(group).status, 204);
  EXPECT_EQ(Get(group).status, 404);
}

TEST_F(EcsCallsTest, AnOperatingSystemChangeReplacesTheSystemDisk) {
  const std::string id = MakeServer();
  const std::string disk = Show(id)["os-extended-volumes:volumes_attached"][0]["id"];
  const std::string path = StrCat("/v2/", kProject, "/cloudservers/", id, "/changeos");
  const Json body = {{"os-change", {{"imageid", kDebianImageId}, {"keyname", "demo-key"}}}};
  EXPECT_EQ(CodeOf(Post(path, body)), "400 Ecs.0100");
  Finish(Batch("os-stop", {id}));
  EXPECT_EQ(Finish(Post(path, body)), "SUCCESS:");
  EXPECT_EQ(Show(id)["image"]["id"], kDebianImageId);
  EXPECT_NE(Show(id)["os-extended-volumes:volumes_attached"][0]["id"], disk);
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.medium.2");
}

}  // namespace
}  // namespace emulator
