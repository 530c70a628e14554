#include "provider/lifecycle/call_function.h"

#include "absl/strings/str_cat.h"

namespace ecs::lifecycle {
namespace {

Error WrongCount(const schema::FunctionType& function, std::size_t given) {
  return {.code = Code::kInvalid,
          .summary = absl::StrCat("Calling ", function.name, " failed"),
          .detail = absl::StrCat(function.name, " takes ", function.variadic ? "at least " : "",
                                 function.parameters.size(), " argument(s), not ", given, ".")};
}

}  // namespace

std::optional<cty::Type> ArgumentType(const schema::FunctionType& function, std::size_t index) {
  if (index < function.parameters.size()) return function.parameters[index].type;
  if (function.variadic) return function.variadic->type;
  return std::nullopt;
}

Result<cty::Value> CallFunction(const schema::FunctionType& function,
                                const std::vector<cty::Value>& arguments) {
  const std::size_t least = function.parameters.size();
  const bool too_many = arguments.size() > least && !function.variadic;
  if (arguments.size() < least || too_many) return WrongCount(function, arguments.size());
  std::int64_t index = 0;
  for (const cty::Value& argument : arguments) {
    if (!argument.IsWhollyKnown()) return cty::Value::Unknown(function.returns);
    if (argument.is_null()) {
      return Error{.code = Code::kInvalid,
                   .summary = absl::StrCat("Calling ", function.name, " failed"),
                   .detail = "The argument must not be null.",
                   .path = Path().At(index)};
    }
    ++index;
  }
  return function.call(arguments);
}

std::optional<std::int64_t> ArgumentAtFault(const Error& error) {
  if (error.path.empty()) return std::nullopt;
  const auto* index = std::get_if<Path::Index>(&error.path.steps().front());
  return index == nullptr ? std::nullopt : std::optional(index->index);
}

}  // namespace ecs::lifecycle
