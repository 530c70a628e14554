// MessagePack, token by token, over bytes that nobody vouches for. Internal to cty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "provider/cty/number.h"

namespace ecs::cty {

// Does not own the bytes; what it returns points into them. A Take that finds another kind of
// token, or too few bytes, returns nothing; the reader is of no use then, as all who call it give
// up.
class MsgpackReader {
 public:
  enum class Token {
    kEnd,
    kNil,
    kBool,
    kNumber,
    kText,
    kBytes,
    kArray,
    kMap,
    kExtension,
    kInvalid
  };

  struct Extension {
    int type = 0;  // -128..127
    std::string_view data = {};
  };

  explicit MsgpackReader(std::string_view bytes) : rest_(bytes) {}

  Token Peek() const;

  bool TakeNil();
  std::optional<bool> TakeBool();
  // An integer, a float that is not NaN, or decimal text in a str or bin.
  std::optional<Number> TakeNumber();
  std::optional<std::string_view> TakeText();  // str or bin
  // How many elements or pairs follow. Never more than the bytes left can hold.
  std::optional<std::size_t> TakeArray();
  std::optional<std::size_t> TakeMap();
  std::optional<Extension> TakeExtension();

 private:
  std::uint8_t First() const { return static_cast<std::uint8_t>(rest_[0]); }
  // A big-endian number of so many bytes behind the first, which is taken with it.
  std::optional<std::uint64_t> TakeWord(std::size_t bytes);
  std::optional<std::string_view> TakeBytes(std::uint64_t count);

  std::string_view rest_;
};

}  // namespace ecs::cty
