// Terraform's values: null, unknown or known, always with their type. Facts: values.md.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/path.h"
#include "base/result.h"
#include "provider/cty/number.h"
#include "provider/cty/type.h"

namespace ecs::cty {

// Immutable and cheap to copy. Default-constructed: the untyped null. A known value of type dynamic
// does not exist: it has its concrete type.
class Value {
 public:
  using Elements = std::vector<Value>;
  using Fields = std::map<std::string, Value>;

  Value();
  static Value Null(Type type);
  static Value Unknown(Type type);
  // What is known about it travels along: the payload of a refined unknown as ToMsgpack writes it
  // (values.md section 4). Not part of equality.
  static Value Unknown(Type type, std::string refinement);
  static Value Bool(bool value);
  static Value String(std::string text);  // text is brought to Unicode NFC
  static Value Number(cty::Number number);
  static Value Int(std::int64_t number);
  static Value List(Type element, Elements elements);
  // Duplicates become one; primitives are sorted, other elements keep their order.
  static Value Set(Type element, Elements elements);
  static Value Map(Type element, Fields entries);
  static Value Tuple(Elements elements);
  static Value Object(Fields attributes);
  // A list, set or tuple, or a map or object, whose type is at hand: spares deriving it. The type
  // must be the one that List, Object and so on would give; keys are in NFC.
  static Value Of(Type type, Elements elements);
  static Value Of(Type type, Fields fields);

  const Type& type() const;
  bool is_null() const;
  bool is_unknown() const;
  bool is_known() const;       // neither null nor unknown; what is inside may be either
  bool IsWhollyKnown() const;  // nothing in it, at any depth, is unknown

  // Empty unless is_unknown().
  const std::string& refinement() const;

  // Each requires is_known() and that kind of type.
  bool AsBool() const;
  const std::string& AsString() const;
  const cty::Number& AsNumber() const;
  const Elements& elements() const;  // list, set, tuple
  const Fields& fields() const;      // map, object
  // An attribute of a known object. Requires that the type has it.
  const Value& At(const std::string& attribute) const;
  // The same object with one attribute replaced.
  Value With(const std::string& attribute, Value value) const;

  // Same type and same content; unknown equals unknown, sets compare without order, numbers by
  // Terraform's rule (values.md section 3).
  bool operator==(const Value& other) const;

  // For test failures and logs of non-sensitive values.
  std::string DebugString() const;
  friend void PrintTo(const Value& value, std::ostream* out);  // for GoogleTest: DebugString

 private:
  struct Node;
  explicit Value(std::shared_ptr<const Node> node);
  std::shared_ptr<const Node> node_;
};

// Wire forms. Decoding is by type: the bytes alone do not tell. Errors are kInvalid with the path
// and speak of types as a user knows them. Bytes from outside cannot crash it: depth is bounded.
// Empty bytes are an error. Any extension of at most one byte, and any refined unknown, is unknown.
// Text that is not UTF-8 is an error. Bytes behind the value are not looked at. Where a type holds
// "dynamic" inside a list, set or map, all elements must bring the same type.
Result<Value> FromMsgpack(std::string_view bytes, const Type& type);
std::string ToMsgpack(const Value& value, const Type& type);  // type: dynamic places are wrapped

// The JSON of state files (values.md section 6): numbers keep all digits; attributes that are
// missing become null, attributes the type lacks are an error.
Result<Value> FromJson(std::string_view text, const Type& type);
Result<std::string> ToJson(const Value& value,
                           const Type& type);  // kInvalid if anything is unknown

}  // namespace ecs::cty
