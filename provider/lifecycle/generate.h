// A configuration for an object that was imported. Contract: lifecycle.md section 11.
#pragma once

#include "provider/cty/value.h"
#include "provider/schema/row.h"

namespace ecs::lifecycle {

// What of the state a user would write: no read-only attributes, no defaults.
cty::Value GenerateConfig(const schema::RowSet& rows, const cty::Value& state);

}  // namespace ecs::lifecycle
