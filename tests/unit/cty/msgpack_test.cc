#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "provider/cty/value.h"
#include "tests/support/hex.h"

namespace ecs::cty {
namespace {

Result<Value> Decode(const std::string& hex, const Type& type) {
  return FromMsgpack(BytesOfHex(hex), type);
}

std::string Encode(const Value& value, const Type& type) {
  return absl::BytesToHexString(ToMsgpack(value, type));
}

Type Server() {
  return Type::Object({{"any", Type::Dynamic()},
                       {"disks", Type::Map(Type::Object({{"size_gb", Type::Number()}}))},
                       {"name", Type::String()},
                       {"ports", Type::Set(Type::Number())},
                       {"tags", Type::List(Type::String())}});
}

Value AServer() {
  return Value::Object(
      {{"any", Value::Bool(true)},
       {"disks",
        Value::Map(Type::Object({{"size_gb", Type::Number()}}),
                   {{"data", Value::Object({{"size_gb", Value::Unknown(Type::Number())}})}})},
       {"name", Value::String("web")},
       {"ports", Value::Set(Type::Number(), {Value::Int(443), Value::Int(80)})},
       {"tags", Value::Null(Type::List(Type::String()))}});
}

TEST(Msgpack, GoesThereAndBack) {
  const std::string bytes = ToMsgpack(AServer(), Server());
  const Result<Value> value = FromMsgpack(bytes, Server());
  ASSERT_TRUE(value.ok()) << value.error().Text();
  EXPECT_EQ(*value, AServer());
  EXPECT_EQ(ToMsgpack(*value, Server()), bytes);
}

TEST(Msgpack, GivesADynamicPlaceTheTypeOfItsValue) {
  const Result<Value> value = FromMsgpack(ToMsgpack(AServer(), Server()), Server());
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->At("any").type(), Type::Bool());
  EXPECT_EQ(value->type().attributes().at("any"), Type::Bool());
}

TEST(Msgpack, WrapsOnlyWhatHasATypeInADynamicPlace) {
  const struct {
    Value value = {};
    const char* hex = "";
  } cases[] = {
      {Value(), "c0"},
      {Value::Unknown(Type::Dynamic()), "d40000"},
      {Value::Null(Type::Bool()), "92c40622626f6f6c22c0"},
      {Value::Unknown(Type::Bool()), "92c40622626f6f6c22d40000"},
      {Value::Bool(true), "92c40622626f6f6c22c3"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Encode(test.value, Type::Dynamic()), test.hex);
    const Result<Value> value = Decode(test.hex, Type::Dynamic());
    ASSERT_TRUE(value.ok()) << test.hex;
    EXPECT_EQ(*value, test.value) << test.hex;
  }
}

TEST(Msgpack, RefusesElementsOfDifferentTypesInACollection) {
  const Value mixed = Value::Tuple({Value::Bool(true), Value::Int(1)});
  const Type as_tuple = Type::Tuple({Type::Dynamic(), Type::Dynamic()});
  const std::string bytes = ToMsgpack(mixed, as_tuple);
  EXPECT_TRUE(FromMsgpack(bytes, as_tuple).ok());
  for (const Type& type : {Type::List(Type::Dynamic()), Type::Set(Type::Dynamic())}) {
    const Result<Value> value = FromMsgpack(bytes, type);
    ASSERT_FALSE(value.ok());
    EXPECT_EQ(value.error().detail, "All elements must have the same type.");
  }
}

TEST(Msgpack, SaysWhereAndWhatIsWrong) {
  const struct {
    const char* hex = "";
    Type type = {};
    const char* path = "";
    const char* detail = "";
  } cases[] = {
      {"", Type::Bool(), "", "The value ends early."},
      {"05", Type::String(), "", "A string is required."},
      {"05", Type::Object({}), "", "An object is required."},
      {"9191c3", Type::List(Type::List(Type::String())), "[0][0]", "A string is required."},
      {"81a161c3", Type::Map(Type::String()), "[\"a\"]", "A string is required."},
      {"81a161c3", Type::Object({{"a", Type::String()}}), "a", "A string is required."},
      {"81a16191c3", Type::Object({{"a", Type::Set(Type::String())}}), "a",
       "A string is required."},
      {"81a16192c0c3", Type::Object({{"a", Type::Tuple({Type::Bool(), Type::Number()})}}), "a[1]",
       "A number is required."},
      {"80", Type::Object({{"a", Type::String()}}), "",
       "An object with 1 attributes is required (0 given)."},
      {"81a162c0", Type::Object({{"a", Type::String()}}), "", "There is no attribute \"b\"."},
      {"82a161c0a161c0", Type::Object({{"a", Type::Bool()}, {"b", Type::Bool()}}), "",
       "An attribute is given twice."},
      {"81c0c0", Type::Map(Type::String()), "", "All keys must be text."},
      {"a1ff", Type::String(), "", "The text is not valid UTF-8."},
      {"81a1ffc0", Type::Map(Type::String()), "", "A key is not valid UTF-8."},
      {"a178", Type::Dynamic(), "", "A value together with its type is required."},
      {"92a22222c0", Type::Dynamic(), "", "Bad type constraint: unknown name."},
      {"d60100000000", Type::Bool(), "", "Extension type 1 is not supported."},
  };
  for (const auto& test : cases) {
    const Result<Value> value = Decode(test.hex, test.type);
    ASSERT_FALSE(value.ok()) << test.hex;
    EXPECT_EQ(value.error().code, Code::kInvalid) << test.hex;
    EXPECT_EQ(value.error().summary, "Reading a value failed") << test.hex;
    EXPECT_EQ(value.error().path.ToString(), test.path) << test.hex;
    EXPECT_EQ(value.error().detail, test.detail) << test.hex;
  }
}

TEST(Msgpack, TakesTheLastOfEqualKeysOfAMap) {
  const Result<Value> value = Decode("82a16101a16102", Type::Map(Type::Number()));
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, Value::Map(Type::Number(), {{"a", Value::Int(2)}}));
}

TEST(Msgpack, DoesNotLookAtBytesBehindTheValue) {
  EXPECT_EQ(*Decode("c3ffffff", Type::Bool()), Value::Bool(true));
}

TEST(Msgpack, AllocatesNothingForLengthsThatCannotBe) {
  for (const char* hex : {"ddffffffff", "ddffffffffc0c0", "dcffff", "9f"}) {
    EXPECT_FALSE(Decode(hex, Type::List(Type::String())).ok()) << hex;
    EXPECT_FALSE(Decode(hex, Type::Set(Type::String())).ok()) << hex;
  }
  for (const char* hex : {"dfffffffff", "dfffffffffa161c0", "deffff", "8f"}) {
    EXPECT_FALSE(Decode(hex, Type::Map(Type::String())).ok()) << hex;
  }
  for (const char* hex : {"dbffffffff61", "c6ffffffff61", "c9ffffffff0061", "c8ffff", "c7"}) {
    EXPECT_FALSE(Decode(hex, Type::String()).ok()) << hex;
  }
}

TEST(Msgpack, RefusesValuesNestedTooDeep) {
  const auto nested_type = [](int levels) {
    Type type = Type::String();
    for (int i = 0; i < levels; ++i) type = Type::List(type);
    return type;
  };
  const auto nested = [](int levels) { return std::string(levels, '\x91') + "\xa1x"; };
  EXPECT_TRUE(FromMsgpack(nested(256), nested_type(256)).ok());
  const Result<Value> value = FromMsgpack(nested(257), nested_type(257));
  ASSERT_FALSE(value.ok());
  EXPECT_THAT(value.error().detail, testing::HasSubstr("deeper than 256"));
}

TEST(Msgpack, AllocatesLittleWhenNestedLengthsAllClaimTheRest) {
  Type type = Type::String();
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    type = Type::List(type);
    bytes += std::string("\xdd\x00\x7f\xff\xff", 5);
  }
  bytes.append(9'000'000, '\xc1');
  EXPECT_FALSE(FromMsgpack(bytes, type).ok());
}

TEST(Msgpack, RefusesDynamicInDynamicWithoutEnd) {
  const auto nested = [](int levels) {
    std::string bytes;
    for (int i = 0; i < levels; ++i) bytes += "\x92\xc4\x09\"dynamic\"";
    return bytes + '\xc0';
  };
  EXPECT_TRUE(FromMsgpack(nested(200), Type::Dynamic()).ok());
  EXPECT_FALSE(FromMsgpack(nested(300), Type::Dynamic()).ok());
  EXPECT_FALSE(FromMsgpack(nested(100'000), Type::Dynamic()).ok());
}

TEST(Msgpack, RefusesNotANumber) {
  for (const char* hex : {"ca7fc00000", "cb7ff8000000000000", "cbfff8000000000001"}) {
    EXPECT_FALSE(Decode(hex, Type::Number()).ok()) << hex;
  }
}

TEST(Msgpack, ReturnsWhatIsKnownAboutAnUnknown) {
  const Result<Value> value = Decode("c7030c8101c2", Type::String());
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, Value::Unknown(Type::String()));
  EXPECT_EQ(value->refinement(), "\x81\x01\xc2");
  EXPECT_EQ(Encode(*value, Type::String()), "c7030c8101c2");
}

TEST(Msgpack, WritesRefinementsInOrderAndShortest) {
  // The upper bound before the lower, as 32-bit integers.
  const Result<Value> value = Decode(
      "c7100c83"
      "0492ce00000064c3"
      "0392d001c2"
      "01c2",
      Type::Number());
  ASSERT_TRUE(value.ok()) << value.error().Text();
  EXPECT_EQ(Encode(*value, Type::Number()), "c70b0c8301c2039201c2049264c3");
}

TEST(Msgpack, TakesARefinementItDoesNotKnowAsPlainUnknown) {
  const Result<Value> value = Decode("c7060c8201c207a178", Type::String());
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(Encode(*value, Type::String()), "d40000");
}

// As go-cty does, which has no refinements of them.
TEST(Msgpack, TakesARefinedUnknownOfAnyTypeAsPlainUnknown) {
  for (const char* hex : {"c7030c8101c2", "c7030c8101c3", "c7040c8102a161", "c7030c8101c0"}) {
    const Result<Value> value = Decode(hex, Type::Dynamic());
    ASSERT_TRUE(value.ok()) << hex << value.error().Text();
    EXPECT_EQ(*value, Value::Unknown(Type::Dynamic())) << hex;
    EXPECT_EQ(Encode(*value, Type::Dynamic()), "d40000") << hex;
  }
  EXPECT_FALSE(Decode("c7020cc0c0", Type::Dynamic()).ok());
}

TEST(Msgpack, TakesAnUnknownThatIsCertainlyNullAsNull) {
  EXPECT_EQ(*Decode("c7030c8101c3", Type::String()), Value::Null(Type::String()));
}

TEST(Msgpack, RefusesARefinementThatDoesNotGoWithTheType) {
  const struct {
    const char* hex = "";
    Type type = {};
  } cases[] = {
      {"c7040c8102a161", Type::Number()}, {"c7050c81039200c3", Type::String()},
      {"c7030c810501", Type::Tuple({})},  {"c7030c8105ff", Type::List(Type::String())},
      {"c7040c8102a1ff", Type::String()}, {"c7030c8101c0", Type::String()},
      {"c7020c8301", Type::String()},
  };
  for (const auto& test : cases) EXPECT_FALSE(Decode(test.hex, test.type).ok()) << test.hex;
}

TEST(Msgpack, SurvivesRandomDamage) {
  const std::string intact = ToMsgpack(AServer(), Server());
  std::mt19937 random(1);
  for (int round = 0; round < 5'000; ++round) {
    std::string bytes = intact;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    const Result<Value> value = FromMsgpack(bytes, Server());
    if (!value.ok()) continue;
    const Result<Value> again = FromMsgpack(ToMsgpack(*value, Server()), Server());
    ASSERT_TRUE(again.ok()) << absl::BytesToHexString(bytes) << again.error().Text();
    EXPECT_EQ(*again, *value);
  }
}

TEST(Msgpack, ReadsAndWritesManyElements) {
  for (const std::size_t count : {std::size_t{15}, std::size_t{16}, std::size_t{70'000}}) {
    Value::Elements elements;
    Value::Fields entries;
    for (std::size_t i = 0; i < count; ++i) {
      elements.push_back(Value::Int(static_cast<std::int64_t>(i)));
      entries.emplace(std::to_string(i), elements.back());
    }
    const Value value =
        Value::Tuple({Value::List(Type::Number(), elements), Value::Map(Type::Number(), entries),
                      Value::Set(Type::Number(), elements)});
    EXPECT_EQ(*FromMsgpack(ToMsgpack(value, value.type()), value.type()), value);
  }
}

}  // namespace
}  // namespace ecs::cty
