// Every resource of the provider, with configurations by chance, before a judge who knows what
// Terraform demands. A failure names the seed: ECS_CONTRACT_SEED=n repeats it alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/import.h"
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

constexpr std::uint64_t kSeeds = 40;

// A cloud of its own for one seed, and what Terraform would do with one resource in it.
class Life {
 public:
  Life(const AnyResource& resource, std::uint64_t seed)
      : resource_(resource), generator_(seed, resource, MakeServers()) {
    cloud_.emulator().With([](emulator::Cloud& cloud) {
      cloud.store.server_groups.Add({.id = "70000000-0000-4000-8000-000000000001",
                                     .name = "spread",
                                     .policies = {"anti-affinity"}});
    });
  }

  TestCloud& cloud() { return cloud_; }
  Generator& generator() { return generator_; }
  Value NoState() const { return Value::Null(resource_.rows->ObjectType()); }

  void ExpectValid(const Value& config) {
    schema::Diagnostics notes;
    lifecycle::ValidateResource(resource_, config, true, notes);
    EXPECT_THAT(notes.list(), IsEmpty()) << TextOf(notes);
  }

  lifecycle::PlanResult Plan(const Value& prior, const Value& config) {
    lifecycle::PlanResult plan = lifecycle::Plan(resource_, prior, config);
    EXPECT_FALSE(plan.notes.has_errors()) << TextOf(plan.notes);
    return plan;
  }

  // Whether Terraform would make a new object: a path that is named and whose value differs.
  static bool Replaces(const lifecycle::PlanResult& plan, const Value& prior) {
    if (prior.is_null()) return false;
    for (const Path& path : plan.requires_replace) {
      const std::string& name = std::get<Path::Attribute>(path.steps()[0]).name;
      if (!(prior.At(name) == plan.planned.At(name))) return true;
    }
    return false;
  }

  Value Apply(const Value& prior, const Value& planned, const Value& config) {
    const lifecycle::ApplyResult result =
        lifecycle::Apply(cloud_.call(), cloud_.cloud(), resource_, prior, planned, config);
    EXPECT_FALSE(result.notes.has_errors()) << TextOf(result.notes);
    return result.state;
  }

  Value Create(const Value& config) {
    return Apply(NoState(), Plan(NoState(), config).planned, config);
  }

  // From `prior` to `config` as Terraform goes: in place, or by a new object. What comes back is
  // judged against what was planned.
  Value Reach(const Value& prior, const Value& config) {
    lifecycle::PlanResult plan = Plan(prior, config);
    Value from = prior;
    if (Replaces(plan, prior)) {
      EXPECT_TRUE(Delete(prior).is_null());
      from = NoState();
      plan = Plan(from, config);
    }
    if (plan.planned == from) return from;
    Value state = Apply(from, plan.planned, config);
    EXPECT_THAT(JudgeCompletion(plan.planned, state), IsEmpty());
    EXPECT_THAT(JudgeState(*resource_.rows, state), IsEmpty());
    return state;
  }

  Value Delete(const Value& prior) { return Apply(prior, NoState(), NoState()); }

  Value Read(const Value& state, const std::string& private_bytes = "") {
    const lifecycle::ReadResult result =
        lifecycle::Read(cloud_.call(), cloud_.cloud(), resource_, state, private_bytes);
    EXPECT_FALSE(result.notes.has_errors()) << TextOf(result.notes);
    EXPECT_THAT(JudgeState(*resource_.rows, result.state), IsEmpty());
    return result.state;
  }

 private:
  // Only for resources whose configurations name servers: they cost time.
  std::vector<std::string> MakeServers() {
    std::vector<std::string> ids;
    if (resource_.rows->Find("server_ids") == nullptr) return ids;
    const AnyResource& server = *TheProvider().FindResource("ecs_server");
    for (int i = 0; i < 3; ++i) {
      Value config = Generator(static_cast<std::uint64_t>(i), server, {}).Config();
      for (const char* name : {"network_interface", "power_state", "server_group_id"}) {
        const schema::Row& row = *server.rows->Find(name);
        config = config.With(
            name, name == std::string("network_interface")
                      ? config.At(name).With("fixed_ip", Value::Null(cty::Type::String()))
                      : Value::Null(row.type));
      }
      const TestCloud::Applied made =
          cloud_.Apply(server, Value::Null(server.rows->ObjectType()), config);
      EXPECT_FALSE(made.notes.has_errors()) << TextOf(made.notes);
      ids.push_back(made.state.At("id").AsString());
    }
    return ids;
  }

  TestCloud cloud_;
  const AnyResource& resource_;
  Generator generator_;
};

class Contract : public testing::TestWithParam<std::string> {
 protected:
  const AnyResource& resource() const { return *TheProvider().FindResource(GetParam()); }

  // Runs the trial with a life of its own per seed.
  void ForEachSeed(const std::function<void(Life&)>& trial) {
    const char* only = std::getenv("ECS_CONTRACT_SEED");
    const std::uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
    const std::uint64_t last = only == nullptr ? kSeeds : first;
    for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) {
      SCOPED_TRACE(absl::StrCat("ECS_CONTRACT_SEED=", seed));
      Life life(resource(), seed);
      trial(life);
    }
  }
};

TEST_P(Contract, APlanNeverContradictsTheConfiguration) {
  ForEachSeed([&](Life& life) {
    const Value config = life.generator().Config();
    life.ExpectValid(config);
    const Value none = life.NoState();
    EXPECT_THAT(JudgePlan(*resource().rows, none, config, life.Plan(none, config).planned),
                IsEmpty());
    const Value state = life.Create(config);
    const Value changed = life.generator().Changed(config);
    life.ExpectValid(changed);
    const lifecycle::PlanResult plan = life.Plan(state, changed);
    EXPECT_THAT(JudgePlan(*resource().rows, state, changed, plan.planned), IsEmpty());
    EXPECT_THAT(JudgeReplacements(plan.requires_replace, state, plan.planned), IsEmpty());
  });
}

TEST_P(Contract, APlanIsAFunctionOfItsInput) {
  ForEachSeed([&](Life& life) {
    const Value config = life.generator().Config();
    const Value state = life.Create(config);
    const Value changed = life.generator().Changed(config);
    const lifecycle::PlanResult plan = life.Plan(state, changed);
    life.cloud().clock().Advance(std::chrono::hours(1));
    const lifecycle::PlanResult again = life.Plan(state, changed);
    EXPECT_EQ(plan.planned, again.planned);
    EXPECT_EQ(plan.requires_replace, again.requires_replace);
  });
}

TEST_P(Contract, APlanWithUnknownsAgreesWithTheOneMadeWhenTheyAreKnown) {
  ForEachSeed([&](Life& life) {
    const Value config = life.generator().Config();
    const Value state = life.Create(config);
    const Value changed = life.generator().Changed(config);
    for (const Value& prior : {life.NoState(), state}) {
      const Value obscured = life.generator().Obscured(changed);
      life.ExpectValid(obscured);
      const lifecycle::PlanResult first = life.Plan(prior, obscured);
      EXPECT_THAT(JudgePlan(*resource().rows, prior, obscured, first.planned), IsEmpty());
      EXPECT_THAT(JudgeReplacements(first.requires_replace, prior, first.planned), IsEmpty());
      const lifecycle::PlanResult final = life.Plan(prior, changed);
      EXPECT_THAT(JudgeCompletion(first.planned, final.planned), IsEmpty())
          << obscured.DebugString() << "\n"
          << changed.DebugString();
      EXPECT_TRUE(Life::Replaces(first, prior) || !Life::Replaces(final, prior))
          << (final.requires_replace.empty() ? "" : final.requires_replace[0].ToString()) << "\n"
          << prior.DebugString() << "\n"
          << obscured.DebugString() << "\n"
          << changed.DebugString();
    }
  });
}

TEST_P(Contract, TheNewStateCompletesThePlan) {
  ForEachSeed([&](Life& life) {
    Value config = life.generator().Config();
    Value state = life.NoState();
    for (int round = 0; round < 4; ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round, ": ", config.DebugString()));
      state = life.Reach(state, config);
      if (HasFailure()) return;
      config = life.generator().Changed(config);
    }
    EXPECT_TRUE(life.Delete(state).is_null());
  });
}

TEST_P(Contract, ReadingChangesNothingAfterAnApply) {
  ForEachSeed([&](Life& life) {
    Value config = life.generator().Config();
    Value state = life.NoState();
    for (int round = 0; round < 3; ++round) {
      state = life.Reach(state, config);
      const Value once = life.Read(state);
      EXPECT_EQ(once, state) << Differences(state, once) << "\nround " << round << " "
                             << config.DebugString();
      EXPECT_EQ(life.Read(once), once);
      if (HasFailure()) return;
      config = life.generator().Changed(config);
    }
  });
}

TEST_P(Contract, PlanningAgainAfterAnApplyIsANoOp) {
  ForEachSeed([&](Life& life) {
    Value config = life.generator().Config();
    Value state = life.NoState();
    for (int round = 0; round < 3; ++round) {
      state = life.Read(life.Reach(state, config));
      const lifecycle::PlanResult plan = life.Plan(state, config);
      EXPECT_EQ(plan.planned, state) << Differences(state, plan.planned) << "\nround " << round;
      if (HasFailure()) return;
      config = life.generator().Changed(config);
    }
  });
}

TEST_P(Contract, ImportThenPlanIsEmpty) {
  if (resource().import_attribute.empty()) {
    EXPECT_FALSE(lifecycle::Import(resource(), "some-id").ok());
    return;
  }
  ForEachSeed([&](Life& life) {
    const Value config = life.generator().Importable(life.generator().Config());
    const Value made = life.Create(config);
    const Result<lifecycle::Imported> imported =
        lifecycle::Import(resource(), made.At(resource().import_attribute).AsString());
    ASSERT_TRUE(imported.ok()) << imported.error().Text();
    const Value state = life.Read(imported->state, imported->private_bytes);
    ASSERT_FALSE(state.is_null());
    const lifecycle::PlanResult plan = life.Plan(state, config);
    EXPECT_EQ(plan.planned, state) << Differences(state, plan.planned) << "\n"
                                   << config.DebugString();
    EXPECT_EQ(life.Read(state), state);
  });
}

TEST_P(Contract, ReadOfAGoneObjectReturnsNoState) {
  ForEachSeed([&](Life& life) {
    const Value state = life.Create(life.generator().Config());
    EXPECT_TRUE(life.Delete(state).is_null());
    // An order to restart is in the state alone: reading cannot miss it.
    EXPECT_EQ(life.Read(state).is_null(), !resource().import_attribute.empty());
  });
}

TEST_P(Contract, DeleteOfAGoneObjectSucceeds) {
  ForEachSeed([&](Life& life) {
    const Value state = life.Create(life.generator().Config());
    EXPECT_TRUE(life.Delete(state).is_null());
    EXPECT_TRUE(life.Delete(state).is_null());
  });
}

std::vector<std::string> ResourceNames() {
  std::vector<std::string> names;
  for (const AnyResource& resource : TheProvider().resources) names.push_back(resource.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(EveryResource, Contract, testing::ValuesIn(ResourceNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace ecs::contract
