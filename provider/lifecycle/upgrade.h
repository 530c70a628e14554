// Stored states of any schema version as values of today's type. Contract: lifecycle.md section 4.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

// `json` is the attributes object of a state file. kInvalid if it does not fit the type, or was
// written by a newer provider.
Result<cty::Value> Upgrade(const schema::AnyResource& resource, std::int64_t version,
                           std::string_view json);

}  // namespace ecs::lifecycle
