// RPCs about ephemeral resources.
#include "provider/lifecycle/ephemeral.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

template <class Response>
void LifespanToProto(const schema::Lifespan& lifespan, Response* out) {
  out->set_private_(lifespan.private_bytes);
  if (!lifespan.renew_at) return;
  const auto since_epoch = lifespan.renew_at->time_since_epoch();
  out->mutable_renew_at()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count());
}

}  // namespace

grpc::Status ProviderService::ValidateEphemeralResourceConfig(
    Context, In<tfplugin6::ValidateEphemeralResourceConfig> in,
    Out<tfplugin6::ValidateEphemeralResourceConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyEphemeral* ephemeral,
                     Known(provider_.FindEphemeral(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config,
                     ConfigFromProto(in->config(), ephemeral->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateEphemeral(*ephemeral, config, notes);
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateEphemeralResourceConfig",
                About(provider_.FindEphemeral(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::OpenEphemeralResource(Context,
                                                    In<tfplugin6::OpenEphemeralResource> in,
                                                    Out<tfplugin6::OpenEphemeralResource> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyEphemeral* ephemeral,
                     Known(provider_.FindEphemeral(in->type_name()), in->type_name()));
    const cty::Type type = ephemeral->rows->ObjectType();
    if (Deferred(lease, in, out)) {
      ToProto(cty::Value::Unknown(type), type, out->mutable_result());
      return Ok{};
    }
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    ASSIGN_OR_RETURN(const cty::Value config, ConfigFromProto(in->config(), type));
    const lifecycle::OpenResult opened = lifecycle::Open(lease.call, *backend, *ephemeral, config);
    AddAll(opened.notes, out);
    if (opened.notes.has_errors()) return Ok{};
    ToProto(opened.object, type, out->mutable_result());
    LifespanToProto(opened.lifespan, out);
    return Ok{};
  };
  return Answer(session_, "OpenEphemeralResource",
                About(provider_.FindEphemeral(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::RenewEphemeralResource(Context,
                                                     In<tfplugin6::RenewEphemeralResource> in,
                                                     Out<tfplugin6::RenewEphemeralResource> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyEphemeral* ephemeral,
                     Known(provider_.FindEphemeral(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    ASSIGN_OR_RETURN(const schema::Lifespan next,
                     lifecycle::Renew(lease.call, *backend, *ephemeral, in->private_()));
    LifespanToProto(next, out);
    return Ok{};
  };
  return Answer(session_, "RenewEphemeralResource",
                About(provider_.FindEphemeral(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::CloseEphemeralResource(Context,
                                                     In<tfplugin6::CloseEphemeralResource> in,
                                                     Out<tfplugin6::CloseEphemeralResource> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyEphemeral* ephemeral,
                     Known(provider_.FindEphemeral(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    return lifecycle::Close(lease.call, *backend, *ephemeral, in->private_());
  };
  return Answer(session_, "CloseEphemeralResource",
                About(provider_.FindEphemeral(in->type_name()), in->type_name()), out, body);
}

}  // namespace ecs::rpc
