// ecs_server for the registry.
#pragma once

#include "provider/schema/resource_type.h"

namespace ecs::resources {

schema::AnyResource ServerResource();

}  // namespace ecs::resources
