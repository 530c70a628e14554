// Every golden vector of go-cty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "provider/cty/value.h"
#include "tests/support/hex.h"

namespace ecs::cty {
namespace {

using Json = nlohmann::json;

std::vector<Json> ReadVectors(const std::string& name) {
  std::ifstream file(ECS_SOURCE_DIR "/tests/vectors/" + name);
  std::vector<Json> vectors;
  for (std::string line; std::getline(file, line);) vectors.push_back(Json::parse(line));
  return vectors;
}

Type TypeOf(const Json& vector) {
  const Result<Type> type = TypeFromJson(vector["type"].dump());
  EXPECT_TRUE(type.ok()) << vector["type"];
  return type.ok() ? *type : Type();
}

std::string BytesOf(const Json& vector, const char* member) {
  return BytesOfHex(vector[member].get<std::string>());
}

bool IsPrimitive(const Type& type) {
  return type.kind() == Kind::kString || type.kind() == Kind::kNumber || type.kind() == Kind::kBool;
}

// go-cty orders sets of structures by an internal hash: there, bytes say nothing.
bool HasSetOfStructures(const Value& value) {
  if (!value.is_known()) return false;
  switch (value.type().kind()) {
    case Kind::kSet:
      if (!IsPrimitive(value.type().element()) && value.elements().size() > 1) return true;
      [[fallthrough]];
    case Kind::kList:
    case Kind::kTuple:
      for (const Value& element : value.elements()) {
        if (HasSetOfStructures(element)) return true;
      }
      return false;
    case Kind::kMap:
    case Kind::kObject:
      for (const auto& [name, field] : value.fields()) {
        if (HasSetOfStructures(field)) return true;
      }
      return false;
    default:
      return false;
  }
}

TEST(ValidVectors, AreDecodedAndEncodedAsGoCtyDoes) {
  const std::vector<Json> vectors = ReadVectors("cty_valid.jsonl");
  ASSERT_EQ(vectors.size(), 430u);
  int in_exact_bytes = 0;
  for (const Json& vector : vectors) {
    SCOPED_TRACE(vector["note"].get<std::string>());
    const Type type = TypeOf(vector);
    const Result<Value> value = FromMsgpack(BytesOf(vector, "msgpack_hex"), type);
    ASSERT_TRUE(value.ok()) << value.error().Text() << value.error().path.ToString();
    const std::string expected =
        BytesOf(vector, vector.contains("encode_hex") ? "encode_hex" : "msgpack_hex");
    const std::string encoded = ToMsgpack(*value, type);
    if (HasSetOfStructures(*value)) {
      EXPECT_EQ(encoded.size(), expected.size());
      const Result<Value> again = FromMsgpack(expected, type);
      ASSERT_TRUE(again.ok());
      EXPECT_EQ(*value, *again);
    } else {
      EXPECT_EQ(absl::BytesToHexString(encoded), absl::BytesToHexString(expected));
      ++in_exact_bytes;
    }
  }
  EXPECT_GT(in_exact_bytes, 390);
}

TEST(ValidVectors, AreWrittenAsJsonAsGoCtyDoes) {
  for (const Json& vector : ReadVectors("cty_valid.jsonl")) {
    SCOPED_TRACE(vector["note"].get<std::string>());
    const Type type = TypeOf(vector);
    const Result<Value> value = FromMsgpack(BytesOf(vector, "msgpack_hex"), type);
    ASSERT_TRUE(value.ok());
    const Result<std::string> json = ToJson(*value, type);
    if (vector["json"].is_null()) {
      ASSERT_FALSE(json.ok());
      EXPECT_EQ(json.error().code, Code::kInvalid);
    } else if (HasSetOfStructures(*value)) {
      EXPECT_EQ(json->size(), vector["json"].get<std::string>().size());
    } else {
      EXPECT_EQ(*json, vector["json"].get<std::string>());
    }
  }
}

TEST(ValidVectors, AreReadFromTheirJson) {
  for (const Json& vector : ReadVectors("cty_valid.jsonl")) {
    if (vector["json"].is_null()) continue;
    SCOPED_TRACE(vector["note"].get<std::string>());
    const Type type = TypeOf(vector);
    const std::string text = vector["json"].get<std::string>();
    const Result<Value> value = FromJson(text, type);
    ASSERT_TRUE(value.ok()) << value.error().Text();
    const Result<std::string> json = ToJson(*value, type);
    ASSERT_TRUE(json.ok()) << json.error().Text();
    EXPECT_EQ(*json, text == "-0" ? "0" : text);
  }
}

// Values are decoded from outside: whatever is cut off, the rest is refused or read, without a
// crash.
TEST(ValidVectors, AreRefusedWhenTruncatedAtAnyByte) {
  for (const Json& vector : ReadVectors("cty_valid.jsonl")) {
    SCOPED_TRACE(vector["note"].get<std::string>());
    if (vector["note"].get<std::string>().starts_with("bytes after")) continue;
    const Type type = TypeOf(vector);
    const std::string bytes = BytesOf(vector, "msgpack_hex");
    const std::size_t step = bytes.size() > 2000 ? 1009 : bytes.size() > 300 ? 13 : 1;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      EXPECT_FALSE(FromMsgpack(bytes.substr(0, size), type).ok()) << size;
    }
  }
}

TEST(InvalidVectors, AreAllRefused) {
  const std::vector<Json> vectors = ReadVectors("cty_invalid.jsonl");
  ASSERT_EQ(vectors.size(), 180u);
  for (const Json& vector : vectors) {
    SCOPED_TRACE(vector["note"].get<std::string>());
    const Result<Value> value = FromMsgpack(BytesOf(vector, "msgpack_hex"), TypeOf(vector));
    ASSERT_FALSE(value.ok()) << value->DebugString();
    EXPECT_EQ(value.error().code, Code::kInvalid);
    EXPECT_THAT(value.error().summary, testing::Not(testing::IsEmpty()));
    EXPECT_THAT(value.error().detail, testing::Not(testing::IsEmpty()));
  }
}

}  // namespace
}  // namespace ecs::cty
