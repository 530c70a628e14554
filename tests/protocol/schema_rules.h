// What Terraform demands of schemas, and what would crash it: tfplugin6.md sections 2 and 3.
#pragma once

#include <string>
#include <vector>

#include "tests/protocol/types.h"

namespace ecs::protocol {

// Each rule that is broken, with the place: "resource ecs_server.name: ...". Empty: all is well.
std::vector<std::string> BrokenRules(const SchemaAnswer& schemas, const IdentityAnswer& identities);

}  // namespace ecs::protocol
