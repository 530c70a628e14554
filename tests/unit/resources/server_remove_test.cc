// stop_before_destroy with guests that do not stop, and what a read says of a server that is being
// deleted.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(StopBeforeDestroy, AGuestThatNeverStopsIsDeletedAllTheSame) {
  ServerRig rig;
  const Value state = rig.Make(R"({"stop_before_destroy": true})");
  ASSERT_TRUE(rig.emulator().AddFault("nova.StopServer:stuck:always").ok());
  const TimePoint began = rig.clock().Now();
  const TestCloud::Applied gone = rig.Delete(state);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_TRUE(gone.state.is_null()) << TextOf(gone.notes);
  EXPECT_EQ(rig.ServerCount(), 0u);
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.StopServer x2", "ecs.DeleteServers"));
  EXPECT_GE(rig.clock().Now() - began, minutes(4));
  EXPECT_LE(rig.clock().Now() - began, minutes(7));
}

TEST(StopBeforeDestroy, AShortTimeoutLeavesTimeToDelete) {
  ServerRig rig;
  const Value state = rig.Make(R"({"stop_before_destroy": true, "timeouts": {"delete": "30s"}})");
  ASSERT_TRUE(rig.emulator().AddFault("nova.StopServer:stuck:always").ok());
  const TestCloud::Applied gone = rig.Delete(state);
  EXPECT_TRUE(gone.state.is_null()) << TextOf(gone.notes);
}

TEST(StopBeforeDestroy, AStopThatTheCloudFailsIsFollowedByAHardOne) {
  ServerRig rig;
  const Value state = rig.Make(R"({"stop_before_destroy": true})");
  ASSERT_TRUE(rig.emulator().AddFault("nova.StopServer:fail").ok());
  std::vector<std::string> stops;
  rig.OnRequest([&](const client::Request& request) {
    if (request.body.find("os-stop") != std::string::npos) stops.push_back(request.body);
  });
  EXPECT_TRUE(rig.Delete(state).state.is_null());
  EXPECT_THAT(stops,
              ElementsAre(R"({"os-stop":{"type":"SOFT"}})", R"({"os-stop":{"type":"HARD"}})"));
}

TEST(StopBeforeDestroy, ARefusalSaysHowToDeleteItWithoutStoppingIt) {
  ServerRig rig;
  const Value state = rig.Make(R"({"stop_before_destroy": true})");
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) { server.locked = true; });
  const TestCloud::Applied kept = rig.Delete(state);
  EXPECT_THAT(Summaries(kept.notes),
              ElementsAre("! Stopping the server before its deletion failed"));
  EXPECT_THAT(kept.notes.list()[0].detail,
              AllOf(HasSubstr("is locked"), HasSubstr("set stop_before_destroy to false")));
  EXPECT_EQ(kept.state, state);
}

TEST(BeingDeleted, AReadSaysSo) {
  ServerRig rig;
  const Value state = rig.Make();
  EXPECT_THAT(Summaries(rig.Read(state).notes), IsEmpty());
  rig.Disturb(state.At("id").AsString(),
              [](emulator::Server& server) { server.task_state = "deleting"; });
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_THAT(Summaries(read.notes), ElementsAre("The server web-1 is being deleted"));
  EXPECT_THAT(TextOf(read.notes), HasSubstr("status ACTIVE (vm_state active, task deleting)"));
}

// Found by the simulator: a delete that Ctrl-C cut short, and a change before it was done.
TEST(BeingDeleted, AChangeIsRefusedInsteadOfSucceeding) {
  ServerRig rig;
  Value state = rig.Make();
  rig.Disturb(state.At("id").AsString(),
              [](emulator::Server& server) { server.task_state = "deleting"; });
  state = rig.Read(state).state;
  rig.Forget();
  const TestCloud::Applied changed = rig.Change(state, R"({"name": "other"})");
  EXPECT_THAT(Summaries(changed.notes),
              Contains("! A server that is being deleted cannot be changed"));
  EXPECT_EQ(changed.state.At("name").AsString(), "web-1");
  EXPECT_THAT(rig.Changes(), IsEmpty());
}

}  // namespace
}  // namespace ecs
