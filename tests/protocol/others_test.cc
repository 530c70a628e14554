// Data sources, functions and ephemeral resources.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/protocol/rig.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Value Texts(const std::vector<std::string>& texts) {
  Value::Elements elements;
  for (const std::string& text : texts) elements.push_back(Value::String(text));
  return Value::List(cty::Type::String(), std::move(elements));
}

// --- Data sources ---

TEST(DataSource, AnswersItsConfigurationWithWhatItFound) {
  Rig rig;
  const std::vector<std::string> ids = rig.cloud().MakeServers(2);
  const Value config = rig.DataSource("ecs_servers", R"({"name_regex": "^node"})");
  EXPECT_THAT(rig.client().ValidateDataResourceConfig("ecs_servers", config).notes, IsEmpty());
  const Value found = Clean(rig.client().ReadDataSource("ecs_servers", config));
  EXPECT_EQ(found.At("name_regex"), config.At("name_regex"));
  EXPECT_EQ(found.At("ids"), Texts(ids));
  EXPECT_TRUE(found.IsWhollyKnown());
}

TEST(DataSource, IsRefusedWithThePathOfWhatIsWrong) {
  Rig rig;
  const Value wrong = rig.DataSource("ecs_servers", R"({"name_regex": "("})");
  EXPECT_THAT(rig.client().ValidateDataResourceConfig("ecs_servers", wrong).notes,
              ElementsAre("Error: Invalid value for name_regex [name_regex]"));
}

TEST(DataSource, ThatTheCloudRefusesIsAnError) {
  Rig rig;
  ASSERT_TRUE(rig.cloud().emulator().AddFault("ecs.ListServers:refuse:always:status=403").ok());
  const Reply<Value> refused =
      rig.client().ReadDataSource("ecs_servers", rig.DataSource("ecs_servers", "{}"));
  EXPECT_THAT(refused.notes, ElementsAre("Error: Listing the servers failed"));
  EXPECT_THAT(rig.cloud().emulator().FaultsNotSeen(), IsEmpty());
}

// --- Functions: Terraform does not configure the process that it asks. ---

TEST(Function, AnswersWithoutAConfiguration) {
  Client client;
  const Called parsed = client.CallFunction("parse_flavor", {Value::String("s3.xlarge.4")});
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.result, Value::Object({{"family", Value::String("s")},
                                          {"generation", Value::Int(3)},
                                          {"variant", Value::String("")},
                                          {"size", Value::String("xlarge")},
                                          {"vcpus", Value::Int(4)},
                                          {"memory_gib", Value::Int(16)}}));
}

TEST(Function, TellsWhichArgumentIsWrong) {
  Client client;
  const Called wrong = client.CallFunction("parse_flavor", {Value::String("large")});
  EXPECT_THAT(wrong.error, HasSubstr("s3.xlarge.4"));
  EXPECT_EQ(wrong.argument_at_fault, 0);

  const Called third = client.CallFunction(
      "cloud_init",
      {Value::String("#!/bin/sh"), Value::String("#cloud-config\n{}"), Value::String("hello")});
  EXPECT_THAT(third.error, HasSubstr("#cloud-config"));
  EXPECT_EQ(third.argument_at_fault, 2);

  const Called null = client.CallFunction("parse_flavor", {Value()});
  EXPECT_THAT(null.error, HasSubstr("must not be null"));
  EXPECT_EQ(null.argument_at_fault, 0);
}

TEST(Function, TakesAnyNumberOfArgumentsOnlyWhereItSaysSo) {
  Client client;
  const Value script = Value::String("#!/bin/sh");
  EXPECT_EQ(client.CallFunction("cloud_init", {script, script, script}).error, "");
  const Called many = client.CallFunction("parse_flavor", {Value::String("s3.xlarge.4"), script});
  EXPECT_THAT(many.error, HasSubstr("takes 1 argument(s), not 2"));
  EXPECT_EQ(many.argument_at_fault, std::nullopt);
  EXPECT_THAT(client.CallFunction("parse_flavor", {}).error,
              HasSubstr("takes 1 argument(s), not 0"));
}

TEST(Function, IsUnknownAsLongAsAnArgumentIs) {
  Client client;
  const Called called = client.CallFunction("parse_flavor", {Value::Unknown(cty::Type::String())});
  EXPECT_EQ(called.error, "");
  EXPECT_TRUE(called.result.is_unknown());
}

// --- Ephemeral resources ---

TEST(Ephemeral, TokenIsOpenedRenewedAndRevoked) {
  Rig rig;
  Client& terraform = rig.client();
  const Value config = rig.Ephemeral("ecs_token", "{}");
  EXPECT_THAT(terraform.ValidateEphemeralResourceConfig("ecs_token", config).notes, IsEmpty());

  const Opened opened = Clean(terraform.OpenEphemeralResource("ecs_token", config));
  EXPECT_THAT(opened.result.At("token").AsString(), Not(IsEmpty()));
  EXPECT_EQ(opened.result.At("project_id"), Value::String(rig.cloud().options().project_id));
  ASSERT_TRUE(opened.renew_at.has_value());

  const Opened renewed = Clean(terraform.RenewEphemeralResource("ecs_token", opened.private_bytes));
  EXPECT_EQ(renewed.private_bytes, opened.private_bytes);

  EXPECT_THAT(terraform.CloseEphemeralResource("ecs_token", opened.private_bytes).notes, IsEmpty());
  EXPECT_EQ(rig.cloud().emulator().Count("RevokeToken"), 1);
  EXPECT_THAT(terraform.RenewEphemeralResource("ecs_token", opened.private_bytes).notes,
              ElementsAre("Error: The token of ecs_token is not valid any more"));
}

TEST(Ephemeral, ConsoleKeepsItsConfigurationAndNeedsNoRenewal) {
  Rig rig;
  const std::string id = rig.cloud().MakeServers(1)[0];
  const Value config =
      rig.Ephemeral("ecs_server_console", absl::StrCat(R"({"server_id": ")", id, R"("})"));
  const Opened opened = Clean(rig.client().OpenEphemeralResource("ecs_server_console", config));
  EXPECT_EQ(opened.result.At("server_id"), Value::String(id));
  EXPECT_THAT(opened.result.At("url").AsString(), HasSubstr("/console?token="));
  EXPECT_TRUE(opened.result.IsWhollyKnown());
  EXPECT_EQ(opened.renew_at, std::nullopt);
  EXPECT_THAT(rig.client().CloseEphemeralResource("ecs_server_console", opened.private_bytes).notes,
              IsEmpty());
}

TEST(Ephemeral, ThatCannotBeOpenedGivesNoResult) {
  Rig rig;
  const Value config = rig.Ephemeral("ecs_server_console",
                                     R"({"server_id": "50000000-0000-4000-8000-000000000001"})");
  const Reply<Opened> refused = rig.client().OpenEphemeralResource("ecs_server_console", config);
  EXPECT_THAT(refused.notes, ElementsAre("Error: Opening the console failed [server_id]"));
  EXPECT_TRUE(refused.value.result.is_null());
}

TEST(Ephemeral, IsClosedEvenAfterAStop) {
  Rig rig;
  const Opened opened =
      Clean(rig.client().OpenEphemeralResource("ecs_token", rig.Ephemeral("ecs_token", "{}")));
  rig.client().StopProvider();
  EXPECT_THAT(rig.client().CloseEphemeralResource("ecs_token", opened.private_bytes).notes,
              IsEmpty());
  EXPECT_EQ(rig.cloud().emulator().Count("RevokeToken"), 1);
}

}  // namespace
}  // namespace ecs::protocol
