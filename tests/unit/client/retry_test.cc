#include "client/retry.h"

#include "client/fault.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Error NotSent() { return {.code = Code::kUnavailable, .detail = "Could not connect."}; }
Error Lost() {
  return {.code = Code::kUnavailable, .detail = "No whole answer.", .maybe_executed = true};
}

struct Outcome {
  Result<Response> result;
  std::size_t tries = 0;
  std::vector<Duration> slept = {};
};

Outcome TryWith(std::vector<Result<Response>> answers, Repeat repeat, Backoff backoff = {},
                seconds deadline = seconds(3600), double fraction = 1.0) {
  Bench bench;
  Canned cloud(std::move(answers));
  const Send send = Chain({Retrying(backoff), Interpret()}, cloud.send());
  Request request = {.method = "POST", .operation = "POST /x", .repeat = repeat};
  FixedRandom random(fraction);
  const Call call{bench.clock, TimePoint(deadline), bench.cancel, bench.log, random};
  Result<Response> result = send(call, request);
  return {result, cloud.requests().size(), bench.clock.slept()};
}

const char kFlow[] = R"({"error":{"code":"Common.0024","message":"slow down"}})";
const char kBusy[] = R"({"error":{"code":"Ecs.0603","message":"busy"}})";
const char kTimeout[] = R"({"error":{"code":"Ecs.1002","message":"time-out"}})";
const char kImage[] = R"({"error":{"code":"Ecs.0031","message":"no such image"}})";

TEST(Retry, TheTableDecidesWhatIsRepeated) {
  struct Case {
    const char* name = "";
    Result<Response> answer = Response{};
    std::size_t tries_always = 0;
    std::size_t tries_only_if_not_sent = 0;
  };
  const Case cases[] = {
      {"not connected", NotSent(), 2, 2},
      {"answer lost", Lost(), 2, 1},
      {"429", Answer(429), 2, 2},
      {"202 with flow control", Answer(202, kFlow), 2, 2},
      {"503 with flow control", Answer(503, R"({"error":{"code":"Common.1503","message":"m"}})"), 2,
       2},
      {"503", Answer(503), 2, 1},
      {"502", Answer(502, "<html>"), 2, 1},
      {"504", Answer(504), 2, 1},
      {"500", Answer(500), 2, 1},
      {"busy", Answer(501, kBusy), 2, 2},
      {"time-out within", Answer(400, kTimeout), 2, 1},
      {"unknown image", Answer(400, kImage), 1, 1},
      {"401", Answer(401), 1, 1},
      {"403", Answer(403), 1, 1},
      {"404", Answer(404), 1, 1},
      {"409", Answer(409), 1, 1},
      {"501", Answer(501), 1, 1},
      {"not JSON", Answer(200, "oops"), 2, 1},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(TryWith({c.answer, Answer(200, "{}")}, Repeat::kAlways).tries, c.tries_always)
        << c.name;
    EXPECT_EQ(TryWith({c.answer, Answer(200, "{}")}, Repeat::kOnlyIfNotSent).tries,
              c.tries_only_if_not_sent)
        << c.name;
  }
}

TEST(Retry, WaitsTwiceAsLongEachTimeUpToTheCapAndThenGivesUp) {
  Backoff backoff;
  backoff.max_retries = 7;
  const Outcome outcome = TryWith({Answer(503)}, Repeat::kAlways, backoff);
  EXPECT_THAT(outcome.slept, ElementsAre(seconds(1), seconds(2), seconds(4), seconds(8),
                                         seconds(16), seconds(30), seconds(30)));
  ASSERT_FALSE(outcome.result.ok());
  EXPECT_THAT(outcome.result.error().detail, HasSubstr("Gave up after 8 tries."));
  EXPECT_TRUE(outcome.result.error().maybe_executed);
}

TEST(Retry, JitterTakesAShareOfThePause) {
  EXPECT_THAT(TryWith({Answer(503), Answer(503), Answer(200, "{}")}, Repeat::kAlways, {},
                      seconds(3600), 0.25)
                  .slept,
              ElementsAre(std::chrono::milliseconds(250), std::chrono::milliseconds(500)));
}

TEST(Retry, AFaultThatCanBeLastingIsRepeatedTwiceOnly) {
  EXPECT_EQ(TryWith({Answer(500)}, Repeat::kAlways).tries, 3u);
}

TEST(Retry, ABusyServerIsAskedAgainForAboutAMinute) {
  const Outcome outcome = TryWith({Answer(501, kBusy)}, Repeat::kOnlyIfNotSent);
  Duration sum = Duration::zero();
  for (const Duration pause : outcome.slept) sum += pause;
  EXPECT_GE(sum, std::chrono::minutes(1));
  EXPECT_EQ(outcome.result.error().code, Code::kConflict);
  EXPECT_EQ(outcome.result.error().api->message, "busy");
}

TEST(Retry, HonoursRetryAfterInSecondsAndAsADate) {
  EXPECT_THAT(TryWith({Answer(429, "", {{"Retry-After", "17"}}),
                       Answer(429, "", {{"Retry-After", "Wed, 01 May 2024 08:31:00 GMT"}}),
                       Answer(200, "{}")},
                      Repeat::kAlways, {}, seconds(3600), 0.0)
                  .slept,
              ElementsAre(seconds(17), seconds(43)));
}

TEST(Retry, SenselessRetryAfterIsIgnored) {
  const WallTime now{};
  EXPECT_EQ(RetryAfter({{"Retry-After", "soon"}}, now), std::nullopt);
  EXPECT_EQ(RetryAfter({{"Retry-After", "-5"}}, now), std::nullopt);
  EXPECT_EQ(RetryAfter({}, now), std::nullopt);
  EXPECT_EQ(RetryAfter({{"Retry-After", "99999999999"}}, now), std::chrono::hours(24));
}

TEST(Retry, GivesUpAtOnceWhenTheDeadlineComesFirst) {
  const Outcome outcome =
      TryWith({Answer(429, "", {{"Retry-After", "100"}})}, Repeat::kAlways, Backoff{}, seconds(60));
  EXPECT_THAT(outcome.slept, IsEmpty());
  EXPECT_THAT(outcome.result.error().detail, HasSubstr("there was no time left to try again."));
}

TEST(Retry, AnAmbiguousFailureOfACreateSaysThatItWasNotRepeated) {
  const Outcome outcome = TryWith({Lost()}, Repeat::kOnlyIfNotSent);
  EXPECT_THAT(outcome.result.error().detail,
              HasSubstr("It was not sent again, because it may have been executed"));
  EXPECT_TRUE(outcome.result.error().maybe_executed);
}

TEST(Retry, ARefusalOfACreateIsToldAtOnceWhateverItsCode) {
  for (const char* code : {"Ecs.0301", "Ecs.0302", "Ecs.0303", "Ecs.0304", "Ecs.0306", "Ecs.0307",
                           "Ecs.0308", "Ecs.0309", "Ecs.0310", "Ecs.0311", "Ecs.0313", "Ecs.0315",
                           "Ecs.0320", "Ecs.0321", "Ecs.0322", "Ecs.0323"}) {
    const Response refusal =
        Answer(400, Json{{"error", {{"code", code}, {"message", "query failed"}}}}.dump());
    const Outcome create = TryWith({refusal}, Repeat::kOnlyIfNotSent);
    EXPECT_EQ(create.tries, 1u) << code;
    EXPECT_FALSE(create.result.error().maybe_executed) << code;
    EXPECT_EQ(create.result.error().detail, "The cloud refused the request.") << code;
    EXPECT_EQ(TryWith({refusal}, Repeat::kAlways).tries, 3u) << code;
  }
}

TEST(Retry, APermanentRefusalKeepsTheCloudsWords) {
  const Error error = TryWith({Answer(400, kImage)}, Repeat::kAlways).result.error();
  const Error expected = {.code = Code::kInvalid,
                          .summary = "POST /x failed",
                          .detail = "The cloud refused the request.",
                          .api = ApiFault{.http_status = 400,
                                          .code = "Ecs.0031",
                                          .message = "no such image",
                                          .operation = "POST /x"},
                          .hint = "The data source ecs_images lists the images of this region."};
  EXPECT_EQ(error, expected);
}

TEST(Retry, CancelEndsThePause) {
  Bench bench;
  const Send failing = [&](const Call&, Request&) -> Result<Response> {
    bench.cancel.Set();
    return NotSent();
  };
  const Send send = Chain({Retrying(Backoff{})}, failing);
  Request request = {.operation = "GET /x"};
  const auto result = send(bench.call, request);
  EXPECT_EQ(result.error().code, Code::kCancelled);
  EXPECT_THAT(result.error().detail, HasSubstr("Could not connect."));
}

TEST(Retry, NoRetriesMeansOneTry) {
  Backoff backoff;
  backoff.max_retries = 0;
  EXPECT_EQ(TryWith({Answer(503)}, Repeat::kAlways, backoff).tries, 1u);
}

}  // namespace
}  // namespace ecs::client
