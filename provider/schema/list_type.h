// What a list resource is: finds objects of a managed type that exist, for `terraform query`.
// Contract: lifecycle.md section 11 ("List resources").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "provider/schema/resource_type.h"

namespace ecs::schema {

// One object that was found. `object` holds at least what its identity and its read need.
template <class R>
struct Listed {
  std::string display_name;
  R object;
};

// Takes one found object. False: enough, find no more.
template <class R>
using Sink = std::function<bool(Listed<R>)>;

// With the structs' types erased. The managed type has the same name, and an identity.
struct AnyList {
  std::string name = {};
  std::string doc = {};
  std::shared_ptr<const RowSet> rows = {};  // of the block `config`
  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  std::function<Status(const Call&, Backend&, const cty::Value& config, const Sink<cty::Value>&)>
      list = {};
};

// T: the struct of the configuration. R: the managed resource's.
template <class T, class R, class Cloud>
struct ListType {
  std::string name;
  std::string doc;
  Attributes<T> rows;
  // Sends each object as soon as it is found.
  Status (*list)(const Call&, Cloud&, const T& config, const Sink<R>& sink) = nullptr;

  AnyList Erase(const Attributes<R>& resource_rows) const {
    AnyList any{.name = name, .doc = doc, .rows = rows.share()};
    any.validate = [set = any.rows](const cty::Value& config, Diagnostics& notes) {
      const Result<T> object = DecodeAs<T>(*set, config);
      if (!object.ok()) notes.Add(object.error());
    };
    any.list = [set = any.rows, owner = resource_rows.share(), f = list](
                   const Call& call, Backend& backend, const cty::Value& config,
                   const Sink<cty::Value>& sink) -> Status {
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, config));
      const Sink<R> erase = [&](Listed<R> listed) {
        return sink({std::move(listed.display_name), owner->Encode(&listed.object)});
      };
      return f(call, static_cast<Cloud&>(backend), wanted, erase);
    };
    return any;
  }
};

}  // namespace ecs::schema
