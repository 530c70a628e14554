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
      "flavorRef":"s3.large.2","count":2,
      "metadata":{"name":"REDACTED","admin_pass":"REDACTED"},"tags":["REDACTED"],
      "nics":[{"subnet_id":"n1"}]},"serverIds":["s1"],"dry_run":false,"unknown":"REDACTED"})"));
}

TEST(WireLog, OfALoginOnlyThePasswordIsHidden) {
  const char kBody[] = R"({"auth":{"identity":{"methods":["password"],"password":{"user":{
      "name":"alice","password":"hunter2","domain":{"name":"acme"}}}},
      "scope":{"project":{"name":"region-1"}}}})";
  Json expected = Json::parse(kBody);
  expected["auth"]["identity"]["password"]["user"]["password"] = "REDACTED";
  EXPECT_EQ(Json::parse(ShownBody(kBody)), expected);
}

TEST(WireLog, TheAddressOfAConsoleIsHidden) {
  EXPECT_EQ(ShownBody(R"({"remote_console":{"type":"novnc","url":"https://c/?token=x"}})"),
            R"({"remote_console":{"type":"REDACTED","url":"REDACTED"}})");
}

TEST(WireLog, ShowsNothingOfAPrivateKeyOrOfTextThatIsNotJson) {
  EXPECT_EQ(ShownBody(R"({"keypair":{"name":"k","private_key":"-----BEGIN"}})"),
            R"({"keypair":{"name":"k","private_key":"REDACTED"}})");
  EXPECT_EQ(ShownBody("password=hunter2"), "(16 bytes that are not JSON)");
  EXPECT_EQ(ShownBody(R"("hunter2")"), R"("REDACTED")");
}

TEST(WireLog, CutsLongBodies) {
  Json body = {{"serverIds", Json::array()}};
  for (int i = 0; i < 1000; ++i) body["serverIds"].push_back("0123456789");
  EXPECT_LE(ShownBody(body.dump()).size(), 4096u + 16);
}

TEST(WireLog, HeadersAreShownByList) {
  EXPECT_EQ(ShownHeader("Content-Type", "application/json"), "application/json");
  for (const char* name : {"X-Auth-Token", "X-Subject-Token", "Authorization", "X-Security-Token",
                           "Set-Cookie", "X-New-Thing"}) {
    EXPECT_EQ(ShownHeader(name, "v"), "REDACTED") << name;
  }
}

TEST(WireLog, ASecretAcrossTheCutOfALongBodyIsHiddenWhole) {
  auto secrets = std::make_shared<Redactor>(Settings{.token = Secret(std::string(300, 's'))});
  Bench bench;
  Canned cloud(
      {Answer(400, Json{{"message", std::string(4000, 'm') + std::string(300, 's')}}.dump())});
  Request request = {.operation = "GET /x"};
  (void)Chain({LogWire(secrets)}, cloud.send())(bench.call, request);
  EXPECT_THAT(bench.logged, HasSubstr("mREDACTED"));
  EXPECT_THAT(bench.logged, Not(HasSubstr("sss")));
}

TEST(WireLog, AnErrorOfTheTransportLosesSecretsInTheLogAndAbove) {
  Bench bench;
  Canned cloud({Error{.code = Code::kUnavailable,
                      .detail = "Unsupported proxy syntax in 'http://joe:prox!pass@proxy'"}});
  auto secrets = std::make_shared<Redactor>(Settings{.proxies = {"http://joe:prox!pass@proxy"}});
  Request request = {.operation = "GET /x"};
  const auto result = Chain({LogWire(secrets)}, cloud.send())(bench.call, request);
  EXPECT_EQ(result.error().detail, "Unsupported proxy syntax in 'http://REDACTED@proxy'");
  EXPECT_THAT(bench.logged, Not(HasSubstr("prox!pass")));
}

TEST(WireLog, LogsEachTryWithoutItsSecrets) {
  Bench bench;
  Canned cloud(
      {Answer(400, R"({"badRequest":{"message":"bad: Hunter2!x for auth-token, subject"}})",
              {{"X-Request-Id", "req-7"},
               {"X-Subject-Token", "subject"},
               {"Location", "https://h/?t=auth-token"}})});
  const Send send = Chain({LogWire()}, cloud.send());
  Request request = {.method = "POST",
                     .url = "https://h/v1/p/cloudservers?name=x",
                     .headers = {{"X-Auth-Token", "auth-token"}},
                     .body = R"({"server":{"adminPass":"Hunter2!x"}})",
                     .operation = "POST /v1/{project_id}/cloudservers"};
  (void)send(bench.call, request);
  EXPECT_THAT(bench.logged, HasSubstr("req-7"));
  EXPECT_THAT(bench.logged, HasSubstr("POST /v1/{project_id}/cloudservers"));
  EXPECT_THAT(bench.logged, HasSubstr("bad: REDACTED for REDACTED, REDACTED"));
  for (const char* secret : {"Hunter2", "auth-token", "subject\""}) {
    EXPECT_THAT(bench.logged, Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace ecs::client
