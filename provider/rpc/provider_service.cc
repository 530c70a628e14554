#include "provider/rpc/provider_service.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/read.h"
#include "provider/lifecycle/upgrade.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/convert.h"

namespace ecs::rpc {
namespace {

template <class Response>
void AddAll(const schema::Diagnostics& notes, Response* out) {
  for (const schema::Diagnostic& diagnostic : notes.list()) {
    ToProto(diagnostic, out->add_diagnostics());
  }
}

template <class Any>
Result<const Any*> Known(const Any* found, const std::string& type_name) {
  if (found != nullptr) return found;
  return Error{.code = Code::kInvalid,
               .summary = "Unknown type",
               .detail = absl::StrCat("This version of the ECS provider has no ", type_name, "."),
               .hint = "Check the provider version in required_providers."};
}

Result<schema::Backend*> Configured(const Session::Lease& lease) {
  if (lease.backend != nullptr) return lease.backend.get();
  return Bug("An object was asked for before the provider was configured.");
}

}  // namespace

template <class Response>
grpc::Status ProviderService::Answer(const char* rpc, const std::string& type_name, Response* out,
                                     const std::function<Status()>& body) {
  const Session::Lease lease = session_.Begin();
  const TimePoint began = lease.call.clock.Now();
  Status done = Ok{};
  try {
    done = body();
  } catch (const std::exception& problem) {
    done = Bug(absl::StrCat("An exception left ", rpc, ": ", problem.what()));
  }
  if (!done.ok()) {
    schema::Diagnostics notes;
    notes.Add(done.error());
    AddAll(notes, out);
  }
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(lease.call.clock.Now() - began);
  log_.Debug("Served request", {{"tf_rpc", rpc},
                                {"tf_resource_type", type_name},
                                {"tf_req_duration_ms", absl::StrCat(ms.count())},
                                {"diagnostics", absl::StrCat(out->diagnostics_size())}});
  return grpc::Status::OK;
}

grpc::Status ProviderService::GetProviderSchema(Context, In<tfplugin6::GetProviderSchema>,
                                                Out<tfplugin6::GetProviderSchema> out) {
  return Answer("GetProviderSchema", "", out, [&]() -> Status {
    ToProto(*provider_.rows, provider_.doc, 0, out->mutable_provider());
    for (const schema::AnyResource& resource : provider_.resources) {
      ToProto(*resource.rows, resource.doc, resource.version,
              &(*out->mutable_resource_schemas())[resource.name]);
    }
    for (const schema::AnyDataSource& source : provider_.data_sources) {
      ToProto(*source.rows, source.doc, 0, &(*out->mutable_data_source_schemas())[source.name]);
    }
    out->mutable_server_capabilities()->set_plan_destroy(true);
    out->mutable_server_capabilities()->set_get_provider_schema_optional(true);
    return Ok{};
  });
}

grpc::Status ProviderService::GetResourceIdentitySchemas(
    Context, In<tfplugin6::GetResourceIdentitySchemas>,
    Out<tfplugin6::GetResourceIdentitySchemas>) {
  return grpc::Status::OK;
}

grpc::Status ProviderService::ValidateProviderConfig(Context,
                                                     In<tfplugin6::ValidateProviderConfig> in,
                                                     Out<tfplugin6::ValidateProviderConfig> out) {
  return Answer("ValidateProviderConfig", "", out, [&]() -> Status {
    ASSIGN_OR_RETURN(const cty::Value config,
                     FromProto(in->config(), provider_.rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateProvider(provider_, config, notes);
    AddAll(notes, out);
    return Ok{};
  });
}

grpc::Status ProviderService::ConfigureProvider(Context, In<tfplugin6::ConfigureProvider> in,
                                                Out<tfplugin6::ConfigureProvider> out) {
  return Answer("ConfigureProvider", "", out, [&]() -> Status {
    ASSIGN_OR_RETURN(const cty::Value config,
                     FromProto(in->config(), provider_.rows->ObjectType()));
    const schema::Host host{.terraform_version = in->terraform_version()};
    ASSIGN_OR_RETURN(std::shared_ptr<schema::Backend> backend, provider_.configure(config, host));
    session_.Configure(std::move(backend));
    return Ok{};
  });
}

grpc::Status ProviderService::StopProvider(Context, In<tfplugin6::StopProvider>,
                                           Out<tfplugin6::StopProvider>) {
  log_.Info("Terraform asks to stop: ending all waits");
  session_.Stop();
  return grpc::Status::OK;
}

grpc::Status ProviderService::ValidateResourceConfig(Context,
                                                     In<tfplugin6::ValidateResourceConfig> in,
                                                     Out<tfplugin6::ValidateResourceConfig> out) {
  return Answer("ValidateResourceConfig", in->type_name(), out, [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config,
                     FromProto(in->config(), resource->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateResource(*resource, config,
                                in->client_capabilities().write_only_attributes_allowed(), notes);
    AddAll(notes, out);
    return Ok{};
  });
}

grpc::Status ProviderService::UpgradeResourceState(Context, In<tfplugin6::UpgradeResourceState> in,
                                                   Out<tfplugin6::UpgradeResourceState> out) {
  return Answer("UpgradeResourceState", in->type_name(), out, [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value state,
                     lifecycle::Upgrade(*resource, in->version(), in->raw_state().json()));
    ToProto(state, resource->rows->ObjectType(), out->mutable_upgraded_state());
    return Ok{};
  });
}

grpc::Status ProviderService::ReadResource(Context, In<tfplugin6::ReadResource> in,
                                           Out<tfplugin6::ReadResource> out) {
  // An answer without them would erase what is stored (lifecycle.md section 8).
  out->set_private_(in->private_());
  if (in->has_current_state()) *out->mutable_new_state() = in->current_state();
  return Answer("ReadResource", in->type_name(), out, [&]() -> Status {
    const Session::Lease lease = session_.Begin();
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value state, FromProto(in->current_state(), type));
    if (!state.is_known()) return Ok{};
    const lifecycle::ReadResult result =
        lifecycle::Read(lease.call, *backend, *resource, state, in->private_());
    ToProto(result.state, type, out->mutable_new_state());
    out->set_private_(result.private_bytes);
    AddAll(result.notes, out);
    return Ok{};
  });
}

grpc::Status ProviderService::PlanResourceChange(Context, In<tfplugin6::PlanResourceChange> in,
                                                 Out<tfplugin6::PlanResourceChange> out) {
  out->set_planned_private(in->prior_private());
  return Answer("PlanResourceChange", in->type_name(), out, [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value prior, FromProto(in->prior_state(), type));
    ASSIGN_OR_RETURN(const cty::Value config, FromProto(in->config(), type));
    const lifecycle::PlanResult result = lifecycle::Plan(*resource, prior, config);
    AddAll(result.notes, out);
    if (result.notes.has_errors()) return Ok{};
    ToProto(result.planned, type, out->mutable_planned_state());
    for (const Path& path : result.requires_replace) ToProto(path, out->add_requires_replace());
    return Ok{};
  });
}

grpc::Status ProviderService::ApplyResourceChange(Context, In<tfplugin6::ApplyResourceChange> in,
                                                  Out<tfplugin6::ApplyResourceChange> out) {
  out->set_private_(in->planned_private());
  // Whatever fails before the work begins leaves the object as it was.
  *out->mutable_new_state() = in->prior_state();
  return Answer("ApplyResourceChange", in->type_name(), out, [&]() -> Status {
    const Session::Lease lease = session_.Begin();
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value prior, FromProto(in->prior_state(), type));
    ASSIGN_OR_RETURN(const cty::Value planned, FromProto(in->planned_state(), type));
    ASSIGN_OR_RETURN(const cty::Value config, FromProto(in->config(), type));
    const lifecycle::ApplyResult result =
        lifecycle::Apply(lease.call, *backend, *resource, prior, planned, config);
    ToProto(result.state, type, out->mutable_new_state());
    AddAll(result.notes, out);
    return Ok{};
  });
}

grpc::Status ProviderService::ImportResourceState(Context, In<tfplugin6::ImportResourceState> in,
                                                  Out<tfplugin6::ImportResourceState> out) {
  return Answer("ImportResourceState", in->type_name(), out, [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const lifecycle::Imported imported, lifecycle::Import(*resource, in->id()));
    tfplugin6::ImportResourceState::ImportedResource* added = out->add_imported_resources();
    added->set_type_name(in->type_name());
    added->set_private_(imported.private_bytes);
    ToProto(imported.state, resource->rows->ObjectType(), added->mutable_state());
    return Ok{};
  });
}

grpc::Status ProviderService::MoveResourceState(Context, In<tfplugin6::MoveResourceState> in,
                                                Out<tfplugin6::MoveResourceState> out) {
  return Answer("MoveResourceState", in->target_type_name(), out, [&]() -> Status {
    // OpenTofu asks without looking at the capability, and in some versions for moves within one
    // type too (compatibility.md section 8).
    if (in->source_type_name() == in->target_type_name()) {
      ASSIGN_OR_RETURN(
          const schema::AnyResource* resource,
          Known(provider_.FindResource(in->target_type_name()), in->target_type_name()));
      ASSIGN_OR_RETURN(
          const cty::Value state,
          lifecycle::Upgrade(*resource, in->source_schema_version(), in->source_state().json()));
      ToProto(state, resource->rows->ObjectType(), out->mutable_target_state());
      out->set_target_private(in->source_private());
      return Ok{};
    }
    return Error{.code = Code::kInvalid,
                 .summary = "Moving between resource types is not supported",
                 .detail = absl::StrCat("A ", in->source_type_name(), " cannot become a ",
                                        in->target_type_name(), "."),
                 .hint = "Use a removed block for the old and an import block for the new one."};
  });
}

grpc::Status ProviderService::ValidateDataResourceConfig(
    Context, In<tfplugin6::ValidateDataResourceConfig> in,
    Out<tfplugin6::ValidateDataResourceConfig> out) {
  return Answer("ValidateDataResourceConfig", in->type_name(), out, [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyDataSource* source,
                     Known(provider_.FindDataSource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config, FromProto(in->config(), source->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateDataSource(*source, config, notes);
    AddAll(notes, out);
    return Ok{};
  });
}

grpc::Status ProviderService::ReadDataSource(Context, In<tfplugin6::ReadDataSource> in,
                                             Out<tfplugin6::ReadDataSource> out) {
  return Answer("ReadDataSource", in->type_name(), out, [&]() -> Status {
    const Session::Lease lease = session_.Begin();
    ASSIGN_OR_RETURN(const schema::AnyDataSource* source,
                     Known(provider_.FindDataSource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    const cty::Type type = source->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value config, FromProto(in->config(), type));
    const lifecycle::DataResult result = lifecycle::ReadData(lease.call, *backend, *source, config);
    if (!result.state.is_null()) ToProto(result.state, type, out->mutable_state());
    AddAll(result.notes, out);
    return Ok{};
  });
}

}  // namespace ecs::rpc
