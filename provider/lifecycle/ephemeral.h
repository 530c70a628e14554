// Values that live while Terraform runs. Contract: lifecycle.md section 11 ("Ephemeral resources").
#pragma once

#include <string>

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/ephemeral_type.h"

namespace ecs::lifecycle {

struct OpenResult {
  cty::Value object = {};  // null beside an error; else wholly known, configured values as written
  schema::Lifespan lifespan = {};
  schema::Diagnostics notes = {};
};

OpenResult Open(const Call& call, schema::Backend& backend, const schema::AnyEphemeral& ephemeral,
                const cty::Value& config);

// An ephemeral resource without the function needs no renewing, or no closing.
Result<schema::Lifespan> Renew(const Call& call, schema::Backend& backend,
                               const schema::AnyEphemeral& ephemeral,
                               const std::string& private_bytes);
Status Close(const Call& call, schema::Backend& backend, const schema::AnyEphemeral& ephemeral,
             const std::string& private_bytes);

}  // namespace ecs::lifecycle
