#include "tests/protocol/client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "provider/rpc/convert.h"
#include "tests/support/plugin_host.h"

namespace ecs::protocol {
namespace {

using tfplugin6::DynamicValue;
using Stub = tfplugin6::Provider::Stub;

// Terraform kills what is not gone by then.
constexpr std::chrono::milliseconds kEndMax{2000};
// Terraform sets no deadlines; a test that would hang fails instead.
constexpr std::chrono::milliseconds kCallMax{60000};

template <class Request, class Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

// Its certificate; null without TLS.
const plugin::Identity* Terraform(const Client::Options& options) {
  static const plugin::Identity identity = *plugin::MakeIdentity(RealClock().WallNow());
  return options.tls ? &identity : nullptr;
}

plugin::PluginProcess::Options ProcessOptions(const Client::Options& options) {
  auto process = plugin::PluginProcess::AsTerraform(PROVIDER_BINARY, Terraform(options));
  for (const auto& [name, value] : options.environment) process.environment[name] = value;
  return process;
}

// The RPC's name is that of the message which its request is part of.
template <class Request>
std::string NameOf() {
  return Request::descriptor()->containing_type()->name();
}

template <class Request, class Response>
Response Call(Stub& stub, Method<Request, Response> method, const Request& request) {
  grpc::ClientContext context;
  plugin::SetDeadline(context, kCallMax);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  EXPECT_TRUE(status.ok()) << NameOf<Request>() << ": gRPC status " << status.error_code() << ", "
                           << status.error_message();
  return response;
}

void ToWire(const Value& value, const cty::Type& type, DynamicValue* out) {
  rpc::ToProto(value.is_null() ? Value::Null(type) : value, type, out);
}

Value FromWire(const DynamicValue& in, const cty::Type& type) {
  const Result<Value> value = rpc::FromProto(in, type);
  if (value.ok()) return *value;
  ADD_FAILURE() << "the provider answered bytes that are no value: " << value.error().Text();
  return Value::Null(type);
}

std::string TextOf(const tfplugin6::AttributePath& in) {
  Path path;
  for (const tfplugin6::AttributePath::Step& step : in.steps()) {
    if (step.has_attribute_name()) {
      path = path / step.attribute_name();
    } else if (step.has_element_key_string()) {
      path = path.At(step.element_key_string());
    } else {
      path = path.At(step.element_key_int());
    }
  }
  return path.ToString();
}

template <class Diagnostics>
void Tell(const Diagnostics& diagnostics, Said& said) {
  for (const tfplugin6::Diagnostic& diagnostic : diagnostics) {
    said.notes.push_back(NoteOf(diagnostic));
    said.details.push_back(diagnostic.detail());
  }
}

template <class Response>
Said SaidIn(const Response& response) {
  Said said;
  Tell(response.diagnostics(), said);
  return said;
}

template <class T, class Response>
Reply<T> ReplyTo(const Response& response, T value) {
  Reply<T> reply{SaidIn(response), std::move(value)};
  return reply;
}

template <class Request, class Response>
Said Validate(Stub& stub, Method<Request, Response> method, const std::string& name,
              const Value& config, const cty::Type& type) {
  Request request;
  request.set_type_name(name);
  ToWire(config, type, request.mutable_config());
  return SaidIn(Call(stub, method, request));
}

// What a message holds under such names in several RPCs.

void Allow(tfplugin6::ClientCapabilities* out) {
  out->set_write_only_attributes_allowed(true);
  out->set_store_planned_private(true);
  out->set_computed_blocks_allowed(true);
}

void IdentityToWire(const std::optional<Value>& identity, const cty::Type& type,
                    const std::function<tfplugin6::ResourceIdentityData*()>& out) {
  if (identity) ToWire(*identity, type, out()->mutable_identity_data());
}

std::optional<Value> IdentityFromWire(bool present, const tfplugin6::ResourceIdentityData& in,
                                      const cty::Type& type) {
  if (!present) return std::nullopt;
  return FromWire(in.identity_data(), type);
}

}  // namespace

std::string NoteOf(const tfplugin6::Diagnostic& diagnostic) {
  const char* severity = diagnostic.severity() == tfplugin6::Diagnostic::ERROR     ? "Error"
                         : diagnostic.severity() == tfplugin6::Diagnostic::WARNING ? "Warning"
                                                                                   : "INVALID";
  const std::string path = TextOf(diagnostic.attribute());
  return absl::StrCat(severity, ": ", diagnostic.summary(),
                      path.empty() ? "" : absl::StrCat(" [", path, "]"));
}

Client::Client(Options options)
    : process_(ProcessOptions(options)),
      channel_(process_.Connect(Terraform(options))),
      stub_(tfplugin6::Provider::NewStub(channel_)),
      types_(std::move(options.types)) {
  if (types_ == nullptr) {
    types_ = std::make_shared<Types>(TypesOf(GetProviderSchema(), GetResourceIdentitySchemas()));
  }
}

Client::~Client() {
  if (channel_ == nullptr) return;
  EXPECT_EQ(Shutdown(), 0) << process_.err().Rest();
  EXPECT_FALSE(std::filesystem::exists(process_.SocketPath()));
}

std::optional<int> Client::Shutdown() {
  EXPECT_EQ(plugin::Shutdown(channel_), grpc::StatusCode::OK);
  // As Terraform: the answer first, then the connection goes.
  stub_.reset();
  channel_.reset();
  return process_.Exit(kEndMax);
}

// --- The provider as a whole ---

tfplugin6::ProviderMetadata::Response Client::GetMetadata() {
  return Call(*stub_, &Stub::GetMetadata, {});
}

SchemaAnswer Client::GetProviderSchema() { return Call(*stub_, &Stub::GetProviderSchema, {}); }

IdentityAnswer Client::GetResourceIdentitySchemas() {
  return Call(*stub_, &Stub::GetResourceIdentitySchemas, {});
}

Said Client::ValidateProviderConfig(const Value& config) {
  tfplugin6::ValidateProviderConfig::Request request;
  ToWire(config, types_->provider, request.mutable_config());
  return SaidIn(Call(*stub_, &Stub::ValidateProviderConfig, request));
}

Said Client::ConfigureProvider(const Value& config) {
  tfplugin6::ConfigureProvider::Request request;
  request.set_terraform_version("1.16.0");
  ToWire(config, types_->provider, request.mutable_config());
  Allow(request.mutable_client_capabilities());
  return SaidIn(Call(*stub_, &Stub::ConfigureProvider, request));
}

void Client::StopProvider() { EXPECT_EQ(Call(*stub_, &Stub::StopProvider, {}).error(), ""); }

// --- Managed resources ---

Said Client::ValidateResourceConfig(const std::string& type, const Value& config) {
  tfplugin6::ValidateResourceConfig::Request request;
  request.set_type_name(type);
  ToWire(config, TypeOf(types_->resources, type), request.mutable_config());
  Allow(request.mutable_client_capabilities());
  return SaidIn(Call(*stub_, &Stub::ValidateResourceConfig, request));
}

Reply<Value> Client::UpgradeResourceState(const std::string& type, std::int64_t version,
                                          const std::string& json) {
  tfplugin6::UpgradeResourceState::Request request;
  request.set_type_name(type);
  request.set_version(version);
  request.mutable_raw_state()->set_json(json);
  const auto response = Call(*stub_, &Stub::UpgradeResourceState, request);
  return ReplyTo(response, FromWire(response.upgraded_state(), TypeOf(types_->resources, type)));
}

Reply<Value> Client::UpgradeResourceIdentity(const std::string& type, std::int64_t version,
                                             const std::string& json) {
  tfplugin6::UpgradeResourceIdentity::Request request;
  request.set_type_name(type);
  request.set_version(version);
  request.mutable_raw_identity()->set_json(json);
  const auto response = Call(*stub_, &Stub::UpgradeResourceIdentity, request);
  return ReplyTo(response, FromWire(response.upgraded_identity().identity_data(),
                                    TypeOf(types_->identities, type)));
}

Reply<Stored> Client::ReadResource(const std::string& type, const Stored& current) {
  const cty::Type object = TypeOf(types_->resources, type);
  const cty::Type identity = TypeOf(types_->identities, type);
  tfplugin6::ReadResource::Request request;
  request.set_type_name(type);
  request.set_private_(current.private_bytes);
  ToWire(current.state, object, request.mutable_current_state());
  IdentityToWire(current.identity, identity, [&] { return request.mutable_current_identity(); });
  Allow(request.mutable_client_capabilities());
  const auto response = Call(*stub_, &Stub::ReadResource, request);
  return ReplyTo(response, Stored{.state = FromWire(response.new_state(), object),
                                  .private_bytes = response.private_(),
                                  .identity = IdentityFromWire(response.has_new_identity(),
                                                               response.new_identity(), identity)});
}

Reply<Planned> Client::PlanResourceChange(const std::string& type, const Stored& prior,
                                          const Value& config) {
  const cty::Type object = TypeOf(types_->resources, type);
  const cty::Type identity = TypeOf(types_->identities, type);
  tfplugin6::PlanResourceChange::Request request;
  request.set_type_name(type);
  request.set_prior_private(prior.private_bytes);
  ToWire(prior.state, object, request.mutable_prior_state());
  ToWire(config, object, request.mutable_config());
  // Core's merge is in the contract tests: this provider plans from prior state and configuration.
  ToWire(config, object, request.mutable_proposed_new_state());
  IdentityToWire(prior.identity, identity, [&] { return request.mutable_prior_identity(); });
  Allow(request.mutable_client_capabilities());
  const auto response = Call(*stub_, &Stub::PlanResourceChange, request);
  Planned planned{.state = FromWire(response.planned_state(), object),
                  .private_bytes = response.planned_private(),
                  .identity = IdentityFromWire(response.has_planned_identity(),
                                               response.planned_identity(), identity)};
  for (const auto& path : response.requires_replace()) planned.replace.push_back(TextOf(path));
  EXPECT_FALSE(response.legacy_type_system());
  return ReplyTo(response, std::move(planned));
}

Reply<Stored> Client::ApplyResourceChange(const std::string& type, const Stored& prior,
                                          const Planned& planned, const Value& config) {
  const cty::Type object = TypeOf(types_->resources, type);
  const cty::Type identity = TypeOf(types_->identities, type);
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name(type);
  request.set_planned_private(planned.private_bytes);
  ToWire(prior.state, object, request.mutable_prior_state());
  ToWire(planned.state, object, request.mutable_planned_state());
  ToWire(config, object, request.mutable_config());
  IdentityToWire(planned.identity, identity, [&] { return request.mutable_planned_identity(); });
  const auto response = Call(*stub_, &Stub::ApplyResourceChange, request);
  EXPECT_FALSE(response.legacy_type_system());
  return ReplyTo(response, Stored{.state = FromWire(response.new_state(), object),
                                  .private_bytes = response.private_(),
                                  .identity = IdentityFromWire(response.has_new_identity(),
                                                               response.new_identity(), identity)});
}

Reply<Stored> Client::Import(const tfplugin6::ImportResourceState::Request& request) {
  const auto response = Call(*stub_, &Stub::ImportResourceState, request);
  Stored stored;
  if (response.imported_resources().size() == 1) {
    const auto& imported = response.imported_resources(0);
    EXPECT_EQ(imported.type_name(), request.type_name());
    stored = {.state = FromWire(imported.state(), TypeOf(types_->resources, request.type_name())),
              .private_bytes = imported.private_(),
              .identity = IdentityFromWire(imported.has_identity(), imported.identity(),
                                           TypeOf(types_->identities, request.type_name()))};
  } else {
    EXPECT_THAT(response.imported_resources(), testing::IsEmpty()) << "Terraform takes one";
  }
  return ReplyTo(response, std::move(stored));
}

Reply<Stored> Client::ImportResourceState(const std::string& type, const std::string& id) {
  tfplugin6::ImportResourceState::Request request;
  request.set_type_name(type);
  request.set_id(id);
  return Import(request);
}

Reply<Stored> Client::ImportResourceState(const std::string& type, const Value& identity) {
  tfplugin6::ImportResourceState::Request request;
  request.set_type_name(type);
  ToWire(identity, TypeOf(types_->identities, type),
         request.mutable_identity()->mutable_identity_data());
  return Import(request);
}

Reply<Value> Client::GenerateResourceConfig(const std::string& type, const Value& state) {
  const cty::Type object = TypeOf(types_->resources, type);
  tfplugin6::GenerateResourceConfig::Request request;
  request.set_type_name(type);
  ToWire(state, object, request.mutable_state());
  const auto response = Call(*stub_, &Stub::GenerateResourceConfig, request);
  return ReplyTo(response, FromWire(response.config(), object));
}

Reply<Stored> Client::MoveResourceState(const MoveSource& source, const std::string& type) {
  tfplugin6::MoveResourceState::Request request;
  request.set_source_provider_address(source.provider_address);
  request.set_source_type_name(source.type_name);
  request.set_source_schema_version(source.schema_version);
  request.mutable_source_state()->set_json(source.json);
  request.set_source_private(source.private_bytes);
  request.set_target_type_name(type);
  const auto response = Call(*stub_, &Stub::MoveResourceState, request);
  return ReplyTo(response,
                 Stored{.state = FromWire(response.target_state(), TypeOf(types_->resources, type)),
                        .private_bytes = response.target_private(),
                        .identity = IdentityFromWire(response.has_target_identity(),
                                                     response.target_identity(),
                                                     TypeOf(types_->identities, type))});
}

// --- Data sources ---

Said Client::ValidateDataResourceConfig(const std::string& type, const Value& config) {
  return Validate(*stub_, &Stub::ValidateDataResourceConfig, type, config,
                  TypeOf(types_->data_sources, type));
}

Reply<Value> Client::ReadDataSource(const std::string& type, const Value& config) {
  const cty::Type object = TypeOf(types_->data_sources, type);
  tfplugin6::ReadDataSource::Request request;
  request.set_type_name(type);
  ToWire(config, object, request.mutable_config());
  const auto response = Call(*stub_, &Stub::ReadDataSource, request);
  return ReplyTo(response, FromWire(response.state(), object));
}

// --- Ephemeral resources ---

Said Client::ValidateEphemeralResourceConfig(const std::string& type, const Value& config) {
  return Validate(*stub_, &Stub::ValidateEphemeralResourceConfig, type, config,
                  TypeOf(types_->ephemerals, type));
}

Reply<Opened> Client::OpenEphemeralResource(const std::string& type, const Value& config) {
  const cty::Type object = TypeOf(types_->ephemerals, type);
  tfplugin6::OpenEphemeralResource::Request request;
  request.set_type_name(type);
  ToWire(config, object, request.mutable_config());
  const auto response = Call(*stub_, &Stub::OpenEphemeralResource, request);
  Opened opened{.result = FromWire(response.result(), object),
                .private_bytes = response.private_()};
  if (response.has_renew_at()) opened.renew_at = response.renew_at().seconds();
  return ReplyTo(response, std::move(opened));
}

Reply<Opened> Client::RenewEphemeralResource(const std::string& type,
                                             const std::string& private_bytes) {
  tfplugin6::RenewEphemeralResource::Request request;
  request.set_type_name(type);
  request.set_private_(private_bytes);
  const auto response = Call(*stub_, &Stub::RenewEphemeralResource, request);
  Opened opened{.private_bytes = response.private_()};
  if (response.has_renew_at()) opened.renew_at = response.renew_at().seconds();
  return ReplyTo(response, std::move(opened));
}

Said Client::CloseEphemeralResource(const std::string& type, const std::string& private_bytes) {
  tfplugin6::CloseEphemeralResource::Request request;
  request.set_type_name(type);
  request.set_private_(private_bytes);
  return SaidIn(Call(*stub_, &Stub::CloseEphemeralResource, request));
}

// --- Functions ---

tfplugin6::GetFunctions::Response Client::GetFunctions() {
  return Call(*stub_, &Stub::GetFunctions, {});
}

Called Client::CallFunction(const std::string& name, const std::vector<Value>& arguments) {
  const auto found = types_->functions.find(name);
  const Signature signature = found == types_->functions.end() ? Signature() : found->second;
  tfplugin6::CallFunction::Request request;
  request.set_name(name);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    ToWire(arguments[i], signature.Argument(i), request.add_arguments());
  }
  const auto response = Call(*stub_, &Stub::CallFunction, request);
  Called called{.error = response.error().text()};
  if (response.error().has_function_argument()) {
    called.argument_at_fault = response.error().function_argument();
  }
  if (!response.has_error()) called.result = FromWire(response.result(), signature.returns);
  return called;
}

// --- List resources ---

Said Client::ValidateListResourceConfig(const std::string& type, const Value& config) {
  return Validate(*stub_, &Stub::ValidateListResourceConfig, type, config,
                  TypeOf(types_->lists, type));
}

Reply<std::vector<Listed>> Client::ListResource(const std::string& type, const ListOrder& order) {
  tfplugin6::ListResource::Request request;
  request.set_type_name(type);
  request.set_limit(order.limit);
  request.set_include_resource_object(order.include_object);
  ToWire(order.config, TypeOf(types_->lists, type), request.mutable_config());
  grpc::ClientContext context;
  plugin::SetDeadline(context, kCallMax);
  const auto stream = stub_->ListResource(&context, request);
  Reply<std::vector<Listed>> reply;
  tfplugin6::ListResource::Event event;
  bool cancelled = false;
  while (stream->Read(&event)) {
    Tell(event.diagnostic(), reply);
    if (!event.has_identity() && event.diagnostic_size() > 0) continue;
    Listed listed{.display_name = event.display_name(),
                  .identity = IdentityFromWire(event.has_identity(), event.identity(),
                                               TypeOf(types_->identities, type))};
    if (event.has_resource_object()) {
      listed.object = FromWire(event.resource_object(), TypeOf(types_->resources, type));
    }
    if (order.more && !order.more(listed)) {
      cancelled = true;
      context.TryCancel();
    }
    reply.value.push_back(std::move(listed));
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), cancelled ? grpc::StatusCode::CANCELLED : grpc::StatusCode::OK)
      << status.error_message();
  return reply;
}

// --- Actions ---

Said Client::ValidateActionConfig(const std::string& type, const Value& config) {
  return Validate(*stub_, &Stub::ValidateActionConfig, type, config, TypeOf(types_->actions, type));
}

Said Client::PlanAction(const std::string& type, const Value& config) {
  tfplugin6::PlanAction::Request request;
  request.set_action_type(type);
  ToWire(config, TypeOf(types_->actions, type), request.mutable_config());
  Allow(request.mutable_client_capabilities());
  return SaidIn(Call(*stub_, &Stub::PlanAction, request));
}

Reply<Invoked> Client::InvokeAction(const std::string& type, const Value& config,
                                    const std::function<void(const std::string&)>& on_progress) {
  tfplugin6::InvokeAction::Request request;
  request.set_action_type(type);
  ToWire(config, TypeOf(types_->actions, type), request.mutable_config());
  Allow(request.mutable_client_capabilities());
  grpc::ClientContext context;
  plugin::SetDeadline(context, kCallMax);
  const auto stream = stub_->InvokeAction(&context, request);
  Reply<Invoked> reply;
  tfplugin6::InvokeAction::Event event;
  while (stream->Read(&event)) {
    EXPECT_FALSE(reply.value.completed) << "an event after the last: " << event.DebugString();
    EXPECT_TRUE(event.has_progress() || event.has_completed()) << "it crashes Terraform";
    if (event.has_completed()) {
      reply.value.completed = true;
      Tell(event.completed().diagnostics(), reply);
      continue;
    }
    reply.value.progress.push_back(event.progress().message());
    if (on_progress) on_progress(event.progress().message());
  }
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  return reply;
}

}  // namespace ecs::protocol
