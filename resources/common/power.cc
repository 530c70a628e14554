#include "resources/common/power.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "resources/common/reach.h"

namespace ecs::resources {
namespace {

using client::JobFailure;
using client::Verdict;

constexpr std::size_t kNamedMax = 20;
// From here on one list costs less than a call for each.
constexpr std::size_t kListFrom = 4;

const char* GoalStatus(Power power) { return power == Power::kStop ? "SHUTOFF" : "ACTIVE"; }

const char* Participle(Power power) {
  if (power == Power::kRestart) return "restarted";
  return power == Power::kStart ? "started" : "stopped";
}

std::string Summary(Power power) {
  const char* doing = power == Power::kRestart ? "Restarting"
                      : power == Power::kStart ? "Starting"
                                               : "Stopping";
  return absl::StrCat(doing, " the servers failed");
}

JobFailure FailureOf(const std::string& id, const Error& error) {
  std::string reason = error.summary;
  if (!error.detail.empty()) absl::StrAppend(&reason, ": ", error.detail);
  return {
      .server_id = id, .error_code = error.api ? error.api->code : "", .reason = std::move(reason)};
}

// One order while it is carried out.
class Carrying {
 public:
  Carrying(const Call& call, Cloud& cloud, const PowerOrder& order, const PowerProgress& progress)
      : call_(call), cloud_(cloud), order_(order), progress_(progress) {}

  Result<PowerOutcome> Run() {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, NotThereYet());
    if (ids.size() == 1) {
      RETURN_IF_ERROR(One(ids[0]));
      return std::move(outcome_);
    }
    for (std::size_t first = 0; first < ids.size(); first += order_.batch_size) {
      const std::size_t last = std::min(first + order_.batch_size, ids.size());
      RETURN_IF_ERROR(
          Batch({ids.begin() + std::ptrdiff_t(first), ids.begin() + std::ptrdiff_t(last)}));
    }
    return std::move(outcome_);
  }

 private:
  using Servers = std::map<std::string, client::Server>;

  bool IsThere(const client::Server& server) const {
    return server.status == GoalStatus(order_.power) && server.task_state.empty();
  }

  // Those of `ids` that exist.
  Result<Servers> Look(const std::vector<std::string>& ids) {
    Servers found;
    std::set<std::string> missing(ids.begin(), ids.end());
    if (ids.size() >= kListFrom) {
      ASSIGN_OR_RETURN(std::vector<client::Server> listed, cloud_.ecs.ListServers(call_));
      for (client::Server& server : listed) {
        if (missing.erase(server.id) > 0) found.emplace(server.id, std::move(server));
      }
    }
    for (const std::string& id : missing) {
      Result<client::Server> server = cloud_.ecs.GetServer(call_, id);
      if (!server.ok() && server.error().code == Code::kNotFound) continue;
      if (!server.ok()) return server.error();
      found.emplace(id, *std::move(server));
    }
    return found;
  }

  // Starting and stopping are goals: what has reached them already needs no call.
  Result<std::vector<std::string>> NotThereYet() {
    if (order_.power == Power::kRestart) return order_.ids;
    ASSIGN_OR_RETURN(const Servers found, Look(order_.ids));
    std::vector<std::string> ids;
    for (const std::string& id : order_.ids) {
      const auto server = found.find(id);
      if (server != found.end() && IsThere(server->second)) {
        ++there_;
      } else {
        ids.push_back(id);
      }
    }
    Tell();
    return ids;
  }

  Status One(const std::string& id) {
    // Only a server that has no task can be restarted; an interrupted run may have left one.
    const Result<client::Server> settled = WaitUntilSettled(call_, cloud_, id);
    const bool broken = !settled.ok() && settled.error().code == Code::kCloudFailed;
    if (!settled.ok() && !broken) return Single(id, settled.error());
    Status accepted = Act(id);
    cloud_.fleet.Wrote(id);
    if (!accepted.ok() && accepted.error().code == Code::kCancelled) return accepted;
    const bool refused = !accepted.ok() && !accepted.error().maybe_executed;
    // A refusal may come because the goal is reached: a fresh look tells (design.md section 4.4).
    if (refused && order_.power != Power::kRestart && accepted.error().code == Code::kConflict) {
      const Result<Servers> now = Look({id});
      if (now.ok() && now->count(id) > 0 && IsThere(now->at(id))) return Ok{};
    }
    if (refused) {
      outcome_.failures.push_back(
          {.server_id = id,
           .error_code = accepted.error().api ? accepted.error().api->code : "",
           .reason = accepted.error().Text()});
      return Ok{};
    }
    return Wait({id});
  }

  // What happened to the only server is its failure, unless the run was interrupted.
  Status Single(const std::string& id, const Error& error) {
    if (error.code == Code::kCancelled || error.code == Code::kDenied) return error;
    outcome_.failures.push_back(FailureOf(id, error));
    return Ok{};
  }

  Status Act(const std::string& id) {
    if (order_.power == Power::kStart) return cloud_.ecs.StartServer(call_, id);
    if (order_.power == Power::kStop) return cloud_.ecs.StopServer(call_, id, order_.force);
    return cloud_.ecs.RebootServer(call_, id, order_.force);
  }

  Result<std::string> ActOnMany(const std::vector<std::string>& ids) {
    if (order_.power == Power::kStart) return cloud_.ecs.BatchStart(call_, ids);
    if (order_.power == Power::kStop) return cloud_.ecs.BatchStop(call_, ids, order_.force);
    return cloud_.ecs.BatchReboot(call_, ids, order_.force);
  }

  Status Batch(const std::vector<std::string>& ids) {
    if (out_of_time_) return NotBegun(ids);
    const Result<std::string> job_id = ActOnMany(ids);
    for (const std::string& id : ids) cloud_.fleet.Wrote(id);
    if (!job_id.ok() && !job_id.error().maybe_executed) {
      if (job_id.error().code == Code::kTimeout) return NotBegun(ids);
      return job_id.error();
    }
    std::map<std::string, JobFailure> failed;
    if (job_id.ok() && !job_id->empty()) {
      Status waited = WaitForJob(*job_id, failed);
      // Which servers are not there although the job took too long, a last look at them tells.
      if (!waited.ok() && waited.error().code != Code::kTimeout) return waited;
    }
    std::vector<std::string> rest;
    for (const std::string& id : ids) {
      if (failed.count(id) == 0) rest.push_back(id);
    }
    RETURN_IF_ERROR(Forgive(failed));
    for (const auto& [id, failure] : failed) outcome_.failures.push_back(failure);
    return Wait(rest);
  }

  // A job that failed tells which of its parts did; the others are done.
  Status WaitForJob(const std::string& job_id, std::map<std::string, JobFailure>& failed) {
    ASSIGN_OR_RETURN(
        const client::Job job,
        client::WaitUntil<client::Job>(
            call_, client::kJobPace, [&] { return cloud_.ecs.GetJob(call_, job_id); },
            [&](const client::Job& seen) {
              TellOf(seen);
              return client::Judge(seen).kind == Verdict::kWait ? Verdict::Wait() : Verdict::Done();
            },
            [](const client::Job& seen) { return absl::StrCat("job ", seen.status); }));
    if (client::Judge(job).kind != Verdict::kFailed) return Ok{};
    for (JobFailure& failure : client::Failures(job)) {
      if (failure.server_id.empty()) return client::JobFailed(job);
      failed.emplace(failure.server_id, std::move(failure));
    }
    if (failed.empty()) return client::JobFailed(job);
    return Ok{};
  }

  // Servers that somebody else started or stopped meanwhile are where they should be.
  Status Forgive(std::map<std::string, JobFailure>& failed) {
    if (failed.empty() || order_.power == Power::kRestart) return Ok{};
    std::vector<std::string> ids;
    ids.reserve(failed.size());
    for (const auto& [id, failure] : failed) ids.push_back(id);
    ASSIGN_OR_RETURN(const Servers found, Look(ids));
    for (const auto& [id, server] : found) {
      if (IsThere(server)) failed.erase(id);
    }
    return Ok{};
  }

  // Looks at all of `waiting` together until each is there, failed, or out of time.
  Status Wait(std::vector<std::string> waiting) {
    const client::Pace& pace = client::kServerPace;
    for (Duration pause = pace.first; !waiting.empty(); pause = pace.After(pause)) {
      const TimePoint next = call_.clock.Now() + pause;
      if (next > call_.deadline) return OutOfTime(waiting);
      RETURN_IF_ERROR(call_.clock.SleepUntil(next, call_.cancel));
      const Result<Servers> found = Look(waiting);
      if (!found.ok() && found.error().code == Code::kTimeout) return OutOfTime(waiting);
      if (!found.ok() && found.error().code == Code::kUnavailable) continue;
      if (!found.ok()) return found.error();
      const std::size_t before = waiting.size();
      waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                                   [&](const std::string& id) { return Ended(id, *found); }),
                    waiting.end());
      if (waiting.size() < before) Tell();
    }
    return Ok{};
  }

  bool Ended(const std::string& id, const Servers& found) {
    const auto server = found.find(id);
    if (server == found.end()) {
      outcome_.failures.push_back({.server_id = id, .reason = "The cloud does not know it."});
      return true;
    }
    if (server->second.status == "ERROR" && server->second.task_state.empty()) {
      outcome_.failures.push_back(
          {.server_id = id,
           .reason = absl::StrCat("It is in status ERROR. ", FaultText(server->second))});
      return true;
    }
    if (!IsThere(server->second)) return false;
    ++there_;
    return true;
  }

  Status OutOfTime(const std::vector<std::string>& waiting) {
    out_of_time_ = true;
    for (const std::string& id : waiting) {
      outcome_.failures.push_back({.server_id = id,
                                   .reason = absl::StrCat("It was not ", GoalStatus(order_.power),
                                                          " when the time ran out.")});
    }
    return Ok{};
  }

  // The batches before these servers took all the time.
  Status NotBegun(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      outcome_.failures.push_back(
          {.server_id = id, .reason = "The time ran out before its turn came."});
    }
    return Ok{};
  }

  void Tell() { Tell(there_); }
  void Tell(std::size_t there) {
    if (there == told_) return;
    told_ = there;
    progress_(
        absl::StrCat(there, " of ", order_.ids.size(), " servers are ", GoalStatus(order_.power)));
  }

  // While the job runs its parts tell how far it is.
  void TellOf(const client::Job& job) {
    const auto done = std::count_if(
        job.sub_jobs.begin(), job.sub_jobs.end(),
        [](const client::Job& part) { return client::Judge(part).kind == Verdict::kDone; });
    if (done > 0) Tell(there_ + static_cast<std::size_t>(done));
  }

  const Call& call_;
  Cloud& cloud_;
  const PowerOrder& order_;
  const PowerProgress& progress_;
  PowerOutcome outcome_;
  bool out_of_time_ = false;
  std::size_t there_ = 0;
  std::size_t told_ = 0;
};

}  // namespace

Result<PowerOutcome> OrderPower(const Call& call, Cloud& cloud, const PowerOrder& order,
                                const PowerProgress& progress) {
  Result<PowerOutcome> outcome = Carrying(call, cloud, order, progress).Run();
  if (!outcome.ok()) return outcome.error().While(Summary(order.power));
  return outcome;
}

Error PowerFailed(const PowerOrder& order, const PowerOutcome& outcome, std::string hint) {
  const std::vector<JobFailure>& failures = outcome.failures;
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
