// A value or an Error.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace ecs {

struct Ok {
  bool operator==(const Ok&) const = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}  // implicit: return value;
  Result(Error error)
      : held_(std::in_place_index<1>, std::move(error)) {}  // implicit: return error;

  bool ok() const { return held_.index() == 0; }
  // Require ok().
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&held_);
  }
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&held_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&held_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  // Requires !ok().
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&held_);
  }

 private:
  std::variant<T, Error> held_;
};

using Status = Result<Ok>;

#define ECS_CONCAT_(a, b) a##b
#define ECS_CONCAT(a, b) ECS_CONCAT_(a, b)

// Evaluates to nothing, or returns the Error from the function.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (auto status_ = (expression); !status_.ok()) return status_.error(); \
  } while (false)

// ASSIGN_OR_RETURN(Job job, GetJob()): declares or assigns, or returns the Error from the function.
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_(ECS_CONCAT(result_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_(result, lhs, expression) \
  auto result = (expression);                      \
  if (!result.ok()) return result.error();         \
  lhs = *std::move(result)

}  // namespace ecs
