// Sources of chance for tests.
#pragma once

#include <atomic>

#include "base/random.h"

namespace ecs {

// Bits that count up, so that ids differ; a fraction that stays.
class FixedRandom : public Random {
 public:
  FixedRandom() = default;
  explicit FixedRandom(double fraction) : fraction_(fraction) {}
  std::uint64_t Bits() override { return ++bits_ * 0x9E3779B97F4A7C15; }
  // 1 by default, which no real source gives: pauses are then exactly those of the tables.
  double Fraction() override { return fraction_; }

 private:
  const double fraction_ = 1.0;
  std::atomic<std::uint64_t> bits_{0};
};

}  // namespace ecs
