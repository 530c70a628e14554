// At most so many requests per second.
#pragma once

#include "client/transport.h"

namespace ecs::client {

// A token bucket of one second's size on call.clock; callers wait in order. kTimeout at once if the
// turn would come after the deadline. 0 or less: no limit.
Stage RateLimit(double requests_per_second);

}  // namespace ecs::client
