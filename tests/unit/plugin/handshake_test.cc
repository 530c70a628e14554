#include "provider/plugin/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ecs::plugin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(HandshakeLine, HasSixFieldsAndASeventhOnlyWhenAskedFor) {
  struct Case {
    const char* name;
    Handshake handshake;
    const char* line;
  };
  const Case cases[] = {
      {"with TLS",
       {.socket_path = "/tmp/a", .certificate = "MIIB+/x"},
       "1|6|unix|/tmp/a|grpc|MIIB+/x\n"},
      {"without TLS", {.socket_path = "/tmp/a"}, "1|6|unix|/tmp/a|grpc|\n"},
      {"multiplexing host",
       {.socket_path = "/tmp/a", .certificate = "MIIB", .multiplex = true},
       "1|6|unix|/tmp/a|grpc|MIIB|false\n"},
      {"older protocol", {.protocol = 5, .socket_path = "/tmp/a"}, "1|5|unix|/tmp/a|grpc|\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(HandshakeLine(c.handshake), c.line) << c.name;
}

TEST(NegotiateProtocol, TakesTheHighestInCommonElseTheLowestServed) {
  struct Case {
    const char* name;
    const char* offered;
    std::vector<int> served;
    int chosen;
  };
  const Case cases[] = {
      {"in order", "5,6", {6}, 6},
      {"in the other order", "6,5", {6}, 6},
      {"only an older one", "5", {6}, 6},
      {"only a newer one", "7", {6}, 6},
      {"nothing said", "", {6}, 6},
      {"not a number", "six,6x,,", {6}, 6},
      {"two in common", "5,6,7", {5, 6}, 6},
      {"one of two in common", "4,5", {6, 5}, 5},
      {"none of two in common", "7", {6, 5}, 5},
      {"with spaces", " 5 , 6 ", {5, 6}, 6},
  };
  for (const Case& c : cases) EXPECT_EQ(NegotiateProtocol(c.offered, c.served), c.chosen) << c.name;
}

TEST(StartedByTerraform, AsksForTheCookie) {
  EXPECT_TRUE(StartedByTerraform(
      {.cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"}));
  EXPECT_FALSE(StartedByTerraform({.cookie = "another"}));
  EXPECT_FALSE(StartedByTerraform({}));
}

TEST(StartedByHandText, SaysHowToUseTheProgramAndWhatElseItCan) {
  EXPECT_THAT(StartedByHandText("terraform-provider-ecs", "1.2.3", "ecs-cloud/ecs", "/opt/ecs"),
              AllOf(HasSubstr("terraform-provider-ecs 1.2.3 is a provider"),
                    HasSubstr("ecs = { source = \"ecs-cloud/ecs\" }"),
                    HasSubstr("dev_overrides { \"ecs-cloud/ecs\" = \"/opt/ecs\" }"),
                    HasSubstr("terraform-provider-ecs --help"),
                    HasSubstr("terraform-provider-ecs version")));
}

}  // namespace
}  // namespace ecs::plugin
