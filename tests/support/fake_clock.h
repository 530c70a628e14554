// A clock for tests: sleeping jumps, so a test that waits an hour takes no time.
#pragma once

#include <utility>
#include <vector>

#include "base/clock.h"

namespace ecs {

class FakeClock : public Clock {
 public:
  TimePoint Now() override {
    absl::MutexLock lock(&mu_);
    return now_;
  }
  WallTime WallNow() override {
    absl::MutexLock lock(&mu_);
    // 2024-05-01T08:30:00Z, the date of the API fact sheets' examples.
    return WallTime(std::chrono::seconds(1714552200)) + now_.time_since_epoch();
  }
  Status SleepUntil(TimePoint until, const Cancel& cancel) override {
    absl::MutexLock lock(&mu_);
    if (cancel.IsSet())
      return Error{.code = Code::kCancelled, .summary = "Interrupted while waiting"};
    if (until > now_) {
      slept_.push_back(until - now_);
      now_ = until;
    }
    return Ok{};
  }
  // Waits for real: other threads have to bring about what is waited for. An end that is a minute
  // or less away is that long away for real.
  Status AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until, const Cancel& cancel,
                    const std::function<bool()>& done) override {
    Clock& real = RealClock();
    const Duration left = until - Now();
    const TimePoint end = left > std::chrono::minutes(1) ? TimePoint::max() : real.Now() + left;
    return real.AwaitUnder(mu, signal, end, cancel, done);
  }
  void Advance(Duration by) {
    absl::MutexLock lock(&mu_);
    now_ += by;
  }
  // Every pause that was slept, in order.
  std::vector<Duration> slept() {
    absl::MutexLock lock(&mu_);
    return slept_;
  }

 private:
  absl::Mutex mu_;
  TimePoint now_ ABSL_GUARDED_BY(mu_){};
  std::vector<Duration> slept_ ABSL_GUARDED_BY(mu_);
};

}  // namespace ecs
