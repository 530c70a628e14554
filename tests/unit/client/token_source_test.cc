#include "client/token_source.h"

#include <atomic>
#include <new>
#include <thread>
#include <utility>

#include "client/fault.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

// Hands out tokens t1, t2, … that live a day.
struct Mint {
  std::atomic<int> fetched = 0;
  bool fails = false;
  Duration life = hours(24);

  TokenSource::Fetch fetch() {
    return [this](const Call& call) -> Result<Token> {
      const int n = ++fetched;
      if (fails) return Error{.code = Code::kUnavailable, .detail = "IAM is away."};
      return Token{.value = Secret("t" + std::to_string(n)),
                   .expires = call.clock.WallNow() + life};
    };
  }
};

std::string Value(const Result<TokenPtr>& token) {
  return token.ok() ? (*token)->value.Reveal() : token.error().detail;
}

TEST(TokenSource, FetchesOnceWhileTheTokenIsYoung) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  EXPECT_EQ(mint.fetched, 0);
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  bench.clock.Advance(hours(23) + minutes(29));
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
}

TEST(TokenSource, RenewsInTheLastHalfHour) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  (void)source.Get(bench.call);
  bench.clock.Advance(hours(23) + minutes(31));
  EXPECT_EQ(Value(source.Get(bench.call)), "t2");
}

TEST(TokenSource, RenewsAShortLifeInItsLastQuarter) {
  Bench bench;
  Mint mint;
  mint.life = minutes(15);
  TokenSource source(mint.fetch());
  (void)source.Get(bench.call);
  bench.clock.Advance(minutes(11));
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  bench.clock.Advance(minutes(1));
  EXPECT_EQ(Value(source.Get(bench.call)), "t2");
}

TEST(TokenSource, ARenewalThatBringsTheSameEndIsNotRepeatedAtOnce) {
  Bench bench;
  int fetched = 0;
  TokenSource source([&, end = bench.clock.WallNow() + hours(1)](const Call&) -> Result<Token> {
    ++fetched;
    return Token{.value = Secret("t"), .expires = end};
  });
  (void)source.Get(bench.call);
  bench.clock.Advance(minutes(46));
  EXPECT_EQ(Value(source.Get(bench.call)), "t");
  EXPECT_EQ(Value(source.Get(bench.call)), "t");
  EXPECT_EQ(fetched, 2);
}

TEST(TokenSource, AnEndedTokenIsNotHandedOutWhenItsRenewalFails) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  (void)source.Get(bench.call);
  bench.clock.Advance(hours(24));
  mint.fails = true;
  EXPECT_EQ(Value(source.Get(bench.call)), "IAM is away.");
  EXPECT_EQ(Value(source.Get(bench.call)), "IAM is away.");
  EXPECT_EQ(mint.fetched, 3);
}

TEST(TokenSource, AFailedEarlyRenewalKeepsTheOldTokenForAMinute) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  (void)source.Get(bench.call);
  bench.clock.Advance(hours(23) + minutes(31));
  mint.fails = true;
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  EXPECT_EQ(mint.fetched, 2);
  mint.fails = false;
  bench.clock.Advance(minutes(2));
  EXPECT_EQ(Value(source.Get(bench.call)), "t3");
}

TEST(TokenSource, AFailedFetchIsTheErrorAndNothingWasExecuted) {
  Bench bench;
  TokenSource source([](const Call&) -> Result<Token> {
    return Error{.code = Code::kNotFound,
                 .summary = "Asking failed",
                 .detail = "no such project",
                 .maybe_executed = true};
  });
  const Error expected = {
      .code = Code::kInvalid, .summary = "Asking failed", .detail = "no such project"};
  EXPECT_EQ(source.Get(bench.call).error(), expected);
}

TEST(TokenSource, ARefusedTokenIsReplacedOnce) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  const TokenPtr first = *source.Get(bench.call);
  EXPECT_TRUE(source.Refused(first, "ecs"));
  EXPECT_EQ(Value(source.Get(bench.call)), "t2");
  EXPECT_TRUE(source.Refused(first, "ecs"));
  EXPECT_EQ(Value(source.Get(bench.call)), "t2");
}

TEST(TokenSource, ManyThreadsFetchOnce) {
  Bench bench;
  Mint mint;
  TokenSource source(mint.fetch());
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { right += Value(source.Get(bench.call)) == "t1" ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(mint.fetched, 1);
  EXPECT_EQ(right, 16);
}

TEST(TokenSource, WhileOneRenewsTheOthersUseTheOldToken) {
  Bench bench;
  absl::Mutex mu;
  bool renewing = false;
  bool go_on = false;
  int fetched = 0;
  TokenSource source([&](const Call& call) -> Result<Token> {
    absl::MutexLock lock(&mu);
    if (++fetched == 2) {
      renewing = true;
      mu.Await(absl::Condition(&go_on));
    }
    return Token{.value = Secret("t" + std::to_string(fetched)),
                 .expires = call.clock.WallNow() + hours(24)};
  });
  (void)source.Get(bench.call);
  bench.clock.Advance(hours(23) + minutes(40));
  std::string renewed;
  std::thread leader([&] { renewed = Value(source.Get(bench.call)); });
  {
    absl::MutexLock lock(&mu);
    mu.Await(absl::Condition(&renewing));
  }
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  {
    absl::MutexLock lock(&mu);
    go_on = true;
  }
  leader.join();
  EXPECT_EQ(renewed, "t2");
}

TEST(TokenSource, ARenewalThatCrashesIsTriedAgain) {
  Bench bench;
  Mint mint;
  bool crashes = false;
  TokenSource source([&, fetch = mint.fetch()](const Call& call) {
    if (std::exchange(crashes, false)) throw std::bad_alloc();
    return fetch(call);
  });
  EXPECT_EQ(Value(source.Get(bench.call)), "t1");
  bench.clock.Advance(hours(23) + minutes(31));
  crashes = true;
  EXPECT_THROW((void)source.Get(bench.call), std::bad_alloc);
  EXPECT_EQ(Value(source.Get(bench.call)), "t2");
}

TEST(TokenSource, AWaitingThreadHearsItsOwnCancel) {
  Bench bench;
  absl::Mutex mu;
  bool fetching = false;
  bool go_on = false;
  TokenSource source([&](const Call&) -> Result<Token> {
    absl::MutexLock lock(&mu);
    fetching = true;
    mu.Await(absl::Condition(&go_on));
    return Token{.value = Secret("t")};
  });
  std::thread leader([&] { (void)source.Get(bench.call); });
  {
    absl::MutexLock lock(&mu);
    mu.Await(absl::Condition(&fetching));
  }
  Cancel cancel;
  const Call other = bench.call.Instead(bench.call.deadline, cancel);
  std::thread canceller([&] { cancel.Set(); });
  EXPECT_EQ(source.Get(other).error().code, Code::kCancelled);
  canceller.join();
  {
    absl::MutexLock lock(&mu);
    go_on = true;
  }
  leader.join();
}

const char kTokenBody[] = R"({"token":{"expires_at":"2024-05-02T08:30:00.000000Z",
  "project":{"id":"p9","name":"region-1"},
  "catalog":[{"type":"ecs","endpoints":[
    {"interface":"admin","region_id":"region-1","url":"https://admin/v1/p9"},
    {"interface":"public","region_id":"region-1","url":"https://ecs.x/v1/p9"}]}]}})";

Result<Token> LoginWith(const Settings& settings, Canned& iam) {
  Bench bench;
  return LoginFrom(settings, Chain({Interpret()}, iam.send()))(bench.call);
}

TEST(Login, SendsNameAndPasswordScopedToTheProject) {
  Canned iam({Answer(201, kTokenBody, {{"X-Subject-Token", "secret-token"}})});
  const auto token = LoginWith({.auth_url = "https://iam.region-1.example.com/v3/",
                                .region = "region-1",
                                .domain_name = "acme",
                                .user_name = "alice",
                                .password = Secret("pw")},
                               iam);
  const Request sent = iam.requests().front();
  EXPECT_EQ(sent.url, "https://iam.region-1.example.com/v3/auth/tokens");
  EXPECT_EQ(Json::parse(sent.body), Json::parse(R"({"auth":{"identity":{"methods":["password"],
      "password":{"user":{"name":"alice","password":"pw","domain":{"name":"acme"}}}},
      "scope":{"project":{"name":"region-1","domain":{"name":"acme"}}}}})"));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->value.Reveal(), "secret-token");
  EXPECT_EQ(token->project_id, "p9");
  EXPECT_EQ(token->expires, WallTime(std::chrono::seconds(1714552200 + 24 * 3600)));
  EXPECT_EQ(token->catalogue, (Catalogue{{"ecs", "region-1", "https://ecs.x/v1/p9"}}));
}

TEST(Login, ATokenMayEndAtAnyTimeOfTheCalendar) {
  const auto seconds = [](std::int64_t since_1970) {
    return WallTime(std::chrono::seconds(since_1970));
  };
  const std::pair<const char*, WallTime> cases[] = {
      {"2024-05-02T08:30:00.5Z", seconds(1714638600) + std::chrono::milliseconds(500)},
      {"0001-01-01T00:00:00Z", seconds(0)},
      {"infinite-past", seconds(0)},
      {"9999-12-31T23:59:59Z", seconds(7258118400)},  // 2200
      {"infinite-future", seconds(7258118400)},
      {"soon", seconds(1714552200) + hours(24)},
      {"", seconds(1714552200) + hours(24)},
  };
  for (const auto& [text, expires] : cases) {
    const Json body = {{"token", {{"expires_at", text}}}};
    Canned iam({Answer(201, body.dump(), {{"X-Subject-Token", "t"}})});
    Bench bench;
    TokenSource source(LoginFrom({.auth_url = "https://i", .password = Secret("x")},
                                 Chain({Interpret()}, iam.send())));
    const auto token = source.Get(bench.call);
    ASSERT_TRUE(token.ok()) << text;
    EXPECT_EQ((*token)->expires, expires) << text;
    EXPECT_TRUE(source.Get(bench.call).ok()) << text;  // looks whether it has ended
  }
}

TEST(Login, PrefersIdsToNames) {
  Canned iam({Answer(201, kTokenBody, {{"X-Subject-Token", "t"}})});
  (void)LoginWith({.auth_url = "https://iam.x.y.z",
                   .region = "r",
                   .project_id = "p1",
                   .domain_id = "d1",
                   .user_name = "alice",
                   .user_id = "u1",
                   .password = Secret("pw")},
                  iam);
  EXPECT_EQ(Json::parse(iam.requests().front().body),
            Json::parse(R"({"auth":{"identity":{"methods":["password"],
      "password":{"user":{"id":"u1","password":"pw"}}},"scope":{"project":{"id":"p1"}}}})"));
}

TEST(Login, LooksForTheUserInItsOwnAccountAndForTheProjectInItsOwn) {
  Canned iam({Answer(201, kTokenBody, {{"X-Subject-Token", "t"}})});
  (void)LoginWith({.auth_url = "https://iam.x.y.z",
                   .project_name = "p",
                   .domain_name = "users",
                   .project_domain_id = "d2",
                   .user_name = "alice",
                   .password = Secret("pw")},
                  iam);
  EXPECT_EQ(Json::parse(iam.requests().front().body),
            Json::parse(R"({"auth":{"identity":{"methods":["password"],
      "password":{"user":{"name":"alice","password":"pw","domain":{"name":"users"}}}},
      "scope":{"project":{"name":"p","domain":{"id":"d2"}}}}})"));
}

TEST(Login, ARefusedPasswordThatEndsWithABlankIsToldToDoSo) {
  const auto hint = [](const char* password) {
    Canned iam({Answer(401, R"({"error_code":"IAM.0062","error_msg":"m"})")});
    return LoginWith({.auth_url = "https://i", .password = Secret(password)}, iam).error().hint;
  };
  EXPECT_THAT(hint("secret "), HasSubstr("The password begins or ends with a blank"));
  EXPECT_THAT(hint("secret"), Not(HasSubstr("blank")));
}

TEST(Login, AnUnknownProjectNamesTheArgumentsToCheck) {
  Canned iam({Answer(404, R"({"error":{"code":404,"message":"Could not find project: x"}})")});
  EXPECT_EQ(LoginWith({.auth_url = "https://i", .password = Secret("x")}, iam).error().hint,
            "Check auth_url (OS_AUTH_URL), region (OS_REGION_NAME), project_name (OS_PROJECT_NAME) "
            "or project_id "
            "(OS_PROJECT_ID), and domain_name (OS_DOMAIN_NAME).");
}

TEST(Login, AnAnswerWithoutATokenIsUnavailable) {
  Canned iam({Answer(201, kTokenBody)});
  EXPECT_EQ(LoginWith({.auth_url = "https://i", .password = Secret("x")}, iam).error().code,
            Code::kUnavailable);
}

TEST(Login, AGivenTokenIsAskedWhatItIsGoodFor) {
  Canned iam({Answer(200, kTokenBody)});
  const auto token = LoginWith({.auth_url = "https://iam.test/v3", .token = Secret("mine")}, iam);
  const Request sent = iam.requests().front();
  EXPECT_EQ(sent.method, "GET");
  EXPECT_EQ(sent.headers.Get("X-Subject-Token"), "mine");
  EXPECT_EQ(sent.headers.Get("X-Auth-Token"), "mine");
  EXPECT_EQ(token->value.Reveal(), "mine");
  EXPECT_EQ(token->project_id, "p9");
}

TEST(Login, AGivenTokenThatEndedIsDeniedAndNotMissing) {
  Canned iam({Answer(404, R"({"error_code":"IAM.0004","error_msg":"m"})")});
  const auto token = LoginWith({.auth_url = "https://iam.test/v3", .token = Secret("old")}, iam);
  EXPECT_EQ(token.error().code, Code::kDenied);
}

}  // namespace
}  // namespace ecs::client
