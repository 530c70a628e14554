// Resizes on a cloud that loses answers, is slow, or is asked by a server in the wrong state:
// real-nova.md 1-7, states.md section 5.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kLarger[] = R"({"flavor": "s3.large.2"})";

// Larger, within a limit, and reverted or left where that is not enough.
std::string LargerWithin(const char* update, const char* on_failure = "revert") {
  return absl::StrCat(R"({"flavor": "s3.large.2", "timeouts": {"update": ")", update,
                      R"("}, "resize": {"on_failure": ")", on_failure, R"("}})");
}

struct TroubleRig : ServerRig {
  using ServerRig::ServerRig;

  void Plan(const std::string& fault) { ASSERT_TRUE(emulator().AddFault(fault).ok()) << fault; }
  void Lasts(const char* operation, Duration time) {
    emulator().With([&](emulator::Cloud& cloud) {
      EXPECT_TRUE(cloud.options.durations.Set(operation, time).ok()) << operation;
    });
  }
};

TEST(ResizeTrouble, OneThatWasNotExecutedIsSentAgain) {
  for (const char* fault : {"nova.ResizeServer:reset", "nova.ResizeServer:unavailable"}) {
    TroubleRig rig;
    const Value state = rig.Make();
    rig.Plan(fault);
    const TestCloud::Applied done = rig.Change(state, kLarger);
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_THAT(done.notes.list(), IsEmpty()) << fault << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
    EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer x2", "nova.ConfirmResize"));
  }
}

TEST(ResizeTrouble, OneThatIsNeverExecutedIsNotCalledARollback) {
  TroubleRig rig;
  const Value state = rig.Make();
  rig.Plan("nova.ResizeServer:unavailable:always");
  const TestCloud::Applied failed = rig.Change(state, kLarger);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("The cloud did not execute the resize to s3.large.2, which was sent "
                              "3 times"),
                    HasSubstr("HTTP 503"), Not(HasSubstr("rolled"))));
  EXPECT_EQ(Condition(failed.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer x3"));
}

TEST(ResizeTrouble, AFailureInTheLogFromBeforeIsNotThisResize) {
  TroubleRig rig;
  rig.Plan("nova.ResizeServer:fail");
  const TestCloud::Applied rolled_back = rig.Change(rig.Make(), kLarger);
  ASSERT_THAT(rolled_back.notes.list()[0].detail, HasSubstr("rolled it back"));
  rig.Forget();
  rig.Plan("nova.ResizeServer:reset");
  const TestCloud::Applied done = rig.Change(rolled_back.state, kLarger);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer x2", "nova.ConfirmResize"));
}

TEST(ResizeTrouble, ARollbackAfterALostAnswerIsToldByTheLog) {
  emulator::Options options;
  options.capacity["s3.large.2"] = 0;
  TroubleRig rig(options);
  const Value state = rig.Make();
  rig.Plan("nova.ResizeServer:lost");
  const TestCloud::Applied failed = rig.Change(state, kLarger);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_EQ(failed.notes.list().size(), 1u) << TextOf(failed.notes);
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("rolled it back by itself"));
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
}

TEST(ResizeTrouble, WithoutALogALostAnswerIsToldAsUnknown) {
  TroubleRig rig;
  const Value state = rig.Make();
  rig.Plan("nova.ResizeServer:reset");
  rig.Plan("nova.ListActions:refuse:always:status=404");
  const TestCloud::Applied failed = rig.Change(state, kLarger);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("It is not known whether the cloud executed the resize"),
                    HasSubstr("The server is ACTIVE with the flavor s3.medium.1.")));
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
}

TEST(ResizeTrouble, AServerThatIsNeitherUpNorDownIsRefusedAtOnce) {
  const struct {
    const char* vm_state;
    const char* status;
    const char* next;
  } cases[] = {
      {"paused", "PAUSED", "Unpause it"},
      {"suspended", "SUSPENDED", "Resume it"},
      {"rescued", "RESCUE", "End its rescue mode"},
      {"shelved", "SHELVED", "Unshelve it"},
      {"shelved_offloaded", "SHELVED_OFFLOADED", "Unshelve it"},
  };
  for (const auto& test : cases) {
    TroubleRig rig;
    const Value state = rig.Make();
    rig.Disturb(state.At("id").AsString(),
                [&](emulator::Server& server) { server.vm_state = test.vm_state; });
    const TimePoint began = rig.clock().Now();
    const TestCloud::Applied failed = rig.Change(state, kLarger);
    ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
    EXPECT_THAT(
        failed.notes.list()[0].detail,
        AllOf(HasSubstr(absl::StrCat("The server is ", test.status,
                                     " with the flavor "
                                     "s3.medium.1. The cloud changes the flavor only of a server "
                                     "that is ACTIVE or SHUTOFF.")),
              HasSubstr(test.next)));
    EXPECT_EQ(failed.notes.list()[0].path, Path("flavor"));
    EXPECT_EQ(rig.clock().Now(), began);
    EXPECT_THAT(rig.Changes(), IsEmpty());
  }
}

TEST(ResizeTrouble, AConfirmThatTakesLongIsWaitedFor) {
  TroubleRig rig;
  rig.Lasts("confirm", minutes(10));
  const TestCloud::Applied done = rig.Change(rig.Make(), kLarger);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  // Sent again each minute in case that it was lost: the cloud says 400 while it is at it.
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer", "nova.ConfirmResize x10"));
}

TEST(ResizeTrouble, AConfirmWhoseAnswersAreLostIsNotReverted) {
  TroubleRig rig;
  rig.Lasts("confirm", minutes(2));
  const Value state = rig.Make();
  rig.Plan("nova.ConfirmResize:lost:always");
  const TestCloud::Applied done = rig.Change(state, kLarger);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_EQ(rig.emulator().Count("RevertResize"), 0);
}

TEST(ResizeTrouble, AConfirmThatIsRefusedAsUnderWayIsWaitedFor) {
  for (const int status : {400, 409}) {
    TroubleRig rig;
    const Value state = rig.Make();
    rig.Plan(absl::StrCat("nova.ConfirmResize:refuse:6:status=", status));
    const TestCloud::Applied done = rig.Change(state, kLarger);
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_THAT(done.notes.list(), IsEmpty()) << status << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
    EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer", "nova.ConfirmResize x7"));
  }
}

TEST(ResizeTrouble, AConfirmThatOutlastsTheUpdateIsNotReverted) {
  TroubleRig rig;
  rig.Lasts("confirm", minutes(20));
  const Value state = rig.Make();
  const TestCloud::Applied failed = rig.Change(state, LargerWithin("10m"));
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("The cloud is still confirming the resize, so it was not reverted."),
                    HasSubstr("the next apply finishes it")));
  EXPECT_EQ(Condition(failed.state), "s3.medium.1, VERIFY_RESIZE, ACTIVE");
  EXPECT_EQ(rig.emulator().Count("RevertResize"), 0);
  rig.clock().Advance(minutes(20));
  const TestCloud::Applied done = rig.Change(failed.state, LargerWithin("10m"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
}

TEST(ResizeTrouble, AConfirmThatEndsInTheLastMinutesIsASuccess) {
  TroubleRig rig;
  rig.Lasts("confirm", seconds(500));
  const TestCloud::Applied done = rig.Change(rig.Make(), LargerWithin("10m"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
}

TEST(ResizeTrouble, ALockedServerThatWaitsForItsConfirmationSaysSo) {
  TroubleRig rig;
  const Value state = rig.Make();
  rig.OnRequest([&](const client::Request& request) {
    if (request.body.find("confirmResize") == std::string::npos) return;
    rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) { server.locked = true; });
  });
  const TestCloud::Applied failed = rig.Change(state, kLarger);
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail, AllOf(HasSubstr("is locked"), HasSubstr("unlock it")));
  EXPECT_EQ(rig.emulator().Count("RevertResize"), 0);
}

TEST(ResizeTrouble, OneThatIsStillUnderWayWhenTheTimeIsOverIsRevertedWhereTheDocsSaySo) {
  TroubleRig rig;
  rig.Lasts("resize", seconds(50));
  const Value state = rig.Make();
  const TimePoint began = rig.clock().Now();
  const TestCloud::Applied failed = rig.Change(state, LargerWithin("1m"));
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("The time ran out. Last seen: status RESIZE"),
                    HasSubstr("The resize was reverted: the server has its old flavor again.")));
  EXPECT_EQ(Condition(failed.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer", "nova.RevertResize"));
  EXPECT_LE(rig.clock().Now() - began, minutes(1));
}

TEST(ResizeTrouble, OneThatIsStillUnderWayWhenTheTimeIsOverIsLeftWhereThatIsAskedFor) {
  TroubleRig rig;
  rig.Lasts("resize", seconds(70));
  const TestCloud::Applied failed = rig.Change(rig.Make(), LargerWithin("1m", "leave"));
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Changing the flavor failed"));
  EXPECT_EQ(Condition(failed.state), "s3.medium.1, RESIZE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ResizeServer"));
}

TEST(ResizeTrouble, FailingLooksAreToldWhenTheTimeIsOver) {
  TroubleRig rig;
  const Value state = rig.Make();
  rig.Plan("nova.ResizeServer:stuck");
  bool planned = false;
  rig.OnRequest([&](const client::Request&) {
    if (planned || rig.emulator().Count("ResizeServer") == 0) return;
    planned = true;
    rig.Plan("ecs.ShowServer:unavailable:always");
  });
  const TestCloud::Applied failed = rig.Change(state, LargerWithin("10m"));
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  ASSERT_THAT(failed.notes.list(), Not(IsEmpty()));
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("The last look failed"), HasSubstr("HTTP 503")));
}

}  // namespace
}  // namespace ecs
