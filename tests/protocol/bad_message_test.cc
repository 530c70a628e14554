// Messages that no Terraform sends: each is answered, and the process lives on.
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/protocol/rig.h"
#include "tests/protocol/wire.h"
#include "tests/support/plugin_host.h"

namespace ecs::protocol {
namespace {

using namespace std::string_literals;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Far beyond what is decoded; deep enough to end any stack that a call per level takes.
constexpr int kDeep = 10000;
constexpr std::size_t kHuge = 64u << 20;
constexpr std::size_t kLarge = 5u << 20;
constexpr std::size_t kLong = 1u << 20;
// An error that repeats what it was given would fill the terminal.
constexpr std::size_t kErrorMax = 64 << 10;

std::string Times(int count, const std::string& text) {
  std::string repeated;
  for (int i = 0; i < count; ++i) repeated += text;
  return repeated;
}

struct Case {
  std::string what = {};
  Form form = Form::kMsgpack;
  std::string bytes = {};
};

// None of them is a value of any object type.
std::vector<Case> NoValues() {
  return {
      {"an object that ends early", Form::kMsgpack, "\x85"},
      {"a text that ends early", Form::kMsgpack, "\xd9\x10text"},
      {"a number", Form::kMsgpack, "\x01"},
      {"a boolean", Form::kMsgpack, "\xc3"},
      {"a list", Form::kMsgpack, "\x91\x01"},
      {"the byte that means nothing", Form::kMsgpack, "\xc1"},
      {"an attribute that there is none of", Form::kMsgpack, "\x81\xa7nothing\x01"},
      {"a number as an attribute's name", Form::kMsgpack, "\x81\x01\x01"},
      {"a name that is not UTF-8", Form::kMsgpack, "\x81\xa1\xff\x01"},
      {"an extension that ends early", Form::kMsgpack, "\xc7\x0c"},
      {"an object as long as the world", Form::kMsgpack, "\xdf\xff\xff\xff\xff"},
      {"a list as long as the world", Form::kMsgpack, "\xdd\xff\xff\xff\xff"},
      {"a text as long as the world", Form::kMsgpack, "\xdb\xff\xff\xff\xff"},
      {"binary as long as the world", Form::kMsgpack, "\xc6\xff\xff\xff\xff"},
      {"an extension as long as the world", Form::kMsgpack, "\xc9\xff\xff\xff\xff\x0c"},
      {"lists in lists", Form::kMsgpack, Times(kDeep, "\x91") + "\xc0"},
      {"objects in objects", Form::kMsgpack, Times(kDeep, "\x81\xa1"s + "a") + "\xc0"},
      {"JSON that ends early", Form::kJson, "{\"id\":"},
      {"JSON that is none", Form::kJson, "\x85"},
      {"a JSON text that ends early", Form::kJson, "\"s3.medium"},
      {"a JSON number", Form::kJson, "1e999999999"},
      {"a JSON list", Form::kJson, "[1]"},
      {"a JSON attribute that there is none of", Form::kJson, R"({"nothing": 1})"},
      {"JSON that is not UTF-8", Form::kJson, "{\"\xff\": 1}"},
      {"JSON lists in lists", Form::kJson, Times(kDeep, "[")},
      {"JSON objects in objects", Form::kJson, Times(kDeep, "{\"a\":") + "1" + Times(kDeep, "}")},
  };
}

// What this provider stores or echoes without looking into it.
bool IsRead(const Slot& slot) {
  static const std::set<std::string> kNotRead = {
      "PlanResourceChange.proposed_new_state",
      "PlanResourceChange.prior_identity.identity_data",
      "ApplyResourceChange.planned_identity.identity_data",
      "ReadResource.current_identity.identity_data",
      "MoveResourceState.source_identity",
      "ValidateListResourceConfig.include_resource_object",
      "ValidateListResourceConfig.limit"};
  const std::string name = slot.Name();
  return slot.kind != Slot::Kind::kPrivateBytes && kNotRead.count(name) == 0 &&
         !absl::EndsWith(name, "provider_meta");
}

std::string TextOf(const grpc::Status& status) {
  return absl::StrCat("gRPC status ", status.error_code(), ": ", status.error_message());
}

class BadMessage : public testing::Test {
 protected:
  ~BadMessage() override {
    EXPECT_EQ(rig_.client().GetMetadata().diagnostics_size(), 0);
    EXPECT_EQ(plugin::Health(rig_.client().channel(), "plugin"), 1);
  }

  Heard Say(const Slot& slot, Form form, const std::string& bytes) {
    return Send(rig_.client(), *slot.rpc, *RequestWith(slot, form, bytes));
  }

  Rig rig_;
};

TEST_F(BadMessage, OfNoValueIsADiagnosticInEveryRpc) {
  for (const Slot& slot : AllSlots()) {
    for (const Case& bad : NoValues()) {
      SCOPED_TRACE(absl::StrCat(slot.Name(), ": ", bad.what));
      if (slot.kind != Slot::Kind::kValue && bad.form != Form::kJson) continue;
      const Heard heard = Say(slot, bad.form, bad.bytes);
      EXPECT_TRUE(heard.status.ok()) << TextOf(heard.status);
      EXPECT_TRUE(heard.readable);
      EXPECT_THAT(heard.errors, Each(Not(StartsWith("Unknown type"))));
      if (IsRead(slot)) {
        EXPECT_THAT(heard.errors, Not(IsEmpty()));
      }
    }
  }
}

// --- Values of the right shape with one attribute that is wrong ---

constexpr char kHole[] = "a hole to be filled";

// The name, or the first attribute of that type that is text; empty if there is none.
std::string TextAttribute(const cty::Type& type) {
  if (type.kind() != cty::Kind::kObject) return "";
  if (type.attributes().count("name") > 0) return "name";
  for (const auto& [name, attribute] : type.attributes()) {
    if (attribute == cty::Type::String()) return name;
  }
  return "";
}

// A whole object in MessagePack whose attribute `name` is these bytes.
std::string ObjectWith(const cty::Type& type, const std::string& name, const std::string& bytes) {
  const Value object = ParseValue(type, "{}").With(name, Value::String(kHole));
  std::string msgpack = cty::ToMsgpack(object, type);
  const std::string hole = cty::ToMsgpack(Value::String(kHole), cty::Type::String());
  const std::size_t at = msgpack.find(hole);
  EXPECT_NE(at, msgpack.npos);
  return msgpack.replace(at, hole.size(), bytes);
}

std::vector<Case> NoTexts(const cty::Type& type, const std::string& name) {
  const auto msgpack = [&](const std::string& bytes) { return ObjectWith(type, name, bytes); };
  const auto json = [&](const std::string& text) {
    return absl::StrCat("{\"", name, "\": ", text, "}");
  };
  return {
      {"a number", Form::kMsgpack, msgpack("\x01")},
      {"a list", Form::kMsgpack, msgpack("\x91\x01")},
      {"an object", Form::kMsgpack,
       msgpack("\x81\xa1"
               "a\x01")},
      {"text that is not UTF-8", Form::kMsgpack, msgpack("\xa2\xc3\x28")},
      {"a surrogate in UTF-8", Form::kMsgpack, msgpack("\xa3\xed\xa0\x80")},
      {"lists in lists", Form::kMsgpack, msgpack(Times(kDeep, "\x91") + "\xc0")},
      {"a JSON number", Form::kJson, json("[1]")},
      {"a JSON object", Form::kJson, json("{}")},
      {"JSON text that is not UTF-8", Form::kJson, json("\"\xc3\x28\"")},
      {"half a surrogate pair", Form::kJson, json(R"("\ud800")")},
      {"JSON lists in lists", Form::kJson, json(Times(kDeep, "[") + Times(kDeep, "]"))},
  };
}

TEST_F(BadMessage, WithOneWrongAttributeIsADiagnosticInEveryRpc) {
  int objects = 0;
  for (const Slot& slot : AllSlots()) {
    if (!IsRead(slot) || slot.rpc->name == "MoveResourceState") continue;
    const cty::Type type = slot.TypeIn(*rig_.client().types());
    const std::string attribute = TextAttribute(type);
    if (attribute.empty()) continue;
    ++objects;
    for (const Case& bad : NoTexts(type, attribute)) {
      SCOPED_TRACE(absl::StrCat(slot.Name(), ".", attribute, ": ", bad.what));
      if (slot.kind != Slot::Kind::kValue && bad.form != Form::kJson) continue;
      const Heard heard = Say(slot, bad.form, bad.bytes);
      EXPECT_TRUE(heard.status.ok()) << TextOf(heard.status);
      EXPECT_TRUE(heard.readable);
      EXPECT_THAT(heard.errors, ElementsAre(StartsWith("Reading ")));
    }
  }
  EXPECT_GT(objects, 15);
}

// Every text that a configuration can hold, one at a time, somewhere in a value of that type.
std::vector<Value> EachWith(const cty::Type& type, const Value& text) {
  std::vector<Value> values;
  switch (type.kind()) {
    case cty::Kind::kString:
      return {text};
    case cty::Kind::kList:
    case cty::Kind::kSet:
      for (const Value& inner : EachWith(type.element(), text)) {
        values.push_back(Value::Of(type, Value::Elements{inner}));
      }
      return values;
    case cty::Kind::kMap:
      for (const Value& inner : EachWith(type.element(), text)) {
        values.push_back(Value::Of(type, Value::Fields{{"key", inner}}));
      }
      values.push_back(
          Value::Of(type, Value::Fields{{text.AsString(), Value::Null(type.element())}}));
      return values;
    case cty::Kind::kObject:
      for (const auto& [name, attribute] : type.attributes()) {
        for (const Value& inner : EachWith(attribute, text)) {
          values.push_back(ParseValue(type, "{}").With(name, inner));
        }
      }
      return values;
    default:
      return {};
  }
}

// Whatever looks at texts, each in its own way, must bear long ones.
TEST_F(BadMessage, WithALongTextAnywhereIsAnswered) {
  int places = 0;
  for (const Slot& slot : AllSlots()) {
    if (slot.path.back()->name() != "config" || !absl::StartsWith(slot.rpc->name, "Validate")) {
      continue;
    }
    const cty::Type type = slot.TypeIn(*rig_.client().types());
    for (const Value& value : EachWith(type, Value::String(std::string(kLong, 'x')))) {
      ++places;
      const Heard heard = Say(slot, Form::kMsgpack, cty::ToMsgpack(value, type));
      ASSERT_TRUE(heard.status.ok()) << slot.Name() << ": " << TextOf(heard.status);
      EXPECT_TRUE(heard.readable) << slot.Name();
      for (const std::string& error : heard.errors) {
        EXPECT_LT(error.size(), kErrorMax) << slot.Name();
      }
    }
  }
  EXPECT_GT(places, 60);
}

// Each RPC gets a text beyond gRPC's own limit, and one of each form the huge one: moving those
// takes more time than all the rest. So would TLS.
TEST(HugeMessage, IsAnsweredShortlyInEveryRpc) {
  const std::set<std::string> huge = {"ValidateResourceConfig.config",
                                      "UpgradeResourceState.raw_state"};
  Rig rig(LiveCloud::Instant(), {.tls = false});
  // The emulated cloud hangs up on what is too long; asking again would not help.
  const Value once = rig.ProviderConfig().With("max_retries", Value::Int(0));
  EXPECT_THAT(rig.client().ConfigureProvider(once).notes, IsEmpty());
  for (const Slot& slot : AllSlots()) {
    const cty::Type type = slot.TypeIn(*rig.client().types());
    const std::string attribute = TextAttribute(type);
    if (!IsRead(slot) || attribute.empty()) continue;
    const std::string text(huge.count(slot.Name()) > 0 ? kHuge : kLarge, 'x');
    const bool json = slot.kind == Slot::Kind::kRawJson;
    const auto request =
        json ? RequestWith(slot, Form::kJson, absl::StrCat("{\"", attribute, "\": \"", text, "\"}"))
             : RequestWith(slot, Form::kMsgpack,
                           ObjectWith(type, attribute,
                                      cty::ToMsgpack(Value::String(text), cty::Type::String())));
    const Heard heard = Send(rig.client(), *slot.rpc, *request);
    EXPECT_TRUE(heard.status.ok()) << slot.Name() << ": " << TextOf(heard.status);
    EXPECT_TRUE(heard.readable) << slot.Name();
    for (const std::string& error : heard.errors) {
      EXPECT_LT(error.size(), kErrorMax) << slot.Name();
    }
  }
  EXPECT_THAT(rig.client().GetMetadata().diagnostics(), IsEmpty());
}

// --- Names, fields and bytes ---

TEST_F(BadMessage, AboutAnUnknownTypeIsADiagnosticInEveryRpc) {
  for (const Rpc& rpc : AllRpcs()) {
    if (rpc.name_field.empty()) continue;
    const std::string names[] = {"ecs_nothing", "", "ecs_server\n\0"s, std::string(9999, 'x')};
    for (const std::string& name : names) {
      SCOPED_TRACE(absl::StrCat(rpc.name, " ", name.substr(0, 20)));
      const Heard heard = Send(rig_.client(), rpc, *Request(rpc, name));
      EXPECT_TRUE(heard.status.ok()) << TextOf(heard.status);
      EXPECT_THAT(heard.errors, ElementsAre(HasSubstr("has no " + name)));
    }
  }
}

TEST_F(BadMessage, WithoutAnythingButItsTypeIsAnswered) {
  for (const Rpc& rpc : AllRpcs()) {
    const Heard heard = Send(rig_.client(), rpc, *Request(rpc, ExistingName(rpc)));
    EXPECT_TRUE(heard.status.ok()) << rpc.name << ": " << TextOf(heard.status);
    EXPECT_TRUE(heard.readable) << rpc.name;
    EXPECT_THAT(heard.errors, Each(Not(HasSubstr("exception")))) << rpc.name;
  }
}

TEST_F(BadMessage, WithoutAConfigurationSaysSo) {
  std::set<std::string> told;
  for (const Slot& slot : AllSlots()) {
    if (slot.Name() != absl::StrCat(slot.rpc->name, ".config")) continue;
    const Heard heard = Say(slot, Form::kMsgpack, "\xc0");
    ASSERT_TRUE(heard.status.ok()) << slot.Name() << ": " << TextOf(heard.status);
    EXPECT_THAT(heard.errors, Each(Not(HasSubstr("exception")))) << slot.Name();
    for (const std::string& error : heard.errors) {
      if (absl::StrContains(error, "No configuration was sent")) told.insert(slot.rpc->name);
    }
  }
  EXPECT_THAT(told,
              testing::IsSupersetOf({"InvokeAction", "ListResource", "OpenEphemeralResource",
                                     "PlanAction", "ReadDataSource", "ValidateResourceConfig"}));
}

// Only configurations may hold unknowns, and those only in parts.
TEST_F(BadMessage, OfAnUnknownValueIsAnswered) {
  for (const Slot& slot : AllSlots()) {
    if (slot.kind != Slot::Kind::kValue) continue;
    for (const std::string& unknown : {"\xd4\x00\x00"s, "\xc7\x01\x0c\x80"s}) {
      const Heard heard = Say(slot, Form::kMsgpack, unknown);
      EXPECT_TRUE(heard.status.ok()) << slot.Name() << ": " << TextOf(heard.status);
      EXPECT_TRUE(heard.readable) << slot.Name();
    }
  }
}

TEST_F(BadMessage, WithPrivateBytesOfNobodysIsAnswered) {
  const std::string bad[] = {"\xff\x00"s,
                             "{",
                             "token\r\nX-Evil: 1",
                             Times(kDeep, "["),
                             Times(kDeep, "{\"importing\":"),
                             std::string(4096, 'x')};
  for (const Slot& slot : AllSlots()) {
    if (slot.kind != Slot::Kind::kPrivateBytes) continue;
    for (const std::string& bytes : bad) {
      const Heard heard = Say(slot, Form::kMsgpack, bytes);
      EXPECT_TRUE(heard.status.ok()) << slot.Name() << ": " << TextOf(heard.status);
      EXPECT_TRUE(heard.readable) << slot.Name();
    }
  }
}

// What is no message at all is gRPC's to refuse, in every RPC.
TEST_F(BadMessage, ThatIsNoneIsRefusedByGrpc) {
  const std::string bad[] = {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x0a",
                             "\x0a\xff\xff\xff\xff\x0f", Times(kDeep, "\x0b"), "\x07"};
  for (const Rpc& rpc : AllRpcs()) {
    for (const std::string& bytes : bad) {
      const Heard heard = Send(rig_.client(), rpc, bytes);
      EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::INTERNAL) << rpc.name;
      EXPECT_THAT(heard.errors, IsEmpty()) << rpc.name;
    }
  }
}

TEST_F(BadMessage, WhoseNameIsNotUtf8IsRefusedByGrpc) {
  for (const Rpc& rpc : AllRpcs()) {
    if (rpc.name_field.empty()) continue;
    const int number = rpc.request->FindFieldByName(rpc.name_field)->number();
    const std::string bytes = std::string(1, static_cast<char>(number << 3 | 2)) + "\x02\xc3\x28";
    const Heard heard = Send(rig_.client(), rpc, bytes);
    EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::INTERNAL) << rpc.name;
  }
}

TEST_F(BadMessage, WithFieldsOfANewerProtocolIsUnderstood) {
  for (const Rpc& rpc : AllRpcs()) {
    const auto known = Request(rpc, "ecs_nothing");
    // Field 1000, of type bytes.
    const std::string newer = known->SerializeAsString() + "\xc2\x3e\x03new";
    const Heard heard = Send(rig_.client(), rpc, newer);
    EXPECT_TRUE(heard.status.ok()) << rpc.name << ": " << TextOf(heard.status);
    EXPECT_EQ(heard.errors, Send(rig_.client(), rpc, *known).errors) << rpc.name;
  }
}

// A diagnostic that is not UTF-8 would be a broken answer to Terraform.
TEST(BadEnvironment, ThatIsNotUtf8IsToldInUtf8) {
  const std::string latin1 = "r\xe9gion";
  LiveCloud cloud;
  for (const char* name : {"OS_REGION_NAME", "OS_AUTH_URL", "OS_PROJECT_ID", "OS_DOMAIN_NAME",
                           "OS_USERNAME", "OS_CLOUD", "OS_TOKEN"}) {
    SCOPED_TRACE(name);
    std::map<std::string, std::string> environment = {
        {"OS_AUTH_URL", cloud.url() + "/v3"},
        {"OS_USERNAME", cloud.options().user_name},
        {"OS_PASSWORD", cloud.options().password},
        {"OS_REGION_NAME", cloud.options().region},
        {"OS_DOMAIN_NAME", cloud.options().domain_name}};
    environment[name] = latin1;
    Client client({.environment = environment});
    std::vector<std::string> notes = client.ConfigureProvider(Value()).notes;
    const Value all = ParseValue(client.types()->data_sources.at("ecs_servers"), "{}");
    for (const std::string& note : client.ReadDataSource("ecs_servers", all).notes) {
      notes.push_back(note);
    }
    EXPECT_THAT(notes, Not(IsEmpty()));
  }
}

}  // namespace
}  // namespace ecs::protocol
