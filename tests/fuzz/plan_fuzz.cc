// Configurations and states of every resource, as far as their types allow.
// Promised: validating and planning never throw; of a valid configuration comes a plan that
// Terraform takes, or an error; planning twice gives the same.
#include <string>

#include "absl/strings/str_join.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/validate.h"
#include "tests/contract/judge.h"
#include "tests/fuzz/values.h"
#include "tests/support/test_cloud.h"

namespace ecs::fuzz {
namespace {

std::string Told(const contract::Verdict& verdict) { return absl::StrJoin(verdict, "\n"); }

void Judge(const schema::AnyResource& resource, const cty::Value& prior, const cty::Value& config) {
  const lifecycle::PlanResult plan = lifecycle::Plan(resource, prior, config);
  const lifecycle::PlanResult again = lifecycle::Plan(resource, prior, config);
  PROMISE(plan.planned == again.planned && plan.requires_replace == again.requires_replace &&
          plan.notes.list() == again.notes.list());
  if (plan.notes.has_errors()) return;
  const contract::Verdict planned =
      contract::JudgePlan(*resource.rows, prior, config, plan.planned);
  PROMISE(planned.empty(), Told(planned));
  const contract::Verdict replaced =
      contract::JudgeReplacements(plan.requires_replace, prior, plan.planned);
  PROMISE(replaced.empty(), Told(replaced));
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const auto& resources = TheProvider().resources;
  const schema::AnyResource& resource = resources[input.Below(resources.size())];
  const bool write_only_allowed = input.Flag();
  const bool exists = input.Flag();
  const cty::Value config = ConfigFrom(input, resource);
  schema::Diagnostics notes;
  lifecycle::ValidateResource(resource, config, write_only_allowed, notes);
  if (notes.has_errors()) return;
  const cty::Value nothing = cty::Value::Null(resource.rows->ObjectType());
  Judge(resource, exists ? StateFrom(input, resource) : nothing, config);
}

}  // namespace ecs::fuzz
