// ecs_server_restart: one server by the native call, more by batches, and who failed.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

struct RestartRig : ServerRig {
  explicit RestartRig(int servers) {
    for (int i = 1; i <= servers; ++i) {
      const Value state = Make(absl::StrCat(R"({"name": "web-)", i, R"("})"));
      ids.push_back(state.At("id").AsString());
    }
    clock().Advance(std::chrono::minutes(1));
  }

  const schema::AnyResource& restart = *TheProvider().FindResource("ecs_server_restart");
  std::vector<std::string> ids = {};

  Value Order(const std::string& patch = "{}") const {
    nlohmann::json order = {{"server_ids", ids}, {"triggers", {{"version", "1"}}}};
    order.merge_patch(nlohmann::json::parse(patch));
    return ObjectOf(*restart.rows, order.dump());
  }
  Applied Give(const Value& state, const std::string& patch) {
    return Apply(restart, state, Order(patch));
  }
  Value Null() const { return Value::Null(restart.rows->ObjectType()); }

  // An order that was given without restarting anything.
  Value Given() { return Give(Null(), "{}").state; }
};

constexpr char kAgain[] = R"({"triggers": {"version": "2"}})";

TEST(Restart, CreatingTheOrderRestartsNothingUnlessAskedTo) {
  RestartRig rig(2);
  const TestCloud::Applied given = rig.Give(rig.Null(), "{}");
  EXPECT_THAT(given.notes.list(), IsEmpty()) << TextOf(given.notes);
  EXPECT_TRUE(given.state.At("id").is_known());
  EXPECT_TRUE(given.state.At("restarted_at").is_null());
  EXPECT_THAT(rig.Asked(), IsEmpty());
  const TestCloud::Applied now = rig.Give(rig.Null(), R"({"restart_on_create": true})");
  EXPECT_THAT(Summaries(now.plan_notes), ElementsAre("Running servers will be restarted"));
  EXPECT_THAT(now.state.At("restarted_at").AsString(), MatchesRegex("2024-05-01T08:3[0-9]:..Z"));
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.RebootServers"));
}

TEST(Restart, OneServerUsesTheNativeCall) {
  RestartRig rig(1);
  const Value given = rig.Given();
  const TestCloud::Applied done = rig.Give(given, kAgain);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "nova.ListActions", "nova.RebootServer",
                                       "ecs.ShowServer x7", "nova.ListActions"));
  EXPECT_EQ(rig.Server(rig.ids[0]).actions.back().action, "reboot");
}

TEST(Restart, ManyServersUseOneBatchCallAndItsJob) {
  RestartRig rig(3);
  const TestCloud::Applied done = rig.Give(rig.Given(), kAgain);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x3", "ecs.RebootServers", "ecs.GetJob x4",
                                       "ecs.ShowServer x3"));
  EXPECT_TRUE(done.state.At("failed_server_ids").is_null());
}

TEST(Restart, BatchesAreAsLargeAsAskedFor) {
  RestartRig rig(5);
  const Value given = rig.Give(rig.Null(), R"({"batch_size": 2})").state;
  const TestCloud::Applied done =
      rig.Give(given, R"({"batch_size": 2, "triggers": {"version": "2"}})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.RebootServers x3"));
}

TEST(Restart, OnlyAChangeOfTheTriggersRestarts) {
  RestartRig rig(2);
  const Value given = rig.Given();
  const TestCloud::Applied done = rig.Give(
      given,
      absl::StrCat(R"({"type": "HARD", "batch_size": 7, "server_ids": [")", rig.ids[0], R"("]})"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Asked(), IsEmpty());
}

TEST(Restart, AServerThatFailsIsNamedAndTheOthersAreDone) {
  RestartRig rig(3);
  const Value given = rig.Given();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.RebootServers:fail:1:server=web-2").ok());
  const TestCloud::Applied failed = rig.Give(given, kAgain);
  ASSERT_EQ(failed.notes.list().size(), 1u) << TextOf(failed.notes);
  EXPECT_EQ(failed.notes.list()[0].summary, "Some servers were not restarted");
  EXPECT_THAT(failed.notes.list()[0].detail,
              AllOf(HasSubstr("2 of 3 servers were restarted"), HasSubstr(rig.ids[1])));
  EXPECT_EQ(failed.state.At("failed_server_ids"),
            Value::Set(cty::Type::String(), {Value::String(rig.ids[1])}));
  EXPECT_TRUE(failed.state.At("restarted_at").is_known());

  // The next apply restarts that one alone.
  rig.Forget();
  const TestCloud::Applied done = rig.Give(failed.state, kAgain);
  EXPECT_THAT(Summaries(done.plan_notes),
              ElementsAre("Servers whose restart failed will be restarted"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_TRUE(done.state.At("failed_server_ids").is_null());
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RebootServer"));
  EXPECT_EQ(lifecycle::Plan(rig.restart, done.state, rig.Order(kAgain)).planned, done.state);
}

TEST(Restart, AFailureWhileCreatingTheOrderTellsThatItIsTainted) {
  RestartRig rig(2);
  ASSERT_TRUE(rig.emulator().AddFault("ecs.RebootServers:fail:1:server=web-2").ok());
  const TestCloud::Applied failed = rig.Give(rig.Null(), R"({"restart_on_create": true})");
  EXPECT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("terraform untaint ADDRESS"));
  EXPECT_EQ(failed.state.At("failed_server_ids"),
            Value::Set(cty::Type::String(), {Value::String(rig.ids[1])}));
}

TEST(Restart, AServerThatIsGoneIsNamedAndTheOthersAreDone) {
  RestartRig rig(2);
  const Value given = rig.Given();
  rig.emulator().With([&](emulator::Cloud& cloud) { cloud.store.servers.Remove(rig.ids[0]); });
  const TestCloud::Applied failed = rig.Give(given, kAgain);
  EXPECT_THAT(Summaries(failed.notes), ElementsAre("! Some servers were not restarted"));
  EXPECT_EQ(failed.state.At("failed_server_ids"),
            Value::Set(cty::Type::String(), {Value::String(rig.ids[0])}));
}

TEST(Restart, ARefusedCallCountsForAllAndIsTriedAgain) {
  RestartRig rig(2);
  const Value given = rig.Given();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.RebootServers:refuse:1:status=403").ok());
  const TestCloud::Applied failed = rig.Give(given, kAgain);
  EXPECT_THAT(Summaries(failed.notes), ElementsAre("! Restarting the servers failed"));
  EXPECT_EQ(failed.state.At("triggers"), rig.Order(kAgain).At("triggers"));
  const TestCloud::Applied done = rig.Give(failed.state, kAgain);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_TRUE(done.state.At("restarted_at").is_known());
}

TEST(Restart, ALostAnswerRestartsOnce) {
  RestartRig rig(2);
  const Value given = rig.Given();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.RebootServers:lost").ok());
  const TestCloud::Applied done = rig.Give(given, kAgain);
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.RebootServers"));
}

TEST(Restart, AHardOneBringsAStoppedServerUp) {
  RestartRig rig(1);
  rig.Disturb(rig.ids[0], [](emulator::Server& server) {
    server.vm_state = "stopped";
    server.power_state = 4;
  });
  const Value given = rig.Give(rig.Null(), R"({"type": "HARD"})").state;
  const TestCloud::Applied done =
      rig.Give(given, R"({"type": "HARD", "triggers": {"version": "2"}})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(rig.Server(rig.ids[0]).vm_state, "active");
}

TEST(Restart, DestroyingTheOrderChangesNothing) {
  RestartRig rig(1);
  EXPECT_TRUE(rig.Apply(rig.restart, rig.Given(), rig.Null()).state.is_null());
  EXPECT_THAT(rig.Asked(), IsEmpty());
}

}  // namespace
}  // namespace ecs
