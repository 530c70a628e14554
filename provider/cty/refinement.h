// What may be known about an unknown (values.md section 4). Internal to cty.
#pragma once

#include <string_view>

#include "base/result.h"
#include "provider/cty/assemble.h"
#include "provider/cty/value.h"

namespace ecs::cty {

// The unknown of that type whose extension 12 holds this payload. A payload that says "null" gives
// the null; one with keys that we do not know, or about a value of any type, the plain unknown.
// kInvalid if it is malformed, does not go with the type or contradicts itself.
Result<Value> ReadRefinedUnknown(const Place& place, const Type& type, std::string_view payload);

}  // namespace ecs::cty
