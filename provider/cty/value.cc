#include "provider/cty/value.h"

#include <algorithm>
#include <cassert>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/cty/text.h"
#include "provider/cty/value_node.h"
#include "provider/cty/value_order.h"

namespace ecs::cty {
namespace {

bool IsWhole(const Value& value) { return value.IsWhollyKnown(); }

Value::Fields NormalizeKeys(Value::Fields fields) {
  Value::Fields normalized;
  while (!fields.empty()) {
    auto field = fields.extract(fields.begin());
    field.key() = ToNfc(std::move(field.key()));
    normalized.insert(normalized.end(), std::move(field));
  }
  return normalized;
}

}  // namespace

Value::Value() : Value(Null(Type::Dynamic())) {}

Value::Value(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

Value Value::Null(Type type) {
  return Value(std::make_shared<const Node>(Node{.type = std::move(type)}));
}

Value Value::Unknown(Type type) { return Unknown(std::move(type), std::string()); }

Value Value::Unknown(Type type, std::string refinement) {
  return Value(std::make_shared<const Node>(Node{.type = std::move(type),
                                                 .content = UnknownContent{std::move(refinement)},
                                                 .wholly_known = false}));
}

Value Value::Bool(bool value) {
  return Value(std::make_shared<const Node>(Node{.type = Type::Bool(), .content = value}));
}

Value Value::String(std::string text) {
  return Value(std::make_shared<const Node>(
      Node{.type = Type::String(), .content = ToNfc(std::move(text))}));
}

Value Value::Number(cty::Number number) {
  return Value(
      std::make_shared<const Node>(Node{.type = Type::Number(), .content = std::move(number)}));
}

Value Value::Int(std::int64_t number) { return Number(cty::Number(number)); }

Value Value::List(Type element, Elements elements) {
  return Of(Type::List(std::move(element)), std::move(elements));
}

Value Value::Set(Type element, Elements elements) {
  return Of(Type::Set(std::move(element)), std::move(elements));
}

Value Value::Map(Type element, Fields entries) {
  return Of(Type::Map(std::move(element)), NormalizeKeys(std::move(entries)));
}

Value Value::Tuple(Elements elements) {
  std::vector<Type> types;
  types.reserve(elements.size());
  for (const Value& element : elements) types.push_back(element.type());
  return Of(Type::Tuple(std::move(types)), std::move(elements));
}

Value Value::Object(Fields attributes) {
  std::map<std::string, Type> types;
  for (const auto& [name, value] : attributes) types.emplace_hint(types.end(), name, value.type());
  return Of(Type::Object(std::move(types)), NormalizeKeys(std::move(attributes)));
}

Value Value::Of(Type type, Elements elements) {
  assert(type.kind() == Kind::kList || type.kind() == Kind::kSet || type.kind() == Kind::kTuple);
  if (type.kind() == Kind::kSet) elements = NormalizeSet(std::move(elements));
  const bool known = std::all_of(elements.begin(), elements.end(), IsWhole);
  return Value(std::make_shared<const Node>(
      Node{.type = std::move(type), .content = std::move(elements), .wholly_known = known}));
}

Value Value::Of(Type type, Fields fields) {
  assert(type.kind() == Kind::kMap || type.kind() == Kind::kObject);
  const bool known = std::all_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return IsWhole(field.second); });
  return Value(std::make_shared<const Node>(
      Node{.type = std::move(type), .content = std::move(fields), .wholly_known = known}));
}

const Type& Value::type() const { return node_->type; }

bool Value::is_null() const { return std::holds_alternative<NullContent>(node_->content); }

bool Value::is_unknown() const { return std::holds_alternative<UnknownContent>(node_->content); }

bool Value::is_known() const { return !is_null() && !is_unknown(); }

bool Value::IsWhollyKnown() const { return node_->wholly_known; }

const std::string& Value::refinement() const {
  static const std::string none;
  const auto* unknown = std::get_if<UnknownContent>(&node_->content);
  return unknown != nullptr ? unknown->refinement : none;
}

bool Value::AsBool() const { return std::get<bool>(node_->content); }

const std::string& Value::AsString() const { return std::get<std::string>(node_->content); }

const cty::Number& Value::AsNumber() const { return std::get<cty::Number>(node_->content); }

const Value::Elements& Value::elements() const { return std::get<Elements>(node_->content); }

const Value::Fields& Value::fields() const { return std::get<Fields>(node_->content); }

const Value& Value::At(const std::string& attribute) const {
  const auto found = fields().find(attribute);
  assert(found != fields().end());
  return found->second;
}

Value Value::With(const std::string& attribute, Value value) const {
  assert(type().kind() == Kind::kObject && fields().contains(attribute));
  const bool same_type = value.type() == At(attribute).type();
  Fields changed = fields();
  changed.insert_or_assign(attribute, std::move(value));
  return same_type ? Of(type(), std::move(changed)) : Object(std::move(changed));
}

bool Value::operator==(const Value& other) const {
  if (node_ == other.node_) return true;
  return type() == other.type() && std::is_eq(Compare(*this, other));
}

std::string Value::DebugString() const {
  if (is_null()) return "null";
  if (is_unknown()) return "unknown";
  const auto in_brackets = [this](const char* open, const char* close) {
    std::string text(open);
    const char* separator = "";
    for (const Value& element : elements()) {
      absl::StrAppend(&text, std::exchange(separator, ", "), element.DebugString());
    }
    return absl::StrCat(text, close);
  };
  switch (type().kind()) {
    case Kind::kString:
      return JsonQuote(AsString());
    case Kind::kNumber:
      return AsNumber().ToString();
    case Kind::kBool:
      return AsBool() ? "true" : "false";
    case Kind::kList:
      return in_brackets("[", "]");
    case Kind::kSet:
      return in_brackets("set(", ")");
    case Kind::kTuple:
      return in_brackets("(", ")");
    case Kind::kMap:
    case Kind::kObject: {
      const bool quoted = type().kind() == Kind::kMap;
      std::string text = "{";
      const char* separator = "";
      for (const auto& [name, value] : fields()) {
        absl::StrAppend(&text, std::exchange(separator, ", "), quoted ? JsonQuote(name) : name,
                        " = ", value.DebugString());
      }
      return text + "}";
    }
    case Kind::kDynamic:
      break;  // never known
  }
  return "";
}

void PrintTo(const Value& value, std::ostream* out) { *out << value.DebugString(); }

}  // namespace ecs::cty
