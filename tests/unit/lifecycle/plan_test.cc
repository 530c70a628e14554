// From configuration and prior state to the planned state: lifecycle.md section 5.
#include "provider/lifecycle/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Type;
using cty::Value;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Value& NoState() {
  static const Value null = Value::Null(BoxRows().ObjectType());
  return null;
}

Box Config(const std::string& name) { return {.name = name, .disk = Disk{.type = "SSD"}}; }

PlanResult PlanBox(const Value& prior, const Box& config) {
  return Plan(BoxResource(), prior, ValueOf(config));
}

const auto kUnknownText = Attr<std::string>::Unknown();

TEST(Plan, ACreateKeepsTheConfigurationAndKnowsNothingComputed) {
  Box config = Config("a");
  config.label = "";
  config.slots = std::map<std::string, Slot>{{"left", Slot{.color = "red"}}};
  const PlanResult plan = PlanBox(NoState(), config);
  Box expected = config;
  expected.id = kUnknownText;
  expected.size = Attr<std::int64_t>::Unknown();
  expected.style = "plain";
  expected.groups = Attr<std::set<std::string>>::Unknown();
  expected.disk = Disk{.type = "SSD", .size_gb = Attr<std::int64_t>::Unknown(), .id = kUnknownText};
  expected.slots->at("left").port = kUnknownText;
  expected.status = kUnknownText;
  expected.serial = kUnknownText;
  EXPECT_EQ(plan.planned, ValueOf(expected));
  EXPECT_THAT(plan.requires_replace, IsEmpty());
  EXPECT_THAT(plan.notes.list(), IsEmpty());
}

TEST(Plan, TheSameConfigurationPlansThePriorState) {
  const Value prior = ValueOf(MadeBox("a"));
  EXPECT_EQ(PlanBox(prior, Config("a")).planned, prior);
}

TEST(Plan, AComputedAttributeKeepsItsValueUnlessACauseChanged) {
  struct Case {
    const char* about = "";
    std::function<void(Box&)> configure = {};
    std::function<void(Box&)> expect = {};
  };
  const Case cases[] = {
      {"a cause", [](Box& b) { b.name = "b"; },
       [](Box& b) {
         b.name = "b";
         b.status = kUnknownText;
       }},
      {"an unknown cause", [](Box& b) { b.name = kUnknownText; },
       [](Box& b) {
         b.name = kUnknownText;
         b.status = kUnknownText;
       }},
      {"a cause with its old value", [](Box& b) { b.size = 1; }, [](Box&) {}},
      {"another size", [](Box& b) { b.size = 2; },
       [](Box& b) {
         b.size = 2;
         b.status = kUnknownText;
       }},
      {"no cause", [](Box& b) { b.label = "l"; }, [](Box& b) { b.label = "l"; }},
      {"an empty text is a value", [](Box& b) { b.label = ""; }, [](Box& b) { b.label = ""; }},
      {"an empty set is a value", [](Box& b) { b.groups = std::set<std::string>{}; },
       [](Box& b) { b.groups = std::set<std::string>{}; }},
  };
  for (const Case& test : cases) {
    Box config = Config("a");
    test.configure(config);
    Box expected = MadeBox("a");
    test.expect(expected);
    EXPECT_EQ(PlanBox(ValueOf(MadeBox("a")), config).planned, ValueOf(expected)) << test.about;
  }
}

TEST(Plan, AnOptionalAttributeThatIsNotConfiguredAnyMoreIsNull) {
  Box prior = MadeBox("a");
  prior.label = "l";
  EXPECT_EQ(PlanBox(ValueOf(prior), Config("a")).planned, ValueOf(MadeBox("a")));
}

TEST(Plan, ADefaultStandsInForAConfigurationOfNull) {
  Box prior = MadeBox("a");
  prior.style = "fancy";
  EXPECT_EQ(PlanBox(ValueOf(prior), Config("a")).planned, ValueOf(MadeBox("a")));
  Box config = Config("a");
  config.style = "fancy";
  EXPECT_EQ(PlanBox(ValueOf(MadeBox("a")), config).planned, ValueOf(prior));
}

TEST(Plan, AWriteOnlyValueIsNeverPlanned) {
  Box config = Config("a");
  config.secret = "s";
  EXPECT_EQ(PlanBox(ValueOf(MadeBox("a")), config).planned, ValueOf(MadeBox("a")));
  config.secret = kUnknownText;
  EXPECT_TRUE(BoxOf(PlanBox(NoState(), config).planned).secret.is_null());
}

TEST(Plan, AnotherSpellingOfTheSameKeepsTheOldOne) {
  Box prior = MadeBox("a");
  prior.note = "Hello";
  Box config = Config("a");
  config.note = "HELLO";
  EXPECT_EQ(PlanBox(ValueOf(prior), config).planned, ValueOf(prior));
  config.note = "other";
  EXPECT_EQ(BoxOf(PlanBox(ValueOf(prior), config).planned).note, Attr<std::string>("other"));
  EXPECT_EQ(BoxOf(PlanBox(NoState(), config).planned).note, Attr<std::string>("other"));
}

TEST(Plan, TheElementsOfANestedMapKeepTheirComputedValuesByKey) {
  Box prior = MadeBox("a");
  prior.slots = std::map<std::string, Slot>{{"left", Slot{.color = "red", .port = "p1"}},
                                            {"right", Slot{.color = "red", .port = "p2"}}};
  Box config = Config("a");
  config.slots = std::map<std::string, Slot>{{"above", Slot{.color = "red"}},
                                             {"right", Slot{.color = "blue"}}};
  const PlanResult plan = PlanBox(ValueOf(prior), config);
  Box expected = prior;
  expected.slots =
      std::map<std::string, Slot>{{"above", Slot{.color = "red", .port = kUnknownText}},
                                  {"right", Slot{.color = "blue", .port = "p2"}}};
  EXPECT_EQ(plan.planned, ValueOf(expected));
  EXPECT_THAT(plan.requires_replace, ElementsAre(Path("slots")));
}

TEST(Plan, WhatCannotChangeInPlaceIsNamedWithItsWholePath) {
  Box config = Config("a");
  config.color = "red";
  config.disk->type = "SAS";
  config.disk->size_gb = 20;
  const PlanResult plan = PlanBox(ValueOf(MadeBox("a")), config);
  EXPECT_THAT(plan.requires_replace, UnorderedElementsAre(Path("color"), Path("disk") / "type"));
  config.disk->type = "SSD";
  config.color = Attr<std::string>();
  EXPECT_THAT(PlanBox(ValueOf(MadeBox("a")), config).requires_replace, IsEmpty());
}

TEST(Plan, AnUnknownValueOfAReplacingAttributeReplaces) {
  Box config = Config("a");
  config.color = kUnknownText;
  const PlanResult plan = PlanBox(ValueOf(MadeBox("a")), config);
  EXPECT_THAT(plan.requires_replace, ElementsAre(Path("color")));
  EXPECT_TRUE(BoxOf(plan.planned).color.is_unknown());
}

TEST(Plan, AnObjectThatIsUnknownAsAWholeReplacesWhereAPartOfItWould) {
  Box config = Config("a");
  config.disk = Attr<Disk>::Unknown();
  EXPECT_THAT(PlanBox(ValueOf(MadeBox("a")), config).requires_replace,
              ElementsAre(Path("disk") / "type"));
}

TEST(Plan, ACreateReplacesNothing) {
  Box config = Config("a");
  config.color = "red";
  EXPECT_THAT(PlanBox(NoState(), config).requires_replace, IsEmpty());
}

TEST(Plan, AnUnknownNestedAttributeStaysUnknown) {
  Box config = Config("a");
  config.disk = Attr<Disk>::Unknown();
  EXPECT_TRUE(BoxOf(PlanBox(NoState(), config).planned).disk.is_unknown());
}

TEST(Plan, ADestroyPlansNothing) {
  const PlanResult plan = Plan(BoxResource(), ValueOf(MadeBox("a")), NoState());
  EXPECT_EQ(plan.planned, NoState());
  EXPECT_THAT(plan.requires_replace, IsEmpty());
}

// --- The resource's own rules ---

schema::AnyResource WithPlan(void (*plan)(schema::Planning<Box>&)) {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.plan = plan;
  return type.Erase();
}

TEST(Plan, AResourcesOwnRulesSeeConfigurationAndPriorStateAndAddToThePlan) {
  const schema::AnyResource resource = WithPlan([](schema::Planning<Box>& planning) {
    planning.planned.serial = Attr<std::string>::Unknown();
    planning.replace.push_back(Path("size"));
    planning.notes.Warn(planning.prior ? planning.prior->name.value() : "create",
                        planning.config.secret.value());
  });
  Box config = Config("a");
  config.secret = "s";
  Box expected = MadeBox("a");
  expected.serial = kUnknownText;
  const PlanResult plan = Plan(resource, ValueOf(MadeBox("a")), ValueOf(config));
  EXPECT_EQ(plan.planned, ValueOf(expected));
  EXPECT_THAT(plan.requires_replace, ElementsAre(Path("size")));
  EXPECT_THAT(plan.notes.list(),
              ElementsAre(schema::Diagnostic{
                  .severity = schema::Severity::kWarning, .summary = "a", .detail = "s"}));
  const PlanResult create = Plan(resource, NoState(), ValueOf(config));
  EXPECT_THAT(create.requires_replace, IsEmpty());
  EXPECT_EQ(create.notes.list()[0].summary, "create");
}

TEST(Plan, ASetWithAnUnknownElementSurvivesAResourcesOwnRules) {
  const schema::AnyResource resource = WithPlan(
      [](schema::Planning<Box>& planning) { planning.planned.serial = Attr<std::string>("s2"); });
  const Value groups =
      Value::Set(Type::String(), {Value::String("web"), Value::Unknown(Type::String())});
  const Value config = ValueOf(Config("a")).With("groups", groups);
  const Value planned = Plan(resource, ValueOf(MadeBox("a")), config).planned;
  EXPECT_EQ(planned,
            ValueOf(MadeBox("a")).With("groups", groups).With("serial", Value::String("s2")));
}

TEST(Plan, AValueThatFitsNoStructIsADiagnostic) {
  const schema::AnyResource resource = WithPlan([](schema::Planning<Box>&) {});
  const Value config = ValueOf(Config("a")).With("size", Value::Number(cty::Number(1.5)));
  const PlanResult plan = Plan(resource, NoState(), config);
  ASSERT_EQ(plan.notes.list().size(), 1u);
  EXPECT_EQ(plan.notes.list()[0].path, Path("size"));
  EXPECT_TRUE(plan.notes.has_errors());
}

TEST(Plan, PlanningTwiceGivesTheSame) {
  Box config = Config("b");
  config.color = "red";
  const Value prior = ValueOf(MadeBox("a"));
  EXPECT_EQ(PlanBox(prior, config).planned, PlanBox(prior, config).planned);
}

}  // namespace
}  // namespace ecs::lifecycle
