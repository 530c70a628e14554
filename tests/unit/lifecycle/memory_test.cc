// What is remembered of an object beside its state, and why "it is gone" is not always believed.
#include "provider/lifecycle/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/move.h"
#include "provider/lifecycle/read.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Value;
using schema::Place;
using testing::ElementsAre;
using testing::IsEmpty;

const Place kHome = {.region = "eu-de", .project_id = "p1"};
const Place kAway = {.region = "eu-nl", .project_id = "p2"};
constexpr char kHomeBytes[] = R"({"place":{"project_id":"p1","region":"eu-de"},"version":1})";
Value NoBox() { return Value::Null(BoxRows().ObjectType()); }

// The only error there is.
std::string ErrorOf(const schema::Diagnostics& notes) {
  EXPECT_EQ(notes.list().size(), 1u);
  if (notes.list().size() != 1 || !notes.has_errors()) return "no error";
  return notes.list().front().summary + "\n" + notes.list().front().detail;
}

std::string Elsewhere(const std::string& seen, const std::string& here) {
  return "shop_box id-a belongs to another region or project\nIt was last seen in " + seen +
         ". The provider is configured for " + here +
         ", where the cloud answers that it does not exist. It stays in the state.\n\nHint: Set "
         "region, project_id or project_name of the provider block to those of the resource. If it "
         "no longer exists there, terraform state rm ADDRESS removes it from the state.";
}

Value IdentityAt(const Place& place) {
  return Value::Object(
      {{"region", Value::String(place.region)}, {"project_id", Value::String(place.project_id)}});
}

struct Rig : Bench {
  explicit Rig(Place place) { shop.place = std::move(place); }
  void Hold() { shop.boxes["id-a"] = MadeBox("a"); }
  ReadResult Look(const std::string& bytes, const std::optional<Value>& identity = {}) {
    return Read(call, shop, BoxResource(), ValueOf(MadeBox("a")), bytes, identity);
  }
  ApplyResult Delete(const Stored& stored) {
    return Apply(call, shop, BoxResource(), ValueOf(MadeBox("a")), NoBox(), NoBox(), stored);
  }
};

TEST(Memory, SurvivesBeingStored) {
  for (const Memory& memory : {Memory(), Memory{.importing = true}, Memory{.place = kHome},
                               Memory{.importing = true, .place = {.project_id = "p1"}}}) {
    EXPECT_EQ(Recall(Remember(memory)), memory) << Remember(memory);
  }
  EXPECT_EQ(Remember({}), "");
  EXPECT_EQ(Remember({.place = kHome}), kHomeBytes);
}

TEST(Memory, OfOlderVersionsAndOfNobodyWeKnowIsAccepted) {
  EXPECT_EQ(Recall(R"({"importing":true})"), Memory{.importing = true});
  for (const char* bytes :
       {"", "private", "[]", "1", "\xff", R"({"importing":1})", R"({"place":[]})",
        R"({"place":{"region":1}})", R"({"version":2,"importing":true})"}) {
    EXPECT_EQ(Recall(bytes), Memory()) << bytes;
  }
}

TEST(Memory, TakesThePlaceOfTheIdentityWhereTheBytesHaveNone) {
  EXPECT_EQ(Recall("", IdentityAt(kHome)), Memory{.place = kHome});
  EXPECT_EQ(Recall(kHomeBytes, IdentityAt(kAway)), Memory{.place = kHome});
  EXPECT_EQ(Recall("", Value::Object({{"id", Value::String("x")}})), Memory());
  EXPECT_EQ(Recall("", Value::Null(cty::Type::Object({}))), Memory());
}

TEST(Place, IsElsewhereOnlyByWhatBothKnow) {
  EXPECT_TRUE(kHome.IsElsewhere(kAway));
  EXPECT_TRUE(kHome.IsElsewhere({.region = "eu-de", .project_id = "p2"}));
  EXPECT_TRUE(kHome.IsElsewhere({.region = "eu-nl"}));
  EXPECT_FALSE(kHome.IsElsewhere(kHome));
  EXPECT_FALSE(kHome.IsElsewhere({}));
  EXPECT_FALSE(kHome.IsElsewhere({.project_id = "p1"}));
}

TEST(Read, LearnsWhereTheObjectLivesAndForgetsTheImport) {
  Rig rig(kHome);
  rig.Hold();
  EXPECT_EQ(rig.Look("").private_bytes, kHomeBytes);
  EXPECT_EQ(rig.Look(ImportMark()).private_bytes, kHomeBytes);
  EXPECT_EQ(rig.Look(kHomeBytes).private_bytes, kHomeBytes);
}

TEST(Read, AnObjectThatIsFoundLivesWhereItWasFound) {
  Rig rig(kAway);
  rig.Hold();
  EXPECT_EQ(Recall(rig.Look(kHomeBytes).private_bytes), Memory{.place = kAway});
  // What is not told any more is not forgotten.
  rig.shop.place = {.project_id = "p3"};
  EXPECT_EQ(Recall(rig.Look(kHomeBytes).private_bytes),
            (Memory{.place = {.region = "eu-de", .project_id = "p3"}}));
}

TEST(Read, WithoutKnowingItsOwnPlaceKeepsWhatWasRemembered) {
  Rig rig(kAway);
  rig.Hold();
  rig.shop.failures["here"] = {.code = Code::kUnavailable, .summary = "Closed"};
  const ReadResult read = rig.Look(kHomeBytes);
  EXPECT_EQ(read.private_bytes, kHomeBytes);
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_EQ(rig.shop.places_told, 1);
}

TEST(Read, ElsewhereAnObjectThatIsNotFoundIsNotGone) {
  const struct {
    Place here = {};
    std::string in_words = "";
  } cases[] = {{kAway, "region eu-nl, project p2"},
               {{.region = "eu-nl", .project_id = "p1"}, "region eu-nl, project p1"},
               {{.region = "eu-de", .project_id = "p2"}, "region eu-de, project p2"},
               {{.project_id = "p2"}, "project p2"}};
  for (const auto& test : cases) {
    Rig rig(test.here);
    const ReadResult read = rig.Look(kHomeBytes);
    EXPECT_EQ(read.state, ValueOf(MadeBox("a")));
    EXPECT_EQ(read.private_bytes, kHomeBytes);
    EXPECT_EQ(ErrorOf(read.notes), Elsewhere("region eu-de, project p1", test.in_words));
  }
}

TEST(Read, TheIdentityTellsThePlaceOfAnOlderState) {
  Rig rig(kAway);
  const ReadResult read = rig.Look("", IdentityAt(kHome));
  EXPECT_EQ(read.state, ValueOf(MadeBox("a")));
  EXPECT_EQ(ErrorOf(read.notes), Elsewhere("region eu-de, project p1", "region eu-nl, project p2"));
}

TEST(Read, InItsOwnPlaceAnObjectThatIsNotFoundIsGone) {
  Rig rig(kHome);
  const ReadResult read = rig.Look(kHomeBytes);
  EXPECT_EQ(read.state, NoBox());
  EXPECT_THAT(read.notes.list(), IsEmpty());
}

TEST(Read, WithoutARememberedPlaceNobodyAsksForOne) {
  Rig rig(kAway);
  EXPECT_EQ(rig.Look("").state, NoBox());
  EXPECT_EQ(rig.shop.places_told, 0);
}

TEST(Read, WhatLivesInTheStateOnlyHasNoPlace) {
  Rig rig(kAway);
  schema::AnyResource order = BoxResource();
  order.in_cloud = false;
  const Value state = ValueOf(MadeBox("a"));
  EXPECT_EQ(Read(rig.call, rig.shop, order, state, kHomeBytes).state, NoBox());
  rig.Hold();
  EXPECT_EQ(Read(rig.call, rig.shop, order, state, "").private_bytes, "");
  EXPECT_EQ(rig.shop.places_told, 0);
}

TEST(Read, APlaceThatCannotBeToldForgetsNothing) {
  Rig rig(kHome);
  rig.shop.failures["here"] = {.code = Code::kDenied, .summary = "Refused", .detail = "No."};
  const ReadResult read = rig.Look(kHomeBytes);
  EXPECT_EQ(read.state, ValueOf(MadeBox("a")));
  EXPECT_EQ(ErrorOf(read.notes), "Refused\nNo.");
}

TEST(Apply, ACreateRemembersThePlaceWhateverWasStoredBefore) {
  const std::string before = Remember({.importing = true, .place = kAway});
  for (const bool fails : {false, true}) {
    Rig rig(kHome);
    if (fails) rig.shop.failures["finish"] = {.code = Code::kTimeout, .summary = "Late"};
    const Value plan = ValueOf(MadeBox("a"));
    const ApplyResult made =
        Apply(rig.call, rig.shop, BoxResource(), NoBox(), plan, plan, {.private_bytes = before});
    EXPECT_EQ(made.notes.has_errors(), fails);
    EXPECT_FALSE(made.state.is_null());
    EXPECT_EQ(made.private_bytes, kHomeBytes);
  }
}

TEST(Apply, AnUpdateKeepsWhatIsRemembered) {
  Rig rig(kAway);
  rig.Hold();
  Box other = MadeBox("a");
  other.style = "fancy";
  const ApplyResult changed = Apply(rig.call, rig.shop, BoxResource(), ValueOf(MadeBox("a")),
                                    ValueOf(other), ValueOf(other), {.private_bytes = kHomeBytes});
  EXPECT_THAT(changed.notes.list(), IsEmpty());
  EXPECT_EQ(changed.private_bytes, kHomeBytes);
}

TEST(Apply, ADeleteElsewhereOfWhatIsNotFoundIsAnErrorAndKeepsTheState) {
  for (const Stored& stored : {Stored{.private_bytes = kHomeBytes},
                               Stored{.private_bytes = "", .identity = IdentityAt(kHome)}}) {
    Rig rig(kAway);
    const ApplyResult gone = rig.Delete(stored);
    EXPECT_EQ(gone.state, ValueOf(MadeBox("a")));
    EXPECT_EQ(gone.private_bytes, kHomeBytes);
    EXPECT_EQ(ErrorOf(gone.notes),
              Elsewhere("region eu-de, project p1", "region eu-nl, project p2"));
    EXPECT_THAT(rig.shop.journal, ElementsAre("read"));
  }
}

TEST(Apply, ADeleteElsewhereOfWhatIsThereAfterAllIsDone) {
  Rig rig(kAway);
  rig.Hold();
  EXPECT_EQ(rig.Delete({.private_bytes = kHomeBytes}).state, NoBox());
  EXPECT_THAT(rig.shop.journal, ElementsAre("read", "remove"));
  EXPECT_THAT(rig.shop.boxes, IsEmpty());
}

TEST(Apply, ADeleteElsewhereThatCannotLookKeepsTheState) {
  Rig rig(kAway);
  rig.shop.failures["read"] = {.code = Code::kUnavailable, .summary = "Closed", .detail = "Late."};
  const ApplyResult failed = rig.Delete({.private_bytes = kHomeBytes});
  EXPECT_EQ(failed.state, ValueOf(MadeBox("a")));
  EXPECT_EQ(ErrorOf(failed.notes), "Closed\nLate.");
}

// Found by the simulator: Terraform gives no bytes of a tainted object and stores what is answered.
TEST(Apply, AFailedDeleteRemembersThePlaceOfATaintedObject) {
  Rig rig(kHome);
  rig.Hold();
  rig.shop.failures["remove"] = {.code = Code::kInvalid, .summary = "Refused", .detail = "No."};
  const ApplyResult failed = rig.Delete({.private_bytes = ""});
  EXPECT_EQ(failed.state, ValueOf(MadeBox("a")));
  EXPECT_EQ(ErrorOf(failed.notes), "Refused\nNo.");
  EXPECT_EQ(failed.private_bytes, kHomeBytes);
  EXPECT_THAT(rig.shop.journal, ElementsAre("remove", "read"));
}

TEST(Apply, ADeleteAtHomeOrWithoutAPlaceIsContentWithAnObjectThatIsGone) {
  for (const char* bytes : {kHomeBytes, "", "private"}) {
    Rig rig(kHome);
    const ApplyResult gone = rig.Delete({.private_bytes = bytes});
    EXPECT_EQ(gone.state, NoBox()) << bytes;
    EXPECT_THAT(gone.notes.list(), IsEmpty()) << bytes;
    EXPECT_THAT(rig.shop.journal, ElementsAre("remove")) << bytes;
  }
}

TEST(Move, RemembersThePlaceThatTheSourceNames) {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.moves = {schema::MoveType<Box>{
      .provider = "market",
      .type_name = "market_crate",
      .convert = [](const nlohmann::json&) -> Result<Box> { return Box{.id = "id-a"}; },
      .place =
          [](const nlohmann::json& crate) {
            return Place{.region = crate.value("region", "")};
          }}.Erase(type.rows)};
  const Result<Moved> moved =
      Move(type.Erase(), {.provider_address = "registry.terraform.io/acme/market",
                          .type_name = "market_crate",
                          .json = R"({"region":"eu-de"})"});
  ASSERT_TRUE(moved.ok()) << moved.error().Text();
  EXPECT_EQ(Recall(moved->private_bytes),
            (Memory{.importing = true, .place = {.region = "eu-de"}}));
}

}  // namespace
}  // namespace ecs::lifecycle
