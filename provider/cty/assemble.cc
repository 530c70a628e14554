#include "provider/cty/assemble.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/cty/limits.h"

namespace ecs::cty {
namespace {

const Value& ValueOf(const Value& element) { return element; }
const Value& ValueOf(const Value::Fields::value_type& entry) { return entry.second; }

// The one type that the parts of a collection have. An untyped null or unknown goes with any.
template <class Parts>
Result<Type> ElementType(const Place& place, const Type& declared, const Parts& parts) {
  std::optional<Type> common;
  bool any = false;
  for (const auto& part : parts) {
    const Type& type = ValueOf(part).type();
    any = true;
    if (type.kind() == Kind::kDynamic) continue;
    if (!common) common = type;
    if (!(*common == type)) {
      return place.Refuse("All elements must have the same type.");
    }
  }
  if (common) return *common;
  return any ? Type::Dynamic() : declared;
}

}  // namespace

Place Place::Attribute(const Place& parent, std::string_view name) {
  return Place(parent, Step::kAttribute, name, 0);
}

Place Place::Key(const Place& parent, std::string_view key) {
  return Place(parent, Step::kKey, key, 0);
}

Place Place::Index(const Place& parent, std::size_t index) {
  return Place(parent, Step::kIndex, {}, index);
}

Place Place::Inside(const Place& parent) { return Place(parent, Step::kNone, {}, 0); }

Path Place::ToPath() const {
  std::vector<const Place*> places;
  for (const Place* place = this; place != nullptr; place = place->parent_) places.push_back(place);
  Path path;
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    switch ((*place)->step_) {
      case Step::kNone:
        break;
      case Step::kAttribute:
        path = path / (*place)->name_;
        break;
      case Step::kKey:
        path = path.At((*place)->name_);
        break;
      case Step::kIndex:
        path = path.At(static_cast<std::int64_t>((*place)->index_));
        break;
    }
  }
  return path;
}

Error Place::Refuse(std::string detail) const {
  return {.code = Code::kInvalid,
          .summary = "Reading a value failed",
          .detail = std::move(detail),
          .path = ToPath()};
}

Error Place::Require(const Type& type) const {
  if (type.kind() == Kind::kDynamic) return Refuse("A value together with its type is required.");
  const char* article = type.kind() == Kind::kObject ? "An" : "A";
  return Refuse(absl::StrCat(article, " ", type.Name(), " is required."));
}

Status Place::CheckDepth() const {
  if (depth_ < kMaxDepth) return Ok{};
  return Refuse(absl::StrCat("The value is nested deeper than ", kMaxDepth, " levels."));
}

Result<Value> Assemble(const Place& place, const Type& type, Value::Elements elements) {
  if (type.IsConcrete()) return Value::Of(type, std::move(elements));
  if (type.kind() == Kind::kTuple) return Value::Tuple(std::move(elements));
  ASSIGN_OR_RETURN(Type element, ElementType(place, type.element(), elements));
  return type.kind() == Kind::kSet ? Value::Set(std::move(element), std::move(elements))
                                   : Value::List(std::move(element), std::move(elements));
}

Result<Value> Assemble(const Place& place, const Type& type, Value::Fields fields) {
  if (type.IsConcrete()) return Value::Of(type, std::move(fields));
  if (type.kind() == Kind::kObject) return Value::Object(std::move(fields));
  ASSIGN_OR_RETURN(Type element, ElementType(place, type.element(), fields));
  return Value::Map(std::move(element), std::move(fields));
}

}  // namespace ecs::cty
