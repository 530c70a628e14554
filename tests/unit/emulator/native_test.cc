// The native calls beside actions: create, lists, versions, key pairs, metadata, tags.
#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

class NativeTest : public CloudTest {
 protected:
  using CloudTest::CloudTest;
  static Headers At(const std::string& version) {
    return {{"X-OpenStack-Nova-API-Version", version}};
  }
  static Json NativeBody(const std::string& name = "n-01") {
    return {{"server",
             {{"name", name},
              {"flavorRef", "s3.medium.2"},
              {"imageRef", kUbuntuImageId},
              {"networks", Json::array({{{"uuid", kNetworkId}}})}}}};
  }
  std::string MessageOf(const Response& answer) {
    return answer.Parsed().begin()->value("message", "");
  }
};

TEST_F(NativeTest, ANativeServerIsThereAtOnceButItsActionsAreNot) {
  const Response made = Post("N/servers", NativeBody());
  EXPECT_EQ(made.status, 202);
  const std::string id = made.Parsed()["server"]["id"];
  EXPECT_EQ(made.Header("Location"), StrCat("http://127.0.0.1:1/v2.1/", kProject, "/servers/", id));
  EXPECT_EQ(Get("N/servers/" + id).Parsed()["server"]["status"], "BUILD");
  EXPECT_EQ(CodeOf(Act(id, {{"os-stop", nullptr}})), "404 itemNotFound");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(CodeOf(Act(id, {{"os-stop", nullptr}})), "409 conflictingRequest");
  clock_.Advance(seconds(2));
  const Json server = Get("N/servers/" + id).Parsed()["server"];
  EXPECT_EQ(server["status"], "ACTIVE");
  EXPECT_EQ(server["image"], "");
  EXPECT_EQ(server["addresses"][kVpcId][0]["version"], 4);
  EXPECT_EQ(server["flavor"]["id"], "s3.medium.2");
  EXPECT_FALSE(server.contains("description"));
  EXPECT_FALSE(server.contains("OS-EXT-SRV-ATTR:host"));
}

TEST_F(NativeTest, ABrokenCreateIsRefused) {
  struct Case {
    const char* path;
    Json value;
    const char* code;
    const char* message;
  };
  const Case cases[] = {
      {"/name", "", "400 badRequest", "Invalid input for field/attribute name"},
      {"/flavorRef", "none", "400 badRequest", "Flavor none could not be found."},
      {"/imageRef", "none", "400 badRequest", "Can not find requested image"},
      {"/key_name", "none", "400 badRequest", "Invalid key_name provided."},
      {"/networks", nullptr, "409 conflictingRequest", "Multiple possible networks found"},
      {"/networks/0/uuid", "none", "400 badRequest", "Network none could not be found."},
      {"/availability_zone", "none", "400 badRequest", "The requested availability zone"},
      {"/security_groups", Json::array({{{"name", "none"}}}), "400 badRequest",
       "Unable to find security_group"},
      {"/metadata", {{"a", 1}}, "400 badRequest", "Invalid input for field/attribute a"},
  };
  for (const Case& c : cases) {
    Json body = NativeBody();
    body["server"][Json::json_pointer(c.path)] = c.value;
    const Response answer = Post("N/servers", body);
    EXPECT_EQ(CodeOf(answer), c.code) << c.path;
    EXPECT_THAT(MessageOf(answer), testing::HasSubstr(c.message));
  }
  EXPECT_EQ(Get("N/servers").Parsed()["servers"], Json::array());
}

TEST_F(NativeTest, VersionsChangeTheShape) {
  const std::string id = MakeServer();
  const auto show = [&](const char* version) {
    return Get("N/servers/" + id, At(version)).Parsed()["server"];
  };
  EXPECT_FALSE(show("2.1").contains("locked"));
  EXPECT_TRUE(show("2.9").contains("locked"));
  EXPECT_TRUE(show("2.19").contains("description"));
  EXPECT_EQ(show("2.26")["tags"], Json::array());
  EXPECT_EQ(show("2.47")["flavor"]["original_name"], "s3.medium.2");
  EXPECT_EQ(show("latest")["flavor"]["vcpus"], 1);
  const Response answer = Get("N/servers/" + id, {{"OpenStack-API-Version", "compute 2.27"}});
  EXPECT_EQ(answer.Header("OpenStack-API-Version"), "compute 2.27");
  EXPECT_EQ(answer.Header("X-OpenStack-Nova-API-Version"), "2.27");
  EXPECT_THAT(answer.Header("X-Compute-Request-Id"), testing::StartsWith("req-"));
}

TEST_F(NativeTest, VersionsThatDoNotExistAreRefused) {
  const Response late = Get("N/servers", At("2.99"));
  EXPECT_EQ(CodeOf(late), "406 computeFault");
  EXPECT_EQ(MessageOf(late),
            "Version 2.99 is not supported by the API. Minimum is 2.1 and maximum is 2.60.");
  EXPECT_EQ(CodeOf(Get("N/servers", At("two"))), "400 badRequest");
  EXPECT_EQ(Get(StrCat("/v2/", kProject, "/servers"), At("2.99")).status, 200);
}

TEST_F(NativeTest, ListsHavePagesWithLinks) {
  for (int i = 0; i < 5; ++i) MakeServer(StrCat("s", i));
  const auto names = [](const Json& list) {
    std::string text;
    for (const Json& server : list["servers"]) StrAppend(&text, server["name"].get<std::string>());
    return text;
  };
  Json page = Get("N/servers?limit=2&name=s").Parsed();
  std::string all = names(page);
  int pages = 1;
  while (page.contains("servers_links")) {
    const std::string href = page["servers_links"][0]["href"];
    page = Get(href.substr(href.find("/v2.1"))).Parsed();
    all += names(page);
    ++pages;
  }
  EXPECT_EQ(all, "s4s3s2s1s0");
  EXPECT_EQ(pages, 3);
  EXPECT_FALSE(Get("N/servers?limit=0").Parsed().contains("servers_links"));
  EXPECT_EQ(MessageOf(Get("N/servers?marker=none")), "marker [none] not found");
  EXPECT_EQ(CodeOf(Get("N/servers?limit=-1")), "400 badRequest");
  EXPECT_EQ(names(Get("N/servers?sort_key=display_name&sort_dir=asc").Parsed()), "s0s1s2s3s4");
  EXPECT_EQ(CodeOf(Get("N/servers?sort_key=colour")), "400 badRequest");
}

TEST_F(NativeTest, FiltersOfLists) {
  const std::string id = MakeServer("web-01");
  MakeServer("db-01", "s3.large.2");
  Act(id, {{"os-stop", nullptr}});
  clock_.Advance(seconds(2));
  const auto count = [this](const char* query, const char* version = "2.1") {
    return Get(StrCat("N/servers/detail?", query), At(version)).Parsed()["servers"].size();
  };
  EXPECT_EQ(count("name=web"), 1U);
  EXPECT_EQ(count("name=%5Edb"), 1U);
  EXPECT_EQ(count("status=SHUTOFF"), 1U);
  EXPECT_EQ(count("status=ACTIVE&status=SHUTOFF"), 2U);
  EXPECT_EQ(count("status=FLYING"), 0U);
  EXPECT_EQ(CodeOf(Get("N/servers?status=FLYING", At("2.38"))), "400 badRequest");
  EXPECT_EQ(CodeOf(Get("N/servers?status=DELETED")), "403 forbidden");
  EXPECT_EQ(count("flavor=s3.large.2"), 1U);
  EXPECT_EQ(count("changes-since=2024-05-01T08:30:15Z"), 1U);
}

TEST_F(NativeTest, MetadataIsMergedReplacedAndTakenAway) {
  const std::string id = MakeServer();
  const std::string path = "N/servers/" + id + "/metadata";
  EXPECT_EQ(Put(path, {{"metadata", {{"a", "1"}}}}).Parsed()["metadata"], Json({{"a", "1"}}));
  EXPECT_EQ(Post(path, {{"metadata", {{"b", "2"}}}}).Parsed()["metadata"],
            Json({{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(Put(path + "/c", {{"meta", {{"c", "3"}}}}).status, 200);
  EXPECT_EQ(Get(path + "/c").Parsed()["meta"], Json({{"c", "3"}}));
  EXPECT_EQ(Delete(path + "/c").status, 204);
  EXPECT_EQ(Delete(path + "/c").status, 404);
  EXPECT_EQ(CodeOf(Post(path, {{"metadata", {{"a", 1}}}})), "400 badRequest");
}

TEST_F(NativeTest, TakingMetadataAwayIsShownAtOnceAndIsNoUpdateOfTheServer) {
  const std::string id = MakeServer();
  const std::string path = "N/servers/" + id + "/metadata";
  Put(path, {{"metadata", {{"a", "1"}, {"b", "2"}}}});
  const Json before = Get("P/cloudservers/detail").Parsed()["servers"][0];
  clock_.Advance(seconds(60));
  EXPECT_EQ(Delete(path + "/a").status, 204);
  const Json after = Get("P/cloudservers/detail").Parsed()["servers"][0];
  EXPECT_EQ(after["metadata"], Json({{"b", "2"}}));
  EXPECT_EQ(after["updated"], before["updated"]);
}

TEST_F(NativeTest, TagsNeedTheirVersion) {
  const std::string id = MakeServer();
  const std::string path = "N/servers/" + id + "/tags";
  EXPECT_EQ(Get(path).status, 404);
  EXPECT_EQ(Send("PUT", path + "/blue", {}, At("2.26")).status, 201);
  EXPECT_EQ(Send("PUT", path + "/blue", {}, At("2.26")).status, 204);
  EXPECT_EQ(Send("PUT", path + "/team%3Dred", {}, At("2.26")).status, 201);
  EXPECT_EQ(Get(path, At("2.26")).Parsed()["tags"], Json::array({"blue", "team=red"}));
  EXPECT_EQ(Get("P/cloudservers/" + id + "/tags").Parsed()["tags"],
            Json::parse(R"([{"key":"blue","value":""},{"key":"team","value":"red"}])"));
  EXPECT_EQ(Get(path + "/blue", At("2.26")).status, 204);
  EXPECT_EQ(Send("DELETE", path + "/blue", {}, At("2.26")).status, 204);
  EXPECT_EQ(Send("DELETE", path + "/blue", {}, At("2.26")).status, 404);
  EXPECT_EQ(Send("PUT", path, {{"tags", {"x", "y"}}}, At("2.26")).status, 200);
  EXPECT_EQ(Send("DELETE", path, {}, At("2.26")).status, 204);
}

TEST_F(NativeTest, KeyPairsHaveTheCodesOfTheirVersion) {
  const Json body = {{"keypair", {{"name", "k"}}}};
  const Response made = Post("N/os-keypairs", body);
  EXPECT_EQ(made.status, 200);
  EXPECT_TRUE(made.Parsed()["keypair"].contains("private_key"));
  EXPECT_EQ(CodeOf(Post("N/os-keypairs", body)), "409 conflictingRequest");
  EXPECT_EQ(Delete("N/os-keypairs/k").status, 202);
  EXPECT_EQ(Post("N/os-keypairs", body, At("2.2")).status, 201);
  EXPECT_EQ(Get("N/os-keypairs/k", At("2.2")).Parsed()["keypair"]["type"], "ssh");
  EXPECT_EQ(Send("DELETE", "N/os-keypairs/k", {}, At("2.2")).status, 204);
  EXPECT_EQ(CodeOf(Get("N/os-keypairs/k")), "404 itemNotFound");
  EXPECT_EQ(
      CodeOf(Post("N/os-keypairs", {{"keypair", {{"name", "k"}, {"public_key", "nonsense"}}}})),
      "400 badRequest");
  EXPECT_EQ(Get("N/os-keypairs").Parsed()["keypairs"][0]["keypair"]["name"], "demo-key");
}

TEST_F(NativeTest, FlavorsHaveNumbers) {
  const Json flavor = Get("N/flavors/s3.medium.2").Parsed()["flavor"];
  EXPECT_EQ(flavor["vcpus"], 1);
  EXPECT_EQ(flavor["ram"], 2048);
  EXPECT_EQ(flavor["swap"], "");
  EXPECT_EQ(CodeOf(Get("N/flavors/none")), "404 itemNotFound");
  EXPECT_EQ(Get("N/flavors/s3.medium.2/os-extra_specs").Parsed()["extra_specs"]["cond:compute"],
            "autorecovery");
  EXPECT_EQ(Get("N/flavors?limit=2").Parsed()["flavors"].size(), 2U);
}

TEST_F(NativeTest, ZonesAreForUsersTheirDetailsAreNot) {
  const Json zones = Get("N/os-availability-zone").Parsed()["availabilityZoneInfo"];
  EXPECT_EQ(
      zones[0],
      Json({{"zoneName", "eu-demo-01"}, {"zoneState", {{"available", true}}}, {"hosts", nullptr}}));
  EXPECT_EQ(CodeOf(Get("N/os-availability-zone/detail")), "403 forbidden");
}

TEST_F(NativeTest, NicsAreAttachedAndDetachedNatively) {
  const std::string id = MakeServer();
  const std::string path = "N/servers/" + id + "/os-interface";
  const Response made = Post(path, {{"interfaceAttachment", {{"net_id", kOtherNetworkId}}}});
  EXPECT_EQ(made.status, 200);
  const std::string port = made.Parsed()["interfaceAttachment"]["port_id"];
  EXPECT_EQ(Get(path + "/" + port).status, 200);
  EXPECT_EQ(Delete(path + "/" + port).status, 202);
  EXPECT_EQ(Delete(path + "/11111111-1111-4111-8111-111111111111").status, 202);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Get(path).Parsed()["interfaceAttachments"].size(), 1U);
  EXPECT_EQ(CodeOf(Post(path, {{"interfaceAttachment", {{"port_id", "none"}}}})),
            "404 itemNotFound");
}

TEST_F(NativeTest, VolumesAreAttachedNativelyButTheRootStays) {
  const std::string id = MakeServer();
  const std::string base = StrCat("/v3/", kProject, "/volumes");
  const std::string volume =
      Post(base, {{"volume", {{"size", 10}, {"name", "d"}}}}).Parsed()["volume"]["id"];
  clock_.Advance(seconds(1));
  const std::string path = "N/servers/" + id + "/os-volume_attachments";
  const Json attach = {{"volumeAttachment", {{"volumeId", volume}}}};
  EXPECT_EQ(Post(path, attach).Parsed()["volumeAttachment"]["device"], "/dev/vdb");
  EXPECT_EQ(Get(base + "/" + volume).Parsed()["volume"]["status"], "attaching");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Get(base + "/" + volume).Parsed()["volume"]["status"], "in-use");
  EXPECT_EQ(CodeOf(Post(path, attach)), "400 badRequest");
  EXPECT_EQ(CodeOf(Delete(base + "/" + volume)), "400 badRequest");
  const std::string root = Get(path).Parsed()["volumeAttachments"][0]["volumeId"];
  EXPECT_EQ(CodeOf(Delete(path + "/" + root)), "400 badRequest");
  EXPECT_EQ(Delete(path + "/" + volume).status, 202);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Delete(base + "/" + volume).status, 202);
  clock_.Advance(seconds(1));
  EXPECT_EQ(CodeOf(Get(base + "/" + volume)), "404 itemNotFound");
}

TEST_F(NativeTest, AServerOnALocalDiskNeedsADiskAfterAResize) {
  Json body = NativeBody();
  body["server"]["flavorRef"] = "d1.large.4";
  const std::string id = Post("N/servers", body).Parsed()["server"]["id"];
  clock_.Advance(seconds(5));
  EXPECT_EQ(Get("N/servers/" + id).Parsed()["server"]["image"]["id"], kUbuntuImageId);
  EXPECT_EQ(MessageOf(Act(id, {{"resize", {{"flavorRef", "s3.large.2"}}}})),
            "Resize to zero disk flavor is not allowed.");
}

}  // namespace
}  // namespace emulator
