// Other people's changes in the same project: by hand, by the console, by another tool.
#pragma once

#include <string>

#include "tests/simulation/terraform.h"

namespace ecs::simulation {

// One change, drawn under `name`: to a server of `workspace`, or a server made that looks like one.
void NeighbourActs(World& world, const Workspace& workspace, const std::string& name);

}  // namespace ecs::simulation
