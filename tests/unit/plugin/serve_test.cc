// A plugin's whole life, seen from outside.
#include "provider/plugin/serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <list>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "proto/tfplugin6.grpc.pb.h"
#include "tests/support/plugin_host.h"
#include "tests/support/plugin_process.h"

namespace ecs::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::StartsWith;
using ::testing::StrEq;

constexpr std::chrono::milliseconds kOneSecond{1000};

// Sanitizers keep books about all memory, in memory.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

const Identity& Client() {
  static const Identity identity = *MakeIdentity(RealClock().WallNow());
  return identity;
}

PluginProcess::Options AsTerraform(const Identity* client) {
  return PluginProcess::AsTerraform(TEST_PLUGIN, client);
}

// What a call gave. Waits for the connection, but not for ever.
template <class Response>
struct Answer {
  grpc::StatusCode status = grpc::StatusCode::UNKNOWN;
  Response response = {};
};

Answer<tfplugin6::ReadResource::Response> ReadResource(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& type,
    const std::string& private_bytes = "") {
  grpc::ClientContext context;
  SetDeadline(context);
  tfplugin6::ReadResource::Request request;
  request.set_type_name(type);
  request.set_private_(private_bytes);
  Answer<tfplugin6::ReadResource::Response> answer;
  answer.status = tfplugin6::Provider::NewStub(channel)
                      ->ReadResource(&context, request, &answer.response)
                      .error_code();
  return answer;
}

// ReadResource in the background.
class RunningRead {
 public:
  RunningRead(const std::shared_ptr<grpc::Channel>& channel, const std::string& type)
      : stub_(tfplugin6::Provider::NewStub(channel)) {
    SetDeadline(context_);
    request_.set_type_name(type);
    stub_->async()->ReadResource(&context_, &request_, &response_, [this](grpc::Status status) {
      status_ = status.error_code();
      done_.Notify();
    });
  }
  ~RunningRead() {
    context_.TryCancel();
    done_.WaitForNotification();
  }
  // Status and private bytes of the answer.
  std::string Wait() {
    done_.WaitForNotification();
    return absl::StrCat(status_, " ", response_.private_());
  }

 private:
  std::unique_ptr<tfplugin6::Provider::Stub> stub_;
  grpc::ClientContext context_;
  tfplugin6::ReadResource::Request request_;
  tfplugin6::ReadResource::Response response_;
  grpc::StatusCode status_ = grpc::StatusCode::UNKNOWN;
  absl::Notification done_;
};

int ResidentKb(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoi(line.substr(6));
  }
  return 0;
}

TEST(Serve, GivesTheHandshakeAndThenOnlySpeaksGrpc) {
  PluginProcess plugin(AsTerraform(&Client()));
  const std::vector<std::string>& fields = plugin.Handshake();
  EXPECT_THAT(fields, ElementsAre("1", "6", "unix", StartsWith("/"), "grpc", StartsWith("MII")));
  const auto channel = plugin.Connect(&Client());
  EXPECT_EQ(Health(channel, "plugin"), 1);
  EXPECT_EQ(ReadResource(channel, "print").status, grpc::StatusCode::OK);
  EXPECT_EQ(Shutdown(channel), grpc::StatusCode::OK);
  EXPECT_EQ(plugin.Exit(kOneSecond), 0);
  EXPECT_EQ(plugin.out().Rest(), "");
  EXPECT_EQ(plugin.err().Rest(), "began print\n");
}

TEST(Serve, EndsAtOnceAfterShutdownAlthoughTheHostKeepsItsStreamsOpen) {
  PluginProcess plugin(AsTerraform(&Client()));
  const auto channel = plugin.Connect(&Client());
  HostStreams streams(channel);
  EXPECT_EQ(ReadResource(channel, "echo").status, grpc::StatusCode::OK);
  EXPECT_EQ(Shutdown(channel), grpc::StatusCode::OK);
  ::plugin::StdioData data;
  EXPECT_FALSE(streams.stdio->Read(&data));
  EXPECT_TRUE(streams.stdio->Finish().ok());
  EXPECT_EQ(plugin.Exit(kOneSecond / 2), 0);
  EXPECT_FALSE(std::filesystem::exists(plugin.SocketPath()));
}

TEST(Serve, RefusesAnotherClientCertificate) {
  PluginProcess plugin(AsTerraform(&Client()));
  const Identity stranger = *MakeIdentity(RealClock().WallNow());
  EXPECT_EQ(ReadResource(plugin.Connect(&stranger), "echo").status, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReadResource(plugin.Connect(&Client()), "echo").status, grpc::StatusCode::OK);
}

TEST(Serve, RefusesAClientWithoutTls) {
  PluginProcess plugin(AsTerraform(&Client()));
  EXPECT_EQ(ReadResource(plugin.Connect(nullptr), "echo").status, grpc::StatusCode::UNAVAILABLE);
}

TEST(Serve, SpeaksWithoutTlsWhenTerraformHasNoCertificate) {
  PluginProcess::Options options = AsTerraform(nullptr);
  options.environment["PLUGIN_CLIENT_CERT"] = "";
  PluginProcess plugin(options);
  EXPECT_THAT(plugin.Handshake(), ElementsAre("1", "6", "unix", StartsWith("/"), "grpc", ""));
  EXPECT_EQ(ReadResource(plugin.Connect(nullptr), "echo").status, grpc::StatusCode::OK);
}

TEST(Serve, AnswersTheQuestionForMultiplexingOnlyWhenAsked) {
  PluginProcess::Options options = AsTerraform(nullptr);
  options.environment["PLUGIN_MULTIPLEX_GRPC"] = "true";
  EXPECT_THAT(PluginProcess(options).Handshake(),
              ElementsAre("1", "6", "unix", StartsWith("/"), "grpc", "", "false"));
}

TEST(Serve, TakesMessagesAboveTheLimitOfGrpc) {
  PluginProcess plugin(AsTerraform(&Client()));
  const std::string large(32 << 20, 'x');
  const auto answer = ReadResource(plugin.Connect(&Client()), "echo", large);
  EXPECT_EQ(answer.status, grpc::StatusCode::OK);
  EXPECT_EQ(answer.response.private_(), large);
}

TEST(Serve, RunsAHundredRpcsAtOnceInLittleMemoryAndLetsThemAnswerAtSigterm) {
  PluginProcess plugin(AsTerraform(&Client()));
  const auto channel = plugin.Connect(&Client());
  std::list<RunningRead> reads;
  for (int i = 0; i < 100; ++i) reads.emplace_back(channel, "until_stop");
  for (int i = 0; i < 100; ++i)
    ASSERT_THAT(plugin.err().Line(), Optional(StrEq("began until_stop")));
  if (!kSanitized) {
    EXPECT_LT(ResidentKb(plugin.pid()), 40 * 1024);
  }
  plugin.Signal(SIGTERM);
  for (RunningRead& read : reads) EXPECT_EQ(read.Wait(), "0 stopped");
  EXPECT_EQ(plugin.Exit(kOneSecond), 0);
  EXPECT_FALSE(std::filesystem::exists(plugin.SocketPath()));
}

TEST(Serve, IgnoresSigintBecauseTerraformDecides) {
  PluginProcess plugin(AsTerraform(&Client()));
  const auto channel = plugin.Connect(&Client());
  EXPECT_EQ(ReadResource(channel, "echo").status, grpc::StatusCode::OK);
  plugin.Signal(SIGINT);
  EXPECT_EQ(ReadResource(channel, "echo").status, grpc::StatusCode::OK);
  EXPECT_EQ(Shutdown(channel), grpc::StatusCode::OK);
  EXPECT_EQ(plugin.Exit(), 0);
}

TEST(Serve, EndsWhenTerraformIsKilled) {
  PluginProcess::Options options = AsTerraform(&Client());
  options.with_parent = true;
  PluginProcess plugin(options);
  ASSERT_TRUE(std::filesystem::exists(plugin.SocketPath()));
  plugin.KillParent();
  EXPECT_EQ(plugin.Exit(kOneSecond), 0);
  EXPECT_FALSE(std::filesystem::exists(plugin.SocketPath()));
}

TEST(Serve, EndsWhenTerraformIsKilledAlthoughAnRpcNeverReturns) {
  PluginProcess::Options options = AsTerraform(&Client());
  options.with_parent = true;
  PluginProcess plugin(options);
  RunningRead read(plugin.Connect(&Client()), "for_ever");
  ASSERT_THAT(plugin.err().Line(), Optional(StrEq("began for_ever")));
  plugin.KillParent();
  EXPECT_EQ(plugin.Exit(kOneSecond), 0);
  EXPECT_FALSE(std::filesystem::exists(plugin.SocketPath()));
}

TEST(Serve, NamesTheReasonOfACrashAndLeavesNoSocket) {
  PluginProcess plugin(AsTerraform(&Client()));
  RunningRead read(plugin.Connect(&Client()), "crash");
  EXPECT_EQ(plugin.Exit(), -SIGABRT);
  EXPECT_EQ(plugin.err().Rest(),
            "began crash\npanic: terraform-provider-ecs 0.1.0: uncaught exception: out of ideas\n");
  EXPECT_FALSE(std::filesystem::exists(plugin.SocketPath()));
}

TEST(Serve, ExplainsItselfWhenStartedByHand) {
  PluginProcess plugin({.executable = TEST_PLUGIN});
  EXPECT_EQ(plugin.Exit(), 1);
  EXPECT_EQ(plugin.out().Rest(), "");
  EXPECT_THAT(plugin.err().Rest(),
              AllOf(StartsWith("terraform-provider-ecs 0.1.0 is a provider for Terraform"),
                    HasSubstr(std::filesystem::path(TEST_PLUGIN).parent_path().string())));
}

TEST(Serve, TellsTerraformWhyItCannotListen) {
  PluginProcess::Options options = AsTerraform(&Client());
  options.environment["TMPDIR"] = "/" + std::string(107, 'd');
  PluginProcess plugin(options);
  EXPECT_EQ(plugin.Exit(), 1);
  // Terraform shows a first line that is no handshake.
  EXPECT_THAT(plugin.out().Rest(),
              AllOf(StartsWith("terraform-provider-ecs: Making the socket for Terraform failed: "),
                    HasSubstr("at most 107 bytes"), HasSubstr("TMPDIR")));
}

// The plugin, started by a shell that sets its limit of open files.
PluginProcess::Options WithLimit(const std::string& ulimit) {
  PluginProcess::Options options = AsTerraform(nullptr);
  options.executable = "/bin/sh";
  options.arguments = {"-c", absl::StrCat(ulimit, "; exec \"$0\""), TEST_PLUGIN};
  return options;
}

TEST(Serve, TellsTerraformThatTooFewFilesMayBeOpen) {
  PluginProcess plugin(WithLimit("ulimit -n 12"));
  EXPECT_THAT(plugin.out().Line(),
              Optional(HasSubstr("Too few open files are allowed: This process may have 12 files "
                                 "open at a time, and needs 32.")));
  EXPECT_EQ(plugin.Exit(), 1);
}

TEST(Serve, RaisesALowLimitOfOpenFilesWhereItMay) {
  PluginProcess plugin(WithLimit("ulimit -S -n 12"));
  const auto answer = ReadResource(plugin.Connect(nullptr), "echo");
  EXPECT_EQ(answer.status, grpc::StatusCode::OK);
}

TEST(ServeForDebuggers, PrintsWhereItIsAndServesSeveralConnectionsUntilSigint) {
  PluginProcess plugin({.executable = TEST_PLUGIN, .arguments = {"--debug"}});
  std::optional<std::string> line;
  do {
    line = plugin.out().Line();
    ASSERT_TRUE(line.has_value());
  } while (line->rfind("TF_REATTACH_PROVIDERS=", 0) != 0);
  absl::string_view value = *line;
  ASSERT_TRUE(absl::ConsumePrefix(&value, "TF_REATTACH_PROVIDERS='"));
  ASSERT_TRUE(absl::ConsumeSuffix(&value, "'"));
  const nlohmann::json providers = nlohmann::json::parse(value.begin(), value.end());
  const nlohmann::json& server = providers.at("registry.terraform.io/ecs-cloud/ecs");
  EXPECT_EQ(server, providers.at("registry.opentofu.org/ecs-cloud/ecs"));
  EXPECT_EQ(server.at("Pid"), plugin.pid());
  const std::string socket = server.at("Addr").at("String");

  for (int i = 0; i < 2; ++i) {
    const auto channel = grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials());
    HostStreams streams(channel);
    EXPECT_EQ(ReadResource(channel, "echo").status, grpc::StatusCode::OK);
  }
  plugin.Signal(SIGINT);
  EXPECT_EQ(plugin.Exit(kOneSecond), 0);
  EXPECT_FALSE(std::filesystem::exists(socket));
}

}  // namespace
}  // namespace ecs::plugin
