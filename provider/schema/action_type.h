// What an action is: an order without a state. Contract: lifecycle.md section 11 ("Actions").
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "provider/schema/resource_type.h"

namespace ecs::schema {

// Shows the user a line while the action runs.
using Progress = std::function<void(const std::string& line)>;

// With the struct's type erased.
struct AnyAction {
  std::string name = {};
  std::string doc = {};
  std::shared_ptr<const RowSet> rows = {};
  Duration timeout = {};
  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  std::function<Status(const Call&, Backend&, const cty::Value& config, const Progress&)> invoke =
      {};
};

template <class T, class Cloud>
struct ActionType {
  std::string name;
  std::string doc;
  Attributes<T> rows;
  // How long it may take unless the user says so in `timeouts.invoke`.
  Duration timeout = std::chrono::minutes(30);
  // Must accept unknown values and ask nothing of the cloud. Runs in validate and in plan.
  void (*validate)(const T& config, Diagnostics& notes) = nullptr;
  Status (*invoke)(const Call&, Cloud&, const T& config, const Progress&) = nullptr;

  AnyAction Erase() const {
    AnyAction any{.name = name, .doc = doc, .rows = rows.share(), .timeout = timeout};
    any.validate = [set = any.rows, f = validate](const cty::Value& config, Diagnostics& notes) {
      const Result<T> object = DecodeAs<T>(*set, config);
      if (!object.ok()) return notes.Add(object.error());
      if (f != nullptr) f(*object, notes);
    };
    any.invoke = [set = any.rows, f = invoke](const Call& call, Backend& backend,
                                              const cty::Value& config,
                                              const Progress& progress) -> Status {
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, config));
      return f(call, static_cast<Cloud&>(backend), wanted, progress);
    };
    return any;
  }
};

}  // namespace ecs::schema
