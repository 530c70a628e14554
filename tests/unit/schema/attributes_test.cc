// Rows with their struct's type erased.
#include "provider/schema/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/resource_type.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fixed_random.h"

namespace ecs::schema {
namespace {

using cty::Type;
using cty::Value;
using testing::ElementsAre;

struct Disk {
  Attr<std::int64_t> size_gb = {};
  Attr<std::string> id = {};
};

struct Box {
  Attr<std::string> name = {};
  Attr<Disk> disk = {};
  Attr<std::map<std::string, Disk>> disks = {};
  Attr<std::string> status = {};
};

struct Shop : Backend {
  std::vector<std::string> orders = {};
};

Status Rename(const Call&, Shop& shop, const Change<Box>& change, Record<Box>& record) {
  shop.orders.push_back(change.before.name.value() + " to " + change.after.name.value());
  Box done = change.before;
  done.name = change.after.name;
  record.Save(done);
  record.Warn("Renamed", "It has another name.", Path("name"));
  return Ok{};
}

Status Grow(const Call&, Shop&, const Change<Box>&, Record<Box>&) {
  return Error{.code = Code::kConflict, .summary = "Growing failed"};
}

std::shared_ptr<const RowSet> DiskRows(const Attributes<Box>& owner) {
  auto rows = Attributes<Disk, Box>::Inside(owner);
  rows.add({.name = "size_gb", .field = &Disk::size_gb, .on_change = &Grow, .doc = "Size."});
  rows.add({.name = "id", .field = &Disk::id, .mode = Mode::kComputed, .doc = "ID."});
  return rows;
}

Attributes<Box> BoxRows() {
  Attributes<Box> rows;
  rows.add({.name = "name",
            .field = &Box::name,
            .mode = Mode::kRequired,
            .on_change = &Rename,
            .doc = "Name."});
  rows.add({.name = "disk", .field = &Box::disk, .rows = DiskRows(rows), .doc = "Disk."});
  rows.add({.name = "disks",
            .field = &Box::disks,
            .rows = DiskRows(rows),
            .on_change = Replace{},
            .doc = "Disks."});
  rows.add({.name = "status",
            .field = &Box::status,
            .mode = Mode::kComputed,
            .recomputed_when = {"name"},
            .doc = "Status."});
  return rows;
}

Value DiskValue(std::int64_t size_gb) {
  return Value::Object({{"size_gb", Value::Int(size_gb)}, {"id", Value::Null(Type::String())}});
}

struct Bench {
  FakeClock clock = {};
  Cancel cancel = {};
  Log log{Level::kOff, clock, [](std::string_view) {}};
  FixedRandom random = {};
  Call call{clock, TimePoint(std::chrono::hours(1)), cancel, log, random};
};

TEST(Attributes, TheObjectTypeFollowsFromTheFields) {
  const Type disk = Type::Object({{"size_gb", Type::Number()}, {"id", Type::String()}});
  EXPECT_EQ(BoxRows().erased().ObjectType(), Type::Object({{"name", Type::String()},
                                                           {"disk", disk},
                                                           {"disks", Type::Map(disk)},
                                                           {"status", Type::String()}}));
}

TEST(Attributes, EachRowKnowsItsEffectAndItsNesting) {
  const Attributes<Box> rows = BoxRows();
  std::vector<Effect> effects;
  std::vector<Nesting> nestings;
  for (const Row& row : rows.erased().rows()) {
    effects.push_back(row.effect);
    nestings.push_back(row.nesting);
  }
  EXPECT_THAT(effects,
              ElementsAre(Effect::kApply, Effect::kFixed, Effect::kReplace, Effect::kFixed));
  EXPECT_THAT(nestings,
              ElementsAre(Nesting::kNone, Nesting::kSingle, Nesting::kMap, Nesting::kNone));
  EXPECT_NE(rows.erased().Find("name")->applier, nullptr);
  EXPECT_EQ(rows.erased().Find("status")->applier, nullptr);
  EXPECT_EQ(rows.erased().Find("nothing"), nullptr);
}

TEST(Attributes, AStructSurvivesEncodingAndDecoding) {
  const Attributes<Box> rows = BoxRows();
  const Value value =
      Value::Object({{"name", Value::String("a")},
                     {"disk", DiskValue(1)},
                     {"disks", Value::Map(rows.erased().Find("disk")->type, {{"k", DiskValue(2)}})},
                     {"status", Value::Unknown(Type::String())}});
  const Result<Box> box = DecodeAs<Box>(rows.erased(), value);
  ASSERT_TRUE(box.ok()) << box.error().Text();
  EXPECT_EQ(box->disks->at("k").size_gb.value(), 2);
  EXPECT_EQ(rows.erased().Encode(&*box), value);
}

TEST(Attributes, AnErasedApplierCallsTheFunctionWithTheResourcesOwnTypes) {
  const Attributes<Box> rows = BoxRows();
  Shop shop;
  Bench bench;
  const Box before{.name = "a"};
  const Box after{.name = "b"};
  RecordBase record(rows.erased().Encode(&before));
  const Applier& applier = *rows.erased().Find("name")->applier;
  ASSERT_TRUE(applier.run(bench.call, shop, &before, &after, record).ok());
  EXPECT_THAT(shop.orders, ElementsAre("a to b"));
  EXPECT_TRUE(record.saved());
  EXPECT_EQ(record.state(), rows.erased().Encode(&after));
  EXPECT_THAT(record.notes().list(), ElementsAre(Diagnostic{.severity = Severity::kWarning,
                                                            .summary = "Renamed",
                                                            .detail = "It has another name.",
                                                            .path = Path("name")}));
}

TEST(Attributes, ANestedRowsFunctionSeesTheWholeResource) {
  const Attributes<Box> rows = BoxRows();
  Shop shop;
  Bench bench;
  const Box box;
  RecordBase record(rows.erased().Encode(&box));
  const Row* size = rows.erased().Find("disk")->rows->Find("size_gb");
  EXPECT_EQ(size->applier->run(bench.call, shop, &box, &box, record).error(),
            (Error{.code = Code::kConflict, .summary = "Growing failed"}));
  EXPECT_FALSE(record.saved());
}

TEST(Attributes, RowsWithTheSameFunctionShareItsIdentity) {
  const Attributes<Box> one = BoxRows();
  const Attributes<Box> other = BoxRows();
  const auto identity = [](const Attributes<Box>& rows, const char* name) {
    return rows.erased().Find(name)->rows->Find("size_gb")->applier->identity;
  };
  EXPECT_EQ(identity(one, "disk"), identity(one, "disks"));
  EXPECT_EQ(identity(one, "disk"), identity(other, "disk"));
  EXPECT_NE(identity(one, "disk"), one.erased().Find("name")->applier->identity);
}

// --- Erased resources ---

void PlanBox(Planning<Box>& planning) {
  planning.planned.status = Attr<std::string>::Unknown();
  planning.replace.push_back(Path("name"));
}
Status CreateBox(const Call&, Shop& shop, const Box& plan, Record<Box>& record) {
  shop.orders.push_back("create " + plan.name.value());
  record.Save(plan);
  return Ok{};
}
Result<std::optional<Box>> ReadBox(const Call&, Shop&, const Box& state, Reading& reading) {
  if (state.name.value() == "gone") return std::optional<Box>();
  if (reading.importing) reading.notes.Warn("Importing", "");
  return std::optional<Box>(state);
}
Status RemoveBox(const Call&, Shop& shop, const Box& state) {
  shop.orders.push_back("remove " + state.name.value());
  return Ok{};
}

AnyResource BoxResource() {
  return ResourceType<Box, Shop>{.name = "shop_box",
                                 .doc = "A box.",
                                 .rows = BoxRows(),
                                 .plan = PlanBox,
                                 .create = CreateBox,
                                 .read = ReadBox,
                                 .remove = RemoveBox}
      .Erase();
}

TEST(Erase, TheFunctionsSpeakValuesOutsideAndStructsInside) {
  const AnyResource resource = BoxResource();
  Shop shop;
  Bench bench;
  const Box box{.name = "a"};
  const Value value = resource.rows->Encode(&box);
  RecordBase record(value);
  EXPECT_TRUE(resource.create(bench.call, shop, value, record).ok());
  EXPECT_TRUE(resource.remove(bench.call, shop, value).ok());
  EXPECT_THAT(shop.orders, ElementsAre("create a", "remove a"));
  EXPECT_EQ(record.state(), value);

  Diagnostics notes;
  Reading reading{.importing = true, .notes = notes};
  EXPECT_EQ(*resource.read(bench.call, shop, value, reading), value);
  EXPECT_EQ(notes.list().size(), 1u);
  const Box gone{.name = "gone"};
  EXPECT_EQ(*resource.read(bench.call, shop, resource.rows->Encode(&gone), reading),
            Value::Null(resource.rows->ObjectType()));
}

TEST(Erase, ValidationOfAMisfitIsADiagnostic) {
  const AnyResource resource = BoxResource();
  const Box box{.name = "a"};
  const Value half = Value::Object(
      {{"size_gb", Value::Number(cty::Number(0.5))}, {"id", Value::Null(Type::String())}});
  Diagnostics notes;
  resource.validate(resource.rows->Encode(&box).With("disk", half), notes);
  ASSERT_EQ(notes.list().size(), 1u);
  EXPECT_EQ(notes.list()[0].path, Path("disk") / "size_gb");
}

TEST(Erase, AbsentFunctionsStayAbsent) {
  const AnyResource resource = BoxResource();
  EXPECT_TRUE(resource.plan);
  EXPECT_FALSE(resource.settle);
}

}  // namespace
}  // namespace ecs::schema
