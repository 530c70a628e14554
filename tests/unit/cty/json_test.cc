#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "provider/cty/value.h"

namespace ecs::cty {
namespace {

Type Person() { return Type::Object({{"age", Type::Number()}, {"name", Type::String()}}); }

Value APerson(Value age, Value name) {
  return Value::Object({{"age", std::move(age)}, {"name", std::move(name)}});
}

TEST(Json, ReadsMissingAttributesAsNull) {
  EXPECT_EQ(*FromJson(R"({"name":"x"})", Person()),
            APerson(Value::Null(Type::Number()), Value::String("x")));
  EXPECT_EQ(*FromJson("{}", Person()),
            APerson(Value::Null(Type::Number()), Value::Null(Type::String())));
}

TEST(Json, KeepsAllDigitsOfNumbers) {
  const Type type = Type::List(Type::Number());
  const Result<Value> value =
      FromJson("[0.12345678901234567890123,1e+40,1e400,18446744073709551616,-5,0.1,1E-7]", type);
  ASSERT_TRUE(value.ok()) << value.error().Text();
  EXPECT_EQ(*ToJson(*value, type),
            "[0.12345678901234567890123,10000000000000000000000000000000000000000,1" +
                std::string(400, '0') + ",18446744073709551616,-5,0.1,0.0000001]");
}

TEST(Json, ReadsWhiteSpaceEscapesAndNfd) {
  EXPECT_EQ(
      *FromJson(" \n[ \"a\\u00e9\\n\\ud83d\\ude42\" , \"e\u0301\" ]\t", Type::List(Type::String())),
      Value::List(Type::String(), {Value::String("a\u00e9\n\U0001F642"), Value::String("\u00e9")}));
  EXPECT_EQ(*FromJson("{\"e\u0301\":1}", Type::Map(Type::Number())),
            Value::Map(Type::Number(), {{"\u00e9", Value::Int(1)}}));
}

TEST(Json, ReadsADynamicValueWithItsTypeInAnyOrder) {
  EXPECT_EQ(*FromJson(R"({"type":["list","bool"],"value":[true]})", Type::Dynamic()),
            Value::List(Type::Bool(), {Value::Bool(true)}));
  EXPECT_EQ(*FromJson(R"({"value":null,"type":"string"})", Type::Dynamic()),
            Value::Null(Type::String()));
  EXPECT_EQ(*FromJson("null", Type::Dynamic()), Value());
}

TEST(Json, SaysWhereAndWhatIsWrong) {
  const struct {
    const char* text = "";
    Type type = {};
    const char* path = "";
    const char* detail = "";
  } cases[] = {
      {R"({"nam":"x"})", Person(), "nam", "There is no attribute \"nam\"."},
      {R"({"name":5})", Person(), "name", "A string is required."},
      {R"({"age":"5"})", Person(), "age", "A number is required."},
      {R"([])", Person(), "", "An object is required."},
      {R"([{"name":true}])", Type::List(Person()), "[0].name", "A string is required."},
      {R"({"k":[1]})", Type::Map(Type::Set(Type::Bool())), "[\"k\"]", "A bool is required."},
      {R"([1])", Type::Tuple({}), "", "A tuple of length 0 is required."},
      {R"("x")", Type::Dynamic(), "", "A value together with its type is required."},
      {R"({"value":1})", Type::Dynamic(), "", "A value together with its type is required."},
      {R"({"value":1,"type":"int"})", Type::Dynamic(), "", "Bad type constraint: unknown name."},
      {R"(1e4901)", Type::Number(), "",
       "A number can have at most 4900 digits on either side of its point."},
      {R"([{"value":1,"type":"number"},{"value":true,"type":"bool"}])", Type::List(Type::Dynamic()),
       "", "All elements must have the same type."},
  };
  for (const auto& test : cases) {
    const Result<Value> value = FromJson(test.text, test.type);
    ASSERT_FALSE(value.ok()) << test.text;
    EXPECT_EQ(value.error().code, Code::kInvalid) << test.text;
    EXPECT_EQ(value.error().summary, "Reading a value failed") << test.text;
    EXPECT_EQ(value.error().path.ToString(), test.path) << test.text;
    EXPECT_EQ(value.error().detail, test.detail) << test.text;
  }
}

TEST(Json, RefusesMalformedTextWithoutQuotingIt) {
  for (const char* text : {"", "secret", "{\"a\":\"secret", "[1,]", "1 2", "\"\xff\"",
                           "\"\\ud800\"", "{1:2}", "NaN", "01", "1e5000"}) {
    const Result<Value> value = FromJson(text, Type::Dynamic());
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.error().code, Code::kInvalid) << text;
    EXPECT_THAT(value.error().detail, testing::StartsWith("The JSON text is malformed at byte"));
    EXPECT_THAT(value.error().detail, testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(Json, RefusesTextNestedTooDeep) {
  for (const std::string open : {"[", "{\"value\":"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    const Result<Value> value = FromJson(text, Type::Dynamic());
    ASSERT_FALSE(value.ok());
    EXPECT_EQ(value.error().detail, "The JSON text is nested deeper than 256 levels.");
  }
}

TEST(Json, CannotHoldUnknownOrInfiniteValues) {
  const struct {
    Value value = {};
    const char* path = "";
  } cases[] = {
      {Value::Unknown(Type::Dynamic()), ""},
      {Value::List(Type::Bool(), {Value::Bool(true), Value::Unknown(Type::Bool())}), "[1]"},
      {APerson(Value::Number(Number::Infinity()), Value::String("")), "age"},
      {Value::Map(Type::Bool(), {{"k", Value::Unknown(Type::Bool())}}), "[\"k\"]"},
  };
  for (const auto& test : cases) {
    const Result<std::string> json = ToJson(test.value, test.value.type());
    ASSERT_FALSE(json.ok());
    EXPECT_EQ(json.error().code, Code::kInvalid);
    EXPECT_EQ(json.error().path.ToString(), test.path);
  }
}

TEST(Json, EscapesTextAsGoDoes) {
  EXPECT_EQ(*ToJson(Value::String("<a>&\"\\\b\f\n\r\t\x01\x7f\u2028\u2029\u00e9"), Type::String()),
            "\"\\u003ca\\u003e\\u0026\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\\u2028\\u2029\u00e9\"");
}

}  // namespace
}  // namespace ecs::cty
