// An attribute of a resource as C++ sees it: null, unknown or known.
#pragma once

#include <cassert>
#include <type_traits>
#include <utility>

namespace ecs::schema {

// Default-constructed: null.
template <class T>
class Attr {
 public:
  using Held = T;

  Attr() = default;
  Attr(T value) : kind_(Kind::kKnown), value_(std::move(value)) {}  // implicit: attr = value;
  template <class U, class = std::enable_if_t<std::is_constructible_v<T, U&&> &&
                                              !std::is_same_v<std::decay_t<U>, Attr>>>
  Attr(U&& value) : kind_(Kind::kKnown), value_(std::forward<U>(value)) {}  // likewise implicit

  static Attr Unknown() {
    Attr attr;
    attr.kind_ = Kind::kUnknown;
    return attr;
  }

  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_unknown() const { return kind_ == Kind::kUnknown; }
  bool is_known() const { return kind_ == Kind::kKnown; }

  // Each requires is_known().
  const T& value() const {
    assert(is_known());
    return value_;
  }
  T& value() {
    assert(is_known());
    return value_;
  }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  T value_or(T other) const { return is_known() ? value_ : std::move(other); }

  bool operator==(const Attr& other) const {
    return kind_ == other.kind_ && (kind_ != Kind::kKnown || value_ == other.value_);
  }

 private:
  enum class Kind { kNull, kUnknown, kKnown };
  Kind kind_ = Kind::kNull;
  T value_{};
};

}  // namespace ecs::schema
