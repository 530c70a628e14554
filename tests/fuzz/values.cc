#include "tests/fuzz/values.h"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provider/lifecycle/known.h"
#include "tests/contract/generator.h"

namespace ecs::fuzz {
namespace {

using cty::Kind;
using cty::Type;
using cty::Value;

constexpr std::size_t kLegalConfigs = 8;
constexpr std::size_t kMaxElements = 4;

std::string TextFrom(Input& input) {
  static constexpr std::array<const char*, 16> kTexts = {
      "",          "ACTIVE",     "SHUTOFF",       "HARD",
      "20m",       "manual",     "revert",        "s3.large.2",
      "dedicated", "eu-demo-01", "10.0.0.5",      "s3.medium.1",
      "az1",       "automatic",  "VERIFY_RESIZE", "6f0e2a4b-1111-4111-8111-111111111111"};
  const std::size_t choice = input.Byte();
  if (choice < 128) return kTexts[choice % kTexts.size()];
  return std::string(input.Take(choice - 128));
}

cty::Number NumberFrom(Input& input) {
  const std::size_t choice = input.Byte();
  if (choice < 128) return cty::Number(choice);
  const Result<cty::Number> number = cty::Number::Parse(input.Take(choice % 32));
  return number.ok() ? *number : cty::Number(-0.5);
}

Value KnownFrom(Input& input, const Type& type, Unknowns unknowns) {
  switch (type.kind()) {
    case Kind::kString:
      return Value::String(TextFrom(input));
    case Kind::kNumber:
      return Value::Number(NumberFrom(input));
    case Kind::kBool:
      return Value::Bool(input.Flag());
    case Kind::kList:
    case Kind::kSet: {
      Value::Elements elements(input.Below(kMaxElements));
      for (Value& element : elements) element = ValueFrom(input, type.element(), unknowns);
      return Value::Of(type, std::move(elements));
    }
    case Kind::kMap: {
      Value::Fields entries;
      for (std::size_t count = input.Below(kMaxElements); count > 0; --count) {
        std::string key = TextFrom(input);
        entries.insert_or_assign(std::move(key), ValueFrom(input, type.element(), unknowns));
      }
      return Value::Map(type.element(), std::move(entries));
    }
    case Kind::kObject: {
      Value::Fields fields;
      for (const auto& [name, attribute] : type.attributes()) {
        fields.emplace(name, ValueFrom(input, attribute, unknowns));
      }
      return Value::Object(std::move(fields));
    }
    case Kind::kTuple:
    case Kind::kDynamic:
      break;  // no schema of ours has them
  }
  return Value::Null(type);
}

const std::vector<Value>& LegalConfigs(const schema::AnyResource& resource) {
  static std::map<std::string, std::vector<Value>> made;
  std::vector<Value>& configs = made[resource.name];
  for (std::size_t seed = configs.size(); seed < kLegalConfigs; ++seed) {
    contract::Generator generator(seed, resource, {"6f0e2a4b-1111-4111-8111-111111111111"});
    const Value config = generator.Config();
    configs.push_back(seed % 2 == 0 ? config : generator.Obscured(config));
  }
  return configs;
}

}  // namespace

Value ValueFrom(Input& input, const Type& type, Unknowns unknowns) {
  const std::size_t choice = input.Below(8);
  if (choice == 0) return Value::Null(type);
  if (choice == 1 && unknowns == Unknowns::kSome) return Value::Unknown(type);
  return KnownFrom(input, type, unknowns);
}

Value ConfigFrom(Input& input, const schema::AnyResource& resource) {
  Value config = LegalConfigs(resource)[input.Below(kLegalConfigs)];
  const std::vector<schema::Row>& rows = resource.rows->rows();
  for (std::size_t count = input.Below(6); count > 0; --count) {
    const schema::Row& row = rows[input.Below(rows.size())];
    config = config.With(row.name, ValueFrom(input, row.type, Unknowns::kSome));
  }
  return config;
}

Value StateFrom(Input& input, const schema::AnyResource& resource) {
  Value state = lifecycle::NullForUnknown(ConfigFrom(input, resource));
  for (const schema::Row& row : resource.rows->rows()) {
    if (row.mode != schema::Mode::kComputed) continue;
    state = state.With(row.name, ValueFrom(input, row.type, Unknowns::kNever));
  }
  // What was stored once has an id.
  if (resource.rows->Find("id") != nullptr && state.At("id").is_null()) {
    state = state.With("id", Value::String("6f0e2a4b-1111-4111-8111-111111111111"));
  }
  return lifecycle::WithoutWriteOnly(*resource.rows, state);
}

}  // namespace ecs::fuzz
