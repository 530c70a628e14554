// What the cloud says of a server's user data.
#pragma once

#include <cstddef>

namespace ecs::resources {

// Before it is encoded (ecs-v1.md section 2.1).
inline constexpr std::size_t kUserDataMaxBytes = 32u << 10;

}  // namespace ecs::resources
