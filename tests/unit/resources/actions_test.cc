// ecs_start_servers, ecs_stop_servers, ecs_restart_servers: orders without a state.
#include "provider/lifecycle/action.h"
#include "provider/lifecycle/validate.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct ActionRig : ServerRig {
  explicit ActionRig(int servers, const std::string& patch = "{}") {
    for (int i = 1; i <= servers; ++i) {
      nlohmann::json config = {{"name", absl::StrCat("web-", i)}};
      config.merge_patch(nlohmann::json::parse(patch));
      ids.push_back(Make(config.dump()).At("id").AsString());
    }
    clock().Advance(std::chrono::minutes(1));
    Forget();
  }

  // Gives the order to all servers.
  Status Invoke(const std::string& name, const std::string& patch = "{}") {
    const schema::AnyAction& action = *TheProvider().FindAction(name);
    nlohmann::json config = {{"server_ids", ids}};
    config.merge_patch(nlohmann::json::parse(patch));
    return lifecycle::Invoke(call(), cloud(), action, ObjectOf(*action.rows, config.dump()),
                             [this](const std::string& line) { progress.push_back(line); });
  }

  std::vector<std::string> Statuses() {
    std::vector<std::string> statuses;
    for (const std::string& id : ids) statuses.push_back(Server(id).vm_state);
    return statuses;
  }

  std::vector<std::string> ids = {};
  std::vector<std::string> progress = {};
};

constexpr char kStopped[] = R"({"power_state": "SHUTOFF"})";

TEST(Actions, ManyServersAreStoppedAndStartedByBatchCallsWithProgress) {
  ActionRig rig(5);
  EXPECT_TRUE(rig.Invoke("ecs_stop_servers").ok());
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.StopServers"));
  EXPECT_THAT(rig.Statuses(), ElementsAre("stopped", "stopped", "stopped", "stopped", "stopped"));
  EXPECT_EQ(rig.progress.back(), "5 of 5 servers are SHUTOFF");
  rig.Forget();
  EXPECT_TRUE(rig.Invoke("ecs_start_servers").ok());
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.StartServers"));
  EXPECT_THAT(rig.Statuses(), ElementsAre("active", "active", "active", "active", "active"));
  EXPECT_EQ(rig.progress.back(), "5 of 5 servers are ACTIVE");
}

TEST(Actions, OneServerUsesTheNativeCall) {
  ActionRig rig(1);
  EXPECT_TRUE(rig.Invoke("ecs_stop_servers").ok());
  EXPECT_TRUE(rig.Invoke("ecs_start_servers").ok());
  EXPECT_TRUE(rig.Invoke("ecs_restart_servers", R"({"type": "HARD"})").ok());
  EXPECT_THAT(rig.Changes(),
              ElementsAre("nova.StopServer", "nova.StartServer", "nova.RebootServer"));
}

TEST(Actions, AServerThatIsThereAlreadyCostsNoCall) {
  ActionRig rig(2);
  EXPECT_TRUE(rig.Invoke("ecs_start_servers").ok());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x2"));
  EXPECT_THAT(rig.progress, ElementsAre("2 of 2 servers are ACTIVE"));
}

TEST(Actions, OnlyTheServersThatAreNotThereYetAreTouched) {
  ActionRig rig(3, kStopped);
  rig.Disturb(rig.ids[1], [](emulator::Server& server) {
    server.vm_state = "active";
    server.power_state = 1;
  });
  EXPECT_TRUE(rig.Invoke("ecs_start_servers").ok());
  EXPECT_TRUE(rig.Server(rig.ids[1]).actions.back().action != "start");
  EXPECT_THAT(rig.Statuses(), ElementsAre("active", "active", "active"));
}

TEST(Actions, TheSameIdTwiceIsOneServer) {
  ActionRig rig(2);
  rig.ids.push_back(rig.ids[0]);
  EXPECT_TRUE(rig.Invoke("ecs_restart_servers").ok());
  EXPECT_EQ(rig.progress.back(), "2 of 2 servers are ACTIVE");
}

TEST(Actions, AServerThatFailsIsNamedAndTheOthersAreDone) {
  ActionRig rig(4);
  ASSERT_TRUE(rig.emulator().AddFault("ecs.StopServers:fail:1:server=web-2").ok());
  const Status failed = rig.Invoke("ecs_stop_servers");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().summary, "Some servers were not stopped");
  EXPECT_EQ(failed.error().path, Path("server_ids"));
  EXPECT_THAT(failed.error().detail,
              AllOf(HasSubstr("3 of 4 servers were stopped"), HasSubstr(rig.ids[1])));
  EXPECT_EQ(failed.error().hint, "Invoke the action again for these servers.");
}

TEST(Actions, AServerThatDoesNotExistIsNamed) {
  ActionRig rig(1);
  rig.ids[0] = "00000000-0000-4000-8000-00000000dead";
  const Status failed = rig.Invoke("ecs_start_servers");
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().detail, AllOf(HasSubstr("0 of 1"), HasSubstr(rig.ids[0])));
}

TEST(Actions, TimeThatRunsOutNamesWhoIsNotThere) {
  ActionRig rig(2);
  rig.emulator().With([](emulator::Cloud& cloud) {
    EXPECT_TRUE(cloud.options.durations.Set("reboot", std::chrono::hours(2)).ok());
  });
  const Status failed =
      rig.Invoke("ecs_restart_servers", R"({"type": "HARD", "timeouts": {"invoke": "30s"}})");
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().Text(), HasSubstr("time ran out"));
}

TEST(Actions, AnInterruptionEndsTheWait) {
  ActionRig rig(2);
  rig.OnRequest([&](const client::Request& request) {
    if (request.operation.find("/jobs/") != std::string::npos) rig.cancel().Set();
  });
  const Status stopped = rig.Invoke("ecs_restart_servers");
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
}

TEST(Actions, InvalidConfigurationsAreRefusedAtTheAttribute) {
  const struct {
    const char* config;
    Path path;
  } cases[] = {
      {R"({"server_ids": []})", Path("server_ids")},
      {R"({"server_ids": ["web-1"]})", Path("server_ids")},
      {R"({"server_ids": ["40000000-0000-4000-8000-000000000001"], "type": "soft"})", Path("type")},
      {R"({"server_ids": ["40000000-0000-4000-8000-000000000001"], "batch_size": 0})",
       Path("batch_size")},
      {R"({"server_ids": ["40000000-0000-4000-8000-000000000001"], "timeouts": {"invoke": "x"}})",
       Path("timeouts") / "invoke"},
      {R"({})", Path("server_ids")},
  };
  const schema::AnyAction& action = *TheProvider().FindAction("ecs_restart_servers");
  for (const auto& test : cases) {
    schema::Diagnostics notes;
    lifecycle::ValidateAction(action, ObjectOf(*action.rows, test.config), notes);
    ASSERT_EQ(notes.list().size(), 1u) << test.config << TextOf(notes);
    EXPECT_EQ(notes.list()[0].path, test.path) << test.config;
  }
}

}  // namespace
}  // namespace ecs
