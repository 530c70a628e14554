// A provider that is set to another region or project neither forgets nor deletes what it does not
// find: what Terraform stored tells where that lives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "provider/rpc/convert.h"
#include "provider/rpc/provider_service.h"
#include "tests/support/test_cloud.h"

namespace ecs::rpc {
namespace {

using cty::Value;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kId[] = "6f0e2a4b-1111-4111-8111-111111111111";
constexpr char kProject[] = "0123456789abcdef0123456789abcdef";
constexpr char kAtHome[] =
    R"({"place":{"project_id":"0123456789abcdef0123456789abcdef","region":"eu-demo"},"version":1})";

// A provider of an emulated cloud that holds no server.
struct Rig {
  explicit Rig(const std::string& region) : cloud(Options(region)) {
    provider.configure = [this](const Value&, const schema::Host&) {
      return Result<std::shared_ptr<schema::Backend>>(
          std::shared_ptr<schema::Backend>(&cloud.cloud(), [](schema::Backend*) {}));
    };
    tfplugin6::ConfigureProvider::Request in;
    tfplugin6::ConfigureProvider::Response out;
    EXPECT_TRUE(service.ConfigureProvider(nullptr, &in, &out).ok());
    ToProto(*cty::FromJson(absl::StrCat(R"({"id":")", kId, R"("})"), type), type, &state);
    ToProto(Value::Null(type), type, &none);
    const cty::Type identity_type = server.identity->rows->ObjectType();
    ToProto(Value::Object({{"id", Value::String(kId)},
                           {"project_id", Value::String(kProject)},
                           {"region", Value::String("eu-demo")}}),
            identity_type, identity.mutable_identity_data());
  }
  static emulator::Options Options(const std::string& region) {
    emulator::Options options;
    options.region = region;
    return options;
  }

  tfplugin6::ReadResource::Response Read(const std::string& private_bytes, bool with_identity) {
    tfplugin6::ReadResource::Request in;
    tfplugin6::ReadResource::Response out;
    in.set_type_name("ecs_server");
    in.set_private_(private_bytes);
    *in.mutable_current_state() = state;
    if (with_identity) *in.mutable_current_identity() = identity;
    EXPECT_TRUE(service.ReadResource(nullptr, &in, &out).ok());
    return out;
  }
  tfplugin6::ApplyResourceChange::Response Delete(const std::string& private_bytes,
                                                  bool with_identity) {
    tfplugin6::ApplyResourceChange::Request in;
    tfplugin6::ApplyResourceChange::Response out;
    in.set_type_name("ecs_server");
    in.set_planned_private(private_bytes);
    *in.mutable_prior_state() = state;
    *in.mutable_planned_state() = none;
    if (with_identity) *in.mutable_planned_identity() = identity;
    EXPECT_TRUE(service.ApplyResourceChange(nullptr, &in, &out).ok());
    return out;
  }

  TestCloud cloud;
  schema::ProviderType provider = TheProvider();
  const schema::AnyResource& server = *provider.FindResource("ecs_server");
  const cty::Type type = server.rows->ObjectType();
  Log log{Level::kOff, cloud.clock(), [](std::string_view) {}};
  Session session{cloud.clock(), log, RealRandom()};
  ProviderService service{provider, session, log};
  tfplugin6::DynamicValue state = {};
  tfplugin6::DynamicValue none = {};
  tfplugin6::ResourceIdentityData identity = {};
};

template <class Response>
std::vector<std::string> Texts(const Response& out) {
  std::vector<std::string> texts;
  for (const tfplugin6::Diagnostic& diagnostic : out.diagnostics()) {
    texts.push_back(absl::StrCat(diagnostic.summary(), "\n", diagnostic.detail()));
  }
  return texts;
}

// What each answer says.
std::string Elsewhere() {
  return absl::StrCat(
      "ecs_server ", kId, " belongs to another region or project\nIt was last seen in region ",
      "eu-demo, project ", kProject, ". The provider is configured for region eu-other, project ",
      kProject, ", where the cloud answers that it does not exist. It stays in the state.\n\n",
      "Hint: Set region, project_id or project_name of the provider block to those of the ",
      "resource. If it no longer exists there, terraform state rm ADDRESS removes it from the ",
      "state.");
}

TEST(Places, AServerOfAnotherRegionIsNeitherForgottenNorDeleted) {
  Rig rig("eu-other");
  for (const bool by_identity : {false, true}) {
    const std::string bytes = by_identity ? "" : kAtHome;
    const auto found = rig.Read(bytes, by_identity);
    EXPECT_THAT(Texts(found), ElementsAre(Elsewhere()));
    EXPECT_EQ(found.new_state().msgpack(), rig.state.msgpack());
    EXPECT_EQ(found.private_(), bytes);
    const auto deleted = rig.Delete(bytes, by_identity);
    EXPECT_THAT(Texts(deleted), ElementsAre(Elsewhere()));
    EXPECT_EQ(deleted.new_state().msgpack(), rig.state.msgpack());
    // What the identity told is remembered.
    EXPECT_EQ(deleted.private_(), kAtHome);
  }
  EXPECT_THAT(rig.cloud.Changes(), IsEmpty());
}

TEST(Places, AtHomeAServerThatIsNotFoundIsGone) {
  for (const bool by_identity : {false, true}) {
    Rig rig("eu-demo");
    const std::string bytes = by_identity ? "" : kAtHome;
    const auto found = rig.Read(bytes, by_identity);
    EXPECT_THAT(Texts(found), IsEmpty());
    EXPECT_EQ(found.new_state().msgpack(), rig.none.msgpack());
    const auto deleted = rig.Delete(bytes, by_identity);
    EXPECT_THAT(Texts(deleted), IsEmpty());
    EXPECT_EQ(deleted.new_state().msgpack(), rig.none.msgpack());
  }
}

}  // namespace
}  // namespace ecs::rpc
