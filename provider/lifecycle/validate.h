// What Terraform's core does not check of a configuration. Contract: lifecycle.md section 3.
#pragma once

#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/provider_type.h"

namespace ecs::lifecycle {

// Each accepts unknown values, asks nothing of the network and only adds to `notes`.
// write_only_allowed: whether this Terraform keeps write-only values out of its state.
void ValidateResource(const schema::AnyResource& resource, const cty::Value& config,
                      bool write_only_allowed, schema::Diagnostics& notes);
void ValidateDataSource(const schema::AnyDataSource& source, const cty::Value& config,
                        schema::Diagnostics& notes);
void ValidateEphemeral(const schema::AnyEphemeral& ephemeral, const cty::Value& config,
                       schema::Diagnostics& notes);
void ValidateList(const schema::AnyList& list, const cty::Value& config,
                  schema::Diagnostics& notes);
void ValidateAction(const schema::AnyAction& action, const cty::Value& config,
                    schema::Diagnostics& notes);
void ValidateProvider(const schema::ProviderType& provider, const cty::Value& config,
                      schema::Diagnostics& notes);

}  // namespace ecs::lifecycle
