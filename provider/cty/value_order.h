// The order of values: Terraform's for primitives in sets (values.md section 3, "Sets"), any total
// one for the rest. Internal to cty.
#pragma once

#include <compare>

#include "provider/cty/value.h"

namespace ecs::cty {

// Known before unknown before null; sets without regard to the order of their elements. Unknowns of
// one type are equal.
std::weak_ordering Compare(const Value& left, const Value& right);

// What Value::Set does to its elements.
Value::Elements NormalizeSet(Value::Elements elements);

}  // namespace ecs::cty
