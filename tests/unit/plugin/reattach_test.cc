#include "provider/plugin/reattach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecs::plugin {
namespace {

using ::testing::HasSubstr;

TEST(ReattachProviders, NamesTheServerForBothRegistries) {
  EXPECT_EQ(ReattachProviders("ecs-cloud/ecs", 123, "/tmp/x"),
            R"({"registry.terraform.io/ecs-cloud/ecs":{"Protocol":"grpc","ProtocolVersion":6,)"
            R"("Pid":123,"Test":true,"Addr":{"Network":"unix","String":"/tmp/x"}},)"
            R"("registry.opentofu.org/ecs-cloud/ecs":{"Protocol":"grpc","ProtocolVersion":6,)"
            R"("Pid":123,"Test":true,"Addr":{"Network":"unix","String":"/tmp/x"}}})");
}

TEST(DebugText, HoldsAnAssignmentThatAShellTakes) {
  EXPECT_THAT(DebugText("terraform-provider-ecs", "{}"),
              HasSubstr("\nTF_REATTACH_PROVIDERS='{}'\n"));
  EXPECT_THAT(DebugText("terraform-provider-ecs", "{\"o'hara\":1}"),
              HasSubstr(R"(TF_REATTACH_PROVIDERS='{"o'\''hara":1}')"));
}

}  // namespace
}  // namespace ecs::plugin
