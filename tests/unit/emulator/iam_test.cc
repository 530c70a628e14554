#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

class IamTest : public CloudTest {};

TEST_F(IamTest, APasswordGivesATokenOfTheProjectWithACatalogue) {
  const Response answer = SignIn();
  EXPECT_EQ(answer.status, 201);
  EXPECT_GT(answer.Header("X-Subject-Token").size(), 1000U);
  const Json token = answer.Parsed()["token"];
  EXPECT_EQ(token["project"]["id"], kProject);
  EXPECT_EQ(token["issued_at"], "2024-05-01T08:30:00.000000Z");
  EXPECT_EQ(token["expires_at"], "2024-05-02T08:30:00.000000Z");
  std::map<std::string, std::string> urls;
  for (const Json& entry : token["catalog"]) urls[entry["type"]] = entry["endpoints"][0]["url"];
  EXPECT_EQ(urls["compute"], StrCat("http://127.0.0.1/v2.1/", kProject));
  EXPECT_EQ(urls["ecs"], StrCat("http://127.0.0.1/v1/", kProject));
  EXPECT_EQ(urls["image"], "http://localhost");
}

TEST_F(IamTest, AWrongPasswordIs401) {
  const Response answer = SignIn("wrong");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.Parsed()["error"]["code"], 401);
}

TEST_F(IamTest, RequestsThatMakeNoSenseAreRefused) {
  const auto post = [this](const Json& body) {
    return cloud_.Handle({.method = "POST", .target = "/v3/auth/tokens", .body = body.dump()});
  };
  const Json user = {{"id", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}, {"password", "demo-password"}};
  const Json identity = {{"methods", Json::array({"password"})}, {"password", {{"user", user}}}};
  EXPECT_EQ(CodeOf(post({{"auth", Json::object()}})), "400 IAM.0011");
  EXPECT_EQ(post({{"auth", {{"identity", identity}}}}).status, 201);
  EXPECT_EQ(
      post({{"auth", {{"identity", identity}, {"scope", {{"project", {{"name", "other"}}}}}}}})
          .status,
      404);
}

TEST_F(IamTest, ATokenEndsWithItsTime) {
  EXPECT_EQ(Get("P/cloudservers/detail").status, 200);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), "401 APIGW.0307");
  const Response native = Get("N/servers");
  EXPECT_EQ(native.status, 401);
  EXPECT_EQ(native.Parsed()["error"]["code"], 401);
}

TEST_F(IamTest, ARevokedTokenIsRefused) {
  const Headers subject = {{"X-Subject-Token", token_}};
  EXPECT_EQ(Send("GET", "/v3/auth/tokens", {}, subject).status, 200);
  EXPECT_EQ(Send("HEAD", "/v3/auth/tokens", {}, subject).status, 200);
  EXPECT_EQ(Send("DELETE", "/v3/auth/tokens", {}, subject).status, 204);
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), "401 APIGW.0301");
}

TEST_F(IamTest, WithoutATokenEachServiceRefusesInItsOwnShape) {
  token_.clear();
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), "401 APIGW.0301");
  EXPECT_EQ(CodeOf(Get("N/servers")), "401 error");
  EXPECT_EQ(CodeOf(Get("P/vpcs")), "401 APIGW.0301");
  EXPECT_EQ(CodeOf(Get("/v2.0/ports")), "401 error");
}

TEST_F(IamTest, AnotherProjectInThePathIsRefusedByEachService) {
  const std::string other = "ffffffffffffffffffffffffffffffff";
  EXPECT_EQ(CodeOf(Get("/v1/" + other + "/cloudservers/detail")), "400 Ecs.0023");
  EXPECT_EQ(CodeOf(Get("/v1/" + other + "/jobs/1")), "400 Common.0018");
  EXPECT_EQ(CodeOf(Get("/v2.1/" + other + "/servers")), "400 badRequest");
  EXPECT_EQ(CodeOf(Get("/v1/" + other + "/vpcs")), "400 VPC.0007");
  EXPECT_EQ(CodeOf(Get("/v2/" + other + "/cloudvolumes/detail")), "400 EVS.0001");
}

TEST_F(IamTest, TheProjectIsFoundByTheRegionsName) {
  const Json one = Get("/v3/projects?name=eu-demo").Parsed()["projects"];
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0]["id"], kProject);
  EXPECT_EQ(Get("/v3/projects?name=other").Parsed()["projects"], Json::array());
  EXPECT_EQ(Get("/v3/auth/projects").Parsed()["projects"].size(), 1U);
}

// A body that assumes `role`, for the project as an account of that name sees it.
Json Assume(const Json& role, const std::string& account = "partner-domain") {
  const Json project = {{"name", "eu-demo"}, {"domain", {{"name", account}}}};
  return {{"auth",
           {{"identity", {{"methods", Json::array({"assume_role"})}, {"assume_role", role}}},
            {"scope", {{"project", project}}}}}};
}

TEST_F(IamTest, AnAgencyGivesATokenUnderEitherNameOfTheField) {
  for (const char* field : {"agency_name", "xrole_name"}) {
    const Json role = {{"domain_name", "partner-domain"}, {field, "demo-agency"}};
    const Response answer = Post("/v3/auth/tokens", Assume(role));
    EXPECT_EQ(answer.status, 201) << field;
    const Json token = answer.Parsed()["token"];
    EXPECT_EQ(token["user"]["name"], "partner-domain/demo-agency");
    EXPECT_EQ(token["assumed_by"]["user"]["name"], "demo");
    EXPECT_EQ(token["project"]["domain"]["name"], "partner-domain");
    token_ = answer.Header("X-Subject-Token");
    EXPECT_EQ(Get("P/cloudservers/detail").status, 200);
  }
  EXPECT_EQ(cloud_.Count("iam.CreateAgencyToken"), 2);
}

TEST_F(IamTest, AnAgencyIsRefusedToStrangersAndUnderWrongNames) {
  const Json good = {{"domain_name", "partner-domain"}, {"agency_name", "demo-agency"}};
  const auto with = [&good](const char* name, const char* value) {
    Json role = good;
    role[name] = value;
    return role;
  };
  const auto post = [this](const Json& body) { return Post("/v3/auth/tokens", body); };
  EXPECT_EQ(post(Assume(with("agency_name", "other"))).status, 404);
  EXPECT_EQ(post(Assume(with("domain_name", "demo-domain"))).status, 404);
  EXPECT_EQ(post(Assume(with("domain_id", "00"))).status, 404);
  EXPECT_EQ(post(Assume(good, "demo-domain")).status, 404);
  EXPECT_EQ(CodeOf(post(Assume(with("agency_name", "")))), "400 IAM.0011");
  EXPECT_EQ(CodeOf(post(Assume(with("domain_name", "")))), "400 IAM.0011");
  token_ = "none";
  EXPECT_EQ(post(Assume(good)).status, 401);
}

TEST_F(IamTest, AnAgencyGivesTemporaryKeysForTheTimeAskedFor) {
  const auto post = [this](int seconds) {
    const Json role = {{"domain_id", "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"},
                       {"agency_name", "demo-agency"},
                       {"duration_seconds", seconds}};
    return Post("/v3.0/OS-CREDENTIAL/securitytokens", Assume(role));
  };
  const Response answer = post(3600);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.Parsed()["credential"]["expires_at"], "2024-05-01T09:30:00.000000Z");
  EXPECT_EQ(CodeOf(post(899)), "400 IAM.1102");
  EXPECT_EQ(CodeOf(post(86401)), "400 IAM.1102");
  EXPECT_EQ(cloud_.Count("iam.CreateAgencyKey"), 3);
}

TEST_F(IamTest, TemporaryKeysComeWithTheirToken) {
  const Json body = {
      {"auth",
       {{"identity",
         {{"methods", Json::array({"token"})}, {"token", {{"duration_seconds", 900}}}}}}}};
  const Response answer = Post("/v3.0/OS-CREDENTIAL/securitytokens", body);
  EXPECT_EQ(answer.status, 201);
  const Json credential = answer.Parsed()["credential"];
  EXPECT_EQ(credential["expires_at"], "2024-05-01T08:45:00.000000Z");
  EXPECT_FALSE(credential["securitytoken"].get<std::string>().empty());
}

TEST_F(IamTest, VersionsAreToldToAnyone) {
  token_.clear();
  EXPECT_EQ(Get("/v3").Parsed()["version"]["id"], "v3.6");
  EXPECT_EQ(Get("/v3/").Parsed()["version"]["id"], "v3.6");
  EXPECT_EQ(Get("/v2.1").Parsed()["version"]["version"], "2.60");
  EXPECT_EQ(Get("/").Parsed()["versions"].size(), 2U);
  const Response images =
      cloud_.Handle({.method = "GET", .target = "/", .headers = {{"Host", "localhost:5"}}});
  EXPECT_EQ(images.Parsed()["versions"][0]["links"][0]["href"], "http://localhost:5/v2/");
}

}  // namespace
}  // namespace emulator
