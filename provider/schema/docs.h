// Pages for a registry and for people, derived from the rows.
#pragma once

#include <map>
#include <string>

#include "provider/schema/provider_type.h"

namespace ecs::schema {

// Path below docs/ -> Markdown. `examples` maps a path below examples/ ("resources/ecs_server/
// resource.tf") to its text; the pages show those they have.
std::map<std::string, std::string> RenderDocs(const ProviderType& provider,
                                              const std::map<std::string, std::string>& examples);

}  // namespace ecs::schema
