// Everything this provider offers: a new resource or data source is one line in registry.cc.
#pragma once

#include "provider/schema/provider_type.h"
#include "resources/provider_block.h"

namespace ecs::resources {

// `version` reaches the cloud in the User-Agent.
schema::ProviderType MakeProvider(const std::string& version, const Outside& outside);

}  // namespace ecs::resources
