#include "base/random.h"

#include <random>

#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"

namespace ecs {
namespace {

class MachineRandom : public Random {
 public:
  std::uint64_t Bits() override {
    absl::MutexLock lock(&mu_);
    return std::uint64_t{device_()} << 32 | device_();
  }

 private:
  absl::Mutex mu_;
  std::random_device device_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

Random& RealRandom() {
  static MachineRandom random;
  return random;
}

std::string RandomUuid(Random& random) {
  const std::uint64_t high = (random.Bits() & ~std::uint64_t{0xF000}) | 0x4000;
  const std::uint64_t low = (random.Bits() >> 2) | std::uint64_t{1} << 63;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, high >> 16 & 0xFFFF,
                         high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
}

}  // namespace ecs
