// Orders to restart, start and stop servers whose answers are lost or that the cloud fails: what is
// called done was done, once (nova-v2.1.md section 13).
#include "provider/lifecycle/action.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Servers, and an order to restart them that was given once without restarting any.
struct PowerRig : ServerRig {
  explicit PowerRig(int servers, const std::string& patch = "{}") {
    for (int i = 1; i <= servers; ++i) {
      nlohmann::json config = {{"name", absl::StrCat("web-", i)}};
      config.merge_patch(nlohmann::json::parse(patch));
      ids.push_back(Make(config.dump()).At("id").AsString());
    }
    given = Apply(restart, Value::Null(restart.rows->ObjectType()), Order("1")).state;
    clock().Advance(minutes(1));
    Forget();
  }

  void Plan(const std::string& fault) { ASSERT_TRUE(emulator().AddFault(fault).ok()) << fault; }
  Value Order(const char* version) const {
    const nlohmann::json order = {{"server_ids", ids}, {"triggers", {{"version", version}}}};
    return ObjectOf(*restart.rows, order.dump());
  }
  Applied Restart() { return Apply(restart, given, Order("2")); }
  Status Invoke(const char* name) {
    const schema::AnyAction& action = *TheProvider().FindAction(name);
    const nlohmann::json config = {{"server_ids", ids}};
    return lifecycle::Invoke(call(), cloud(), action, ObjectOf(*action.rows, config.dump()),
                             [](const std::string&) {});
  }

  // How often each server was restarted.
  std::vector<int> Restarts() {
    std::vector<int> counts;
    for (const std::string& id : ids) {
      counts.push_back(0);
      for (const emulator::ActionRecord& entry : Server(id).actions) {
        if (entry.action == "reboot") ++counts.back();
      }
    }
    return counts;
  }
  std::vector<std::string> VmStates() {
    std::vector<std::string> states;
    for (const std::string& id : ids) states.push_back(Server(id).vm_state);
    return states;
  }

  const schema::AnyResource& restart = *TheProvider().FindResource("ecs_server_restart");
  std::vector<std::string> ids = {};
  Value given;
};

// The operation by which `servers` servers are restarted.
std::string Reboot(int servers) { return servers == 1 ? "nova.RebootServer" : "ecs.RebootServers"; }

TEST(PowerTrouble, ARestartThatWasNotExecutedIsSentAgain) {
  for (const int servers : {1, 3, 5}) {
    for (const char* kind : {":reset", ":unavailable", ":refuse:1:status=500"}) {
      PowerRig rig(servers);
      rig.Plan(Reboot(servers) + kind);
      const TestCloud::Applied done = rig.Restart();
      EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
      EXPECT_THAT(done.notes.list(), IsEmpty()) << servers << kind << TextOf(done.notes);
      EXPECT_TRUE(done.state.At("restarted_at").is_known());
      EXPECT_THAT(rig.Changes(), ElementsAre(Reboot(servers) + " x2"));
      EXPECT_EQ(rig.Restarts(), std::vector<int>(std::size_t(servers), 1));
    }
  }
}

TEST(PowerTrouble, ARestartWhoseAnswerWasLostIsNotSentAgain) {
  for (const int servers : {1, 3, 5}) {
    PowerRig rig(servers);
    rig.Plan(Reboot(servers) + ":lost");
    const TestCloud::Applied done = rig.Restart();
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_THAT(done.notes.list(), IsEmpty()) << servers << TextOf(done.notes);
    EXPECT_THAT(rig.Changes(), ElementsAre(Reboot(servers)));
    EXPECT_EQ(rig.Restarts(), std::vector<int>(std::size_t(servers), 1));
  }
}

TEST(PowerTrouble, ARestartThatIsNeverExecutedIsAFailureAndNotDone) {
  for (const int servers : {1, 3}) {
    PowerRig rig(servers);
    rig.Plan(Reboot(servers) + ":unavailable:always");
    const TestCloud::Applied failed = rig.Restart();
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
    EXPECT_THAT(failed.notes.list()[0].detail,
                AllOf(HasSubstr(absl::StrCat("0 of ", servers, " servers were restarted")),
                      HasSubstr("The cloud did not execute the order"), HasSubstr("HTTP 503")));
    EXPECT_TRUE(failed.state.At("restarted_at").is_null());
    EXPECT_EQ(failed.state.At("failed_server_ids"), rig.given.At("server_ids"));
    EXPECT_EQ(rig.Restarts(), std::vector<int>(std::size_t(servers), 0));
  }
}

TEST(PowerTrouble, ARefusedRestartIsAFailureAndNotDone) {
  PowerRig rig(1);
  rig.Plan("nova.RebootServer:refuse:1:status=403");
  const TestCloud::Applied failed = rig.Restart();
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("HTTP 403"));
  EXPECT_TRUE(failed.state.At("restarted_at").is_null());
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RebootServer"));
}

TEST(PowerTrouble, WhereNothingTellsTheRestartIsAFailureThatSaysSo) {
  PowerRig rig(1);
  rig.Plan("nova.RebootServer:lost");
  rig.Plan("nova.ListActions:refuse:always:status=404");
  const TestCloud::Applied failed = rig.Restart();
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("It is not known whether it was restarted"),
                    HasSubstr("the connection broke")));
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RebootServer"));
}

TEST(PowerTrouble, ARestartThatTheCloudAcceptedAndFailedIsAFailure) {
  PowerRig rig(1);
  rig.Plan("nova.RebootServer:fail");
  const TestCloud::Applied failed = rig.Restart();
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("The cloud began the order and failed it"));
  EXPECT_TRUE(failed.state.At("restarted_at").is_null());
}

TEST(PowerTrouble, AnEarlierRestartIsNotTakenForThisOne) {
  PowerRig rig(1);
  const Value once = rig.Restart().state;
  rig.Plan("nova.RebootServer:reset");
  const TestCloud::Applied done = rig.Apply(rig.restart, once, rig.Order("3"));
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Restarts(), ElementsAre(2));
}

TEST(PowerTrouble, OfAJobThatCannotBeReadTheServersTell) {
  PowerRig rig(3);
  rig.Plan("ecs.GetJob:refuse:always:status=403");
  const TestCloud::Applied done = rig.Restart();
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Restarts(), ElementsAre(1, 1, 1));
}

TEST(PowerTrouble, AStartOrStopThatWasNotExecutedIsSentAgain) {
  for (const int servers : {1, 3}) {
    for (const bool start : {true, false}) {
      PowerRig rig(servers, start ? R"({"power_state": "SHUTOFF"})" : "{}");
      const std::string operation =
          absl::StrCat(servers == 1 ? "nova." : "ecs.", start ? "Start" : "Stop",
                       servers == 1 ? "Server" : "Servers");
      // The native calls are repeated five times before their answers count as lost.
      rig.Plan(absl::StrCat(operation, ":reset:", servers == 1 ? 6 : 1));
      const Status done = rig.Invoke(start ? "ecs_start_servers" : "ecs_stop_servers");
      EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
      EXPECT_TRUE(done.ok()) << operation << done.error().Text();
      EXPECT_EQ(rig.VmStates(),
                std::vector<std::string>(std::size_t(servers), start ? "active" : "stopped"));
    }
  }
}

TEST(PowerTrouble, AStartOrStopWhoseAnswerWasLostIsSeen) {
  for (const char* fault : {"nova.StopServer:lost", "ecs.StopServers:lost"}) {
    PowerRig rig(fault[0] == 'n' ? 1 : 3);
    rig.Plan(fault);
    const Status done = rig.Invoke("ecs_stop_servers");
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_TRUE(done.ok()) << fault << done.error().Text();
  }
}

TEST(PowerTrouble, AStopThatIsNeverExecutedEndsLongBeforeItsTime) {
  PowerRig rig(1);
  rig.Plan("nova.StopServer:unavailable:always");
  const TimePoint began = rig.clock().Now();
  const Status failed = rig.Invoke("ecs_stop_servers");
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().detail, AllOf(HasSubstr("0 of 1"), HasSubstr("HTTP 503")));
  EXPECT_LE(rig.clock().Now() - began, minutes(5));
}

TEST(PowerTrouble, AStopThatTheCloudAcceptedAndFailedEndsAtOnce) {
  ServerRig rig;
  const Value state = rig.Make(R"({"power_state": "ACTIVE"})");
  ASSERT_TRUE(rig.emulator().AddFault("nova.StopServer:fail").ok());
  const TimePoint began = rig.clock().Now();
  const TestCloud::Applied failed = rig.Change(state, R"({"power_state": "SHUTOFF"})");
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Stopping the server failed"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              HasSubstr("The cloud accepted the action and then failed it"));
  EXPECT_LE(rig.clock().Now() - began, minutes(1));
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.StopServer"));
}

TEST(PowerTrouble, FailingLooksAreToldWhenTheTimeIsOver) {
  PowerRig rig(2);
  bool planned = false;
  rig.OnRequest([&](const client::Request&) {
    if (planned || rig.emulator().Count("GetJob") == 0) return;
    planned = true;
    rig.Plan("ecs.ShowServer:unavailable:always");
  });
  const TestCloud::Applied failed = rig.Restart();
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("The last look failed"), HasSubstr("HTTP 503")));
}

}  // namespace
}  // namespace ecs
