// The provider block: how to reach the cloud, and as whom.
#pragma once

#include <string>

#include "provider/schema/provider_type.h"

namespace ecs::resources {

// The provider with its block, and without resources and data sources.
schema::ProviderType ProviderWithoutTypes(const std::string& version);

}  // namespace ecs::resources
