#include "base/cancel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace ecs {
namespace {

TEST(Cancel, WakesAWaiterThatWaitsForLonger) {
  Cancel cancel;
  std::thread setter([&] { cancel.Set(); });
  EXPECT_TRUE(cancel.WaitFor(std::chrono::hours(1)));
  setter.join();
  EXPECT_TRUE(cancel.IsSet());
}

TEST(Cancel, EndsAWaitWithoutBeingSetWhenTheTimeIsOver) {
  const Cancel cancel;
  EXPECT_FALSE(cancel.WaitFor(std::chrono::nanoseconds(1)));
  EXPECT_FALSE(cancel.WaitFor(std::chrono::seconds(-5)));
}

TEST(Cancel, RunsEachListenerOnce) {
  Cancel cancel;
  int heard = 0;
  cancel.Listen([&] { ++heard; });
  cancel.Set();
  cancel.Set();
  EXPECT_EQ(heard, 1);
}

TEST(Cancel, RunsAListenerThatComesLateAtOnceAndAForgottenOneNever) {
  Cancel cancel;
  int forgotten = 0;
  cancel.Forget(cancel.Listen([&] { ++forgotten; }));
  cancel.Set();
  int late = 0;
  cancel.Listen([&] { ++late; });
  EXPECT_EQ(forgotten, 0);
  EXPECT_EQ(late, 1);
}

}  // namespace
}  // namespace ecs
