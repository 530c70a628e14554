#include "tests/simulation/shrink.h"

#include <gtest/gtest.h>

namespace ecs::simulation {
namespace {

bool Has(const Case& one, const std::string& name) {
  const auto found = one.overrides.find(name);
  return found != one.overrides.end() && found->second != 0;
}

TEST(Shrink, LeavesTheChoicesThatTheFailureNeeds) {
  Choices::Overrides taken;
  for (int i = 0; i < 40; ++i) taken["choice " + std::to_string(i)] = 9;
  const auto fails = [](const Case& one) { return Has(one, "choice 3") && Has(one, "choice 31"); };
  const Shrunk shrunk = Shrink(5, taken, fails);
  Choices::Overrides lively;
  for (const auto& [name, value] : shrunk.one.overrides) {
    if (value != 0) lively[name] = value;
  }
  EXPECT_EQ(shrunk.one.seed, 5u);
  EXPECT_EQ(lively, (Choices::Overrides{{"choice 3", 1}, {"choice 31", 1}}));
}

TEST(Shrink, EndsWhenItsRunsAreUsedUp) {
  Choices::Overrides taken;
  for (int i = 0; i < 100; ++i) taken[std::to_string(i)] = 1;
  int runs = 0;
  const Shrunk shrunk = Shrink(
      5, taken, [&](const Case&) { return ++runs > 0 && false; }, 50);
  EXPECT_EQ(runs, 50);
  EXPECT_EQ(shrunk.runs, 50);
}

}  // namespace
}  // namespace ecs::simulation
