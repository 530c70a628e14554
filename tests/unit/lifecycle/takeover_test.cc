// Taking over what exists: identities, moves, generated configurations, lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/generate.h"
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/list.h"
#include "provider/lifecycle/move.h"
#include "provider/lifecycle/read.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Value;
using schema::Mode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct BoxIdentity {
  Attr<std::string> shop = {};
  Attr<std::string> id = {};
};

schema::Attributes<BoxIdentity> IdentityRows() {
  schema::Attributes<BoxIdentity> rows;
  rows.add({.name = "shop", .field = &BoxIdentity::shop, .doc = "Shop."});
  rows.add({.name = "id", .field = &BoxIdentity::id, .mode = Mode::kRequired, .doc = "ID."});
  return rows;
}

Result<BoxIdentity> IdentityOfBox(const Call& call, Shop& shop, const Box& box) {
  RETURN_IF_ERROR(shop.Note(call, "identity", ""));
  return BoxIdentity{.shop = "corner", .id = box.id};
}

Result<Box> BoxOfIdentity(const Call&, Shop&, const BoxIdentity& identity) {
  if (identity.shop.value_or("corner") == "corner") return Box{.id = identity.id};
  return Error{.code = Code::kInvalid, .summary = "Another shop", .detail = "No."};
}

Result<Box> BoxOfCrate(const nlohmann::json& crate) {
  if (!crate.contains("id")) return Error{.code = Code::kInvalid, .summary = "No id"};
  return Box{.id = crate["id"].get<std::string>(), .secret = "s"};
}

// With an identity, and made from the crates of another provider.
schema::AnyResource TakenOver() {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.identity =
      schema::IdentityType<BoxIdentity, Box, Shop>{
          .rows = IdentityRows(), .version = 1, .of = IdentityOfBox, .state_of = BoxOfIdentity}
          .Erase(type.rows);
  type.moves = {schema::MoveType<Box>{
      .provider = "market", .type_name = "market_crate", .convert = BoxOfCrate}
                    .Erase(type.rows)};
  return type.Erase();
}

Value IdentityValue(const std::string& shop, const std::string& id) {
  return Value::Object({{"shop", Value::String(shop)}, {"id", Value::String(id)}});
}

TEST(Identity, IsToldOfAnObjectThatExists) {
  Bench bench;
  EXPECT_EQ(IdentityOf(bench.call, bench.shop, TakenOver(), ValueOf(MadeBox("a"))),
            IdentityValue("corner", "id-a"));
}

TEST(Identity, IsNotToldWithoutOneWithoutAnObjectOrAfterAFailure) {
  Bench bench;
  const Value box = ValueOf(MadeBox("a"));
  EXPECT_EQ(IdentityOf(bench.call, bench.shop, BoxResource(), box), std::nullopt);
  EXPECT_EQ(IdentityOf(bench.call, bench.shop, TakenOver(), Value::Null(BoxRows().ObjectType())),
            std::nullopt);
  bench.shop.failures["identity"] = {.code = Code::kUnavailable, .summary = "Closed"};
  EXPECT_EQ(IdentityOf(bench.call, bench.shop, TakenOver(), box), std::nullopt);
}

TEST(Identity, IsAskedForWithinTheTimeOfItsOperation) {
  using std::chrono::minutes;
  Bench bench;
  Box box = MadeBox("a");
  bench.shop.boxes["id-a"] = box;
  const Value prior = ValueOf(box);
  const ReadResult read = Read(bench.call, bench.shop, TakenOver(), prior, "");
  EXPECT_EQ(read.identity, IdentityValue("corner", "id-a"));
  box.name = "b";
  const ApplyResult changed =
      Apply(bench.call, bench.shop, TakenOver(), prior, ValueOf(box), ValueOf(box));
  EXPECT_EQ(changed.identity, IdentityValue("corner", "id-a"));
  bench.shop.failures["remove"] = {.code = Code::kUnavailable, .summary = "Closed"};
  const ApplyResult kept =
      Apply(bench.call, bench.shop, TakenOver(), prior, Value::Null(BoxRows().ObjectType()),
            Value::Null(BoxRows().ObjectType()));
  EXPECT_EQ(kept.identity, IdentityValue("corner", "id-a"));
  EXPECT_THAT(bench.shop.journal, ElementsAre("read", "identity", "rename b", "read", "identity",
                                              "remove", "read", "identity"));
  EXPECT_THAT(bench.shop.time_left, ElementsAre(minutes(2), minutes(2), minutes(3), minutes(3),
                                                minutes(3), minutes(4), minutes(4), minutes(4)));
}

TEST(Identity, OfOlderStatesAreUpgraded) {
  EXPECT_EQ(*UpgradeIdentity(TakenOver(), 0, R"({"id":"x","shop":"corner"})"),
            IdentityValue("corner", "x"));
  EXPECT_EQ(*UpgradeIdentity(TakenOver(), 0, ""),
            Value::Null(TakenOver().identity->rows->ObjectType()));
}

TEST(Identity, ThatDoesNotFitIsAnError) {
  for (const char* json : {"{", "[]", R"({"id":[]})"}) {
    const Result<Value> identity = UpgradeIdentity(TakenOver(), 0, json);
    ASSERT_FALSE(identity.ok()) << json;
    EXPECT_EQ(identity.error().summary, "Reading the stored identity of shop_box failed");
  }
  EXPECT_THAT(UpgradeIdentity(TakenOver(), 2, "{}").error().detail, HasSubstr("version 2"));
  EXPECT_THAT(UpgradeIdentity(BoxResource(), 0, "{}").error().detail, HasSubstr("no identity"));
}

TEST(ImportByIdentity, BeginsWithWhatTheIdentityTells) {
  Bench bench;
  const Result<Imported> imported =
      ImportByIdentity(bench.call, bench.shop, TakenOver(), IdentityValue("corner", "id-a"));
  ASSERT_TRUE(imported.ok()) << imported.error().Text();
  EXPECT_EQ(imported->state, ValueOf({.id = "id-a"}));
  EXPECT_TRUE(IsImportMark(imported->private_bytes));
}

TEST(ImportByIdentity, OfAnotherPlaceOrTypeIsAnError) {
  Bench bench;
  const Value there = IdentityValue("mall", "id-a");
  EXPECT_EQ(
      ImportByIdentity(bench.call, bench.shop, TakenOver(), there).error(),
      (Error{.code = Code::kInvalid, .summary = "Importing shop_box failed", .detail = "No."}));
  EXPECT_THAT(ImportByIdentity(bench.call, bench.shop, BoxResource(), there).error().detail,
              HasSubstr("cannot be imported by identity"));
}

TEST(Move, ConvertsWithoutSecretsAndTellsTheNextRead) {
  const Result<Moved> moved =
      Move(TakenOver(), {.provider_address = "registry.opentofu.org/acme/market",
                         .type_name = "market_crate",
                         .json = R"({"id": "id-a"})"});
  ASSERT_TRUE(moved.ok()) << moved.error().Text();
  EXPECT_EQ(moved->state, ValueOf({.id = "id-a"}));
  EXPECT_TRUE(IsImportMark(moved->private_bytes));
}

TEST(Move, FromElsewhereIsAnErrorThatNamesWhatIsPossible) {
  const MoveSource sources[] = {
      {.provider_address = "registry.terraform.io/acme/other", .type_name = "market_crate"},
      {.provider_address = "registry.terraform.io/acme/market", .type_name = "market_bag"}};
  for (const MoveSource& source : sources) {
    const Result<Moved> moved = Move(TakenOver(), source);
    ASSERT_FALSE(moved.ok());
    EXPECT_EQ(moved.error().summary,
              "Moving a " + source.type_name + " to shop_box is not supported");
    EXPECT_THAT(moved.error().detail, HasSubstr("Supported: market_crate of market."));
  }
}

TEST(Move, ASourceThatMakesNoSenseIsAnError) {
  for (const char* json : {"", "[]", "{", "{}"}) {
    const Result<Moved> moved = Move(
        TakenOver(), {.provider_address = "x/y/market", .type_name = "market_crate", .json = json});
    ASSERT_FALSE(moved.ok()) << json;
    EXPECT_EQ(moved.error().summary, "Moving a market_crate to shop_box failed");
  }
}

TEST(Generate, LeavesOutWhatAUserWouldNotWrite) {
  Box box = MadeBox("a");
  box.style = "plain";
  box.note = "n";
  box.secret = "s";
  box.slots = std::map<std::string, Slot>{{"k", Slot{.color = "red", .port = "p"}}};
  const Value config = GenerateConfig(BoxRows(), ValueOf(box));
  EXPECT_TRUE(config.At("id").is_null());
  EXPECT_TRUE(config.At("status").is_null());
  EXPECT_TRUE(config.At("style").is_null()) << "the default";
  EXPECT_TRUE(config.At("secret").is_null());
  EXPECT_EQ(config.At("name"), Value::String("a"));
  EXPECT_EQ(config.At("note"), Value::String("n"));
  EXPECT_TRUE(config.At("disk").At("id").is_null());
  EXPECT_TRUE(config.At("slots").fields().at("k").At("port").is_null());
  EXPECT_EQ(config.At("slots").fields().at("k").At("color"), Value::String("red"));
  EXPECT_TRUE(GenerateConfig(BoxRows(), Value::Null(BoxRows().ObjectType())).is_null());
}

struct Filter {
  Attr<std::string> prefix = {};
};

Status ListBoxes(const Call& call, Shop& shop, const Filter& filter,
                 const schema::Sink<Box>& sink) {
  for (const auto& [id, box] : shop.boxes) {
    if (box.name->find(filter.prefix.value_or("")) != 0) continue;
    RETURN_IF_ERROR(shop.Note(call, "list", id));
    if (!sink({.display_name = box.name.value(), .object = Box{.id = id}})) return Ok{};
  }
  return Ok{};
}

schema::AnyList BoxList() {
  schema::Attributes<Filter> rows;
  rows.add({.name = "prefix", .field = &Filter::prefix, .doc = "Prefix."});
  return schema::ListType<Filter, Box, Shop>{
      .name = "shop_box", .doc = "Boxes.", .rows = rows, .list = ListBoxes}
      .Erase(BoxType().rows);
}

struct ListBench : Bench {
  ListBench() {
    for (const char* name : {"a1", "a2", "b1"}) {
      shop.boxes[std::string("id-") + name] = MadeBox(name);
    }
  }

  Status Run(std::int64_t limit, bool include_object = false, int enough = 100) {
    const Value config = Value::Object({{"prefix", Value::String("a")}});
    return List(call, shop, BoxList(), TakenOver(),
                {.config = config, .include_object = include_object, .limit = limit},
                [&, enough](ListedObject listed) {
                  found.push_back(std::move(listed));
                  return static_cast<int>(found.size()) < enough;
                });
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const ListedObject& listed : found) names.push_back(listed.display_name);
    return names;
  }

  std::vector<ListedObject> found = {};
};

TEST(List, SendsEachObjectThatFitsWithItsIdentity) {
  ListBench bench;
  ASSERT_TRUE(bench.Run(10).ok());
  EXPECT_THAT(bench.Names(), ElementsAre("a1", "a2"));
  EXPECT_EQ(bench.found[0].identity, IdentityValue("corner", "id-a1"));
  EXPECT_EQ(bench.found[0].object, std::nullopt);
}

TEST(List, EndsAtTheLimitAndWhenNobodyListens) {
  ListBench limited;
  ASSERT_TRUE(limited.Run(1).ok());
  EXPECT_THAT(limited.Names(), ElementsAre("a1"));
  ListBench none;
  ASSERT_TRUE(none.Run(0).ok());
  EXPECT_THAT(none.shop.journal, IsEmpty());
  ListBench deaf;
  ASSERT_TRUE(deaf.Run(10, false, 1).ok());
  EXPECT_THAT(deaf.Names(), ElementsAre("a1"));
}

TEST(List, WholeObjectsAreReadAsAfterAnImport) {
  ListBench bench;
  ASSERT_TRUE(bench.Run(1, true).ok());
  EXPECT_EQ(bench.found[0].object, ValueOf(MadeBox("a1")));
  EXPECT_THAT(bench.shop.journal, testing::Contains("read importing"));
}

TEST(List, AFailureEndsItAndKeepsWhatWasSent) {
  ListBench bench;
  bench.shop.failures["identity"] = {.code = Code::kUnavailable, .summary = "Closed"};
  const Status done = bench.Run(10);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().summary, "Closed");
  EXPECT_THAT(bench.found, IsEmpty());
}

}  // namespace
}  // namespace ecs::lifecycle
