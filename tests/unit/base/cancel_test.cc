#include "base/cancel.h"

#include <gtest/gtest.h>

namespace ecs {
namespace {

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
