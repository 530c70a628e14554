#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/fake_clock.h"

namespace ecs {
namespace {

TEST(RealClock, ReturnsFromASleepWhenItIsCancelled) {
  Cancel cancel;
  std::thread setter([&] { cancel.Set(); });
  const Status slept = RealClock().SleepUntil(RealClock().Now() + std::chrono::hours(1), cancel);
  setter.join();
  ASSERT_FALSE(slept.ok());
  EXPECT_EQ(slept.error().code, Code::kCancelled);
}

TEST(RealClock, DoesNotSleepUntilATimeThatIsOver) {
  const Cancel cancel;
  EXPECT_TRUE(RealClock().SleepUntil(RealClock().Now() - std::chrono::hours(1), cancel).ok());
}

// Waits in a thread of its own until `value` is positive.
class Waiter {
 public:
  explicit Waiter(TimePoint until) : thread_([this, until] { Wait(until); }) {}
  Status Join() {
    thread_.join();
    return result_;
  }
  void Set(int value) {
    absl::MutexLock lock(&mu_);
    value_ = value;
    changed_.Raise();
  }
  Cancel cancel = {};

 private:
  void Wait(TimePoint until) {
    absl::MutexLock lock(&mu_);
    result_ = RealClock().AwaitUnder(mu_, changed_, until, cancel, [this] { return value_ > 0; });
  }

  absl::Mutex mu_;
  Signal changed_;
  int value_ = 0;
  Status result_ = Ok{};
  std::thread thread_;
};

TimePoint InAnHour() { return RealClock().Now() + std::chrono::hours(1); }

TEST(AwaitUnder, ReturnsWhenWhatWasWaitedForIsThere) {
  Waiter waiter(InAnHour());
  waiter.Set(-1);
  waiter.Set(1);
  EXPECT_TRUE(waiter.Join().ok());
}

TEST(AwaitUnder, EndsByCancelAndByTime) {
  Waiter cancelled(InAnHour());
  cancelled.cancel.Set();
  EXPECT_EQ(cancelled.Join().error().code, Code::kCancelled);
  Waiter late(RealClock().Now() - std::chrono::seconds(1));
  EXPECT_EQ(late.Join().error().code, Code::kTimeout);
}

TEST(AwaitUnder, WhatIsThereAlreadyCountsMoreThanCancelAndTime) {
  absl::Mutex mu;
  Signal signal;
  Cancel cancel;
  cancel.Set();
  absl::MutexLock lock(&mu);
  EXPECT_TRUE(
      RealClock().AwaitUnder(mu, signal, TimePoint::min(), cancel, [] { return true; }).ok());
}

TEST(FakeClock, JumpsAndRemembersEachPause) {
  FakeClock clock;
  const Cancel cancel;
  const TimePoint began = clock.Now();
  EXPECT_TRUE(clock.SleepUntil(began + std::chrono::hours(1), cancel).ok());
  EXPECT_EQ(clock.Now() - began, std::chrono::hours(1));
  EXPECT_EQ(clock.slept(), std::vector<Duration>{std::chrono::hours(1)});
}

}  // namespace
}  // namespace ecs
