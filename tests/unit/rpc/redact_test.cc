// Every text for the user passes by the backend, which knows the secrets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "provider/rpc/convert.h"
#include "provider/rpc/provider_service.h"
#include "tests/support/test_cloud.h"

namespace ecs::rpc {
namespace {

using cty::Value;
using testing::ElementsAre;

struct Hushing : schema::Backend {
  std::string Redact(std::string text) const override {
    return absl::StrReplaceAll(text, {{"hunter2", "REDACTED"}});
  }
};

Error Loud() { return {.code = Code::kDenied, .summary = "No to hunter2", .detail = "hunter2?"}; }

struct Rig {
  Rig() {
    provider.configure = [](const Value&, const schema::Host&) {
      return Result<std::shared_ptr<schema::Backend>>(std::make_shared<Hushing>());
    };
    for (schema::AnyResource& resource : provider.resources) {
      resource.read = [](const Call&, schema::Backend&, const Value&,
                         schema::Reading&) -> Result<Value> { return Loud(); };
    }
    for (schema::AnyAction& action : provider.actions) {
      action.invoke = [](const Call&, schema::Backend&, const Value&,
                         const schema::Progress& progress) -> Status {
        progress("At work with hunter2");
        return Loud();
      };
    }
    tfplugin6::ConfigureProvider::Request in;
    tfplugin6::ConfigureProvider::Response out;
    ToProto(Value::Null(provider.rows->ObjectType()), provider.rows->ObjectType(),
            in.mutable_config());
    EXPECT_TRUE(service.ConfigureProvider(nullptr, &in, &out).ok());
  }

  TestCloud cloud = TestCloud();
  schema::ProviderType provider = TheProvider();
  Log log{Level::kOff, cloud.clock(), [](std::string_view) {}};
  Session session{cloud.clock(), log, RealRandom()};
  ProviderService service{provider, session, log};
};

TEST(Redact, SecretsAreCutOutOfADiagnostic) {
  Rig rig;
  const cty::Type type = rig.provider.FindResource("ecs_server")->rows->ObjectType();
  tfplugin6::ReadResource::Request in;
  tfplugin6::ReadResource::Response out;
  in.set_type_name("ecs_server");
  ToProto(*cty::FromJson(R"({"id": "s1", "name": "web"})", type), type, in.mutable_current_state());
  EXPECT_TRUE(rig.service.ReadResource(nullptr, &in, &out).ok());
  ASSERT_EQ(out.diagnostics_size(), 1);
  EXPECT_EQ(out.diagnostics(0).summary(), "No to REDACTED");
  EXPECT_EQ(out.diagnostics(0).detail(), "REDACTED?");
}

TEST(Redact, SecretsAreCutOutOfAnActionsProgressAndItsError) {
  Rig rig;
  const cty::Type type = rig.provider.FindAction("ecs_restart_servers")->rows->ObjectType();
  tfplugin6::InvokeAction::Request in;
  in.set_action_type("ecs_restart_servers");
  ToProto(*cty::FromJson(R"({"server_ids": ["s1"]})", type), type, in.mutable_config());
  std::vector<std::string> heard;
  rig.service.Invoke(&in, [&](const tfplugin6::InvokeAction::Event& event) {
    if (event.has_progress()) heard.push_back(event.progress().message());
    for (const tfplugin6::Diagnostic& note : event.completed().diagnostics()) {
      heard.push_back(note.summary());
    }
    return true;
  });
  EXPECT_THAT(heard, ElementsAre("At work with REDACTED", "No to REDACTED"));
}

}  // namespace
}  // namespace ecs::rpc
