// Making the planned state true: lifecycle.md section 7.
#include "provider/lifecycle/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/plan.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Value;
using schema::Diagnostic;
using schema::Severity;
using testing::ElementsAre;
using testing::IsEmpty;

const auto kUnknownText = Attr<std::string>::Unknown();

const Value& NoState() {
  static const Value null = Value::Null(BoxRows().ObjectType());
  return null;
}

Box Config(const std::string& name) { return {.name = name, .disk = Disk{.type = "SSD"}}; }

const Error kRefused{.code = Code::kConflict, .summary = "Refused", .detail = "Busy."};
const Diagnostic kRefusedNote{
    .severity = Severity::kError, .summary = "Refused", .detail = "Busy."};

Diagnostic At(Diagnostic note, Path path) {
  note.path = std::move(path);
  return note;
}

// Plans and applies the configuration.
ApplyResult Change(Bench& bench, const schema::AnyResource& resource, const Value& prior,
                   const Box& config) {
  const Value wanted = ValueOf(config);
  return Apply(bench.call, bench.shop, resource, prior, Plan(resource, prior, wanted).planned,
               wanted);
}

Value Made(Bench& bench, const std::string& name) {
  bench.shop.boxes["id-" + name] = MadeBox(name);
  return ValueOf(MadeBox(name));
}

// --- Create ---

TEST(ApplyCreate, FillsWhatThePlanDidNotKnow) {
  Bench bench;
  Box config = Config("a");
  config.secret = "+s";
  const ApplyResult result = Change(bench, BoxResource(), NoState(), config);
  EXPECT_EQ(result.state, ValueOf(MadeBox("a")));
  EXPECT_THAT(result.notes.list(), IsEmpty());
  EXPECT_THAT(bench.shop.journal, ElementsAre("create a+s", "finish"));
}

TEST(ApplyCreate, AnErrorBeforeTheRecordStoresNothing) {
  Bench bench;
  bench.shop.failures["create"] = kRefused;
  const ApplyResult result = Change(bench, BoxResource(), NoState(), Config("a"));
  EXPECT_EQ(result.state, NoState());
  EXPECT_THAT(result.notes.list(), ElementsAre(kRefusedNote));
}

TEST(ApplyCreate, AnErrorAfterTheRecordStoresTheRecordWithoutSecrets) {
  Bench bench;
  bench.shop.failures["finish"] = kRefused;
  Box config = Config("a");
  config.secret = "s";
  const ApplyResult result = Change(bench, BoxResource(), NoState(), config);
  EXPECT_EQ(result.state, ValueOf(MadeBox("a")));
  EXPECT_THAT(result.notes.list(), ElementsAre(kRefusedNote));
}

TEST(ApplyCreate, UnknownsOfARecordAreStoredAsNull) {
  Bench bench;
  schema::ResourceType<Box, Shop> type = BoxType();
  type.create = [](const Call&, Shop&, const Box& plan, schema::Record<Box>& record) -> Status {
    record.Save(plan);
    return kRefused;
  };
  const ApplyResult result = Change(bench, type.Erase(), NoState(), Config("a"));
  EXPECT_EQ(result.state, ValueOf({.name = "a", .style = "plain", .disk = Disk{.type = "SSD"}}));
}

// A cloud that makes something else of what was asked for.
schema::AnyResource WithOtherName() {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.create = [](const Call&, Shop& shop, const Box&, schema::Record<Box>& record) -> Status {
    Box made = MadeBox("OTHER");
    made.label = "set by the cloud";
    shop.boxes[made.id.value()] = made;
    record.Save(made);
    return Ok{};
  };
  return type.Erase();
}

TEST(ApplyCreate, AValueThatTheCloudDidNotTakeIsAnErrorThatNamesBothAndTheStateIsTrue) {
  Bench bench;
  const ApplyResult result = Change(bench, WithOtherName(), NoState(), Config("a"));
  Box expected = MadeBox("OTHER");
  expected.label = "set by the cloud";
  EXPECT_EQ(result.state, ValueOf(expected));
  const Diagnostic error{
      .severity = Severity::kError,
      .summary = "name is not as planned",
      .detail =
          "The cloud accepted the creation of shop_box OTHER (id-OTHER), and then showed name = "
          "\"OTHER\" where \"a\" was planned.\n\nHint: Check that the value exists in the cloud "
          "and is "
          "spelled as the cloud spells it. The new object is in the state, marked as tainted: the "
          "next apply replaces it. To keep it, correct the configuration, run terraform untaint "
          "ADDRESS and apply again.",
      .path = Path("name")};
  EXPECT_THAT(result.notes.list(), ElementsAre(error));
  // It was looked at again before it was believed.
  EXPECT_THAT(bench.shop.journal, ElementsAre("read", "read", "read"));
}

// --- Update ---

TEST(ApplyUpdate, OneFunctionForTwoAttributesRunsOnce) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("b");
  config.label = "l";
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal, ElementsAre("rename b", "read"));
  Box expected = MadeBox("a");
  expected.name = "b";
  expected.label = "l";
  expected.status = "renamed";
  EXPECT_EQ(result.state, ValueOf(expected));
}

TEST(ApplyUpdate, FunctionsRunInTheOrderOfTheRowsAndUnknownsComeFromOneRead) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("b");
  config.size = 5;
  config.disk->size_gb = 20;
  config.groups = std::set<std::string>{"web"};
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal,
              ElementsAre("rename b", "grow 5", "regroup", "grow_disk 20", "read"));
  Box expected = MadeBox("a");
  expected.name = "b";
  expected.size = 5;
  expected.disk->size_gb = 20;
  expected.groups = std::set<std::string>{"web"};
  expected.status = "grown";
  EXPECT_EQ(result.state, ValueOf(expected));
  EXPECT_THAT(result.notes.list(), IsEmpty());
}

TEST(ApplyUpdate, AChangeIsReadBackEvenIfThePlanLeftNothingUnknown) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("a");
  config.disk->size_gb = 20;
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal, ElementsAre("grow_disk 20", "read"));
  Box expected = MadeBox("a");
  expected.disk->size_gb = 20;
  EXPECT_EQ(result.state, ValueOf(expected));
}

// A shop that accepts every growth of a disk, and does it at the n-th read after it; 0: never.
schema::AnyResource GrowsAtRead(int n) {
  static int reads;
  static int grows_at;
  reads = 0;
  grows_at = n;
  schema::ResourceType<Box, Shop> type = BoxType();
  type.read = [](const Call& call, Shop& shop, const Box& state,
                 schema::Reading&) -> Result<std::optional<Box>> {
    RETURN_IF_ERROR(shop.Note(call, "read", ""));
    Box found = shop.boxes[state.id.value()];
    if (grows_at == 0 || ++reads < grows_at) found.disk->size_gb = 10;
    return std::optional<Box>(found);
  };
  return type.Erase();
}

TEST(ApplyUpdate, AChangeThatShowsLateIsLookedAtAgain) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("a");
  config.disk->size_gb = 20;
  const ApplyResult result = Change(bench, GrowsAtRead(3), prior, config);
  EXPECT_THAT(result.notes.list(), IsEmpty());
  EXPECT_THAT(bench.shop.journal, ElementsAre("grow_disk 20", "read", "read", "read"));
  Box expected = MadeBox("a");
  expected.disk->size_gb = 20;
  EXPECT_EQ(result.state, ValueOf(expected));
}

TEST(ApplyUpdate, AChangeThatNeverShowsIsAnErrorAndNotInTheState) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("a");
  config.disk->size_gb = 20;
  const ApplyResult result = Change(bench, GrowsAtRead(0), prior, config);
  EXPECT_EQ(result.state, prior);
  const Diagnostic error{
      .severity = Severity::kError,
      .summary = "disk.size_gb is not as planned",
      .detail =
          "The cloud accepted the change of shop_box a (id-a), and then showed disk.size_gb = 10 "
          "where 20 was planned.\n\nHint: Check that the value exists in the cloud and is spelled "
          "as the "
          "cloud spells it. The state holds what the cloud shows: the next plan shows the "
          "difference.",
      .path = Path("disk") / "size_gb"};
  EXPECT_THAT(result.notes.list(), ElementsAre(error));
  EXPECT_THAT(bench.shop.journal, ElementsAre("grow_disk 20", "read", "read", "read", "read"));
}

TEST(ApplyUpdate, ASettingAsksNothingOfTheCloud) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("a");
  config.note = "n";
  config.timeouts = TimeoutTexts{.update = "1s"};
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal, IsEmpty());
  Box expected = MadeBox("a");
  expected.note = "n";
  expected.timeouts = TimeoutTexts{.update = "1s"};
  EXPECT_EQ(result.state, ValueOf(expected));
}

TEST(ApplyUpdate, AFailureInTheMiddleKeepsWhatWasReallyDone) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["grow"] = kRefused;
  Box config = Config("b");
  config.size = 5;
  config.disk->size_gb = 20;
  config.secret = "s";
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal, ElementsAre("rename b", "grow 5", "read"));
  Box expected = MadeBox("a");
  expected.name = "b";
  expected.status = "renamed";
  EXPECT_EQ(result.state, ValueOf(expected));
  EXPECT_THAT(result.notes.list(), ElementsAre(At(kRefusedNote, Path("size"))));
}

TEST(ApplyUpdate, AFailureWhoseReadFailsTooKeepsTheRecord) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["grow"] = kRefused;
  bench.shop.failures["read"] = kRefused;
  Box config = Config("b");
  config.size = 5;
  config.note = "n";
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  Box expected = MadeBox("a");
  expected.name = "b";
  expected.note = "n";
  EXPECT_EQ(result.state, ValueOf(expected));
  EXPECT_THAT(result.notes.list(), ElementsAre(At(kRefusedNote, Path("size"))));
}

TEST(ApplyUpdate, ASuccessThatCannotBeReadBackIsAWarning) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["read"] = kRefused;
  const ApplyResult result = Change(bench, BoxResource(), prior, Config("b"));
  Box expected = MadeBox("a");
  expected.name = "b";
  EXPECT_EQ(result.state, ValueOf(expected));
  ASSERT_EQ(result.notes.list().size(), 1u);
  EXPECT_EQ(result.notes.list()[0].severity, Severity::kWarning);
  EXPECT_EQ(result.notes.list()[0].summary, "The changed object could not be read back");
}

TEST(ApplyUpdate, AnObjectThatVanishesMeanwhileIsAnErrorAndStaysInTheState) {
  Bench bench;
  const Value prior = Made(bench, "a");
  schema::ResourceType<Box, Shop> type = BoxType();
  type.read = [](const Call&, Shop&, const Box&, schema::Reading&) -> Result<std::optional<Box>> {
    return std::optional<Box>();
  };
  const ApplyResult result = Change(bench, type.Erase(), prior, Config("b"));
  EXPECT_TRUE(result.notes.has_errors());
  Box expected = MadeBox("a");
  expected.name = "b";
  EXPECT_EQ(result.state, ValueOf(expected));
}

TEST(ApplyUpdate, AnInterruptedUpdateAsksNothingMore) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["grow"] = {.code = Code::kCancelled, .summary = "Interrupted"};
  Box config = Config("b");
  config.size = 5;
  const ApplyResult result = Change(bench, BoxResource(), prior, config);
  EXPECT_THAT(bench.shop.journal, ElementsAre("rename b", "grow 5"));
  Box expected = MadeBox("a");
  expected.name = "b";
  EXPECT_EQ(result.state, ValueOf(expected));
  EXPECT_TRUE(result.notes.has_errors());
}

schema::AnyResource WithSettle() {
  schema::ResourceType<Box, Shop> type = BoxType();
  type.settle = [](const Call& call, Shop& shop, const schema::Change<Box>& change,
                   schema::Record<Box>&) {
    return shop.Note(call, "settle", change.before.name.value() + change.after.secret.value_or(""));
  };
  return type.Erase();
}

TEST(ApplyUpdate, SettlingComesFirst) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box config = Config("b");
  config.secret = "+s";
  Change(bench, WithSettle(), prior, config);
  EXPECT_THAT(bench.shop.journal, ElementsAre("settle a+s", "rename b", "read"));
}

TEST(ApplyUpdate, SettlingRunsEvenIfOnlyAComputedValueIsAwaited) {
  Bench bench;
  const Value prior = Made(bench, "a");
  Box planned = MadeBox("a");
  planned.status = kUnknownText;
  const ApplyResult result =
      Apply(bench.call, bench.shop, WithSettle(), prior, ValueOf(planned), ValueOf(Config("a")));
  EXPECT_THAT(bench.shop.journal, ElementsAre("settle a", "read"));
  EXPECT_EQ(result.state, prior);
}

TEST(ApplyUpdate, AFailedSettlingChangesNothing) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["settle"] = kRefused;
  const ApplyResult result = Change(bench, WithSettle(), prior, Config("b"));
  EXPECT_THAT(bench.shop.journal, ElementsAre("settle a", "read"));
  EXPECT_EQ(result.state, prior);
  EXPECT_THAT(result.notes.list(), ElementsAre(kRefusedNote));
}

// --- Delete ---

TEST(ApplyDelete, EndsWithNothing) {
  Bench bench;
  const Value prior = Made(bench, "a");
  const ApplyResult result =
      Apply(bench.call, bench.shop, BoxResource(), prior, NoState(), NoState());
  EXPECT_EQ(result.state, NoState());
  EXPECT_THAT(bench.shop.journal, ElementsAre("remove"));
  EXPECT_THAT(bench.shop.boxes, IsEmpty());
}

TEST(ApplyDelete, AnErrorKeepsTheState) {
  Bench bench;
  const Value prior = Made(bench, "a");
  bench.shop.failures["remove"] = kRefused;
  const ApplyResult result =
      Apply(bench.call, bench.shop, BoxResource(), prior, NoState(), NoState());
  EXPECT_EQ(result.state, prior);
  EXPECT_THAT(result.notes.list(), ElementsAre(kRefusedNote));
}

// --- Time ---

TEST(ApplyTime, EachOperationHasItsOwnTimeUnlessTheUserSaysOtherwise) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  for (const bool said : {false, true}) {
    Bench bench;
    Box box = MadeBox("a");
    Box config = Config("a");
    if (said) {
      config.timeouts = TimeoutTexts{.create = "10s", .update = "20s", .remove = "30s"};
      box.timeouts = config.timeouts;
    }
    Change(bench, BoxResource(), NoState(), config);
    config.disk->size_gb = 20;
    Change(bench, BoxResource(), ValueOf(box), config);
    Apply(bench.call, bench.shop, BoxResource(), ValueOf(box), NoState(), NoState());
    const Duration create = said ? Duration(seconds(10)) : minutes(1);
    const Duration update = said ? Duration(seconds(20)) : minutes(3);
    const Duration remove = said ? Duration(seconds(30)) : minutes(4);
    EXPECT_THAT(bench.shop.journal,
                ElementsAre("create a", "finish", "grow_disk 20", "read", "remove"));
    EXPECT_THAT(bench.shop.time_left, ElementsAre(create, create, update, update, remove));
  }
}

}  // namespace
}  // namespace ecs::lifecycle
