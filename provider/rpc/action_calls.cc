// RPCs about actions.
#include "provider/lifecycle/action.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

Status Validate(const schema::ProviderType& provider, const std::string& name,
                const tfplugin6::DynamicValue& value, schema::Diagnostics& notes) {
  ASSIGN_OR_RETURN(const schema::AnyAction* action, Known(provider.FindAction(name), name));
  ASSIGN_OR_RETURN(const cty::Value config, ConfigFromProto(value, action->rows->ObjectType()));
  lifecycle::ValidateAction(*action, config, notes);
  return Ok{};
}

}  // namespace

grpc::Status ProviderService::ValidateActionConfig(Context, In<tfplugin6::ValidateActionConfig> in,
                                                   Out<tfplugin6::ValidateActionConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    schema::Diagnostics notes;
    RETURN_IF_ERROR(Validate(provider_, in->type_name(), in->config(), notes));
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateActionConfig",
                About(provider_.FindAction(in->type_name()), in->type_name()), out, body);
}

// Nothing planned is carried over: what is known by now is validated once more.
grpc::Status ProviderService::PlanAction(Context, In<tfplugin6::PlanAction> in,
                                         Out<tfplugin6::PlanAction> out) {
  const auto body = [&](const Session::Lease& lease) -> Status {
    schema::Diagnostics notes;
    RETURN_IF_ERROR(Validate(provider_, in->action_type(), in->config(), notes));
    AddAll(notes, out);
    Deferred(lease, in, out);
    return Ok{};
  };
  return Answer(session_, "PlanAction",
                About(provider_.FindAction(in->action_type()), in->action_type()), out, body);
}

grpc::Status ProviderService::InvokeAction(Context, In<tfplugin6::InvokeAction> in,
                                           Stream<tfplugin6::InvokeAction> stream) {
  Invoke(in, [&](const tfplugin6::InvokeAction::Event& event) { return stream->Write(event); });
  return grpc::Status::OK;
}

void ProviderService::Invoke(In<tfplugin6::InvokeAction> in,
                             const Hear<tfplugin6::InvokeAction>& hear) {
  using Event = tfplugin6::InvokeAction::Event;
  const Session::Lease lease = session_.Begin();
  Event last;
  last.mutable_completed();
  const Status done = Guarded(lease, "InvokeAction", in->action_type(), [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyAction* action,
                     Known(provider_.FindAction(in->action_type()), in->action_type()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    ASSIGN_OR_RETURN(const cty::Value config,
                     ConfigFromProto(in->config(), action->rows->ObjectType()));
    return lifecycle::Invoke(lease.call, *backend, *action, config, [&](const std::string& line) {
      Event event;
      event.mutable_progress()->set_message(backend->Redact(Readable(line)));
      hear(event);
    });
  });
  const schema::AnyAction* action = provider_.FindAction(in->action_type());
  if (!done.ok())
    AddError(done.error(), About(action, in->action_type()), last.mutable_completed());
  Redact(lease, last.mutable_completed()->mutable_diagnostics());
  hear(last);
}

}  // namespace ecs::rpc
