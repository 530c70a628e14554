// The provider functions.
#include "provider/lifecycle/call_function.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Result<Value> Call(const std::string& name, const std::vector<std::string>& texts) {
  std::vector<Value> arguments;
  for (const std::string& text : texts) arguments.push_back(Value::String(text));
  return lifecycle::CallFunction(*TheProvider().FindFunction(name), arguments);
}

std::string FlavorAsJson(const std::string& name) {
  const Result<Value> flavor = Call("parse_flavor", {name});
  if (!flavor.ok()) return "error";
  return *cty::ToJson(*flavor, TheProvider().FindFunction("parse_flavor")->returns);
}

TEST(ParseFlavor, TakesNamesApart) {
  EXPECT_EQ(
      FlavorAsJson("s3.xlarge.4"),
      R"({"family":"s","generation":3,"memory_gib":16,"size":"xlarge","variant":"","vcpus":4})");
  EXPECT_EQ(
      FlavorAsJson("c3ne.2xlarge.2"),
      R"({"family":"c","generation":3,"memory_gib":16,"size":"2xlarge","variant":"ne","vcpus":8})");
  EXPECT_EQ(
      FlavorAsJson("s2.medium.1"),
      R"({"family":"s","generation":2,"memory_gib":1,"size":"medium","variant":"","vcpus":1})");
  EXPECT_EQ(
      FlavorAsJson("c2.large"),
      R"({"family":"c","generation":2,"memory_gib":null,"size":"large","variant":"","vcpus":2})");
  EXPECT_EQ(FlavorAsJson("m7.128xlarge.8"), R"({"family":"m","generation":7,"memory_gib":4096,)"
                                            R"("size":"128xlarge","variant":"","vcpus":512})");
}

TEST(ParseFlavor, OtherTextsAreAnErrorAtTheArgument) {
  const std::string names[] = {"",          "s3",          "s3.huge.4",     "S3.large.4",
                               "3.large.4", "s3.large.4 ", "s3.large.4444", std::string(9999, 's')};
  for (const std::string& name : names) {
    const Result<Value> flavor = Call("parse_flavor", {name});
    ASSERT_FALSE(flavor.ok()) << name;
    EXPECT_EQ(lifecycle::ArgumentAtFault(flavor.error()), 0) << name;
    EXPECT_THAT(flavor.error().Text(), HasSubstr("s3.xlarge.4"));
  }
}

TEST(CloudInit, PartsAreNamedByTheirFirstLine) {
  const Result<Value> made = Call("cloud_init", {"#cloud-config\n{}\n", "#!/bin/sh\nécho\n"});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->AsString(),
            "Content-Type: multipart/mixed; boundary=\"ecs-8f632ad5e3b4d7996a1b078f\"\n"
            "MIME-Version: 1.0\n"
            "\n"
            "--ecs-8f632ad5e3b4d7996a1b078f\n"
            "Content-Type: text/cloud-config; charset=\"utf-8\"\n"
            "MIME-Version: 1.0\n"
            "Content-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=\"part-1\"\n"
            "\n"
            "I2Nsb3VkLWNvbmZpZwp7fQo=\n"
            "--ecs-8f632ad5e3b4d7996a1b078f\n"
            "Content-Type: text/x-shellscript; charset=\"utf-8\"\n"
            "MIME-Version: 1.0\n"
            "Content-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=\"part-2\"\n"
            "\n"
            "IyEvYmluL3NoCsOpY2hvCg==\n"
            "--ecs-8f632ad5e3b4d7996a1b078f--\n");
  EXPECT_EQ(*Call("cloud_init", {"#cloud-config\n{}\n", "#!/bin/sh\nécho\n"}), *made);
}

TEST(CloudInit, EachKindOfPartHasItsType) {
  const std::pair<const char*, const char*> kinds[] = {
      {"#cloud-config-archive\n", "text/cloud-config-archive"},
      {"#cloud-boothook\n", "text/cloud-boothook"},
      {"#include\nhttp://x", "text/x-include-url"},
      {"#include-once\nhttp://x", "text/x-include-once-url"},
      {"#part-handler\n", "text/part-handler"},
      {"## template: jinja\n#cloud-config", "text/jinja2"}};
  for (const auto& [part, type] : kinds) {
    const Result<Value> made = Call("cloud_init", {part});
    ASSERT_TRUE(made.ok()) << part;
    EXPECT_THAT(made->AsString(), HasSubstr(absl::StrCat("\nContent-Type: ", type, ";"))) << part;
  }
}

TEST(CloudInit, APartOfNoKindIsAnErrorAtItsArgument) {
  const Result<Value> made = Call("cloud_init", {"#!/bin/sh", "echo"});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(lifecycle::ArgumentAtFault(made.error()), 1);
}

TEST(CloudInit, NoPartAndTooMuchAreErrorsOfTheWholeCall) {
  EXPECT_THAT(Call("cloud_init", {}).error().detail, StartsWith("cloud_init takes"));
  const Result<Value> made = Call("cloud_init", {"#!" + std::string(25000, 'x')});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(lifecycle::ArgumentAtFault(made.error()), std::nullopt);
  EXPECT_THAT(made.error().detail, HasSubstr("32768"));
}

}  // namespace
}  // namespace ecs
