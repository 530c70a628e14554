// What must hold, whatever happens. Each looks at the emulator's rows, at the ledger of owners and
// at what the user was told; the state is only the claim that is tested.
//
//   I1  a write names an object of another owner (wire.cc)
//   I3  an RPC outlives its time, or Ctrl-C (plugin.cc)
//   I4  hang, busy, a bug of ours reported, a judge's verdict (terraform.cc, plugin.cc)
//   I5  a secret in a log line or a diagnostic (plugin.cc)
//   I6  a second sign-in after a refusal in one process (wire.cc)
//   I7  success, and the cloud holds something else than the configuration
//   I9  an address left the state while its object lives (terraform.cc)
//   I10 an id changed under an address without a replacement (terraform.cc)
//   I11 one object in two addresses
//   I12 a restart is reported and the cloud's log has none
//   I13 an object of ours is in no state and was named by id in no diagnostic; or it is in one, and
//       still marked as unfinished
//   I14 the plan is silent about a difference, or plans without one
//   I15 in calm weather an apply fails, or the second plan is not empty
//   I16 destroy leaves something of ours
#pragma once

#include <string>

#include "tests/simulation/terraform.h"

namespace ecs::simulation {

// After each command. `began`: when it began, by true time.
void CheckCommand(World& world, const Workspace& workspace, const Outcome& outcome,
                  const std::string& command, TimePoint began);

// In calm weather, after a plan that changed nothing.
void CheckPlan(World& world, const Workspace& workspace, const Outcome& outcome);

// When nothing is under way any more: who has which object?
void CheckOrphans(World& world, const Workspace& workspace);

void CheckNothingLeft(World& world);

}  // namespace ecs::simulation
