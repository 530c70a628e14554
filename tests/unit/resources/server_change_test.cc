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

std::string GroupsPatch(const std::vector<std::string>& groups) {
  return absl::StrCat(R"({"network_interface": {"security_group_ids": )",
                      nlohmann::json(groups).dump(), "}}");
}

// The groups of the server's n-th port, as the cloud holds them.
std::vector<std::string> GroupsOfPort(ServerRig& rig, const Value& state, std::size_t n = 0) {
  const emulator::Server server = rig.ServerOf(state);
  std::vector<std::string> groups;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    groups = cloud.store.ports.Find(server.port_ids[n])->security_groups;
  });
  return groups;
}

TEST(ChangeServer, GroupsAreExchangedInOneStepOnThePortOfTheInterfaceAlone) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch({kDefaultGroup}));
  rig.emulator().With([&](emulator::Cloud& cloud) {
    emulator::Server& server = *cloud.store.servers.Find(state.At("id").AsString());
    emulator::Port port = *cloud.store.ports.Find(server.port_ids[0]);
    port.id = "6f0e2a4b-3333-4333-8333-333333333333";
    port.ip = "10.0.1.44";
    port.primary = false;
    server.port_ids.push_back(port.id);
    cloud.store.ports.Add(std::move(port));
    ++cloud.store.generation;
  });
  const TestCloud::Applied done = rig.Change(state, GroupsPatch({kWebGroup}));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(Sent(rig),
              ElementsAre(absl::StrCat(R"(neutron.UpdatePort {"port":{"security_groups":[")",
                                       kWebGroup, R"("]}})")));
  EXPECT_THAT(GroupsOfPort(rig, state), ElementsAre(kWebGroup));
  EXPECT_THAT(GroupsOfPort(rig, state, 1), ElementsAre(kDefaultGroup));
}

TEST(ChangeServer, ARefusedChangeOfGroupsLeavesThemAndTheStateAsTheyWere) {
  for (const char* refusal :
       {"status=400", "status=404", "status=404:code=APIG.0101", "status=403"}) {
    ServerRig rig;
    const Value state = rig.Make(GroupsPatch({kDefaultGroup}));
    ASSERT_TRUE(
        rig.emulator().AddFault(absl::StrCat("neutron.UpdatePort:refuse:always:", refusal)).ok());
    const TestCloud::Applied done = rig.Change(state, GroupsPatch({kWebGroup}));
    EXPECT_THAT(Summaries(done.notes), ElementsAre("! Changing the security groups failed"))
        << refusal;
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_THAT(GroupsOfPort(rig, state), ElementsAre(kDefaultGroup)) << refusal;
    EXPECT_EQ(done.state.At("network_interface"), state.At("network_interface")) << refusal;
  }
}

TEST(ChangeServer, AnUnknownGroupIsNamedByTheError) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch({kDefaultGroup}));
  const std::string unknown = "3fffffff-0000-4000-8000-000000000009";
  const TestCloud::Applied done = rig.Change(state, GroupsPatch({kDefaultGroup, unknown}));
  ASSERT_THAT(Summaries(done.notes), ElementsAre("! Changing the security groups failed"));
  EXPECT_THAT(done.notes.list()[0].detail, testing::HasSubstr(unknown));
  EXPECT_EQ(done.notes.list()[0].path, Path("network_interface") / "security_group_ids");
  EXPECT_EQ(done.state.At("network_interface"), state.At("network_interface"));
}

TEST(ChangeServer, GroupsThatAnotherPortUpdateUndoesAreAnError) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch({kDefaultGroup}));
  // The cloud accepts the change and does not make it.
  rig.OnRequest([&](const client::Request& request) {
    if (request.method != "GET") return;
    rig.emulator().With([](emulator::Cloud& cloud) {
      for (emulator::Port& port : cloud.store.ports) port.security_groups = {kDefaultGroup};
      ++cloud.store.generation;
    });
  });
  const TestCloud::Applied done = rig.Change(state, GroupsPatch({kWebGroup}));
  EXPECT_THAT(Summaries(done.notes),
              ElementsAre("! network_interface.security_group_ids is not as planned"));
  EXPECT_EQ(done.state.At("network_interface"), state.At("network_interface"));
}

constexpr char kGrown[] = R"({"system_disk": {"size_gb": 50}})";

int SizeOfDisk(ServerRig& rig, const Value& state) {
  int size = 0;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    size = cloud.store.volumes.Find(state.At("system_disk").At("id").AsString())->size_gb;
  });
  return size;
}

TEST(GrowDisk, OneThatHasGrownAlreadyIsTheGoalReached) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (emulator::Volume& volume : cloud.store.volumes) volume.size_gb = 50;
  });
  const TestCloud::Applied done = rig.Change(state, kGrown);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), IsEmpty());
  EXPECT_EQ(done.state.At("system_disk").At("size_gb"), Value::Int(50));
}

TEST(GrowDisk, AnOrderWhoseAnswerOrJobIsLostIsJudgedByTheVolume) {
  for (const char* fault :
       {"evs.ExtendVolume:lost:1", "ecs.GetJob:refuse:always:status=403",
        "ecs.GetJob:refuse:always:status=404:code=EVS.0001", "ecs.GetJob:html:always"}) {
    ServerRig rig;
    const Value state = rig.Make();
    ASSERT_TRUE(rig.emulator().AddFault(fault).ok());
    const TestCloud::Applied done = rig.Change(state, kGrown);
    EXPECT_THAT(done.notes.list(), IsEmpty()) << fault << "\n" << TextOf(done.notes);
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty()) << fault;
    EXPECT_THAT(rig.Changes(), ElementsAre("evs.ExtendVolume")) << fault;
    EXPECT_EQ(SizeOfDisk(rig, state), 50) << fault;
  }
}

TEST(GrowDisk, AnOrderThatNeverArrivedIsSentAgainSoon) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("evs.ExtendVolume:reset:1").ok());
  const TimePoint began = rig.clock().Now();
  const TestCloud::Applied done = rig.Change(state, kGrown);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_EQ(SizeOfDisk(rig, state), 50);
  EXPECT_LT(rig.clock().Now() - began, std::chrono::minutes(1));
}

TEST(GrowDisk, ARefusalThatIsNotYetDoneIsTheClouds) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("evs.ExtendVolume:refuse:1:status=400:code=EVS.1034").ok());
  const TestCloud::Applied done = rig.Change(state, kGrown);
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Growing the system disk failed"));
  EXPECT_EQ(done.state.At("system_disk"), state.At("system_disk"));
}

TEST(GrowDisk, AVolumeThatFailsToGrowIsAnError) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("evs.ExtendVolume:fail:1").ok());
  const TestCloud::Applied done = rig.Change(state, kGrown);
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Growing the system disk failed"));
  EXPECT_EQ(done.state.At("system_disk"), state.At("system_disk"));
}

TEST(DeleteServer, OneThatTheCloudSaysNotToKnowIsLookedForFirst) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.DeleteServers:refuse:1:status=404:code=Ecs.0114").ok());
  const TestCloud::Applied refused = rig.Delete(state);
  EXPECT_THAT(Summaries(refused.notes), ElementsAre("! Deleting the server failed"));
  EXPECT_EQ(refused.state, state);
  EXPECT_EQ(rig.ServerCount(), 1u);
  const TestCloud::Applied done = rig.Delete(state);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(rig.ServerCount(), 0u);
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
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x2", "evs.ListVolumes"));
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

TEST(ChangeServer, AutomaticRecoveryThatIsNotOfferedIsAWarning) {
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
    EXPECT_EQ(done.state.At("auto_recovery"), Value::Bool(true));
    const lifecycle::ReadResult read = rig.Read(done.state);
    EXPECT_EQ(rig.Plan(read.state, wanted).planned, read.state) << flavor;
  }
}

TEST(ChangeServer, AGatewayThatLosesTheRouteIsNoSuccess) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": false})");
  ASSERT_TRUE(
      rig.emulator().AddFault("ecs.SetAutoRecovery:refuse:1:status=404:code=APIG.0101").ok());
  const TestCloud::Applied done = rig.Change(state, R"({"auto_recovery": true})");
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Configuring automatic recovery failed"));
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_EQ(done.state, state);
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
