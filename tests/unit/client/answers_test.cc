// What is believed of an answer: which object it is about, what it lacks, and what a refusal
// proves.
#include "client/ecs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using testing::ElementsAre;

constexpr char kUnknown[] = R"({"error":{"code":"Ecs.0114","message":"m"}})";

struct Rig {
  explicit Rig(std::vector<Result<Response>> answers) : cloud(std::move(answers)) {}

  std::vector<std::string> Asked() {
    std::vector<std::string> asked;
    for (const Request& request : cloud.requests()) {
      asked.push_back(request.method + " " + request.url);
    }
    return asked;
  }

  Bench bench = {};
  Canned cloud;
  Ecs ecs{DirectSettings(), cloud.send(), Backoff{}};
};

TEST(Answers, WhatAnAnswerLacksIsToldFromWhatIsEmptyInIt) {
  EXPECT_EQ(ParseServer(Json{{"id", "s"}}).shown, Shown());
  const Server empty = ParseServer(Json::parse(R"({"id":"s","description":"","tags":[],
      "metadata":{},"addresses":{},"security_groups":[],
      "os-extended-volumes:volumes_attached":[]})"));
  EXPECT_EQ(empty.shown, (Shown{true, true, true, true, true, true}));
}

TEST(Answers, AnAnswerAboutAnotherServerIsNotBelievedAndAskedForAgain) {
  const Response other = Answer(200, R"({"server":{"id":"other","status":"ACTIVE"}})");
  Rig rig({other, other, Answer(200, R"({"server":{"id":"S1","status":"ACTIVE"}})")});
  EXPECT_EQ(rig.ecs.GetServer(rig.bench.call, "s1")->id, "S1");
  EXPECT_EQ(rig.cloud.requests().size(), 3u);
  Rig stubborn({other});
  const Error error = stubborn.ecs.GetServer(stubborn.bench.call, "s1").error();
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_THAT(error.detail,
              testing::StartsWith("The cloud was asked about s1 and answered with other."));
}

TEST(Answers, AnAnswerAboutAnotherJobOrPortIsNotBelieved) {
  Rig job({Answer(200, R"({"job_id":"other","status":"SUCCESS"})")});
  EXPECT_EQ(job.ecs.GetJob(job.bench.call, "j").error().code, Code::kUnavailable);
  Rig port({Answer(200, R"({"port":{"id":"other"}})")});
  EXPECT_EQ(port.ecs.GetPort(port.bench.call, "p").error().code, Code::kUnavailable);
}

// Found by the simulator, of automatic recovery.
TEST(Answers, OneFalseNotFoundIsAskedForAgain) {
  const Response lost = Answer(404, R"({"itemNotFound":{"code":404,"message":"m"}})");
  Rig recovery({lost, Answer(200, R"({"support_auto_recovery":"true"})")});
  EXPECT_EQ(*recovery.ecs.GetAutoRecovery(recovery.bench.call, "s"), true);
  Rig volume({lost, Answer(200, R"({"volumes":[{"id":"v","size":40}],"count":1})")});
  EXPECT_EQ(volume.ecs.GetVolume(volume.bench.call, "v")->size_gb, 40);
  Rig port({lost, Answer(200, R"({"port":{"id":"p","mac_address":"m"}})")});
  EXPECT_EQ(port.ecs.GetPort(port.bench.call, "p")->mac, "m");
  Rig ports({lost, Answer(200, R"({"ports":[{"id":"p"}]})")});
  EXPECT_EQ(ports.ecs.ListPorts(ports.bench.call, "s")->size(), 1u);
  Rig gone({lost});
  EXPECT_EQ(gone.ecs.GetPort(gone.bench.call, "p").error().code, Code::kNotFound);
}

TEST(Answers, AnEmptyIdIsNoServer) {
  Rig rig({Answer(200, R"({"job_id":"j","serverIds":["",null]})")});
  const auto created = rig.ecs.CreateServers(rig.bench.call, Json::object(), "");
  EXPECT_EQ(created->job_id, "j");
  EXPECT_THAT(created->server_ids, testing::IsEmpty());
}

TEST(Answers, AKeyThatIsSaidToBeUnknownIsGoneOnlyIfTheServerShowsIt) {
  const Response unknown = Answer(404, R"({"itemNotFound":{"code":404,"message":"m"}})");
  const struct {
    Response server = {};
    bool ok = false;
  } cases[] = {
      {Answer(200, R"({"server":{"id":"s","metadata":{"other":"1"}}})"), true},
      {Answer(200, R"({"server":{"id":"s","metadata":{"k":"1"}}})"), false},
      {Answer(200, R"({"server":{"id":"s"}})"), false},
      {Answer(404, kUnknown), false},
  };
  for (const auto& test : cases) {
    Rig rig({unknown, test.server});
    EXPECT_EQ(rig.ecs.DeleteMetadata(rig.bench.call, "s", "k").ok(), test.ok) << test.server.body;
  }
}

std::string ManyRows(const char* name, int first, int size) {
  Json rows = Json::array();
  for (int i = first; i < first + size; ++i) rows.push_back({{"id", std::to_string(i)}});
  return Json{{name, rows}}.dump();
}

TEST(Answers, ListsOfVolumesAndPortsFollowTheirPages) {
  Rig volumes(
      {Answer(200, ManyRows("volumes", 0, 1000)), Answer(200, ManyRows("volumes", 999, 9))});
  EXPECT_EQ(volumes.ecs.ListVolumes(volumes.bench.call)->size(), 1008u);
  EXPECT_THAT(volumes.Asked(),
              ElementsAre("GET http://evs.test/v2/p1/cloudvolumes/detail?limit=1000&offset=0",
                          "GET http://evs.test/v2/p1/cloudvolumes/detail?limit=1000&offset=1000"));
  Rig ports({Answer(200, ManyRows("ports", 0, 2000)), Answer(200, ManyRows("ports", 2000, 1))});
  EXPECT_EQ(ports.ecs.ListPorts(ports.bench.call)->size(), 2001u);
  EXPECT_THAT(ports.Asked(), ElementsAre("GET http://vpc.test/v2.0/ports?limit=2000",
                                         "GET http://vpc.test/v2.0/ports?limit=2000&marker=1999"));
}

TEST(Answers, AListThatRepeatsAPageIsAnErrorAndNoEndlessOne) {
  Rig volumes({Answer(200, ManyRows("volumes", 0, 1000))});
  EXPECT_EQ(volumes.ecs.ListVolumes(volumes.bench.call).error().code, Code::kCloudFailed);
  EXPECT_EQ(volumes.cloud.requests().size(), 2u);
  Rig ports({Answer(200, ManyRows("ports", 0, 2000))});
  EXPECT_EQ(ports.ecs.ListPorts(ports.bench.call).error().code, Code::kCloudFailed);
  EXPECT_EQ(ports.cloud.requests().size(), 2u);
}

}  // namespace
}  // namespace ecs::client
