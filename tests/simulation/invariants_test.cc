// Each invariant is made to fire: one that cannot would prove nothing.
#include "tests/simulation/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/generator.h"

namespace ecs::simulation {
namespace {

using cty::Value;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kId[] = "5f3a0000-0000-4000-8000-000000000001";

struct Rig {
  Totals totals = {};
  World world{Case{.seed = 1, .overrides = {{"weather/bad", 0}}}, totals};
  Workspace workspace = {};
  Outcome outcome = {};

  static Value Config() {
    const schema::AnyResource& type = *SimulatedProvider().FindResource("ecs_server");
    Value config = contract::Generator(0, type, {}).Config();
    for (const schema::Row& row : type.rows->rows()) {
      if (row.mode != schema::Mode::kRequired)
        config = config.With(row.name, Value::Null(row.type));
    }
    return config;
  }

  // An address that holds the server `id`.
  Resource& Hold(const std::string& address, const std::string& id) {
    Resource resource{.address = address,
                      .type = SimulatedProvider().FindResource("ecs_server"),
                      .config = Config()};
    resource.instance = Instance{.state = resource.config.With("id", Value::String(id))};
    workspace.resources.push_back(resource);
    outcome.applied[address] = true;
    outcome.plan[address] = {Action::kNothing, resource.config, ""};
    return workspace.resources.back();
  }

  // A server as the configuration wants it, but for its interface and disk, which it lacks.
  void Exists(const std::string& id, const std::string& owner) {
    const Value config = Config();
    world.cloud.With([&](emulator::Cloud& cloud) {
      cloud.store.servers.Add({.id = id,
                               .name = config.At("name").AsString(),
                               .image_id = config.At("image_id").AsString(),
                               .flavor_id = config.At("flavor").AsString(),
                               .vpc_id = config.At("vpc_id").AsString(),
                               .vm_state = "active",
                               .task_state = ""});
    });
    world.ledger.servers[id] = {owner, "apply 1"};
  }

  std::vector<std::string> Broken() const {
    std::vector<std::string> names;
    for (const Violation& violation : world.ledger.violations) names.push_back(violation.invariant);
    return names;
  }
};

TEST(Invariants, OneServerInTwoAddresses) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  rig.Hold("web[0]", kId);
  rig.Hold("web[1]", kId);
  rig.outcome.applied.clear();
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 1", {});
  EXPECT_THAT(rig.Broken(), ElementsAre("I11"));
}

TEST(Invariants, SomebodyElsesServerInAnAddress) {
  Rig rig;
  rig.Exists(kId, kNeighbour);
  rig.Hold("web[0]", kId);
  rig.outcome.applied.clear();
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 1", {});
  EXPECT_THAT(rig.Broken(), ElementsAre("I1"));
}

TEST(Invariants, SuccessAlthoughTheCloudHoldsSomethingElse) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  rig.Hold("web[0]", kId);
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 1", {});
  ASSERT_THAT(rig.Broken(), ElementsAre("I7"));
  EXPECT_EQ(rig.world.ledger.violations[0].text,
            "apply 1 of web[0] succeeds, but network_interface is missing instead of there");
}

TEST(Invariants, AnEmptyPlanAlthoughTheCloudHoldsSomethingElse) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  rig.Hold("web[0]", kId);
  CheckPlan(rig.world, rig.workspace, rig.outcome);
  EXPECT_THAT(rig.Broken(), ElementsAre("I14"));
}

TEST(Invariants, AServerThatNoStateHoldsAndNobodyWasTold) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  CheckOrphans(rig.world, rig.workspace);
  EXPECT_THAT(rig.Broken(), ElementsAre("I13"));
}

TEST(Invariants, AServerThatWasNamedOrIsSomebodyElsesIsNoOrphan) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  rig.Exists("5f3a0000-0000-4000-8000-000000000002", kNeighbour);
  rig.world.Tell(std::string("The server ") + kId + " was not finished.");
  CheckOrphans(rig.world, rig.workspace);
  CheckNothingLeft(rig.world);
  EXPECT_THAT(rig.Broken(), IsEmpty());
}

TEST(Invariants, AServerThatDestroyLeaves) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  CheckNothingLeft(rig.world);
  EXPECT_THAT(rig.Broken(), ElementsAre("I16"));
}

TEST(Invariants, ARestartThatTheLogDoesNotHave) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  const schema::AnyResource* type = SimulatedProvider().FindResource("ecs_server_restart");
  Resource restart{.address = "restart", .type = type};
  restart.config = contract::Generator(3, *type, {kId}).Config();
  restart.instance = Instance{.state = restart.config.With("restarted_at", Value::String("now"))};
  rig.outcome.before["restart"] = restart.config;
  rig.outcome.applied["restart"] = true;
  rig.outcome.plan["restart"] = {
      Action::kUpdate, restart.config.With("restarted_at", Value::Unknown(cty::Type::String())),
      ""};
  rig.workspace.resources.push_back(restart);
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 1", rig.world.scheduler.now());
  EXPECT_THAT(rig.Broken(), ElementsAre("I12"));
}

}  // namespace
}  // namespace ecs::simulation
