// The actions, for the registry.
#pragma once

#include "provider/schema/action_type.h"

namespace ecs::resources {

schema::AnyAction RestartServersAction();
schema::AnyAction StartServersAction();
schema::AnyAction StopServersAction();

}  // namespace ecs::resources
