#include "tests/emulator/cloud/faults.h"
#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParseFault, TextSaysOperationKindCountAndMembers) {
  const char* lines[] = {
      "CreateServers:lost",
      "CreateServers:lost:3",
      "GetJob:refuse:2:status=503:code=Common.1503:message=slow down",
      "*:throttle:always:retry_after=7",
      "ecs.*:slow:1:delay=250ms",
      "RebootServers:fail:1:server=web-01:skip=2",
      "ResizeServer:rollback",
      "CreateServers:without:1:member=serverIds",
  };
  for (const char* line : lines) EXPECT_TRUE(ParseFault(line).ok()) << line;
  const auto fault = ParseFault(lines[2]);
  EXPECT_EQ(FaultToJson(*fault), Json({{"id", 0},
                                       {"operation", "GetJob"},
                                       {"kind", "refuse"},
                                       {"count", 2},
                                       {"seen", 0},
                                       {"status", 503},
                                       {"code", "Common.1503"},
                                       {"message", "slow down"}}));
}

TEST(ParseFault, OtherTextIsRefused) {
  for (const char* line : {"", "CreateServers", ":lost", "A:explode", "A:lost:x", "A:lost:1:no=1",
                           "A:slow:1:delay=soon", "A:refuse:1:status=x"}) {
    EXPECT_FALSE(ParseFault(line).ok()) << line;
  }
}

class FaultTest : public CloudTest {
 protected:
  void Plan(const std::string& text) { ASSERT_TRUE(cloud_.AddFault(text).ok()) << text; }
};

TEST_F(FaultTest, ExchangesAreRefusedOneByOne) {
  Plan("ListServers:refuse:2:status=503:code=Common.1503");
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), "503 Common.1503");
  EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), "503 Common.1503");
  EXPECT_EQ(Get("P/cloudservers/detail").status, 200);
}

TEST_F(FaultTest, EachKindHasItsAnswer) {
  struct Case {
    const char* plan;
    const char* expected;
  };
  const Case cases[] = {
      {"ListServers:refuse", "500 Common.0001"},
      {"ListServers:refuse:1:status=400:code=Ecs.0301", "400 Ecs.0301"},
      {"ListServers:refuse:1:status=401:code=APIGW.0307", "401 APIGW.0307"},
      {"ListServers:throttle", "429 APIGW.0308"},
      {"ListServers:unavailable", "503"},
      {"ListServers:unavailable:1:status=504", "504"},
      {"ListServers:html", "502"},
      {"ListServers:malformed", "200"},
  };
  for (const Case& c : cases) {
    Plan(c.plan);
    EXPECT_EQ(CodeOf(Get("P/cloudservers/detail")), c.expected) << c.plan;
  }
  Plan("nova.*:refuse:1:status=503");
  EXPECT_EQ(CodeOf(Get("N/servers")), "503 serviceUnavailable");
  EXPECT_THAT(cloud_.FaultsNotSeen(), IsEmpty());
}

TEST_F(FaultTest, AThrottleMayNameThePause) {
  Plan("*:throttle:1:retry_after=7");
  EXPECT_EQ(Get("P/cloudservers/detail").Header("Retry-After"), "7");
  Plan("*:throttle:1");
  EXPECT_EQ(Get("P/cloudservers/detail").Header("Retry-After"), "");
}

TEST_F(FaultTest, AResetRequestIsNotExecutedALostReplyIs) {
  Plan("CreateServers:reset");
  EXPECT_EQ(Post("P/cloudservers", CreateBody()).wire, Wire::kDropped);
  clock_.Advance(seconds(10));
  EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["count"], 0);
  Plan("CreateServers:lost");
  EXPECT_EQ(Post("P/cloudservers", CreateBody()).wire, Wire::kDropped);
  clock_.Advance(seconds(10));
  EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["count"], 1);
}

TEST_F(FaultTest, ASlowAnswerIsDelayedAndATruncatedOneCut) {
  Plan("ShowLimits:slow:1:delay=250ms");
  EXPECT_EQ(Get("P/cloudservers/limits").delay, milliseconds(250));
  Plan("ShowLimits:truncated");
  EXPECT_EQ(Get("P/cloudservers/limits").wire, Wire::kTruncated);
}

TEST_F(FaultTest, AnAnswerMayLackAMemberAlthoughTheWorkIsDone) {
  Plan("CreateServers:without:1:member=serverIds");
  const Json answer = Post("P/cloudservers", CreateBody()).Parsed();
  EXPECT_TRUE(answer.contains("job_id"));
  EXPECT_FALSE(answer.contains("serverIds"));
  clock_.Advance(seconds(10));
  EXPECT_EQ(Get("P/cloudservers/detail").Parsed()["count"], 1);
}

TEST_F(FaultTest, AFaultMayWaitAndMayBeForOneServer) {
  const std::string a = MakeServer("a");
  const std::string b = MakeServer("b");
  Plan("ShowServer:refuse:1:skip=1:server=b");
  EXPECT_EQ(Get("P/cloudservers/" + b).status, 200);
  EXPECT_EQ(Get("P/cloudservers/" + a).status, 200);
  EXPECT_EQ(Get("P/cloudservers/" + b).status, 500);
}

TEST_F(FaultTest, WhatWasNotSeenIsTold) {
  Plan("CreateServers:lost:1");
  Plan("ListServers:refuse:2");
  Plan("ShowServer:slow:always");
  Get("P/cloudservers/detail");
  EXPECT_THAT(cloud_.FaultsNotSeen(),
              ElementsAre("CreateServers:lost", "ListServers:refuse", "ShowServer:slow"));
}

TEST_F(FaultTest, TheJournalTellsWhatHappened) {
  Plan("ListServers:reset");
  Get("P/cloudservers/detail?limit=1");
  Get("P/cloudservers/detail?limit=1");
  Get("/v9/nothing");
  const Json journal = Get("/_emulator/journal").Parsed();
  EXPECT_EQ(journal["counts"]["ecs.ListServers"], 2);
  EXPECT_EQ(journal["counts"]["iam.CreateToken"], 1);
  EXPECT_EQ(journal["unknown"], Json({{"GET /v9/nothing", 1}}));
  const Json& rows = journal["requests"];
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["operation"], "iam.CreateToken");
  EXPECT_FALSE(rows[0].contains("body"));
  EXPECT_EQ(rows[1]["status"], 0);
  EXPECT_EQ(rows[1]["fault"], "reset");
  EXPECT_EQ(rows[2]["status"], 200);
  EXPECT_EQ(cloud_.Count("ListServers"), 2);
  EXPECT_EQ(cloud_.Count("ecs.ListServers"), 2);
}

TEST_F(FaultTest, AnUnknownRouteIs501WithItsName) {
  const Response answer = Get("/v9/nothing?x=1");
  EXPECT_EQ(answer.status, 501);
  EXPECT_EQ(TextOf(answer.Parsed(), "error_msg"), "The emulator does not serve GET /v9/nothing");
}

class RateTest : public CloudTest {
 protected:
  RateTest() : CloudTest({.requests_per_second = 2, .retry_after_seconds = 3}) {}
};

TEST_F(RateTest, MoreRequestsThanTheRateAreThrottled) {
  EXPECT_EQ(Get("P/cloudservers/detail").status, 200);
  const Response answer = Get("P/cloudservers/detail");
  EXPECT_EQ(CodeOf(answer), "429 APIGW.0308");
  EXPECT_EQ(answer.Header("Retry-After"), "3");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(Get("P/cloudservers/detail").status, 200);
}

class ControlTest : public CloudTest {};

TEST_F(ControlTest, FaultsArePlannedAndSeenOverTheControlPath) {
  const Json plan = {{"faults", Json::array({"ListServers:refuse:1:status=503",
                                             {{"operation", "GetJob"}, {"kind", "lost"}}})}};
  EXPECT_EQ(Post("/_emulator/faults", plan).Parsed()["ids"], Json::array({1, 2}));
  EXPECT_EQ(Get("P/cloudservers/detail").status, 503);
  const Json faults = Get("/_emulator/faults").Parsed();
  EXPECT_EQ(faults["faults"][0]["seen"], 1);
  ASSERT_EQ(faults["not_seen"].size(), 1U);
  EXPECT_EQ(faults["not_seen"][0]["operation"], "GetJob");
  EXPECT_EQ(Post("/_emulator/faults", {{"operation", "A"}, {"kind", "explode"}}).status, 400);
  EXPECT_EQ(Delete("/_emulator/faults/2").status, 204);
  EXPECT_EQ(Delete("/_emulator/faults").status, 204);
  EXPECT_EQ(Get("/_emulator/faults").Parsed()["faults"], Json::array());
}

TEST_F(ControlTest, AServerIsChangedBehindItsUsersBack) {
  const std::string id = MakeServer();
  const auto change = [&](const Json& body) { return Post("/_emulator/servers/" + id, body); };
  EXPECT_EQ(change({{"status", "SHUTOFF"}}).status, 200);
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.medium.2");
  change({{"status", "ERROR"}});
  EXPECT_EQ(Show(id)["fault"]["code"], 500);
  change({{"status", "ACTIVE"}, {"flavor", "s3.large.2"}, {"auto_recovery", false}});
  EXPECT_EQ(State(id), "ACTIVE active - s3.large.2");
  EXPECT_EQ(Get("P/cloudservers/" + id + "/autorecovery").Parsed()["support_auto_recovery"],
            "false");
  change({{"vm_state", "odd"}});
  EXPECT_EQ(Show(id)["status"], "UNKNOWN");
  EXPECT_EQ(change({{"status", "FLYING"}}).status, 400);
  EXPECT_EQ(Delete("/_emulator/servers/" + id).status, 204);
  EXPECT_EQ(State(id), "404");
}

TEST_F(ControlTest, TokensAreRevokedAndOptionsChanged) {
  EXPECT_EQ(Post("/_emulator/tokens/revoke", Json::object()).Parsed()["revoked"], 1);
  EXPECT_EQ(Get("P/cloudservers/detail").status, 401);
  token_ = SignIn().Header("X-Subject-Token");
  EXPECT_EQ(Post("/_emulator/options", {{"durations", {{"resize", "9s"}}},
                                        {"capacity", {{"s3.large.2", 0}}},
                                        {"latency", "5ms"},
                                        {"autorecovery", false}})
                .status,
            204);
  EXPECT_EQ(Get("P/cloudservers/detail").delay, milliseconds(5));
  EXPECT_EQ(Post("/_emulator/options", {{"durations", {{"nap", "9s"}}}}).status, 400);
}

TEST_F(ControlTest, TheControlPathAnswersThisMachineOnly) {
  EXPECT_EQ(
      cloud_.Handle({.method = "GET", .target = "/_emulator/state", .from_loopback = false}).status,
      403);
}

}  // namespace
}  // namespace emulator
