// RPCs about managed resources: from configuration and state to a plan, and from a plan to a state.
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/read.h"
#include "provider/lifecycle/upgrade.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

// Answers the identity of an object. What Terraform has stored, echoed before, stays where none
// could be told: an answer without one would erase it (lifecycle.md section 11).
template <class Result, class Response>
void SetIdentity(const schema::AnyResource& resource, const Result& result, Response* out) {
  // Terraform crashes on the identity of a type that has none (tfplugin6.md section 2).
  if (!resource.identity || result.state.is_null()) return out->clear_new_identity();
  if (!result.identity) return;
  ToProto(*result.identity, resource.identity->rows->ObjectType(),
          out->mutable_new_identity()->mutable_identity_data());
}

// What is stored of an object's identity. One that does not fit its type says nothing.
std::optional<cty::Value> StoredIdentity(const schema::AnyResource& resource, bool is_there,
                                         const tfplugin6::ResourceIdentityData& in) {
  if (!resource.identity || !is_there) return std::nullopt;
  Result<cty::Value> identity =
      FromProto(in.identity_data(), resource.identity->rows->ObjectType());
  return identity.ok() ? std::optional(*std::move(identity)) : std::nullopt;
}

}  // namespace

grpc::Status ProviderService::ValidateResourceConfig(Context,
                                                     In<tfplugin6::ValidateResourceConfig> in,
                                                     Out<tfplugin6::ValidateResourceConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config,
                     ConfigFromProto(in->config(), resource->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateResource(*resource, config,
                                in->client_capabilities().write_only_attributes_allowed(), notes);
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateResourceConfig",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::UpgradeResourceState(Context, In<tfplugin6::UpgradeResourceState> in,
                                                   Out<tfplugin6::UpgradeResourceState> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value state,
                     lifecycle::Upgrade(*resource, in->version(), in->raw_state().json()));
    ToProto(state, resource->rows->ObjectType(), out->mutable_upgraded_state());
    return Ok{};
  };
  return Answer(session_, "UpgradeResourceState",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::ReadResource(Context, In<tfplugin6::ReadResource> in,
                                           Out<tfplugin6::ReadResource> out) {
  // An answer without them would erase what is stored (lifecycle.md section 8).
  out->set_private_(in->private_());
  if (in->has_current_state()) *out->mutable_new_state() = in->current_state();
  if (in->has_current_identity()) *out->mutable_new_identity() = in->current_identity();
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    if (Deferred(lease, in, out)) return Ok{};
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value state, FromProto(in->current_state(), type));
    if (!state.is_known()) return Ok{};
    const lifecycle::ReadResult result = lifecycle::Read(
        lease.call, *backend, *resource, state, in->private_(),
        StoredIdentity(*resource, in->has_current_identity(), in->current_identity()));
    ToProto(result.state, type, out->mutable_new_state());
    out->set_private_(result.private_bytes);
    if (!result.notes.has_errors()) SetIdentity(*resource, result, out);
    AddAll(result.notes, out);
    return Ok{};
  };
  return Answer(session_, "ReadResource",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::PlanResourceChange(Context, In<tfplugin6::PlanResourceChange> in,
                                                 Out<tfplugin6::PlanResourceChange> out) {
  out->set_planned_private(in->prior_private());
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value prior, FromProto(in->prior_state(), type));
    // Without a configuration an object that exists is to be destroyed.
    ASSIGN_OR_RETURN(const cty::Value config, prior.is_null() ? ConfigFromProto(in->config(), type)
                                                              : FromProto(in->config(), type));
    const lifecycle::PlanResult result = lifecycle::Plan(*resource, prior, config);
    AddAll(result.notes, out);
    if (result.notes.has_errors()) return Ok{};
    ToProto(result.planned, type, out->mutable_planned_state());
    for (const Path& path : result.requires_replace) ToProto(path, out->add_requires_replace());
    // A new object has an identity that nobody knows yet.
    if (result.requires_replace.empty() && in->has_prior_identity()) {
      *out->mutable_planned_identity() = in->prior_identity();
    }
    Deferred(lease, in, out);
    return Ok{};
  };
  return Answer(session_, "PlanResourceChange",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::ApplyResourceChange(Context, In<tfplugin6::ApplyResourceChange> in,
                                                  Out<tfplugin6::ApplyResourceChange> out) {
  out->set_private_(in->planned_private());
  // Whatever fails before the work begins leaves the object as it was.
  *out->mutable_new_state() = in->prior_state();
  if (in->has_planned_identity()) *out->mutable_new_identity() = in->planned_identity();
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    const cty::Type type = resource->rows->ObjectType();
    ASSIGN_OR_RETURN(const cty::Value prior, FromProto(in->prior_state(), type));
    ASSIGN_OR_RETURN(const cty::Value planned, FromProto(in->planned_state(), type));
    const bool destroys = planned.is_null() && !prior.is_null();
    ASSIGN_OR_RETURN(const cty::Value config, destroys ? FromProto(in->config(), type)
                                                       : ConfigFromProto(in->config(), type));
    if (planned.is_null() && prior.is_null()) return Bug("There is nothing to apply.");
    const lifecycle::Stored stored{
        .private_bytes = in->planned_private(),
        .identity = StoredIdentity(*resource, in->has_planned_identity(), in->planned_identity())};
    const lifecycle::ApplyResult result =
        lifecycle::Apply(lease.call, *backend, *resource, prior, planned, config, stored);
    ToProto(result.state, type, out->mutable_new_state());
    out->set_private_(result.private_bytes);
    SetIdentity(*resource, result, out);
    AddAll(result.notes, out);
    return Ok{};
  };
  return Answer(session_, "ApplyResourceChange",
                About(provider_.FindResource(in->type_name()), in->type_name()), out, body);
}

}  // namespace ecs::rpc
