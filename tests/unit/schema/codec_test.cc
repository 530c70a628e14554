// Struct members to cty values and back.
#include "provider/schema/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/attributes.h"

namespace ecs::schema {
namespace {

using cty::Type;
using cty::Value;

Value Str(const char* text) { return Value::String(text); }
Value Texts(const char* a, const char* b) { return Value::List(Type::String(), {Str(a), Str(b)}); }

// Checks that an Attr becomes the value, and the value becomes the Attr.
template <class X>
void ExpectRoundTrip(const Attr<X>& attr, const Value& value, const RowSet* rows = nullptr) {
  EXPECT_EQ(EncodeAttr(attr, rows), value);
  Attr<X> decoded;
  const Status done = DecodeAttr(value, rows, Path("a"), decoded);
  ASSERT_TRUE(done.ok()) << done.error().Text();
  EXPECT_TRUE(decoded == attr) << value.DebugString();
}

// Null, unknown and each of the known values, for one C++ type.
template <class X>
void ExpectRoundTrips(const Type& type, const std::vector<std::pair<X, Value>>& known,
                      const RowSet* rows = nullptr) {
  ExpectRoundTrip(Attr<X>(), Value::Null(type), rows);
  ExpectRoundTrip(Attr<X>::Unknown(), Value::Unknown(type), rows);
  for (const auto& [held, value] : known) ExpectRoundTrip(Attr<X>(held), value, rows);
}

struct Leaf {
  Attr<std::string> text = {};
  Attr<std::int64_t> number = {};
  bool operator==(const Leaf&) const = default;
};

std::shared_ptr<const RowSet> LeafRows() {
  Attributes<Leaf> rows;
  rows.add({.name = "text", .field = &Leaf::text, .doc = "Text."});
  rows.add({.name = "number", .field = &Leaf::number, .doc = "Number."});
  return rows;
}

Value LeafValue(Value text, Value number) {
  return Value::Object({{"text", std::move(text)}, {"number", std::move(number)}});
}

TEST(Codec, TextIsNullUnknownEmptyOrKnown) {
  ExpectRoundTrips<std::string>(Type::String(), {{"", Str("")}, {"a", Str("a")}});
}

TEST(Codec, BoolsAreNullUnknownFalseOrTrue) {
  ExpectRoundTrips<bool>(Type::Bool(), {{false, Value::Bool(false)}, {true, Value::Bool(true)}});
}

TEST(Codec, WholeNumbersKeepAll64Bits) {
  const std::int64_t least = INT64_MIN;
  const std::int64_t most = INT64_MAX;
  ExpectRoundTrips<std::int64_t>(Type::Number(), {{0, Value::Int(0)},
                                                  {-1, Value::Int(-1)},
                                                  {least, Value::Int(least)},
                                                  {most, Value::Int(most)}});
}

TEST(Codec, NumbersKeepTheirFraction) {
  ExpectRoundTrips<double>(Type::Number(), {{0, Value::Int(0)},
                                            {0.1, Value::Number(cty::Number(0.1))},
                                            {-2.5, Value::Number(cty::Number(-2.5))}});
}

TEST(Codec, AFractionIsNoWholeNumber) {
  Attr<std::int64_t> attr;
  const Status done = DecodeAttr(Value::Number(cty::Number(1.5)), nullptr, Path("size_gb"), attr);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error(), (Error{.code = Code::kInvalid,
                                 .summary = "Invalid number",
                                 .detail = "size_gb must be a whole number, not 1.5.",
                                 .path = Path("size_gb")}));
}

TEST(Codec, ListsOfTextKeepTheirOrderAndDuplicates) {
  ExpectRoundTrips<std::vector<std::string>>(Type::List(Type::String()),
                                             {{{}, Value::List(Type::String(), {})},
                                              {{"b", "a"}, Texts("b", "a")},
                                              {{"a", "a"}, Texts("a", "a")}});
}

TEST(Codec, SetsOfTextHaveNoOrder) {
  ExpectRoundTrips<std::set<std::string>>(
      Type::Set(Type::String()), {{{}, Value::Set(Type::String(), {})},
                                  {{"a", "b"}, Value::Set(Type::String(), {Str("b"), Str("a")})}});
}

TEST(Codec, MapsOfTextKeepEmptyTexts) {
  ExpectRoundTrips<std::map<std::string, std::string>>(
      Type::Map(Type::String()), {{{}, Value::Map(Type::String(), {})},
                                  {{{"k", ""}}, Value::Map(Type::String(), {{"k", Str("")}})}});
}

TEST(Codec, StructsMayHoldNullAndUnknownAttributes) {
  const auto rows = LeafRows();
  const Type type = rows->ObjectType();
  const Value null = Value::Null(Type::String());
  const Value unknown = Value::Unknown(Type::Number());
  ExpectRoundTrips<Leaf>(type,
                         {{Leaf{}, LeafValue(null, Value::Null(Type::Number()))},
                          {Leaf{.number = Attr<std::int64_t>::Unknown()}, LeafValue(null, unknown)},
                          {Leaf{.text = "a", .number = 1}, LeafValue(Str("a"), Value::Int(1))}},
                         rows.get());
}

TEST(Codec, ListsAndMapsOfStructsGoThroughTheirRows) {
  const auto rows = LeafRows();
  const Type type = rows->ObjectType();
  const Leaf leaf{.text = "a"};
  const Value value = LeafValue(Str("a"), Value::Null(Type::Number()));
  ExpectRoundTrips<std::vector<Leaf>>(
      Type::List(type),
      {{{}, Value::List(type, {})}, {{leaf, leaf}, Value::List(type, {value, value})}}, rows.get());
  ExpectRoundTrips<std::map<std::string, Leaf>>(
      Type::Map(type),
      {{{}, Value::Map(type, {})}, {{{"k", leaf}}, Value::Map(type, {{"k", value}})}}, rows.get());
}

TEST(Codec, ACollectionWithAnythingUnknownInItIsUnknown) {
  const Value unknown = Value::Unknown(Type::String());
  Attr<std::vector<std::string>> list;
  Attr<std::set<std::string>> set;
  Attr<std::map<std::string, std::string>> map;
  ASSERT_TRUE(
      DecodeAttr(Value::List(Type::String(), {Str("a"), unknown}), nullptr, Path(), list).ok());
  ASSERT_TRUE(DecodeAttr(Value::Set(Type::String(), {unknown}), nullptr, Path(), set).ok());
  ASSERT_TRUE(DecodeAttr(Value::Map(Type::String(), {{"k", unknown}}), nullptr, Path(), map).ok());
  EXPECT_TRUE(list.is_unknown());
  EXPECT_TRUE(set.is_unknown());
  EXPECT_TRUE(map.is_unknown());
}

// A configuration with one is refused, but a state file may hold anything.
TEST(Codec, ANullElementIsAnErrorInEveryCollection) {
  const auto rows = LeafRows();
  const Type leaf = rows->ObjectType();
  const Value null = Value::Null(Type::String());
  const Error expected = {.code = Code::kInvalid,
                          .summary = "Null value in a collection",
                          .detail = "ids holds a null value.",
                          .path = Path("ids")};
  const auto expect_error = [&](const Value& value, auto attr) {
    const Status done = DecodeAttr(value, rows.get(), Path("ids"), attr);
    ASSERT_FALSE(done.ok()) << value.DebugString();
    EXPECT_EQ(done.error(), expected) << value.DebugString();
  };
  expect_error(Value::List(Type::String(), {Str("a"), null}), Attr<std::vector<std::string>>());
  expect_error(Value::Set(Type::String(), {null}), Attr<std::set<std::string>>());
  expect_error(Value::Map(Type::String(), {{"k", null}}),
               Attr<std::map<std::string, std::string>>());
  expect_error(Value::List(leaf, {Value::Null(leaf)}), Attr<std::vector<Leaf>>());
  expect_error(Value::Map(leaf, {{"k", Value::Null(leaf)}}), Attr<std::map<std::string, Leaf>>());
}

TEST(Codec, ACollectionOfStructsIsUnknownIfOneOfThemIs) {
  const auto rows = LeafRows();
  const Type type = rows->ObjectType();
  const Value unknown = Value::Unknown(type);
  Attr<std::vector<Leaf>> list;
  Attr<std::map<std::string, Leaf>> map;
  ASSERT_TRUE(DecodeAttr(Value::List(type, {unknown}), rows.get(), Path(), list).ok());
  ASSERT_TRUE(DecodeAttr(Value::Map(type, {{"k", unknown}}), rows.get(), Path(), map).ok());
  EXPECT_TRUE(list.is_unknown());
  EXPECT_TRUE(map.is_unknown());
}

TEST(Codec, AnErrorInsideNestedValuesNamesTheWholePath) {
  const auto rows = LeafRows();
  const Type type = rows->ObjectType();
  const Value bad = LeafValue(Str("a"), Value::Number(cty::Number(0.5)));
  Attr<Leaf> single;
  Attr<std::vector<Leaf>> list;
  Attr<std::map<std::string, Leaf>> map;
  const Path at("disks");
  EXPECT_EQ(DecodeAttr(bad, rows.get(), at, single).error().path, at / "number");
  EXPECT_EQ(DecodeAttr(Value::List(type, {bad}), rows.get(), at, list).error().path,
            at.At(std::int64_t{0}) / "number");
  EXPECT_EQ(DecodeAttr(Value::Map(type, {{"k", bad}}), rows.get(), at, map).error().path,
            at.At("k") / "number");
}

TEST(Attr, ComparesItsKindAndItsValue) {
  using Text = Attr<std::string>;
  EXPECT_EQ(Text(), Text());
  EXPECT_EQ(Text::Unknown(), Text::Unknown());
  EXPECT_EQ(Text("a"), Text("a"));
  EXPECT_FALSE(Text() == Text(""));
  EXPECT_FALSE(Text() == Text::Unknown());
  EXPECT_FALSE(Text("a") == Text("b"));
  EXPECT_EQ(Text::Unknown().value_or("other"), "other");
  EXPECT_EQ(Text("a").value_or("other"), "a");
}

}  // namespace
}  // namespace ecs::schema
