// Putting planned and found values together.
#include "provider/lifecycle/known.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Type;
using cty::Value;

Value Str(const char* text) { return Value::String(text); }
Value NullText() { return Value::Null(Type::String()); }
Value UnknownText() { return Value::Unknown(Type::String()); }
Value List(std::vector<Value> elements) { return Value::List(Type::String(), std::move(elements)); }
Value Set(std::vector<Value> elements) { return Value::Set(Type::String(), std::move(elements)); }
Value Map(Value::Fields fields) { return Value::Map(Type::String(), std::move(fields)); }
Value Pair(Value a, Value b) { return Value::Object({{"a", std::move(a)}, {"b", std::move(b)}}); }

TEST(Complete, TakesFromWhatWasFoundOnlyWhatThePlanDidNotKnow) {
  const struct {
    const char* about = "";
    Value planned = {};
    Value found = {};
    Value complete = {};
  } cases[] = {
      {"known", Str("a"), Str("b"), Str("a")},
      {"null", NullText(), Str("b"), NullText()},
      {"empty", Str(""), Str("b"), Str("")},
      {"unknown and found", UnknownText(), Str("b"), Str("b")},
      {"unknown and null", UnknownText(), NullText(), NullText()},
      {"unknown in both", UnknownText(), UnknownText(), NullText()},
      {"unknown and of another type", UnknownText(), Value::Int(1), NullText()},
      {"unknown and nothing found", UnknownText(), Value(), NullText()},
      {"object", Pair(Str("a"), UnknownText()), Pair(Str("x"), Str("y")), Pair(Str("a"), Str("y"))},
      {"object and nothing found", Pair(Str("a"), UnknownText()), Value(),
       Pair(Str("a"), NullText())},
      {"map by key", Map({{"k", UnknownText()}, {"l", UnknownText()}, {"m", Str("a")}}),
       Map({{"k", Str("y")}, {"n", Str("z")}}),
       Map({{"k", Str("y")}, {"l", NullText()}, {"m", Str("a")}})},
      {"list by place", List({Str("a"), UnknownText()}), List({Str("x"), Str("y")}),
       List({Str("a"), Str("y")})},
      {"list of another length", List({Str("a"), UnknownText()}), List({Str("x")}),
       List({Str("a"), NullText()})},
      {"set as a whole", Set({Str("a"), UnknownText()}), Set({Str("a"), Str("b")}),
       Set({Str("a"), Str("b")})},
      {"known set", Set({Str("a")}), Set({Str("b")}), Set({Str("a")})},
      {"set and nothing found", Set({UnknownText()}), Value(),
       Value::Null(Type::Set(Type::String()))},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Complete(test.planned, test.found), test.complete) << test.about;
    EXPECT_TRUE(Complete(test.planned, test.found).IsWhollyKnown()) << test.about;
  }
}

TEST(NullForUnknown, LeavesWhatIsKnown) {
  EXPECT_EQ(NullForUnknown(Pair(UnknownText(), Str("b"))), Pair(NullText(), Str("b")));
  EXPECT_EQ(NullForUnknown(Pair(NullText(), Str(""))), Pair(NullText(), Str("")));
}

TEST(WriteOnly, ComesFromTheConfigurationAndGoesBeforeStoring) {
  Box config{.name = "config", .secret = "s"};
  const Box planned{.name = "planned"};
  Box wanted = planned;
  wanted.secret = "s";
  const Value with = WithWriteOnly(BoxRows(), ValueOf(planned), ValueOf(config));
  EXPECT_EQ(with, ValueOf(wanted));
  EXPECT_EQ(WithoutWriteOnly(BoxRows(), with), ValueOf(planned));
  EXPECT_EQ(WithWriteOnly(BoxRows(), ValueOf(planned), Value::Null(BoxRows().ObjectType())),
            ValueOf(planned));
}

}  // namespace
}  // namespace ecs::lifecycle
