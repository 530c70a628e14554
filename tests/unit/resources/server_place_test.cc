// Where a server lives: remembered at no cost, and looked at before it is called gone.
#include "provider/lifecycle/memory.h"
#include "provider/lifecycle/move.h"
#include "tests/support/emulator_transport.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using lifecycle::Memory;
using lifecycle::Recall;
using lifecycle::Remember;
using testing::ElementsAre;
using testing::IsEmpty;

schema::Place Home() {
  const emulator::Options options;
  return {.region = options.region, .project_id = options.project_id};
}

TEST(ServerPlace, IsRememberedByCreateAndRead) {
  ServerRig rig;
  const Value config = rig.Config();
  const lifecycle::PlanResult plan = rig.Plan(rig.NoState(), "{}");
  const lifecycle::ApplyResult made =
      lifecycle::Apply(rig.call(), rig.cloud(), rig.resource, rig.NoState(), plan.planned, config);
  ASSERT_FALSE(made.notes.has_errors()) << TextOf(made.notes);
  EXPECT_EQ(Recall(made.private_bytes), Memory{.place = Home()});
  EXPECT_EQ(Recall(rig.Read(made.state).private_bytes), Memory{.place = Home()});
}

// With access keys the project is looked up by its name: once, by the first request.
TEST(ServerPlace, CostsNoRequestOfItsOwn) {
  ServerRig rig;
  const Value state = rig.Make();
  client::Settings settings = EmulatorSettings({});
  settings.project_id.clear();
  resources::Cloud cloud(settings, ThroughEmulator(rig.emulator()), {});
  const lifecycle::ReadResult read = lifecycle::Read(rig.call(), cloud, rig.resource, state, "");
  EXPECT_EQ(Recall(read.private_bytes), Memory{.place = Home()});
  EXPECT_THAT(rig.Asked(), ElementsAre("iam.ListProjects", "ecs.ShowServer", "evs.ListVolumes"));
}

TEST(ServerPlace, OfAnOrderToRestartThereIsNone) {
  ServerRig rig;
  const schema::AnyResource& restart = *TheProvider().FindResource("ecs_server_restart");
  const Value state = ObjectOf(*restart.rows, R"({"id": "order"})");
  const lifecycle::ReadResult read = lifecycle::Read(rig.call(), rig.cloud(), restart, state, "");
  EXPECT_EQ(read.private_bytes, "");
  const std::string elsewhere = Remember({.place = {.region = "eu-other"}});
  const Value none = Value::Null(restart.rows->ObjectType());
  const lifecycle::ApplyResult deleted = lifecycle::Apply(rig.call(), rig.cloud(), restart, state,
                                                          none, none, {.private_bytes = elsewhere});
  EXPECT_THAT(deleted.notes.list(), IsEmpty());
  EXPECT_TRUE(deleted.state.is_null());
  EXPECT_THAT(rig.Asked(), IsEmpty());
}

TEST(ServerPlace, OfAServerThatIsThereUnderAnotherRegionsNameDoesNotStopItsDelete) {
  ServerRig rig;
  const Value state = rig.Make();
  const std::string renamed = Remember({.place = {.region = "eu-old"}});
  const lifecycle::ApplyResult deleted =
      lifecycle::Apply(rig.call(), rig.cloud(), rig.resource, state, rig.NoState(), rig.NoState(),
                       {.private_bytes = renamed});
  EXPECT_THAT(deleted.notes.list(), IsEmpty()) << TextOf(deleted.notes);
  EXPECT_TRUE(deleted.state.is_null());
  EXPECT_EQ(rig.ServerCount(), 0u);
}

TEST(ServerPlace, IsTheRegionOfTheStateThatAServerWasMovedFrom) {
  const schema::AnyResource& server = *TheProvider().FindResource("ecs_server");
  const Result<lifecycle::Moved> moved = lifecycle::Move(
      server, {.provider_address = "registry.terraform.io/opentelekomcloud/opentelekomcloud",
               .type_name = "opentelekomcloud_compute_instance_v2",
               .json = R"({"id": "6f0e2a4b-1111-4111-8111-111111111111", "region": "eu-de"})"});
  ASSERT_TRUE(moved.ok()) << moved.error().Text();
  EXPECT_EQ(Recall(moved->private_bytes),
            (Memory{.importing = true, .place = {.region = "eu-de"}}));
}

}  // namespace
}  // namespace ecs
