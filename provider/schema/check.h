// Finds rows that contradict themselves, before any user does.
#pragma once

#include <string>
#include <vector>

#include "provider/schema/provider_type.h"

namespace ecs::schema {

// One sentence per defect, beginning with the attribute: "ecs_server.flavor: has no doc". Empty:
// all is sound. Rules: tfplugin6.md section 3 ("Rules for schemas") and our own.
std::vector<std::string> CheckProvider(const ProviderType& provider);

}  // namespace ecs::schema
