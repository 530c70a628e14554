#include "client/identity.h"

#include "client/api.h"
#include "client/rate_limit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Operation kGet = {.path = "/v1/{project_id}/cloudservers/{server_id}"};
constexpr Operation kAct = {.method = "POST",
                            .path = "/v2.1/{project_id}/servers/{server_id}/action",
                            .repeat = Repeat::kOnlyIfNotSent};
const Input kServer = {.path = {{"server_id", "s 1"}}};

// Answers by what was asked; counts the logins.
class Cloud {
 public:
  Send send() {
    return [this](const Call&, Request& request) -> Result<Response> {
      asked_.push_back(request.method + " " + request.url);
      last_ = request;
      if (request.operation == "POST /v3/auth/tokens") return Login();
      if (request.operation == "GET /v3/projects") return projects_;
      if (request.operation == "GET /v3/auth/catalog") return catalog_;
      if (refuse_tokens_until_ > logins_) return Answer(401, "", refusal_headers_);
      if (refusals_ > 0) {
        --refusals_;
        return Answer(401, "", refusal_headers_);
      }
      return Answer(200, "{}");
    };
  }

  std::vector<std::string> asked_ = {};
  Request last_ = {};
  int logins_ = 0;
  int refuse_tokens_until_ = 0;
  int refusals_ = 0;
  Headers refusal_headers_ = {};
  Response projects_ = Answer(200, R"({"projects":[{"id":"p7","name":"region-1"}]})");
  Response catalog_ = Answer(
      200, R"({"catalog":[{"type":"ecs","endpoints":[{"interface":"public","url":"http://lis)"
           R"(ted/v1/p7"}]}]})");

 private:
  Result<Response> Login() {
    ++logins_;
    return Answer(201,
                  R"({"token":{"expires_at":"2024-05-02T08:30:00Z","project":{"id":"p7"},"catalog":[
          {"type":"compute","endpoints":[{"interface":"public","url":"http://nova/v2/p7"}]},
          {"type":"ecs","endpoints":[{"interface":"public","url":"http://v1/v1/p7"}]}]}})",
                  {{"X-Subject-Token", "t" + std::to_string(logins_)}});
  }
};

Settings WithPassword() {
  return {.auth_url = "http://iam/v3",
          .region = "region-1",
          .domain_name = "d",
          .user_name = "u",
          .password = Secret("p")};
}

Settings WithKeys() {
  return {.auth_url = "https://iam.region-1.example.com/v3",
          .access_key = "ak",
          .secret_key = Secret("sk")};
}

TEST(Api, AsksNothingBeforeTheFirstCallAndLogsInOnce) {
  Bench bench;
  Cloud cloud;
  Api api(WithPassword(), cloud.send(), Backoff{});
  EXPECT_THAT(cloud.asked_, IsEmpty());
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_TRUE(api.Do(bench.call, kAct, kServer).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre("POST http://iam/v3/auth/tokens",
                                        "GET http://v1/v1/p7/cloudservers/s%201",
                                        "POST http://nova/v2/p7/servers/s%201/action"));
  EXPECT_EQ(cloud.last_.headers.Get("X-Auth-Token"), "t1");
  EXPECT_EQ(*api.ProjectId(bench.call), "p7");
}

TEST(Api, A401FetchesATokenOnceAndSendsTheRequestOnceMore) {
  Bench bench;
  Cloud cloud;
  cloud.refuse_tokens_until_ = 2;
  Api api(WithPassword(), cloud.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kAct, kServer).ok());
  EXPECT_EQ(cloud.logins_, 2);
  EXPECT_EQ(cloud.last_.headers.Get("X-Auth-Token"), "t2");
}

TEST(Api, ASecond401IsTheError) {
  Bench bench;
  Cloud cloud;
  cloud.refuse_tokens_until_ = 99;
  Api api(WithPassword(), cloud.send(), Backoff{});
  const auto result = api.Do(bench.call, kGet, kServer);
  EXPECT_EQ(result.error().code, Code::kDenied);
  EXPECT_EQ(cloud.logins_, 2);
}

TEST(Api, KeysFindTheProjectOnceAndUseTheNamingScheme) {
  Bench bench;
  Cloud cloud;
  Api api(WithKeys(), cloud.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_TRUE(api.Do(bench.call, kAct, kServer).ok());
  EXPECT_THAT(cloud.asked_,
              ElementsAre("GET https://iam.region-1.example.com/v3/projects?name=region-1",
                          "GET https://ecs.region-1.example.com/v1/p7/cloudservers/s%201",
                          "POST https://ecs.region-1.example.com/v2.1/p7/servers/s%201/action"));
  EXPECT_EQ(cloud.last_.headers.Get("X-Project-Id"), "p7");
  EXPECT_THAT(cloud.last_.headers.Get("Authorization"), HasSubstr("SDK-HMAC-SHA256 Access=ak, "));
}

TEST(Api, KeysAskForTheCatalogueWhereThereIsNoNamingScheme) {
  Bench bench;
  Cloud cloud;
  Settings settings = WithKeys();
  settings.auth_url = "http://127.0.0.1:1/v3";
  settings.project_id = "p7";
  Api api(settings, cloud.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre("GET http://127.0.0.1:1/v3/auth/catalog",
                                        "GET http://listed/v1/p7/cloudservers/s%201",
                                        "GET http://listed/v1/p7/cloudservers/s%201"));
}

TEST(Api, AProjectThatIsNotFoundIsInvalidAndNotMissing) {
  Bench bench;
  Cloud cloud;
  cloud.projects_ = Answer(200, R"({"projects":[]})");
  Api api(WithKeys(), cloud.send(), Backoff{});
  EXPECT_EQ(api.Do(bench.call, kGet, kServer).error().code, Code::kInvalid);
  cloud.projects_ = Answer(404, R"({"error_code":"IAM.0004","error_msg":"m"})");
  Api other(WithKeys(), cloud.send(), Backoff{});
  EXPECT_EQ(other.Do(bench.call, kGet, kServer).error().code, Code::kInvalid);
}

TEST(Api, AClockThatIsWrongIsCorrectedOnce) {
  Bench bench;
  Cloud cloud;
  cloud.refusals_ = 1;
  cloud.refusal_headers_ = {{"Date", "Wed, 01 May 2024 09:30:00 GMT"}};
  Settings settings = WithKeys();
  settings.project_id = "p7";
  Api api(settings, cloud.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_EQ(cloud.last_.headers.Get("X-Sdk-Date"), "20240501T093000Z");
  EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
  EXPECT_EQ(cloud.asked_.size(), 3u);
}

TEST(Api, AnyDateOfTheCalendarIsATimeToSignWith) {
  const std::pair<const char*, const char*> cases[] = {
      {"Mon, 01 Jan 0001 00:00:00 GMT", "19240216T083000Z"},  // 36600 days are the most
      {"Fri, 31 Dec 9999 23:59:59 GMT", "21240716T083000Z"},
  };
  for (const auto& [date, signed_with] : cases) {
    Bench bench;
    Cloud cloud;
    cloud.refusals_ = 1;
    cloud.refusal_headers_ = {{"Date", date}};
    Settings settings = WithKeys();
    settings.project_id = "p7";
    Api api(settings, cloud.send(), Backoff{});
    EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok()) << date;
    EXPECT_EQ(cloud.last_.headers.Get("X-Sdk-Date"), signed_with);
    cloud.refusals_ = 1;
    cloud.refusal_headers_ = {{"Date", "Wed, 01 May 2024 09:30:00 GMT"}};
    EXPECT_TRUE(api.Do(bench.call, kGet, kServer).ok());
    EXPECT_EQ(cloud.last_.headers.Get("X-Sdk-Date"), "20240501T093000Z");
  }
}

TEST(Api, KeysWhoseSignatureIsRefusedAreNotTriedAgain) {
  Bench bench;
  Cloud cloud;
  cloud.refusals_ = 9;
  Settings settings = WithKeys();
  settings.project_id = "p7";
  Api api(settings, cloud.send(), Backoff{});
  EXPECT_EQ(api.Do(bench.call, kGet, kServer).error().code, Code::kDenied);
  EXPECT_EQ(cloud.asked_.size(), 1u);
}

TEST(Api, NothingIsSentToAnHttpAddressOfACatalogueThatCameOverHttps) {
  Bench bench;
  Cloud cloud;
  Settings settings = WithPassword();
  settings.auth_url = "https://iam/v3";
  Api api(settings, cloud.send(), Backoff{});
  const Error error = api.Do(bench.call, kGet, kServer).error();
  EXPECT_EQ(error.summary, "The endpoint for ecs is not encrypted");
  EXPECT_EQ(error.path, Path("endpoints"));
  EXPECT_THAT(cloud.asked_, ElementsAre("POST https://iam/v3/auth/tokens"));
  settings.endpoints = {{"ecs", "http://v1/v1/p7"}};
  Api chosen(settings, cloud.send(), Backoff{});
  EXPECT_TRUE(chosen.Do(bench.call, kGet, kServer).ok());
}

TEST(Api, AServiceThatIsNowhereIsNamed) {
  Bench bench;
  Cloud cloud;
  Api api({.project_id = "p", .token = Secret("t"), .endpoints = {{"ecs", "http://e"}}},
          cloud.send(), Backoff{});
  const auto result =
      api.Do(bench.call, {.service = "evs", .path = "/v2/{project_id}/cloudvolumes/detail"});
  EXPECT_EQ(result.error(), NoEndpoint({}, {}, "evs"));
}

TEST(RateLimit, LetsABurstOfOneSecondThroughAndThenKeepsThePace) {
  Bench bench;
  Canned cloud({Answer(200)});
  const Send send = Chain({RateLimit(4)}, cloud.send());
  Request request;
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(send(bench.call, request).ok());
  EXPECT_THAT(bench.clock.slept(),
              ElementsAre(std::chrono::milliseconds(250), std::chrono::milliseconds(250)));
}

TEST(RateLimit, FailsAtOnceWhenTheTurnWouldComeTooLate) {
  Bench bench;
  Canned cloud({Answer(200)});
  const Send send = Chain({RateLimit(0.5)}, cloud.send());
  Request request;
  const Call call = bench.call.Until(TimePoint(std::chrono::seconds(1)));
  EXPECT_TRUE(send(call, request).ok());
  EXPECT_EQ(send(call, request).error().code, Code::kTimeout);
  EXPECT_EQ(cloud.requests().size(), 1u);
}

}  // namespace
}  // namespace ecs::client
