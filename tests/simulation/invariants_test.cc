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
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 2", rig.world.scheduler.now());
  EXPECT_THAT(rig.Broken(), ElementsAre("I12"));
}

TEST(Invariants, AnRpcThatOutlivesItsTimeOrCtrlC) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  Ledger ledger;
  const TimePoint began{};
  RpcTime time{.rpc = "Apply", .thread = "apply 1/web[0]", .began = began, .limit = minutes(15)};
  time.ended = began + minutes(15) + seconds(1);
  CheckTime(ledger, time);
  EXPECT_THAT(ledger.violations, IsEmpty());
  time.ended = began + minutes(25);
  CheckTime(ledger, time);
  ASSERT_EQ(ledger.violations.size(), 1u);
  EXPECT_EQ(ledger.violations[0].text,
            "Apply outlives its time: 900 seconds were given, 1500 taken by apply 1/web[0]");
  time.ended = began + minutes(1);
  time.stopped = began + seconds(20);
  CheckTime(ledger, time);
  ASSERT_EQ(ledger.violations.size(), 2u);
  EXPECT_EQ(ledger.violations[1].invariant, "I3");
  EXPECT_EQ(ledger.violations[1].text, "Apply goes on after Ctrl-C: apply 1/web[0]");
}

TEST(Invariants, AVerdictOfTheJudge) {
  Rig rig;
  const Resource& resource = rig.Hold("web[0]", kId);
  CheckVerdict(rig.world.ledger, resource, "the plan", {});
  EXPECT_THAT(rig.Broken(), IsEmpty());
  CheckVerdict(rig.world.ledger, resource, "the plan", {"name is unknown"});
  EXPECT_THAT(rig.Broken(), ElementsAre("I4"));
}

TEST(Invariants, WordsThatCannotBeTrue) {
  Ledger ledger;
  CheckWords(ledger, "Apply", "The request may have been executed.", /*calm=*/false);
  EXPECT_THAT(ledger.violations, IsEmpty());
  CheckWords(ledger, "Apply", "The request may have been executed.", /*calm=*/true);
  CheckWords(ledger, "Plan", "The ECS provider has a bug: x", /*calm=*/false);
  ASSERT_EQ(ledger.violations.size(), 2u);
  EXPECT_EQ(ledger.violations[0].invariant, "I4");
  EXPECT_EQ(ledger.violations[1].invariant, "I4");
}

TEST(Invariants, ASecretInAText) {
  Ledger ledger;
  CheckSecrets(ledger, "a log line", "nothing here", {"hunter2"});
  EXPECT_THAT(ledger.violations, IsEmpty());
  CheckSecrets(ledger, "a log line", "password=hunter2", {"hunter2"});
  ASSERT_EQ(ledger.violations.size(), 1u);
  EXPECT_EQ(ledger.violations[0].invariant, "I5");
}

TEST(Invariants, ASecondSignInAfterARefusal) {
  Rig rig;
  Process process;
  SimulatedWire wire(rig.world.scheduler, process, rig.world.cloud, rig.world.choices,
                     rig.world.ledger, rig.world.weather, rig.totals.matrix);
  const client::Request refused{
      .method = "POST", .url = "http://cloud.test/v3/auth/tokens", .body = R"({"auth": {
        "identity": {"methods": ["password"], "password": {"user": {"name": "demo",
          "domain": {"name": "demo-domain"}, "password": "wrong"}}}}})"};
  (void)wire.Begin(refused);
  rig.world.scheduler.Pass(std::chrono::minutes(1));
  EXPECT_THAT(rig.Broken(), IsEmpty());
  (void)wire.Begin(refused);
  rig.world.scheduler.Pass(std::chrono::minutes(1));
  EXPECT_THAT(rig.Broken(), ElementsAre("I6"));
}

TEST(Invariants, AnAddressThatLosesItsServer) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  const Resource& resource = rig.Hold("web[0]", kId);
  CheckGone(rig.world, resource, "another", "a refresh");
  EXPECT_THAT(rig.Broken(), IsEmpty());
  CheckGone(rig.world, resource, kId, "a refresh");
  EXPECT_THAT(rig.Broken(), ElementsAre("I9"));
}

TEST(Invariants, ARollbackThatTheLogDoesNotHave) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  const std::string text = "The cloud accepted the resize and rolled it back by itself.";
  CheckRollback(rig.world, text);
  EXPECT_THAT(rig.Broken(), ElementsAre("I12"));
  rig.world.ledger.violations.clear();
  rig.world.cloud.With([](emulator::Cloud& cloud) {
    cloud.store.servers.Find(kId)->actions.push_back({.action = "resize", .failed = true});
  });
  CheckRollback(rig.world, text);
  EXPECT_THAT(rig.Broken(), IsEmpty());
}

TEST(Invariants, ARefreshThatIsSilentAboutAServerThatIsBeingDeleted) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  const Resource& resource = rig.Hold("web[0]", kId);
  rig.world.calm = true;
  rig.world.cloud.With(
      [](emulator::Cloud& cloud) { cloud.store.servers.Find(kId)->task_state = "deleting"; });
  CheckDeletingIsTold(rig.world, resource, kId, /*anything_told=*/true);
  EXPECT_THAT(rig.Broken(), IsEmpty());
  CheckDeletingIsTold(rig.world, resource, kId, /*anything_told=*/false);
  EXPECT_THAT(rig.Broken(), ElementsAre("I14"));
}

TEST(Invariants, AnIdThatChangesUnderItsAddress) {
  Rig rig;
  const Resource& resource = rig.Hold("web[0]", kId);
  CheckSameId(rig.world.ledger, resource, kId, kId, "a refresh");
  EXPECT_THAT(rig.Broken(), IsEmpty());
  CheckSameId(rig.world.ledger, resource, kId, "another", "a refresh");
  EXPECT_THAT(rig.Broken(), ElementsAre("I10"));
}

TEST(Invariants, ACreateThatEndsAndDoesNotTellItsServer) {
  Rig rig;
  rig.Exists(kId, "web[0]");
  CheckCommand(rig.world, rig.workspace, rig.outcome, "apply 1", {});
  EXPECT_THAT(rig.Broken(), ElementsAre("I17"));
}

TEST(Invariants, ACommandThatFailsInCalmWeather) {
  Rig rig;
  CheckSuccessOf(rig.world, rig.outcome, "apply 1");
  EXPECT_THAT(rig.Broken(), IsEmpty());
  rig.outcome.failed.push_back("web[0]");
  CheckSuccessOf(rig.world, rig.outcome, "apply 1");
  EXPECT_THAT(rig.Broken(), ElementsAre("I18"));
}

}  // namespace
}  // namespace ecs::simulation
