// The sentences that users read, and the values that pass.
#include "provider/schema/value_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecs::schema {
namespace {

using cty::Type;
using cty::Value;

Value Str(const std::string& text) { return Value::String(text); }
Value Set(std::vector<Value> elements) { return Value::Set(Type::String(), std::move(elements)); }
Value Keys(const char* key) { return Value::Map(Type::String(), {{key, Str("")}}); }

constexpr char kFine[] = "";

TEST(ValueChecks, EachSaysInWordsWhatIsWrong) {
  const Check letters = Matches("[a-z]+", "made of letters");
  const struct {
    const char* about = "";
    Check check = {};
    Value value = {};
    std::string complaint = {};
  } cases[] = {
      {"a word", OneOf({"SOFT", "HARD"}), Str("HARD"), kFine},
      {"another case", OneOf({"SOFT", "HARD"}), Str("hard"),
       "must be one of SOFT, HARD, not \"hard\""},
      {"least length", LengthBetween(1, 3), Str("a"), kFine},
      {"most length", LengthBetween(1, 3), Str("abc"), kFine},
      {"characters, not bytes", LengthBetween(1, 3), Str("äöü"), kFine},
      {"empty", LengthBetween(1, 3), Str(""), "must have 1 to 3 characters, not 0"},
      {"too long", LengthBetween(1, 3), Str("abcd"), "must have 1 to 3 characters, not 4"},
      {"in range", Between(1, 1024), Value::Int(1024), kFine},
      {"too small", Between(1, 1024), Value::Int(0),
       "must be a whole number from 1 to 1024, not 0"},
      {"a fraction", Between(1, 1024), Value::Number(cty::Number(1.5)),
       "must be a whole number from 1 to 1024, not 1.5"},
      {"matching", letters, Str("abc"), kFine},
      {"matching in part", letters, Str("abc1"), "must be made of letters, not \"abc1\""},
      {"a UUID", IsUuid(), Str("6f0e2a4b-1111-4111-8111-11111111111f"), kFine},
      {"upper case", IsUuid(), Str("6F0E2A4B-1111-4111-8111-11111111111F"),
       "must be in lower case: 6f0e2a4b-1111-4111-8111-11111111111f, not "
       "\"6F0E2A4B-1111-4111-8111-11111111111F\""},
      {"too short", IsUuid(), Str("6f0e2a4b"),
       "must be a UUID, such as 6f0e2a4b-1111-4111-8111-111111111111, not \"6f0e2a4b\""},
      {"no dash", IsUuid(), Str("6f0e2a4b11111-4111-8111-111111111111"),
       "must be a UUID, such as 6f0e2a4b-1111-4111-8111-111111111111, not "
       "\"6f0e2a4b11111-4111-8111-111111111111\""},
      {"an address", IsIpv4(), Str("10.0.0.4"), kFine},
      {"three parts", IsIpv4(), Str("10.0.4"), "must be an IPv4 address, not \"10.0.4\""},
      {"a prefix", IsIpv4(), Str("10.0.0.0/24"), "must be an IPv4 address, not \"10.0.0.0/24\""},
      {"a NUL behind", IsIpv4(), Str(std::string("10.0.0.4\0x", 10)),
       std::string("must be an IPv4 address, not \"10.0.0.4\0x\"", 41)},
      {"a duration", IsDuration(), Str("1h30m"), kFine},
      {"no unit", IsDuration(), Str("90"),
       "must be a duration such as \"90s\", \"20m\" or \"1h30m\", not \"90\""},
      {"not empty", NotEmpty(), Str("a"), kFine},
      {"empty text", NotEmpty(), Str(""), "must not be empty"},
      {"empty set", NotEmpty(), Set({}), "must not be empty"},
      {"empty map", NotEmpty(), Value::Map(Type::String(), {}), "must not be empty"},
      {"set with an element", NotEmpty(), Set({Str("a")}), kFine},
      {"size", SizeAtMost(1), Keys("a"), kFine},
      {"too many", SizeAtMost(1), Set({Str("a"), Str("b")}), "must have at most 1 elements, not 2"},
      {"fine elements", EachElement(letters), Set({Str("a"), Str("b")}), kFine},
      {"unknown elements", EachElement(letters), Set({Value::Unknown(Type::String())}), kFine},
      {"a bad element", EachElement(letters), Set({Str("1")}),
       "has an element that must be made of letters, not \"1\""},
      {"fine keys", EachKey(letters), Keys("a"), kFine},
      {"a bad key", EachKey(letters), Keys("1"),
       "has the key \"1\": a key must be made of letters, not \"1\""},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(test.check(test.value).value_or(kFine), test.complaint) << test.about;
  }
}

// Some libraries recurse once per character.
TEST(ValueChecks, LettersOfAnotherCaseCanBeTheSame) {
  EXPECT_TRUE(SameIgnoringCase(Str("SSD"), Str("ssd")));
  EXPECT_FALSE(SameIgnoringCase(Str("SSD"), Str("SAS")));
}

TEST(ValueChecks, ATextOfAMillionLettersIsMatchedAsAny) {
  const Check letters = Matches("[a-z]+", "made of letters");
  const std::string million(1'000'000, 'a');
  EXPECT_EQ(letters(Str(million)), std::nullopt);
  EXPECT_EQ(letters(Str(million + "1")),
            "must be made of letters, not \"" + million.substr(0, 100) + "…\"");
}

TEST(ValueChecks, DurationsAreThoseOfGo) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const struct {
    std::string text = {};
    std::optional<std::int64_t> nanoseconds = {};
  } cases[] = {
      {"90s", 90 * kSecond},         {"20m", 1200 * kSecond},   {"1h30m", 5400 * kSecond},
      {"500ms", kSecond / 2},        {"1.5s", kSecond * 3 / 2}, {"1ns", 1},
      {"8760h", 31536000 * kSecond}, {"8761h", std::nullopt},   {"0s", std::nullopt},
      {"-1s", std::nullopt},         {"", std::nullopt},        {"1d", std::nullopt},
      {"ten", std::nullopt},         {"inf", std::nullopt},     {"10 s", std::nullopt},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ParseDuration(test.text), test.nanoseconds) << test.text;
  }
}

}  // namespace
}  // namespace ecs::schema
