#include "client/wait.h"

#include "client/job.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

// Looks return 1, 2, 3, …; `errors` are returned before.
struct Counter {
  std::vector<Error> errors = {};
  int looks = 0;

  std::function<Result<int>()> look() {
    return [this]() -> Result<int> {
      const auto n = static_cast<std::size_t>(looks++);
      if (n < errors.size()) return errors[n];
      return static_cast<int>(n) + 1;
    };
  }
};

std::function<Verdict(const int&)> DoneAt(int n) {
  return [n](const int& seen) { return seen >= n ? Verdict::Done() : Verdict::Wait(); };
}
const std::function<std::string(const int&)> kDescribe = [](const int& seen) {
  return "number " + std::to_string(seen);
};
constexpr Pace kPace = {.first = seconds(2), .factor = 1.5, .max = seconds(5)};

TEST(WaitUntil, WaitsLongerEachTimeUpToTheMaximum) {
  Bench bench;
  Counter counter;
  EXPECT_EQ(*WaitUntil<int>(bench.call, kPace, counter.look(), DoneAt(5), kDescribe), 5);
  EXPECT_THAT(bench.clock.slept(),
              ElementsAre(seconds(2), seconds(3), milliseconds(4500), seconds(5), seconds(5)));
}

TEST(WaitUntil, ATransientErrorOfOneLookDoesNotEndTheWait) {
  Bench bench;
  Counter counter = {.errors = {{.code = Code::kUnavailable}, {.code = Code::kUnavailable}}};
  EXPECT_TRUE(WaitUntil<int>(bench.call, kPace, counter.look(), DoneAt(3), kDescribe).ok());
}

TEST(WaitUntil, AnotherErrorEndsTheWait) {
  Bench bench;
  Counter counter = {.errors = {{.code = Code::kDenied}}};
  EXPECT_EQ(WaitUntil<int>(bench.call, kPace, counter.look(), DoneAt(3), kDescribe).error().code,
            Code::kDenied);
}

TEST(WaitUntil, TheDeadlineSaysWhatWasSeenLast) {
  Bench bench;
  Counter counter;
  const auto result = WaitUntil<int>(bench.call.Until(TimePoint(seconds(6))), kPace, counter.look(),
                                     DoneAt(99), kDescribe);
  const Error expected = {.code = Code::kTimeout,
                          .summary = "The time ran out while waiting",
                          .detail = "The time ran out. Last seen: number 2."};
  EXPECT_EQ(result.error(), expected);
}

TEST(WaitUntil, CancelEndsTheWait) {
  Bench bench;
  bench.cancel.Set();
  Counter counter;
  EXPECT_EQ(WaitUntil<int>(bench.call, kPace, counter.look(), DoneAt(1), kDescribe).error().code,
            Code::kCancelled);
  EXPECT_EQ(counter.looks, 0);
}

TEST(WaitUntil, AFailedVerdictIsTheError) {
  Bench bench;
  Counter counter;
  const std::function<Verdict(const int&)> fail = [](const int&) {
    return Verdict::Failed({.code = Code::kCloudFailed, .detail = "broken"});
  };
  EXPECT_EQ(WaitUntil<int>(bench.call, kPace, counter.look(), fail, kDescribe).error().detail,
            "broken");
}

TEST(WatchUntil, ReturnsNothingWhenItIsWokenAndTheNextOneGoesOn) {
  Bench bench;
  Counter counter;
  const TimePoint wake(seconds(6));
  const auto first = WatchUntil<int>(bench.call, wake, kPace, counter.look(), DoneAt(3), kDescribe);
  EXPECT_EQ(*first, std::nullopt);
  EXPECT_EQ(counter.looks, 2);
  const auto second =
      WatchUntil<int>(bench.call, wake, kPace, counter.look(), DoneAt(3), kDescribe);
  EXPECT_EQ(*second, 3);
}

TEST(WatchUntil, DoesNotCutALookThatTakesLongerThanTheWake) {
  Bench bench;
  Counter counter;
  const std::function<Result<int>()> slow = [&, look = counter.look()]() -> Result<int> {
    bench.clock.Advance(seconds(11));
    return look();
  };
  const auto seen =
      WatchUntil<int>(bench.call, TimePoint(seconds(2)), kPace, slow, DoneAt(1), kDescribe);
  EXPECT_EQ(*seen, 1);
}

TEST(WatchUntil, TheDeadlineIsAnErrorAlsoWhereTheWakeIsPast) {
  Bench bench;
  Counter counter;
  const auto seen = WatchUntil<int>(bench.call.Until(TimePoint(seconds(1))), TimePoint(seconds(0)),
                                    kPace, counter.look(), DoneAt(1), kDescribe);
  EXPECT_EQ(seen.error().code, Code::kTimeout);
  EXPECT_EQ(counter.looks, 0);
}

const char kParent[] = R"({"job_id":"j1","job_type":"createServer","status":"FAIL",
  "begin_time":"2024-05-01T08:30:00.120Z","end_time":"",
  "error_code":"Common.0021","fail_reason":null,
  "entities":{"sub_jobs_total":2,"sub_jobs":[
    {"job_id":"j2","job_type":"createSingleServer","status":"SUCCESS","error_code":null,
     "entities":{"server_id":"s1"}},
    {"job_id":"j3","job_type":"createSingleServer","status":"FAIL","error_code":"Ecs.0204",
     "fail_reason":"Task-fail: x",
     "entities":{"server_id":"s2","errorcode_message":
       "{\"forbidden\": {\"code\": 403, \"message\": \"Quota exceeded for instances\"}}"}}]}})";

TEST(Job, AParentIsParsedWithItsParts) {
  const Job expected = {
      .id = "j1",
      .type = "createServer",
      .status = "FAIL",
      .begin_time = "2024-05-01T08:30:00.120Z",
      .error_code = "Common.0021",
      .sub_jobs = {
          {.id = "j2", .type = "createSingleServer", .status = "SUCCESS", .server_id = "s1"},
          {.id = "j3",
           .type = "createSingleServer",
           .status = "FAIL",
           .error_code = "Ecs.0204",
           .reason = "Quota exceeded for instances",
           .server_id = "s2"}}};
  const Job job = ParseJob(Json::parse(kParent));
  EXPECT_EQ(job, expected);
  EXPECT_THAT(ServerIds(job), ElementsAre("s1", "s2"));
  EXPECT_THAT(Failures(job),
              ElementsAre(JobFailure{"s2", "Ecs.0204", "Quota exceeded for instances"}));
}

TEST(Job, AFlatJobIsParsedTheSameWay) {
  const Job job = ParseJob(Json::parse(
      R"({"job_id":"j","status":"SUCCESS","end_time":null,"entities":{"server_id":"s"}})"));
  const Job expected = {.id = "j", .status = "SUCCESS", .server_id = "s"};
  EXPECT_EQ(job, expected);
  EXPECT_EQ(ParseJob(Json::parse(R"({"status":"INIT","entities":null})")).status, "INIT");
  EXPECT_EQ(ParseJob(Json::parse("[]")).status, "");
}

TEST(Job, OnlySuccessAndFailEndIt) {
  const std::pair<const char*, Verdict::Kind> cases[] = {
      {"SUCCESS", Verdict::kDone}, {"FAIL", Verdict::kFailed},          {"INIT", Verdict::kWait},
      {"RUNNING", Verdict::kWait}, {"PENDING_PAYMENT", Verdict::kWait}, {"", Verdict::kWait}};
  for (const auto& [status, expected] : cases) {
    EXPECT_EQ(Judge(Job{.status = status}).kind, expected) << status;
  }
}

TEST(Job, TheErrorNamesEachServerAndItsReason) {
  const Error expected = {
      .code = Code::kExhausted,
      .summary = "The cloud's job failed",
      .detail =
          "The cloud accepted the work and then failed it.\n"
          "Server s2: Quota exceeded for instances (Ecs.0204)",
      .api =
          ApiFault{.code = "Ecs.0204", .message = "Quota exceeded for instances", .job_id = "j1"}};
  EXPECT_EQ(JobFailed(ParseJob(Json::parse(kParent))), expected);
}

TEST(Job, AFailureWithoutDetailsIsStillAnError) {
  const Error error = JobFailed(Job{.id = "j", .status = "FAIL", .error_code = "Ecs.0207"});
  EXPECT_EQ(error.code, Code::kCloudFailed);
  EXPECT_EQ(error.api->code, "Ecs.0207");
}

}  // namespace
}  // namespace ecs::client
