// The process as Terraform's plugin host sees it, and what it answers before it is configured.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "tests/protocol/rig.h"
#include "tests/protocol/wire.h"
#include "tests/support/plugin_host.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Process, ShakesHandsServesAndEnds) {
  Client client;
  EXPECT_THAT(client.process().Handshake(),
              ElementsAre("1", "6", "unix", StartsWith("/"), "grpc", StartsWith("MII")));
  EXPECT_EQ(plugin::Health(client.channel(), "plugin"), 1);
  plugin::HostStreams streams(client.channel());
  EXPECT_THAT(client.GetMetadata().diagnostics(), IsEmpty());

  const std::string socket = client.process().SocketPath();
  EXPECT_TRUE(std::filesystem::exists(socket));
  EXPECT_EQ(client.Shutdown(), 0);
  ::plugin::StdioData data;
  EXPECT_FALSE(streams.stdio->Read(&data));
  EXPECT_TRUE(streams.stdio->Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(socket));
  EXPECT_EQ(client.process().out().Rest(), "");
  EXPECT_EQ(client.process().err().Rest(), "");
}

TEST(Process, TrustsNobodyButTheTerraformThatStartedIt) {
  Client client;
  const plugin::Identity stranger = *plugin::MakeIdentity(RealClock().WallNow());
  EXPECT_EQ(plugin::Health(client.process().Connect(&stranger), "plugin"), 0);
  EXPECT_EQ(plugin::Health(client.process().Connect(nullptr), "plugin"), 0);
  EXPECT_EQ(plugin::Health(client.channel(), "plugin"), 1);
}

// After those gRPC itself needs up to ten seconds to end.
TEST(Process, EndsAtOnceAfterLargeMessages) {
  Client client;
  const std::string name(1 << 20, 'x');
  const std::string state = absl::StrCat(R"({"name": ")", name, R"("})");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Clean(client.UpgradeResourceState(kServer, 0, state)).At("name"),
              Value::String(name));
  }
  EXPECT_EQ(client.Shutdown(), 0);
}

TEST(Process, EndsWhileAnRpcRuns) {
  emulator::Options options = LiveCloud::Instant();
  options.faults = {"ecs.ListServers:slow:always:delay=1h"};
  Rig rig(options);
  plugin::HostStreams streams(rig.client().channel());
  tfplugin6::ReadDataSource::Request request;
  tfplugin6::ReadDataSource::Response response;
  request.set_type_name("ecs_servers");
  request.mutable_config()->set_json("{}");
  grpc::ClientContext context;
  absl::Notification done;
  rig.client().stub().async()->ReadDataSource(&context, &request, &response,
                                              [&](grpc::Status) { done.Notify(); });
  rig.cloud().WaitFor("ecs.ListServers");
  EXPECT_EQ(rig.client().Shutdown(), 0);
  done.WaitForNotification();
}

TEST(Process, DoesNotServeStateStores) {
  Client client;
  for (const char* rpc :
       {"ValidateStateStoreConfig", "ConfigureStateStore", "ReadStateBytes", "WriteStateBytes",
        "LockState", "UnlockState", "GetStates", "DeleteState", "NoSuchRpc"}) {
    const plugin::RawAnswer answer =
        plugin::RawCall(client.channel(), absl::StrCat("/tfplugin6.Provider/", rpc), "");
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << rpc;
    EXPECT_THAT(answer.messages, IsEmpty());
  }
}

TEST(Process, ThatWasNotAskedForItsSchemasWorksAllTheSame) {
  Client first;
  Client second({.types = first.types()});
  const Value config = ParseValue(first.types()->provider, R"({"token": "t"})");
  EXPECT_THAT(second.ConfigureProvider(config).notes, ElementsAre(StartsWith("Error: ")));
  EXPECT_EQ(second.CallFunction("parse_flavor", {Value::String("s3.large.2")}).error, "");
}

// --- Before ConfigureProvider ---

TEST(Unconfigured, ProviderSaysSoWhereItNeedsACloud) {
  const std::set<std::string> needs_a_cloud = {
      "ReadResource",           "ApplyResourceChange",    "ReadDataSource", "OpenEphemeralResource",
      "RenewEphemeralResource", "CloseEphemeralResource", "ListResource",   "InvokeAction"};
  Client client;
  for (const Rpc& rpc : AllRpcs()) {
    if (needs_a_cloud.count(rpc.name) == 0) continue;
    const Heard heard = Send(client, rpc, *Request(rpc, ExistingName(rpc)));
    EXPECT_TRUE(heard.status.ok()) << rpc.name;
    EXPECT_THAT(heard.errors, ElementsAre(HasSubstr("before the provider was configured")))
        << rpc.name;
  }
}

TEST(Unconfigured, ProviderValidatesPlansAndUpgrades) {
  Client client;
  const cty::Type type = client.types()->resources.at(kServer);
  const Value config = ParseValue(type, R"({
    "name": "web-1", "flavor": "s3.medium.2",
    "image_id": "40000000-0000-4000-8000-000000000001",
    "vpc_id": "10000000-0000-4000-8000-000000000001",
    "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
    "system_disk": {"type": "SSD", "size_gb": 40}})");
  EXPECT_THAT(client.ValidateResourceConfig(kServer, config).notes, IsEmpty());
  EXPECT_TRUE(Clean(client.PlanResourceChange(kServer, {}, config)).state.is_known());
  EXPECT_EQ(Clean(client.UpgradeResourceState(kServer, 0, R"({"id": "a"})")).At("id"),
            Value::String("a"));
}

TEST(ConfigureProvider, TellsWhatIsMissingAndAsksNoCloud) {
  Rig rig;
  Client& terraform = rig.client();
  const Value nothing = ParseValue(terraform.types()->provider, "{}");
  EXPECT_THAT(terraform.ValidateProviderConfig(nothing).notes, IsEmpty());
  EXPECT_THAT(terraform.ConfigureProvider(nothing).notes, ElementsAre("Error: No credentials"));
  const Value wrong = ParseValue(terraform.types()->provider, R"({"max_retries": 1000})");
  EXPECT_THAT(terraform.ValidateProviderConfig(wrong).notes,
              ElementsAre("Error: Invalid value for max_retries [max_retries]"));
  int requests = 0;
  rig.cloud().emulator().With(
      [&](emulator::Cloud& cloud) { requests = int(cloud.journal.entries().size()); });
  EXPECT_EQ(requests, 0);
}

TEST(ConfigureProvider, TakesArgumentsThatAreNotKnownYet) {
  Rig rig;
  Client& terraform = rig.client();
  const Value unknown = rig.ProviderConfig().With("password", Value::Unknown(cty::Type::String()));
  EXPECT_THAT(terraform.ValidateProviderConfig(unknown).notes, IsEmpty());
  EXPECT_THAT(terraform.ConfigureProvider(unknown).notes, IsEmpty());
  EXPECT_THAT(terraform.PlanResourceChange(kServer, {}, rig.ServerConfig()).notes, IsEmpty());
  const Reply<Value> read =
      terraform.ReadDataSource("ecs_servers", rig.DataSource("ecs_servers", "{}"));
  EXPECT_THAT(read.notes, ElementsAre("Error: Listing the servers failed"));
  EXPECT_THAT(read.details, ElementsAre(HasSubstr("password")));
}

}  // namespace
}  // namespace ecs::protocol
