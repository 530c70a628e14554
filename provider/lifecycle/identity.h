// Who an object is, beside what it is like. Contract: lifecycle.md sections 4 and 11.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/call.h"
#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

// The identity of an object that exists. Nothing where its type has none, or where the cloud could
// not be asked: then the one that is stored stays, and the next read tells it.
std::optional<cty::Value> IdentityOf(const Call& call, schema::Backend& backend,
                                     const schema::AnyResource& resource, const cty::Value& state);

// A stored identity of any version as a value of today's type. `json` may be empty: a state that
// was written before there were identities. kInvalid if the type has no identity, or the stored one
// does not fit or is newer.
Result<cty::Value> UpgradeIdentity(const schema::AnyResource& resource, std::int64_t version,
                                   std::string_view json);

}  // namespace ecs::lifecycle
