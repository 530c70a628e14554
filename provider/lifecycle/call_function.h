// Calling a provider function. Contract: lifecycle.md section 11 ("Functions").
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/function_type.h"

namespace ecs::lifecycle {

// The type of the argument at `index`; nothing: the function takes no such argument.
std::optional<cty::Type> ArgumentType(const schema::FunctionType& function, std::size_t index);

// Unknown where an argument is not wholly known: some hosts call all the same.
Result<cty::Value> CallFunction(const schema::FunctionType& function,
                                const std::vector<cty::Value>& arguments);

// The argument that an error of CallFunction is about; nothing: the whole call.
std::optional<std::int64_t> ArgumentAtFault(const Error& error);

}  // namespace ecs::lifecycle
