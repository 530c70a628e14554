// Every status is readable, and what unset attributes cost: nothing.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadServer, CostsOneCallAndChangesNothing) {
  ServerRig rig;
  const Value state = rig.Make();
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer"));
}

TEST(ReadServer, AutomaticRecoveryIsAskedForOnlyWhereItIsManaged) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": true})");
  EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "ecs.ShowAutoRecovery"));
}

TEST(ReadServer, ManyReadsBecomeOneList) {
  emulator::Options options;
  options.durations.SetSpeed(0);
  ServerRig rig(options);
  std::vector<Value> states;
  for (int i = 0; i < 40; ++i) states.push_back(rig.Make());
  rig.clock().Advance(std::chrono::minutes(1));
  for (const Value& state : states) EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x4", "ecs.ListServers"));
}

TEST(ReadServer, OneThatIsGoneIsNoError) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Delete(state);
  rig.Forget();
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_TRUE(read.state.is_null());
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer"));
}

TEST(ReadServer, EveryStatusIsReadable) {
  const struct {
    const char* vm_state = "";
    const char* task_state = "";
    int power_state = 0;
    const char* condition = "";
    std::vector<std::string> notes = {};
  } cases[] = {
      {"active", "", 1, "s3.medium.1, ACTIVE, ACTIVE"},
      {"stopped", "", 4, "s3.medium.1, SHUTOFF, SHUTOFF"},
      {"active", "powering-off", 1, "s3.medium.1, ACTIVE, SHUTOFF"},
      {"stopped", "powering-on", 4, "s3.medium.1, SHUTOFF, ACTIVE"},
      {"active", "rebooting", 1, "s3.medium.1, REBOOT, ACTIVE"},
      {"active", "rebooting_hard", 1, "s3.medium.1, HARD_REBOOT, ACTIVE"},
      {"active", "resize_prep", 1, "s3.medium.1, RESIZE, ACTIVE"},
      {"resized", "", 1, "s3.medium.1, VERIFY_RESIZE, ACTIVE"},
      {"resized", "resize_reverting", 1, "s3.medium.1, REVERT_RESIZE, ACTIVE"},
      {"building", "spawning", 0, "s3.medium.1, BUILD, ACTIVE"},
      {"error", "", 0, "s3.medium.1, ERROR, ACTIVE", {"The server web-1 is in status ERROR"}},
      {"paused",
       "",
       3,
       "s3.medium.1, PAUSED, ACTIVE",
       {"The server web-1 is in the unusual status PAUSED"}},
      {"suspended",
       "",
       4,
       "s3.medium.1, SUSPENDED, ACTIVE",
       {"The server web-1 is in the unusual status SUSPENDED"}},
      {"odd",
       "",
       0,
       "s3.medium.1, UNKNOWN, ACTIVE",
       {"The server web-1 is in the unusual status UNKNOWN"}},
  };
  for (const auto& test : cases) {
    ServerRig rig;
    const Value state = rig.Make();
    rig.Disturb(state.At("id").AsString(), [&](emulator::Server& server) {
      server.vm_state = test.vm_state;
      server.task_state = test.task_state;
      server.power_state = test.power_state;
    });
    const lifecycle::ReadResult read = rig.Read(state);
    EXPECT_EQ(Condition(read.state), test.condition) << test.vm_state << " " << test.task_state;
    EXPECT_EQ(Summaries(read.notes), test.notes) << test.condition;
  }
}

TEST(ReadServer, DriftIsShown) {
  ServerRig rig;
  const Value state = rig.Make(R"({"tags": {"a": "1"}, "metadata": {"m": "1"}})");
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) {
    server.name = "renamed";
    server.tags = {{"a", "2"}, {"b", ""}};
    server.metadata["m"] = "2";
    server.metadata["of_others"] = "x";
  });
  const Value expected =
      state.With("name", Value::String("renamed"))
          .With("tags", Value::Map(cty::Type::String(),
                                   {{"a", Value::String("2")}, {"b", Value::String("")}}))
          .With("metadata", Value::Map(cty::Type::String(), {{"m", Value::String("2")}}));
  EXPECT_EQ(rig.Read(state).state, expected);
}

TEST(ReadServer, AFailedReadKeepsTheState) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ShowServer:refuse:always:status=403").ok());
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(Summaries(read.notes),
              ElementsAre("! Reading the server " + state.At("id").AsString() + " failed"));
}

TEST(ImportServer, AsksForEverythingOnce) {
  ServerRig rig;
  const char* config = R"({"auto_recovery": true, "description": "d", "tags": {"a": "1"}})";
  const Value state = rig.Make(config);
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, state.At("id").AsString());
  const lifecycle::ReadResult read = rig.Read(imported->state, imported->private_bytes);
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_EQ(read.state, state);
  EXPECT_EQ(rig.Plan(read.state, config).planned, read.state);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "ecs.ListInterfaces", "evs.ListVolumes",
                                       "ecs.ShowAutoRecovery"));
}

TEST(ImportServer, OneThatDoesNotExistIsGone) {
  ServerRig rig;
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, "6f0e2a4b-1111-4111-8111-111111111111");
  EXPECT_TRUE(rig.Read(imported->state, imported->private_bytes).state.is_null());
}

}  // namespace
}  // namespace ecs
