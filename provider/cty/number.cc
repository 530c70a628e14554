#include "provider/cty/number.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace ecs::cty {
namespace {

constexpr double kTwoTo53 = 9007199254740992.0;
constexpr double kTwoTo63 = 9223372036854775808.0;
// No finite double has more significant digits than this.
constexpr int kDoubleDigits = 767;

Error NotDecimal() { return {.code = Code::kInvalid, .detail = "A decimal number is required."}; }

std::string_view TakeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[count]))) {
    ++count;
  }
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool TakeSign(std::string_view& text) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

// What follows the "e", whole. Exponents beyond any that is accepted come out as such a one.
std::optional<std::int64_t> ReadExponent(std::string_view text) {
  constexpr std::int64_t kBeyond = 1'000'000'000;
  const bool negative = TakeSign(text);
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (const char digit : digits) {
    exponent = std::min(exponent * 10 + (digit - '0'), kBeyond);
  }
  return negative ? -exponent : exponent;
}

// Digits of 0.DIGITS * 10^point: no zero at either end.
void Trim(std::string& digits, std::int64_t& point) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    digits.clear();
    point = 0;
    return;
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  digits.erase(0, first);
  point -= static_cast<std::int64_t>(first);
}

// Whether the shortest text of a double differs from that of a big.Float of 53 bits, which is what
// it is for go-cty: there, also the smallest numbers have all 53 bits, and a power of two is as far
// from its neighbours on both sides.
bool HasOwnShortest(double magnitude) {
  int exponent = 0;
  return std::fpclassify(magnitude) == FP_SUBNORMAL || std::frexp(magnitude, &exponent) == 0.5;
}

// The fewest significant digits that come nearer to it than half a unit in its last of 53 bits.
int BigFloatDigits(double magnitude) {
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const long double half_unit =
      std::ldexp(1.0L, exponent - std::numeric_limits<double>::digits - 1);
  std::array<char, 64> buffer = {};
  for (int digits = 1; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                            std::chars_format::scientific, digits - 1);
    assert(error == std::errc());
    long double read = 0;  // has more bits, and a range that goes further down
    std::from_chars(buffer.data(), end, read);
    if (std::abs(read - magnitude) <= half_unit) return digits;
  }
  return std::numeric_limits<double>::max_digits10;
}

bool IsWholeDouble(double binary) { return std::isfinite(binary) && std::trunc(binary) == binary; }

}  // namespace

Number::Number(double binary) {
  assert(!std::isnan(binary));
  const bool small = IsWholeDouble(binary) && std::abs(binary) < kTwoTo53;
  if (small && !(binary == 0 && std::signbit(binary))) {
    held_ = static_cast<std::int64_t>(binary);
  } else {
    held_ = binary;
  }
}

Number::Number(Decimal decimal) : held_(std::move(decimal)) {}

void Number::SetUnsigned(std::uint64_t whole) {
  if (whole <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    held_ = static_cast<std::int64_t>(whole);
  } else {
    held_ = WholeDecimal(absl::StrCat(whole));
  }
}

Number Number::Infinity() { return Number(std::numeric_limits<double>::infinity()); }

Number Number::NegativeInfinity() { return Number(-std::numeric_limits<double>::infinity()); }

Result<Number> Number::Parse(std::string_view text) {
  Decimal decimal;
  decimal.negative = TakeSign(text);
  decimal.digits = TakeDigits(text);
  decimal.point = static_cast<std::int64_t>(decimal.digits.size());
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    decimal.digits += TakeDigits(text);
  }
  if (decimal.digits.empty()) return NotDecimal();
  if (!text.empty()) {
    if (text[0] != 'e' && text[0] != 'E') return NotDecimal();
    const std::optional<std::int64_t> exponent = ReadExponent(text.substr(1));
    if (!exponent) return NotDecimal();
    decimal.point += *exponent;
  }
  Trim(decimal.digits, decimal.point);
  if (decimal.digits.empty()) return decimal.negative ? Number(-0.0) : Number();
  if (decimal.point > kMaxScale ||
      static_cast<std::int64_t>(decimal.digits.size()) - decimal.point > kMaxScale) {
    return Error{.code = Code::kInvalid,
                 .detail = absl::StrCat("A number can have at most ", kMaxScale,
                                        " digits on either side of its point.")};
  }
  Number number{std::move(decimal)};
  if (const std::optional<std::int64_t> whole = number.ToInt64()) return Number(*whole);
  return number;
}

bool Number::is_infinite() const {
  const double* binary = std::get_if<double>(&held_);
  return binary != nullptr && std::isinf(*binary);
}

bool Number::is_negative() const {
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) return *whole < 0;
  if (const auto* binary = std::get_if<double>(&held_)) return std::signbit(*binary);
  return std::get<Decimal>(held_).negative;
}

bool Number::IsWhole() const {
  if (const auto* binary = std::get_if<double>(&held_)) return IsWholeDouble(*binary);
  const auto* decimal = std::get_if<Decimal>(&held_);
  return decimal == nullptr || static_cast<std::int64_t>(decimal->digits.size()) <= decimal->point;
}

std::optional<std::int64_t> Number::ToInt64() const {
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) return *whole;
  if (!IsWhole()) return std::nullopt;
  if (const auto* binary = std::get_if<double>(&held_)) {
    if (*binary < -kTwoTo63 || *binary >= kTwoTo63) return std::nullopt;
    return static_cast<std::int64_t>(*binary);
  }
  const Decimal& decimal = std::get<Decimal>(held_);
  if (decimal.point > std::numeric_limits<std::int64_t>::digits10 + 1) return std::nullopt;
  const std::string text = Write(decimal);
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc()) return std::nullopt;
  return whole;
}

double Number::ToNearestDouble() const {
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) return static_cast<double>(*whole);
  if (const auto* binary = std::get_if<double>(&held_)) return *binary;
  const Decimal& decimal = std::get<Decimal>(held_);
  const std::string text = absl::StrCat("0.", decimal.digits, "e", decimal.point);
  double magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude);
  if (error == std::errc::result_out_of_range) {
    magnitude = decimal.point > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return decimal.negative ? -magnitude : magnitude;
}

std::optional<double> Number::ToExactDouble() const {
  const double nearest = ToNearestDouble();
  if (std::holds_alternative<double>(held_)) return nearest;
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) {
    const bool same = nearest < kTwoTo63 && static_cast<std::int64_t>(nearest) == *whole;
    return same ? std::optional(nearest) : std::nullopt;
  }
  const Decimal& decimal = std::get<Decimal>(held_);
  // A fraction with a power of two below it ends in 5 when written out.
  if (!IsWhole() && decimal.digits.back() != '5') return std::nullopt;
  if (decimal.digits.size() > kDoubleDigits || std::isinf(nearest)) return std::nullopt;
  std::array<char, kDoubleDigits + 16> buffer = {};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(nearest),
                    std::chars_format::scientific, kDoubleDigits - 1);
  assert(error == std::errc());
  std::string exact(buffer.data(), end);
  exact.erase(exact.find('e'));
  exact.erase(1, 1);
  std::int64_t point = decimal.point;  // the nearest double has the same, or other digits
  Trim(exact, point);
  return exact == decimal.digits ? std::optional(nearest) : std::nullopt;
}

std::string Number::ToString() const {
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) return absl::StrCat(*whole);
  if (const auto* decimal = std::get_if<Decimal>(&held_)) return Write(*decimal);
  if (is_infinite()) return is_negative() ? "-inf" : "inf";
  return Write(ShortestDecimal(std::get<double>(held_)));
}

bool Number::operator==(const Number& other) const { return std::is_eq(*this <=> other); }

std::strong_ordering Number::operator<=>(const Number& other) const {
  const auto* whole = std::get_if<std::int64_t>(&held_);
  const auto* other_whole = std::get_if<std::int64_t>(&other.held_);
  if (whole != nullptr && other_whole != nullptr) return *whole <=> *other_whole;
  if (is_infinite() || other.is_infinite()) {
    const auto rank = [](const Number& number) {
      return number.is_infinite() ? (number.is_negative() ? -1 : 1) : 0;
    };
    return rank(*this) <=> rank(other);
  }
  const Decimal left = Key();
  const Decimal right = other.Key();
  const auto sign = [](const Decimal& decimal) {
    return decimal.digits.empty() ? 0 : (decimal.negative ? -1 : 1);
  };
  if (sign(left) != sign(right)) return sign(left) <=> sign(right);
  const auto magnitude = left.point != right.point ? left.point <=> right.point
                                                   : left.digits.compare(right.digits) <=> 0;
  if (sign(left) >= 0) return magnitude;
  return std::is_lt(magnitude)   ? std::strong_ordering::greater
         : std::is_gt(magnitude) ? std::strong_ordering::less
                                 : magnitude;
}

Number::Decimal Number::Key() const {
  if (const auto* decimal = std::get_if<Decimal>(&held_)) return *decimal;
  if (const auto* whole = std::get_if<std::int64_t>(&held_)) {
    return WholeDecimal(absl::StrCat(*whole));
  }
  const double binary = std::get<double>(held_);
  if (!IsWholeDouble(binary)) return ShortestDecimal(binary);
  std::array<char, std::numeric_limits<double>::max_exponent10 + 16> buffer = {};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), binary,
                                          std::chars_format::fixed, 0);
  assert(error == std::errc());
  return WholeDecimal(std::string_view(buffer.data(), end));
}

Number::Decimal Number::ShortestDecimal(double binary) {
  std::array<char, 64> buffer = {};
  const double magnitude = std::abs(binary);
  char* const limit = buffer.data() + buffer.size();
  const auto [end, error] =
      HasOwnShortest(magnitude)
          ? std::to_chars(buffer.data(), limit, magnitude, std::chars_format::scientific,
                          BigFloatDigits(magnitude) - 1)
          : std::to_chars(buffer.data(), limit, magnitude, std::chars_format::scientific);
  assert(error == std::errc());
  const std::string_view text(buffer.data(), end);
  const std::size_t exponent = text.find('e');
  Decimal decimal = {.negative = std::signbit(binary)};
  decimal.digits = text.substr(0, exponent);
  if (decimal.digits.size() > 1) decimal.digits.erase(1, 1);
  decimal.point = ReadExponent(text.substr(exponent + 1)).value_or(0) + 1;
  Trim(decimal.digits, decimal.point);
  return decimal;
}

Number::Decimal Number::WholeDecimal(std::string_view digits) {
  Decimal decimal;
  decimal.negative = TakeSign(digits);
  decimal.digits = digits;
  decimal.point = static_cast<std::int64_t>(digits.size());
  Trim(decimal.digits, decimal.point);
  return decimal;
}

std::string Number::Write(const Decimal& decimal) {
  const auto size = static_cast<std::int64_t>(decimal.digits.size());
  std::string text = decimal.negative ? "-" : "";
  if (decimal.point <= 0) {
    text += "0";
    if (size == 0) return text;
    text += ".";
    text.append(static_cast<std::size_t>(-decimal.point), '0');
    return text + decimal.digits;
  }
  if (decimal.point >= size) {
    text += decimal.digits;
    text.append(static_cast<std::size_t>(decimal.point - size), '0');
    return text;
  }
  const auto before = static_cast<std::size_t>(decimal.point);
  return absl::StrCat(text, decimal.digits.substr(0, before), ".", decimal.digits.substr(before));
}

}  // namespace ecs::cty
