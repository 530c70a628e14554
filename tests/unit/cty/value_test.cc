#include "provider/cty/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ecs::cty {
namespace {

using testing::ElementsAre;

Value Str(const char* text) { return Value::String(text); }
Value Pair(Value a, Value b) { return Value::Object({{"a", std::move(a)}, {"b", std::move(b)}}); }

TEST(Value, IsTheUntypedNullWhenDefault) {
  EXPECT_EQ(Value(), Value::Null(Type::Dynamic()));
  EXPECT_TRUE(Value().is_null());
}

TEST(Value, IsNullOrUnknownOrKnown) {
  const struct {
    Value value = {};
    bool null = false;
    bool unknown = false;
    bool known = false;
    bool wholly_known = false;
  } cases[] = {
      {Value::Null(Type::String()), true, false, false, true},
      {Value::Unknown(Type::String()), false, true, false, false},
      {Str(""), false, false, true, true},
      {Value::List(Type::String(), {}), false, false, true, true},
      {Value::List(Type::String(), {Value::Unknown(Type::String())}), false, false, true, false},
      {Value::Object({{"a", Value::Tuple({Value::Map(Type::Bool(),
                                                     {{"k", Value::Unknown(Type::Bool())}})})}}),
       false, false, true, false},
      {Value::Object({{"a", Value::Null(Type::Bool())}}), false, false, true, true},
  };
  for (const auto& test : cases) {
    SCOPED_TRACE(test.value.DebugString());
    EXPECT_EQ(test.value.is_null(), test.null);
    EXPECT_EQ(test.value.is_unknown(), test.unknown);
    EXPECT_EQ(test.value.is_known(), test.known);
    EXPECT_EQ(test.value.IsWhollyKnown(), test.wholly_known);
  }
}

TEST(Value, NullUnknownAndEmptyAreThreeDifferentValues) {
  const Type type = Type::List(Type::String());
  EXPECT_FALSE(Value::Null(type) == Value::Unknown(type));
  EXPECT_FALSE(Value::Null(type) == Value::List(Type::String(), {}));
  EXPECT_FALSE(Value::Unknown(type) == Value::List(Type::String(), {}));
  EXPECT_EQ(Value::Unknown(type), Value::Unknown(type));
  EXPECT_FALSE(Value::Null(type) == Value::Null(Type::Set(Type::String())));
  EXPECT_FALSE(Value::List(Type::String(), {}) == Value::List(Type::Bool(), {}));
}

TEST(Value, TellsWhatItIsMadeOf) {
  EXPECT_TRUE(Value::Bool(true).AsBool());
  EXPECT_EQ(Str("x").AsString(), "x");
  EXPECT_EQ(Value::Int(-7).AsNumber(), Number(-7));
  EXPECT_EQ(Value::Number(Number(0.5)).AsNumber(), Number(0.5));
  EXPECT_THAT(Value::Tuple({Str("x"), Value::Int(1)}).elements(),
              ElementsAre(Str("x"), Value::Int(1)));
  EXPECT_EQ(Value::Tuple({Str("x"), Value::Int(1)}).type(),
            Type::Tuple({Type::String(), Type::Number()}));
  const Value object = Pair(Str("x"), Value::Null(Type::Bool()));
  EXPECT_EQ(object.type(), Type::Object({{"a", Type::String()}, {"b", Type::Bool()}}));
  EXPECT_EQ(object.At("a"), Str("x"));
  const Value::Fields entries = {{"k", Value::Int(1)}};
  EXPECT_EQ(Value::Map(Type::Number(), entries).fields(), entries);
}

TEST(Value, OfATypeAtHandIsTheSameAsOneThatDerivesIt) {
  const Value derived = Pair(Str("x"), Value::Int(1));
  EXPECT_EQ(Value::Of(derived.type(), derived.fields()), derived);
  const Value list = Value::List(Type::String(), {Str("x")});
  EXPECT_EQ(Value::Of(list.type(), list.elements()), list);
}

TEST(Value, WithAnotherAttributeLeavesTheOriginal) {
  const Value before = Pair(Str("x"), Value::Int(1));
  EXPECT_EQ(before.With("b", Value::Int(2)), Pair(Str("x"), Value::Int(2)));
  EXPECT_EQ(before.With("b", Value::Unknown(Type::Number())),
            Pair(Str("x"), Value::Unknown(Type::Number())));
  EXPECT_EQ(before.With("b", Value::Bool(true)), Pair(Str("x"), Value::Bool(true)));
  EXPECT_EQ(before, Pair(Str("x"), Value::Int(1)));
}

TEST(Value, TextAndKeysAreInNfc) {
  EXPECT_EQ(Str("e\u0301").AsString(), "\u00e9");
  EXPECT_EQ(Value::Map(Type::Bool(), {{"e\u0301", Value::Bool(true)}}),
            Value::Map(Type::Bool(), {{"\u00e9", Value::Bool(true)}}));
  EXPECT_EQ(Value::Object({{"e\u0301", Value::Bool(true)}}),
            Value::Object({{"\u00e9", Value::Bool(true)}}));
  EXPECT_EQ(Value::String(std::string("a\0e\u0301", 5)).AsString(), std::string("a\0\u00e9", 4));
}

TEST(Value, TextNeverHoldsInvalidUtf8) {
  const struct {
    const char* text = "";
    const char* expected = "";
  } cases[] = {
      {"a\xff"
       "b",
       "a\ufffd"
       "b"},
      {"\xc3", "\ufffd"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},  // a surrogate
      {"\xc0\x80", "\ufffd\ufffd"},            // overlong
      {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
  };
  for (const auto& test : cases) EXPECT_EQ(Str(test.text).AsString(), test.expected);
}

TEST(ValueSet, SortsPrimitivesAndDropsDuplicates) {
  EXPECT_THAT(
      Value::Set(Type::String(), {Str("b"), Str("\u00e9"), Str("a"), Str("b"), Str("e\u0301")})
          .elements(),
      ElementsAre(Str("a"), Str("b"), Str("\u00e9")));
  EXPECT_THAT(Value::Set(Type::Number(), {Value::Int(10), Value::Int(9), Value::Number(Number(0.5)),
                                          Value::Number(Number(9.0))})
                  .elements(),
              ElementsAre(Value::Number(Number(0.5)), Value::Int(9), Value::Int(10)));
  EXPECT_THAT(
      Value::Set(Type::Bool(), {Value::Null(Type::Bool()), Value::Unknown(Type::Bool()),
                                Value::Bool(true), Value::Bool(false), Value::Null(Type::Bool())})
          .elements(),
      ElementsAre(Value::Bool(false), Value::Bool(true), Value::Unknown(Type::Bool()),
                  Value::Null(Type::Bool())));
}

TEST(ValueSet, KeepsTheOrderOfStructuresAndDropsLaterDuplicates) {
  const Value first = Pair(Str("z"), Value::Int(1));
  const Value second = Pair(Str("a"), Value::Int(2));
  EXPECT_THAT(Value::Set(first.type(), {first, second, first}).elements(),
              ElementsAre(first, second));
}

TEST(ValueSet, KeepsElementsThatAreNotWhollyKnown) {
  const Value unknown = Value::Unknown(Type::String());
  EXPECT_EQ(Value::Set(Type::String(), {unknown, unknown}).elements().size(), 2u);
  const Value partly = Pair(unknown, Value::Int(1));
  EXPECT_EQ(Value::Set(partly.type(), {partly, partly}).elements().size(), 2u);
}

TEST(ValueSet, EqualsWithoutOrderAtAnyDepth) {
  const auto set = [](std::vector<Value> elements) {
    const Type type = elements.front().type();
    return Value::Set(type, std::move(elements));
  };
  const Value x = Pair(Str("x"), Value::Int(1));
  const Value y = Pair(Str("y"), Value::Unknown(Type::Number()));
  const Value z = Pair(Str("z"), Value::Unknown(Type::Number()));
  EXPECT_EQ(set({x, y}), set({y, x}));
  EXPECT_FALSE(set({x, y}) == set({x, z}));
  EXPECT_FALSE(set({x, y}) == set({x}));
  EXPECT_EQ(set({set({x, y}), set({z})}), set({set({z}), set({y, x})}));
  EXPECT_EQ(set({set({x, y}), set({y, x})}).elements().size(), 2u);  // y is partly unknown
  EXPECT_EQ(set({set({x}), set({x})}).elements().size(), 1u);
}

TEST(Value, EqualsByContent) {
  EXPECT_EQ(Value::Number(Number(0.1)), Value::Number(*Number::Parse("0.1")));
  EXPECT_FALSE(Value::List(Type::Number(), {Value::Int(1), Value::Int(2)}) ==
               Value::List(Type::Number(), {Value::Int(2), Value::Int(1)}));
  EXPECT_FALSE(Value::Map(Type::String(), {{"a", Value::Null(Type::String())}}) ==
               Value::Map(Type::String(), {}));
  EXPECT_FALSE(Value::Map(Type::String(), {{"a", Str("x")}}) ==
               Value::Map(Type::String(), {{"b", Str("x")}}));
  EXPECT_EQ(Value::Unknown(Type::Bool(), "\x81\x01\xc2"), Value::Unknown(Type::Bool()));
}

TEST(Value, DescribesItself) {
  const Value value = Value::Object(
      {{"id", Value::Unknown(Type::String())},
       {"list", Value::List(Type::Number(), {Value::Int(1), Value::Number(Number(0.5))})},
       {"map", Value::Map(Type::String(), {{"k\"", Str("v")}})},
       {"set", Value::Set(Type::Bool(), {Value::Bool(true)})},
       {"tuple", Value::Tuple({Str("x"), Value()})}});
  EXPECT_EQ(value.DebugString(),
            R"({id = unknown, list = [1, 0.5], map = {"k\"" = "v"}, set = set(true), )"
            R"(tuple = ("x", null)})");
  EXPECT_EQ(testing::PrintToString(value), value.DebugString());
}

}  // namespace
}  // namespace ecs::cty
