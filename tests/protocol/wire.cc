#include "tests/protocol/wire.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/plugin_host.h"

namespace ecs::protocol {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* FieldOf(const Message& message, const std::string& name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

std::unique_ptr<Message> NewMessage(const Descriptor* descriptor) {
  const auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(
      const_cast<google::protobuf::MessageFactory*>(factory)->GetPrototype(descriptor)->New());
}

// Diagnostics and function errors, wherever they are.
void CollectErrors(const Message& message, std::vector<std::string>& errors) {
  if (const auto* note = dynamic_cast<const tfplugin6::Diagnostic*>(&message)) {
    if (note->severity() == tfplugin6::Diagnostic::ERROR) {
      errors.push_back(absl::StrCat(note->summary(), "\n", note->detail()));
    }
    return;
  }
  if (const auto* error = dynamic_cast<const tfplugin6::FunctionError*>(&message)) {
    errors.push_back(error->text());
    return;
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CollectErrors(reflection.GetMessage(message, field), errors);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectErrors(reflection.GetRepeatedMessage(message, field, i), errors);
    }
  }
}

bool IsPrivate(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_BYTES && absl::StrContains(field.name(), "private");
}

void AddSlots(const Rpc& rpc, const Descriptor* message, std::vector<const FieldDescriptor*> path,
              std::vector<Slot>& slots) {
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    path.push_back(field);
    const std::string type =
        field->message_type() == nullptr ? "" : field->message_type()->full_name();
    if (type == "tfplugin6.DynamicValue") {
      slots.push_back({.rpc = &rpc, .kind = Slot::Kind::kValue, .path = path});
    } else if (type == "tfplugin6.RawState") {
      slots.push_back({.rpc = &rpc, .kind = Slot::Kind::kRawJson, .path = path});
    } else if (type == "tfplugin6.ResourceIdentityData") {
      AddSlots(rpc, field->message_type(), path, slots);
    } else if (IsPrivate(*field)) {
      slots.push_back({.rpc = &rpc, .kind = Slot::Kind::kPrivateBytes, .path = path});
    }
    path.pop_back();
  }
}

// Of an optional or repeated field of messages.
Message* Enter(Message* message, const FieldDescriptor* field) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  return field->is_repeated() ? reflection.AddMessage(message, field)
                              : reflection.MutableMessage(message, field);
}

void SetBytes(Message* message, const std::string& field, const std::string& bytes) {
  message->GetReflection()->SetString(message, FieldOf(*message, field), bytes);
}

}  // namespace

const std::vector<Rpc>& AllRpcs() {
  static const std::vector<Rpc> rpcs = [] {
    std::vector<Rpc> all;
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("tfplugin6.Provider");
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      Rpc rpc{.name = method->name(),
              .request = method->input_type(),
              .response = method->output_type()};
      for (const char* field : {"type_name", "action_type", "target_type_name", "name"}) {
        if (rpc.request->FindFieldByName(field) != nullptr) rpc.name_field = field;
      }
      all.push_back(std::move(rpc));
    }
    return all;
  }();
  return rpcs;
}

std::unique_ptr<Message> Request(const Rpc& rpc, const std::string& name) {
  std::unique_ptr<Message> request = NewMessage(rpc.request);
  if (!rpc.name_field.empty()) SetBytes(request.get(), rpc.name_field, name);
  return request;
}

std::string ExistingName(const Rpc& rpc) {
  if (rpc.name == "CallFunction") return "parse_flavor";
  if (absl::StrContains(rpc.name, "Data")) return "ecs_servers";
  if (rpc.name == "RenewEphemeralResource" || rpc.name == "CloseEphemeralResource") {
    return "ecs_token";
  }
  if (absl::StrContains(rpc.name, "Ephemeral")) return "ecs_server_console";
  if (absl::StrContains(rpc.name, "Action")) return "ecs_restart_servers";
  return "ecs_server";
}

std::string Slot::Name() const {
  std::string name = rpc->name;
  for (const FieldDescriptor* field : path) absl::StrAppend(&name, ".", field->name());
  return name;
}

cty::Type Slot::TypeIn(const Types& types) const {
  const std::string name = ExistingName(*rpc);
  if (absl::StrContains(path.back()->name(), "identity")) return types.identities.at(name);
  if (rpc->name == "CallFunction") return types.functions.at(name).Argument(0);
  if (rpc->name_field.empty()) return types.provider;
  if (types.data_sources.count(name) > 0) return types.data_sources.at(name);
  if (types.ephemerals.count(name) > 0) return types.ephemerals.at(name);
  if (types.actions.count(name) > 0) return types.actions.at(name);
  return absl::StrContains(rpc->name, "List") ? types.lists.at(name) : types.resources.at(name);
}

std::vector<Slot> AllSlots() {
  std::vector<Slot> slots;
  for (const Rpc& rpc : AllRpcs()) AddSlots(rpc, rpc.request, {}, slots);
  return slots;
}

std::unique_ptr<Message> RequestWith(const Slot& slot, Form form, const std::string& bytes) {
  std::unique_ptr<Message> request = Request(*slot.rpc, ExistingName(*slot.rpc));
  if (auto* move = dynamic_cast<tfplugin6::MoveResourceState::Request*>(request.get())) {
    move->set_source_provider_address("registry.terraform.io/huaweicloud/huaweicloud");
    move->set_source_type_name("huaweicloud_compute_instance");
  }
  Message* owner = request.get();
  for (std::size_t i = 0; i + 1 < slot.path.size(); ++i) owner = Enter(owner, slot.path[i]);
  if (slot.kind == Slot::Kind::kPrivateBytes) {
    SetBytes(owner, slot.path.back()->name(), bytes);
    return request;
  }
  Message* value = Enter(owner, slot.path.back());
  SetBytes(value, form == Form::kJson ? "json" : "msgpack", bytes);
  return request;
}

Heard Send(Client& client, const Rpc& rpc, const std::string& request) {
  plugin::RawAnswer answer =
      plugin::RawCall(client.channel(), absl::StrCat("/tfplugin6.Provider/", rpc.name), request);
  Heard heard{.status = std::move(answer.status)};
  for (const std::string& bytes : answer.messages) {
    const std::unique_ptr<Message> message = NewMessage(rpc.response);
    if (!message->ParseFromString(bytes)) heard.readable = false;
    CollectErrors(*message, heard.errors);
  }
  return heard;
}

Heard Send(Client& client, const Rpc& rpc, const Message& request) {
  return Send(client, rpc, request.SerializeAsString());
}

}  // namespace ecs::protocol
