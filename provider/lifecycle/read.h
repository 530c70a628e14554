// Bringing a stored state up to date with the cloud. Contract: lifecycle.md section 8.
#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/provider_type.h"

namespace ecs::lifecycle {

struct ReadResult {
  cty::Value state = {};  // null: the object is gone. After an error: the state as it was
  std::string private_bytes = {};
  // None after an error, and where it could not be told: then the stored one stays.
  std::optional<cty::Value> identity = {};
  schema::Diagnostics notes = {};
};

// An object that is not found is gone only where it was seen before: elsewhere that is an error.
// The identity, where one is stored, tells the place that the private bytes do not remember.
ReadResult Read(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                const cty::Value& state, const std::string& private_bytes,
                const std::optional<cty::Value>& identity = {});

struct DataResult {
  cty::Value state = {};  // null only beside an error
  schema::Diagnostics notes = {};
};

DataResult ReadData(const Call& call, schema::Backend& backend, const schema::AnyDataSource& source,
                    const cty::Value& config);

}  // namespace ecs::lifecycle
