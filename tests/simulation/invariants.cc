#include "tests/simulation/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/facts.h"

namespace ecs::simulation {
namespace {

using cty::Value;
using emulator::Cloud;

// The metadata key of a server whose creation is not finished.
constexpr char kMark[] = "terraform_ecs_create";

std::string IdOf(const Resource& resource) {
  if (!resource.instance || !resource.instance->state.At("id").is_known()) return "";
  return resource.instance->state.At("id").AsString();
}

bool IsServer(const Resource& resource) { return resource.type->name == "ecs_server"; }

std::vector<std::string> DifferencesOf(World& world, const Resource& resource) {
  std::vector<std::string> differences;
  world.cloud.With([&](Cloud& cloud) {
    differences = ServerDifferences(cloud, resource.config, IdOf(resource));
  });
  return differences;
}

void CheckSuccess(World& world, const Resource& resource, const std::string& command, bool made) {
  std::vector<std::string> differences = DifferencesOf(world, resource);
  if (made) {
    world.cloud.With([&](Cloud& cloud) {
      for (std::string& more : CreationDifferences(cloud, resource.config, IdOf(resource))) {
        differences.push_back(std::move(more));
      }
    });
  }
  if (differences.empty() || world.ledger.deleted_by_others.count(IdOf(resource)) > 0) return;
  world.ledger.Break("I7", absl::StrCat(command, " of ", resource.address, " succeeds, but ",
                                        absl::StrJoin(differences, "; ")));
}

// Between the last step of a create, which takes its mark away, and the moment when Terraform has
// stored the answer, a kill leaves a server that nothing tells from a finished one.
bool CannotBeKnown(World& world, const emulator::Server& server, const Owner& owner) {
  return server.metadata.count(kMark) == 0 && world.ledger.killed.count(owner.command) > 0;
}

// A restart that says it was done must be in the log of each of its servers.
void CheckRestart(World& world, const Resource& resource, const Value& before, TimePoint began) {
  const Value& told = resource.instance->state.At("restarted_at");
  if (!told.is_known() || (before.is_known() && before.At("restarted_at") == told)) return;
  world.cloud.With([&](Cloud& cloud) {
    const ecs::WallTime since = cloud.timeline.wall() - (world.scheduler.now() - began);
    for (const Value& id : resource.config.At("server_ids").elements()) {
      const emulator::Server* server = cloud.store.servers.Find(id.AsString());
      if (server == nullptr) continue;
      const bool restarted = std::any_of(
          server->actions.begin(), server->actions.end(), [&](const emulator::ActionRecord& entry) {
            return entry.action == "reboot" && entry.start >= since && !entry.failed;
          });
      if (!restarted) {
        world.ledger.Break("I12", absl::StrCat(resource.address, " says that ", server->id,
                                               " was restarted, and it was not"));
      }
    }
  });
}

// When the restart was ordered that this command has brought to its end.
TimePoint OrderedAt(World& world, const std::string& address, const Outcome& outcome,
                    TimePoint began) {
  const TimePoint first = world.ledger.restarts_from.emplace(address, began).first->second;
  if (outcome.applied.count(address) > 0) world.ledger.restarts_from.erase(address);
  return first;
}

// What is known of a create that was ended by Ctrl-C or by its time: its server is in the state, or
// named at once. Only where the wire troubles nothing but the creating request itself: a look-up
// that is troubled too may find nothing.
void CheckToldAtOnce(World& world, const Workspace& workspace, const Outcome& outcome,
                     const std::string& command) {
  const bool can_look = world.ledger.troubled.count(command) == 0 && !world.slow_rows;
  if (!can_look || outcome.killed) return;
  std::set<std::string> held;
  for (const Resource& resource : workspace.resources) held.insert(IdOf(resource));
  for (const auto& [id, owner] : world.ledger.servers) {
    if (owner.command != command || held.count(id) > 0 || world.ledger.WasNamed(id)) continue;
    world.cloud.With([&, id = id](Cloud& cloud) {
      const emulator::Server* server = cloud.store.servers.Find(id);
      if (server == nullptr || server->task_state == "deleting") return;
      world.ledger.Break("I17", absl::StrCat(command, " ends, its server ", id,
                                             " is in no state, and it was not named"));
    });
  }
}

}  // namespace

void CheckTime(Ledger& ledger, const RpcTime& time) {
  // What may follow the end of an operation's time: a revert (resources/server/resize.cc).
  constexpr Duration kDeadlineGrace = std::chrono::minutes(6);
  // Ordered work is waited for after Ctrl-C (client/wire.h), and looked for (create.cc).
  constexpr Duration kCancelGrace = std::chrono::seconds(11);
  const auto seconds = [](Duration duration) {
    return std::chrono::duration<double>(duration).count();
  };
  const Duration taken = time.ended - time.began;
  if (taken > time.limit + kDeadlineGrace) {
    ledger.Break("I3",
                 absl::StrCat(time.rpc, " outlives its time: ", seconds(time.limit),
                              " seconds were given, ", seconds(taken), " taken by ", time.thread));
  }
  if (time.stopped && time.ended - std::max(*time.stopped, time.began) > kCancelGrace) {
    ledger.Break("I3", absl::StrCat(time.rpc, " goes on after Ctrl-C: ", time.thread));
  }
}

void CheckSecrets(Ledger& ledger, const std::string& where, const std::string& text,
                  const std::set<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (!absl::StrContains(text, secret)) continue;
    ledger.Break("I5", absl::StrCat(where, " holds a secret"));
  }
}

void CheckVerdict(Ledger& ledger, const Resource& resource, const std::string& what,
                  const std::vector<std::string>& verdict) {
  if (verdict.empty()) return;
  ledger.Break("I4",
               absl::StrCat(what, " of ", resource.address, ": ", absl::StrJoin(verdict, "; ")));
}

void CheckWords(Ledger& ledger, const std::string& rpc, const std::string& text, bool calm) {
  if (absl::StrContains(text, "The ECS provider has a bug")) {
    ledger.Break("I4", absl::StrCat(rpc, " reports a bug of ours: ", text));
  }
  if (!calm) return;
  for (const char* words : {"may have been executed", "may still create the server"}) {
    if (!absl::StrContains(text, words)) continue;
    ledger.Break("I4", absl::StrCat(rpc, " says \"", words,
                                    "\", although the cloud has answered everything: ", text));
  }
}

void CheckRollback(World& world, const std::string& text) {
  if (!absl::StrContains(text, "rolled it back by itself")) return;
  world.cloud.With([&](Cloud& cloud) {
    for (const emulator::Server& server : cloud.store.servers) {
      for (const emulator::ActionRecord& entry : server.actions) {
        if (entry.action == "resize" && entry.failed) return;
      }
    }
    world.ledger.Break("I12",
                       absl::StrCat("a resize is said to be rolled back, and none failed: ", text));
  });
}

void CheckDeletingIsTold(World& world, const Resource& resource, const std::string& id,
                         bool anything_told) {
  if (anything_told || !world.calm) return;
  world.cloud.With([&](Cloud& cloud) {
    const emulator::Server* server = cloud.store.servers.Find(id);
    if (server == nullptr || server->task_state != "deleting") return;
    world.ledger.Break("I14", absl::StrCat("a refresh of ", resource.address,
                                           " says nothing of its server, which is being deleted"));
  });
}

void CheckSameId(Ledger& ledger, const Resource& resource, const std::string& before,
                 const std::string& after, const std::string& how) {
  if (before == after) return;
  ledger.Break("I10", absl::StrCat(how, " changes the id of ", resource.address));
}

void CheckGone(World& world, const Resource& resource, const std::string& id,
               const std::string& how) {
  world.cloud.With([&](Cloud& cloud) {
    const emulator::Server* server = cloud.store.servers.Find(id);
    if (server == nullptr || server->task_state == "deleting" || server->vm_state == "deleted")
      return;
    world.ledger.Break("I9", absl::StrCat(how, " takes ", resource.address,
                                          " out of the state while its server lives"));
  });
}

void CheckReplacement(World& world, const Resource& resource) {
  if (resource.instance->tainted || !IsServer(resource)) return;
  if (!(resource.applied == resource.config)) return;
  if (!DifferencesOf(world, resource).empty()) return;
  world.ledger.Break("I14", absl::StrCat("the plan replaces ", resource.address,
                                         ", which is as it is configured"));
}

void CheckSuccessOf(World& world, const Outcome& outcome, const std::string& command) {
  if (outcome.failed.empty()) return;
  world.ledger.Break("I18",
                     absl::StrCat(command, " fails, although no more than one exchange had ",
                                  "a trouble that passes: ", absl::StrJoin(outcome.failed, ", ")));
}

void CheckCommand(World& world, const Workspace& workspace, const Outcome& outcome,
                  const std::string& command, TimePoint began) {
  std::map<std::string, std::string> holders;
  for (const Resource& resource : workspace.resources) {
    const std::string id = IsServer(resource) ? IdOf(resource) : "";
    if (id.empty()) continue;
    const auto [found, is_new] = holders.emplace(id, resource.address);
    if (!is_new) {
      world.ledger.Break("I11", absl::StrCat("one server in two addresses: ", found->second,
                                             " and ", resource.address, " hold ", id));
    }
    const auto owner = world.ledger.servers.find(id);
    if (owner != world.ledger.servers.end() && owner->second.address == kNeighbour) {
      world.ledger.Break("I1", absl::StrCat(resource.address, " took somebody else's server"));
    }
  }
  for (const Resource& resource : workspace.resources) {
    const auto done = outcome.applied.find(resource.address);
    const auto planned = outcome.plan.find(resource.address);
    const bool restarts = resource.type->name == "ecs_server_restart" &&
                          planned != outcome.plan.end() &&
                          planned->second.action != Action::kNothing;
    const TimePoint ordered = restarts ? OrderedAt(world, resource.address, outcome, began) : began;
    if (done == outcome.applied.end() || planned == outcome.plan.end() || !resource.instance)
      continue;
    if (planned->second.action == Action::kDelete || !resource.config.is_known()) continue;
    const bool made = planned->second.action != Action::kUpdate;
    if (IsServer(resource)) {
      // Without a refresh an update knows nothing of what others have changed.
      if (made || outcome.refreshed) CheckSuccess(world, resource, command, made);
    } else if (resource.type->name == "ecs_server_restart" &&
               world.ledger.unread_logs[command] < 2) {
      const auto before = outcome.before.find(resource.address);
      const Value none = Value::Null(resource.type->rows->ObjectType());
      CheckRestart(world, resource, before == outcome.before.end() ? none : before->second,
                   ordered);
    }
  }
  CheckToldAtOnce(world, workspace, outcome, command);
}

void CheckPlan(World& world, const Workspace& workspace, const Outcome& outcome) {
  for (const Resource& resource : workspace.resources) {
    if (!IsServer(resource) || !resource.config.is_known() || !resource.instance) continue;
    const auto planned = outcome.plan.find(resource.address);
    if (planned == outcome.plan.end() || planned->second.action != Action::kNothing) continue;
    const std::vector<std::string> differences = DifferencesOf(world, resource);
    if (differences.empty()) continue;
    world.ledger.Break("I14", absl::StrCat("the plan of ", resource.address, " is empty, but ",
                                           absl::StrJoin(differences, "; ")));
  }
}

void CheckOrphans(World& world, const Workspace& workspace) {
  std::set<std::string> held;
  for (const Resource& resource : workspace.resources) {
    if (IsServer(resource)) held.insert(IdOf(resource));
  }
  world.cloud.With([&](Cloud& cloud) {
    for (const emulator::Server& server : cloud.store.servers) {
      const auto owner = world.ledger.servers.find(server.id);
      const bool ours = owner != world.ledger.servers.end() && owner->second.address != kNeighbour;
      if (held.count(server.id) > 0 && server.metadata.count(kMark) > 0) {
        world.ledger.Break("I13", absl::StrCat("the server ", server.id,
                                               " is in a state and marked as unfinished"));
      }
      if (!ours || held.count(server.id) > 0 || world.ledger.WasNamed(server.id)) continue;
      if (CannotBeKnown(world, server, owner->second)) continue;
      world.ledger.Break(
          "I13",
          absl::StrCat("the server ", server.id, " that ", owner->second.command, " made for ",
                       owner->second.address, " is in no state, and nobody was told"));
    }
  });
}

void CheckNothingLeft(World& world) {
  world.cloud.With([&](Cloud& cloud) {
    for (const emulator::Server& server : cloud.store.servers) {
      const auto owner = world.ledger.servers.find(server.id);
      const bool ours = owner != world.ledger.servers.end() && owner->second.address != kNeighbour;
      if (!ours || world.ledger.WasNamed(server.id)) continue;
      if (CannotBeKnown(world, server, owner->second)) continue;
      world.ledger.Break("I16", absl::StrCat("destroy leaves the server ", server.id));
    }
  });
}

}  // namespace ecs::simulation
