// What is remembered of an object beside its state: the private bytes that Terraform stores for it,
// and where it lives. Contract: lifecycle.md sections 7 to 10.
#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "base/result.h"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::lifecycle {

// As JSON: {"version":1,"importing":true,"place":{"region":"eu-de","project_id":"0123…"}}.
struct Memory {
  bool importing = false;    // the next read is the first: it asks for everything
  schema::Place place = {};  // where the object was seen last
  bool operator==(const Memory&) const = default;
};

// Bytes that say nothing, of older versions or of nobody we know, are an empty memory.
Memory Recall(const std::string& private_bytes);
// The same, with the place that the identity names (its attributes region and project_id) where the
// bytes remember none.
Memory Recall(const std::string& private_bytes, const std::optional<cty::Value>& identity);
// Empty for an empty memory.
std::string Remember(const Memory& memory);

// The place that an object with these attributes names; empty members where it names none.
schema::Place PlaceIn(const cty::Value& object);

// Takes note that the object was seen through this backend. Costs no request behind one that has
// reached the cloud; a place that cannot be told leaves what was known.
void SeenHere(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
              Memory& memory);

// Whether the cloud's "there is no such object" may be believed: kInvalid, naming both places, if
// the object was seen in another region or project than the backend's. Asks nothing where no place
// is remembered, and for types that live in Terraform's state only.
Status CheckGone(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                 const cty::Value& state, const Memory& memory);

}  // namespace ecs::lifecycle
