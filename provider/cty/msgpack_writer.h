// MessagePack as go-cty writes it: always the shortest form (values.md section 3). Internal to cty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "provider/cty/number.h"

namespace ecs::cty {

class MsgpackWriter {
 public:
  void PutNil() { out_ += '\xc0'; }
  void PutBool(bool value) { out_ += value ? '\xc3' : '\xc2'; }
  void PutNumber(const Number& number);
  void PutText(std::string_view text);
  void PutBytes(std::string_view bytes);
  void PutArray(std::size_t count);  // then so many values
  void PutMap(std::size_t count);    // then so many pairs
  // An unknown, refined if there is a payload.
  void PutUnknown(std::string_view refinement);

  std::string Take() && { return std::move(out_); }

 private:
  void PutInt(std::int64_t number);
  void PutWord(std::uint8_t code, std::uint64_t word, int bytes);
  // The code for 2 bytes of length is one more than that for 1, that for 4 two more.
  void PutLength(std::uint8_t code_of_1_byte, std::size_t length);

  std::string out_;
};

}  // namespace ecs::cty
