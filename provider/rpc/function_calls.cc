// RPCs about provider functions. Terraform does not configure the process that answers them.
#include "absl/strings/strip.h"
#include "provider/lifecycle/call_function.h"
#include "provider/rpc/answer.h"
#include "provider/rpc/provider_service.h"

namespace ecs::rpc {
namespace {

Result<std::vector<cty::Value>> Arguments(const tfplugin6::CallFunction::Request& in,
                                          const schema::FunctionType& function) {
  std::vector<cty::Value> arguments;
  for (const tfplugin6::DynamicValue& argument : in.arguments()) {
    const std::optional<cty::Type> type = lifecycle::ArgumentType(function, arguments.size());
    if (!type) {
      return Error{.code = Code::kInvalid,
                   .summary = absl::StrCat("Calling ", function.name, " failed"),
                   .detail = absl::StrCat("It takes ", function.parameters.size(),
                                          " argument(s), not ", in.arguments_size(), ".")};
    }
    Result<cty::Value> value = FromProto(argument, *type);
    if (!value.ok()) {
      Error error = value.error();
      error.path = Path().At(static_cast<std::int64_t>(arguments.size()));
      return error;
    }
    arguments.push_back(*std::move(value));
  }
  return arguments;
}

// Terraform makes it the end of a sentence, and sets the full stop.
std::string TextOf(const Error& error) { return std::string(absl::StripSuffix(error.Text(), ".")); }

}  // namespace

grpc::Status ProviderService::GetFunctions(Context, In<tfplugin6::GetFunctions>,
                                           Out<tfplugin6::GetFunctions> out) {
  const auto body = [&](const Session::Lease&) -> Status {
    for (const schema::FunctionType& function : provider_.functions) {
      ToProto(function, &(*out->mutable_functions())[function.name]);
    }
    return Ok{};
  };
  return Answer(session_, "GetFunctions", {}, out, body);
}

grpc::Status ProviderService::CallFunction(Context, In<tfplugin6::CallFunction> in,
                                           Out<tfplugin6::CallFunction> out) {
  const Session::Lease lease = session_.Begin();
  const Status done = Guarded(lease, "CallFunction", in->name(), [&]() -> Status {
    ASSIGN_OR_RETURN(const schema::FunctionType* function,
                     Known(provider_.FindFunction(in->name()), in->name()));
    ASSIGN_OR_RETURN(const std::vector<cty::Value> arguments, Arguments(*in, *function));
    ASSIGN_OR_RETURN(const cty::Value result, lifecycle::CallFunction(*function, arguments));
    ToProto(result, function->returns, out->mutable_result());
    return Ok{};
  });
  if (done.ok()) return grpc::Status::OK;
  out->mutable_error()->set_text(TextOf(done.error()));
  if (const auto index = lifecycle::ArgumentAtFault(done.error())) {
    out->mutable_error()->set_function_argument(*index);
  }
  return grpc::Status::OK;
}

}  // namespace ecs::rpc
