// What the cloud must hold for a configuration that was applied, checked against the emulator's
// rows. Written from the API's documents, sharing no mapping with the provider.
#pragma once

#include <string>
#include <vector>

#include "provider/cty/value.h"
#include "tests/emulator/cloud/cloud.h"

namespace ecs::simulation {

// The differences between the configuration of an ecs_server and the server with that id, one
// sentence each. "missing" if there is no such server.
std::vector<std::string> ServerDifferences(emulator::Cloud& cloud, const cty::Value& config,
                                           const std::string& id);

// Those of what only a creation can set.
std::vector<std::string> CreationDifferences(emulator::Cloud& cloud, const cty::Value& config,
                                             const std::string& id);

}  // namespace ecs::simulation
