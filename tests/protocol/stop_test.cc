// Ctrl-C: StopProvider ends what runs soon, and what is known of the cloud is kept.
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "absl/strings/str_cat.h"
#include "tests/protocol/rig.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// "Within a second", on a machine that is busy with other tests too.
constexpr std::chrono::seconds kSoon{4};
constexpr std::chrono::hours kForEver{1};

emulator::Options Slow(const char* work) {
  emulator::Options options;
  const emulator::Durations usual;
  for (const auto& [name, duration] : usual.all()) {
    EXPECT_TRUE(options.durations.Set(name, name == work ? Duration(kForEver) : Duration()).ok());
  }
  return options;
}

// Runs while the test goes on.
template <class Function>
auto InBackground(Function function) {
  return std::async(std::launch::async, std::move(function));
}

// What `running` gives; the test fails if that is not soon.
template <class T>
T Soon(std::future<T>& running) {
  EXPECT_EQ(running.wait_for(kSoon), std::future_status::ready);
  return running.get();
}

TEST(StopProvider, EndsACreateAndKeepsTheServer) {
  Rig rig(Slow("create"));
  Client& terraform = rig.client();
  const Value config = rig.ServerConfig();
  const Planned planned = Clean(terraform.PlanResourceChange(kServer, {}, config));
  auto running =
      InBackground([&] { return terraform.ApplyResourceChange(kServer, {}, planned, config); });
  rig.cloud().WaitFor("ecs.CreateServers");
  rig.cloud().WaitFor("ecs.ShowServer");
  terraform.StopProvider();

  const Reply<Stored> interrupted = Soon(running);
  EXPECT_THAT(interrupted.notes, ElementsAre("Error: Creating the server was not finished"));
  EXPECT_THAT(interrupted.details, ElementsAre(HasSubstr("terraform untaint")));
  ASSERT_TRUE(interrupted.value.state.IsWhollyKnown());
  EXPECT_TRUE(rig.cloud().HasServer(interrupted.value.state.At("id").AsString()));
  EXPECT_NE(interrupted.value.identity, std::nullopt);
}

TEST(StopProvider, EndsAnUpdateAndKeepsWhatIsTrue) {
  Rig rig(Slow("resize"));
  Client& terraform = rig.client();
  const Value config = rig.ServerConfig();
  const Stored made = rig.Apply(kServer, {}, config);
  const Value larger = config.With("flavor", Value::String("s3.large.2"));
  const Planned planned = terraform.PlanResourceChange(kServer, made, larger).value;
  auto running =
      InBackground([&] { return terraform.ApplyResourceChange(kServer, made, planned, larger); });
  rig.cloud().WaitFor("nova.ResizeServer");
  terraform.StopProvider();

  const Reply<Stored> interrupted = Soon(running);
  EXPECT_THAT(interrupted.notes, SizeIs(1));
  EXPECT_EQ(interrupted.value.state.At("flavor"), config.At("flavor"));
  EXPECT_EQ(interrupted.value.identity, made.identity);
}

TEST(StopProvider, EndsAnAction) {
  Rig rig(Slow("reboot"));
  Client& terraform = rig.client();
  const std::string id = rig.cloud().MakeServers(1)[0];
  const Value config =
      rig.Action("ecs_restart_servers", absl::StrCat(R"({"server_ids": [")", id, R"("]})"));
  auto running =
      InBackground([&] { return terraform.InvokeAction("ecs_restart_servers", config); });
  rig.cloud().WaitFor("nova.RebootServer");
  terraform.StopProvider();

  const Reply<Invoked> interrupted = Soon(running);
  EXPECT_TRUE(interrupted.value.completed);
  EXPECT_THAT(interrupted.notes, ElementsAre("Error: Restarting the servers failed"));
}

TEST(StopProvider, EndsAnActionThatHasBegunToTell) {
  Rig rig(Slow("stop"));
  Client& terraform = rig.client();
  const std::vector<std::string> ids = rig.cloud().MakeServers(2);
  rig.cloud().emulator().With([&](emulator::Cloud& cloud) {
    emulator::Server& stopped = *cloud.store.servers.Find(ids[0]);
    stopped.vm_state = "stopped";
    stopped.power_state = 4;
  });
  const Value config = rig.Action("ecs_stop_servers", absl::StrCat(R"({"server_ids": [")", ids[0],
                                                                   R"(", ")", ids[1], R"("]})"));
  std::vector<std::string> lines;
  auto running = InBackground([&] {
    return terraform.InvokeAction("ecs_stop_servers", config, [&](const std::string& line) {
      lines.push_back(line);
      terraform.StopProvider();
    });
  });
  const Reply<Invoked> interrupted = Soon(running);
  EXPECT_TRUE(interrupted.value.completed);
  EXPECT_THAT(interrupted.notes, ElementsAre(StartsWith("Error: ")));
  EXPECT_THAT(lines, ElementsAre("1 of 2 servers are SHUTOFF"));
}

TEST(StopProvider, EndsAList) {
  Rig rig;
  rig.cloud().MakeServers(1);
  ASSERT_TRUE(rig.cloud().emulator().AddFault("ecs.ListServers:slow:always:delay=1h").ok());
  auto running = InBackground(
      [&] { return rig.client().ListResource(kServer, {.config = rig.List(kServer, "{}")}); });
  rig.cloud().WaitFor("ecs.ListServers");
  rig.client().StopProvider();
  EXPECT_THAT(Soon(running).notes, ElementsAre("Error: Listing the servers failed"));
}

TEST(StopProvider, HoldsUntilTheProviderIsConfiguredAgain) {
  Rig rig;
  Client& terraform = rig.client();
  const Value config = rig.ServerConfig();
  terraform.StopProvider();
  const Planned planned = Clean(terraform.PlanResourceChange(kServer, {}, config));
  EXPECT_THAT(terraform.ApplyResourceChange(kServer, {}, planned, config).notes, SizeIs(1));
  EXPECT_THAT(rig.cloud().Changes(), IsEmpty());
  EXPECT_THAT(terraform.ConfigureProvider(rig.ProviderConfig()).notes, IsEmpty());
  Clean(terraform.ApplyResourceChange(kServer, {}, planned, config));
}

}  // namespace
}  // namespace ecs::protocol
