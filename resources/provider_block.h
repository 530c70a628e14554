// The provider block: how to reach the cloud, and as whom.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/settings_sources.h"
#include "client/wire.h"
#include "provider/schema/provider_type.h"

namespace ecs::resources {

// What lies outside the process: tests bring their own.
struct Outside {
  client::Surroundings surroundings = {};
  // The way to the cloud, for the settings that say which certificates to trust.
  std::function<std::shared_ptr<client::Wire>(const client::Settings&)> wire = {};
};

// The process's environment and files, and the network.
Outside RealOutside();

// The provider with its block, and without resources and data sources.
schema::ProviderType ProviderWithoutTypes(const std::string& version, const Outside& outside);

}  // namespace ecs::resources
