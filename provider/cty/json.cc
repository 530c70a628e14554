// Values from and to the JSON of state files (values.md section 6).

#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/cty/assemble.h"
#include "provider/cty/json_tree.h"
#include "provider/cty/text.h"
#include "provider/cty/type_json.h"
#include "provider/cty/value.h"

namespace ecs::cty {
namespace {

using JsonKind = JsonTree::Kind;

// Recurses once per level of the tree, whose depth is bounded, and once per "dynamic" in between.
Result<Value> Decode(const Place& place, const JsonTree& tree, const Type& type);

Result<Value> DecodeDynamic(const Place& place, const JsonTree& tree) {
  RETURN_IF_ERROR(place.CheckDepth());
  const JsonTree* value = tree.Find("value");
  const JsonTree* constraint = tree.Find("type");
  if (tree.kind != JsonKind::kObject || value == nullptr || constraint == nullptr) {
    return place.Require(Type::Dynamic());
  }
  const Result<Type> type = TypeFromTree(*constraint);
  if (!type.ok()) return place.Refuse(type.error().detail);
  return Decode(Place::Inside(place), *value, *type);
}

Result<Value> DecodeSequence(const Place& place, const JsonTree& tree, const Type& type) {
  if (tree.kind != JsonKind::kArray) return place.Require(type);
  const bool is_set = type.kind() == Kind::kSet;
  Value::Elements elements;
  elements.reserve(tree.items.size());
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    const Place inside = is_set ? Place::Inside(place) : Place::Index(place, i);
    ASSIGN_OR_RETURN(Value element, Decode(inside, tree.items[i], type.element()));
    elements.push_back(std::move(element));
  }
  return Assemble(place, type, std::move(elements));
}

Result<Value> DecodeTuple(const Place& place, const JsonTree& tree, const Type& type) {
  if (tree.kind != JsonKind::kArray) return place.Require(type);
  if (tree.items.size() != type.elements().size()) {
    return place.Refuse(
        absl::StrCat("A tuple of length ", type.elements().size(), " is required."));
  }
  Value::Elements elements;
  elements.reserve(tree.items.size());
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    ASSIGN_OR_RETURN(Value element,
                     Decode(Place::Index(place, i), tree.items[i], type.elements()[i]));
    elements.push_back(std::move(element));
  }
  return Assemble(place, type, std::move(elements));
}

Result<Value> DecodeMap(const Place& place, const JsonTree& tree, const Type& type) {
  if (tree.kind != JsonKind::kObject) return place.Require(type);
  Value::Fields entries;
  for (const auto& [raw_key, member] : tree.members) {
    std::string key = ToNfc(raw_key);
    ASSIGN_OR_RETURN(Value entry, Decode(Place::Key(place, key), member, type.element()));
    entries.insert_or_assign(entries.end(), std::move(key), std::move(entry));
  }
  return Assemble(place, type, std::move(entries));
}

Result<Value> DecodeObject(const Place& place, const JsonTree& tree, const Type& type) {
  if (tree.kind != JsonKind::kObject) return place.Require(type);
  Value::Fields fields;
  for (const auto& [name, attribute] : type.attributes()) {
    fields.emplace_hint(fields.end(), name, Value::Null(attribute));
  }
  for (const auto& [name, member] : tree.members) {
    const auto field = fields.find(name);
    if (field == fields.end()) {
      return Place::Attribute(place, name)
          .Refuse(absl::StrCat("There is no attribute \"", name, "\"."));
    }
    const Place inside = Place::Attribute(place, field->first);
    ASSIGN_OR_RETURN(field->second, Decode(inside, member, type.attributes().at(name)));
  }
  return Assemble(place, type, std::move(fields));
}

Result<Value> Decode(const Place& place, const JsonTree& tree, const Type& type) {
  if (tree.kind == JsonKind::kNull) return Value::Null(type);
  switch (type.kind()) {
    case Kind::kBool:
      if (tree.kind != JsonKind::kBool) return place.Require(type);
      return Value::Bool(tree.boolean);
    case Kind::kNumber: {
      if (tree.kind != JsonKind::kNumber) return place.Require(type);
      Result<Number> number = Number::Parse(tree.text);
      if (!number.ok()) return place.Refuse(number.error().detail);
      return Value::Number(*std::move(number));
    }
    case Kind::kString:
      if (tree.kind != JsonKind::kString) return place.Require(type);
      return Value::String(tree.text);
    case Kind::kDynamic:
      return DecodeDynamic(place, tree);
    case Kind::kList:
    case Kind::kSet:
      return DecodeSequence(place, tree, type);
    case Kind::kTuple:
      return DecodeTuple(place, tree, type);
    case Kind::kMap:
      return DecodeMap(place, tree, type);
    case Kind::kObject:
      return DecodeObject(place, tree, type);
  }
  return place.Require(type);
}

class Writer {
 public:
  Status Put(const Place& place, const Value& value, const Type& type) {
    if (value.is_unknown()) return place.Refuse("An unknown value cannot be written as JSON.");
    if (type.kind() == Kind::kDynamic && value.type().kind() != Kind::kDynamic) {
      out_ += "{\"value\":";
      RETURN_IF_ERROR(Put(Place::Inside(place), value, value.type()));
      absl::StrAppend(&out_, ",\"type\":", ToJson(value.type()), "}");
      return Ok{};
    }
    if (value.is_null()) {
      out_ += "null";
      return Ok{};
    }
    assert(type.kind() == value.type().kind());
    switch (value.type().kind()) {
      case Kind::kBool:
        out_ += value.AsBool() ? "true" : "false";
        return Ok{};
      case Kind::kNumber:
        if (value.AsNumber().is_infinite()) {
          return place.Refuse("An infinite number cannot be written as JSON.");
        }
        out_ += value.AsNumber().ToString();
        return Ok{};
      case Kind::kString:
        out_ += JsonQuote(value.AsString());
        return Ok{};
      case Kind::kList:
      case Kind::kSet:
      case Kind::kTuple:
        return PutElements(place, value, type);
      case Kind::kMap:
      case Kind::kObject:
        return PutFields(place, value, type);
      case Kind::kDynamic:
        break;  // never known
    }
    return Ok{};
  }

  std::string Take() && { return std::move(out_); }

 private:
  Status PutElements(const Place& place, const Value& value, const Type& type) {
    const Value::Elements& elements = value.elements();
    out_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out_ += ',';
      const Place inside =
          type.kind() == Kind::kSet ? Place::Inside(place) : Place::Index(place, i);
      RETURN_IF_ERROR(Put(inside, elements[i],
                          type.kind() == Kind::kTuple ? type.elements()[i] : type.element()));
    }
    out_ += ']';
    return Ok{};
  }

  Status PutFields(const Place& place, const Value& value, const Type& type) {
    const bool is_object = type.kind() == Kind::kObject;
    const char* separator = "";
    out_ += '{';
    for (const auto& [name, field] : value.fields()) {
      absl::StrAppend(&out_, std::exchange(separator, ","), JsonQuote(name), ":");
      const Place inside = is_object ? Place::Attribute(place, name) : Place::Key(place, name);
      RETURN_IF_ERROR(Put(inside, field, is_object ? type.attributes().at(name) : type.element()));
    }
    out_ += '}';
    return Ok{};
  }

  std::string out_;
};

}  // namespace

Result<Value> FromJson(std::string_view text, const Type& type) {
  Result<JsonTree> tree = ParseJson(text);
  if (!tree.ok()) return tree.error().While("Reading a value failed");
  return Decode(Place(), *tree, type);
}

Result<std::string> ToJson(const Value& value, const Type& type) {
  Writer writer;
  RETURN_IF_ERROR(writer.Put(Place(), value, type));
  return std::move(writer).Take();
}

}  // namespace ecs::cty
