// From another provider's state to ours. Contract: lifecycle.md section 10.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

struct MoveSource {
  std::string provider_address = {};  // "registry.terraform.io/opentelekomcloud/opentelekomcloud"
  std::string type_name = {};
  std::string_view json = {};  // the attributes object of the source's state
};

struct Moved {
  cty::Value state = {};
  std::string private_bytes = {};  // tells the read that follows to ask for everything
};

// kInvalid, naming what can be moved, where the source is none of the type's.
Result<Moved> Move(const schema::AnyResource& resource, const MoveSource& source);

}  // namespace ecs::lifecycle
