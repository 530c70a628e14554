// From configuration and prior state to the planned state.
// Contract: lifecycle.md section 5; opentofu/opentofu docs/resource-instance-change-lifecycle.md.
#pragma once

#include <vector>

#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

struct PlanResult {
  cty::Value planned = {};
  std::vector<Path> requires_replace = {};
  schema::Diagnostics notes = {};
};

// prior is null for a create, config null for a destroy. A function of its input alone: Terraform
// calls it again while applying and compares.
PlanResult Plan(const schema::AnyResource& resource, const cty::Value& prior,
                const cty::Value& config);

}  // namespace ecs::lifecycle
