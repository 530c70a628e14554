// Values, paths and rows as protocol messages.
#include "provider/rpc/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecs::rpc {
namespace {

using cty::Type;
using cty::Value;

TEST(Convert, AMessageWithoutContentIsTheNullOfTheType) {
  EXPECT_EQ(*FromProto({}, Type::String()), Value::Null(Type::String()));
}

TEST(Convert, BothFormsOfAValueAreUnderstood) {
  tfplugin6::DynamicValue json;
  json.set_json("\"a\"");
  EXPECT_EQ(*FromProto(json, Type::String()), Value::String("a"));
  for (const Value& value : {Value::String("a"), Value::Null(Type::String()),
                             Value::Unknown(Type::String()), Value::String("")}) {
    tfplugin6::DynamicValue msgpack;
    ToProto(value, Type::String(), &msgpack);
    EXPECT_EQ(*FromProto(msgpack, Type::String()), value);
  }
}

TEST(Convert, EachStepOfAPathHasItsOwnKind) {
  tfplugin6::AttributePath out;
  ToProto(Path("disks").At("data").At(std::int64_t{3}) / "size", &out);
  ASSERT_EQ(out.steps_size(), 4);
  EXPECT_EQ(out.steps(0).attribute_name(), "disks");
  EXPECT_EQ(out.steps(1).element_key_string(), "data");
  EXPECT_EQ(out.steps(2).element_key_int(), 3);
  EXPECT_EQ(out.steps(3).attribute_name(), "size");
}

TEST(Convert, ADiagnosticOfTheWholeResourceHasNoPath) {
  tfplugin6::Diagnostic out;
  ToProto({.severity = schema::Severity::kWarning, .summary = "s", .detail = "d"}, &out);
  EXPECT_EQ(out.severity(), tfplugin6::Diagnostic::WARNING);
  EXPECT_EQ(out.summary(), "s");
  EXPECT_EQ(out.detail(), "d");
  EXPECT_FALSE(out.has_attribute());
}

}  // namespace
}  // namespace ecs::rpc
