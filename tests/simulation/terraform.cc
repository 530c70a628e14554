#include "tests/simulation/terraform.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/contract/generator.h"
#include "tests/contract/judge.h"
#include "tests/simulation/invariants.h"

namespace ecs::simulation {
namespace {

using cty::Value;

// When a kill or Ctrl-C comes after the apply began: each crosses another step of a create.
constexpr Duration kMoments[] = {std::chrono::milliseconds(5),   std::chrono::milliseconds(30),
                                 std::chrono::milliseconds(300), std::chrono::seconds(1),
                                 std::chrono::seconds(2),        std::chrono::seconds(4),
                                 std::chrono::seconds(15),       std::chrono::minutes(2)};

Value NullOf(const Resource& resource) { return Value::Null(resource.type->rows->ObjectType()); }

Value PriorOf(const Resource& resource) {
  return resource.instance ? resource.instance->state : NullOf(resource);
}

std::string IdOf(const Value& state) {
  if (!state.is_known() || !state.At("id").is_known()) return "";
  return state.At("id").AsString();
}

}  // namespace

const char* NameOf(Action action) {
  constexpr const char* kNames[] = {"nothing", "create", "update", "replace", "delete"};
  return kNames[static_cast<int>(action)];
}

bool Outcome::IsEmpty() const {
  return std::all_of(plan.begin(), plan.end(),
                     [](const auto& entry) { return entry.second.action == Action::kNothing; });
}

Value Terraform::Block(const Command& command) const {
  const Value& block = workspace_.provider_block;
  if (command.wrong_password) return block.With("password", Value::String("not the password"));
  if (!command.elsewhere) return block;
  return block.With("region", Value::String(kOtherRegion))
      .With("project_name", Value::String(kOtherRegion));
}

void Terraform::InTurns(const Command& command, const std::string& phase, Plugin& plugin,
                        Outcome& outcome, std::vector<Resource*> resources,
                        const std::function<void(Plugin&, Resource&)>& work) {
  const auto size = static_cast<std::size_t>(command.parallelism);
  for (std::size_t first = 0; first < resources.size(); first += size) {
    if (plugin.process().dead || outcome.interrupted) return;
    std::vector<Scheduler::Work> works;
    for (std::size_t i = first; i < std::min(first + size, resources.size()); ++i) {
      Resource& resource = *resources[i];
      const std::string name = absl::StrCat(command.name, phase, "/", resource.address);
      works.push_back({.name = name,
                       .priority = world_.choices.Pick(name + "/priority", 1000),
                       .body = [&plugin, &resource, &work] { work(plugin, resource); }});
    }
    world_.scheduler.RunAll(plugin.process(), std::move(works));
    if (!world_.scheduler.stuck().empty()) {
      world_.ledger.Break("I4", world_.scheduler.stuck());
      return;
    }
  }
}

// Reads what the cloud has into the state.
void Terraform::Refresh(const Command& command, Plugin& plugin, Resource& resource,
                        Outcome& outcome) {
  if (!resource.instance) return;
  Instance& instance = *resource.instance;
  const Reply upgraded = plugin.Upgrade(*resource.type, instance.state);
  if (!upgraded.failed && !(upgraded.value == instance.state)) {
    world_.ledger.Break("I4", absl::StrCat("upgrading changes the state of ", resource.address));
  }
  if (!command.refresh) return;
  const std::string before = IdOf(instance.state);
  const Reply read = plugin.Read(*resource.type, instance);
  if (read.failed) {
    outcome.failed.push_back(resource.address);
    return;
  }
  CheckVerdict(world_.ledger, resource, "the refreshed state",
               contract::JudgeState(*resource.type->rows, read.value));
  if (read.value.is_null()) {
    world_.Step(absl::StrCat(resource.address, " is gone from the state"));
    CheckGone(world_, resource, before, "a refresh");
    resource.instance.reset();
    return;
  }
  instance.state = read.value;
  instance.private_bytes = read.private_bytes;
  CheckSameId(world_.ledger, resource, before, IdOf(instance.state), "a refresh");
  CheckDeletingIsTold(world_, resource, before, !read.summaries.empty());
}

void Terraform::PlanOne(const Command& command, Plugin& plugin, Resource& resource,
                        Outcome& outcome) {
  const Value prior = PriorOf(resource);
  const bool wanted = !command.destroy && resource.config.is_known();
  if (!wanted) {
    if (prior.is_null()) return;
    const Reply plan =
        plugin.Plan(*resource.type, prior, NullOf(resource), resource.instance->private_bytes);
    if (plan.failed) return outcome.failed.push_back(resource.address);
    outcome.plan[resource.address] = {Action::kDelete, NullOf(resource), plan.private_bytes};
    return;
  }
  const Value config = ConfigAtPlan(command, resource);
  const Reply valid = plugin.Validate(*resource.type, config);
  if (valid.failed) return outcome.failed.push_back(resource.address);
  const std::string bytes = resource.instance ? resource.instance->private_bytes : "";
  const Reply plan = plugin.Plan(*resource.type, prior, config, bytes);
  if (plan.failed) return outcome.failed.push_back(resource.address);
  const schema::RowSet& rows = *resource.type->rows;
  CheckVerdict(world_.ledger, resource, "the plan",
               contract::JudgePlan(rows, prior, config, plan.value));
  Planned planned{Action::kNothing, plan.value, plan.private_bytes};
  const bool replaces =
      !prior.is_null() &&
      (resource.instance->tainted ||
       std::any_of(plan.replace.begin(), plan.replace.end(), [&](const std::string& name) {
         return !(prior.At(name) == plan.value.At(name));
       }));
  if (prior.is_null()) {
    planned.action = Action::kCreate;
  } else if (replaces) {
    // lifecycle.md section 5: nothing is kept of a tainted object.
    const std::string kept = resource.instance->tainted ? "" : plan.private_bytes;
    const Reply anew = plugin.Plan(*resource.type, NullOf(resource), config, kept);
    if (anew.failed) return outcome.failed.push_back(resource.address);
    planned = {Action::kReplace, anew.value, anew.private_bytes};
    if (config == resource.config && command.refresh) CheckReplacement(world_, resource);
  } else if (!(plan.value == prior)) {
    planned.action = Action::kUpdate;
  }
  planned.with_unknowns = !(config == resource.config);
  outcome.plan[resource.address] = planned;
}

// What is computed by others is not known before apply.
Value Terraform::ConfigAtPlan(const Command& command, const Resource& resource) {
  const std::string name = absl::StrCat(command.name, "/", resource.address, "/unknowns");
  if (!command.may_be_cut_short || !world_.choices.Chance(name, 80)) return resource.config;
  return contract::Generator(world_.choices.Pick(name + " of", 1000), *resource.type, {"x"})
      .Obscured(resource.config);
}

bool Terraform::DeleteLeg(Plugin& plugin, Resource& resource, const std::string& private_bytes) {
  const Value prior = PriorOf(resource);
  const Reply done =
      plugin.Apply(*resource.type, prior, NullOf(resource), NullOf(resource), private_bytes);
  if (done.value.is_null()) {
    CheckGone(world_, resource, IdOf(prior), "a delete");
    resource.instance.reset();
  } else {
    resource.instance->state = done.value;
    resource.instance->private_bytes = done.private_bytes;
  }
  return !done.failed;
}

void Terraform::CreateOrUpdate(Plugin& plugin, Resource& resource, const Planned& planned,
                               Outcome& outcome) {
  const Value prior = PriorOf(resource);
  const bool creates = prior.is_null();
  outcome.before[resource.address] = prior;
  const std::string bytes = resource.instance ? resource.instance->private_bytes : "";
  const Reply again = plugin.Plan(*resource.type, prior, resource.config, bytes);
  if (again.failed) return outcome.failed.push_back(resource.address);
  const bool replaces = std::any_of(
      again.replace.begin(), again.replace.end(),
      [&](const std::string& name) { return !(prior.At(name) == again.value.At(name)); });
  if (!creates && replaces) {
    world_.ledger.Break("I4", absl::StrCat("the final plan of ", resource.address,
                                           " wants a replacement that the plan did not show"));
    return;
  }
  // What became known leaves nothing to do.
  if (!creates && planned.with_unknowns && again.value == prior) return;
  CheckVerdict(world_.ledger, resource, "the final plan",
               contract::JudgeCompletion(planned.planned, again.value));
  const Reply done =
      plugin.Apply(*resource.type, prior, again.value, resource.config, again.private_bytes);
  CheckVerdict(world_.ledger, resource, "the new state",
               contract::JudgeState(*resource.type->rows, done.value));
  if (!done.failed) {
    CheckVerdict(world_.ledger, resource, "the result",
                 contract::JudgeCompletion(again.value, done.value));
    outcome.applied[resource.address] = true;
    resource.applied = resource.config;
  } else {
    outcome.failed.push_back(resource.address);
  }
  if (!creates) {
    CheckSameId(world_.ledger, resource, IdOf(prior), IdOf(done.value), "an update");
  }
  if (done.value.is_null()) {
    if (creates) return;
    // Terraform keeps the old state where an update answers an error and none.
    if (!done.failed) resource.instance.reset();
    return;
  }
  resource.instance = Instance{done.value, done.private_bytes, done.failed && creates};
}

void Terraform::ApplyOne(Plugin& plugin, Resource& resource, const Planned& planned,
                         Outcome& outcome) {
  world_.Step(absl::StrCat(resource.address, ": ", NameOf(planned.action)));
  if (planned.action == Action::kDelete || planned.action == Action::kReplace) {
    // lifecycle.md section 7: the bytes of the plan, not those of the state.
    if (!DeleteLeg(plugin, resource, planned.private_bytes)) {
      outcome.failed.push_back(resource.address);
      return;
    }
    if (planned.action == Action::kDelete) {
      outcome.applied[resource.address] = true;
      return;
    }
    if (outcome.interrupted) return;
  }
  CreateOrUpdate(plugin, resource, planned, outcome);
}

void Terraform::CutShort(const Command& command, Plugin& plugin, Outcome& outcome) {
  if (!command.may_be_cut_short || !world_.weather.faults) return;
  const TimePoint now = world_.scheduler.now();
  const auto moment = [&](const std::string& name) {
    return now + kMoments[world_.choices.Pick(name, std::size(kMoments))];
  };
  if (world_.choices.Chance(command.name + "/kill", 120)) {
    world_.scheduler.At(moment(command.name + "/kill at"), [this, &plugin, &outcome, command] {
      if (outcome.killed || plugin.process().dead) return;
      plugin.process().dead = true;
      outcome.killed = true;
      world_.ledger.killed.insert(command.name);
      ++world_.totals.kills;
      world_.ledger.disturbed = true;
      world_.Step("Terraform and the provider are killed");
    });
  } else if (world_.choices.Chance(command.name + "/interrupt", 120)) {
    world_.scheduler.At(moment(command.name + "/interrupt at"), [this, &plugin, &outcome] {
      if (plugin.process().dead) return;
      outcome.interrupted = true;
      ++world_.totals.interrupts;
      world_.ledger.disturbed = true;
      world_.Step("Ctrl-C");
      plugin.Stop();
    });
  }
}

Outcome Terraform::Run(const Command& command) {
  // The end of a command's process must not meet an event of it.
  auto outcome = std::make_shared<Outcome>();
  outcome->refreshed = command.refresh;
  ++world_.totals.commands[command.destroy ? "destroy" : command.apply ? "apply" : "plan"];
  world_.Step(absl::StrCat("--- ", command.name, ", parallelism ", command.parallelism,
                           command.refresh ? "" : ", -refresh=false"));
  std::vector<Resource*> all;
  for (Resource& resource : workspace_.resources) all.push_back(&resource);
  {
    Plugin& plugin = world_.Keep(std::make_unique<Plugin>(world_, command.name, command.elsewhere));
    if (!plugin.Configure(Block(command))) {
      outcome->failed.push_back("provider");
      return *outcome;
    }
    InTurns(command, " refresh", plugin, *outcome, all, [&](Plugin& mine, Resource& resource) {
      Refresh(command, mine, resource, *outcome);
      const bool failed =
          std::count(outcome->failed.begin(), outcome->failed.end(), resource.address) > 0;
      if (!failed) PlanOne(command, mine, resource, *outcome);
    });
    plugin.process().dead = true;
  }
  // A plan with an error is not applied.
  if (!command.apply || !outcome->failed.empty() || outcome->IsEmpty()) return *outcome;
  Plugin& plugin =
      world_.Keep(std::make_unique<Plugin>(world_, command.name + " apply", command.elsewhere));
  if (!plugin.Configure(Block(command))) {
    outcome->failed.push_back("provider");
    return *outcome;
  }
  std::vector<Resource*> changed;
  for (Resource* resource : all) {
    const auto found = outcome->plan.find(resource->address);
    if (found != outcome->plan.end() && found->second.action != Action::kNothing) {
      changed.push_back(resource);
    }
  }
  const auto applying = [&](Plugin& mine, Resource& resource) {
    ApplyOne(mine, resource, outcome->plan[resource.address], *outcome);
  };
  world_.Share(outcome);
  CutShort(command, plugin, *outcome);
  // Restarts name servers: Terraform's graph has them after those.
  const auto last = std::stable_partition(
      changed.begin(), changed.end(),
      [](const Resource* resource) { return resource->type->name != "ecs_server_restart"; });
  InTurns(command, "", plugin, *outcome, {changed.begin(), last}, applying);
  // The ids that a restart names would be known only now where a server is made anew.
  const bool ids_change = std::any_of(changed.begin(), last, [&](const Resource* resource) {
    return outcome->plan[resource->address].action != Action::kUpdate;
  });
  if (ids_change) changed.erase(last, changed.end());
  if (!ids_change) InTurns(command, "", plugin, *outcome, {last, changed.end()}, applying);
  plugin.process().dead = true;
  return *outcome;
}

bool Terraform::Import(const std::string& name, Resource& resource, const std::string& id) {
  Plugin& plugin = world_.Keep(std::make_unique<Plugin>(world_, name));
  if (!plugin.Configure(workspace_.provider_block)) return false;
  bool done = false;
  world_.Step(absl::StrCat("--- ", name, ": import ", id, " as ", resource.address));
  world_.scheduler.RunAll(
      plugin.process(),
      {{.name = absl::StrCat(name, "/", resource.address), .priority = 0, .body = [&] {
          const Reply imported = plugin.Import(*resource.type, id);
          if (imported.failed) return;
          const Reply read =
              plugin.Read(*resource.type, Instance{imported.value, imported.private_bytes});
          if (read.failed || !read.value.is_known()) return;
          CheckSameId(world_.ledger, resource, id, IdOf(read.value), "an import");
          resource.instance = Instance{read.value, read.private_bytes};
          done = true;
        }}});
  plugin.process().dead = true;
  return done;
}

}  // namespace ecs::simulation
