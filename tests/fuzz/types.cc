#include "tests/fuzz/types.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace ecs::fuzz {
namespace {

using cty::Type;

std::vector<Type> MakeTypes() {
  const Type disk = Type::Object({{"size_gb", Type::Number()}, {"type", Type::String()}});
  const Type open = Type::Object({{"any", Type::Dynamic()}, {"on", Type::Bool()}});
  std::vector<Type> types = {Type::String(), Type::Number(), Type::Bool(), Type::Dynamic()};
  const std::vector<Type> elements = {
      Type::String(), Type::Number(), Type::Bool(),    Type::Dynamic(),
      disk,           open,           Type::Set(open), Type::Map(Type::Dynamic())};
  for (const Type& element : elements) {
    types.push_back(Type::List(element));
    types.push_back(Type::Set(element));
    types.push_back(Type::Map(element));
  }
  types.push_back(Type::Tuple({}));
  types.push_back(Type::Tuple({Type::Dynamic(), Type::Set(Type::Dynamic())}));
  types.push_back(Type::Object({}));
  types.push_back(Type::Object({{"any", Type::Dynamic()},
                                {"disks", Type::Map(disk)},
                                {"name", Type::String()},
                                {"ports", Type::Set(Type::Number())},
                                {"tuple", Type::Tuple({Type::Bool(), open})}}));
  // Keys that are not in normal form C.
  types.push_back(Type::Object({{"e\u0301", Type::Number()}, {"\u212b", Type::String()}}));
  return types;
}

bool IsKept(const cty::Number& number) {
  if (number.is_infinite()) return true;
  const std::optional<double> exact = number.ToExactDouble();
  if (exact && !number.IsWhole()) return cty::Number(*exact) == number;
  const Result<cty::Number> read = cty::Number::Parse(number.ToString());
  return read.ok() && *read == number;
}

}  // namespace

bool KeepsNumbers(const cty::Value& value) {
  if (!value.is_known()) return true;
  switch (value.type().kind()) {
    case cty::Kind::kNumber:
      return IsKept(value.AsNumber());
    case cty::Kind::kList:
    case cty::Kind::kSet:
    case cty::Kind::kTuple:
      return std::all_of(value.elements().begin(), value.elements().end(), KeepsNumbers);
    case cty::Kind::kMap:
    case cty::Kind::kObject:
      return std::all_of(value.fields().begin(), value.fields().end(),
                         [](const auto& field) { return KeepsNumbers(field.second); });
    default:
      return true;
  }
}

Result<Type> TypeFrom(Input& input) {
  static const std::vector<Type> types = MakeTypes();
  const std::size_t choice = input.Byte();
  // 't': what seeds begin with.
  if (choice == 't') return cty::TypeFromJson(input.Line());
  return types[choice % types.size()];
}

}  // namespace ecs::fuzz
