// What a server's action log tells about one order (nova-v2.1.md section 13).
#include "resources/common/action_log.h"

#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using resources::ActionLog;
using resources::Fate;

struct LogRig : ServerRig {
  // An entry of the log that began `later` than now.
  void Write(const std::string& action, const std::string& request_id, bool failed,
             Duration later = {}) {
    Disturb(id, [&](emulator::Server& server) {
      server.actions.push_back({.action = action,
                                .request_id = request_id,
                                .start = clock().WallNow() + later,
                                .failed = failed});
    });
  }
  ActionLog Before() { return ActionLog::Before(call(), cloud(), id, "reboot"); }
  Fate Look(const ActionLog& log, const std::string& request_id = "") {
    return log.Look(call(), cloud(), request_id);
  }

  const std::string id = Make().At("id").AsString();
};

TEST(ActionLog, AnEntryThatWasThereBeforeIsNotTheOrders) {
  LogRig rig;
  rig.Write("reboot", "req-old", true);
  const ActionLog log = rig.Before();
  EXPECT_EQ(rig.Look(log), Fate::kAbsent);
  rig.Write("stop", "req-other", true);
  EXPECT_EQ(rig.Look(log), Fate::kAbsent);
  rig.Write("reboot", "req-new", false);
  EXPECT_EQ(rig.Look(log), Fate::kBegun);
}

TEST(ActionLog, AFailureIsTold) {
  LogRig rig;
  const ActionLog log = rig.Before();
  rig.Write("reboot", "req-new", true);
  EXPECT_EQ(rig.Look(log), Fate::kFailed);
}

TEST(ActionLog, TheRequestsIdDecidesWhereTheAnswerHadOne) {
  LogRig rig;
  const ActionLog log = rig.Before();
  rig.Write("reboot", "req-ours", true);
  rig.Write("reboot", "req-somebody-elses", false);
  EXPECT_EQ(rig.Look(log, "req-ours"), Fate::kFailed);
  EXPECT_EQ(rig.Look(log, "of-a-gateway"), Fate::kBegun);
}

TEST(ActionLog, WithoutALookBeforeOnlyAYoungerEntryIsTheOrders) {
  LogRig rig;
  const ActionLog log =
      ActionLog::Since({.id = rig.id, .updated = "2024-05-01T09:00:00Z"}, "reboot");
  // The clock begins at 08:30.
  const Duration then = std::chrono::minutes(30) - rig.clock().Now().time_since_epoch();
  rig.Write("reboot", "req-old", false, then - std::chrono::seconds(1));
  EXPECT_EQ(rig.Look(log), Fate::kAbsent);
  rig.Write("reboot", "req-same-second", false, then + std::chrono::milliseconds(500));
  EXPECT_EQ(rig.Look(log), Fate::kUnknown);
  rig.Write("reboot", "req-new", false, then + std::chrono::seconds(1));
  EXPECT_EQ(rig.Look(log), Fate::kBegun);
}

TEST(ActionLog, ACloudWithoutItTellsNothing) {
  LogRig rig;
  const ActionLog log = rig.Before();
  ASSERT_TRUE(rig.emulator().AddFault("nova.ListActions:refuse:always:status=404").ok());
  EXPECT_EQ(rig.Look(log), Fate::kUnknown);
  const Result<Fate> awaited = log.Await(rig.call(), rig.cloud());
  ASSERT_TRUE(awaited.ok());
  EXPECT_EQ(*awaited, Fate::kUnknown);
}

TEST(ActionLog, AnOrderThatShowsLateIsWaitedFor) {
  LogRig rig;
  const ActionLog log = rig.Before();
  int looks = 0;
  rig.OnRequest([&](const client::Request&) {
    if (++looks == 4) rig.Write("reboot", "req-late", false);
  });
  const Result<Fate> awaited = log.Await(rig.call(), rig.cloud());
  ASSERT_TRUE(awaited.ok());
  EXPECT_EQ(*awaited, Fate::kBegun);
  EXPECT_EQ(looks, 4);
}

}  // namespace
}  // namespace ecs
