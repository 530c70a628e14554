// What both decoders share: knowing where they are, and making values of parts. Internal to cty.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "provider/cty/value.h"

namespace ecs::cty {

// Where a decoder is: a chain on the stack towards the root. Costs nothing until an error needs it.
// Refers to the names it is given.
class Place {
 public:
  Place() = default;
  static Place Attribute(const Place& parent, std::string_view name);
  static Place Key(const Place& parent, std::string_view key);
  static Place Index(const Place& parent, std::size_t index);
  // An element of a set, or what a dynamic value wraps: deeper, but no step of a path.
  static Place Inside(const Place& parent);

  Error Refuse(std::string detail) const;
  Error Require(const Type& type) const;  // "A list of string is required."
  // Containers call it before they go deeper.
  Status CheckDepth() const;

 private:
  enum class Step { kNone, kAttribute, kKey, kIndex };

  Place(const Place& parent, Step step, std::string_view name, std::size_t index)
      : parent_(&parent), depth_(parent.depth_ + 1), step_(step), name_(name), index_(index) {}
  Path ToPath() const;

  const Place* parent_ = nullptr;
  int depth_ = 0;
  Step step_ = Step::kNone;
  std::string_view name_ = {};
  std::size_t index_ = 0;
};

// A known value of the type's kind. Where the type is not concrete, the parts decide what it
// becomes; kInvalid if elements of a list, set or map bring different types.
Result<Value> Assemble(const Place& place, const Type& type, Value::Elements elements);
Result<Value> Assemble(const Place& place, const Type& type, Value::Fields fields);

}  // namespace ecs::cty
