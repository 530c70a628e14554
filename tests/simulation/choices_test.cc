#include "tests/simulation/choices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecs::simulation {
namespace {

TEST(Choices, TheSameNameGetsTheSameAnswerWhateverWasAskedBefore) {
  Choices one(7);
  Choices two(7);
  const std::uint64_t first = one.Pick("a", 1000);
  (void)two.Pick("b", 1000);
  EXPECT_EQ(two.Pick("a", 1000), first);
  EXPECT_EQ(one.Pick("a", 1000), first);
  EXPECT_NE(Choices(8).Pick("a", 1u << 30), Choices(7).Pick("a", 1u << 30));
}

TEST(Choices, AnOverrideDecidesAndStaysInBounds) {
  Choices choices(7, {{"a", 12}, {"b", 0}, {"never", 1}});
  EXPECT_EQ(choices.Pick("a", 10), 2u);
  EXPECT_FALSE(choices.Chance("b", 1000));
  EXPECT_EQ(choices.taken(), (Choices::Overrides{{"a", 2}}));
  EXPECT_EQ(choices.Unused(), (Choices::Overrides{{"never", 1}}));
}

TEST(Choices, WhatIsNotOverriddenIsZeroInADullRun) {
  Choices choices(7, {{"a", 12}}, /*dull=*/true);
  EXPECT_EQ(choices.Pick("a", 100), 12u);
  EXPECT_EQ(choices.Pick("b", 1u << 30), 0u);
  EXPECT_FALSE(choices.Chance("c", 1000));
}

TEST(Choices, AChanceIsAboutAsOftenAsItSays) {
  int hits = 0;
  Choices choices(1);
  for (int i = 0; i < 10000; ++i) hits += choices.Chance(std::to_string(i), 100) ? 1 : 0;
  EXPECT_GT(hits, 800);
  EXPECT_LT(hits, 1200);
}

TEST(Case, IsReadAsItWasWritten) {
  const Case one{.seed = 12,
                 .overrides = {{"apply 1/web[0]/POST cloudservers#1/fault", 3}, {"b", 0}},
                 .dull = true};
  const auto read = ParseCase(CaseText(one, "I11 one server\nin two addresses"));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->seed, one.seed);
  EXPECT_EQ(read->overrides, one.overrides);
  EXPECT_TRUE(read->dull);
  EXPECT_FALSE(ParseCase("seed 1\nb = 2")->dull);
  EXPECT_FALSE(ParseCase("seed 1\neverything else = 1").has_value());
  EXPECT_FALSE(ParseCase("b = 1").has_value());
  EXPECT_FALSE(ParseCase("seed 1\nb").has_value());
}

}  // namespace
}  // namespace ecs::simulation
