// The identity of ecs_server: region, project and id.
#pragma once

#include "provider/schema/identity_type.h"

namespace ecs::resources::server {

schema::AnyIdentity Identity();

}  // namespace ecs::resources::server
