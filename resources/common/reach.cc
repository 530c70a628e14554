#include "resources/common/reach.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "resources/common/action_log.h"

namespace ecs::resources {
namespace {

using client::Verdict;

// Refusals in a row before the last one is believed.
constexpr int kRefusalsMax = 5;
// How often an action is sent whose answers are lost.
constexpr int kSendsMax = 3;

Error InError(const client::Server& server) {
  return {.code = Code::kCloudFailed,
          .summary = "The server is in status ERROR",
          .detail = FaultText(server),
          .hint =
              "A hard restart may bring it back; otherwise replace it "
              "(terraform apply -replace=ADDRESS)."};
}

Verdict JudgeSettled(const client::Server& server) {
  if (server.status == "ERROR" && server.task_state.empty())
    return Verdict::Failed(InError(server));
  return client::IsSettled(server) ? Verdict::Done() : Verdict::Wait();
}

bool FailedInLog(const Call& call, Cloud& cloud, const std::string& id,
                 const std::string& request_id) {
  const Result<std::vector<client::InstanceAction>> log = cloud.ecs.InstanceActions(call, id);
  if (!log.ok()) return false;
  for (const client::InstanceAction& entry : *log) {
    if (entry.request_id == request_id) return entry.message == "Error";
  }
  return false;
}

Error FailedLater(const client::Server& server, const Goal& goal, const std::string& request_id) {
  return {.code = Code::kCloudFailed,
          .summary = "The cloud failed the action",
          .detail = absl::StrCat("The cloud accepted the action and then failed it, as its action "
                                 "log says: the server did not ",
                                 goal.in_words, ", it has ", client::Describe(server), "."),
          .api = ApiFault{.request_id = request_id,
                          .operation = "POST /v2.1/{project_id}/servers/{server_id}/action"}};
}

// Waits for the goal after the action was sent. Ends with a server that has not reached it where
// the answer was lost and nothing shows that the action was executed.
Result<client::Server> AwaitGoal(const Call& call, Cloud& cloud, const std::string& id,
                                 const Goal& goal, const Result<std::string>& sent) {
  const TimePoint shown_by = call.clock.Now() + kShowsWithin;
  return cloud.fleet.Wait(call, id, [&](const client::Server& seen) {
    if (seen.status == "ERROR") return JudgeSettled(seen);
    if (!client::IsSettled(seen)) return Verdict::Wait();
    if (goal.reached(seen)) return Verdict::Done();
    if (call.clock.Now() < shown_by) return Verdict::Wait();
    if (!sent.ok()) return Verdict::Done();
    const bool failed = !sent->empty() && FailedInLog(call, cloud, id, *sent);
    return failed ? Verdict::Failed(FailedLater(seen, goal, *sent)) : Verdict::Wait();
  });
}

}  // namespace

std::string FaultText(const client::Server& server) {
  if (server.status != "ERROR") return "";
  if (!server.fault) return "The cloud does not say why.";
  return absl::StrCat("The cloud's reason: ", server.fault->message,
                      server.fault->code != 0 ? absl::StrCat(" (", server.fault->code, ")") : "");
}

Result<client::Server> WaitUntilSettled(const Call& call, Cloud& cloud, const std::string& id) {
  ASSIGN_OR_RETURN(client::Server server, cloud.fleet.Read(call, id, client::ReadKind::kSingle));
  const Verdict verdict = JudgeSettled(server);
  if (verdict.kind == Verdict::kDone) return server;
  if (verdict.kind == Verdict::kFailed) return verdict.error;
  return cloud.fleet.Wait(call, id, JudgeSettled);
}

Result<client::Server> Reach(const Call& call, Cloud& cloud, const std::string& id,
                             const Goal& goal) {
  int refusals = 0;
  int sends = 0;
  Duration pause = client::kJobPace.first;
  while (true) {
    Result<client::Server> server = WaitUntilSettled(call, cloud, id);
    const bool broken = !server.ok() && server.error().code == Code::kCloudFailed;
    if (!server.ok() && !(broken && goal.also_in_error)) return server;
    if (server.ok() && goal.reached(*server)) return server;
    const Result<std::string> sent = goal.act(call, id);
    cloud.fleet.Wrote(id);
    if (sent.ok() || sent.error().maybe_executed) {
      Result<client::Server> seen = AwaitGoal(call, cloud, id, goal, sent);
      if (!seen.ok() && seen.error().code == Code::kTimeout) {
        return seen.error().Hint(absl::StrCat("The server did not ", goal.in_words,
                                              " in time. The next apply goes on."));
      }
      if (!seen.ok() || goal.reached(*seen)) return seen;
      if (++sends >= kSendsMax) return sent.error();
      continue;
    }
    if (sent.error().code != Code::kConflict || ++refusals >= kRefusalsMax) return sent.error();
    // The state that refused is seldom visible at once: the next look waits for it to pass.
    RETURN_IF_ERROR(call.clock.SleepUntil(call.clock.Now() + pause, call.cancel));
    pause = client::kJobPace.After(pause);
  }
}

}  // namespace ecs::resources
