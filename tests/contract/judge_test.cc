// The judge itself: it must find what Terraform would find.
#include "tests/contract/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/attributes.h"

namespace ecs::contract {
namespace {

using cty::Type;
using cty::Value;
using schema::Attr;
using schema::Mode;
using testing::ElementsAre;
using testing::IsEmpty;

struct Inner {
  Attr<std::string> a = {};
  Attr<std::string> made = {};
};
struct Thing {
  Attr<std::string> plain = {};
  Attr<std::string> made = {};
  Attr<std::string> secret = {};
  Attr<Inner> inner = {};
  Attr<std::map<std::string, Inner>> map = {};
};

const schema::RowSet& Rows() {
  static const auto rows = [] {
    schema::Attributes<Inner> inner;
    inner.add({.name = "a", .field = &Inner::a, .doc = "."});
    inner.add({.name = "made", .field = &Inner::made, .mode = Mode::kComputed, .doc = "."});
    schema::Attributes<Thing> all;
    all.add({.name = "plain", .field = &Thing::plain, .doc = "."});
    all.add({.name = "made", .field = &Thing::made, .mode = Mode::kOptionalComputed, .doc = "."});
    all.add({.name = "secret", .field = &Thing::secret, .write_only = true, .doc = "."});
    all.add({.name = "inner", .field = &Thing::inner, .rows = inner, .doc = "."});
    all.add({.name = "map", .field = &Thing::map, .rows = inner, .doc = "."});
    return all;
  }();
  return rows.erased();
}

Value Of(const Thing& thing) { return Rows().Encode(&thing); }
Value None() { return Value::Null(Rows().ObjectType()); }
const auto kUnknown = Attr<std::string>::Unknown();

Verdict Plan(const Thing& prior, const Thing& config, const Thing& planned) {
  return JudgePlan(Rows(), Of(prior), Of(config), Of(planned));
}

TEST(Judge, APlanIsTheConfigurationOrThePriorValueOrComputed) {
  const struct {
    const char* about = "";
    Thing prior = {};
    Thing config = {};
    Thing planned = {};
    bool valid = false;
  } cases[] = {
      {"nothing", {}, {}, {}, true},
      {"the configuration", {}, {.plain = "a"}, {.plain = "a"}, true},
      {"the prior value", {.plain = "A"}, {.plain = "a"}, {.plain = "A"}, true},
      {"a third value", {.plain = "A"}, {.plain = "a"}, {.plain = "b"}, false},
      {"unknown for known", {}, {.plain = "a"}, {.plain = kUnknown}, false},
      {"unknown for unknown", {}, {.plain = kUnknown}, {.plain = kUnknown}, true},
      {"known for unknown", {}, {.plain = kUnknown}, {.plain = "a"}, false},
      {"a value for null", {}, {}, {.plain = "a"}, false},
      {"the prior value for null", {.plain = "a"}, {}, {.plain = "a"}, false},
      {"null for a value", {}, {.plain = ""}, {}, false},
      {"anything computed", {}, {}, {.made = "x"}, true},
      {"unknown computed", {.made = "x"}, {}, {.made = kUnknown}, true},
      {"another than the configured one", {}, {.made = "x"}, {.made = "y"}, false},
      {"no secret", {}, {.secret = "s"}, {}, true},
      {"a secret", {}, {.secret = "s"}, {.secret = "s"}, false},
      {"nested",
       {},
       {.inner = Inner{.a = "a"}},
       {.inner = Inner{.a = "a", .made = kUnknown}},
       true},
      {"nested another", {}, {.inner = Inner{.a = "a"}}, {.inner = Inner{.a = "b"}}, false},
      {"nested absent", {}, {.inner = Inner{.a = "a"}}, {}, false},
      {"nested unknown", {}, {.inner = Inner{}}, {.inner = Attr<Inner>::Unknown()}, false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Plan(test.prior, test.config, test.planned).empty(), test.valid) << test.about;
  }
}

TEST(Judge, APlannedMapHasTheConfiguredKeys) {
  using Map = std::map<std::string, Inner>;
  const Thing config{.map = Map{{"k", Inner{.a = "a"}}}};
  EXPECT_THAT(Plan({}, config, {.map = Map{{"k", Inner{.a = "a", .made = "m"}}}}), IsEmpty());
  EXPECT_THAT(Plan({}, config, {.map = Map{{"l", Inner{}}}}),
              ElementsAre("map[\"l\"]: is planned and not configured",
                          "map[\"k\"]: is configured and not planned"));
}

TEST(Judge, AbsenceIsPlannedForAbsenceAlone) {
  EXPECT_THAT(JudgePlan(Rows(), Of({}), None(), None()), IsEmpty());
  EXPECT_EQ(JudgePlan(Rows(), Of({}), None(), Of({})).size(), 1u);
  EXPECT_EQ(JudgePlan(Rows(), None(), Of({}), None()).size(), 1u);
}

TEST(Judge, ACompletionKeepsWhatWasKnown) {
  const Value unknown = Value::Unknown(Type::String());
  const auto text = [](const char* t) { return Value::String(t); };
  const auto list = [](Value::Elements e) { return Value::List(Type::String(), std::move(e)); };
  const auto set = [](Value::Elements e) { return Value::Set(Type::String(), std::move(e)); };
  const auto map = [](Value::Fields f) { return Value::Map(Type::String(), std::move(f)); };
  const Value null = Value::Null(Type::String());
  const struct {
    const char* about = "";
    Value planned = {};
    Value actual = {};
    bool fine = false;
  } cases[] = {
      {"same", text("a"), text("a"), true},
      {"other", text("a"), text("b"), false},
      {"filled", unknown, text("a"), true},
      {"filled with null", unknown, null, true},
      {"still unknown", unknown, unknown, true},
      {"forgotten", text("a"), unknown, false},
      {"null stays null", null, null, true},
      {"null is filled", null, text("a"), false},
      {"null is not empty", text(""), null, false},
      {"another type", text("1"), Value::Int(1), false},
      {"a longer list", list({text("a")}), list({text("a"), text("b")}), false},
      {"a list filled", list({unknown}), list({text("b")}), true},
      {"a key more", map({}), map({{"k", text("a")}}), false},
      {"a key less", map({{"k", text("a")}}), map({}), false},
      {"a set filled", set({text("a"), unknown}), set({text("b"), text("a")}), true},
      {"a set shrunk", set({text("a"), unknown}), set({text("a")}), true},
      {"a set grown", set({text("a")}), set({text("a"), text("b")}), false},
      {"a set without one", set({text("a"), text("b")}), set({text("a")}), false},
      {"a set with another", set({text("a")}), set({text("b")}), false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(JudgeCompletion(test.planned, test.actual).empty(), test.fine) << test.about;
  }
}

TEST(Judge, AStateIsWhollyKnownWithoutSecretsAndOfItsType) {
  EXPECT_THAT(JudgeState(Rows(), None()), IsEmpty());
  EXPECT_THAT(JudgeState(Rows(), Of({.plain = "a"})), IsEmpty());
  EXPECT_THAT(JudgeState(Rows(), Of({.secret = "s"})),
              ElementsAre("secret: is write-only and stored"));
  EXPECT_EQ(JudgeState(Rows(), Of({.inner = Inner{.made = kUnknown}})).size(), 1u);
  EXPECT_THAT(JudgeState(Rows(), Value::String("a")), ElementsAre("the state is of another type"));
}

TEST(Judge, APathThatRequiresReplacementExists) {
  using Map = std::map<std::string, Inner>;
  const Value state = Of({.map = Map{{"k", Inner{}}}});
  EXPECT_THAT(JudgeReplacements({Path("plain"), Path("map").At("k") / "a"}, state, state),
              IsEmpty());
  EXPECT_THAT(JudgeReplacements({Path("nothing"), Path("map").At("l")}, state, state),
              ElementsAre("nothing: requires a replacement and does not exist",
                          "map[\"l\"]: requires a replacement and does not exist"));
}

TEST(Judge, AnEphemeralObjectIsTheConfigurationAndWhollyKnown) {
  const Value config = Of({.plain = "p"});
  EXPECT_THAT(JudgeEphemeral(Rows(), config, Of({.plain = "p", .made = "m"})), IsEmpty());
  EXPECT_THAT(JudgeEphemeral(Rows(), config, Of({.plain = "p", .made = kUnknown})),
              ElementsAre("the object holds unknown values"));
  EXPECT_THAT(JudgeEphemeral(Rows(), config, Of({.plain = "q"})), testing::SizeIs(1));
  EXPECT_THAT(JudgeEphemeral(Rows(), config, None()), ElementsAre("the object is null"));
}

TEST(Judge, AnIdentityIsWholeAndKnown) {
  schema::Attributes<Inner> rows;
  rows.add({.name = "a", .field = &Inner::a, .mode = Mode::kRequired, .doc = "."});
  rows.add({.name = "made", .field = &Inner::made, .doc = "."});
  const auto of = [&](const Inner& inner) { return rows.erased().Encode(&inner); };
  EXPECT_THAT(JudgeIdentity(rows.erased(), of({.a = "x"})), IsEmpty());
  EXPECT_THAT(JudgeIdentity(rows.erased(), of({.made = "x"})),
              ElementsAre("a: is required for an import, and null"));
  EXPECT_THAT(JudgeIdentity(rows.erased(), of({.a = kUnknown})), testing::SizeIs(1));
  EXPECT_THAT(JudgeIdentity(rows.erased(), Value::Null(rows.erased().ObjectType())),
              ElementsAre("the identity is null"));
}

}  // namespace
}  // namespace ecs::contract
