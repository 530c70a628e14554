#include "provider/cty/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace ecs::cty {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Number Parsed(const std::string& text) {
  const Result<Number> number = Number::Parse(text);
  EXPECT_TRUE(number.ok()) << text;
  return number.ok() ? *number : Number();
}

TEST(Number, IsZeroWhenDefault) {
  EXPECT_EQ(Number(), Number(0));
  EXPECT_EQ(Number().ToString(), "0");
}

TEST(Number, IsWrittenWithAllDigitsAndWithoutExponent) {
  const struct {
    const char* text = "";
    const char* written = "";
  } cases[] = {
      {"0", "0"},
      {"-0", "-0"},
      {"0e99999999999", "0"},
      {"007", "7"},
      {"+7", "7"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1.50", "1.5"},
      {"-1.50", "-1.5"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"12e-3", "0.012"},
      {"1200e-2", "12"},
      {"123.456e1", "1234.56"},
      {"1e22", "10000000000000000000000"},
      {"0.12345678901234567890123", "0.12345678901234567890123"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "9223372036854775808"},
      {"-9223372036854775809", "-9223372036854775809"},
  };
  for (const auto& test : cases) EXPECT_EQ(Parsed(test.text).ToString(), test.written) << test.text;
}

TEST(Number, IsNotMadeFromTextThatIsNoDecimal) {
  for (const char* text :
       {"",     " ",   "-",   "+",     ".",     "e1",  "1e",   "1e+", "1 ", " 1",      "1,5",
        "0x10", "1_0", "--1", "1.2.3", "1e1.5", "inf", "-Inf", "nan", "1p", "\xd9\xa3"}) {
    const Result<Number> number = Number::Parse(text);
    ASSERT_FALSE(number.ok()) << text;
    EXPECT_EQ(number.error().code, Code::kInvalid) << text;
  }
  EXPECT_FALSE(Number::Parse(std::string_view("1\0", 2)).ok());
}

TEST(Number, HasALimitOnBothSidesOfItsPoint) {
  EXPECT_EQ(Parsed("1e4899").ToString().size(), 4900u);
  EXPECT_EQ(Parsed("1e-4900").ToString().size(), 4902u);
  for (const char* text :
       {"1e4900", "1e-4901", "1e99999999999999999999", "-1e-99999999999999999999"}) {
    EXPECT_FALSE(Number::Parse(text).ok()) << text;
  }
  EXPECT_FALSE(Number::Parse(std::string(5000, '1')).ok());
}

TEST(Number, IsAnInt64OnlyWhenWholeAndInRange) {
  const struct {
    Number number = {};
    std::optional<std::int64_t> expected = {};
  } cases[] = {
      {Number(kMin), kMin},
      {Number(kMax), kMax},
      {Number(std::uint64_t{kMax}), kMax},
      {Number(std::uint64_t{kMax} + 1), std::nullopt},
      {Parsed("9223372036854775808"), std::nullopt},
      {Parsed("-9223372036854775808"), kMin},
      {Parsed("-9223372036854775809"), std::nullopt},
      {Parsed("1e40"), std::nullopt},
      {Parsed("1.5"), std::nullopt},
      {Parsed("40.0"), 40},
      {Parsed("4e1"), 40},
      {Parsed("-0"), 0},
      {Number(40.0), 40},
      {Number(-0.0), 0},
      {Number(0.5), std::nullopt},
      {Number(0x1p62), std::int64_t{1} << 62},
      {Number(0x1p63), std::nullopt},
      {Number(-0x1p63), kMin},
      {Number::Infinity(), std::nullopt},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(test.number.ToInt64(), test.expected) << test.number.ToString();
  }
}

TEST(Number, IsADoubleOnlyWhenADoubleIsExactlyIt) {
  const struct {
    Number number = {};
    std::optional<double> expected = {};
  } cases[] = {
      {Parsed("0.5"), 0.5},
      {Parsed("-1.5"), -1.5},
      {Parsed("0.1"), std::nullopt},
      {Parsed("0.15"), std::nullopt},
      {Parsed("0.1000000000000000055511151231257827021181583404541015625"), 0.1},
      {Parsed("9007199254740992.5"), std::nullopt},
      {Parsed("1e-400"), std::nullopt},
      {Parsed("1e400"), std::nullopt},
      {Parsed("1e22"), 1e22},
      {Number(std::int64_t{1} << 53), 0x1p53},
      {Number((std::int64_t{1} << 53) + 1), std::nullopt},
      {Number(kMax), std::nullopt},
      {Number(kMin), -0x1p63},
      {Number(0.1), 0.1},
      {Number::NegativeInfinity(), -std::numeric_limits<double>::infinity()},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(test.number.ToExactDouble(), test.expected) << test.number.ToString();
  }
}

TEST(Number, GivesTheNearestDouble) {
  EXPECT_EQ(Parsed("0.1").ToNearestDouble(), 0.1);
  EXPECT_EQ(Parsed("-1e400").ToNearestDouble(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Parsed("1e-400").ToNearestDouble(), 0.0);
}

TEST(Number, MadeFromADoubleIsWrittenShortest) {
  EXPECT_EQ(Number(0.1).ToString(), "0.1");
  EXPECT_EQ(Number(-2.718281828459045).ToString(), "-2.718281828459045");
  EXPECT_EQ(Number(1e22).ToString(), "10000000000000000000000");
  EXPECT_EQ(Number(-0.0).ToString(), "-0");
  EXPECT_EQ(Number(4096.0).ToString(), "4096");
}

// values.md section 3, "Numbers: the trap".
TEST(Number, EqualsByTerraformsRule) {
  const struct {
    const char* why = "";
    Number left = {};
    Number right = {};
    bool equal = false;
  } cases[] = {
      {"the double's text is the same", Parsed("0.1"), Number(0.1), true},
      {"more digits than a double has", Parsed("0.12345678901234567890123"),
       Number(0.12345678901234567890123), false},
      {"the same digits", Parsed("1.50"), Parsed("15e-1"), true},
      {"whole from text and double", Parsed("5.0"), Number(5.0), true},
      {"whole beyond 2^53, rounded", Number((std::int64_t{1} << 53) + 1), Number(0x1p53), false},
      {"whole beyond 2^53, exact", Number(std::int64_t{1} << 60), Number(0x1p60), true},
      {"whole: the double is not its shortest text", Parsed("1e300"), Number(1e300), false},
      {"a double that is a power of ten", Parsed("1e22"), Number(1e22), true},
      {"zero has one value", Number(-0.0), Number(0), true},
      {"infinities", Number::Infinity(), Number::Infinity(), true},
      {"infinities of two signs", Number::Infinity(), Number::NegativeInfinity(), false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(test.left == test.right, test.equal) << test.why;
    EXPECT_EQ(test.right == test.left, test.equal) << test.why;
  }
}

TEST(Number, IsOrderedByValueWhateverItWasMadeFrom) {
  const std::vector<Number> ascending = {Number::NegativeInfinity(),
                                         Parsed("-1e400"),
                                         Number(-1e300),
                                         Number(kMin),
                                         Number(-2),
                                         Number(-1.5),
                                         Parsed("-1.25"),
                                         Number(-1),
                                         Parsed("-0.001"),
                                         Number(0),
                                         Parsed("1e-400"),
                                         Number(0.1),
                                         Parsed("0.11"),
                                         Number(1),
                                         Parsed("1.05"),
                                         Number(1.5),
                                         Number(2),
                                         Number(10),
                                         Parsed("10.000001"),
                                         Number(kMax),
                                         Number(std::uint64_t{kMax} + 1),
                                         Parsed("1e22"),
                                         Parsed("1e300"),
                                         Number::Infinity()};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j)
          << ascending[i].ToString() << " and " << ascending[j].ToString();
    }
  }
}

TEST(Number, KnowsItsSignAndWhetherItIsWhole) {
  EXPECT_TRUE(Parsed("-0.5").is_negative());
  EXPECT_TRUE(Number(-0.0).is_negative());
  EXPECT_FALSE(Number(0).is_negative());
  EXPECT_TRUE(Parsed("1e40").IsWhole());
  EXPECT_TRUE(Number(1e40).IsWhole());
  EXPECT_FALSE(Parsed("1e-1").IsWhole());
  EXPECT_FALSE(Number::Infinity().IsWhole());
}

}  // namespace
}  // namespace ecs::cty
