#include "base/clock.h"

namespace ecs {
namespace {

class MachineClock : public Clock {
 public:
  TimePoint Now() override { return std::chrono::steady_clock::now(); }
  WallTime WallNow() override { return std::chrono::system_clock::now(); }
  Status SleepUntil(TimePoint until, const Cancel& cancel) override {
    if (cancel.WaitFor(until - Now())) {
      return Error{.code = Code::kCancelled, .summary = "Interrupted while waiting"};
    }
    return Ok{};
  }
};

}  // namespace

Clock& RealClock() {
  static MachineClock clock;
  return clock;
}

}  // namespace ecs
