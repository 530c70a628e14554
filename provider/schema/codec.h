// How the C++ types of struct members travel: Attr<X> to a cty value and back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/schema/attr.h"
#include "provider/schema/row.h"

namespace ecs::schema {

// A configuration with such an element is refused before; a stored state may hold anything.
inline Error NullElement(const Path& path) {
  return {.code = Code::kInvalid,
          .summary = "Null value in a collection",
          .detail = absl::StrCat(path.ToString(), " holds a null value."),
          .path = path};
}

// One specialisation per C++ type; the primary template is a struct with rows of its own.
//   TypeOf: the attribute's type. Encode: of a known value. Decode: of a wholly known value (a
//   struct's attributes may be unknown); kInvalid with the path when it does not fit.
template <class X>
struct Codec {
  static constexpr Nesting kNesting = Nesting::kSingle;
  static cty::Type TypeOf(const RowSet* rows) { return rows->ObjectType(); }
  static cty::Value Encode(const X& object, const RowSet* rows) { return rows->Encode(&object); }
  static Result<X> Decode(const cty::Value& value, const RowSet* rows, const Path& path) {
    X object;
    RETURN_IF_ERROR(rows->Decode(value, &object, path));
    return object;
  }
};

template <>
struct Codec<std::string> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::String(); }
  static cty::Value Encode(const std::string& text, const RowSet*) {
    return cty::Value::String(text);
  }
  static Result<std::string> Decode(const cty::Value& value, const RowSet*, const Path&) {
    return value.AsString();
  }
};

template <>
struct Codec<bool> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::Bool(); }
  static cty::Value Encode(bool value, const RowSet*) { return cty::Value::Bool(value); }
  static Result<bool> Decode(const cty::Value& value, const RowSet*, const Path&) {
    return value.AsBool();
  }
};

template <>
struct Codec<std::int64_t> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::Number(); }
  static cty::Value Encode(std::int64_t number, const RowSet*) { return cty::Value::Int(number); }
  static Result<std::int64_t> Decode(const cty::Value& value, const RowSet*, const Path& path) {
    if (const auto number = value.AsNumber().ToInt64()) return *number;
    return Error{.code = Code::kInvalid,
                 .summary = "Invalid number",
                 .detail = absl::StrCat(path.ToString(), " must be a whole number, not ",
                                        value.AsNumber().ToString(), "."),
                 .path = path};
  }
};

template <>
struct Codec<double> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::Number(); }
  static cty::Value Encode(double number, const RowSet*) {
    return cty::Value::Number(cty::Number(number));
  }
  static Result<double> Decode(const cty::Value& value, const RowSet*, const Path&) {
    return std::strtod(value.AsNumber().ToString().c_str(), nullptr);
  }
};

// Lists and sets of strings.
template <>
struct Codec<std::vector<std::string>> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::List(cty::Type::String()); }
  static cty::Value Encode(const std::vector<std::string>& texts, const RowSet*) {
    cty::Value::Elements elements;
    for (const std::string& text : texts) elements.push_back(cty::Value::String(text));
    return cty::Value::List(cty::Type::String(), std::move(elements));
  }
  static Result<std::vector<std::string>> Decode(const cty::Value& value, const RowSet*,
                                                 const Path& path) {
    std::vector<std::string> texts;
    for (const cty::Value& element : value.elements()) {
      if (element.is_null()) return NullElement(path);
      texts.push_back(element.AsString());
    }
    return texts;
  }
};

template <>
struct Codec<std::set<std::string>> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::Set(cty::Type::String()); }
  static cty::Value Encode(const std::set<std::string>& texts, const RowSet*) {
    cty::Value::Elements elements;
    for (const std::string& text : texts) elements.push_back(cty::Value::String(text));
    return cty::Value::Set(cty::Type::String(), std::move(elements));
  }
  static Result<std::set<std::string>> Decode(const cty::Value& value, const RowSet*,
                                              const Path& path) {
    std::set<std::string> texts;
    for (const cty::Value& element : value.elements()) {
      if (element.is_null()) return NullElement(path);
      texts.insert(element.AsString());
    }
    return texts;
  }
};

template <>
struct Codec<std::map<std::string, std::string>> {
  static constexpr Nesting kNesting = Nesting::kNone;
  static cty::Type TypeOf(const RowSet*) { return cty::Type::Map(cty::Type::String()); }
  static cty::Value Encode(const std::map<std::string, std::string>& texts, const RowSet*) {
    cty::Value::Fields entries;
    for (const auto& [key, text] : texts) entries.emplace(key, cty::Value::String(text));
    return cty::Value::Map(cty::Type::String(), std::move(entries));
  }
  static Result<std::map<std::string, std::string>> Decode(const cty::Value& value, const RowSet*,
                                                           const Path& path) {
    std::map<std::string, std::string> texts;
    for (const auto& [key, entry] : value.fields()) {
      if (entry.is_null()) return NullElement(path);
      texts.emplace(key, entry.AsString());
    }
    return texts;
  }
};

// A list of structs: what data sources answer.
template <class N>
struct Codec<std::vector<N>> {
  static constexpr Nesting kNesting = Nesting::kList;
  static cty::Type TypeOf(const RowSet* rows) { return cty::Type::List(rows->ObjectType()); }
  static cty::Value Encode(const std::vector<N>& objects, const RowSet* rows) {
    cty::Value::Elements elements;
    for (const N& object : objects) elements.push_back(rows->Encode(&object));
    return cty::Value::List(rows->ObjectType(), std::move(elements));
  }
  static Result<std::vector<N>> Decode(const cty::Value& value, const RowSet* rows,
                                       const Path& path) {
    std::vector<N> objects;
    for (const cty::Value& element : value.elements()) {
      if (element.is_null()) return NullElement(path);
      N object;
      RETURN_IF_ERROR(rows->Decode(element, &object, path.At(std::int64_t(objects.size()))));
      objects.push_back(std::move(object));
    }
    return objects;
  }
};

// A map of structs by a name of the user's.
template <class N>
struct Codec<std::map<std::string, N>> {
  static constexpr Nesting kNesting = Nesting::kMap;
  static cty::Type TypeOf(const RowSet* rows) { return cty::Type::Map(rows->ObjectType()); }
  static cty::Value Encode(const std::map<std::string, N>& objects, const RowSet* rows) {
    cty::Value::Fields entries;
    for (const auto& [key, object] : objects) entries.emplace(key, rows->Encode(&object));
    return cty::Value::Map(rows->ObjectType(), std::move(entries));
  }
  static Result<std::map<std::string, N>> Decode(const cty::Value& value, const RowSet* rows,
                                                 const Path& path) {
    std::map<std::string, N> objects;
    for (const auto& [key, entry] : value.fields()) {
      if (entry.is_null()) return NullElement(path);
      N object;
      RETURN_IF_ERROR(rows->Decode(entry, &object, path.At(key)));
      objects.emplace(key, std::move(object));
    }
    return objects;
  }
};

template <class X>
cty::Value EncodeAttr(const Attr<X>& attr, const RowSet* rows) {
  if (attr.is_known()) return Codec<X>::Encode(attr.value(), rows);
  const cty::Type type = Codec<X>::TypeOf(rows);
  return attr.is_null() ? cty::Value::Null(type) : cty::Value::Unknown(type);
}

// Whether a known value is unknown as a whole to C++: structs may have unknown attributes, and so
// may those in a list or map; whatever else is unknown in a collection leaves nothing to decode.
inline bool IsUnknownToCpp(const cty::Value& value, Nesting nesting) {
  const auto is_unknown = [](const cty::Value& element) { return element.is_unknown(); };
  switch (nesting) {
    case Nesting::kNone:
      return !value.IsWhollyKnown();
    case Nesting::kSingle:
      return false;
    case Nesting::kList:
      return std::any_of(value.elements().begin(), value.elements().end(), is_unknown);
    case Nesting::kMap:
      return std::any_of(value.fields().begin(), value.fields().end(),
                         [&](const auto& entry) { return is_unknown(entry.second); });
  }
  return false;
}

template <class X>
Status DecodeAttr(const cty::Value& value, const RowSet* rows, const Path& path, Attr<X>& attr) {
  if (value.is_null()) {
    attr = Attr<X>();
  } else if (value.is_unknown() || IsUnknownToCpp(value, Codec<X>::kNesting)) {
    attr = Attr<X>::Unknown();
  } else {
    ASSIGN_OR_RETURN(X held, Codec<X>::Decode(value, rows, path));
    attr = Attr<X>(std::move(held));
  }
  return Ok{};
}

}  // namespace ecs::schema
