// How long an operation may take: the attribute `timeouts`, or the resource's default.
#pragma once

#include <string>

#include "base/clock.h"
#include "provider/cty/value.h"

namespace ecs::lifecycle {

// `object` is a config or a state; null and unknown mean "not said". operation: "create", "read",
// "update" or "delete".
Duration TimeoutOf(const cty::Value& object, const std::string& operation, Duration otherwise);

}  // namespace ecs::lifecycle
