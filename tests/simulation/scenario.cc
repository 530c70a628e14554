#include "tests/simulation/scenario.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/configurations.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/neighbour.h"
#include "tests/support/emulator_transport.h"

namespace ecs::simulation {
namespace {

using cty::Value;

constexpr char kPassword[] = "pass-0f1e2d3c-word";

Value Text(const std::string& text) { return Value::String(text); }

class Scenario {
 public:
  explicit Scenario(World& world)
      : world_(world), configurations_(world, workspace_), terraform_(world, workspace_) {}

  void Run() {
    SetUp();
    const std::uint64_t commands = 1 + world_.choices.Pick("commands", 4);
    for (std::uint64_t i = 1; i <= commands && Goes(); ++i) Act(absl::StrCat(i));
    if (!Goes()) return;
    world_.Heal();
    Settle();
  }

 private:
  bool Goes() const { return world_.ledger.violations.empty(); }

  void SetUp() {
    for (emulator::Emulator* each : {&world_.cloud, &world_.elsewhere}) {
      each->With([](emulator::Cloud& cloud) { cloud.options.password = kPassword; });
    }
    world_.secrets.insert(kPassword);
    constexpr Duration kWalls[] = {Duration::zero(), -std::chrono::minutes(3),
                                   std::chrono::minutes(3)};
    world_.provider_wall_offset = kWalls[world_.choices.Pick("provider/clock", std::size(kWalls))];
    workspace_.provider_block = ProviderBlock();
    const std::uint64_t servers = 1 + world_.choices.Pick("servers", 3);
    for (std::uint64_t i = 0; i < servers; ++i) {
      Resource resource{.address = absl::StrCat("web[", i, "]"),
                        .type = SimulatedProvider().FindResource("ecs_server")};
      resource.config = configurations_.New(resource, "config");
      workspace_.resources.push_back(std::move(resource));
    }
  }

  Value ProviderBlock() {
    const schema::RowSet& rows = *SimulatedProvider().rows;
    Value::Fields fields;
    for (const schema::Row& row : rows.rows()) fields.emplace(row.name, Value::Null(row.type));
    Value block = Value::Object(std::move(fields));
    block = block.With("auth_url", Text(absl::StrCat(kEmulatorOrigin, "/v3")));
    block = block.With("region", Text("eu-demo"));
    block = block.With("project_name", Text("eu-demo"));
    block = block.With("domain_name", Text("demo-domain"));
    block = block.With("user_name", Text("demo"));
    return block.With("password", Text(kPassword));
  }

  void AddARestart(const std::string& number) {
    if (configurations_.ServerIds().empty() || workspace_.resources.size() > 4) return;
    if (!world_.choices.Chance("restart " + number, 300)) return;
    for (const Resource& resource : workspace_.resources) {
      if (resource.type->name == "ecs_server_restart") return;
    }
    Resource restart{.address = "restart",
                     .type = SimulatedProvider().FindResource("ecs_server_restart")};
    restart.config = configurations_.New(restart, "config");
    workspace_.resources.push_back(std::move(restart));
  }

  // A server that is to be stopped and to be restarted would be a contradiction of the user's.
  void KeepRunningWhatIsRestarted() {
    if (workspace_.resources.back().type->name != "ecs_server_restart") return;
    for (Resource& resource : workspace_.resources) {
      if (resource.type->name != "ecs_server" || !resource.config.is_known()) continue;
      resource.config = resource.config.With("power_state", Text("ACTIVE"));
      // One that waits to be confirmed by hand cannot be restarted either.
      const schema::Row& resize = *resource.type->rows->Find("resize");
      resource.config = resource.config.With("resize", Value::Null(resize.type));
    }
  }

  void Act(const std::string& number) {
    configurations_.Correct();
    if (number != "1") {
      // Often nothing changes: then a plan may want nothing either.
      const bool same = world_.choices.Chance("same " + number, 300);
      for (Resource& resource : workspace_.resources) {
        if (!same) resource.config = configurations_.Changed(resource, "change " + number);
      }
      if (world_.choices.Chance("import " + number, 60)) ImportAnew(number);
      AddARestart(number);
      KeepRunningWhatIsRestarted();
      if (world_.choices.Chance("neighbour " + number, 250)) {
        NeighbourActs(world_, workspace_, "neighbour " + number);
      }
    } else if (world_.choices.Chance("neighbour 0", 150)) {
      NeighbourActs(world_, workspace_, "neighbour 0");
    }
    for (Resource& resource : workspace_.resources) {
      configurations_.Mistake(resource, "mistake " + number);
    }
    constexpr int kParallel[] = {10, 1, 2};
    Terraform::Command command{.name = "apply " + number};
    command.parallelism = kParallel[world_.choices.Pick(command.name + "/parallel", 3)];
    if (world_.choices.Chance(command.name + "/destroys", 60)) command.destroy = true;
    if (world_.choices.Chance(command.name + "/no refresh", 80)) command.refresh = false;
    if (world_.choices.Chance(command.name + "/elsewhere", 60) && AllHavePlaces()) {
      command.elsewhere = true;
      // A refresh would refuse before a delete is asked.
      if (world_.choices.Chance(command.name + "/blind", 500)) command.refresh = false;
      if (!command.destroy) command.apply = false;
    }
    if (world_.choices.Chance(command.name + "/wrong password", 40)) command.wrong_password = true;
    (void)RunChecked(command);
    if (world_.choices.Chance("pause " + number, 300)) {
      world_.scheduler.Pass(std::chrono::minutes(3));
    }
  }

  // Whether the state holds all resources and knows where they live. Of a tainted object whose
  // deletion was cut short before any look it does not: Terraform before 1.12 stores no identity,
  // and gives the delete no private bytes.
  bool AllHavePlaces() const {
    return std::all_of(
        workspace_.resources.begin(), workspace_.resources.end(), [](const Resource& resource) {
          const bool in_cloud = resource.type->name == "ecs_server";
          return resource.instance && (!in_cloud || !resource.instance->private_bytes.empty());
        });
  }

  // One server is taken out of the state and imported: terraform state rm, terraform import.
  void ImportAnew(const std::string& number) {
    std::vector<Resource*> held;
    for (Resource& resource : workspace_.resources) {
      const bool is_there = resource.instance && !resource.instance->tainted;
      if (resource.type->name == "ecs_server" && is_there && resource.config.is_known()) {
        held.push_back(&resource);
      }
    }
    if (held.empty()) return;
    Resource& resource = *held[world_.choices.Pick("import " + number + " of", held.size())];
    const Value id = resource.instance->state.At("id");
    if (!id.is_known()) return;
    const Instance before = *std::exchange(resource.instance, std::nullopt);
    if (!terraform_.Import("import " + number, resource, id.AsString())) {
      resource.instance = before;
      return;
    }
    const bool as_applied = resource.applied == resource.config;
    resource.config = Configurations::Importable(resource);
    if (as_applied) resource.applied = resource.config;
  }

  // A configuration names servers by reference: those that are gone are named no more.
  void ForgetServersThatAreGone() {
    const std::vector<std::string> ids = configurations_.ServerIds();
    for (Resource& resource : workspace_.resources) {
      if (resource.type->name != "ecs_server_restart" || !resource.config.is_known()) continue;
      Value::Elements left;
      for (const Value& id : resource.config.At("server_ids").elements()) {
        if (std::find(ids.begin(), ids.end(), id.AsString()) != ids.end()) left.push_back(id);
      }
      if (left.empty()) {
        resource.config = Value::Null(resource.type->rows->ObjectType());
      } else {
        resource.config =
            resource.config.With("server_ids", Value::Set(cty::Type::String(), std::move(left)));
      }
    }
  }

  Outcome RunChecked(const Terraform::Command& command) {
    ForgetServersThatAreGone();
    const TimePoint began = world_.scheduler.now();
    Outcome outcome = terraform_.Run(command);
    CheckCommand(world_, workspace_, outcome, command.name, began);
    if (MustSucceed(command, outcome)) CheckSuccessOf(world_, outcome, command.name);
    return outcome;
  }

  // Whether nothing but one passing trouble of the wire could have made it fail.
  bool MustSucceed(const Terraform::Command& command, const Outcome& outcome) const {
    if (world_.ledger.disturbed || outcome.killed || outcome.interrupted) return false;
    if (command.wrong_password || command.elsewhere) return false;
    return std::none_of(
        workspace_.resources.begin(), workspace_.resources.end(),
        [this](const Resource& resource) { return configurations_.HasMistake(resource); });
  }

  // A server in ERROR is replaced by hand, as the error said; so is one that waits to be confirmed.
  void HelpByHand() {
    for (Resource& resource : workspace_.resources) {
      if (resource.type->name != "ecs_server" || !resource.instance) continue;
      const Value& id = resource.instance->state.At("id");
      if (!id.is_known()) continue;
      world_.cloud.With([&](emulator::Cloud& cloud) {
        const emulator::Server* server = cloud.store.servers.Find(id.AsString());
        if (server == nullptr) return;
        if (emulator::StatusOf(*server) == "VERIFY_RESIZE" && resource.config.is_known()) {
          // Until the user has confirmed it the cloud refuses other changes, as the plan says.
          const schema::Row& resize = *resource.type->rows->Find("resize");
          resource.config = resource.config.With("resize", Value::Null(resize.type));
        }
        if (emulator::StatusOf(*server) == "ERROR") {
          resource.instance->tainted = true;
          world_.Step(resource.address + " is in ERROR: terraform taint");
        }
      });
    }
  }

  void Settle() {
    configurations_.Correct();
    HelpByHand();
    // The first one may meet what the user has to know first.
    const Outcome first = RunChecked({.name = "settle 1", .may_be_cut_short = false});
    if (!Goes()) return;
    HelpByHand();
    const Outcome second = RunChecked({.name = "settle 2", .may_be_cut_short = false});
    if (!second.ok()) {
      world_.ledger.Break("I15", absl::StrCat("in calm weather an apply fails for ",
                                              absl::StrJoin(second.failed, ", ")));
    }
    if (!Goes()) return;
    const Outcome plan = RunChecked({.name = "plan", .apply = false, .may_be_cut_short = false});
    for (const auto& [address, planned] : plan.plan) {
      if (planned.action == Action::kNothing) continue;
      world_.ledger.Break(
          "I15", absl::StrCat("the plan after two applies wants to ", NameOf(planned.action), " ",
                              address, DifferenceOf(address, planned)));
    }
    CheckPlan(world_, workspace_, plan);
    Probe();
    CheckOrphans(world_, workspace_);
    if (!Goes() || !world_.choices.Chance("destroy at last", 500)) return;
    const Outcome gone =
        RunChecked({.name = "destroy", .destroy = true, .may_be_cut_short = false});
    world_.scheduler.Pass(std::chrono::minutes(5));
    if (!gone.ok()) world_.ledger.Break("I15", "in calm weather destroy fails");
    CheckNothingLeft(world_);
  }

  // Somebody creates something else: before its first create a process names what is unfinished.
  void Probe() {
    Workspace other{.provider_block = workspace_.provider_block};
    Resource probe{.address = "probe", .type = SimulatedProvider().FindResource("ecs_server")};
    probe.config = Configurations::Required(probe);
    other.resources.push_back(std::move(probe));
    Terraform theirs(world_, other);
    (void)theirs.Run({.name = "probe", .may_be_cut_short = false});
    (void)theirs.Run({.name = "probe's end", .destroy = true, .may_be_cut_short = false});
  }

  std::string DifferenceOf(const std::string& address, const Planned& planned) const {
    for (const Resource& resource : workspace_.resources) {
      if (resource.address != address || !resource.instance || !planned.planned.is_known())
        continue;
      std::string text;
      for (const auto& [name, value] : planned.planned.fields()) {
        const Value& before = resource.instance->state.At(name);
        if (before == value) continue;
        absl::StrAppend(&text, "; ", name, ": ", before.DebugString(), " -> ", value.DebugString());
      }
      return text;
    }
    return "";
  }

  World& world_;
  Workspace workspace_;
  Configurations configurations_;
  Terraform terraform_;
};

}  // namespace

RunResult RunCase(const Case& one, Totals& totals) {
  World world(one, totals);
  ++totals.runs;
  Scenario(world).Run();
  RunResult result{.violations = world.ledger.violations,
                   .steps = world.ledger.steps,
                   .taken = world.choices.taken(),
                   .unused = world.choices.Unused()};
  result.trace = one.seed;
  for (const std::string& step : result.steps) result.trace = Hash(result.trace, step);
  return result;
}

}  // namespace ecs::simulation
