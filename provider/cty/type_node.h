// What a Type points to. Internal to cty.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "provider/cty/type.h"

namespace ecs::cty {

struct Type::Node {
  Kind kind = Kind::kDynamic;
  std::vector<Type> elements = {};  // one for a collection
  std::map<std::string, Type> attributes = {};
  bool concrete = true;
  bool written_null = false;  // a tuple type read from ["tuple",null]

  static std::shared_ptr<const Node> OfElements(Kind kind, std::vector<Type> elements);
};

}  // namespace ecs::cty
