#include "base/log.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "nlohmann/json.hpp"
#include "tests/support/fake_clock.h"

namespace ecs {
namespace {

class LogTest : public testing::Test {
 protected:
  Log Make(Level level) {
    return Log(level, clock_, [this](std::string_view line) { written_ += line; });
  }
  FakeClock clock_;
  std::string written_;
};

TEST_F(LogTest, WritesTheLineThatTerraformParses) {
  clock_.Advance(std::chrono::milliseconds(1500));
  Log log = Make(Level::kDebug);
  log.Debug("Served request", {{"tf_rpc", "PlanResourceChange"}});
  EXPECT_EQ(written_, R"({"@level":"debug","@message":"Served request","@module":"provider.ecs",)"
                      R"("@timestamp":"2024-05-01T08:30:01.500000Z","tf_rpc":"PlanResourceChange"})"
                      "\n");
}

TEST_F(LogTest, WritesNothingBelowItsLevel) {
  Log log = Make(Level::kWarn);
  log.Info("quiet");
  EXPECT_EQ(written_, "");
  log.Warn("heard");
  EXPECT_NE(written_, "");
}

TEST_F(LogTest, CutsLinesBeforeTerraformDoesAndMendsBrokenText) {
  Log log = Make(Level::kTrace);
  log.Trace(std::string(1 << 20, '\x01'), {{"broken", "\xff"}});
  EXPECT_LT(written_.size(), 64u * 1024);
  const nlohmann::json line = nlohmann::json::parse(written_);
  EXPECT_EQ(line["broken"], "\xEF\xBF\xBD");
}

TEST(LevelFromEnvironment, TakesTheMostSpecificVariable) {
  const struct {
    const char* own;
    const char* provider;
    const char* all;
    Level expected;
  } cases[] = {
      {"", "", "", Level::kWarn},          {"", "", "JSON", Level::kTrace},
      {"", "info", "TRACE", Level::kInfo}, {"ERROR", "info", "TRACE", Level::kError},
      {"", "off", "TRACE", Level::kOff},
  };
  for (const auto& c : cases) {
    setenv("TF_LOG_PROVIDER_ECS", c.own, 1);
    setenv("TF_LOG_PROVIDER", c.provider, 1);
    setenv("TF_LOG", c.all, 1);
    EXPECT_EQ(LevelFromEnvironment(), c.expected);
  }
}

}  // namespace
}  // namespace ecs
