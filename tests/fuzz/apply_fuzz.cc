// Whole operations on every resource, over a cloud that answers whatever the input says.
// Promised: nothing throws and nothing waits for ever; what is to be stored is wholly known, of its
// type, and without write-only values; an apply without errors makes true what was planned.
#include <string>

#include "absl/strings/str_join.h"
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/known.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/read.h"
#include "provider/lifecycle/validate.h"
#include "tests/contract/judge.h"
#include "tests/fuzz/cloud_answers.h"
#include "tests/fuzz/values.h"
#include "tests/support/test_cloud.h"

namespace ecs::fuzz {
namespace {

void ExpectNone(const contract::Verdict& verdict) {
  PROMISE(verdict.empty(), absl::StrJoin(verdict, "\n"));
}

client::Settings DirectSettings() {
  client::Settings settings{.region = "eu-demo", .project_id = "p1", .token = Secret("given")};
  for (const char* service : {"ecs", "vpc", "evs", "ims", "eip"}) {
    settings.endpoints[service] = "http://cloud.test";
  }
  return settings;
}

class Trial {
 public:
  explicit Trial(Input& input)
      : input_(input), cloud_(DirectSettings(), Answering(input), client::Backoff{}) {}

  void Apply(const schema::AnyResource& resource, bool exists) {
    const cty::Value nothing = cty::Value::Null(resource.rows->ObjectType());
    // By now Terraform knows all of it.
    const cty::Value config = lifecycle::NullForUnknown(ConfigFrom(input_, resource));
    const cty::Value prior = exists ? StateFrom(input_, resource) : nothing;
    schema::Diagnostics notes;
    lifecycle::ValidateResource(resource, config, true, notes);
    if (notes.has_errors()) return;
    const lifecycle::PlanResult plan = lifecycle::Plan(resource, prior, config);
    if (plan.notes.has_errors()) return;
    // Where a new object is made of it, Terraform deletes and creates.
    if (exists && !plan.requires_replace.empty()) return Delete(resource, prior);
    const lifecycle::ApplyResult result =
        lifecycle::Apply(call_, cloud_, resource, prior, plan.planned, config);
    ExpectNone(contract::JudgeState(*resource.rows, result.state));
    if (result.notes.has_errors()) return;
    ExpectNone(contract::JudgeCompletion(plan.planned, result.state));
  }

  void Read(const schema::AnyResource& resource, bool importing) {
    const cty::Value state = StateFrom(input_, resource);
    const lifecycle::ReadResult result =
        lifecycle::Read(call_, cloud_, resource, state, importing ? lifecycle::ImportMark() : "");
    ExpectNone(contract::JudgeState(*resource.rows, result.state));
  }

  void Delete(const schema::AnyResource& resource, const cty::Value& state) {
    const cty::Value nothing = cty::Value::Null(resource.rows->ObjectType());
    const lifecycle::ApplyResult result =
        lifecycle::Apply(call_, cloud_, resource, state, nothing, nothing);
    PROMISE(result.state.is_null() || result.state == state);
    PROMISE(result.state.is_null() != result.notes.has_errors());
  }

  void ReadData(const schema::AnyDataSource& source) {
    const cty::Type type = source.rows->ObjectType();
    const cty::Value config = ValueFrom(input_, type, Unknowns::kNever);
    schema::Diagnostics notes;
    if (config.is_null()) return;
    lifecycle::ValidateDataSource(source, config, notes);
    if (notes.has_errors()) return;
    const lifecycle::DataResult result = lifecycle::ReadData(call_, cloud_, source, config);
    PROMISE(result.state.IsWhollyKnown() && result.state.type() == type);
  }

 private:
  Input& input_;
  FakeClock clock_ = {};
  const Cancel cancel_ = {};
  Log log_{Level::kOff, clock_, [](std::string_view) {}};
  resources::Cloud cloud_;
  const Call call_{clock_, TimePoint(std::chrono::hours(24)), cancel_, log_, RealRandom()};
};

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const schema::ProviderType& provider = TheProvider();
  const std::size_t choice = input.Byte();
  const std::size_t which = input.Byte();
  const schema::AnyResource& resource = provider.resources[which % provider.resources.size()];
  Trial trial(input);
  switch (choice % 5) {
    case 0:
      return trial.Apply(resource, false);
    case 1:
      return trial.Apply(resource, true);
    case 2:
      return trial.Read(resource, (choice & 64) != 0);
    case 3:
      return trial.Delete(resource, StateFrom(input, resource));
    default:
      return trial.ReadData(provider.data_sources[which % provider.data_sources.size()]);
  }
}

}  // namespace ecs::fuzz
