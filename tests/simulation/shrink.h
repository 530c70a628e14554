// Makes a failing run small: removes choices as long as the same invariant fails.
#pragma once

#include <functional>
#include <string>

#include "tests/simulation/choices.h"

namespace ecs::simulation {

struct Shrunk {
  Case one = {};
  int runs = 0;
};

// `fails` tells whether a case still breaks the invariant. Delta debugging over the choices that
// the run took: they become explicit, and then as many as possible become dull, and the rest
// smaller.
Shrunk Shrink(std::uint64_t seed, Choices::Overrides taken,
              const std::function<bool(const Case&)>& fails, int most_runs = 2000);

}  // namespace ecs::simulation
