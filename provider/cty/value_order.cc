#include "provider/cty/value_order.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace ecs::cty {
namespace {

using Pointers = std::vector<const Value*>;

bool IsPrimitive(const Value& value) {
  const Kind kind = value.type().kind();
  return kind == Kind::kString || kind == Kind::kNumber || kind == Kind::kBool;
}

int Rank(const Value& value) { return value.is_known() ? 0 : (value.is_unknown() ? 1 : 2); }

std::weak_ordering CompareTypes(const Type& left, const Type& right) {
  if (left == right) return std::weak_ordering::equivalent;
  return ToJson(left).compare(ToJson(right)) <=> 0;
}

Pointers PointersTo(const Value::Elements& elements) {
  Pointers pointers;
  pointers.reserve(elements.size());
  for (const Value& element : elements) pointers.push_back(&element);
  return pointers;
}

Pointers Sorted(const Value::Elements& elements) {
  Pointers pointers = PointersTo(elements);
  std::stable_sort(pointers.begin(), pointers.end(), [](const Value* left, const Value* right) {
    return std::is_lt(Compare(*left, *right));
  });
  return pointers;
}

std::weak_ordering CompareEach(const Pointers& left, const Pointers& right) {
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (const auto order = Compare(*left[i], *right[i]); std::is_neq(order)) return order;
  }
  return left.size() <=> right.size();
}

std::weak_ordering CompareFields(const Value::Fields& left, const Value::Fields& right) {
  auto other = right.begin();
  for (const auto& [name, value] : left) {
    if (other == right.end()) return std::weak_ordering::greater;
    if (const int order = name.compare(other->first); order != 0) return order <=> 0;
    if (const auto order = Compare(value, other->second); std::is_neq(order)) return order;
    ++other;
  }
  return left.size() <=> right.size();
}

std::weak_ordering CompareKnown(const Value& left, const Value& right) {
  switch (left.type().kind()) {
    case Kind::kBool:
      return left.AsBool() <=> right.AsBool();
    case Kind::kString:
      return left.AsString().compare(right.AsString()) <=> 0;
    case Kind::kNumber:
      return left.AsNumber() <=> right.AsNumber();
    case Kind::kSet:
      if (left.elements().size() != right.elements().size()) {
        return left.elements().size() <=> right.elements().size();
      }
      return CompareEach(Sorted(left.elements()), Sorted(right.elements()));
    case Kind::kList:
    case Kind::kTuple:
      return CompareEach(PointersTo(left.elements()), PointersTo(right.elements()));
    case Kind::kMap:
    case Kind::kObject:
      return CompareFields(left.fields(), right.fields());
    case Kind::kDynamic:
      break;  // never known
  }
  return std::weak_ordering::equivalent;
}

}  // namespace

std::weak_ordering Compare(const Value& left, const Value& right) {
  if (Rank(left) != Rank(right)) return Rank(left) <=> Rank(right);
  if (!left.is_known() || left.type().kind() != right.type().kind()) {
    return CompareTypes(left.type(), right.type());
  }
  return CompareKnown(left, right);
}

Value::Elements NormalizeSet(Value::Elements elements) {
  if (elements.size() < 2) return elements;
  // An element that is not wholly known may turn out to be another one, so it equals none.
  const auto is_duplicate = [](const Value* value, const Value* before) {
    return value->IsWhollyKnown() && std::is_eq(Compare(*value, *before));
  };
  const Pointers sorted = Sorted(elements);
  std::vector<bool> dropped(elements.size(), false);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (is_duplicate(sorted[i], sorted[i - 1])) {
      dropped[static_cast<std::size_t>(sorted[i] - elements.data())] = true;
    }
  }
  const bool primitive = std::all_of(elements.begin(), elements.end(), IsPrimitive);
  Value::Elements kept;
  kept.reserve(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::size_t from = primitive ? static_cast<std::size_t>(sorted[i] - elements.data()) : i;
    if (!dropped[from]) kept.push_back(elements[from]);
  }
  return kept;
}

}  // namespace ecs::cty
