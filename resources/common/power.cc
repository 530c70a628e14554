#include "resources/common/power.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "resources/common/power_run.h"

namespace ecs::resources {
namespace {

constexpr std::size_t kNamedMax = 20;

std::string Summary(Power power) {
  const char* doing = power == Power::kRestart ? "Restarting"
                      : power == Power::kStart ? "Starting"
                                               : "Stopping";
  return absl::StrCat(doing, " the servers failed");
}

}  // namespace

Result<PowerOutcome> OrderPower(const Call& call, Cloud& cloud, const PowerOrder& order,
                                const PowerProgress& progress) {
  Result<PowerOutcome> outcome = PowerRun(call, cloud, order, progress).Run();
  if (!outcome.ok()) return outcome.error().While(Summary(order.power));
  return outcome;
}

Error PowerFailed(const PowerOrder& order, const PowerOutcome& outcome, std::string hint) {
  const std::vector<client::JobFailure>& failures = outcome.failures;
  const char* done = Participle(order.power);
  std::string detail = absl::StrCat(order.ids.size() - failures.size(), " of ", order.ids.size(),
                                    " servers were ", done, ". Not ", done, ":");
  for (std::size_t i = 0; i < failures.size() && i < kNamedMax; ++i) {
    absl::StrAppend(&detail, "\n  ", failures[i].server_id, ": ", failures[i].reason);
    if (!failures[i].error_code.empty()) {
      absl::StrAppend(&detail, " (", failures[i].error_code, ")");
    }
  }
  if (failures.size() > kNamedMax) {
    absl::StrAppend(&detail, "\n  and ", failures.size() - kNamedMax, " more");
  }
  return {.code = Code::kCloudFailed,
          .summary = absl::StrCat("Some servers were not ", done),
          .detail = std::move(detail),
          .path = Path("server_ids"),
          .hint = std::move(hint)};
}

}  // namespace ecs::resources
