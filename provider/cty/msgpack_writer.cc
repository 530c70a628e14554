#include "provider/cty/msgpack_writer.h"

#include <bit>
#include <cassert>
#include <limits>
#include <optional>

namespace ecs::cty {

void MsgpackWriter::PutWord(std::uint8_t code, std::uint64_t word, int bytes) {
  out_ += static_cast<char>(code);
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out_ += static_cast<char>(word >> shift);
  }
}

void MsgpackWriter::PutLength(std::uint8_t code_of_1_byte, std::size_t length) {
  assert(length <= std::numeric_limits<std::uint32_t>::max());
  if (length <= 0xff) return PutWord(code_of_1_byte, length, 1);
  if (length <= 0xffff) return PutWord(code_of_1_byte + 1, length, 2);
  PutWord(code_of_1_byte + 2, length, 4);
}

void MsgpackWriter::PutInt(std::int64_t number) {
  const auto word = static_cast<std::uint64_t>(number);
  if (number >= -0x20 && number <= 0x7f) {
    out_ += static_cast<char>(number);
  } else if (number >= 0) {
    if (word <= 0xff) return PutWord(0xcc, word, 1);
    if (word <= 0xffff) return PutWord(0xcd, word, 2);
    if (word <= 0xffffffff) return PutWord(0xce, word, 4);
    PutWord(0xcf, word, 8);
  } else {
    if (number >= std::numeric_limits<std::int8_t>::min()) return PutWord(0xd0, word, 1);
    if (number >= std::numeric_limits<std::int16_t>::min()) return PutWord(0xd1, word, 2);
    if (number >= std::numeric_limits<std::int32_t>::min()) return PutWord(0xd2, word, 4);
    PutWord(0xd3, word, 8);
  }
}

void MsgpackWriter::PutNumber(const Number& number) {
  if (const std::optional<std::int64_t> whole = number.ToInt64()) return PutInt(*whole);
  if (!number.IsWhole()) {
    if (const std::optional<double> binary = number.ToExactDouble()) {
      return PutWord(0xcb, std::bit_cast<std::uint64_t>(*binary), 8);
    }
  }
  PutText(number.ToString());
}

void MsgpackWriter::PutText(std::string_view text) {
  if (text.size() <= 0x1f) {
    out_ += static_cast<char>(0xa0 | text.size());
  } else {
    PutLength(0xd9, text.size());
  }
  out_ += text;
}

void MsgpackWriter::PutBytes(std::string_view bytes) {
  PutLength(0xc4, bytes.size());
  out_ += bytes;
}

void MsgpackWriter::PutArray(std::size_t count) {
  if (count <= 0x0f) {
    out_ += static_cast<char>(0x90 | count);
  } else if (count <= 0xffff) {
    PutWord(0xdc, count, 2);
  } else {
    PutWord(0xdd, count, 4);
  }
}

void MsgpackWriter::PutMap(std::size_t count) {
  if (count <= 0x0f) {
    out_ += static_cast<char>(0x80 | count);
  } else if (count <= 0xffff) {
    PutWord(0xde, count, 2);
  } else {
    PutWord(0xdf, count, 4);
  }
}

void MsgpackWriter::PutUnknown(std::string_view refinement) {
  if (refinement.empty()) {
    out_.append("\xd4\x00\x00", 3);
    return;
  }
  const std::size_t size = refinement.size();
  if (std::has_single_bit(size) && size <= 16) {
    out_ += static_cast<char>(0xd4 + std::bit_width(size) - 1);
  } else {
    PutLength(0xc7, size);
  }
  out_ += '\x0c';
  out_ += refinement;
}

}  // namespace ecs::cty
