// Who an object is, apart from what it is like: what `import { identity = {…} }` takes.
// Contract: lifecycle.md sections 9 and 11 ("Resource identity").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "provider/schema/attributes.h"

namespace ecs::schema {

// With the structs' types erased. Values are of rows->ObjectType() and of the resource's type.
struct AnyIdentity {
  // Flat; kRequired is "required for import", kOptional "optional for import". The attributes
  // region and project_id, where there are any, are the object's place.
  std::shared_ptr<const RowSet> rows = {};
  std::int64_t version = 0;
  // Of an object that exists. May ask the cloud.
  std::function<Result<cty::Value>(const Call&, Backend&, const cty::Value& state)> of = {};
  // What an import by identity begins with, as an id's: the rest is null, and a read fills it.
  // kInvalid where the identity is of another region or project than the provider's.
  std::function<Result<cty::Value>(const Call&, Backend&, const cty::Value& identity)> state_of =
      {};
};

// I: the identity's struct. T: the resource's.
template <class I, class T, class Cloud>
struct IdentityType {
  Attributes<I> rows;
  std::int64_t version = 0;
  Result<I> (*of)(const Call&, Cloud&, const T& state) = nullptr;
  Result<T> (*state_of)(const Call&, Cloud&, const I& identity) = nullptr;

  AnyIdentity Erase(const Attributes<T>& resource_rows) const {
    AnyIdentity any{.rows = rows.share(), .version = version};
    const std::shared_ptr<const RowSet> owner = resource_rows.share();
    any.of = [set = any.rows, owner, f = of](const Call& call, Backend& backend,
                                             const cty::Value& state) -> Result<cty::Value> {
      T object;
      RETURN_IF_ERROR(owner->Decode(state, &object));
      ASSIGN_OR_RETURN(const I identity, f(call, static_cast<Cloud&>(backend), object));
      return set->Encode(&identity);
    };
    any.state_of = [set = any.rows, owner, f = state_of](
                       const Call& call, Backend& backend,
                       const cty::Value& value) -> Result<cty::Value> {
      I identity;
      RETURN_IF_ERROR(set->Decode(value, &identity));
      ASSIGN_OR_RETURN(const T object, f(call, static_cast<Cloud&>(backend), identity));
      return owner->Encode(&object);
    };
    return any;
  }
};

}  // namespace ecs::schema
