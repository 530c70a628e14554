// Taking over the state of another provider's resource: what `moved { from = other_type.x }` does.
// Contract: lifecycle.md section 10.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "provider/schema/attributes.h"

namespace ecs::schema {

// With the struct's type erased.
struct AnyMove {
  std::string provider = {};  // the last part of the source address, such as "opentelekomcloud"
  std::string type_name = {};
  // The state as of today's type; what the other provider does not know is null. Asks nothing of
  // the cloud: the provider is not configured.
  std::function<Result<cty::Value>(const Json& source)> convert = {};
  // Where the source says that the object lives; may be empty.
  std::function<Place(const Json& source)> place = {};
};

template <class T>
struct MoveType {
  std::string provider;
  std::string type_name;
  Result<T> (*convert)(const Json& source) = nullptr;
  Place (*place)(const Json& source) = nullptr;

  AnyMove Erase(const Attributes<T>& rows) const {
    return {.provider = provider,
            .type_name = type_name,
            .convert = [set = rows.share(), f = convert](const Json& source) -> Result<cty::Value> {
              ASSIGN_OR_RETURN(const T object, f(source));
              return set->Encode(&object);
            },
            .place = place};
  }
};

}  // namespace ecs::schema
