// Randomness as an interface: callers pass the source in, so that a test can pass one that repeats
// itself.
#pragma once

#include <cstdint>
#include <string>

namespace ecs {

// Safe from any thread.
class Random {
 public:
  virtual ~Random() = default;
  // 64 bits, each as likely to be 0 as to be 1.
  virtual std::uint64_t Bits() = 0;
  // Uniform in [0, 1).
  virtual double Fraction() { return static_cast<double>(Bits() >> 11) * 0x1.0p-53; }
};

// The machine's source, unpredictable enough for IDs. One for the whole process.
Random& RealRandom();

// A random UUID (version 4, RFC 9562 section 5.4). Only for apply: a plan must not depend on
// chance.
std::string RandomUuid(Random& random);

}  // namespace ecs
