// Numbers: the first line one in decimal text, the next eight bytes one as a double.
// Promised: what is read is written so that the same number is read back; the order is one; an
// int64 and a double that are called exact are.
#include <bit>
#include <cmath>
#include <optional>
#include <string>

#include "provider/cty/number.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {
namespace {

using cty::Number;

void TryOne(const Number& number) {
  const std::string text = number.ToString();
  PROMISE(number == number, text);
  if (number.is_infinite()) {
    PROMISE(!number.ToInt64() && !number.IsWhole());
    return;
  }
  const Result<Number> read = Number::Parse(text);
  PROMISE(read.ok(), text);
  PROMISE(read->ToString() == text || (number == Number(0) && *read == Number(0)), text);
  if (const std::optional<std::int64_t> whole = number.ToInt64()) {
    PROMISE(Number(*whole) == number && number.IsWhole(), text);
  }
  if (const std::optional<double> exact = number.ToExactDouble()) {
    PROMISE(*exact == number.ToNearestDouble(), text);
  }
}

void TryTwo(const Number& left, const Number& right) {
  const std::string text = left.ToString() + " " + right.ToString();
  PROMISE((left < right) == (right > left), text);
  PROMISE((left == right) == (right == left), text);
  PROMISE((left == right) + (left < right) + (left > right) == 1, text);
  const double left_double = left.ToNearestDouble();
  const double right_double = right.ToNearestDouble();
  if (left_double < right_double) PROMISE(left < right, text);
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const Result<Number> parsed = Number::Parse(input.Line());
  if (parsed.ok()) {
    TryOne(*parsed);
  } else {
    PROMISE(parsed.error().code == Code::kInvalid && !parsed.error().detail.empty());
  }
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | input.Byte();
  const auto binary = std::bit_cast<double>(word);
  if (std::isnan(binary)) return;
  const Number from_double(binary);
  const Number from_word(word);
  TryOne(from_double);
  TryOne(from_word);
  TryTwo(from_double, from_word);
  if (!parsed.ok()) return;
  TryTwo(*parsed, from_double);
  TryTwo(from_word, *parsed);
}

}  // namespace ecs::fuzz
