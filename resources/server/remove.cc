// Deleting a server. One that is gone already is no error.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "resources/common/reach.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Verdict;

// How long a server may stay before its job is asked whether it failed.
constexpr Duration kJobLook = std::chrono::seconds(10);

// How long a guest may take to shut down, and a hard stop to work, and the shares of the deletion's
// time that they may take of it.
constexpr Duration kSoftStop = std::chrono::minutes(5);
constexpr int kSoftShare = 3;
constexpr Duration kHardStop = std::chrono::minutes(1);
constexpr int kHardShare = 6;

Call ForStopping(const Call& call, Duration most, Duration share) {
  return call.Until(call.clock.Now() + std::min(most, std::max(share, Duration::zero())));
}

// Cuts the power of a server that still runs. Whatever comes of it, the deletion does the same.
Status StopHard(const Call& call, Cloud& cloud, const std::string& id) {
  const Result<client::Server> now = cloud.fleet.Read(call, id, client::ReadKind::kSingle);
  if (!now.ok() && now.error().code == Code::kCancelled) return now.error();
  if (now.ok() && now->status != kActive) return Ok{};
  call.log.Warn("the guest does not shut down: stopping the server hard", {{"server", id}});
  const Result<std::string> sent = cloud.ecs.StopServer(call, id, client::Force::kHard);
  cloud.fleet.Wrote(id);
  if (!sent.ok() && sent.error().code == Code::kCancelled) return sent.error();
  if (!sent.ok() && !sent.error().maybe_executed) return Ok{};
  const Result<client::Server> stopped =
      cloud.fleet.Wait(call, id, [](const client::Server& server) {
        return server.status == kActive ? Verdict::Wait() : Verdict::Done();
      });
  if (!stopped.ok() && stopped.error().code == Code::kCancelled) return stopped.error();
  return Ok{};
}

Status StopFirst(const Call& call, Cloud& cloud, const std::string& id) {
  const Duration left = call.deadline - call.clock.Now();
  const Goal goal{.in_words = "become SHUTOFF",
                  .reached = [](const client::Server& s) { return s.status != kActive; },
                  .act =
                      [&cloud](const Call& acting, const std::string& server_id) {
                        return cloud.ecs.StopServer(acting, server_id);
                      }};
  const Result<client::Server> stopped =
      Reach(ForStopping(call, kSoftStop, left / kSoftShare), cloud, id, goal);
  if (stopped.ok()) return Ok{};
  const Code code = stopped.error().code;
  if (code == Code::kNotFound) return Ok{};
  if (code == Code::kTimeout || code == Code::kCloudFailed) {
    return StopHard(ForStopping(call, kHardStop, left / kHardShare), cloud, id);
  }
  Error error = stopped.error().While("Stopping the server before its deletion failed");
  absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ",
                  "To delete it without stopping it, set stop_before_destroy to false, apply, and "
                  "destroy again.");
  return error;
}

Status WaitUntilGone(const Call& call, Cloud& cloud, const std::string& id,
                     const std::string& job_id) {
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<client::Server> gone,
                     cloud.fleet.Watch(
                         call, id, call.clock.Now() + kJobLook,
                         [](const client::Server& server) {
                           return server.status == "DELETED" ? Verdict::Done() : Verdict::Wait();
                         },
                         client::kServerPace, client::Gone::kDone));
    if (gone) return Ok{};
    if (job_id.empty()) continue;
    const Result<client::Job> job = cloud.ecs.GetJob(call, job_id);
    if (!job.ok()) continue;
    const Verdict verdict = client::Judge(*job);
    if (verdict.kind == Verdict::kDone) return Ok{};
    if (verdict.kind == Verdict::kFailed) return verdict.error;
  }
}

}  // namespace

Status Remove(const Call& call, Cloud& cloud, const Server& state) {
  const std::string summary = "Deleting the server failed";
  if (!state.id.is_known()) return Ok{};
  const std::string& id = state.id.value();
  cloud.unfinished.Claim(id);
  if (state.stop_before_destroy.value_or(false)) RETURN_IF_ERROR(StopFirst(call, cloud, id));
  std::optional<bool> release_public_ip;
  if (state.delete_public_ip_on_termination.is_known()) {
    release_public_ip = state.delete_public_ip_on_termination.value();
  }
  const Result<std::string> job = cloud.ecs.DeleteServers(
      call, {id}, release_public_ip, state.delete_disks_on_termination.value_or(false));
  cloud.fleet.Wrote(id);
  if (!job.ok() && !job.error().maybe_executed) {
    // Only a look proves that it is gone already: one "not found" may be false.
    const bool unknown = job.error().code == Code::kNotFound;
    const Result<client::Server> left =
        unknown ? cloud.fleet.Read(call, id, client::ReadKind::kSingle) : job.error();
    if (!left.ok() && left.error().code == Code::kNotFound) return Ok{};
    return job.error().While(summary);
  }
  const Status gone = WaitUntilGone(call, cloud, id, job.ok() ? *job : "");
  if (gone.ok()) return Ok{};
  return gone.error().While(summary).Hint(
      "The server stays in the state; the next apply deletes it again.");
}

}  // namespace ecs::resources::server
