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
