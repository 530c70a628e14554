// How many files this process may have open. Internal to plugin.
#pragma once

#include "base/result.h"

namespace ecs::plugin {

// Raises the limit where it is low, as far as the system allows. kInvalid, with the limit, where
// that is too low to serve: gRPC would accept no connection, and Terraform would wait for it.
Status EnsureDescriptors();

}  // namespace ecs::plugin
