// Many servers, by the batch call and its job (ecs-v1.md sections 7 and 20).
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "resources/common/power_run.h"

namespace ecs::resources {

using client::JobFailure;
using client::Verdict;

namespace {

bool Succeeded(const client::Job& job, const std::string& server_id) {
  return std::any_of(job.sub_jobs.begin(), job.sub_jobs.end(), [&](const client::Job& part) {
    return part.server_id == server_id && client::Judge(part).kind == Verdict::kDone;
  });
}

}  // namespace

Status PowerRun::Batch(const Ids& ids) {
  if (out_of_time_) return NotBegun(ids);
  // A restart that leaves no answer is found by what has changed since.
  Servers before;
  if (order_.power == Power::kRestart) {
    Result<Servers> seen = Look(ids);
    if (!seen.ok()) return Refused(ids, seen.error());
    before = *std::move(seen);
  }
  Ids begun;
  Ids rest = ids;
  for (int sends = 1; !rest.empty(); ++sends) {
    const Result<std::string> job_id = Send(rest);
    if (!job_id.ok() && !job_id.error().maybe_executed) {
      RETURN_IF_ERROR(Refused(rest, job_id.error()));
      break;
    }
    accepted_ = true;
    if (job_id.ok() && !job_id->empty()) {
      ASSIGN_OR_RETURN(const JobSeen seen, WaitForJob(*job_id));
      RETURN_IF_ERROR(TakeJob(rest, seen, before, begun));
      break;
    }
    const Error lost = job_id.ok() ? Error{.code = Code::kUnavailable,
                                           .detail = "The cloud's answer names no job."}
                                   : job_id.error();
    ASSIGN_OR_RETURN(const Fates fates, AwaitFates(rest, before));
    const Ids absent = TakeFates(fates, lost, begun);
    // What was accepted is not sent again: the cloud may still get to it.
    const bool again = !job_id.ok() && sends < kSendsMax;
    for (const std::string& id : absent) {
      if (!again) Fail(id, NotExecuted(lost));
    }
    rest = again ? absent : Ids();
  }
  return Wait(begun);
}

Result<std::string> PowerRun::Send(const Ids& ids) {
  Result<std::string> job_id = [&] {
    if (order_.power == Power::kStart) return cloud_.ecs.BatchStart(call_, ids);
    if (order_.power == Power::kStop) return cloud_.ecs.BatchStop(call_, ids, order_.force);
    return cloud_.ecs.BatchReboot(call_, ids, order_.force);
  }();
  for (const std::string& id : ids) cloud_.fleet.Wrote(id);
  return job_id;
}

// Nothing was done for `ids`. An error of the whole order only while that holds for all servers.
Status PowerRun::Refused(const Ids& ids, const Error& error) {
  if (error.code == Code::kCancelled) return error;
  if (error.code == Code::kTimeout) return NotBegun(ids);
  if (!accepted_) return error;
  for (const std::string& id : ids) Fail(id, error);
  return Ok{};
}

Result<PowerRun::JobSeen> PowerRun::WaitForJob(const std::string& job_id) {
  JobSeen seen;
  const Result<client::Job> ended = client::WaitUntil<client::Job>(
      call_, client::kJobPace, [&] { return cloud_.ecs.GetJob(call_, job_id); },
      [&](const client::Job& job) {
        seen.last = job;
        ReportJob(job);
        return client::Judge(job).kind == Verdict::kWait ? Verdict::Wait() : Verdict::Done();
      },
      [](const client::Job& job) { return absl::StrCat("job ", job.status); });
  if (!ended.ok() && ended.error().code == Code::kCancelled) return ended.error();
  if (!ended.ok()) seen.trouble = ended.error();
  return seen;
}

// A job that failed tells which of its parts did; the others are done. Where it does not tell, or
// was not seen to end, only the parts are done that succeeded; of the others the servers tell.
Status PowerRun::TakeJob(const Ids& ids, const JobSeen& seen, const Servers& before, Ids& begun) {
  std::optional<Error> trouble = seen.trouble;
  std::map<std::string, JobFailure> failed;
  for (JobFailure& failure : client::Failures(seen.last)) {
    if (failure.server_id.empty()) {
      trouble = client::JobFailed(seen.last);
    } else {
      failed.emplace(failure.server_id, std::move(failure));
    }
  }
  RETURN_IF_ERROR(Forgive(failed));
  for (const auto& [id, failure] : failed) outcome_.failures.push_back(failure);
  Ids open;
  for (const std::string& id : ids) {
    const bool done = !trouble || order_.power != Power::kRestart || Succeeded(seen.last, id);
    if (failed.count(id) == 0) (done ? begun : open).push_back(id);
  }
  if (open.empty()) return Ok{};
  ASSIGN_OR_RETURN(const Fates fates, AwaitFates(open, before));
  for (const std::string& id : TakeFates(fates, *trouble, begun)) Fail(id, NotExecuted(*trouble));
  return Ok{};
}

// Servers that somebody else started or stopped meanwhile are where they should be.
Status PowerRun::Forgive(std::map<std::string, JobFailure>& failed) {
  if (failed.empty() || order_.power == Power::kRestart) return Ok{};
  Ids ids;
  ids.reserve(failed.size());
  for (const auto& [id, failure] : failed) ids.push_back(id);
  ASSIGN_OR_RETURN(const Servers found, Look(ids));
  for (const auto& [id, server] : found) {
    if (IsThere(server)) failed.erase(id);
  }
  return Ok{};
}

Fate PowerRun::FateOf(const Servers& before, const Servers& now, const std::string& id,
                      bool last_look) const {
  const auto server = now.find(id);
  // Waiting names the ones that are gone.
  if (server == now.end()) return Fate::kBegun;
  const std::string& task = server->second.task_state;
  if (order_.power != Power::kRestart) {
    return IsThere(server->second) || !task.empty() ? Fate::kBegun : Fate::kAbsent;
  }
  if (absl::StartsWith(task, "reboot")) return Fate::kBegun;
  const auto was = before.find(id);
  if (was == before.end()) return Fate::kUnknown;
  // A list shows most of what happened; the log costs a request for each server.
  const bool unchanged = task.empty() && was->second.updated == server->second.updated;
  if (unchanged && !last_look) return Fate::kAbsent;
  return ActionLog::Since(was->second, "reboot").Look(call_, cloud_);
}

// Looks until each server shows the order, at most kShowsWithin.
Result<PowerRun::Fates> PowerRun::AwaitFates(Ids pending, const Servers& before) {
  // Waiting tells what becomes of a server that has a goal.
  const Fate unsure = order_.power == Power::kRestart ? Fate::kUnknown : Fate::kBegun;
  Fates fates;
  const TimePoint until = call_.clock.Now() + kShowsWithin;
  for (Duration pause = client::kJobPace.first;; pause = client::kJobPace.After(pause)) {
    const Result<Servers> now = Look(pending);
    if (!now.ok() && now.error().code == Code::kCancelled) return now.error();
    const TimePoint next = call_.clock.Now() + pause;
    const bool last_look = next > until;
    Ids absent;
    for (const std::string& id : pending) {
      fates[id] = now.ok() ? FateOf(before, *now, id, last_look) : unsure;
      if (fates[id] == Fate::kAbsent) absent.push_back(id);
    }
    if (absent.empty() || last_look) return fates;
    if (next > call_.deadline) {
      for (const std::string& id : absent) fates[id] = unsure;
      return fates;
    }
    pending = std::move(absent);
    RETURN_IF_ERROR(call_.clock.SleepUntil(next, call_.cancel));
  }
}

// Returns those for which nothing was executed.
PowerRun::Ids PowerRun::TakeFates(const Fates& fates, const Error& lost, Ids& begun) {
  Ids absent;
  for (const auto& [id, fate] : fates) {
    if (fate == Fate::kBegun) begun.push_back(id);
    if (fate == Fate::kAbsent) absent.push_back(id);
    if (fate == Fate::kFailed) Fail(id, FailedLater());
    if (fate == Fate::kUnknown) Fail(id, NotKnown(lost));
  }
  return absent;
}

// While the job runs its parts tell how far it is.
void PowerRun::ReportJob(const client::Job& job) {
  const auto done = std::count_if(
      job.sub_jobs.begin(), job.sub_jobs.end(),
      [](const client::Job& part) { return client::Judge(part).kind == Verdict::kDone; });
  if (done > 0) Report(reached_ + static_cast<std::size_t>(done));
}

}  // namespace ecs::resources
