// Types inside JSON that is already a tree. Internal to cty.
#pragma once

#include "base/result.h"
#include "provider/cty/json_tree.h"
#include "provider/cty/type.h"

namespace ecs::cty {

// As TypeFromJson.
Result<Type> TypeFromTree(const JsonTree& tree);

}  // namespace ecs::cty
