// The service without a socket: messages in, messages out.
#include "provider/rpc/provider_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "provider/rpc/convert.h"
#include "tests/support/test_cloud.h"

namespace ecs::rpc {
namespace {

using cty::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The real types over an emulated cloud: configuring needs no environment.
schema::ProviderType WithCloud(std::shared_ptr<schema::Backend> backend) {
  schema::ProviderType provider = TheProvider();
  provider.configure = [backend](const Value&, const schema::Host&) {
    return Result<std::shared_ptr<schema::Backend>>(backend);
  };
  return provider;
}

// The private bytes of what lives in the emulated project.
constexpr char kAtHome[] =
    R"({"place":{"project_id":"0123456789abcdef0123456789abcdef","region":"eu-demo"},"version":1})";

// Owned by nobody: the rig's cloud outlives the service.
std::shared_ptr<schema::Backend> Borrowed(schema::Backend& backend) {
  return {&backend, [](schema::Backend*) {}};
}

struct Rig {
  TestCloud cloud = TestCloud();
  schema::ProviderType provider = WithCloud(Borrowed(cloud.cloud()));
  Log log{Level::kDebug, cloud.clock(), [this](std::string_view line) { logged += line; }};
  std::string logged = {};
  Session session{cloud.clock(), log, RealRandom()};
  ProviderService service{provider, session, log};

  const schema::AnyResource& server() const { return *provider.FindResource("ecs_server"); }
  cty::Type ServerType() const { return server().rows->ObjectType(); }

  void Configure() {
    tfplugin6::ConfigureProvider::Request in;
    tfplugin6::ConfigureProvider::Response out;
    ToProto(Value::Null(provider.rows->ObjectType()), provider.rows->ObjectType(),
            in.mutable_config());
    EXPECT_TRUE(service.ConfigureProvider(nullptr, &in, &out).ok());
    EXPECT_THAT(out.diagnostics(), IsEmpty());
  }

  Value ServerConfig(const char* flavor = "s3.medium.1") const {
    return *cty::FromJson(absl::StrCat(R"({
      "name": "web-1", "flavor": ")",
                                       flavor, R"(",
      "image_id": "40000000-0000-4000-8000-000000000001",
      "vpc_id": "10000000-0000-4000-8000-000000000001",
      "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
      "system_disk": {"type": "SSD", "size_gb": 40}})"),
                          ServerType());
  }

  tfplugin6::PlanResourceChange::Response Plan(const Value& prior, const Value& config) {
    tfplugin6::PlanResourceChange::Request in;
    tfplugin6::PlanResourceChange::Response out;
    in.set_type_name("ecs_server");
    in.set_prior_private("private");
    ToProto(prior, ServerType(), in.mutable_prior_state());
    ToProto(config, ServerType(), in.mutable_config());
    EXPECT_TRUE(service.PlanResourceChange(nullptr, &in, &out).ok());
    return out;
  }

  tfplugin6::ApplyResourceChange::Response Apply(const Value& prior, const Value& planned,
                                                 const Value& config) {
    tfplugin6::ApplyResourceChange::Request in;
    tfplugin6::ApplyResourceChange::Response out;
    in.set_type_name("ecs_server");
    in.set_planned_private("private");
    ToProto(prior, ServerType(), in.mutable_prior_state());
    ToProto(planned, ServerType(), in.mutable_planned_state());
    ToProto(config, ServerType(), in.mutable_config());
    EXPECT_TRUE(service.ApplyResourceChange(nullptr, &in, &out).ok());
    return out;
  }

  Value Get(const tfplugin6::DynamicValue& value) const { return *FromProto(value, ServerType()); }
};

template <class Response>
std::vector<std::string> Summaries(const Response& out) {
  std::vector<std::string> summaries;
  for (const tfplugin6::Diagnostic& diagnostic : out.diagnostics()) {
    summaries.push_back(diagnostic.summary());
  }
  return summaries;
}

TEST(Service, TheSchemaHoldsEveryTypeAndNeedsNoConfiguration) {
  Rig rig;
  tfplugin6::GetProviderSchema::Response out;
  ASSERT_TRUE(rig.service.GetProviderSchema(nullptr, nullptr, &out).ok());
  EXPECT_THAT(out.diagnostics(), IsEmpty());
  EXPECT_EQ(out.resource_schemas().size(), rig.provider.resources.size());
  EXPECT_EQ(out.data_source_schemas().size(), rig.provider.data_sources.size());
  EXPECT_TRUE(out.server_capabilities().plan_destroy());
  EXPECT_TRUE(out.server_capabilities().get_provider_schema_optional());
  const tfplugin6::Schema& server = out.resource_schemas().at("ecs_server");
  const auto attribute = [&](const std::string& name) {
    for (const auto& candidate : server.block().attributes()) {
      if (candidate.name() == name) return candidate;
    }
    return tfplugin6::Schema::Attribute();
  };
  EXPECT_TRUE(attribute("name").required());
  EXPECT_EQ(attribute("name").type(), "\"string\"");
  EXPECT_TRUE(attribute("id").computed());
  EXPECT_FALSE(attribute("id").optional());
  EXPECT_TRUE(attribute("power_state").computed());
  EXPECT_TRUE(attribute("power_state").optional());
  EXPECT_TRUE(attribute("user_data").write_only());
  EXPECT_TRUE(attribute("user_data").sensitive());
  EXPECT_EQ(attribute("tags").type(), R"(["map","string"])");
  EXPECT_EQ(attribute("system_disk").nested_type().nesting(), tfplugin6::Schema::Object::SINGLE);
  EXPECT_EQ(attribute("system_disk").type(), "");
  EXPECT_THAT(attribute("vpc_id").description(),
              HasSubstr("Changing this creates a new resource."));
}

TEST(Service, AnUnknownTypeIsADiagnosticInEveryCall) {
  Rig rig;
  rig.Configure();
  const auto expect_unknown = [](const auto& out) {
    EXPECT_THAT(Summaries(out), ElementsAre("Unknown type"));
    EXPECT_THAT(out.diagnostics(0).detail(), HasSubstr("has no ecs_nothing."));
  };
#define EXPECT_UNKNOWN_TYPE(Rpc)                           \
  do {                                                     \
    tfplugin6::Rpc::Request in;                            \
    tfplugin6::Rpc::Response out;                          \
    in.set_type_name("ecs_nothing");                       \
    EXPECT_TRUE(rig.service.Rpc(nullptr, &in, &out).ok()); \
    expect_unknown(out);                                   \
  } while (false)
  EXPECT_UNKNOWN_TYPE(ValidateResourceConfig);
  EXPECT_UNKNOWN_TYPE(UpgradeResourceState);
  EXPECT_UNKNOWN_TYPE(ReadResource);
  EXPECT_UNKNOWN_TYPE(PlanResourceChange);
  EXPECT_UNKNOWN_TYPE(ApplyResourceChange);
  EXPECT_UNKNOWN_TYPE(ImportResourceState);
  EXPECT_UNKNOWN_TYPE(ValidateDataResourceConfig);
  EXPECT_UNKNOWN_TYPE(ReadDataSource);
#undef EXPECT_UNKNOWN_TYPE
}

TEST(Service, BytesThatMakeNoSenseAreADiagnosticInEveryCall) {
  Rig rig;
  rig.Configure();
  const std::string bytes[] = {"\xc1", "\x81", std::string(5000, '\x91'), "\xc7\x0c", "text"};
  for (const std::string& bad : bytes) {
    tfplugin6::PlanResourceChange::Request plan;
    tfplugin6::PlanResourceChange::Response planned;
    plan.set_type_name("ecs_server");
    plan.mutable_config()->set_msgpack(bad);
    EXPECT_TRUE(rig.service.PlanResourceChange(nullptr, &plan, &planned).ok());
    EXPECT_THAT(planned.diagnostics(), SizeIs(1));

    tfplugin6::ApplyResourceChange::Request apply;
    tfplugin6::ApplyResourceChange::Response applied;
    apply.set_type_name("ecs_server");
    apply.mutable_prior_state()->set_msgpack("\xc0");
    apply.mutable_planned_state()->set_msgpack(bad);
    EXPECT_TRUE(rig.service.ApplyResourceChange(nullptr, &apply, &applied).ok());
    EXPECT_THAT(applied.diagnostics(), SizeIs(1));
    EXPECT_EQ(applied.new_state().msgpack(), "\xc0");

    tfplugin6::ReadResource::Request read;
    tfplugin6::ReadResource::Response found;
    read.set_type_name("ecs_server");
    read.set_private_("private");
    read.mutable_current_state()->set_msgpack(bad);
    EXPECT_TRUE(rig.service.ReadResource(nullptr, &read, &found).ok());
    EXPECT_THAT(found.diagnostics(), SizeIs(1));
    EXPECT_EQ(found.new_state().msgpack(), bad);
    EXPECT_EQ(found.private_(), "private");

    tfplugin6::UpgradeResourceState::Request upgrade;
    tfplugin6::UpgradeResourceState::Response upgraded;
    upgrade.set_type_name("ecs_server");
    upgrade.mutable_raw_state()->set_json(bad);
    EXPECT_TRUE(rig.service.UpgradeResourceState(nullptr, &upgrade, &upgraded).ok());
    EXPECT_THAT(upgraded.diagnostics(), SizeIs(1));
  }
}

TEST(Service, AServerGoesFromPlanToDeleteOverTheWire) {
  Rig rig;
  rig.Configure();
  const Value none = Value::Null(rig.ServerType());
  const Value config = rig.ServerConfig();
  const auto plan = rig.Plan(none, config);
  EXPECT_THAT(plan.diagnostics(), IsEmpty());
  EXPECT_EQ(plan.planned_private(), "private");
  EXPECT_THAT(plan.requires_replace(), IsEmpty());
  const Value planned = rig.Get(plan.planned_state());
  EXPECT_TRUE(planned.At("id").is_unknown());

  const auto made = rig.Apply(none, planned, config);
  EXPECT_THAT(made.diagnostics(), IsEmpty());
  EXPECT_EQ(made.private_(), kAtHome);
  const Value state = rig.Get(made.new_state());
  EXPECT_EQ(state.At("status"), Value::String("ACTIVE"));

  tfplugin6::ReadResource::Request read;
  tfplugin6::ReadResource::Response found;
  read.set_type_name("ecs_server");
  read.set_private_("private");
  ToProto(state, rig.ServerType(), read.mutable_current_state());
  EXPECT_TRUE(rig.service.ReadResource(nullptr, &read, &found).ok());
  EXPECT_EQ(rig.Get(found.new_state()), state);
  EXPECT_EQ(found.private_(), kAtHome);

  const auto other =
      rig.Plan(state, config.With("vpc_id", Value::String("10000000-0000-4000-8000-000000000002")));
  ASSERT_THAT(other.requires_replace(), SizeIs(1));
  EXPECT_EQ(other.requires_replace(0).steps(0).attribute_name(), "vpc_id");

  const auto destroy = rig.Plan(state, none);
  EXPECT_TRUE(rig.Get(destroy.planned_state()).is_null());
  const auto gone = rig.Apply(state, none, none);
  EXPECT_THAT(gone.diagnostics(), IsEmpty());
  EXPECT_TRUE(rig.Get(gone.new_state()).is_null());

  EXPECT_TRUE(rig.service.ReadResource(nullptr, &read, &found).ok());
  EXPECT_TRUE(rig.Get(found.new_state()).is_null());
  EXPECT_THAT(found.diagnostics(), IsEmpty());
}

TEST(Service, ADiagnosticCarriesItsSeverityAndItsPath) {
  Rig rig;
  rig.Configure();
  tfplugin6::ValidateResourceConfig::Request in;
  tfplugin6::ValidateResourceConfig::Response out;
  in.set_type_name("ecs_server");
  const Value config = rig.ServerConfig();
  ToProto(config.With("system_disk", config.At("system_disk").With("type", Value::String(""))),
          rig.ServerType(), in.mutable_config());
  EXPECT_TRUE(rig.service.ValidateResourceConfig(nullptr, &in, &out).ok());
  ASSERT_THAT(out.diagnostics(), SizeIs(1));
  EXPECT_EQ(out.diagnostics(0).severity(), tfplugin6::Diagnostic::ERROR);
  EXPECT_EQ(out.diagnostics(0).summary(), "Invalid value for type");
  EXPECT_EQ(out.diagnostics(0).detail(), "system_disk.type must not be empty.");
  ASSERT_THAT(out.diagnostics(0).attribute().steps(), SizeIs(2));
  EXPECT_EQ(out.diagnostics(0).attribute().steps(0).attribute_name(), "system_disk");
  EXPECT_EQ(out.diagnostics(0).attribute().steps(1).attribute_name(), "type");
}

TEST(Service, AWriteOnlyValueNeedsTheCapability) {
  Rig rig;
  tfplugin6::ValidateResourceConfig::Request in;
  in.set_type_name("ecs_server");
  ToProto(rig.ServerConfig().With("user_data", Value::String("x")), rig.ServerType(),
          in.mutable_config());
  tfplugin6::ValidateResourceConfig::Response without;
  EXPECT_TRUE(rig.service.ValidateResourceConfig(nullptr, &in, &without).ok());
  EXPECT_THAT(Summaries(without), ElementsAre("Write-only argument not supported"));
  in.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  tfplugin6::ValidateResourceConfig::Response with;
  EXPECT_TRUE(rig.service.ValidateResourceConfig(nullptr, &in, &with).ok());
  EXPECT_THAT(with.diagnostics(), IsEmpty());
}

TEST(Service, WhatNeedsAConfigurationFailsWithoutIt) {
  Rig rig;
  const Value none = Value::Null(rig.ServerType());
  const auto made = rig.Apply(none, rig.ServerConfig(), rig.ServerConfig());
  ASSERT_THAT(made.diagnostics(), SizeIs(1));
  EXPECT_THAT(made.diagnostics(0).detail(), HasSubstr("before the provider was configured"));
  EXPECT_TRUE(rig.Get(made.new_state()).is_null());
}

TEST(Service, AnErrorOfAnUpdateKeepsTheState) {
  Rig rig;
  rig.Configure();
  const Value none = Value::Null(rig.ServerType());
  const Value state =
      rig.Get(rig.Apply(none, rig.Get(rig.Plan(none, rig.ServerConfig()).planned_state()),
                        rig.ServerConfig())
                  .new_state());
  ASSERT_TRUE(rig.cloud.emulator().AddFault("nova.ResizeServer:refuse:always:status=403").ok());
  const Value larger = rig.ServerConfig("s3.large.2");
  const auto plan = rig.Plan(state, larger);
  EXPECT_THAT(Summaries(plan), ElementsAre("The running server will be restarted"));
  EXPECT_EQ(plan.diagnostics(0).severity(), tfplugin6::Diagnostic::WARNING);
  const auto failed = rig.Apply(state, rig.Get(plan.planned_state()), larger);
  EXPECT_THAT(Summaries(failed), ElementsAre("Changing the flavor failed"));
  EXPECT_EQ(rig.Get(failed.new_state()), state);
}

TEST(Service, AnExceptionIsADiagnosticThatSaysItIsOurs) {
  Rig rig;
  for (schema::AnyResource& resource : rig.provider.resources) {
    resource.read = [](const Call&, schema::Backend&, const Value&,
                       schema::Reading&) -> Result<Value> {
      throw std::runtime_error("the read exploded");
    };
  }
  rig.Configure();
  tfplugin6::ReadResource::Request in;
  tfplugin6::ReadResource::Response out;
  in.set_type_name("ecs_server");
  ToProto(rig.ServerConfig(), rig.ServerType(), in.mutable_current_state());
  EXPECT_TRUE(rig.service.ReadResource(nullptr, &in, &out).ok());
  ASSERT_THAT(out.diagnostics(), SizeIs(1));
  EXPECT_THAT(out.diagnostics(0).detail(),
              HasSubstr("An exception left ReadResource: the read exploded"));
  EXPECT_EQ(rig.Get(out.new_state()), rig.ServerConfig());
}

TEST(Service, ImportAnswersOneObjectWhoseFirstReadFillsIt) {
  Rig rig;
  rig.Configure();
  const Value none = Value::Null(rig.ServerType());
  const Value state =
      rig.Get(rig.Apply(none, rig.Get(rig.Plan(none, rig.ServerConfig()).planned_state()),
                        rig.ServerConfig())
                  .new_state());
  tfplugin6::ImportResourceState::Request in;
  tfplugin6::ImportResourceState::Response out;
  in.set_type_name("ecs_server");
  in.set_id(state.At("id").AsString());
  EXPECT_TRUE(rig.service.ImportResourceState(nullptr, &in, &out).ok());
  ASSERT_THAT(out.imported_resources(), SizeIs(1));
  const auto& imported = out.imported_resources(0);
  EXPECT_EQ(imported.type_name(), "ecs_server");

  tfplugin6::ReadResource::Request read;
  tfplugin6::ReadResource::Response found;
  read.set_type_name("ecs_server");
  read.set_private_(imported.private_());
  *read.mutable_current_state() = imported.state();
  EXPECT_TRUE(rig.service.ReadResource(nullptr, &read, &found).ok());
  EXPECT_EQ(found.private_(), kAtHome);
  EXPECT_EQ(rig.Get(found.new_state()).At("name"), Value::String("web-1"));
}

TEST(Service, AStateIsUpgradedFromItsJson) {
  Rig rig;
  tfplugin6::UpgradeResourceState::Request in;
  in.set_type_name("ecs_server");
  in.mutable_raw_state()->set_json(R"({"id": "a", "name": "web-1"})");
  tfplugin6::UpgradeResourceState::Response out;
  EXPECT_TRUE(rig.service.UpgradeResourceState(nullptr, &in, &out).ok());
  EXPECT_THAT(out.diagnostics(), IsEmpty());
  EXPECT_EQ(rig.Get(out.upgraded_state()).At("name"), Value::String("web-1"));
  in.set_version(99);
  tfplugin6::UpgradeResourceState::Response newer;
  EXPECT_TRUE(rig.service.UpgradeResourceState(nullptr, &in, &newer).ok());
  EXPECT_THAT(Summaries(newer), ElementsAre("Reading the stored state of ecs_server failed"));
}

TEST(Service, AMoveWithinOneTypeKeepsTheStateAndAnotherIsRefused) {
  Rig rig;
  tfplugin6::MoveResourceState::Request in;
  in.set_source_type_name("ecs_server");
  in.set_target_type_name("ecs_server");
  in.set_source_private("private");
  in.mutable_source_state()->set_json(R"({"id": "a"})");
  tfplugin6::MoveResourceState::Response moved;
  EXPECT_TRUE(rig.service.MoveResourceState(nullptr, &in, &moved).ok());
  EXPECT_THAT(moved.diagnostics(), IsEmpty());
  EXPECT_EQ(moved.target_private(), "private");
  EXPECT_EQ(rig.Get(moved.target_state()).At("id"), Value::String("a"));
  in.set_source_type_name("other_server");
  tfplugin6::MoveResourceState::Response refused;
  EXPECT_TRUE(rig.service.MoveResourceState(nullptr, &in, &refused).ok());
  EXPECT_THAT(Summaries(refused),
              ElementsAre("Moving a other_server to ecs_server is not supported"));
}

// A provider block that is not known yet, to a host of this version that says it can be told so.
template <class Message>
typename Message::Response AskedTooEarly(
    const char* version,
    grpc::Status (ProviderService::*rpc)(grpc::ServerContext*, const typename Message::Request*,
                                         typename Message::Response*),
    typename Message::Request in) {
  Rig rig;
  const cty::Type type = rig.provider.rows->ObjectType();
  tfplugin6::ConfigureProvider::Request configure;
  tfplugin6::ConfigureProvider::Response configured;
  configure.set_terraform_version(version);
  configure.mutable_client_capabilities()->set_deferral_allowed(true);
  ToProto(Value::Unknown(type), type, configure.mutable_config());
  EXPECT_TRUE(rig.service.ConfigureProvider(nullptr, &configure, &configured).ok());
  in.mutable_client_capabilities()->set_deferral_allowed(true);
  typename Message::Response out;
  EXPECT_TRUE((rig.service.*rpc)(nullptr, &in, &out).ok());
  return out;
}

TEST(Service, AnUnknownConfigurationIsDeferredWhereTheHostCanTakeIt) {
  constexpr char kExperimental[] = "1.17.0-alpha20261104";
  tfplugin6::ReadResource::Request read;
  read.set_type_name("ecs_server");
  EXPECT_EQ(
      AskedTooEarly<tfplugin6::ReadResource>(kExperimental, &ProviderService::ReadResource, read)
          .deferred()
          .reason(),
      tfplugin6::Deferred::PROVIDER_CONFIG_UNKNOWN);
  tfplugin6::ReadDataSource::Request data;
  data.set_type_name("ecs_flavors");
  const auto answered = AskedTooEarly<tfplugin6::ReadDataSource>(
      kExperimental, &ProviderService::ReadDataSource, data);
  EXPECT_TRUE(answered.has_deferred());
  EXPECT_TRUE(answered.has_state());
  tfplugin6::ImportResourceState::Request import;
  import.set_type_name("ecs_server");
  import.set_id("a");
  EXPECT_TRUE(AskedTooEarly<tfplugin6::ImportResourceState>(
                  kExperimental, &ProviderService::ImportResourceState, import)
                  .has_deferred());
}

// OpenTofu 1.11.0 says that it can be told, and cannot (compatibility.md section 5).
TEST(Service, NoReleaseIsEverToldThatSomethingIsDeferred) {
  for (const char* version : {"1.11.0", "1.16.0", "1.13.0", ""}) {
    tfplugin6::ImportResourceState::Request import;
    import.set_type_name("ecs_server");
    import.set_id("a");
    EXPECT_FALSE(AskedTooEarly<tfplugin6::ImportResourceState>(
                     version, &ProviderService::ImportResourceState, import)
                     .has_deferred())
        << version;
  }
}

TEST(Service, ADataSourceAnswers) {
  Rig rig;
  rig.Configure();
  const schema::AnyDataSource& source = *rig.provider.FindDataSource("ecs_availability_zones");
  const cty::Type type = source.rows->ObjectType();
  tfplugin6::ReadDataSource::Request in;
  tfplugin6::ReadDataSource::Response out;
  in.set_type_name(source.name);
  ToProto(*cty::FromJson("{}", type), type, in.mutable_config());
  EXPECT_TRUE(rig.service.ReadDataSource(nullptr, &in, &out).ok());
  EXPECT_THAT(out.diagnostics(), IsEmpty());
  EXPECT_EQ(FromProto(out.state(), type)->At("names").elements().size(), 3u);
}

TEST(Service, StopEndsWhatRunsUntilTheNextConfiguration) {
  Rig rig;
  rig.Configure();
  tfplugin6::StopProvider::Response stopped;
  EXPECT_TRUE(rig.service.StopProvider(nullptr, nullptr, &stopped).ok());
  const Value none = Value::Null(rig.ServerType());
  const Value config = rig.ServerConfig();
  const Value planned = rig.Get(rig.Plan(none, config).planned_state());
  EXPECT_THAT(rig.Apply(none, planned, config).diagnostics(), SizeIs(1));
  rig.Configure();
  EXPECT_THAT(rig.Apply(none, planned, config).diagnostics(), IsEmpty());
}

TEST(Service, EachCallIsLoggedWithItsType) {
  Rig rig;
  rig.Configure();
  rig.logged.clear();
  rig.Plan(Value::Null(rig.ServerType()), rig.ServerConfig());
  EXPECT_THAT(rig.logged, HasSubstr("PlanResourceChange"));
  EXPECT_THAT(rig.logged, HasSubstr("ecs_server"));
  EXPECT_THAT(rig.logged, HasSubstr("tf_req_duration_ms"));
}

}  // namespace
}  // namespace ecs::rpc
