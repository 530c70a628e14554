// What is not a managed resource, before the same judge: identities, lists, ephemeral resources,
// functions and actions of the real provider over the emulated cloud.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/lifecycle/action.h"
#include "provider/lifecycle/call_function.h"
#include "provider/lifecycle/ephemeral.h"
#include "provider/lifecycle/generate.h"
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/known.h"
#include "provider/lifecycle/list.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/read.h"
#include "provider/lifecycle/validate.h"
#include "tests/contract/generator.h"
#include "tests/contract/judge.h"
#include "tests/support/test_cloud.h"

namespace ecs::contract {
namespace {

using cty::Value;
using schema::AnyResource;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 20;

// Servers made from configurations by chance.
struct Park : TestCloud {
  explicit Park(std::uint64_t seed) {
    emulator().With([](emulator::Cloud& cloud) {
      cloud.store.server_groups.Add({.id = "70000000-0000-4000-8000-000000000001",
                                     .name = "spread",
                                     .policies = {"anti-affinity"}});
    });
    for (std::uint64_t i = 0; i < 4; ++i) {
      Generator generator(seed * 100 + i, server, {});
      Value config = generator.Importable(generator.Config());
      config = config.With(
          "network_interface",
          config.At("network_interface").With("fixed_ip", Value::Null(cty::Type::String())));
      config = config.With("power_state", Value::Null(cty::Type::String()));
      const Applied made = Apply(server, Value::Null(server.rows->ObjectType()), config);
      EXPECT_FALSE(made.notes.has_errors()) << TextOf(made.notes);
      states.push_back(made.state);
      ids.push_back(made.state.At("id").AsString());
    }
    clock().Advance(std::chrono::minutes(5));
  }

  Value Imported(const lifecycle::Imported& imported) {
    return lifecycle::Read(call(), cloud(), server, imported.state, imported.private_bytes).state;
  }

  const AnyResource& server = *TheProvider().FindResource("ecs_server");
  std::vector<Value> states = {};
  std::vector<std::string> ids = {};
};

void ForEachSeed(const std::function<void(Park&)>& trial) {
  for (std::uint64_t seed = 1; seed <= kSeeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Park park(seed);
    trial(park);
  }
}

TEST(Kinds, IdentitiesAreCompleteStayAndImport) {
  ForEachSeed([](Park& park) {
    const schema::RowSet& rows = *park.server.identity->rows;
    for (const Value& state : park.states) {
      const auto identity = lifecycle::IdentityOf(park.call(), park.cloud(), park.server, state);
      ASSERT_TRUE(identity);
      EXPECT_THAT(JudgeIdentity(rows, *identity), IsEmpty());
      const Result<lifecycle::Imported> by_identity =
          lifecycle::ImportByIdentity(park.call(), park.cloud(), park.server, *identity);
      ASSERT_TRUE(by_identity.ok()) << by_identity.error().Text();
      const Value read = park.Imported(*by_identity);
      EXPECT_EQ(read, park.Imported(*lifecycle::Import(park.server, state.At("id").AsString())));
      EXPECT_EQ(lifecycle::IdentityOf(park.call(), park.cloud(), park.server, read), identity);
    }
  });
}

TEST(Kinds, GeneratedConfigurationsAreValidAndPlanEmpty) {
  ForEachSeed([](Park& park) {
    for (const std::string& id : park.ids) {
      const Value read = park.Imported(*lifecycle::Import(park.server, id));
      const Value config = lifecycle::GenerateConfig(*park.server.rows, read);
      schema::Diagnostics notes;
      lifecycle::ValidateResource(park.server, config, true, notes);
      EXPECT_THAT(notes.list(), IsEmpty()) << TextOf(notes);
      const lifecycle::PlanResult plan = lifecycle::Plan(park.server, read, config);
      EXPECT_EQ(plan.planned, read) << Differences(read, plan.planned);
    }
  });
}

TEST(Kinds, ListsSendWhatAnImportReads) {
  for (const schema::AnyList& list : TheProvider().lists) {
    ForEachSeed([&](Park& park) {
      const Value config = lifecycle::NullObject(*list.rows);
      std::size_t sent = 0;
      const Status done = lifecycle::List(
          park.call(), park.cloud(), list, park.server,
          {.config = config, .include_object = true, .limit = 3},
          [&](const lifecycle::ListedObject& listed) {
            ++sent;
            EXPECT_THAT(JudgeIdentity(*park.server.identity->rows, listed.identity), IsEmpty());
            EXPECT_THAT(JudgeState(*park.server.rows, *listed.object), IsEmpty());
            const auto imported = lifecycle::ImportByIdentity(park.call(), park.cloud(),
                                                              park.server, listed.identity);
            EXPECT_EQ(park.Imported(*imported), *listed.object);
            return true;
          });
      EXPECT_TRUE(done.ok());
      EXPECT_EQ(sent, 3u);
    });
  }
}

TEST(Kinds, EphemeralObjectsKeepTheConfiguration) {
  Park park(1);
  const schema::AnyEphemeral& console = *TheProvider().FindEphemeral("ecs_server_console");
  for (const std::string& id : park.ids) {
    const Value config = lifecycle::NullObject(*console.rows).With("server_id", Value::String(id));
    const lifecycle::OpenResult opened =
        lifecycle::Open(park.call(), park.cloud(), console, config);
    EXPECT_THAT(JudgeEphemeral(*console.rows, config, opened.object), IsEmpty());
  }
}

TEST(Kinds, FunctionsArePureAndAnswerTheirType) {
  const std::pair<const char*, std::vector<const char*>> calls[] = {
      {"parse_flavor", {"s3.xlarge.4"}}, {"cloud_init", {"#!/bin/sh", "#cloud-config\n{}"}}};
  ASSERT_EQ(TheProvider().functions.size(), std::size(calls));
  for (const auto& [name, texts] : calls) {
    const schema::FunctionType& function = *TheProvider().FindFunction(name);
    std::vector<Value> arguments;
    for (const char* text : texts) arguments.push_back(Value::String(text));
    const Result<Value> result = lifecycle::CallFunction(function, arguments);
    ASSERT_TRUE(result.ok()) << name;
    EXPECT_EQ(result->type(), function.returns);
    EXPECT_EQ(*lifecycle::CallFunction(function, arguments), *result);
    arguments[0] = Value::Unknown(cty::Type::String());
    EXPECT_EQ(*lifecycle::CallFunction(function, arguments), Value::Unknown(function.returns));
  }
}

TEST(Kinds, ActionsAcceptUnknownsAndEndWithProgress) {
  for (const schema::AnyAction& action : TheProvider().actions) {
    SCOPED_TRACE(action.name);
    const Value none = lifecycle::NullObject(*action.rows);
    schema::Diagnostics notes;
    const Value unknown = none.With("server_ids", Value::Unknown(none.At("server_ids").type()));
    lifecycle::ValidateAction(action, unknown, notes);
    EXPECT_THAT(notes.list(), IsEmpty()) << TextOf(notes);

    Park park(3);
    Value::Elements ids;
    for (const std::string& id : park.ids) ids.push_back(Value::String(id));
    std::vector<std::string> progress;
    const Status done =
        lifecycle::Invoke(park.call(), park.cloud(), action,
                          none.With("server_ids", Value::List(cty::Type::String(), ids)),
                          [&](const std::string& line) { progress.push_back(line); });
    EXPECT_TRUE(done.ok()) << done.error().Text();
    ASSERT_FALSE(progress.empty());
    EXPECT_THAT(progress.back(), testing::StartsWith("4 of 4 servers are "));
  }
}

}  // namespace
}  // namespace ecs::contract
