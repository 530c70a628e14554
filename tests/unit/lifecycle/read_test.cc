// Refreshing, importing, upgrading: lifecycle.md sections 4, 8 and 9.
#include "provider/lifecycle/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/import.h"
#include "provider/lifecycle/upgrade.h"
#include "provider/schema/data_source_type.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Type;
using cty::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Error kRefused{.code = Code::kDenied, .summary = "Refused", .detail = "No."};

TEST(Read, ReturnsWhatIsThereWithoutSecretsAndEchoesThePrivateBytes) {
  Bench bench;
  Box there = MadeBox("a");
  there.label = "changed elsewhere";
  bench.shop.boxes["id-a"] = there;
  bench.shop.boxes["id-a"].secret = "s";
  const ReadResult result =
      Read(bench.call, bench.shop, BoxResource(), ValueOf(MadeBox("a")), "private");
  EXPECT_EQ(result.state, ValueOf(there));
  EXPECT_EQ(result.private_bytes, "private");
  EXPECT_THAT(result.notes.list(), IsEmpty());
  EXPECT_THAT(bench.shop.journal, ElementsAre("read"));
}

TEST(Read, AnObjectThatIsGoneIsNoError) {
  Bench bench;
  const ReadResult result = Read(bench.call, bench.shop, BoxResource(), ValueOf(MadeBox("a")), "");
  EXPECT_EQ(result.state, Value::Null(BoxRows().ObjectType()));
  EXPECT_THAT(result.notes.list(), IsEmpty());
}

TEST(Read, AnErrorKeepsTheStateAndTheImportMark) {
  Bench bench;
  bench.shop.failures["read"] = kRefused;
  const std::string mark = Import(BoxResource(), "id-a")->private_bytes;
  const ReadResult result =
      Read(bench.call, bench.shop, BoxResource(), ValueOf(MadeBox("a")), mark);
  EXPECT_EQ(result.state, ValueOf(MadeBox("a")));
  EXPECT_EQ(result.private_bytes, mark);
  EXPECT_THAT(result.notes.list(),
              ElementsAre(schema::Diagnostic{.summary = "Refused", .detail = "No."}));
}

TEST(Read, WhatTheResourceLeavesUnknownIsNull) {
  Bench bench;
  Box there = MadeBox("a");
  bench.shop.boxes["id-a"] = there;
  bench.shop.boxes["id-a"].serial = Attr<std::string>::Unknown();
  there.serial = Attr<std::string>();
  EXPECT_EQ(Read(bench.call, bench.shop, BoxResource(), ValueOf(there), "").state, ValueOf(there));
}

TEST(Read, HasItsOwnTime) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  Bench bench;
  Box box = MadeBox("a");
  Read(bench.call, bench.shop, BoxResource(), ValueOf(box), "");
  box.timeouts = TimeoutTexts{.read = "7s"};
  Read(bench.call, bench.shop, BoxResource(), ValueOf(box), "");
  EXPECT_THAT(bench.shop.time_left, ElementsAre(Duration(minutes(2)), Duration(seconds(7))));
}

TEST(Import, TheFirstReadIsToldAndTheNextIsNot) {
  Bench bench;
  bench.shop.boxes["id-a"] = MadeBox("a");
  const Result<Imported> imported = Import(BoxResource(), "  id-a\n");
  ASSERT_TRUE(imported.ok()) << imported.error().Text();
  EXPECT_EQ(imported->state, ValueOf({.id = "id-a"}));
  EXPECT_TRUE(IsImportMark(imported->private_bytes));

  const ReadResult first =
      Read(bench.call, bench.shop, BoxResource(), imported->state, imported->private_bytes);
  const ReadResult next =
      Read(bench.call, bench.shop, BoxResource(), first.state, first.private_bytes);
  EXPECT_EQ(first.private_bytes, "");
  EXPECT_EQ(next.state, ValueOf(MadeBox("a")));
  EXPECT_THAT(bench.shop.journal, ElementsAre("read importing", "read"));
}

TEST(Import, OnlyItsOwnMarkIsAMark) {
  for (const char* bytes : {"", "importing", "{}", "[]", "1", "\xff", "{\"importing\":1}"}) {
    EXPECT_FALSE(IsImportMark(bytes)) << bytes;
  }
}

TEST(Import, AnEmptyIdAndATypeWithoutImportAreErrorsThatSayWhatToDo) {
  EXPECT_EQ(Import(BoxResource(), " ").error(), (Error{.code = Code::kInvalid,
                                                       .summary = "Importing shop_box failed",
                                                       .detail = "The import id is empty.",
                                                       .hint = "Give the id of the object."}));
  schema::AnyResource resource = BoxResource();
  resource.import_attribute = "";
  EXPECT_EQ(Import(resource, "a").error(),
            (Error{.code = Code::kInvalid,
                   .summary = "Importing shop_box failed",
                   .detail = "A shop_box exists only in Terraform's state; there is nothing in "
                             "the cloud to import."}));
}

TEST(Upgrade, AStateOfTodayComesBackAsItIs) {
  const Result<std::string> json = cty::ToJson(ValueOf(MadeBox("a")), BoxRows().ObjectType());
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*Upgrade(BoxResource(), 0, *json), ValueOf(MadeBox("a")));
}

TEST(Upgrade, MissingAttributesAreNullAndSecretsAreForgotten) {
  EXPECT_EQ(*Upgrade(BoxResource(), 0, R"({"id":"a","secret":"s","size":3})"),
            ValueOf({.id = "a", .size = 3}));
}

TEST(Upgrade, ANullStateStaysNull) {
  EXPECT_EQ(*Upgrade(BoxResource(), 0, "null"), Value::Null(BoxRows().ObjectType()));
}

TEST(Upgrade, WhatDoesNotFitIsAnErrorThatSaysWhatWasTried) {
  const struct {
    std::int64_t version = 0;
    const char* json = "";
    const char* text = "";
    Path path = {};
  } cases[] = {
      {1, "{}", "It was written with schema version 1; this provider knows up to 0."},
      {0, "{", ""},
      {0, "", ""},
      {0, R"({"nothing":1})", "nothing", Path("nothing")},
      {0, R"({"size":"x"})", "A number is required.", Path("size")},
  };
  for (const auto& test : cases) {
    const Result<Value> state = Upgrade(BoxResource(), test.version, test.json);
    ASSERT_FALSE(state.ok()) << test.json;
    EXPECT_EQ(state.error().code, Code::kInvalid);
    EXPECT_EQ(state.error().summary, "Reading the stored state of shop_box failed");
    EXPECT_THAT(state.error().Text(), HasSubstr(test.text));
    EXPECT_EQ(state.error().path, test.path) << test.json;
  }
}

// --- Data sources ---

struct Question {
  Attr<std::string> name = {};
  Attr<std::string> answer = {};
};

schema::AnyDataSource QuestionSource() {
  schema::Attributes<Question> rows;
  rows.add({.name = "name", .field = &Question::name, .doc = "Name."});
  rows.add({.name = "answer",
            .field = &Question::answer,
            .mode = schema::Mode::kComputed,
            .doc = "Answer."});
  return schema::DataSourceType<Question, Shop>{
      .name = "shop_question",
      .doc = "A question.",
      .rows = rows,
      .read = [](const Call& call, Shop& shop, const Question& config,
                 schema::Diagnostics& notes) -> Result<Question> {
        RETURN_IF_ERROR(shop.Note(call, "ask", config.name.value_or("")));
        notes.Warn("Asked", "");
        return Question{.name = "as the cloud spells it", .answer = "42"};
      }}
      .Erase();
}

Value QuestionValue(Value name, Value answer) {
  return Value::Object({{"name", std::move(name)}, {"answer", std::move(answer)}});
}

TEST(ReadData, AnswersAndGivesTheConfigurationBackAsItWasWritten) {
  Bench bench;
  const Value config = QuestionValue(Value::String("n"), Value::Null(Type::String()));
  const DataResult result = ReadData(bench.call, bench.shop, QuestionSource(), config);
  EXPECT_EQ(result.state, QuestionValue(Value::String("n"), Value::String("42")));
  EXPECT_THAT(
      result.notes.list(),
      ElementsAre(schema::Diagnostic{.severity = schema::Severity::kWarning, .summary = "Asked"}));
}

TEST(ReadData, AnErrorAnswersNothing) {
  Bench bench;
  bench.shop.failures["ask"] = kRefused;
  const Value config = QuestionValue(Value::Null(Type::String()), Value::Null(Type::String()));
  const DataResult result = ReadData(bench.call, bench.shop, QuestionSource(), config);
  EXPECT_TRUE(result.state.is_null());
  EXPECT_THAT(result.notes.list(),
              ElementsAre(schema::Diagnostic{.summary = "Refused", .detail = "No."}));
}

}  // namespace
}  // namespace ecs::lifecycle
