#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecs {
namespace {

class GivenBits : public Random {
 public:
  explicit GivenBits(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t Bits() override { return bits_; }

 private:
  const std::uint64_t bits_;
};

TEST(Random, FractionsReachFromZeroToBelowOne) {
  GivenBits none(0);
  GivenBits all(~std::uint64_t{0});
  EXPECT_EQ(none.Fraction(), 0.0);
  EXPECT_EQ(all.Fraction(), 1.0 - 0x1.0p-53);
}

TEST(RandomUuid, IsOfVersionFourWhateverTheBits) {
  GivenBits none(0);
  GivenBits all(~std::uint64_t{0});
  EXPECT_EQ(RandomUuid(none), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(RandomUuid(all), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(RandomUuid, DiffersEachTime) {
  EXPECT_THAT(RandomUuid(RealRandom()),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                    "[0-9a-f]{12}"));
  EXPECT_NE(RandomUuid(RealRandom()), RandomUuid(RealRandom()));
}

}  // namespace
}  // namespace ecs
