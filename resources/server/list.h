// Finding servers for `terraform query`.
#pragma once

#include "provider/schema/list_type.h"

namespace ecs::resources {

schema::AnyList ServerList();

}  // namespace ecs::resources
