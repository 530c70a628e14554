#include "provider/lifecycle/action.h"

#include "provider/lifecycle/timeouts.h"

namespace ecs::lifecycle {

Status Invoke(const Call& call, schema::Backend& backend, const schema::AnyAction& action,
              const cty::Value& config, const schema::Progress& progress) {
  const Duration timeout = TimeoutOf(config, "invoke", action.timeout);
  return action.invoke(call.Until(call.clock.Now() + timeout), backend, config, progress);
}

}  // namespace ecs::lifecycle
