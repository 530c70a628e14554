// Orders without a state. Contract: lifecycle.md section 11 ("Actions").
#pragma once

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/action_type.h"

namespace ecs::lifecycle {

// Blocks until the order is carried out, its time (`timeouts.invoke`) is over or it is cancelled.
Status Invoke(const Call& call, schema::Backend& backend, const schema::AnyAction& action,
              const cty::Value& config, const schema::Progress& progress);

}  // namespace ecs::lifecycle
