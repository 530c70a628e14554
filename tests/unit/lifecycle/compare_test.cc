// Success is checked: design.md section 4.12.
#include "provider/lifecycle/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "provider/schema/attributes.h"

namespace ecs::lifecycle {
namespace {

using schema::Attr;
using schema::Mode;
using testing::ElementsAre;
using Texts = std::map<std::string, std::string>;

struct Part {
  Attr<std::string> type = {};
  Attr<std::int64_t> size = {};
};

struct Item {
  Attr<std::string> name = {};
  Attr<std::string> note = {};
  Attr<std::string> style = {};     // a setting
  Attr<std::string> secret = {};    // write-only
  Attr<std::string> password = {};  // sensitive
  Attr<std::string> status = {};    // computed
  Attr<std::set<std::string>> groups = {};
  Attr<Texts> tags = {};
  Attr<Part> part = {};
};

Status Nothing(const Call&, schema::Backend&, const schema::Change<Item>&, schema::Record<Item>&) {
  return Ok{};
}

const schema::RowSet& Rows() {
  static const auto rows = [] {
    schema::Attributes<Item> all;
    auto part = schema::Attributes<Part, Item>::Inside(all);
    part.add({.name = "type",
              .field = &Part::type,
              .on_change = schema::Replace{},
              .same = [](const cty::Value& a,
                         const cty::Value& b) { return a.AsString()[0] == b.AsString()[0]; },
              .doc = "."});
    part.add({.name = "size",
              .field = &Part::size,
              .mode = Mode::kOptionalComputed,
              .on_change = &Nothing,
              .doc = "."});
    all.add({.name = "name",
             .field = &Item::name,
             .mode = Mode::kRequired,
             .on_change = &Nothing,
             .doc = "."});
    all.add({.name = "note", .field = &Item::note, .on_change = &Nothing, .doc = "."});
    all.add({.name = "style", .field = &Item::style, .on_change = schema::Setting{}, .doc = "."});
    all.add({.name = "secret",
             .field = &Item::secret,
             .on_change = &Nothing,
             .write_only = true,
             .doc = "."});
    all.add({.name = "password",
             .field = &Item::password,
             .on_change = &Nothing,
             .sensitive = true,
             .doc = "."});
    all.add({.name = "status", .field = &Item::status, .mode = Mode::kComputed, .doc = "."});
    all.add({.name = "groups",
             .field = &Item::groups,
             .mode = Mode::kOptionalComputed,
             .on_change = &Nothing,
             .doc = "."});
    all.add({.name = "tags", .field = &Item::tags, .on_change = &Nothing, .doc = "."});
    all.add({.name = "part", .field = &Item::part, .rows = part, .doc = "."});
    return all;
  }();
  return rows.erased();
}

cty::Value ValueOf(const Item& item) { return Rows().Encode(&item); }

const Item& Whole() {
  static const Item item{.name = "n",
                         .note = "t",
                         .style = "s",
                         .password = "p",
                         .status = "up",
                         .groups = std::set<std::string>{"a", "b"},
                         .tags = Texts{{"k", "v"}},
                         .part = Part{.type = "SSD", .size = 40}};
  return item;
}

// "path" of each mismatch, where `change` makes of what was planned what was found.
std::vector<std::string> Paths(const Item& prior, const Item& config, const Item& planned,
                               const Item& found) {
  std::vector<std::string> paths;
  for (const Mismatch& mismatch :
       Mismatches(Rows(), ValueOf(prior), ValueOf(config), ValueOf(planned), ValueOf(found))) {
    paths.push_back(mismatch.path.ToString());
  }
  return paths;
}

TEST(Compare, EachDifferenceOfAConfiguredAttributeCounts) {
  const struct {
    std::string what = {};
    std::function<void(Item&)> change = {};
    std::vector<std::string> paths = {};
  } cases[] = {
      {"nothing", [](Item&) {}, {}},
      {"another text", [](Item& i) { i.name = "m"; }, {"name"}},
      {"a text that is gone", [](Item& i) { i.note = Attr<std::string>(); }, {"note"}},
      {"a setting", [](Item& i) { i.style = "x"; }, {}},
      {"a write-only value", [](Item& i) { i.secret = "x"; }, {}},
      {"a secret", [](Item& i) { i.password = "x"; }, {"password"}},
      {"a computed attribute", [](Item& i) { i.status = "down"; }, {}},
      {"a set without an element",
       [](Item& i) { i.groups = std::set<std::string>{"a"}; },
       {"groups"}},
      {"a set with another element",
       [](Item& i) {
         i.groups = std::set<std::string>{"a", "b", "c"};
       },
       {"groups"}},
      {"an entry of a map that is missing", [](Item& i) { i.tags = Texts{}; }, {"tags"}},
      {"an entry of a map that differs",
       [](Item& i) {
         i.tags = Texts{{"k", "w"}};
       },
       {"tags"}},
      {"an entry that the cloud added",
       [](Item& i) {
         i.tags = Texts{{"k", "v"}, {"policy", "p"}};
       },
       {}},
      {"a part of a nested object", [](Item& i) { i.part->size = 50; }, {"part.size"}},
      {"a nested object that is gone", [](Item& i) { i.part = Attr<Part>(); }, {"part"}},
      {"another spelling", [](Item& i) { i.part->type = "S.S.D."; }, {}},
      {"another type", [](Item& i) { i.part->type = "HDD"; }, {"part.type"}},
  };
  for (const auto& test : cases) {
    Item found = Whole();
    test.change(found);
    EXPECT_EQ(Paths({}, Whole(), Whole(), found), test.paths) << test.what;
  }
}

TEST(Compare, WhatThePlanDidNotKnowOrNobodyAskedForIsNotCompared) {
  Item planned = Whole();
  planned.groups = Attr<std::set<std::string>>::Unknown();
  planned.part->size = Attr<std::int64_t>::Unknown();
  EXPECT_THAT(Paths({}, Whole(), planned, Whole()), ElementsAre());
  Item config = Whole();
  config.groups = Attr<std::set<std::string>>();
  Item found = Whole();
  found.groups = std::set<std::string>{"z"};
  EXPECT_THAT(Paths(Whole(), config, Whole(), found), ElementsAre());
}

TEST(Compare, NullAndEmptyAreTheSame) {
  Item planned = Whole();
  planned.note = "";
  planned.tags = Texts{};
  Item found = planned;
  found.note = Attr<std::string>();
  found.tags = Attr<Texts>();
  EXPECT_THAT(Paths({}, planned, planned, found), ElementsAre());
}

TEST(Compare, WhatWasToGoAndIsStillThereIsAMismatch) {
  Item planned = Whole();
  planned.note = Attr<std::string>();
  planned.tags = Texts{{"new", "1"}};
  Item found = planned;
  found.note = "t";
  found.tags = Texts{{"new", "1"}, {"k", "v"}};
  EXPECT_THAT(Paths(Whole(), planned, planned, found), ElementsAre("note", "tags"));
}

TEST(Compare, AnErrorShowsNoSecretAndPointsAtNone) {
  Item found = Whole();
  found.password = "other";
  const std::vector<Error> errors =
      ErrorsOf(Mismatches(Rows(), ValueOf({}), ValueOf(Whole()), ValueOf(Whole()), ValueOf(found)),
               "shop_item", ValueOf(found), false);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].detail,
            "The cloud accepted the change of shop_item n, and then showed password = (sensitive "
            "value) where (sensitive value) was planned.");
  EXPECT_EQ(errors[0].path, Path());
}

}  // namespace
}  // namespace ecs::lifecycle
