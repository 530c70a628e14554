// Everything that chance decides in a run. A choice has a name, not a position: a run is a seed and
// a sparse map of overrides, so that removing one choice moves no other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ecs::simulation {

// FNV-1a, then splitmix64: the same on every machine.
std::uint64_t Hash(std::uint64_t seed, std::string_view name);

// 0 is always the dull choice: no fault, no delay, the smallest configuration.
class Choices {
 public:
  using Overrides = std::map<std::string, std::uint64_t>;

  // `dull`: what is not overridden is 0, not drawn from the seed.
  explicit Choices(std::uint64_t seed, Overrides overrides = {}, bool dull = false)
      : seed_(seed), overrides_(std::move(overrides)), dull_(dull) {}

  // In [0, bound); `bound` is at least 1. The same name gets the same answer in a run.
  std::uint64_t Pick(const std::string& name, std::uint64_t bound);
  // True `permille` times of a thousand. An override of 0 is false, any other true.
  bool Chance(const std::string& name, unsigned permille);

  std::uint64_t seed() const { return seed_; }
  // What was asked and was not dull: the material of the shrinker.
  const Overrides& taken() const { return taken_; }
  // Overrides that were never asked for.
  Overrides Unused() const;

 private:
  std::uint64_t Remember(const std::string& name, std::uint64_t value);

  const std::uint64_t seed_;
  const Overrides overrides_;
  const bool dull_;
  Overrides taken_;
  Overrides asked_;
};

// A run as text: "seed N", then "NAME = VALUE" lines; "everything else = 0" makes it dull, so that
// kinds of choices that are added later do not change it. Lines of '#' are remarks.
struct Case {
  std::uint64_t seed = 0;
  Choices::Overrides overrides = {};
  bool dull = false;
};
std::string CaseText(const Case& one, const std::string& remark);
std::optional<Case> ParseCase(std::string_view text);

}  // namespace ecs::simulation
