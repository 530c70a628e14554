// Taking over an object that exists. Contract: lifecycle.md section 9.
#pragma once

#include <string>

#include "base/call.h"
#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

struct Imported {
  cty::Value state = {};           // the id alone; the read that follows does the work
  std::string private_bytes = {};  // tells that read that it is the first
};

Result<Imported> Import(const schema::AnyResource& resource, const std::string& id);

// `identity` is known, and of the type's identity. kInvalid where the type has none, or where it
// names another region or project than the provider's.
Result<Imported> ImportByIdentity(const Call& call, schema::Backend& backend,
                                  const schema::AnyResource& resource, const cty::Value& identity);

// Private bytes that tell the next read to ask for everything, as after an import, and where the
// object is said to live.
std::string ImportMark(const schema::Place& place = {});
bool IsImportMark(const std::string& private_bytes);

}  // namespace ecs::lifecycle
