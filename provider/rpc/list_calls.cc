// RPCs about list resources.
#include <utility>

#include "provider/lifecycle/list.h"
#include "provider/lifecycle/validate.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

using Event = tfplugin6::ListResource::Event;

Event EventOf(const lifecycle::ListedObject& listed, const schema::AnyResource& resource) {
  Event event;
  event.set_display_name(Readable(listed.display_name));
  ToProto(listed.identity, resource.identity->rows->ObjectType(),
          event.mutable_identity()->mutable_identity_data());
  if (listed.object) {
    ToProto(*listed.object, resource.rows->ObjectType(), event.mutable_resource_object());
  }
  return event;
}

// Terraform shows the error of a broken stream as it is: diagnostics read better.
Event EventOf(const Error& error, const schema::AnyList* list) {
  Event event;
  schema::Diagnostics notes;
  notes.Add(error);
  for (const schema::Diagnostic& note : notes.list()) ToProto(note, event.add_diagnostic());
  if (list != nullptr) KeepOffSecrets(*list->rows, *event.mutable_diagnostic());
  return event;
}

}  // namespace

grpc::Status ProviderService::ValidateListResourceConfig(
    Context, In<tfplugin6::ValidateListResourceConfig> in,
    Out<tfplugin6::ValidateListResourceConfig> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    ASSIGN_OR_RETURN(const schema::AnyList* list,
                     Known(provider_.FindList(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const cty::Value config,
                     ConfigFromProto(in->config(), list->rows->ObjectType()));
    schema::Diagnostics notes;
    lifecycle::ValidateList(*list, config, notes);
    AddAll(notes, out);
    return Ok{};
  };
  return Answer(session_, "ValidateListResourceConfig",
                About(provider_.FindList(in->type_name()), in->type_name()), out, body);
}

grpc::Status ProviderService::ListResource(Context context, In<tfplugin6::ListResource> in,
                                           Stream<tfplugin6::ListResource> stream) {
  List(in, [&](const tfplugin6::ListResource::Event& event) {
    return !context->IsCancelled() && stream->Write(event);
  });
  return grpc::Status::OK;
}

void ProviderService::List(In<tfplugin6::ListResource> in,
                           const Hear<tfplugin6::ListResource>& hear) {
  const Session::Lease lease = session_.Begin();
  const Status done = Guarded(lease, "ListResource", in->type_name(), [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::AnyList* list,
                     Known(provider_.FindList(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(const schema::AnyResource* resource,
                     Known(provider_.FindResource(in->type_name()), in->type_name()));
    ASSIGN_OR_RETURN(schema::Backend * backend, Configured(lease));
    ASSIGN_OR_RETURN(cty::Value config, ConfigFromProto(in->config(), list->rows->ObjectType()));
    const lifecycle::ListOrder order{.config = std::move(config),
                                     .include_object = in->include_resource_object(),
                                     .limit = in->limit()};
    return lifecycle::List(
        lease.call, *backend, *list, *resource, order,
        [&](const lifecycle::ListedObject& listed) { return hear(EventOf(listed, *resource)); });
  });
  if (done.ok()) return;
  Event last = EventOf(done.error(), provider_.FindList(in->type_name()));
  Redact(lease, last.mutable_diagnostic());
  hear(last);
}

}  // namespace ecs::rpc
