// One run from its choices: a cloud, a workspace, commands under faults, then calm weather in which
// everything must come right.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace ecs::simulation {

struct RunResult {
  std::vector<Violation> violations = {};
  std::vector<std::string> steps = {};
  Choices::Overrides taken = {};
  Choices::Overrides unused = {};
  std::uint64_t trace = 0;  // of all steps: the same choices give the same one
};

RunResult RunCase(const Case& one, Totals& totals);

}  // namespace ecs::simulation
