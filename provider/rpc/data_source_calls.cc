// RPCs about data sources.
#include "provider/lifecycle/read.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {

grpc::Status ProviderService::ValidateDataResourceConfig(
    Context, In<tfplugin6::ValidateDataResourceConfig> in,
    Out<tfplugin6::ValidateDataResourceConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyDataSource* source,
                     Known(provider_.FindDataSource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config,
                     ConfigFromProto(in->config(), source->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateDataSource(*source, config, notes);
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateDataResourceConfig",
                About(provider_.FindDataSource(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::ReadDataSource(Context, In<tfplugin6::ReadDataSource> in,
                                             Out<tfplugin6::ReadDataSource> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyDataSource* source,
                     Known(provider_.FindDataSource(in->type_name()), in->type_name()));
    const cty::Type type = source->rows->ObjectType();
    if (Deferred(lease, in, out)) {
      ToProto(cty::Value::Unknown(type), type, out->mutable_state());
      return Ok{};
    }
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    ASSIGN_OR_RETURN(const cty::Value config, ConfigFromProto(in->config(), type));
    const lifecycle::DataResult result = lifecycle::ReadData(lease.call, *backend, *source, config);
    if (!result.state.is_null()) ToProto(result.state, type, out->mutable_state());
    AddAll(result.notes, out);
    return Ok{};
  };
  return Answer(session_, "ReadDataSource",
                About(provider_.FindDataSource(in->type_name()), in->type_name()), out, body);
}

}  // namespace ecs::rpc
