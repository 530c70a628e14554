#include "resources/server/type.h"

#include "resources/server/identity.h"
#include "resources/server/moves.h"
#include "resources/server/server.h"

namespace ecs::resources {

schema::AnyResource ServerResource() {
  return schema::ResourceType<server::Server, Cloud>{
      .name = "ecs_server",
      .doc = "A server of the Elastic Cloud Server (ECS) service.",
      .rows = server::Rows(),
      .timeouts = server::DefaultTimeouts(),
      .identity = server::Identity(),
      .moves = server::Moves(),
      .validate = server::Validate,
      .plan = server::PlanServer,
      .create = server::Create,
      .read = server::Read,
      .remove = server::Remove,
      .settle = server::Settle}
      .Erase();
}

}  // namespace ecs::resources
