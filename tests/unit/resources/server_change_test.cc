// Changes in place, each with the calls it costs.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kDefaultGroup[] = "30000000-0000-4000-8000-000000000001";
constexpr char kWebGroup[] = "30000000-0000-4000-8000-000000000002";

// Operation and body of each request that is no look.
std::vector<std::string> Sent(ServerRig& rig) {
  std::vector<std::string> sent;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (const emulator::JournalEntry& entry : cloud.journal.entries()) {
      if (entry.method != "GET") {
        sent.push_back(
            absl::StrCat(entry.operation, entry.body.is_null() ? "" : " " + entry.body.dump()));
      }
    }
  });
  return sent;
}

TEST(ChangeServer, EachChangeSendsTheDifferenceAndNothingElse) {
  const struct {
    const char* before = "";
    const char* after = "";
    std::vector<std::string> sent = {};
  } cases[] = {
      {"{}", R"({"name": "web-2"})", {R"(ecs.UpdateServer {"server":{"name":"web-2"}})"}},
      {"{}", R"({"description": "d"})", {R"(ecs.UpdateServer {"server":{"description":"d"}})"}},
      {R"({"description": "d"})", "{}", {R"(ecs.UpdateServer {"server":{"description":""}})"}},
      {"{}",
       R"({"name": "web-2", "description": "d"})",
       {R"(ecs.UpdateServer {"server":{"description":"d","name":"web-2"}})"}},
      {R"({"tags": {"a": "1", "b": "2"}})",
       R"({"tags": {"b": "3", "c": ""}})",
       {R"(ecs.ChangeTags {"action":"delete","tags":[{"key":"a"}]})",
        R"(ecs.ChangeTags {"action":"create","tags":[{"key":"b","value":"3"},)"
        R"({"key":"c","value":""}]})"}},
      {R"({"tags": {"a": "1"}})",
       "{}",
       {R"(ecs.ChangeTags {"action":"delete","tags":[{"key":"a"}]})"}},
      {R"({"metadata": {"a": "1", "b": "2"}})",
       R"({"metadata": {"b": "3"}})",
       {R"(ecs.UpdateMetadata {"metadata":{"b":"3"}})", "nova.DeleteMetadataItem"}},
      {"{}",
       R"({"auto_recovery": true})",
       {R"(ecs.SetAutoRecovery {"support_auto_recovery":"true"})"}},
      {R"({"auto_recovery": true})",
       R"({"auto_recovery": false})",
       {R"(ecs.SetAutoRecovery {"support_auto_recovery":"false"})"}},
      {R"({"auto_recovery": true})", "{}", {}},
      {"{}",
       R"({"system_disk": {"size_gb": 50}})",
       {R"(evs.ExtendVolume {"os-extend":{"new_size":50}})"}},
      {"{}", R"({"power_state": "SHUTOFF"})", {R"(nova.StopServer {"os-stop":{"type":"SOFT"}})"}},
      {R"({"power_state": "SHUTOFF"})",
       R"({"power_state": "ACTIVE"})",
       {R"(nova.StartServer {"os-start":{}})"}},
      {"{}", R"({"stop_before_destroy": true, "timeouts": {"create": "1h"}})", {}},
      {"{}", R"({"user_data": "#!/bin/sh\n"})", {}},
  };
  for (const auto& test : cases) {
    ServerRig rig;
    const Value state = rig.Make(test.before);
    const TestCloud::Applied done = rig.Change(state, test.after);
    EXPECT_FALSE(done.notes.has_errors()) << TextOf(done.notes);
    EXPECT_EQ(Sent(rig), test.sent) << test.before << " to " << test.after;
    EXPECT_EQ(rig.Plan(done.state, test.after).planned, done.state) << test.after;
  }
}

TEST(ChangeServer, GroupsAreAddedBeforeOthersAreRemoved) {
  ServerRig rig;
  const std::string nic = R"({"network_interface": {"security_group_ids": [")";
  const Value state = rig.Make(absl::StrCat(nic, kDefaultGroup, R"("]}})"));
  const TestCloud::Applied done = rig.Change(state, absl::StrCat(nic, kWebGroup, R"("]}})"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(
      Sent(rig),
      ElementsAre(absl::StrCat(R"(nova.AddSecurityGroup {"addSecurityGroup":{"name":")", kWebGroup,
                               R"("}})"),
                  absl::StrCat(R"(nova.RemoveSecurityGroup {"removeSecurityGroup":{"name":")",
                               kDefaultGroup, R"("}})")));
}

TEST(ChangeServer, AGroupThatIsThereAlreadyIsTheGoalReached) {
  ServerRig rig;
  const std::string nic = R"({"network_interface": {"security_group_ids": [")";
  const Value state = rig.Make(absl::StrCat(nic, kDefaultGroup, R"("]}})"));
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (emulator::Port& port : cloud.store.ports) port.security_groups = {kWebGroup};
  });
  const TestCloud::Applied done = rig.Change(state, absl::StrCat(nic, kWebGroup, R"("]}})"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.AddSecurityGroup", "nova.RemoveSecurityGroup"));
}

TEST(ChangeServer, AStartOfARunningServerCostsOneLook) {
  ServerRig rig;
  const Value state = rig.Make(R"({"power_state": "SHUTOFF"})");
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) {
    server.vm_state = "active";
    server.power_state = 1;
  });
  const TestCloud::Applied done = rig.Change(state, R"({"power_state": "ACTIVE"})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x2"));
}

TEST(ChangeServer, AConflictIsASuccessIfTheGoalIsReachedMeanwhile) {
  ServerRig rig;
  const Value state = rig.Make(R"({"power_state": "SHUTOFF"})");
  const std::string id = state.At("id").AsString();
  // Somebody starts it between our look and our start.
  rig.OnRequest([&](const client::Request& request) {
    if (request.method != "POST") return;
    rig.Disturb(id, [](emulator::Server& server) {
      server.vm_state = "active";
      server.power_state = 1;
    });
  });
  const TestCloud::Applied done = rig.Change(state, R"({"power_state": "ACTIVE"})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.StartServer"));
}

TEST(ChangeServer, ATaskThatIsUnderWayIsWaitedFor) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Disturb(state.At("id").AsString(),
              [](emulator::Server& server) { server.task_state = "rebooting"; });
  int looks = 0;
  rig.OnRequest([&](const client::Request& request) {
    if (request.method == "GET" && ++looks == 4) {
      rig.Disturb(state.At("id").AsString(),
                  [](emulator::Server& server) { server.task_state.clear(); });
    }
  });
  const TestCloud::Applied done = rig.Change(state, R"({"power_state": "SHUTOFF"})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.StopServer"));
}

TEST(ChangeServer, AutomaticRecoveryThatIsNotOfferedIsAWarningAndNull) {
  emulator::Options without;
  without.without = {"autorecovery"};
  for (const bool by_cloud : {true, false}) {
    ServerRig rig(by_cloud ? without : emulator::Options());
    const std::string flavor = by_cloud ? "s3.medium.1" : "t1.micro.1";
    const std::string base = absl::StrCat(R"({"flavor": ")", flavor, R"("})");
    const std::string wanted =
        absl::StrCat(R"({"auto_recovery": true, "flavor": ")", flavor, R"("})");
    const TestCloud::Applied done = rig.Change(rig.Make(base), wanted);
    EXPECT_THAT(Summaries(done.notes), ElementsAre("Automatic recovery is not available"));
    // What was planned is kept; the next refresh tells the truth.
    EXPECT_EQ(done.state.At("auto_recovery"), Value::Bool(true));
    const lifecycle::ReadResult read = rig.Read(done.state);
    EXPECT_EQ(read.state.At("auto_recovery").is_null(), by_cloud) << flavor;
  }
}

TEST(ChangeServer, AFailureInTheMiddleStoresWhatWasReallyDone) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("nova.StopServer:refuse:always:status=403").ok());
  const TestCloud::Applied done =
      rig.Change(state, R"({"name": "web-2", "power_state": "SHUTOFF", "tags": {"a": "1"}})");
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Stopping the server failed"));
  EXPECT_EQ(done.notes.list()[0].path, Path("power_state"));
  EXPECT_EQ(done.state.At("name"), Value::String("web-2"));
  EXPECT_TRUE(done.state.At("tags").is_null());
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
}

TEST(ChangeServer, AServerThatIsGoneIsAnError) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Delete(state);
  const TestCloud::Applied done = rig.Change(state, R"({"name": "web-2"})");
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Changing the name or description failed"));
  EXPECT_EQ(done.state, state);
}

TEST(ChangeServer, ThrottlingIsWaitedOut) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.UpdateServer:throttle:2:retry_after=7").ok());
  const TimePoint began = rig.clock().Now();
  const TestCloud::Applied done = rig.Change(state, R"({"name": "web-2"})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_GE(rig.clock().Now() - began, std::chrono::seconds(14));
}

}  // namespace
}  // namespace ecs
