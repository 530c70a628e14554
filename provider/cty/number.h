// Terraform's number: exact, with all its digits. Facts: values.md section 3, "Numbers: the trap".
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace ecs::cty {

// A whole number, a double, or decimal text, kept as it came: nothing is rounded. Immutable value,
// cheap to copy for whole numbers within int64 and for doubles.
class Number {
 public:
  Number() = default;  // 0
  template <std::integral Whole>
  requires(!std::same_as<Whole, bool>) explicit Number(Whole whole) {
    if constexpr (std::signed_integral<Whole>) {
      held_ = static_cast<std::int64_t>(whole);
    } else {
      SetUnsigned(whole);
    }
  }
  // The number that the double is. May be infinite; must not be NaN.
  explicit Number(double binary);

  static Number Infinity();
  static Number NegativeInfinity();

  // Decimal text: sign, digits with or without a point (".5" and "5." too), exponent. No white
  // space, no "inf", no other bases. kInvalid also if the number has more than kMaxScale digits
  // before or behind its point.
  static Result<Number> Parse(std::string_view text);
  static constexpr int kMaxScale = 4900;  // a long double's, which the JSON reader is bound to

  bool is_infinite() const;
  bool is_negative() const;  // true for -0, too
  bool IsWhole() const;      // false for infinities

  // Only if whole and in range; -0 is 0.
  std::optional<std::int64_t> ToInt64() const;
  // Only if a double is exactly this number. Infinities are.
  std::optional<double> ToExactDouble() const;
  // The nearest double; infinite where the range ends.
  double ToNearestDouble() const;

  // All digits, no exponent: "0.1", "-15", "10000000000000000000000". A double is written as the
  // shortest text that tells it from other numbers of 53 bits. Infinities: "inf", "-inf", which is
  // not JSON.
  std::string ToString() const;

  // Terraform's rule: whole numbers exactly, others by the text of ToString. So the double 0.1
  // equals the text 0.1, and the double 1e300 is not the text 1e300. -0 equals 0.
  bool operator==(const Number& other) const;
  std::strong_ordering operator<=>(const Number& other) const;

 private:
  // 0.DIGITS * 10^point. Digits neither begin nor end with 0; none for zero.
  struct Decimal {
    bool negative = false;
    std::string digits = {};
    std::int64_t point = 0;
  };

  explicit Number(Decimal decimal);
  void SetUnsigned(std::uint64_t whole);
  Decimal Key() const;  // what the comparison rule compares
  static Decimal ShortestDecimal(double binary);
  static Decimal WholeDecimal(std::string_view digits);
  static std::string Write(const Decimal& decimal);

  // Whole numbers within int64 are int64_t, except those that came as a double of 2^53 and more,
  // whose shortest text is not their exact one. -0 and infinities are doubles.
  std::variant<std::int64_t, double, Decimal> held_ = std::int64_t{0};
};

}  // namespace ecs::cty
