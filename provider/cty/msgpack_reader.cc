#include "provider/cty/msgpack_reader.h"

#include <bit>
#include <cmath>

#include "base/result.h"

namespace ecs::cty {

MsgpackReader::Token MsgpackReader::Peek() const {
  if (rest_.empty()) return Token::kEnd;
  const std::uint8_t first = First();
  if (first <= 0x7f || first >= 0xe0) return Token::kNumber;
  if (first <= 0x8f) return Token::kMap;
  if (first <= 0x9f) return Token::kArray;
  if (first <= 0xbf) return Token::kText;
  switch (first) {
    case 0xc0:
      return Token::kNil;
    case 0xc2:
    case 0xc3:
      return Token::kBool;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return Token::kBytes;
    case 0xd9:
    case 0xda:
    case 0xdb:
      return Token::kText;
    case 0xdc:
    case 0xdd:
      return Token::kArray;
    case 0xde:
    case 0xdf:
      return Token::kMap;
    case 0xc1:  // never used
      return Token::kInvalid;
    default:
      // What is left: c7..c9 and d4..d8 extensions, ca..d3 floats and integers.
      return first <= 0xc9 || first >= 0xd4 ? Token::kExtension : Token::kNumber;
  }
}

std::optional<std::uint64_t> MsgpackReader::TakeWord(std::size_t bytes) {
  if (rest_.size() < bytes + 1) return std::nullopt;
  std::uint64_t word = 0;
  for (const char byte : rest_.substr(1, bytes)) word = word << 8 | static_cast<std::uint8_t>(byte);
  rest_.remove_prefix(bytes + 1);
  return word;
}

std::optional<std::string_view> MsgpackReader::TakeBytes(std::uint64_t count) {
  if (rest_.size() < count) return std::nullopt;
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

bool MsgpackReader::TakeNil() {
  if (Peek() != Token::kNil) return false;
  rest_.remove_prefix(1);
  return true;
}

std::optional<bool> MsgpackReader::TakeBool() {
  if (Peek() != Token::kBool) return std::nullopt;
  const bool value = First() == 0xc3;
  rest_.remove_prefix(1);
  return value;
}

std::optional<Number> MsgpackReader::TakeNumber() {
  if (Peek() == Token::kText || Peek() == Token::kBytes) {
    const std::optional<std::string_view> text = TakeText();
    if (!text) return std::nullopt;
    Result<Number> number = Number::Parse(*text);
    return number.ok() ? std::optional(*std::move(number)) : std::nullopt;
  }
  if (Peek() != Token::kNumber) return std::nullopt;
  const std::uint8_t first = First();
  if (first <= 0x7f || first >= 0xe0) {
    rest_.remove_prefix(1);
    return Number(static_cast<std::int8_t>(first));
  }
  // ca cb: float of 4 and 8 bytes; cc..cf unsigned, d0..d3 signed of 1, 2, 4 and 8 bytes.
  const std::size_t bytes =
      first <= 0xcb ? std::size_t{4} << (first - 0xca) : std::size_t{1} << (first & 3);
  const std::optional<std::uint64_t> word = TakeWord(bytes);
  if (!word) return std::nullopt;
  if (first <= 0xcb) {
    const double binary = first == 0xcb ? std::bit_cast<double>(*word)
                                        : std::bit_cast<float>(static_cast<std::uint32_t>(*word));
    return std::isnan(binary) ? std::nullopt : std::optional(Number(binary));
  }
  if (first <= 0xcf) return Number(*word);
  const std::size_t unused = 64 - 8 * bytes;
  return Number(static_cast<std::int64_t>(*word << unused) >> unused);
}

std::optional<std::string_view> MsgpackReader::TakeText() {
  if (Peek() != Token::kText && Peek() != Token::kBytes) return std::nullopt;
  const std::uint8_t first = First();
  if (first <= 0xbf) {
    rest_.remove_prefix(1);
    return TakeBytes(first & 0x1f);
  }
  // c4..c6 bin, d9..db str: a length of 1, 2 or 4 bytes.
  const std::optional<std::uint64_t> count =
      TakeWord(std::size_t{1} << (first >= 0xd9 ? first - 0xd9 : first - 0xc4));
  return count ? TakeBytes(*count) : std::nullopt;
}

std::optional<std::size_t> MsgpackReader::TakeArray() {
  if (Peek() != Token::kArray) return std::nullopt;
  const std::uint8_t first = First();
  std::optional<std::uint64_t> count = first & 0x0f;
  if (first <= 0x9f) {
    rest_.remove_prefix(1);
  } else {
    count = TakeWord(first == 0xdc ? 2 : 4);
  }
  if (!count || *count > rest_.size()) return std::nullopt;
  return *count;
}

std::optional<std::size_t> MsgpackReader::TakeMap() {
  if (Peek() != Token::kMap) return std::nullopt;
  const std::uint8_t first = First();
  std::optional<std::uint64_t> count = first & 0x0f;
  if (first <= 0x8f) {
    rest_.remove_prefix(1);
  } else {
    count = TakeWord(first == 0xde ? 2 : 4);
  }
  if (!count || *count > rest_.size() / 2) return std::nullopt;
  return *count;
}

std::optional<MsgpackReader::Extension> MsgpackReader::TakeExtension() {
  if (Peek() != Token::kExtension) return std::nullopt;
  const std::uint8_t first = First();
  std::optional<std::uint64_t> count;
  if (first >= 0xd4) {
    count = std::uint64_t{1} << (first - 0xd4);  // d4..d8: 1, 2, 4, 8, 16 bytes
    rest_.remove_prefix(1);
  } else {
    count = TakeWord(std::size_t{1} << (first - 0xc7));  // c7..c9: a length of 1, 2, 4 bytes
  }
  if (!count) return std::nullopt;
  const std::optional<std::string_view> type = TakeBytes(1);
  if (!type) return std::nullopt;
  const std::optional<std::string_view> data = TakeBytes(*count);
  if (!data) return std::nullopt;
  return Extension{.type = static_cast<std::int8_t>((*type)[0]), .data = *data};
}

}  // namespace ecs::cty
