// What a provider function is: `provider::ecs::name(…)`. Contract: lifecycle.md section 11.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "provider/cty/value.h"

namespace ecs::schema {

// Terraform never calls with a null or unknown argument: it refuses the first, and answers unknown
// for the second by itself.
struct Parameter {
  std::string name = {};
  cty::Type type = {};
  std::string doc = {};
};

struct FunctionType {
  std::string name = {};
  std::string summary = {};
  std::string doc = {};
  std::vector<Parameter> parameters = {};
  std::optional<Parameter> variadic = {};  // takes all further arguments
  cty::Type returns = {};

  // Pure: the same arguments give the same result. An Error whose path begins with an index is
  // shown at that argument.
  std::function<Result<cty::Value>(const std::vector<cty::Value>& arguments)> call = {};
};

}  // namespace ecs::schema
