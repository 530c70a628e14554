// RPCs about the provider as a whole.
#include <utility>

#include "absl/strings/match.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

void CapabilitiesToProto(tfplugin6::ServerCapabilities* out) {
  out->set_plan_destroy(true);
  out->set_get_provider_schema_optional(true);
  out->set_move_resource_state(true);
  out->set_generate_resource_config(true);
}

// Only experimental builds of Terraform can take a deferral for an answer; some versions of
// OpenTofu say that they can, and cannot (compatibility.md sections 1 and 5).
bool TakesDeferrals(const tfplugin6::ConfigureProvider::Request& in) {
  const bool experimental = absl::StrContains(in.terraform_version(), "-alpha") ||
                            absl::StrContains(in.terraform_version(), "-dev");
  return experimental && in.client_capabilities().deferral_allowed();
}

}  // namespace

grpc::Status ProviderService::GetMetadata(Context, In<tfplugin6::ProviderMetadata>,
                                          Out<tfplugin6::ProviderMetadata> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    CapabilitiesToProto(out->mutable_server_capabilities());
    for (const auto& any : provider_.resources) out->add_resources()->set_type_name(any.name);
    for (const auto& any : provider_.data_sources) out->add_data_sources()->set_type_name(any.name);
    for (const auto& any : provider_.functions) out->add_functions()->set_name(any.name);
    for (const auto& any : provider_.ephemerals) {
      out->add_ephemeral_resources()->set_type_name(any.name);
    }
    for (const auto& any : provider_.lists) out->add_list_resources()->set_type_name(any.name);
    for (const auto& any : provider_.actions) out->add_actions()->set_type_name(any.name);
    return Ok{};
  };
  return Answer(session_, "GetMetadata", {}, out, body);
}

grpc::Status ProviderService::GetProviderSchema(Context, In<tfplugin6::GetProviderSchema>,
                                                Out<tfplugin6::GetProviderSchema> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ToProto(*provider_.rows, provider_.doc, 0, out->mutable_provider());
    for (const schema::AnyResource& resource : provider_.resources) {
      ToProto(*resource.rows, resource.doc, resource.version,
              &(*out->mutable_resource_schemas())[resource.name]);
    }
    for (const schema::AnyDataSource& source : provider_.data_sources) {
      ToProto(*source.rows, source.doc, 0, &(*out->mutable_data_source_schemas())[source.name]);
    }
    for (const schema::FunctionType& function : provider_.functions) {
      ToProto(function, &(*out->mutable_functions())[function.name]);
    }
    for (const schema::AnyEphemeral& any : provider_.ephemerals) {
      ToProto(*any.rows, any.doc, 0, &(*out->mutable_ephemeral_resource_schemas())[any.name]);
    }
    for (const schema::AnyList& any : provider_.lists) {
      ToProto(*any.rows, any.doc, 0, &(*out->mutable_list_resource_schemas())[any.name]);
    }
    for (const schema::AnyAction& any : provider_.actions) {
      ToProto(*any.rows, any.doc, 0, (*out->mutable_action_schemas())[any.name].mutable_schema());
    }
    CapabilitiesToProto(out->mutable_server_capabilities());
    return Ok{};
  };
  return Answer(session_, "GetProviderSchema", {}, out, body);
}

grpc::Status ProviderService::ValidateProviderConfig(Context,
                                                     In<tfplugin6::ValidateProviderConfig> in,
                                                     Out<tfplugin6::ValidateProviderConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const cty::Value config,
                     FromProto(in->config(), provider_.rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateProvider(provider_, config, notes);
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateProviderConfig", {.rows = provider_.rows.get()}, out, body);
}

grpc::Status ProviderService::ConfigureProvider(Context, In<tfplugin6::ConfigureProvider> in,
                                                Out<tfplugin6::ConfigureProvider> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const cty::Value config,
                     FromProto(in->config(), provider_.rows->ObjectType()));
    const schema::Host host{.terraform_version = in->terraform_version()};
    ASSIGN_OR_RETURN(std::shared_ptr<schema::Backend> backend, provider_.configure(config, host));
    session_.Configure(std::move(backend), !config.IsWhollyKnown() && TakesDeferrals(*in));
    return Ok{};
  };
  return Answer(session_, "ConfigureProvider", {.rows = provider_.rows.get()}, out, body);
}

grpc::Status ProviderService::StopProvider(Context, In<tfplugin6::StopProvider>,
                                           Out<tfplugin6::StopProvider>) {
  log_.Info("Terraform asks to stop: ending all waits");
  session_.Stop();
  return grpc::Status::OK;
}

}  // namespace ecs::rpc
