// Calls of the provider's functions, with arguments as their types allow.
// Promised: a call has a result of the type that was announced, or an Error with a text; the same
// call gives the same.
#include <string>
#include <vector>

#include "provider/lifecycle/call_function.h"
#include "tests/fuzz/values.h"
#include "tests/support/test_cloud.h"

namespace ecs::fuzz {

void Try(std::string_view bytes) {
  Input input(bytes);
  const auto& functions = TheProvider().functions;
  const schema::FunctionType& function = functions[input.Below(functions.size())];
  std::vector<cty::Value> arguments;
  const std::size_t count = function.parameters.size() + (function.variadic ? input.Below(3) : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const cty::Type type = lifecycle::ArgumentType(function, i).value();
    // Terraform calls with neither null nor unknown.
    arguments.push_back(type.kind() == cty::Kind::kString
                            ? cty::Value::String(std::string(input.Line()))
                            : ValueFrom(input, type, Unknowns::kNever));
  }
  const Result<cty::Value> result = lifecycle::CallFunction(function, arguments);
  if (!result.ok()) {
    PROMISE(!result.error().Text().empty());
    return;
  }
  PROMISE(result->type() == function.returns, result->DebugString());
  const Result<cty::Value> again = lifecycle::CallFunction(function, arguments);
  PROMISE(again.ok() && *again == *result);
}

}  // namespace ecs::fuzz
