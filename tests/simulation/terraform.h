// Terraform's part: a workspace, its state, and the commands that a person or a pipeline gives.
// Facts: what is stored after each answer, lifecycle.md section 7.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/plugin.h"

namespace ecs::simulation {

struct Resource {
  std::string address = {};
  const schema::AnyResource* type = nullptr;
  cty::Value config = {};  // null: it is in no configuration any more
  std::optional<Instance> instance = {};
  cty::Value applied = {};  // the configuration of the last apply that succeeded
};

struct Workspace {
  cty::Value provider_block = {};
  std::vector<Resource> resources = {};
};

// What a plan wants with a resource.
enum class Action { kNothing, kCreate, kUpdate, kReplace, kDelete };
const char* NameOf(Action action);

// How it is planned, and how it is to be applied.
struct Planned {
  Action action = Action::kNothing;
  cty::Value planned = {};
  std::string private_bytes = {};
  bool with_unknowns = false;  // some values of the configuration were not known yet
};

// How a command ended.
struct Outcome {
  bool killed = false;
  bool interrupted = false;
  bool refreshed = true;
  std::vector<std::string> failed = {};           // addresses with an error
  std::map<std::string, Planned> plan = {};       // by address
  std::map<std::string, bool> applied = {};       // addresses whose change succeeded
  std::map<std::string, cty::Value> before = {};  // the states that were changed
  bool ok() const { return !killed && !interrupted && failed.empty(); }
  // Whether nothing is to be changed.
  bool IsEmpty() const;
};

class Terraform {
 public:
  Terraform(World& world, Workspace& workspace) : world_(world), workspace_(workspace) {}

  struct Command {
    std::string name = {};  // unique in the run: "apply 1"
    int parallelism = 10;
    bool destroy = false;
    bool apply = true;             // false: plan alone
    bool refresh = true;           // false: -refresh=false
    bool may_be_cut_short = true;  // by a kill or Ctrl-C
    bool elsewhere = false;        // with another region and project in the provider block
    bool wrong_password = false;
  };
  // Refreshes, plans and applies, the latter in a process of its own.
  Outcome Run(const Command& command);
  // Imports `id` into a resource without an instance, and reads it. False: an error.
  bool Import(const std::string& name, Resource& resource, const std::string& id);

 private:
  void InTurns(const Command& command, const std::string& phase, Plugin& plugin, Outcome& outcome,
               std::vector<Resource*> resources,
               const std::function<void(Plugin&, Resource&)>& work);
  void Refresh(const Command& command, Plugin& plugin, Resource& resource, Outcome& outcome);
  void PlanOne(const Command& command, Plugin& plugin, Resource& resource, Outcome& outcome);
  void ApplyOne(Plugin& plugin, Resource& resource, const Planned& planned, Outcome& outcome);
  bool DeleteLeg(Plugin& plugin, Resource& resource, const std::string& private_bytes);
  void CreateOrUpdate(Plugin& plugin, Resource& resource, const Planned& planned, Outcome& outcome);
  void CutShort(const Command& command, Plugin& plugin, Outcome& outcome);
  cty::Value ConfigAtPlan(const Command& command, const Resource& resource);
  cty::Value Block(const Command& command) const;

  World& world_;
  Workspace& workspace_;
};

}  // namespace ecs::simulation
