// Servers of other providers that can become an ecs_server: `moved` between their types and ours.
// Facts: the attributes in the states that each provider writes, from its documentation of the
// resource where that was to be had (read 2026-11): opentelekomcloud_ecs_instance_v1,
// opentelekomcloud_compute_instance_v2, huaweicloud_compute_instance (its code alone),
// flexibleengine_compute_instance_v2.
// Contract: lifecycle.md section 10.
#pragma once

#include <vector>

#include "provider/schema/move_type.h"

namespace ecs::resources::server {

// A conversion fails (kInvalid) only where the state names no server. Any other attribute that is
// missing, empty or of another type is left null: the read that follows asks the cloud. Passwords,
// keys and user data never come along.
std::vector<schema::AnyMove> Moves();

}  // namespace ecs::resources::server
