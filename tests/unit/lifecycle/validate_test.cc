// What Terraform's core does not check: lifecycle.md section 3.
#include "provider/lifecycle/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/timeouts.h"
#include "provider/schema/data_source_type.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Type;
using cty::Value;
using schema::Diagnostic;
using testing::ElementsAre;
using testing::IsEmpty;

Box Config() { return {.name = "a", .disk = Disk{.type = "SSD"}}; }

std::vector<Diagnostic> Complaints(const Value& config, bool write_only_allowed = true) {
  schema::Diagnostics notes;
  ValidateResource(BoxResource(), config, write_only_allowed, notes);
  return notes.list();
}

std::vector<Diagnostic> Complaints(const Box& config, bool write_only_allowed = true) {
  return Complaints(ValueOf(config), write_only_allowed);
}

TEST(Validate, ASoundConfigurationHasNoComplaints) {
  Box config = Config();
  config.secret = "s";
  config.slots = std::map<std::string, Slot>{{"left", Slot{.color = "red"}}};
  EXPECT_THAT(Complaints(config), IsEmpty());
}

TEST(Validate, UnknownValuesAreAccepted) {
  Box config = Config();
  config.name = Attr<std::string>::Unknown();
  config.size = Attr<std::int64_t>::Unknown();
  config.groups = Attr<std::set<std::string>>::Unknown();
  config.disk = Disk{.type = Attr<std::string>::Unknown()};
  EXPECT_THAT(Complaints(config), IsEmpty());
  config.disk = Attr<Disk>::Unknown();
  EXPECT_THAT(Complaints(config), IsEmpty());
  EXPECT_THAT(Complaints(Value::Unknown(BoxRows().ObjectType())), IsEmpty());
}

TEST(Validate, ARequiredArgumentMustNotBeNull) {
  Box config = Config();
  config.name = Attr<std::string>();
  config.disk->type = Attr<std::string>();
  EXPECT_THAT(
      Complaints(config),
      ElementsAre(
          Diagnostic{.summary = "Missing required argument",
                     .detail = "The argument name is required, but the value given for it is null.",
                     .path = Path("name")},
          Diagnostic{
              .summary = "Missing required argument",
              .detail = "The argument disk.type is required, but the value given for it is null.",
              .path = Path("disk") / "type"}));
}

TEST(Validate, AReadOnlyAttributeMustNotBeSet) {
  Box config = Config();
  config.status = "made";
  config.disk->id = Attr<std::string>::Unknown();
  EXPECT_THAT(
      Complaints(config),
      ElementsAre(Diagnostic{.summary = "Read-only attribute",
                             .detail = "disk.id is decided by the provider. Remove it from the "
                                       "configuration.",
                             .path = Path("disk") / "id"},
                  Diagnostic{.summary = "Read-only attribute",
                             .detail = "status is decided by the provider. Remove it from the "
                                       "configuration.",
                             .path = Path("status")}));
}

TEST(Validate, AWriteOnlyArgumentNeedsATerraformThatKnowsOfIt) {
  Box config = Config();
  EXPECT_THAT(Complaints(config, false), IsEmpty());
  config.secret = "s";
  EXPECT_THAT(Complaints(config, false),
              ElementsAre(Diagnostic{
                  .summary = "Write-only argument not supported",
                  .detail = "secret is write-only, so that its value never reaches the state. "
                            "This needs Terraform 1.11 or OpenTofu 1.11 and later.",
                  .path = Path("secret")}));
}

TEST(Validate, ChecksSayWhichArgumentTheyMean) {
  Box config = Config();
  config.name = "far too long";
  config.disk->type = "";
  config.slots = std::map<std::string, Slot>{{"left", Slot{.color = "green"}}};
  config.timeouts = TimeoutTexts{.create = "soon"};
  EXPECT_THAT(
      Complaints(config),
      ElementsAre(Diagnostic{.summary = "Invalid value for name",
                             .detail = "name must have 1 to 8 characters, not 12.",
                             .path = Path("name")},
                  Diagnostic{.summary = "Invalid value for type",
                             .detail = "disk.type must not be empty.",
                             .path = Path("disk") / "type"},
                  Diagnostic{.summary = "Invalid value for color",
                             .detail = "slots[\"left\"].color must be one of red, blue, not "
                                       "\"green\".",
                             .path = Path("slots").At("left") / "color"},
                  Diagnostic{.summary = "Invalid value for create",
                             .detail = "timeouts.create must be a duration such as \"90s\", "
                                       "\"20m\" or \"1h30m\", not \"soon\".",
                             .path = Path("timeouts") / "create"}));
}

TEST(Validate, ANullElementIsRefusedWhereItIs) {
  const Value null = Value::Null(Type::String());
  const Value slots = Value::Map(BoxRows().Find("slots")->type.element(),
                                 {{"left", Value::Null(BoxRows().Find("slots")->type.element())}});
  const Value config = ValueOf(Config())
                           .With("groups", Value::Set(Type::String(), {Value::String("a"), null}))
                           .With("slots", slots);
  EXPECT_THAT(Complaints(config),
              ElementsAre(Diagnostic{.summary = "Null value in a collection",
                                     .detail = "groups holds a null value. Leave the element out, "
                                               "or give it a value.",
                                     .path = Path("groups")},
                          Diagnostic{.summary = "Null value in a collection",
                                     .detail = "slots[\"left\"] holds a null value. Leave the "
                                               "element out, or give it a value.",
                                     .path = Path("slots").At("left")}));
}

TEST(Validate, TheResourcesOwnChecksComeOnlyAfterTheRowsAreContent) {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.validate = [](const Box& config, schema::Diagnostics& notes) {
    notes.AddError("Own check", config.name.value());
  };
  schema::Diagnostics notes;
  ValidateResource(type.Erase(), ValueOf(Config()), true, notes);
  EXPECT_THAT(notes.list(), ElementsAre(Diagnostic{.summary = "Own check", .detail = "a"}));
  Box bad = Config();
  bad.name = Attr<std::string>();
  schema::Diagnostics others;
  ValidateResource(type.Erase(), ValueOf(bad), true, others);
  ASSERT_EQ(others.list().size(), 1u);
  EXPECT_EQ(others.list()[0].summary, "Missing required argument");
}

TEST(Validate, ANumberThatFitsNoStructIsAComplaint) {
  const Value config = ValueOf(Config()).With("size", Value::Number(cty::Number(1.5)));
  EXPECT_THAT(Complaints(config),
              ElementsAre(Diagnostic{.summary = "Invalid number",
                                     .detail = "size must be a whole number, not 1.5.",
                                     .path = Path("size")}));
}

struct Block {
  Attr<std::string> region = {};
};

TEST(Validate, DataSourcesAndTheProviderBlockAreCheckedByTheirRowsToo) {
  schema::Attributes<Block> rows;
  rows.add({.name = "region",
            .field = &Block::region,
            .mode = schema::Mode::kRequired,
            .doc = "Region."});
  const Value config = Value::Object({{"region", Value::Null(Type::String())}});
  const Diagnostic missing{
      .summary = "Missing required argument",
      .detail = "The argument region is required, but the value given for it is null.",
      .path = Path("region")};
  schema::Diagnostics notes;
  ValidateDataSource({.rows = rows.share()}, config, notes);
  EXPECT_THAT(notes.list(), ElementsAre(missing));
  schema::Diagnostics others;
  ValidateProvider({.rows = rows.share()}, config, others);
  EXPECT_THAT(others.list(), ElementsAre(missing));
}

TEST(Timeouts, AreWhatTheUserSaysOrTheDefault) {
  const Duration otherwise = std::chrono::hours(1);
  const struct {
    const char* about = "";
    Box box = {};
    Duration expected = {};
  } cases[] = {
      {"not said", {}, otherwise},
      {"unknown", {.timeouts = Attr<TimeoutTexts>::Unknown()}, otherwise},
      {"another operation", {.timeouts = TimeoutTexts{.update = "1s"}}, otherwise},
      {"unknown text",
       {.timeouts = TimeoutTexts{.create = Attr<std::string>::Unknown()}},
       otherwise},
      {"no duration", {.timeouts = TimeoutTexts{.create = "soon"}}, otherwise},
      {"said", {.timeouts = TimeoutTexts{.create = "1m30s"}}, std::chrono::seconds(90)},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(TimeoutOf(ValueOf(test.box), "create", otherwise), test.expected) << test.about;
  }
  EXPECT_EQ(TimeoutOf(Value::Null(BoxRows().ObjectType()), "create", otherwise), otherwise);
  EXPECT_EQ(TimeoutOf(Value::Object({}), "create", otherwise), otherwise);
  EXPECT_EQ(TimeoutOf(ValueOf({.timeouts = TimeoutTexts{}}), "nothing", otherwise), otherwise);
}

}  // namespace
}  // namespace ecs::lifecycle
