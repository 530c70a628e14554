#include "client/wire_log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(WireLog, ShowsOnlyListedMembers) {
  EXPECT_EQ(Json::parse(ShownBody(R"({"server":{"name":"web","adminPass":"p4ssw0rd",
      "user_data":"I2Nsb3Vk","flavorRef":"s3.large.2","count":2,
      "metadata":{"name":"in metadata","admin_pass":"p"},"tags":["a=b"],
      "nics":[{"subnet_id":"n1"}]},"serverIds":["s1"],"dry_run":false,"unknown":"x"})")),
            Json::parse(R"({"server":{"name":"web","adminPass":"REDACTED","user_data":"REDACTED",
      "flavorRef":"s3.large.2","count":2,"metadata":"REDACTED","tags":"REDACTED",
      "nics":[{"subnet_id":"n1"}]},"serverIds":["s1"],"dry_run":false,"unknown":"REDACTED"})"));
}

TEST(WireLog, ShowsNothingOfALogin) {
  const std::string shown = ShownBody(
      R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"alice",
         "password":"hunter2"}}},"scope":{"project":{"name":"region-1"}}}})");
  EXPECT_THAT(shown, Not(HasSubstr("hunter2")));
  EXPECT_THAT(shown, HasSubstr("region-1"));
}

TEST(WireLog, ShowsNothingOfAPrivateKeyOrOfTextThatIsNotJson) {
  EXPECT_EQ(ShownBody(R"({"keypair":{"name":"k","private_key":"-----BEGIN"}})"),
            R"({"keypair":"REDACTED"})");
  EXPECT_EQ(ShownBody("password=hunter2"), "(16 bytes that are not JSON)");
  EXPECT_EQ(ShownBody(R"("hunter2")"), R"("REDACTED")");
}

TEST(WireLog, CutsLongBodies) {
  Json body = {{"serverIds", Json::array()}};
  for (int i = 0; i < 1000; ++i) body["serverIds"].push_back("0123456789");
  EXPECT_LE(ShownBody(body.dump()).size(), 4096u + 16);
}

TEST(WireLog, ASecretThatBeginsLikeAnotherIsCutOutWhole) {
  const std::string body = R"({"adminPass":"hunter2","password":"hunter2-longer"})";
  EXPECT_EQ(WithoutSecretsOf(body, "bad: hunter2-longer and hunter2"),
            "bad: REDACTED and REDACTED");
}

TEST(WireLog, HeadersAreShownByList) {
  EXPECT_EQ(ShownHeader("Content-Type", "application/json"), "application/json");
  for (const char* name : {"X-Auth-Token", "X-Subject-Token", "Authorization", "X-Security-Token",
                           "Set-Cookie", "X-New-Thing"}) {
    EXPECT_EQ(ShownHeader(name, "v"), "REDACTED") << name;
  }
}

TEST(WireLog, LogsEachTryWithoutItsSecrets) {
  Bench bench;
  Canned cloud({Answer(400, R"({"badRequest":{"message":"bad: Hunter2!x"}})",
                       {{"X-Request-Id", "req-7"}, {"X-Subject-Token", "subject"}})});
  const Send send = Chain({LogWire()}, cloud.send());
  Request request = {.method = "POST",
                     .url = "https://h/v1/p/cloudservers?name=x",
                     .headers = {{"X-Auth-Token", "auth-token"}},
                     .body = R"({"server":{"adminPass":"Hunter2!x"}})",
                     .operation = "POST /v1/{project_id}/cloudservers"};
  (void)send(bench.call, request);
  EXPECT_THAT(bench.logged, HasSubstr("req-7"));
  EXPECT_THAT(bench.logged, HasSubstr("POST /v1/{project_id}/cloudservers"));
  for (const char* secret : {"Hunter2", "auth-token", "subject\""}) {
    EXPECT_THAT(bench.logged, Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace ecs::client
