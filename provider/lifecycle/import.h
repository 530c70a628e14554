// Taking over an object that exists. Contract: lifecycle.md section 9.
#pragma once

#include <string>

#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

struct Imported {
  cty::Value state = {};           // the id alone; the read that follows does the work
  std::string private_bytes = {};  // tells that read that it is the first
};

Result<Imported> Import(const schema::AnyResource& resource, const std::string& id);

bool IsImportMark(const std::string& private_bytes);

}  // namespace ecs::lifecycle
