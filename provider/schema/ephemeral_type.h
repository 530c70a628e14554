// What an ephemeral resource is: a value that is never stored. Contract: lifecycle.md section 11.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "provider/schema/resource_type.h"

namespace ecs::schema {

// What is remembered between opening and closing, in memory alone. May hold secrets.
struct Lifespan {
  std::string private_bytes = {};
  std::optional<WallTime> renew_at = {};  // Terraform renews at that time, not earlier
};

template <class T>
struct Opened {
  T object;  // the configuration, with the computed attributes filled in
  Lifespan lifespan = {};
};

// With the struct's type erased.
struct AnyEphemeral {
  std::string name = {};
  std::string doc = {};
  std::shared_ptr<const RowSet> rows = {};
  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  std::function<Result<Opened<cty::Value>>(const Call&, Backend&, const cty::Value& config,
                                           Diagnostics&)>
      open = {};
  // Both may be empty. Renewing answers the next lifespan, closing gets the bytes of the opening.
  std::function<Result<Lifespan>(const Call&, Backend&, const std::string& private_bytes)> renew =
      {};
  std::function<Status(const Call&, Backend&, const std::string& private_bytes)> close = {};
};

template <class T, class Cloud>
struct EphemeralType {
  std::string name;
  std::string doc;
  Attributes<T> rows;
  Result<Opened<T>> (*open)(const Call&, Cloud&, const T& config, Diagnostics& notes) = nullptr;
  Result<Lifespan> (*renew)(const Call&, Cloud&, const std::string& private_bytes) = nullptr;
  Status (*close)(const Call&, Cloud&, const std::string& private_bytes) = nullptr;

  AnyEphemeral Erase() const {
    AnyEphemeral any{.name = name, .doc = doc, .rows = rows.share()};
    any.validate = [set = any.rows](const cty::Value& config, Diagnostics& notes) {
      const Result<T> object = DecodeAs<T>(*set, config);
      if (!object.ok()) notes.Add(object.error());
    };
    any.open = [set = any.rows, f = open](const Call& call, Backend& backend,
                                          const cty::Value& config,
                                          Diagnostics& notes) -> Result<Opened<cty::Value>> {
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, config));
      ASSIGN_OR_RETURN(Opened<T> opened, f(call, static_cast<Cloud&>(backend), wanted, notes));
      return Opened<cty::Value>{set->Encode(&opened.object), std::move(opened.lifespan)};
    };
    if (renew != nullptr) {
      any.renew = [f = renew](const Call& call, Backend& backend, const std::string& bytes) {
        return f(call, static_cast<Cloud&>(backend), bytes);
      };
    }
    if (close != nullptr) {
      any.close = [f = close](const Call& call, Backend& backend, const std::string& bytes) {
        return f(call, static_cast<Cloud&>(backend), bytes);
      };
    }
    return any;
  }
};

}  // namespace ecs::schema
