// Rows that contradict themselves are found before any user meets them.
#include "provider/schema/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/value_checks.h"

namespace ecs::schema {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Reply {
  std::string text = {};
};

struct Inner {
  Attr<std::string> a = {};
};
struct Thing {
  Attr<std::string> a = {};
  Attr<Inner> inner = {};
  Attr<std::map<std::string, Inner>> map = {};
};

using Spec = RowSpec<Thing>;

Spec Sound(const char* name) {
  return {.name = name, .field = &Thing::a, .on_change = Replace{}, .doc = "A text."};
}

AnyResource Resource(const char* name, const std::vector<Spec>& specs) {
  Attributes<Thing> rows;
  for (const Spec& spec : specs) rows.add(spec);
  return {.name = name, .rows = rows.share()};
}

std::vector<std::string> Defects(const std::vector<Spec>& specs) {
  return CheckProvider(
      {.name = "p", .rows = std::make_shared<RowSet>(), .resources = {Resource("p_x", specs)}});
}

std::string DefectOf(const std::function<void(Spec&)>& spoil) {
  Spec spec = Sound("a");
  spoil(spec);
  const std::vector<std::string> defects = Defects({spec});
  return defects.size() == 1 ? defects[0] : testing::PrintToString(defects);
}

TEST(CheckProvider, FindsNothingInSoundRows) {
  EXPECT_THAT(Defects({Sound("a"),
                       {.name = "b",
                        .field = &Thing::a,
                        .mode = Mode::kComputed,
                        .recomputed_when = {"a"},
                        .doc = "A text."}}),
              IsEmpty());
}

TEST(CheckProvider, FindsEachKindOfDefect) {
  const struct {
    std::function<void(Spec&)> spoil = {};
    const char* defect = "";
  } cases[] = {
      {[](Spec& s) { s.name = "Name"; }, "p_x.Name: is not a legal name"},
      {[](Spec& s) { s.name = ""; }, "p_x.: is not a legal name"},
      {[](Spec& s) { s.name = "9a"; }, "p_x.9a: is not a legal name"},
      {[](Spec& s) { s.name = "for_each"; }, "p_x.for_each: is a word that Terraform reserves"},
      {[](Spec& s) { s.doc = ""; }, "p_x.a: has no doc"},
      {[](Spec& s) { s.doc = "No sentence"; }, "p_x.a: has a doc that is no sentence"},
      {[](Spec& s) { s.mode = Mode::kComputed; },
       "p_x.a: is read-only but says what a change does"},
      {[](Spec& s) {
         s.mode = Mode::kComputed;
         s.on_change = Fixed{};
         s.checks = {NotEmpty()};
       },
       "p_x.a: is read-only but has checks"},
      {[](Spec& s) { s.on_change = Fixed{}; },
       "p_x.a: is configurable but does not say what a change does"},
      {[](Spec& s) {
         s.write_only = true;
         s.mode = Mode::kOptionalComputed;
       },
       "p_x.a: is write-only and computed"},
      {[](Spec& s) {
         s.write_only = true;
         s.read_from = &Reply::text;
       },
       "p_x.a: is write-only but is read"},
      {[](Spec& s) { s.recomputed_when = {"a"}; }, "p_x.a: is not computed but names causes"},
      {[](Spec& s) {
         s.mode = Mode::kOptionalComputed;
         s.recomputed_when = {"b"};
       },
       "p_x.a: names no attribute: b"},
      {[](Spec& s) { s.default_value = cty::Value::String("d"); },
       "p_x.a: has a default but is not computed"},
  };
  for (const auto& test : cases) EXPECT_EQ(DefectOf(test.spoil), test.defect);
}

TEST(CheckProvider, FindsAnAttributeThatIsThereTwice) {
  EXPECT_THAT(Defects({Sound("a"), Sound("a")}), ElementsAre("p_x.a: is there twice"));
}

TEST(CheckProvider, FindsANestedAttributeWithoutRowsByItsNesting) {
  Row row{
      .name = "inner", .nesting = Nesting::kSingle, .effect = Effect::kReplace, .doc = "Inner."};
  auto rows = std::make_shared<RowSet>();
  rows->Add(row);
  const ProviderType provider{.name = "p",
                              .rows = std::make_shared<RowSet>(),
                              .resources = {{.name = "p_x", .rows = rows}}};
  EXPECT_THAT(CheckProvider(provider), ElementsAre("p_x.inner: is nested but has no rows"));
}

TEST(CheckProvider, LooksIntoNestedRowsOfResourcesButNotAtChangesOfSettings) {
  Attributes<Inner> inner;
  inner.add({.name = "a", .field = &Inner::a, .doc = "A text."});
  Spec nested{.name = "inner", .field = &Thing::inner, .rows = inner, .doc = "Inner."};
  EXPECT_THAT(Defects({nested}),
              ElementsAre("p_x.inner.a: is configurable but does not say what a change does"));
  nested.on_change = Setting{};
  EXPECT_THAT(Defects({nested}), IsEmpty());
}

TEST(CheckProvider, FindsWhatNobodyLooksForInsideANestedAttribute) {
  Attributes<Inner> inner;
  inner.add({.name = "a",
             .field = &Inner::a,
             .on_change = Setting{},
             .write_only = true,
             .doc = "A text."});
  inner.add({.name = "b",
             .field = &Inner::a,
             .mode = Mode::kComputed,
             .recomputed_when = {"a"},
             .doc = "A text."});
  EXPECT_THAT(Defects({{.name = "inner", .field = &Thing::inner, .rows = inner, .doc = "Inner."}}),
              ElementsAre("p_x.inner.a: is write-only inside another attribute",
                          "p_x.inner.b: names causes inside another attribute"));
}

TEST(CheckProvider, FindsAMapOfObjectsThatDoesNotSayWhatAChangeDoes) {
  Attributes<Inner> inner;
  inner.add({.name = "a", .field = &Inner::a, .on_change = Replace{}, .doc = "A text."});
  Spec map{.name = "map", .field = &Thing::map, .rows = inner, .doc = "Map."};
  EXPECT_THAT(Defects({map}),
              ElementsAre("p_x.map: is configurable but does not say what a change does"));
  map.on_change = Replace{};
  EXPECT_THAT(Defects({map}), IsEmpty());
}

TEST(CheckProvider, FindsAResourceWithAForeignNameOrWithoutItsImportAttribute) {
  AnyResource resource = Resource("other_x", {Sound("a")});
  resource.import_attribute = "id";
  const ProviderType provider{
      .name = "p", .rows = std::make_shared<RowSet>(), .resources = {resource}};
  EXPECT_THAT(CheckProvider(provider),
              ElementsAre("other_x: does not begin with p_",
                          "other_x: is imported by an attribute it lacks"));
}

TEST(CheckProvider, DataSourcesAndTheProviderBlockNeedNoChange) {
  Attributes<Thing> rows;
  rows.add({.name = "a", .field = &Thing::a, .doc = "A text."});
  const ProviderType provider{
      .name = "p", .rows = rows.share(), .data_sources = {{.name = "p_d", .rows = rows.share()}}};
  EXPECT_THAT(CheckProvider(provider), IsEmpty());
}

}  // namespace
}  // namespace ecs::schema
