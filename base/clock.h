// Time as an interface: whoever waits gets its clock passed in, and tests pass one that jumps.
#pragma once

#include <chrono>
#include <functional>

#include "absl/synchronization/mutex.h"
#include "base/cancel.h"
#include "base/result.h"
#include "base/signal.h"

namespace ecs {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back; for deadlines and pauses.
  virtual TimePoint Now() = 0;
  // Calendar time in UTC; for signatures, token expiry and log lines.
  virtual WallTime WallNow() = 0;
  // Returns at `until`, or kCancelled within milliseconds of cancel being set.
  virtual Status SleepUntil(TimePoint until, const Cancel& cancel) = 0;
  // Waits with `mu` held until `done` holds, `until` (kTimeout) or cancel (kCancelled). `done` runs
  // with `mu` held, at the beginning and whenever `signal` was raised. Holds no other lock while it
  // waits, and neither may the caller. Steady: setting the machine's clock changes nothing.
  virtual Status AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until, const Cancel& cancel,
                            const std::function<bool()>& done) = 0;
};

// The machine's clock. One for the whole process.
Clock& RealClock();

}  // namespace ecs
