#include "provider/cty/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ecs::cty {
namespace {

Type Parsed(const std::string& text) {
  const Result<Type> type = TypeFromJson(text);
  EXPECT_TRUE(type.ok()) << text;
  return type.ok() ? *type : Type();
}

TEST(Type, IsDynamicWhenDefault) { EXPECT_EQ(Type(), Type::Dynamic()); }

TEST(Type, GoesToJsonAndBack) {
  const struct {
    Type type = {};
    const char* json = "";
  } cases[] = {
      {Type::String(), R"("string")"},
      {Type::Number(), R"("number")"},
      {Type::Bool(), R"("bool")"},
      {Type::Dynamic(), R"("dynamic")"},
      {Type::List(Type::String()), R"(["list","string"])"},
      {Type::Set(Type::Dynamic()), R"(["set","dynamic"])"},
      {Type::Map(Type::List(Type::Bool())), R"(["map",["list","bool"]])"},
      {Type::Tuple({}), R"(["tuple",[]])"},
      {Type::Tuple({Type::Bool(), Type::Number()}), R"(["tuple",["bool","number"]])"},
      {Type::Object({}), R"(["object",{}])"},
      {Type::Object({{"b", Type::Bool()}, {"a", Type::Tuple({})}}),
       R"(["object",{"a":["tuple",[]],"b":"bool"}])"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ToJson(test.type), test.json);
    EXPECT_EQ(Parsed(test.json), test.type) << test.json;
  }
}

TEST(Type, ReadsWhiteSpaceAndTakesOptionalAttributesAsAttributes) {
  EXPECT_EQ(Parsed(" [ \"object\" , {\"a\" : \"bool\"} ,\n[\"a\"] ] "),
            Type::Object({{"a", Type::Bool()}}));
}

TEST(Type, HasAttributeNamesInNfc) {
  EXPECT_EQ(Parsed("[\"object\",{\"e\u0301\":\"bool\"}]"),
            Type::Object({{"\u00e9", Type::Bool()}}));
  EXPECT_EQ(Type::Object({{"e\u0301", Type::Bool()}}), Type::Object({{"\u00e9", Type::Bool()}}));
}

TEST(Type, KeepsHowAnEmptyTupleWasWrittenAndTakesBothAsTheSame) {
  EXPECT_EQ(ToJson(Parsed(R"(["list",["tuple",null]])")), R"(["list",["tuple",null]])");
  EXPECT_EQ(Parsed(R"(["tuple",null])"), Type::Tuple({}));
}

TEST(Type, IsNotMadeFromBadText) {
  for (const char* text : {"",
                           "null",
                           "5",
                           "{}",
                           "[]",
                           "string",
                           "\"strin\"",
                           "\"capsule\"",
                           "[\"list\"]",
                           "[\"list\",null]",
                           "[\"list\",\"string\",\"x\"]",
                           "[\"bag\",\"string\"]",
                           "[5,\"string\"]",
                           "[\"object\"]",
                           "[\"object\",[\"a\"]]",
                           "[\"object\",{\"a\":\"x\"}]",
                           "[\"object\",{\"a\":\"bool\"},[\"b\"]]",
                           "[\"object\",{\"a\":\"bool\"},\"a\"]",
                           "[\"object\",{\"a\":\"bool\"},[\"a\"],1]",
                           "[\"tuple\",\"string\"]",
                           "[\"tuple\",[1]]",
                           "\"string\" x",
                           "[\"list\",\"string\"",
                           "\"\xff\""}) {
    const Result<Type> type = TypeFromJson(text);
    ASSERT_FALSE(type.ok()) << text;
    EXPECT_EQ(type.error().code, Code::kInvalid) << text;
    EXPECT_THAT(type.error().detail, testing::Not(testing::IsEmpty())) << text;
  }
}

TEST(Type, IsNotMadeFromTextNestedTooDeep) {
  const auto nested = [](int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += "[\"list\",";
    text += "\"string\"";
    return text.append(static_cast<std::size_t>(levels), ']');
  };
  EXPECT_TRUE(TypeFromJson(nested(256)).ok());
  EXPECT_FALSE(TypeFromJson(nested(257)).ok());
  EXPECT_FALSE(TypeFromJson(nested(1'000'000)).ok());
  EXPECT_FALSE(TypeFromJson(std::string(1'000'000, '[')).ok());
}

TEST(Type, DiffersByKindAndByParts) {
  EXPECT_FALSE(Type::List(Type::String()) == Type::Set(Type::String()));
  EXPECT_FALSE(Type::List(Type::String()) == Type::List(Type::Bool()));
  EXPECT_FALSE(Type::Object({{"a", Type::Bool()}}) == Type::Object({{"b", Type::Bool()}}));
  EXPECT_FALSE(Type::Tuple({Type::Bool()}) == Type::Tuple({}));
}

TEST(Type, IsConcreteUnlessDynamicIsInIt) {
  EXPECT_TRUE(Type::Object({{"a", Type::Tuple({Type::Set(Type::Bool())})}}).IsConcrete());
  EXPECT_FALSE(Type::Object({{"a", Type::Map(Type::Dynamic())}}).IsConcrete());
}

TEST(Type, HasANameForPeople) {
  EXPECT_EQ(Type::Map(Type::List(Type::Number())).Name(), "map of list of number");
  EXPECT_EQ(Type::Set(Type::Object({{"a", Type::Bool()}})).Name(), "set of object");
  EXPECT_EQ(Type::List(Type::Dynamic()).Name(), "list of any type");
}

}  // namespace
}  // namespace ecs::cty
