#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ServerTest : public CloudTest {};

TEST_F(ServerTest, AServerIsCreatedInSteps) {
  const Json made = Post("P/cloudservers", CreateBody()).Parsed();
  const std::string id = made["serverIds"][0];
  EXPECT_EQ(State(id), "404");
  EXPECT_EQ(Job(made["job_id"])["status"], "INIT");
  clock_.Advance(milliseconds(200));
  EXPECT_EQ(State(id), "BUILD building scheduling s3.medium.2");
  EXPECT_EQ(Job(made["job_id"])["status"], "RUNNING");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "BUILD building networking s3.medium.2");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "BUILD building block_device_mapping s3.medium.2");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "BUILD building spawning s3.medium.2");
  clock_.Advance(milliseconds(600));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
  const Json job = Job(made["job_id"]);
  EXPECT_EQ(job["status"], "SUCCESS");
  EXPECT_EQ(job["job_type"], "createServer");
  EXPECT_EQ(job["error_code"], nullptr);
  EXPECT_EQ(job["entities"]["sub_jobs_total"], 1);
  EXPECT_EQ(job["entities"]["sub_jobs"][0]["job_type"], "createSingleServer");
  EXPECT_EQ(job["entities"]["sub_jobs"][0]["entities"]["server_id"], id);
  EXPECT_EQ(job["end_time"], "2024-05-01T08:30:01.700Z");
}

TEST_F(ServerTest, AnActiveServerShowsItselfWithTheTypesOfTheWire) {
  Json body = CreateBody();
  body["server"]["key_name"] = "demo-key";
  body["server"]["server_tags"] = Json::array({{{"key", "team"}, {"value", "red"}}});
  body["server"]["metadata"] = {{"a", "b"}};
  body["server"]["data_volumes"] = Json::array({{{"volumetype", "SAS"}, {"size", 10}}});
  const std::string id = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  clock_.Advance(seconds(10));
  const Json server = Show(id);
  EXPECT_EQ(server["flavor"]["ram"], "2048");
  EXPECT_EQ(server["flavor"]["vcpus"], "1");
  EXPECT_EQ(server["flavor"]["disk"], "0");
  EXPECT_EQ(server["addresses"][kVpcId][0]["version"], "4");
  EXPECT_EQ(server["addresses"][kVpcId][0]["addr"], "10.0.0.10");
  EXPECT_EQ(server["OS-EXT-STS:power_state"], 1);
  EXPECT_EQ(server["OS-SRV-USG:launched_at"], "2024-05-01T08:30:01.700000");
  EXPECT_EQ(server["created"], "2024-05-01T08:30:00Z");
  EXPECT_EQ(server["key_name"], "demo-key");
  EXPECT_EQ(server["tags"], Json::array({"team=red"}));
  EXPECT_EQ(server["metadata"]["a"], "b");
  EXPECT_EQ(server["metadata"]["os_type"], "Linux");
  EXPECT_EQ(server["fault"], nullptr);
  EXPECT_EQ(server["hostId"].get<std::string>().size(), 56U);
  const Json& volumes = server["os-extended-volumes:volumes_attached"];
  ASSERT_EQ(volumes.size(), 2U);
  EXPECT_EQ(volumes[0]["bootIndex"], "0");
  EXPECT_EQ(volumes[0]["delete_on_termination"], "true");
  EXPECT_EQ(volumes[1]["device"], "/dev/vdb");
  EXPECT_EQ(volumes[1]["delete_on_termination"], "false");
}

TEST_F(ServerTest, ManyServersGetNumberedNamesAndAddresses) {
  Json body = CreateBody("web");
  body["server"]["count"] = 3;
  EXPECT_EQ(Post("P/cloudservers", body).Parsed()["serverIds"].size(), 3U);
  clock_.Advance(seconds(10));
  const Json list = Get("P/cloudservers/detail").Parsed();
  EXPECT_EQ(list["count"], 3);
  std::vector<std::string> names;
  for (const Json& server : list["servers"]) names.push_back(server["name"]);
  EXPECT_THAT(names, ElementsAre("web-0002", "web-0001", "web-0000"));
}

TEST_F(ServerTest, ADryRunCreatesNothing) {
  Json body = CreateBody();
  body["dry_run"] = true;
  const Response answer = Post("P/cloudservers", body);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, "");
  clock_.Advance(seconds(10));
  EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["count"], 0);
}

TEST_F(ServerTest, ACreateThatBreaksARuleIsRefusedWithItsCode) {
  struct Case {
    const char* path;  // into "server"
    Json value;
    const char* code;
  };
  const Json disk = {{"volumetype", "SSD"}, {"size", 10}};
  const Case cases[] = {
      {"/name", nullptr, "400 Ecs.0005"},
      {"/name", "", "400 Ecs.0914"},
      {"/name", "a b", "400 Ecs.0915"},
      {"/count", 101, "400 Ecs.0913"},
      {"/count", 0, "400 Ecs.0913"},
      {"/flavorRef", "nothing", "400 Ecs.0029"},
      {"/flavorRef", "s1.medium", "400 Ecs.0029"},
      {"/imageRef", "44444444-4444-4444-8444-444444444444", "400 Ecs.0031"},
      {"/imageRef", kQueuedImageId, "400 Ecs.0032"},
      {"/imageRef", kWindowsImageId, "202"},
      {"/vpcid", "55555555-5555-4555-8555-555555555555", "400 Ecs.0014"},
      {"/nics", Json::array(), "400 Ecs.0005"},
      {"/nics", Json(13, {{"subnet_id", kNetworkId}}), "400 Ecs.0050"},
      {"/nics/0/subnet_id", "66666666-6666-4666-8666-666666666666", "400 Ecs.0038"},
      {"/nics/0/ip_address", "192.168.0.1", "400 Ecs.0039"},
      {"/nics/0/ip_address", "10.0.0.1", "400 Ecs.0010"},
      {"/nics/0/ip_address", "10.0.0.77", "202"},
      {"/root_volume", nullptr, "400 Ecs.0005"},
      {"/root_volume/volumetype", "WOOD", "400 Ecs.0043"},
      {"/root_volume/size", 1025, "400 Ecs.0005"},
      {"/root_volume/size", 1, "400 Ecs.0005"},
      {"/data_volumes", Json::array({{{"volumetype", "SSD"}}}), "400 Ecs.0005"},
      {"/data_volumes", Json(60, disk), "400 Ecs.0042"},
      {"/key_name", "none", "400 Ecs.0314"},
      {"/adminPass", "weak", "400 Ecs.0011"},
      {"/adminPass", "Str0ng-enough", "202"},
      {"/description", "<b>", "400 Ecs.0041"},
      {"/user_data", "***", "400 Ecs.0005"},
      {"/metadata", {{"terraform_ecs_create", "a value: any"}}, "202"},
      {"/metadata", {{"no/slash", ""}}, "400 Ecs.0005"},
      {"/metadata", {{"key", std::string(256, 'v')}}, "400 Ecs.0005"},
      {"/tags", Json::array({"a.b", "c"}), "202"},
      {"/server_tags", Json::array({{{"key", "a=b"}}}), "400 Ecs.0907"},
      {"/server_tags", Json::array({{{"key", "a"}}, {{"key", "a"}}}), "400 Ecs.0908"},
      {"/server_tags", Json::array({{{"value", "a"}}}), "400 Ecs.0906"},
      {"/availability_zone", "mars-01", "400 Ecs.0005"},
      {"/publicip", {{"id", "77777777-7777-4777-8777-777777777777"}}, "400 Ecs.0005"},
      {"/isAutoRename", true, "202"},
  };
  for (const Case& c : cases) {
    Json body = CreateBody();
    body["dry_run"] = true;
    body["server"][Json::json_pointer(c.path)] = c.value;
    EXPECT_EQ(CodeOf(Post("P/cloudservers", body)), c.code) << c.path << " " << c.value;
  }
  EXPECT_EQ(CodeOf(Post("P/cloudservers", Json::object())), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Send("POST", "P/cloudservers")), "400 Common.0002");
}

TEST_F(ServerTest, AClientTokenIsAnsweredOnce) {
  const Headers token = {{"X-Client-Token", "11111111-1111-4111-8111-111111111111"}};
  const Response first = Post("P/cloudservers", CreateBody(), token);
  EXPECT_EQ(Post("P/cloudservers", CreateBody(), token).body, first.body);
  EXPECT_EQ(CodeOf(Post("P/cloudservers", CreateBody("other"), token)), "400 Ecs.0122");
  EXPECT_EQ(CodeOf(Post("P/cloudservers", CreateBody(), {{"X-Client-Token", "mine"}})),
            "400 Ecs.0123");
  clock_.Advance(std::chrono::hours(8));
  EXPECT_EQ(CodeOf(Post("P/cloudservers", CreateBody(), token)), "400 Ecs.0124");
  EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["count"], 1);
}

TEST_F(ServerTest, ACreationTakesTenPairsOfMetadata) {
  Json body = CreateBody();
  body["dry_run"] = true;
  for (int i = 0; i < 10; ++i) body["server"]["metadata"][StrCat("k", i)] = "v";
  EXPECT_EQ(CodeOf(Post("P/cloudservers", body)), "202");
  body["server"]["metadata"]["one more"] = "v";
  EXPECT_EQ(CodeOf(Post("P/cloudservers", body)), "400 Ecs.0005");
}

class OlderCloud : public CloudTest {
 protected:
  OlderCloud()
      : CloudTest({.without = {"client-token"}, .clock_offset = -std::chrono::minutes(5)}) {}
};

TEST_F(OlderCloud, KnowsNoClientToken) {
  const Headers token = {{"X-Client-Token", "11111111-1111-4111-8111-111111111111"}};
  EXPECT_NE(Post("P/cloudservers", CreateBody(), token).body,
            Post("P/cloudservers", CreateBody(), token).body);
  EXPECT_EQ(Post("P/cloudservers", CreateBody(), {{"X-Client-Token", "mine"}}).status, 200);
}

TEST_F(OlderCloud, HasAClockOfItsOwnAndTellsItInEachAnswer) {
  const std::string id = MakeServer();
  const Response answer = Get("P/cloudservers/" + id);
  EXPECT_EQ(answer.Header("Date"), "Wed, 01 May 2024 08:25:10 GMT");
  EXPECT_EQ(answer.Parsed()["server"]["created"], "2024-05-01T08:25:00Z");
}

TEST_F(ServerTest, ACreateThatFailsLeavesNothing) {
  for (const char* kind : {"fail", "error"}) {
    ASSERT_TRUE(cloud_.AddFault(StrCat("CreateServers:", kind)).ok());
    const Json made = Post("P/cloudservers", CreateBody()).Parsed();
    clock_.Advance(seconds(10));
    EXPECT_EQ(State(made["serverIds"][0]), "404") << kind;
    const Json job = Job(made["job_id"]);
    EXPECT_EQ(job["status"], "FAIL");
    const Json part = job["entities"]["sub_jobs"][0];
    EXPECT_EQ(part["error_code"], "Ecs.0204");
    EXPECT_THAT(part["fail_reason"].get<std::string>(), HasSubstr("-fail: "));
    EXPECT_TRUE(Json::parse(part["entities"]["errorcode_message"].get<std::string>()).is_object());
  }
  const Json state = Get("/_emulator/state").Parsed();
  EXPECT_EQ(state["servers"].size() + state["volumes"].size() + state["ports"].size(), 0U);
  EXPECT_EQ(state["jobs_running"], 0);
}

TEST_F(ServerTest, ADeleteTakesTheServerAndWhatItWasToldTo) {
  Json body = CreateBody();
  body["server"]["data_volumes"] = Json::array({{{"volumetype", "SAS"}, {"size", 10}}});
  const std::string kept = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  const std::string gone = Post("P/cloudservers", body).Parsed()["serverIds"][0];
  clock_.Advance(seconds(10));
  const auto remove = [this](const std::string& id, bool volumes) {
    return Post("P/cloudservers/delete",
                {{"servers", Json::array({{{"id", id}}})}, {"delete_volume", volumes}})
        .Parsed()["job_id"];
  };
  const std::string job = remove(kept, false);
  EXPECT_EQ(State(kept), "ACTIVE active deleting s3.medium.2");
  clock_.Advance(seconds(2));
  EXPECT_EQ(State(kept), "404");
  EXPECT_EQ(Job(job)["status"], "SUCCESS");
  EXPECT_EQ(Get("/_emulator/state").Parsed()["volumes"].size(), 3U);
  remove(gone, true);
  clock_.Advance(seconds(2));
  const Json state = Get("/_emulator/state").Parsed();
  ASSERT_EQ(state["volumes"].size(), 1U);
  EXPECT_EQ(state["volumes"][0]["status"], "available");
  EXPECT_EQ(state["ports"].size(), 0U);
}

TEST_F(ServerTest, ListsHavePagesThatAreCountedFromOne) {
  Json body = CreateBody("web");
  body["server"]["count"] = 30;
  Post("P/cloudservers", body);
  clock_.Advance(seconds(10));
  struct Case {
    const char* query;
    std::size_t rows;
  };
  const Case cases[] = {
      {"", 25},
      {"?offset=0", 25},
      {"?offset=1&limit=10", 10},
      {"?offset=3&limit=10", 10},
      {"?offset=4&limit=10", 0},
      {"?offset=2", 5},
      {"?limit=5000", 30},
      {"?name=web-000.", 10},
      {"?status=ACTIVE&limit=100", 30},
      {"?status=SHUTOFF", 0},
      {"?flavor=s3.medium.2&limit=100", 30},
      {"?flavor=s3.large.2", 0},
      {"?ip=10.0.0.1&limit=100", 10},
      {"?ip_eq=10.0.0.10", 1},
      {"?not-tags=__type_baremetal&limit=100", 30},
      {"?unknown=1&limit=2", 2},
  };
  for (const Case& c : cases) {
    const Response answer = Get(StrCat("P/cloudservers/detail", c.query));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Parsed()["servers"].size(), c.rows) << c.query;
  }
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail?limit=0")), "400 Ecs.0005");
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail?offset=x")), "400 Ecs.0005");
  EXPECT_EQ(Get("P/cloudservers/detail?offset=9&limit=10").Parsed()["count"], 30);
}

TEST_F(ServerTest, AListOfIdsShowsUnknownOnesToo) {
  const std::string id = MakeServer();
  const Json list =
      Get("P/cloudservers/detail?server_id=" + id + ",22222222-2222-4222-8222-222222222222")
          .Parsed();
  EXPECT_EQ(list["count"], 2);
  EXPECT_EQ(list["servers"][0]["id"], id);
  EXPECT_EQ(list["servers"][1]["fault"]["code"], 404);
}

TEST_F(ServerTest, AListShowsWhatChangedSinceTheLastOne) {
  const std::string id = MakeServer();
  const auto listed = [this] { return Get("P/cloudservers/detail").Parsed()["servers"][0]; };
  EXPECT_EQ(listed()["status"], "ACTIVE");
  EXPECT_EQ(Act(id, {{"os-stop", Json::object()}}).status, 202);
  EXPECT_EQ(listed()["OS-EXT-STS:task_state"], "powering-off");
  clock_.Advance(seconds(1));
  EXPECT_EQ(listed()["status"], "SHUTOFF");
  Put("P/cloudservers/" + id, {{"server", {{"name", "renamed"}}}});
  EXPECT_EQ(listed()["name"], "renamed");
  EXPECT_EQ(Json::parse(Get("P/cloudservers/detail").body)["servers"][0], Show(id));
}

// Rows of lists are cached: nothing that a server shows may be missed.
TEST_F(ServerTest, AListAlwaysEqualsWhatTheServerShows) {
  const std::string id = MakeServer();
  const std::string ecs = "P/cloudservers/" + id;
  const std::string nova = "N/servers/" + id;
  const std::string port = Get("/v2.0/ports?device_id=" + id).Parsed()["ports"][0]["id"];
  const Json eip = {{"publicip", {{"type", "5_bgp"}}},
                    {"bandwidth", {{"name", "b"}, {"size", 5}, {"share_type", "PER"}}}};
  const std::string ip = Post("P/publicips", eip).Parsed()["publicip"]["id"];
  const std::string volume =
      Post(StrCat("/v3/", kProject, "/volumes"), {{"volume", {{"size", 10}}}})
          .Parsed()["volume"]["id"];
  const Json group_body = {{"server_group", {{"name", "g"}, {"policies", {"anti-affinity"}}}}};
  const std::string group =
      Post("P/cloudservers/os-server-groups", group_body).Parsed()["server_group"]["id"];
  clock_.Advance(seconds(1));
  struct Step {
    const char* method;
    std::string path;
    Json body;
  };
  const Json no_group = {{"port", {{"security_groups", Json::array()}}}};
  const Step steps[] = {
      {"PUT", ecs, {{"server", {{"name", "n"}, {"description", "d"}}}}},
      {"POST", ecs + "/tags/action", {{"action", "create"}, {"tags", {{{"key", "a"}}}}}},
      {"POST", ecs + "/metadata", {{"metadata", {{"m", "1"}}}}},
      {"DELETE", nova + "/metadata/m", nullptr},
      {"POST", nova + "/action", {{"addSecurityGroup", {{"name", "web"}}}}},
      {"PUT", "/v2.0/ports/" + port, no_group},
      {"PUT", "P/publicips/" + ip, {{"publicip", {{"port_id", port}}}}},
      {"PUT", "P/publicips/" + ip, {{"publicip", {{"port_id", ""}}}}},
      {"POST", nova + "/os-interface", {{"interfaceAttachment", {{"net_id", kNetworkId}}}}},
      {"POST", ecs + "/attachvolume", {{"volumeAttachment", {{"volumeId", volume}}}}},
      {"PUT",
       ecs + "/block_device/" + volume,
       {{"block_device", {{"delete_on_termination", true}}}}},
      {"DELETE", ecs + "/detachvolume/" + volume, nullptr},
      {"POST", nova + "/action", {{"os-stop", nullptr}}},
      {"POST",
       "P/cloudservers/os-server-groups/" + group + "/action",
       {{"add_member", {{"instance_uuid", id}}}}},
      {"POST", ecs + "/resize", {{"resize", {{"flavorRef", "s3.large.2"}}}}},
      {"POST", nova + "/action", {{"lock", nullptr}}},
      {"POST", nova + "/action", {{"unlock", nullptr}}},
      {"POST", ecs + "/reinstallos", {{"os-reinstall", {{"keyname", "demo-key"}}}}},
      {"POST", nova + "/action", {{"os-start", nullptr}}},
      {"POST", "/_emulator/servers/" + id, {{"status", "ERROR"}}},
  };
  for (const Step& step : steps) {
    const std::string what = StrCat(step.method, " ", step.path);
    EXPECT_LT(Send(step.method, step.path, step.body).status, 300) << what;
    EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["servers"][0], Show(id)) << what;
    clock_.Advance(milliseconds(100));
    EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["servers"][0], Show(id)) << what;
    clock_.Advance(seconds(10));
    EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["servers"][0], Show(id)) << what;
  }
}

TEST_F(ServerTest, AnUpdateAnswersInNovasShape) {
  const std::string id = MakeServer();
  const Response answer =
      Put("P/cloudservers/" + id, {{"server", {{"name", "other"}, {"description", "text"}}}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Parsed()["server"]["addresses"][kVpcId][0]["version"], 4);
  EXPECT_EQ(Show(id)["name"], "other");
  EXPECT_EQ(Show(id)["description"], "text");
  EXPECT_EQ(CodeOf(Put("P/cloudservers/" + id, {{"server", {{"name", "a b"}}}})), "400 Ecs.0915");
  EXPECT_EQ(CodeOf(Put("P/cloudservers/none", {{"server", {{"name", "a"}}}})), "404 Ecs.0114");
}

TEST_F(ServerTest, TagsAndMetadataMerge) {
  const std::string id = MakeServer();
  const std::string tags = "P/cloudservers/" + id + "/tags";
  const auto change = [&](const char* action, const char* key, const char* value) {
    return CodeOf(
        Post(tags + "/action",
             {{"action", action}, {"tags", Json::array({{{"key", key}, {"value", value}}})}}));
  };
  EXPECT_EQ(change("create", "a", "1"), "204");
  EXPECT_EQ(change("create", "a", "2"), "204");
  EXPECT_EQ(change("create", "b", ""), "204");
  EXPECT_EQ(change("delete", "c", ""), "204");
  EXPECT_EQ(change("CREATE", "c", ""), "400 Ecs.0005");
  EXPECT_EQ(Get(tags).Parsed()["tags"],
            Json::parse(R"([{"key":"a","value":"2"},{"key":"b","value":""}])"));
  EXPECT_EQ(Show(id)["tags"], Json::array({"a=2", "b"}));
  EXPECT_EQ(Get("P/cloudservers/detail?tags=a").Parsed()["count"], 1);
  EXPECT_EQ(Get("P/cloudservers/detail?tags=a%3D1").Parsed()["count"], 0);
  EXPECT_EQ(Get("P/cloudservers/detail?not-tags=a").Parsed()["count"], 0);
  const std::string metadata = "P/cloudservers/" + id + "/metadata";
  EXPECT_EQ(Post(metadata, {{"metadata", {{"x", "1"}}}}).Parsed()["metadata"]["x"], "1");
  EXPECT_EQ(Delete(metadata + "/x").status, 204);
  EXPECT_EQ(CodeOf(Delete(metadata + "/x")), "400 Ecs.1000");
}

TEST_F(ServerTest, AnUnknownServerIs404AndAnUnknownJob400) {
  EXPECT_EQ(CodeOf(Get("P/cloudservers/11111111-1111-4111-8111-111111111111")), "404 Ecs.0114");
  EXPECT_EQ(CodeOf(Get("P/jobs/ff80808200000000000000000000dead")), "400 Common.0011");
}

class SmallQuotaTest : public CloudTest {
 protected:
  SmallQuotaTest() : CloudTest({.capacity = {{"s3.large.2", 1}}, .max_servers = 2}) {}
};

TEST_F(SmallQuotaTest, TheQuotaIsKeptAtOnceAndTheCapacityByTheJob) {
  const Json first = Post("P/cloudservers", CreateBody("a", "s3.large.2")).Parsed();
  clock_.Advance(seconds(10));
  const Json second = Post("P/cloudservers", CreateBody("b", "s3.large.2")).Parsed();
  clock_.Advance(seconds(10));
  EXPECT_EQ(Job(first["job_id"])["status"], "SUCCESS");
  EXPECT_EQ(Job(second["job_id"])["entities"]["sub_jobs"][0]["error_code"], "Ecs.0319");
  MakeServer("c");
  EXPECT_EQ(CodeOf(Post("P/cloudservers", CreateBody("d"))), "400 Ecs.0001");
}

}  // namespace
}  // namespace emulator
