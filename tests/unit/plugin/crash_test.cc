#include "provider/plugin/crash.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <exception>
#include <stdexcept>
#include <thread>

namespace ecs::plugin {
namespace {

TEST(ReportCrashesDeathTest, WritesOneLineThatTerraformShows) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        ReportCrashes("thing 1.0");
        std::terminate();
      },
      ::testing::KilledBySignal(SIGABRT), "^panic: thing 1.0: std::terminate was called\n$");
  EXPECT_EXIT(
      {
        ReportCrashes("thing 1.0");
        std::thread([] { throw std::runtime_error("two\nlines"); }).join();
      },
      ::testing::KilledBySignal(SIGABRT), "^panic: thing 1.0: uncaught exception: two lines\n$");
  EXPECT_EXIT(
      {
        ReportCrashes("thing 1.0");
        ::raise(SIGABRT);  // the one that sanitizers leave to us
      },
      ::testing::KilledBySignal(SIGABRT), "^panic: thing 1.0: killed by signal ABRT\n$");
}

}  // namespace
}  // namespace ecs::plugin
