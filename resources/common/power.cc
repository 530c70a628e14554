#include "resources/common/restart.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "resources/common/reach.h"

namespace ecs::resources {
namespace {

using client::JobFailure;
using client::Verdict;

constexpr std::size_t kNamedMax = 20;

Verdict JudgeRestarted(const client::Server& server) {
  if (server.status == "ERROR" && server.task_state.empty()) {
    return Verdict::Failed({.code = Code::kCloudFailed,
                            .summary = "The server is in status ERROR after its restart",
                            .detail = FaultText(server)});
  }
  const bool up = server.status == "ACTIVE" && server.task_state.empty();
  return up ? Verdict::Done() : Verdict::Wait();
}

// The server's own failure as an entry of the outcome; nothing if it is ACTIVE again.
Result<std::optional<JobFailure>> WaitUntilActive(const Call& call, Cloud& cloud,
                                                  const std::string& id) {
  const Result<client::Server> server = cloud.fleet.Wait(call, id, JudgeRestarted);
  if (server.ok()) return std::optional<JobFailure>();
  const Error& error = server.error();
  if (error.code == Code::kCancelled) return error;
  std::string reason = error.summary;
  if (!error.detail.empty()) absl::StrAppend(&reason, ": ", error.detail);
  return std::optional(JobFailure{.server_id = id,
                                  .error_code = error.api ? error.api->code : "",
                                  .reason = std::move(reason)});
}

Status RestartOne(const Call& call, Cloud& cloud, const std::string& id, client::Force force,
                  RestartOutcome& outcome) {
  // Only a server that has no task can be restarted; an interrupted run may have left one.
  const Result<client::Server> settled = WaitUntilSettled(call, cloud, id);
  const bool broken = !settled.ok() && settled.error().code == Code::kCloudFailed;
  if (!settled.ok() && !broken) return settled.error();
  const Status accepted = cloud.ecs.RebootServer(call, id, force);
  cloud.fleet.Wrote(id);
  if (!accepted.ok() && !accepted.error().maybe_executed) {
    outcome.failures.push_back(
        {.server_id = id,
         .error_code = accepted.error().api ? accepted.error().api->code : "",
         .reason = accepted.error().Text()});
    return Ok{};
  }
  ASSIGN_OR_RETURN(std::optional<JobFailure> failure, WaitUntilActive(call, cloud, id));
  if (failure) outcome.failures.push_back(*std::move(failure));
  return Ok{};
}

Status RestartBatch(const Call& call, Cloud& cloud, const std::vector<std::string>& ids,
                    client::Force force, RestartOutcome& outcome) {
  Result<std::string> job_id = cloud.ecs.BatchReboot(call, ids, force);
  for (const std::string& id : ids) cloud.fleet.Wrote(id);
  if (!job_id.ok() && !job_id.error().maybe_executed) return job_id.error();
  std::map<std::string, JobFailure> failed;
  if (job_id.ok() && !job_id->empty()) {
    // A job that failed tells which of its parts did; the others are done.
    const Result<client::Job> job = client::WaitUntil<client::Job>(
        call, client::kJobPace, [&] { return cloud.ecs.GetJob(call, *job_id); },
        [](const client::Job& seen) {
          return client::Judge(seen).kind == Verdict::kWait ? Verdict::Wait() : Verdict::Done();
        },
        [](const client::Job& seen) { return absl::StrCat("job ", seen.status); });
    if (!job.ok()) return job.error();
    if (client::Judge(*job).kind == Verdict::kFailed) {
      for (JobFailure& failure : client::Failures(*job)) {
        if (failure.server_id.empty()) return client::JobFailed(*job);
        failed.emplace(failure.server_id, failure);
      }
      if (failed.empty()) return client::JobFailed(*job);
    }
  }
  for (const std::string& id : ids) {
    if (failed.count(id) > 0) {
      outcome.failures.push_back(failed.at(id));
      continue;
    }
    ASSIGN_OR_RETURN(std::optional<JobFailure> failure, WaitUntilActive(call, cloud, id));
    if (failure) outcome.failures.push_back(*std::move(failure));
  }
  return Ok{};
}

}  // namespace

Result<RestartOutcome> RestartServers(const Call& call, Cloud& cloud, const RestartOrder& order) {
  const std::string summary = "Restarting the servers failed";
  RestartOutcome outcome;
  if (order.ids.size() == 1) {
    const Status done = RestartOne(call, cloud, order.ids[0], order.force, outcome);
    if (!done.ok()) return done.error().While(summary);
    return outcome;
  }
  for (std::size_t first = 0; first < order.ids.size(); first += order.batch_size) {
    const std::size_t last = std::min(first + order.batch_size, order.ids.size());
    const std::vector<std::string> chunk(order.ids.begin() + std::ptrdiff_t(first),
                                         order.ids.begin() + std::ptrdiff_t(last));
    const Status done = RestartBatch(call, cloud, chunk, order.force, outcome);
    if (!done.ok()) return done.error().While(summary);
  }
  return outcome;
}

Error RestartFailed(const RestartOutcome& outcome, std::size_t asked) {
  const std::vector<JobFailure>& failures = outcome.failures;
  std::string detail = absl::StrCat(asked - failures.size(), " of ", asked,
                                    " servers were restarted. Not restarted:");
  for (std::size_t i = 0; i < failures.size() && i < kNamedMax; ++i) {
    absl::StrAppend(&detail, "\n  ", failures[i].server_id, ": ", failures[i].reason);
    if (!failures[i].error_code.empty())
      absl::StrAppend(&detail, " (", failures[i].error_code, ")");
  }
  if (failures.size() > kNamedMax) {
    absl::StrAppend(&detail, "\n  and ", failures.size() - kNamedMax, " more");
  }
  return {.code = Code::kCloudFailed,
          .summary = "Some servers were not restarted",
          .detail = std::move(detail),
          .path = Path("server_ids"),
          .hint = "The next apply restarts these servers alone."};
}

}  // namespace ecs::resources
