// The provider functions, for the registry.
#pragma once

#include "provider/schema/function_type.h"

namespace ecs::resources {

schema::FunctionType CloudInitFunction();
schema::FunctionType ParseFlavorFunction();

}  // namespace ecs::resources
