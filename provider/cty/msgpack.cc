// Values from and to MessagePack (values.md section 3).

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/cty/assemble.h"
#include "provider/cty/msgpack_reader.h"
#include "provider/cty/msgpack_writer.h"
#include "provider/cty/refinement.h"
#include "provider/cty/text.h"
#include "provider/cty/value.h"

namespace ecs::cty {
namespace {

using Token = MsgpackReader::Token;

constexpr int kRefinedUnknown = 12;

// Nested headers may each claim as many elements as there are bytes: room is made for so many
// ahead.
constexpr std::size_t kMaxReserve = 1024;

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  // Recurses once per level of nesting; every container checks the depth first.
  Result<Value> Decode(const Place& place, const Type& type) {
    switch (reader_.Peek()) {
      case Token::kEnd:
        return EndsEarly(place);
      case Token::kExtension:
        return DecodeUnknown(place, type);
      case Token::kNil:
        reader_.TakeNil();
        return Value::Null(type);
      default:
        return DecodeKnown(place, type);
    }
  }

 private:
  static Error EndsEarly(const Place& place) { return place.Refuse("The value ends early."); }

  Result<Value> DecodeUnknown(const Place& place, const Type& type) {
    const std::optional<MsgpackReader::Extension> extension = reader_.TakeExtension();
    if (!extension) return EndsEarly(place);
    if (extension->data.size() <= 1) return Value::Unknown(type);
    if (extension->type != kRefinedUnknown) {
      return place.Refuse(absl::StrCat("Extension type ", extension->type, " is not supported."));
    }
    return ReadRefinedUnknown(place, type, extension->data);
  }

  Result<Value> DecodeKnown(const Place& place, const Type& type) {
    switch (type.kind()) {
      case Kind::kBool: {
        const std::optional<bool> value = reader_.TakeBool();
        if (!value) return place.Require(type);
        return Value::Bool(*value);
      }
      case Kind::kNumber: {
        std::optional<Number> number = reader_.TakeNumber();
        if (!number) return place.Require(type);
        return Value::Number(*std::move(number));
      }
      case Kind::kString: {
        const std::optional<std::string_view> text = reader_.TakeText();
        if (!text) return place.Require(type);
        if (!IsUtf8(*text)) return place.Refuse("The text is not valid UTF-8.");
        return Value::String(std::string(*text));
      }
      case Kind::kDynamic:
        return DecodeDynamic(place);
      case Kind::kList:
      case Kind::kSet:
        return DecodeSequence(place, type);
      case Kind::kTuple:
        return DecodeTuple(place, type);
      case Kind::kMap:
        return DecodeMap(place, type);
      case Kind::kObject:
        return DecodeObject(place, type);
    }
    return place.Require(type);
  }

  Result<Value> DecodeDynamic(const Place& place) {
    RETURN_IF_ERROR(place.CheckDepth());
    const std::optional<std::size_t> count = reader_.TakeArray();
    if (!count || *count != 2) return place.Require(Type::Dynamic());
    const std::optional<std::string_view> text = reader_.TakeText();
    if (!text) return place.Require(Type::Dynamic());
    const Result<Type> type = TypeFromJson(*text);
    if (!type.ok()) return place.Refuse(type.error().detail);
    return Decode(Place::Inside(place), *type);
  }

  Result<Value> DecodeSequence(const Place& place, const Type& type) {
    RETURN_IF_ERROR(place.CheckDepth());
    const std::optional<std::size_t> count = reader_.TakeArray();
    if (!count) return place.Require(type);
    const bool is_set = type.kind() == Kind::kSet;
    Value::Elements elements;
    elements.reserve(std::min(*count, kMaxReserve));
    for (std::size_t i = 0; i < *count; ++i) {
      const Place inside = is_set ? Place::Inside(place) : Place::Index(place, i);
      ASSIGN_OR_RETURN(Value element, Decode(inside, type.element()));
      elements.push_back(std::move(element));
    }
    return Assemble(place, type, std::move(elements));
  }

  Result<Value> DecodeTuple(const Place& place, const Type& type) {
    RETURN_IF_ERROR(place.CheckDepth());
    const std::optional<std::size_t> count = reader_.TakeArray();
    if (!count) return place.Require(type);
    if (*count != type.elements().size()) {
      return place.Refuse(
          absl::StrCat("A tuple of length ", type.elements().size(), " is required."));
    }
    Value::Elements elements;
    elements.reserve(std::min(*count, kMaxReserve));
    for (std::size_t i = 0; i < *count; ++i) {
      ASSIGN_OR_RETURN(Value element, Decode(Place::Index(place, i), type.elements()[i]));
      elements.push_back(std::move(element));
    }
    return Assemble(place, type, std::move(elements));
  }

  Result<Value> DecodeMap(const Place& place, const Type& type) {
    RETURN_IF_ERROR(place.CheckDepth());
    const std::optional<std::size_t> count = reader_.TakeMap();
    if (!count) return place.Require(type);
    Value::Fields entries;
    for (std::size_t i = 0; i < *count; ++i) {
      ASSIGN_OR_RETURN(const std::string_view raw_key, TakeName(place));
      std::string key = ToNfc(std::string(raw_key));
      ASSIGN_OR_RETURN(Value entry, Decode(Place::Key(place, key), type.element()));
      entries.insert_or_assign(entries.end(), std::move(key), std::move(entry));
    }
    return Assemble(place, type, std::move(entries));
  }

  Result<Value> DecodeObject(const Place& place, const Type& type) {
    RETURN_IF_ERROR(place.CheckDepth());
    const std::optional<std::size_t> count = reader_.TakeMap();
    if (!count) return place.Require(type);
    if (*count != type.attributes().size()) {
      return place.Refuse(absl::StrCat("An object with ", type.attributes().size(),
                                       " attributes is required (", *count, " given)."));
    }
    Value::Fields fields;
    auto expected = type.attributes().begin();  // Terraform sends them in this order
    for (std::size_t i = 0; i < *count; ++i) {
      ASSIGN_OR_RETURN(const std::string_view name, TakeName(place));
      auto attribute = expected;
      if (attribute == type.attributes().end() || attribute->first != name) {
        attribute = type.attributes().find(std::string(name));
      }
      if (attribute == type.attributes().end()) {
        return place.Refuse(absl::StrCat("There is no attribute \"", std::string(name), "\"."));
      }
      ASSIGN_OR_RETURN(Value field, Decode(Place::Attribute(place, name), attribute->second));
      fields.insert_or_assign(fields.end(), attribute->first, std::move(field));
      expected = std::next(attribute);
    }
    // With the right count, a repeated attribute means that another is missing.
    if (fields.size() != *count) return place.Refuse("An attribute is given twice.");
    return Assemble(place, type, std::move(fields));
  }

  // An attribute's name or a map's key.
  Result<std::string_view> TakeName(const Place& place) {
    if (reader_.Peek() == Token::kEnd) return EndsEarly(place);
    const std::optional<std::string_view> name = reader_.TakeText();
    if (!name) return place.Refuse("All keys must be text.");
    if (!IsUtf8(*name)) return place.Refuse("A key is not valid UTF-8.");
    return *name;
  }

  MsgpackReader reader_;
};

class Encoder {
 public:
  void Put(const Value& value, const Type& type) {
    if (type.kind() == Kind::kDynamic && value.type().kind() != Kind::kDynamic) {
      writer_.PutArray(2);
      writer_.PutBytes(ToJson(value.type()));
      return Put(value, value.type());
    }
    if (value.is_null()) return writer_.PutNil();
    if (value.is_unknown()) return writer_.PutUnknown(value.refinement());
    assert(type.kind() == value.type().kind());
    switch (value.type().kind()) {
      case Kind::kBool:
        return writer_.PutBool(value.AsBool());
      case Kind::kNumber:
        return writer_.PutNumber(value.AsNumber());
      case Kind::kString:
        return writer_.PutText(value.AsString());
      case Kind::kList:
      case Kind::kSet:
        writer_.PutArray(value.elements().size());
        for (const Value& element : value.elements()) Put(element, type.element());
        return;
      case Kind::kTuple:
        return PutTuple(value, type);
      case Kind::kMap:
        writer_.PutMap(value.fields().size());
        for (const auto& [key, entry] : value.fields()) {
          writer_.PutText(key);
          Put(entry, type.element());
        }
        return;
      case Kind::kObject:
        return PutObject(value, type);
      case Kind::kDynamic:
        return;  // never known
    }
  }

  std::string Take() && { return std::move(writer_).Take(); }

 private:
  void PutTuple(const Value& value, const Type& type) {
    assert(value.elements().size() == type.elements().size());
    writer_.PutArray(value.elements().size());
    for (std::size_t i = 0; i < value.elements().size(); ++i) {
      Put(value.elements()[i], type.elements()[i]);
    }
  }

  void PutObject(const Value& value, const Type& type) {
    assert(value.fields().size() == type.attributes().size());
    writer_.PutMap(value.fields().size());
    auto attribute = type.attributes().begin();
    for (const auto& [name, field] : value.fields()) {
      assert(name == attribute->first);
      writer_.PutText(name);
      Put(field, attribute->second);
      ++attribute;
    }
  }

  MsgpackWriter writer_;
};

}  // namespace

Result<Value> FromMsgpack(std::string_view bytes, const Type& type) {
  return Decoder(bytes).Decode(Place(), type);
}

std::string ToMsgpack(const Value& value, const Type& type) {
  Encoder encoder;
  encoder.Put(value, type);
  return std::move(encoder).Take();
}

}  // namespace ecs::cty
