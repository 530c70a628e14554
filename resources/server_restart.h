// ecs_server_restart for the registry.
#pragma once

#include "provider/schema/resource_type.h"

namespace ecs::resources {

schema::AnyResource ServerRestartResource();

}  // namespace ecs::resources
