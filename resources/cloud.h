// A configured provider, as its resources see it.
#pragma once

#include <memory>
#include <utility>

#include "client/ecs.h"
#include "client/fleet.h"
#include "provider/schema/resource_type.h"
#include "resources/common/unfinished.h"

namespace ecs::resources {

// Safe from any thread.
struct Cloud : schema::Backend {
  Cloud(client::Settings settings, client::Send transport, client::Backoff backoff)
      : ecs(std::move(settings), std::move(transport), backoff),
        fleet(ecs),
        volumes(client::SharedVolumes(ecs)),
        ports(client::SharedPorts(ecs)),
        flavors(client::SharedFlavors(ecs)) {}

  Result<schema::Place> Here(const Call& call) override {
    ASSIGN_OR_RETURN(const std::string project, ecs.ProjectId(call));
    return schema::Place{.region = ecs.Region(), .project_id = project};
  }
  std::string Redact(std::string text) const override { return ecs.Redact(std::move(text)); }

  client::Ecs ecs;
  client::Fleet fleet;
  client::SharedList<client::Volume> volumes;
  client::SharedList<client::Port> ports;
  client::SharedList<client::Flavor> flavors;

  // Servers whose creation was begun and not finished (resources/server/mark.h).
  Unfinished unfinished;
};

}  // namespace ecs::resources
