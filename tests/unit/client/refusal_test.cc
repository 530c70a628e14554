// What the cloud refused is not asked again in the same process: clouds lock users and keys.
#include <atomic>
#include <thread>

#include "client/api.h"
#include "client/token_source.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr Operation kGet = {.path = "/v1/{project_id}/cloudservers/detail"};
constexpr Operation kImages = {.service = "ims", .path = "/v2/cloudimages"};
constexpr char kOnce[] = "The provider does not ask again in this run.";

// Issues t1, t2, … until `error` is set.
struct Mint {
  std::atomic<int> fetched = 0;
  std::optional<Error> error = {};

  TokenSource::Fetch fetch() {
    return [this](const Call& call) -> Result<Token> {
      const int n = ++fetched;
      if (error) return *error;
      return Token{.value = Secret("t" + std::to_string(n)),
                   .expires = call.clock.WallNow() + hours(24)};
    };
  }
};

Error Denied() {
  return {.code = Code::kDenied,
          .summary = "Logging in failed",
          .detail = "Wrong password.",
          .api = ApiFault{.http_status = 401}};
}

std::string Value(const Result<TokenPtr>& token) {
  return token.ok() ? (*token)->value.Reveal() : token.error().detail;
}

TEST(Refusal, OfASignInIsTheLastOneAndEverybodyGetsIt) {
  Bench bench;
  Mint mint;
  mint.error = Denied();
  TokenSource source(mint.fetch());
  Error expected = Denied();
  expected.detail = std::string("Wrong password. ") + kOnce;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source.Get(bench.call).error(), expected);
  EXPECT_EQ(source.Another(bench.call).error(), expected);
  mint.error.reset();
  bench.clock.Advance(hours(1));
  EXPECT_EQ(source.Get(bench.call).error(), expected);
  EXPECT_EQ(mint.fetched, 1);
}

TEST(Refusal, IsSharedByAllThatWaitForTheSignIn) {
  Bench bench;
  Mint mint;
  mint.error = Denied();
  TokenSource source(mint.fetch());
  std::vector<std::thread> threads;
  std::atomic<int> denied = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      const bool apart = i % 2 == 0;
      const Code code =
          apart ? source.Another(bench.call).error().code : source.Get(bench.call).error().code;
      denied += code == Code::kDenied ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(mint.fetched, 1);
  EXPECT_EQ(denied, 16);
}

TEST(Refusal, IsNoneWhereARetryMayHelp) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  const Error passing[] = {
      {.code = Code::kUnavailable, .detail = "away", .api = ApiFault{.http_status = 503}},
      {.code = Code::kUnavailable, .detail = "slow down", .api = ApiFault{.http_status = 429}},
      {.code = Code::kTimeout, .detail = "time", .api = ApiFault{}},
      {.code = Code::kCancelled, .detail = "stop", .api = ApiFault{}},
  };
  for (const Error& error : passing) {
    mint.error = error;
    EXPECT_EQ(source.Get(bench.call).error(), error);
  }
  mint.error.reset();
  EXPECT_EQ(Value(source.Get(bench.call)), "t5");
}

TEST(Refusal, OfARenewalLeavesTheOldTokenToItsEnd) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  mint.error = Denied();
  bench.clock.Advance(hours(23) + minutes(31));
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  bench.clock.Advance(minutes(5));
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  bench.clock.Advance(minutes(30));
  EXPECT_THAT(Value(source.Get(bench.call)), HasSubstr(kOnce));
  EXPECT_EQ(mint.fetched, 2);
}

TEST(Refusal, ThatIsNotOfTheCredentialsDoesNotEndRenewals) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  mint.error = Error{.code = Code::kInvalid, .api = ApiFault{.http_status = 404}};
  bench.clock.Advance(hours(23) + minutes(31));
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  mint.error.reset();
  bench.clock.Advance(minutes(2));
  EXPECT_EQ(Value(source.Get(bench.call)), "t3");
}

// Answers by what is asked, and counts it.
class Cloud {
 public:
  Send send() {
    return [this](const Call&, Request& request) -> Result<Response> {
      absl::MutexLock lock(&mu_);
      if (request.operation == "POST /v3/auth/tokens") {
        ++sign_ins_;
        if (iam_refuses_ && !Assumes(request)) return *iam_refuses_;
        if (agency_refuses_ && Assumes(request)) return *agency_refuses_;
        return Answer(201,
                      R"({"token":{"project":{"id":"p7"},"catalog":[
            {"type":"ecs","endpoints":[{"url":"http://ecs/v1/p7"}]},
            {"type":"image","endpoints":[{"url":"http://ims"}]}]}})",
                      {{"X-Subject-Token", "t" + std::to_string(sign_ins_)}});
      }
      if (request.operation == "GET /v3/projects") {
        ++project_lists_;
        return Answer(200, R"({"projects":[]})");
      }
      ++calls_;
      const auto refused = services_refuse_.find(request.service);
      if (refused == services_refuse_.end()) return Answer(200, "{}");
      return Answer(refused->second);
    };
  }

  static bool Assumes(const Request& request) {
    return request.body.find("assume_role") != std::string::npos;
  }

  absl::Mutex mu_;
  std::optional<Response> iam_refuses_ = {};
  std::optional<Response> agency_refuses_ = {};
  std::map<std::string, int> services_refuse_ = {};
  int sign_ins_ = 0;
  int project_lists_ = 0;
  int calls_ = 0;
};

Settings WithPassword() {
  return {.auth_url = "http://iam/v3",
          .region = "r",
          .domain_name = "d",
          .user_name = "u",
          .password = Secret("a-password")};
}

Settings WithKeys() {
  return {.auth_url = "https://iam.region-1.example.com/v3",
          .access_key = "ak",
          .secret_key = Secret("sk")};
}

// The errors of so many calls, ten at a time as Terraform reads.
std::vector<Error> Errors(Api& api, const Call& call, int calls) {
  absl::Mutex mu;
  std::vector<Error> errors;
  std::atomic<int> left = calls;
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      while (left-- > 0) {
        const auto result = api.Do(call, kGet);
        absl::MutexLock lock(&mu);
        if (!result.ok()) errors.push_back(result.error());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return errors;
}

TEST(Refusal, OfAPasswordCostsThreeHundredServersOneSignIn) {
  Bench bench;
  Cloud cloud;
  cloud.iam_refuses_ = Answer(401, R"({"error_code":"IAM.0062","error_msg":"wrong"})");
  Api api(WithPassword(), cloud.send(), Backoff{});
  const std::vector<Error> errors = Errors(api, bench.call, 300);
  ASSERT_EQ(errors.size(), 300u);
  EXPECT_THAT(errors, Each(errors.front()));
  EXPECT_EQ(errors.front().code, Code::kDenied);
  EXPECT_EQ(errors.front().summary, "Logging in to the cloud failed");
  EXPECT_EQ(errors.front().api->message, "wrong");
  EXPECT_THAT(errors.front().detail, HasSubstr(kOnce));
  EXPECT_EQ(api.IssueToken(bench.call).error(), errors.front());
  EXPECT_EQ(cloud.sign_ins_, 1);
  EXPECT_EQ(cloud.calls_, 0);
}

TEST(Refusal, OfAProjectThatIamDoesNotKnowIsRememberedToo) {
  Bench bench;
  Cloud cloud;
  cloud.iam_refuses_ =
      Answer(404, R"({"error":{"code":404,"message":"Could not find project: r"}})");
  Api api(WithPassword(), cloud.send(), Backoff{});
  EXPECT_EQ(Errors(api, bench.call, 30).size(), 30u);
  EXPECT_EQ(cloud.sign_ins_, 1);
  Api keys(WithKeys(), cloud.send(), Backoff{});
  const std::vector<Error> errors = Errors(keys, bench.call, 30);
  EXPECT_EQ(errors.size(), 30u);
  EXPECT_THAT(errors, Each(errors.front()));
  EXPECT_EQ(cloud.project_lists_, 1);
}

TEST(Refusal, OfAnAgencyIsRememberedToo) {
  Bench bench;
  Cloud cloud;
  cloud.agency_refuses_ = Answer(403, R"({"error":{"code":403,"message":"no"}})");
  Settings settings = WithPassword();
  settings.agency_name = "ops";
  settings.agency_domain_name = "acme";
  Api api(settings, cloud.send(), Backoff{});
  EXPECT_EQ(Errors(api, bench.call, 30).size(), 30u);
  EXPECT_EQ(cloud.sign_ins_, 2);  // of the user, and as the agency
}

TEST(Refusal, ARegionThatTheCatalogueLacksCostsOneSignIn) {
  Bench bench;
  Cloud cloud;
  Api api(WithPassword(), cloud.send(), Backoff{});
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(api.Do(bench.call, {.service = "vpc", .path = "/v1/vpcs"}).error().path,
              Path("endpoints"));
  }
  EXPECT_EQ(cloud.sign_ins_, 1);
}

TEST(Refusal, OfATokenThatWasJustFetchedIsNotFollowedByAnother) {
  Bench bench;
  Cloud cloud;
  cloud.services_refuse_ = {{"ecs", 401}};
  Api api(WithPassword(), cloud.send(), Backoff{});
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(api.Do(bench.call, kGet).error().code, Code::kDenied);
    EXPECT_TRUE(api.Do(bench.call, kImages).ok());
  }
  EXPECT_EQ(cloud.sign_ins_, 2);
  // A service that took one may refuse it later: it has ended early.
  cloud.services_refuse_ = {};
  EXPECT_TRUE(api.Do(bench.call, kGet).ok());
  cloud.services_refuse_ = {{"ecs", 401}};
  EXPECT_EQ(api.Do(bench.call, kGet).error().code, Code::kDenied);
  EXPECT_EQ(cloud.sign_ins_, 3);
}

TEST(Refusal, OfConfiguredKeysIsSeenByOneRequestAndToldByAll) {
  Bench bench;
  Cloud cloud;
  cloud.services_refuse_ = {{"ecs", 401}};
  Settings settings = WithKeys();
  settings.project_id = "p7";
  Api api(settings, cloud.send(), Backoff{});
  const std::vector<Error> errors = Errors(api, bench.call, 300);
  ASSERT_EQ(errors.size(), 300u);
  EXPECT_THAT(errors, Each(errors.front()));
  EXPECT_EQ(errors.front().code, Code::kDenied);
  EXPECT_THAT(errors.front().detail, HasSubstr(kOnce));
  EXPECT_EQ(cloud.calls_, 1);
}

TEST(Refusal, ByOneServiceOfKeysThatAnotherTookIsItsOwn) {
  Bench bench;
  Cloud cloud;
  Settings settings = WithKeys();
  settings.project_id = "p7";
  Api api(settings, cloud.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kImages).ok());
  cloud.services_refuse_ = {{"ecs", 401}};
  const Error refused = api.Do(bench.call, kGet).error();
  EXPECT_EQ(refused.code, Code::kDenied);
  EXPECT_THAT(refused.detail, Not(HasSubstr(kOnce)));
  EXPECT_TRUE(api.Do(bench.call, kImages).ok());
}

}  // namespace
}  // namespace ecs::client
