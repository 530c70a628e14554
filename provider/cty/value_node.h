// What a Value points to. Internal to cty.
#pragma once

#include <string>
#include <variant>

#include "provider/cty/value.h"

namespace ecs::cty {

struct NullContent {};
struct UnknownContent {
  std::string refinement = {};
};

struct Value::Node {
  Type type = {};
  std::variant<NullContent, UnknownContent, bool, std::string, cty::Number, Elements, Fields>
      content = NullContent{};
  bool wholly_known = true;
};

}  // namespace ecs::cty
