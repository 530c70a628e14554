// Bringing a stored state up to date with the cloud. Contract: lifecycle.md section 8.
#pragma once

#include <string>

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/provider_type.h"

namespace ecs::lifecycle {

struct ReadResult {
  cty::Value state = {};  // null: the object is gone. After an error: the state as it was
  std::string private_bytes = {};
  schema::Diagnostics notes = {};
};

ReadResult Read(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                const cty::Value& state, const std::string& private_bytes);

struct DataResult {
  cty::Value state = {};  // null only beside an error
  schema::Diagnostics notes = {};
};

DataResult ReadData(const Call& call, schema::Backend& backend, const schema::AnyDataSource& source,
                    const cty::Value& config);

}  // namespace ecs::lifecycle
