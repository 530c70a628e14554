// Finding objects that exist. Contract: lifecycle.md section 11 ("List resources").
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/call.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/provider_type.h"

namespace ecs::lifecycle {

struct ListOrder {
  cty::Value config = {};
  bool include_object = false;
  std::int64_t limit = 0;
};

struct ListedObject {
  std::string display_name = {};
  cty::Value identity = {};
  std::optional<cty::Value> object = {};  // the whole state, where it was asked for
};

// Sends at most `limit` objects to `sink`, each as soon as it is found; a sink that answers false
// ends the search without an error. Errors that concern single objects are errors of the whole.
Status List(const Call& call, schema::Backend& backend, const schema::AnyList& list,
            const schema::AnyResource& resource, const ListOrder& order,
            const std::function<bool(ListedObject)>& sink);

}  // namespace ecs::lifecycle
