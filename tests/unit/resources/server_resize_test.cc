// Every way a change of the flavor can go: states.md section 5, design.md section 4.2.
#include "tests/emulator/cloud/machine.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kLarger[] = R"({"flavor": "s3.large.2"})";

// Lets the cloud begin a resize that this provider knows nothing of.
void ResizeElsewhere(ServerRig& rig, const Value& state, const std::string& flavor,
                     Duration later) {
  rig.emulator().With([&](emulator::Cloud& cloud) {
    emulator::Server& server = *cloud.store.servers.Find(state.At("id").AsString());
    emulator::Resize(cloud, server, flavor, {.request_id = "req-elsewhere"});
  });
  rig.clock().Advance(later);
}

constexpr auto kFinished = std::chrono::minutes(1);
constexpr auto kUnderWay = std::chrono::milliseconds(100);

TEST(Resize, ARunningServerIsResizedConfirmedAndRunning) {
  ServerRig rig;
  const TestCloud::Applied done = rig.Change(rig.Make(), kLarger);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "nova.ListActions", "nova.ResizeServer",
                                       "ecs.ShowServer x9", "nova.ConfirmResize",
                                       "ecs.ShowServer x5", "evs.ListVolumes"));
}

TEST(Resize, AStoppedServerStaysStopped) {
  ServerRig rig;
  const char* stopped = R"({"power_state": "SHUTOFF"})";
  const Value state = rig.Make(stopped);
  const TestCloud::Applied done =
      rig.Change(state, R"({"power_state": "SHUTOFF", "flavor": "s3.large.2"})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, SHUTOFF, SHUTOFF");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer", "nova.ConfirmResize"));
}

TEST(Resize, WithAChangeOfThePowerStateItEndsInBoth) {
  for (const char* from : {"ACTIVE", "SHUTOFF"}) {
    const std::string to = from == std::string("ACTIVE") ? "SHUTOFF" : "ACTIVE";
    ServerRig rig;
    const Value state = rig.Make(absl::StrCat(R"({"power_state": ")", from, R"("})"));
    const TestCloud::Applied done = rig.Change(
        state, absl::StrCat(R"({"flavor": "s3.large.2", "power_state": ")", to, R"("})"));
    EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), absl::StrCat("s3.large.2, ", to, ", ", to));
    EXPECT_THAT(rig.Changes(), ElementsAre(to == "ACTIVE" ? "nova.StartServer" : "nova.StopServer",
                                           "nova.ResizeServer", "nova.ConfirmResize"));
  }
}

TEST(Resize, ARollbackForLackOfRoomIsAnErrorThatSaysSo) {
  emulator::Options options;
  options.capacity["s3.large.2"] = 0;
  ServerRig rig(options);
  const TestCloud::Applied done = rig.Change(rig.Make(), kLarger);
  ASSERT_EQ(done.notes.list().size(), 1u) << TextOf(done.notes);
  const schema::Diagnostic& note = done.notes.list()[0];
  EXPECT_EQ(note.summary, "Changing the flavor failed");
  EXPECT_EQ(note.path, Path("flavor"));
  EXPECT_THAT(note.detail, HasSubstr("The cloud accepted the resize to s3.large.2 and rolled it "
                                     "back by itself: the server is ACTIVE with the flavor "
                                     "s3.medium.1 as before."));
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "nova.ListActions", "nova.ResizeServer",
                                       "ecs.ShowServer x6", "nova.ListActions", "ecs.ShowServer",
                                       "evs.ListVolumes"));
}

TEST(Resize, ARefusalForLackOfRoomIsAnErrorAtOnce) {
  emulator::Options options;
  options.capacity["s3.large.2"] = 0;
  options.refuse_full_resize = true;
  ServerRig rig(options);
  const TestCloud::Applied done = rig.Change(rig.Make(), kLarger);
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(done.notes.list()[0].detail,
              HasSubstr("The server still has the flavor s3.medium.1 and is ACTIVE."));
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
}

TEST(Resize, ACloudThatConfirmsByItselfIsASuccess) {
  emulator::Options options;
  options.confirm_window = std::chrono::milliseconds(1);
  ServerRig rig(options);
  const TestCloud::Applied done = rig.Change(rig.Make(), kLarger);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
}

TEST(Resize, AResizeThatIsUnderWayIsAdopted) {
  for (const Duration later : {Duration(kUnderWay), Duration(kFinished)}) {
    ServerRig rig;
    const Value state = rig.Make();
    ResizeElsewhere(rig, state, "s3.large.2", later);
    const TestCloud::Applied done = rig.Change(state, kLarger);
    EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
    EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize"));
  }
}

TEST(Resize, AResizeToAnotherFlavorIsRevertedFirst) {
  ServerRig rig;
  const Value state = rig.Make();
  ResizeElsewhere(rig, state, "c4.large.2", kFinished);
  const TestCloud::Applied done = rig.Change(state, kLarger);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(),
              ElementsAre("nova.RevertResize", "nova.ResizeServer", "nova.ConfirmResize"));
}

TEST(Resize, AnUnfinishedResizeThatNobodyWantsIsReverted) {
  ServerRig rig;
  const Value state = rig.Make();
  ResizeElsewhere(rig, state, "c4.large.2", kFinished);
  const Value seen = rig.Read(state).state;
  EXPECT_EQ(Condition(seen), "s3.medium.1, VERIFY_RESIZE, ACTIVE");
  const TestCloud::Applied done = rig.Change(seen, "{}");
  EXPECT_THAT(Summaries(done.plan_notes), ElementsAre("An unfinished resize will be finished"));
  EXPECT_TRUE(done.planned.At("status").is_unknown());
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RevertResize"));
}

TEST(Resize, TimeThatRunsOutSaysWhatHappensNext) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("nova.ResizeServer:stuck").ok());
  const TestCloud::Applied done =
      rig.Change(state, R"({"flavor": "s3.large.2", "timeouts": {"update": "2m"}})");
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_EQ(done.notes.list().size(), 1u) << TextOf(done.notes);
  EXPECT_EQ(done.notes.list()[0].summary, "Changing the flavor failed");
  EXPECT_THAT(done.notes.list()[0].detail, HasSubstr("timeouts.update gives it more time"));
  EXPECT_EQ(Condition(done.state), "s3.medium.1, RESIZE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
}

TEST(Resize, AConfirmThatFailsIsReverted) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("nova.ConfirmResize:refuse:always:status=403").ok());
  const TestCloud::Applied done = rig.Change(state, kLarger);
  ASSERT_EQ(done.notes.list().size(), 1u) << TextOf(done.notes);
  EXPECT_EQ(done.notes.list()[0].summary, "Changing the flavor failed");
  EXPECT_THAT(done.notes.list()[0].detail,
              HasSubstr("The resize was reverted: the server has its old flavor again."));
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(),
              ElementsAre("nova.ResizeServer", "nova.ConfirmResize", "nova.RevertResize"));
}

TEST(Resize, AConfirmThatFailsIsLeftWhereThatIsAskedForAndTheNextApplyConfirms) {
  ServerRig rig;
  const char* wanted = R"({"flavor": "s3.large.2", "resize": {"on_failure": "leave"}})";
  const Value state = rig.Make(R"({"resize": {"on_failure": "leave"}})");
  ASSERT_TRUE(rig.emulator().AddFault("nova.ConfirmResize:refuse:1:status=403").ok());
  const TestCloud::Applied failed = rig.Change(state, wanted);
  EXPECT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("The server waits in VERIFY_RESIZE"));
  EXPECT_EQ(Condition(failed.state), "s3.medium.1, VERIFY_RESIZE, ACTIVE");
  rig.Forget();
  const TestCloud::Applied done = rig.Change(failed.state, wanted);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize"));
}

TEST(Resize, AManualOneWaitsForTheUserWhoConfirms) {
  ServerRig rig;
  const char* manual = R"({"flavor": "s3.large.2", "resize": {"confirm": "manual"}})";
  const TestCloud::Applied resized = rig.Change(rig.Make(), manual);
  EXPECT_THAT(resized.notes.list(), IsEmpty()) << TextOf(resized.notes);
  EXPECT_EQ(Condition(resized.state), "s3.large.2, VERIFY_RESIZE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
  EXPECT_EQ(rig.Plan(resized.state, manual).planned, resized.state);
  rig.Forget();
  const TestCloud::Applied done =
      rig.Change(resized.state, R"({"flavor": "s3.large.2", "resize": {"confirm": "automatic"}})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize"));
}

TEST(Resize, AManualOneGoesBackWithTheFlavor) {
  ServerRig rig;
  const char* manual = R"({"flavor": "s3.large.2", "resize": {"confirm": "manual"}})";
  const Value resized = rig.Change(rig.Make(), manual).state;
  rig.Forget();
  const TestCloud::Applied done = rig.Change(resized, R"({"resize": {"confirm": "manual"}})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RevertResize"));
}

TEST(Resize, AServerThatEndsInErrorIsReportedWithItsFault) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("nova.ResizeServer:error").ok());
  const TestCloud::Applied done = rig.Change(state, kLarger);
  ASSERT_EQ(done.notes.list().size(), 1u) << TextOf(done.notes);
  EXPECT_EQ(done.notes.list()[0].summary, "Changing the flavor failed");
  EXPECT_THAT(done.notes.list()[0].detail,
              HasSubstr("The server went to status ERROR during the resize."));
  EXPECT_THAT(Condition(done.state), HasSubstr(", ERROR, "));
  EXPECT_TRUE(done.state.At("fault").is_known());
}

TEST(Resize, AnAnswerThatIsLostIsNotAskedForTwice) {
  for (const char* fault : {"nova.ResizeServer:lost", "nova.ConfirmResize:lost"}) {
    ServerRig rig;
    const Value state = rig.Make();
    ASSERT_TRUE(rig.emulator().AddFault(fault).ok());
    const TestCloud::Applied done = rig.Change(state, kLarger);
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
    EXPECT_EQ(rig.emulator().Count("ResizeServer"), 1) << fault;
  }
}

TEST(Resize, AnInterruptedOneIsFinishedByTheNextApply) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.OnRequest([&](const client::Request&) {
    if (rig.emulator().Count("ResizeServer") > 0) rig.cancel().Set();
  });
  const TestCloud::Applied stopped = rig.Change(state, kLarger);
  EXPECT_THAT(Summaries(stopped.notes), ElementsAre("! Changing the flavor was interrupted"));
  EXPECT_EQ(stopped.state, state);

  // The next run of Terraform: another process, the same cloud.
  rig.clock().Advance(kFinished);
  resources::Cloud next(EmulatorSettings({}), ThroughEmulator(rig.emulator()), {});
  Cancel cancel;
  const Call call = rig.call().Instead(TimePoint::max(), cancel);
  const Value seen = lifecycle::Read(call, next, rig.resource, state, "").state;
  EXPECT_EQ(Condition(seen), "s3.medium.1, VERIFY_RESIZE, ACTIVE");
  rig.Forget();
  rig.OnRequest({});
  const Value config = rig.Config(kLarger);
  const lifecycle::PlanResult plan = lifecycle::Plan(rig.resource, seen, config);
  EXPECT_THAT(Summaries(plan.notes), Contains("An unfinished resize will be finished"));
  const lifecycle::ApplyResult done =
      lifecycle::Apply(call, next, rig.resource, seen, plan.planned, config);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize"));
}

TEST(Resize, ALockedServerIsRefusedAfterAFewLooks) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) { server.locked = true; });
  const TestCloud::Applied done = rig.Change(state, kLarger);
  EXPECT_THAT(Summaries(done.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(done.notes.list()[0].detail, HasSubstr("is locked"));
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer x4"));
}

}  // namespace
}  // namespace ecs
