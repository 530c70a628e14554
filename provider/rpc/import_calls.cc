// RPCs that take over what exists: import, identity, generated configuration, moves.
#include "provider/lifecycle/generate.h"
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/move.h"
#include "provider/lifecycle/upgrade.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {

grpc::Status ProviderService::GetResourceIdentitySchemas(
    Context, In<tfplugin6::GetResourceIdentitySchemas>,
    Out<tfplugin6::GetResourceIdentitySchemas> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    for (const schema::AnyResource& resource : provider_.resources) {
      if (!resource.identity) continue;
      ToProto(*resource.identity, &(*out->mutable_identity_schemas())[resource.name]);
    }
    return Ok{};
  };
  return Answer(session_, "GetResourceIdentitySchemas", {}, out, body);
}

grpc::Status ProviderService::UpgradeResourceIdentity(Context,
                                                      In<tfplugin6::UpgradeResourceIdentity> in,
                                                      Out<tfplugin6::UpgradeResourceIdentity> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(
        const cty::Value identity,
        lifecycle::UpgradeIdentity(*resource, in->version(), in->raw_identity().json()));
    ToProto(identity, resource->identity->rows->ObjectType(),
            out->mutable_upgraded_identity()->mutable_identity_data());
    return Ok{};
  };
  return Answer(session_, "UpgradeResourceIdentity",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::ImportResourceState(Context, In<tfplugin6::ImportResourceState> in,
                                                  Out<tfplugin6::ImportResourceState> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    const cty::Type type = resource->rows->ObjectType();
    if (Deferred(lease, in, out)) {
      tfplugin6::ImportResourceState::ImportedResource* unknown = out->add_imported_resources();
      unknown->set_type_name(in->type_name());
      ToProto(cty::Value::Unknown(type), type, unknown->mutable_state());
      return Ok{};
    }
    Result<lifecycle::Imported> imported = Bug("nothing was imported");
    if (in->has_identity() && resource->identity) {
      ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
      ASSIGN_OR_RETURN(
          const cty::Value identity,
          FromProto(in->identity().identity_data(), resource->identity->rows->ObjectType()));
      imported = lifecycle::ImportByIdentity(lease.call, *backend, *resource, identity);
    } else {
      imported = lifecycle::Import(*resource, in->id());
    }
    if (!imported.ok()) return imported.error();
    tfplugin6::ImportResourceState::ImportedResource* added = out->add_imported_resources();
    added->set_type_name(in->type_name());
    added->set_private_(imported->private_bytes);
    ToProto(imported->state, type, added->mutable_state());
    // The read that follows answers the whole identity.
    if (in->has_identity() && resource->identity) *added->mutable_identity() = in->identity();
    return Ok{};
  };
  return Answer(session_, "ImportResourceState",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::GenerateResourceConfig(Context,
                                                     In<tfplugin6::GenerateResourceConfig> in,
                                                     Out<tfplugin6::GenerateResourceConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value state, FromProto(in->state(), type));
    ToProto(lifecycle::GenerateConfig(*resource->rows, state), type, out->mutable_config());
    return Ok{};
  };
  return Answer(session_, "GenerateResourceConfig",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::MoveResourceState(Context, In<tfplugin6::MoveResourceState> in,
                                                Out<tfplugin6::MoveResourceState> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->target_type_name()), in->target_type_name()));
    const cty::Type type = resource->rows->ObjectType();
    // OpenTofu asks without looking at the capability, and in some versions for moves within one
    // type too (compatibility.md section 8).
    if (in->source_type_name() == in->target_type_name()) {
      ASSIGN_OR_RETURN(
          const cty::Value state,
          lifecycle::Upgrade(*resource, in->source_schema_version(), in->source_state().json()));
      ToProto(state, type, out->mutable_target_state());
      out->set_target_private(in->source_private());
      return Ok{};
    }
    ASSIGN_OR_RETURN(const lifecycle::Moved moved,
                     lifecycle::Move(*resource, {.provider_address = in->source_provider_address(),
                                                 .type_name = in->source_type_name(),
                                                 .json = in->source_state().json()}));
    ToProto(moved.state, type, out->mutable_target_state());
    out->set_target_private(moved.private_bytes);
    return Ok{};
  };
  return Answer(session_, "MoveResourceState",
                About(provider_.FindResource(in->target_type_name()), in->target_type_name()), out,
                body);
}

}  // namespace ecs::rpc
