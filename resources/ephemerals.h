// The ephemeral resources, for the registry.
#pragma once

#include "provider/schema/ephemeral_type.h"

namespace ecs::resources {

schema::AnyEphemeral ServerConsoleEphemeral();
schema::AnyEphemeral TokenEphemeral();

}  // namespace ecs::resources
