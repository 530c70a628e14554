// Functions, ephemeral resources and actions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/lifecycle/action.h"
#include "provider/lifecycle/call_function.h"
#include "provider/lifecycle/ephemeral.h"
#include "provider/lifecycle/validate.h"
#include "tests/unit/lifecycle/fake.h"

namespace ecs::lifecycle {
namespace {

using cty::Type;
using cty::Value;
using schema::Mode;
using testing::ElementsAre;
using testing::IsEmpty;

// Joins texts.
schema::FunctionType Join() {
  return {.name = "join_all",
          .parameters = {{.name = "by", .type = Type::String(), .doc = "By."}},
          .variadic = schema::Parameter{.name = "texts", .type = Type::String(), .doc = "Texts."},
          .returns = Type::String(),
          .call = [](const std::vector<Value>& arguments) -> Result<Value> {
            if (arguments[0].AsString().empty()) {
              return Error{.code = Code::kInvalid, .detail = "Empty.", .path = Path().At(0)};
            }
            std::string all;
            for (std::size_t i = 1; i < arguments.size(); ++i) all += arguments[i].AsString();
            return Value::String(all);
          }};
}

TEST(CallFunction, TakesItsParametersAndAnyNumberMore) {
  EXPECT_EQ(*CallFunction(Join(), {Value::String(","), Value::String("a"), Value::String("b")}),
            Value::String("ab"));
  EXPECT_EQ(*CallFunction(Join(), {Value::String(",")}), Value::String(""));
  EXPECT_EQ(ArgumentType(Join(), 7), Type::String());
  schema::FunctionType fixed = Join();
  fixed.variadic.reset();
  EXPECT_EQ(ArgumentType(fixed, 1), std::nullopt);
}

TEST(CallFunction, AnUnknownArgumentMakesTheResultUnknown) {
  EXPECT_EQ(*CallFunction(Join(), {Value::String(","), Value::Unknown(Type::String())}),
            Value::Unknown(Type::String()));
}

TEST(CallFunction, ErrorsPointAtTheArgumentOrAtTheWholeCall) {
  EXPECT_EQ(ArgumentAtFault(CallFunction(Join(), {Value::String("")}).error()), 0);
  EXPECT_EQ(ArgumentAtFault(
                CallFunction(Join(), {Value::String(","), Value::Null(Type::String())}).error()),
            1);
  EXPECT_EQ(ArgumentAtFault(CallFunction(Join(), {}).error()), std::nullopt);
  EXPECT_EQ(CallFunction(Join(), {}).error().detail,
            "join_all takes at least 1 argument(s), not 0.");
  EXPECT_EQ(ArgumentAtFault(Error{.path = Path("name")}), std::nullopt);
}

struct Key {
  Attr<std::string> name = {};
  Attr<std::string> value = {};
};

schema::AnyEphemeral KeyType(bool whole = true) {
  schema::Attributes<Key> rows;
  rows.add({.name = "name", .field = &Key::name, .mode = Mode::kRequired, .doc = "Name."});
  rows.add({.name = "value", .field = &Key::value, .mode = Mode::kComputed, .doc = "Value."});
  schema::EphemeralType<Key, Shop> type{.name = "shop_key", .doc = "A key.", .rows = rows};
  type.open = [](const Call& call, Shop& shop, const Key& config,
                 schema::Diagnostics& notes) -> Result<schema::Opened<Key>> {
    RETURN_IF_ERROR(shop.Note(call, "open", config.name.value()));
    notes.Warn("Take care", "It is a key.");
    // A name in the cloud's spelling, which the user did not write.
    return schema::Opened<Key>{{.name = "SPELT", .value = "v"},
                               {.private_bytes = "p", .renew_at = WallTime(Duration(7))}};
  };
  if (whole) {
    type.renew = [](const Call& call, Shop& shop,
                    const std::string& bytes) -> Result<schema::Lifespan> {
      RETURN_IF_ERROR(shop.Note(call, "renew", bytes));
      return schema::Lifespan{.private_bytes = bytes + "2"};
    };
    type.close = [](const Call& call, Shop& shop, const std::string& bytes) {
      return shop.Note(call, "close", bytes);
    };
  }
  return type.Erase();
}

Value KeyConfig() {
  return Value::Object({{"name", Value::String("n")}, {"value", Value::Null(Type::String())}});
}

TEST(Ephemeral, OpensWithTheConfigurationAsItWasWritten) {
  Bench bench;
  const OpenResult opened = Open(bench.call, bench.shop, KeyType(), KeyConfig());
  EXPECT_EQ(opened.object, KeyConfig().With("value", Value::String("v")));
  EXPECT_EQ(opened.lifespan.private_bytes, "p");
  EXPECT_EQ(opened.lifespan.renew_at, WallTime(Duration(7)));
  EXPECT_THAT(opened.notes.list(), testing::SizeIs(1));
}

TEST(Ephemeral, AFailedOpenIsNullWithItsError) {
  Bench bench;
  bench.shop.failures["open"] = {.code = Code::kDenied, .summary = "Refused"};
  const OpenResult opened = Open(bench.call, bench.shop, KeyType(), KeyConfig());
  EXPECT_TRUE(opened.object.is_null());
  EXPECT_TRUE(opened.notes.has_errors());
}

TEST(Ephemeral, RenewsAndClosesEvenAfterAStop) {
  Bench bench;
  EXPECT_EQ(Renew(bench.call, bench.shop, KeyType(), "p")->private_bytes, "p2");
  bench.cancel.Set();
  EXPECT_TRUE(Close(bench.call, bench.shop, KeyType(), "p").ok());
  EXPECT_THAT(bench.shop.journal, ElementsAre("renew p", "close p"));
}

TEST(Ephemeral, WithoutRenewAndCloseNothingIsAsked) {
  Bench bench;
  EXPECT_EQ(Renew(bench.call, bench.shop, KeyType(false), "p")->private_bytes, "p");
  EXPECT_TRUE(Close(bench.call, bench.shop, KeyType(false), "p").ok());
  EXPECT_THAT(bench.shop.journal, IsEmpty());
}

struct InvokeTexts {
  Attr<std::string> invoke = {};
  bool operator==(const InvokeTexts&) const = default;
};
struct Order {
  Attr<std::string> what = {};
  Attr<InvokeTexts> timeouts = {};
};

schema::AnyAction OrderType() {
  schema::Attributes<InvokeTexts> inner;
  inner.add({.name = "invoke", .field = &InvokeTexts::invoke, .doc = "Time."});
  schema::Attributes<Order> rows;
  rows.add({.name = "what", .field = &Order::what, .mode = Mode::kRequired, .doc = "What."});
  rows.add({.name = "timeouts", .field = &Order::timeouts, .rows = inner, .doc = "Times."});
  return schema::ActionType<Order, Shop>{
      .name = "shop_order",
      .doc = "An order.",
      .rows = rows,
      .timeout = std::chrono::minutes(9),
      .validate =
          [](const Order& order, schema::Diagnostics& notes) {
            if (order.what.is_known() && order.what.value() == "x") notes.AddError("No x", "");
          },
      .invoke = [](const Call& call, Shop& shop, const Order& order,
                   const schema::Progress& progress) -> Status {
        RETURN_IF_ERROR(shop.Note(call, "invoke", order.what.value()));
        progress("half");
        return Ok{};
      }}
      .Erase();
}

Value OrderConfig(const std::string& what, const Value& timeouts) {
  return Value::Object({{"what", Value::String(what)}, {"timeouts", timeouts}});
}

TEST(Action, RunsWithProgressWithinItsTime) {
  Bench bench;
  const Type texts = Type::Object({{"invoke", Type::String()}});
  std::vector<std::string> lines;
  const auto hear = [&](const std::string& line) { lines.push_back(line); };
  EXPECT_TRUE(
      Invoke(bench.call, bench.shop, OrderType(), OrderConfig("a", Value::Null(texts)), hear).ok());
  const Value brief = Value::Object({{"invoke", Value::String("7s")}});
  EXPECT_TRUE(Invoke(bench.call, bench.shop, OrderType(), OrderConfig("b", brief), hear).ok());
  EXPECT_THAT(lines, ElementsAre("half", "half"));
  EXPECT_THAT(bench.shop.time_left,
              ElementsAre(Duration(std::chrono::minutes(9)), Duration(std::chrono::seconds(7))));
}

TEST(Action, IsValidatedByItsRowsAndItself) {
  const Type texts = Type::Object({{"invoke", Type::String()}});
  schema::Diagnostics notes;
  ValidateAction(OrderType(), OrderConfig("a", Value::Null(texts)), notes);
  EXPECT_THAT(notes.list(), IsEmpty());
  ValidateAction(OrderType(), OrderConfig("x", Value::Null(texts)), notes);
  ValidateAction(
      OrderType(),
      Value::Object({{"what", Value::Null(Type::String())}, {"timeouts", Value::Null(texts)}}),
      notes);
  ASSERT_EQ(notes.list().size(), 2u);
  EXPECT_EQ(notes.list()[0].summary, "No x");
  EXPECT_EQ(notes.list()[1].summary, "Missing required argument");
}

}  // namespace
}  // namespace ecs::lifecycle
