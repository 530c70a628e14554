#include "provider/cty/refinement.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "provider/cty/msgpack_reader.h"
#include "provider/cty/msgpack_writer.h"
#include "provider/cty/number.h"
#include "provider/cty/text.h"

namespace ecs::cty {
namespace {

constexpr std::size_t kMaxPayload = 1024;

constexpr int kIsNull = 1;
constexpr int kPrefix = 2;
constexpr int kLowerBound = 3;
constexpr int kUpperBound = 4;
constexpr int kLowerLength = 5;
constexpr int kUpperLength = 6;

struct Bound {
  Number number = {};
  bool inclusive = false;
};

struct Refinement {
  std::optional<bool> is_null = {};
  std::optional<std::string> prefix = {};
  std::optional<Bound> lower = {};
  std::optional<Bound> upper = {};
  std::optional<std::int64_t> lower_length = {};
  std::optional<std::int64_t> upper_length = {};
};

std::optional<std::int64_t> TakeInt(MsgpackReader& reader) {
  if (reader.Peek() != MsgpackReader::Token::kNumber) return std::nullopt;
  const std::optional<Number> number = reader.TakeNumber();
  return number ? number->ToInt64() : std::nullopt;
}

std::optional<Bound> TakeBound(MsgpackReader& reader) {
  const std::optional<std::size_t> count = reader.TakeArray();
  if (!count || *count != 2) return std::nullopt;
  const std::optional<Number> number = reader.TakeNumber();
  if (!number) return std::nullopt;
  const std::optional<bool> inclusive = reader.TakeBool();
  if (!inclusive) return std::nullopt;
  return Bound{.number = *number, .inclusive = *inclusive};
}

bool TakePrefix(MsgpackReader& reader, const Type& type, Refinement& refinement) {
  const std::optional<std::string_view> text = reader.TakeText();
  if (!text || type.kind() != Kind::kString || !IsUtf8(*text)) return false;
  refinement.prefix = ToNfc(std::string(*text));
  return true;
}

bool TakeNumberBound(MsgpackReader& reader, const Type& type, std::optional<Bound>& bound) {
  bound = TakeBound(reader);
  return bound && type.kind() == Kind::kNumber;
}

bool TakeLength(MsgpackReader& reader, const Type& type, std::optional<std::int64_t>& length) {
  length = TakeInt(reader);
  return length && *length >= 0 && type.is_collection();
}

// False if what the key stands for is malformed or does not go with the type.
bool TakeEntry(int key, MsgpackReader& reader, const Type& type, Refinement& refinement) {
  switch (key) {
    case kIsNull:
      refinement.is_null = reader.TakeBool();
      return refinement.is_null.has_value();
    case kPrefix:
      return TakePrefix(reader, type, refinement);
    case kLowerBound:
      return TakeNumberBound(reader, type, refinement.lower);
    case kUpperBound:
      return TakeNumberBound(reader, type, refinement.upper);
    case kLowerLength:
      return TakeLength(reader, type, refinement.lower_length);
    case kUpperLength:
      return TakeLength(reader, type, refinement.upper_length);
    default:
      return false;
  }
}

bool IsContradiction(const Refinement& refinement) {
  if (refinement.lower_length && refinement.upper_length &&
      *refinement.lower_length > *refinement.upper_length) {
    return true;
  }
  return refinement.lower && refinement.upper &&
         refinement.lower->number > refinement.upper->number;
}

void PutBound(MsgpackWriter& writer, int key, const std::optional<Bound>& bound) {
  if (!bound) return;
  writer.PutNumber(Number(key));
  writer.PutArray(2);
  writer.PutNumber(bound->number);
  writer.PutBool(bound->inclusive);
}

void PutLength(MsgpackWriter& writer, int key, const std::optional<std::int64_t>& length) {
  if (!length) return;
  writer.PutNumber(Number(key));
  writer.PutNumber(Number(*length));
}

std::string Write(const Refinement& refinement) {
  const int count = refinement.is_null.has_value() + refinement.prefix.has_value() +
                    refinement.lower.has_value() + refinement.upper.has_value() +
                    refinement.lower_length.has_value() + refinement.upper_length.has_value();
  if (count == 0) return "";
  MsgpackWriter writer;
  writer.PutMap(static_cast<std::size_t>(count));
  if (refinement.is_null) {
    writer.PutNumber(Number(kIsNull));
    writer.PutBool(*refinement.is_null);
  }
  if (refinement.prefix) {
    writer.PutNumber(Number(kPrefix));
    writer.PutText(*refinement.prefix);
  }
  PutBound(writer, kLowerBound, refinement.lower);
  PutBound(writer, kUpperBound, refinement.upper);
  PutLength(writer, kLowerLength, refinement.lower_length);
  PutLength(writer, kUpperLength, refinement.upper_length);
  return std::move(writer).Take();
}

}  // namespace

Result<Value> ReadRefinedUnknown(const Place& place, const Type& type, std::string_view payload) {
  const auto malformed = [&place] {
    return place.Refuse("What is said about an unknown value cannot be understood.");
  };
  if (payload.size() > kMaxPayload) return malformed();
  MsgpackReader reader(payload);
  const std::optional<std::size_t> count = reader.TakeMap();
  if (!count) return malformed();
  // An unknown of any type is written plainly whatever was said about it (values.md section 4).
  if (type.kind() == Kind::kDynamic) return Value::Unknown(type);
  Refinement refinement;
  for (std::size_t i = 0; i < *count; ++i) {
    const std::optional<std::int64_t> key = TakeInt(reader);
    if (!key) return malformed();
    if (*key < kIsNull || *key > kUpperLength) return Value::Unknown(type);
    if (!TakeEntry(static_cast<int>(*key), reader, type, refinement)) return malformed();
  }
  if (IsContradiction(refinement)) return malformed();
  if (refinement.is_null == true) return Value::Null(type);
  return Value::Unknown(type, Write(refinement));
}

}  // namespace ecs::cty
