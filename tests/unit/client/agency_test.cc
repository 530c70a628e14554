#include "client/agency.h"

#include "client/api.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Operation kGet = {.path = "/v1/{project_id}/cloudservers/detail"};
constexpr char kEcs[] = "GET https://ecs.region-1.example.com/v1/pA/cloudservers/detail";
constexpr char kTokens[] = "POST https://iam.region-1.example.com/v3/auth/tokens";
constexpr char kKeys[] = "POST https://iam.region-1.example.com/v3.0/OS-CREDENTIAL/securitytokens";
constexpr char kProjects[] = "GET https://iam.region-1.example.com/v3/projects?name=region-1";

// IAM and ECS of a cloud that knows an agency; hands out t1, t2, … and keys AK1, AK2, …
class Cloud {
 public:
  Send send() {
    return [this](const Call& call, Request& request) -> Result<Response> {
      asked_.push_back(request.method + " " + request.url);
      requests_.push_back(request);
      if (request.operation == "GET /v3/projects") {
        return Answer(200, R"({"projects":[{"id":"pA","name":"region-1"}]})");
      }
      const bool token = request.operation == "POST /v3/auth/tokens";
      const bool key = request.operation == "POST /v3.0/OS-CREDENTIAL/securitytokens";
      if (!token && !key) return Ecs();
      const Json role =
          Json::parse(request.body)["auth"]["identity"].value("assume_role", Json::object());
      if (!role.empty() && !refusals_.empty()) {
        const Response refusal = refusals_.front();
        refusals_.erase(refusals_.begin());
        return refusal;
      }
      const std::string n = std::to_string(++issued_);
      const std::string end = absl::FormatTime(
          "%Y-%m-%dT%H:%M:%SZ", absl::FromChrono(call.clock.WallNow() + (token ? day_ : quarter_)),
          absl::UTCTimeZone());
      if (token) {
        Json body = {{"token", {{"expires_at", end}}}};
        if (!role.empty()) body["token"]["project"]["id"] = "pA";
        return Answer(201, body.dump(), {{"X-Subject-Token", "t" + n}});
      }
      return Answer(201, Json{{"credential",
                               {{"access", "AK" + n},
                                {"secret", "SK" + n},
                                {"securitytoken", "ST" + n},
                                {"expires_at", end}}}}
                             .dump());
    };
  }

  Json Sent(std::size_t index) const { return Json::parse(requests_.at(index).body); }

  std::vector<std::string> asked_ = {};
  std::vector<Request> requests_ = {};
  std::vector<Response> refusals_ = {};      // of what assumes a role, in order
  std::vector<Response> ecs_refusals_ = {};  // of ECS, in order

 private:
  Result<Response> Ecs() {
    if (ecs_refusals_.empty()) return Answer(200, "{}");
    const Response refusal = ecs_refusals_.front();
    ecs_refusals_.erase(ecs_refusals_.begin());
    return refusal;
  }

  int issued_ = 0;
  Duration day_ = std::chrono::hours(24);
  Duration quarter_ = std::chrono::minutes(15);
};

Settings WithAgency(Settings settings) {
  settings.auth_url = "https://iam.region-1.example.com/v3";
  settings.agency_name = "ops";
  settings.agency_domain_name = "acme-A";
  return settings;
}

Settings ByPassword() {
  return WithAgency({.domain_name = "acme-B", .user_name = "bob", .password = Secret("pw")});
}

Settings ByKeys() { return WithAgency({.access_key = "ak", .secret_key = Secret("sk")}); }

TEST(Agency, APasswordsTokenIsOfTheAccountAndAssumesTheAgencyForItsProject) {
  Bench bench;
  Cloud cloud;
  Api api(ByPassword(), cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre(kTokens, kTokens, kEcs));
  EXPECT_EQ(cloud.Sent(0), Json::parse(R"({"auth":{"identity":{"methods":["password"],
      "password":{"user":{"name":"bob","password":"pw","domain":{"name":"acme-B"}}}},
      "scope":{"domain":{"name":"acme-B"}}}})"));
  EXPECT_EQ(cloud.Sent(1), Json::parse(R"({"auth":{"identity":{"methods":["assume_role"],
      "assume_role":{"agency_name":"ops","domain_name":"acme-A"}},
      "scope":{"project":{"name":"region-1","domain":{"name":"acme-A"}}}}})"));
  EXPECT_EQ(cloud.requests_[1].headers.Get("X-Auth-Token"), "t1");
  EXPECT_EQ(cloud.requests_[2].headers.Get("X-Auth-Token"), "t2");
}

TEST(Agency, AGivenTokenAssumesTheAgencyWithoutALogin) {
  Bench bench;
  Cloud cloud;
  Settings settings = WithAgency({.token = Secret("mine")});
  settings.agency_domain_id = "dA";
  settings.project_id = "pA";
  Api api(settings, cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre(kTokens, kEcs));
  EXPECT_EQ(cloud.Sent(0), Json::parse(R"({"auth":{"identity":{"methods":["assume_role"],
      "assume_role":{"agency_name":"ops","domain_id":"dA"}},"scope":{"project":{"id":"pA"}}}})"));
  EXPECT_EQ(cloud.requests_[0].headers.Get("X-Auth-Token"), "mine");
}

TEST(Agency, ItsTokenIsRenewedByTimeAndAfterA401) {
  Bench bench;
  Cloud cloud;
  Api api(ByPassword(), cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  bench.clock.Advance(std::chrono::hours(23) + std::chrono::minutes(31));
  const Call later = bench.call.Instead(bench.clock.Now() + std::chrono::hours(1), bench.cancel);
  ASSERT_TRUE(api.Do(later, kGet).ok());
  EXPECT_EQ(cloud.requests_.back().headers.Get("X-Auth-Token"), "t4");
  cloud.ecs_refusals_ = {Answer(401)};
  ASSERT_TRUE(api.Do(later, kGet).ok());
  EXPECT_EQ(cloud.requests_.back().headers.Get("X-Auth-Token"), "t6");
  EXPECT_THAT(cloud.ecs_refusals_, testing::IsEmpty());
}

TEST(Agency, A400IsTriedOnceMoreWithTheOtherNameOfTheField) {
  Bench bench;
  Cloud cloud;
  cloud.refusals_ = {Answer(400, R"({"error_code":"IAM.0011","error_msg":"agency_name?"})")};
  Api api(ByPassword(), cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre(kTokens, kTokens, kTokens, kEcs));
  EXPECT_EQ(cloud.Sent(2)["auth"]["identity"]["assume_role"],
            Json::parse(R"({"xrole_name":"ops","domain_name":"acme-A"})"));
  EXPECT_EQ(cloud.requests_[2].headers.Get("X-Auth-Token"), "t1");
  EXPECT_THAT(cloud.refusals_, testing::IsEmpty());
}

TEST(Agency, ARefusalNamesTheAgencyTheArgumentAndWhatToDo) {
  const auto refuse = [](std::vector<Response> refusals) {
    Bench bench;
    Cloud cloud;
    cloud.refusals_ = std::move(refusals);
    Api api(ByPassword(), cloud.send(), Backoff{});
    Error error = api.Do(bench.call, kGet).error();
    EXPECT_THAT(cloud.refusals_, testing::IsEmpty());
    EXPECT_THAT(error.Text(), Not(HasSubstr("pw")));
    return error;
  };
  const Response unknown = Answer(
      404, R"({"error":{"code":404,"message":"Could not find agency: ops","title":"Not Found"}})",
      {{"X-Request-Id", "r-1"}});
  const Error error = refuse({unknown});
  EXPECT_EQ(error.code, Code::kInvalid);
  EXPECT_EQ(error.summary, "Assuming the agency failed");
  EXPECT_EQ(
      error.detail,
      "Assuming the agency \"ops\" of the account \"acme-A\" failed. The provider does not ask "
      "again in this run.");
  EXPECT_EQ(error.path, Path("assume_role"));
  EXPECT_FALSE(error.maybe_executed);
  EXPECT_EQ(error.api->http_status, 404);
  EXPECT_EQ(error.api->request_id, "r-1");
  EXPECT_EQ(error.api->operation, "POST /v3/auth/tokens");
  EXPECT_EQ(error.api->message, "Could not find agency: ops");
  EXPECT_THAT(error.hint, HasSubstr("Agent Operator"));

  const Error who = refuse({Answer(401)});
  EXPECT_EQ(who.code, Code::kDenied);
  EXPECT_THAT(who.hint, Not(HasSubstr("Agent Operator")));

  const Response first = Answer(400, R"({"error_code":"IAM.0011","error_msg":"domain_name?"})");
  const Response second = Answer(400, R"({"error_code":"IAM.0011","error_msg":"xrole_name?"})");
  EXPECT_EQ(refuse({first, second}).api->message, "domain_name?");
  EXPECT_EQ(refuse({first, unknown}).api->message, "Could not find agency: ops");
}

TEST(Agency, KeysGetTemporaryOnesThatSignEverythingElse) {
  Bench bench;
  Cloud cloud;
  Settings settings = ByKeys();
  settings.domain_id = "dB";
  settings.agency_duration_seconds = 3600;
  Api api(settings, cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_THAT(cloud.asked_, ElementsAre(kKeys, kProjects, kEcs));
  EXPECT_EQ(cloud.Sent(0), Json::parse(R"({"auth":{"identity":{"methods":["assume_role"],
      "assume_role":{"agency_name":"ops","domain_name":"acme-A","duration_seconds":3600}}}})"));
  const Headers& asked = cloud.requests_[0].headers;
  EXPECT_THAT(asked.Get("Authorization"), HasSubstr(" Access=ak, "));
  EXPECT_THAT(asked.Get("Authorization"), HasSubstr("x-domain-id"));
  EXPECT_EQ(asked.Get("X-Domain-Id"), "dB");
  for (const Request& request : {cloud.requests_[1], cloud.requests_[2]}) {
    EXPECT_THAT(request.headers.Get("Authorization"), HasSubstr(" Access=AK1, "));
    EXPECT_EQ(request.headers.Get("X-Security-Token"), "ST1");
  }
  EXPECT_EQ(cloud.requests_[2].headers.Get("X-Project-Id"), "pA");
}

TEST(Agency, ItsKeysAreRenewedBeforeTheyEnd) {
  Bench bench;
  Cloud cloud;
  Api api(ByKeys(), cloud.send(), Backoff{});
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  bench.clock.Advance(std::chrono::minutes(11));
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_EQ(cloud.requests_.back().headers.Get("X-Security-Token"), "ST1");
  bench.clock.Advance(std::chrono::minutes(1));
  ASSERT_TRUE(api.Do(bench.call, kGet).ok());
  EXPECT_EQ(cloud.requests_.back().headers.Get("X-Security-Token"), "ST2");
}

TEST(Agency, KeysOfItThatAreRefusedAreReplacedOnce) {
  const Response refusals[] = {Answer(401),
                               Answer(400, R"({"error_code":"IAM.1108","error_msg":"expired"})")};
  for (const Response& refusal : refusals) {
    Bench bench;
    Cloud cloud;
    Api api(ByKeys(), cloud.send(), Backoff{});
    cloud.ecs_refusals_ = {refusal};
    EXPECT_TRUE(api.Do(bench.call, kGet).ok());
    EXPECT_EQ(cloud.requests_.back().headers.Get("X-Security-Token"), "ST2");
    cloud.ecs_refusals_ = {refusal, refusal};
    EXPECT_EQ(api.Do(bench.call, kGet).error().code, Code::kDenied);
    EXPECT_THAT(cloud.ecs_refusals_, testing::IsEmpty());
  }
}

TEST(Agency, A400ThatIsNotAboutTheKeysIsAnAnswer) {
  Bench bench;
  Cloud cloud;
  cloud.ecs_refusals_ = {Answer(400, R"({"error":{"code":"Ecs.0005","message":"m"}})")};
  Api api(ByKeys(), cloud.send(), Backoff{});
  EXPECT_EQ(api.Do(bench.call, kGet).error().api->code, "Ecs.0005");
  EXPECT_THAT(cloud.asked_, ElementsAre(kKeys, kProjects, kEcs));
}

TEST(Agency, NothingOfItIsLogged) {
  Bench bench;
  Cloud cloud;
  Api with_keys(ByKeys(), cloud.send(), Backoff{});
  Api with_password(ByPassword(), cloud.send(), Backoff{});
  ASSERT_TRUE(with_keys.Do(bench.call, kGet).ok());
  ASSERT_TRUE(with_password.Do(bench.call, kGet).ok());
  for (const char* secret : {"SK1", "ST1", "\"t2\"", "\"t3\"", "\"pw\"", "\"sk\""}) {
    EXPECT_THAT(bench.logged, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(bench.logged, HasSubstr("POST /v3.0/OS-CREDENTIAL/securitytokens"));
}

}  // namespace
}  // namespace ecs::client
