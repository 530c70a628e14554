// What must hold, whatever happens. Each looks at the emulator's rows, at the ledger of owners and
// at what the user was told; the state is only the claim that is tested.
//
//   I1  a write names an object of another owner (wire.cc)
//   I3  an RPC outlives its time, or Ctrl-C
//   I4  hang, busy, a bug of ours reported, a judge's verdict, "may have been executed" of what the
//       cloud has answered
//   I5  a secret in a log line or a diagnostic
//   I6  a second sign-in after a refusal in one process (wire.cc)
//   I7  success, and the cloud holds something else than the configuration
//   I9  an address left the state while its object lives
//   I10 an id changed under an address without a replacement
//   I11 one object in two addresses
//   I12 a restart is reported and the cloud's log has none; a rollback, and the log has none
//   I13 an object of ours is in no state and was named by id in no diagnostic; or it is in one, and
//       still marked as unfinished
//   I14 the plan is silent about a difference, or plans without one
//   I15 in calm weather an apply fails, or the second plan is not empty
//   I16 destroy leaves something of ours
//   I17 a create that was not killed ends, and its server is in no state and was not named
//   I18 a command fails although one exchange alone had a trouble that passes
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/terraform.h"

namespace ecs::simulation {

// How long an RPC took, by true time.
struct RpcTime {
  std::string rpc = {};
  std::string thread = {};
  TimePoint began = {};
  TimePoint ended = {};
  Duration limit = {};                    // what the user or the type gives it
  std::optional<TimePoint> stopped = {};  // when Ctrl-C came
};
void CheckTime(Ledger& ledger, const RpcTime& time);

// `where`: "a log line of apply 1".
void CheckSecrets(Ledger& ledger, const std::string& where, const std::string& text,
                  const std::set<std::string>& secrets);

// What the judge of tests/contract says of `what`.
void CheckVerdict(Ledger& ledger, const Resource& resource, const std::string& what,
                  const std::vector<std::string>& verdict);

// A text that was shown to the user. `calm`: every exchange of the run was whole.
void CheckWords(Ledger& ledger, const std::string& rpc, const std::string& text, bool calm);

// A text that was shown to the user: what it says of the cloud's own doings is in the cloud's log.
void CheckRollback(World& world, const std::string& text);

// After a refresh that kept the resource. `anything_told`: a diagnostic was shown.
void CheckDeletingIsTold(World& world, const Resource& resource, const std::string& id,
                         bool anything_told);

// `how`: "a refresh".
void CheckSameId(Ledger& ledger, const Resource& resource, const std::string& before,
                 const std::string& after, const std::string& how);

// An address left the state: its object has left the cloud, or is leaving it.
void CheckGone(World& world, const Resource& resource, const std::string& id,
               const std::string& how);

// What is as it should be is not replaced, unless the user or an error has tainted it.
void CheckReplacement(World& world, const Resource& resource);

// Of a command that nothing but one passing trouble of the wire has disturbed.
void CheckSuccessOf(World& world, const Outcome& outcome, const std::string& command);

// After each command. `began`: when it began, by true time.
void CheckCommand(World& world, const Workspace& workspace, const Outcome& outcome,
                  const std::string& command, TimePoint began);

// In calm weather, after a plan that changed nothing.
void CheckPlan(World& world, const Workspace& workspace, const Outcome& outcome);

// When nothing is under way any more: who has which object?
void CheckOrphans(World& world, const Workspace& workspace);

void CheckNothingLeft(World& world);

}  // namespace ecs::simulation
