#include "resources/common/reach.h"

#include "absl/strings/str_cat.h"

namespace ecs::resources {
namespace {

using client::Verdict;

// Refusals in a row before the last one is believed.
constexpr int kRefusalsMax = 5;

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
  Error refusal;
  Duration pause = client::kJobPace.first;
  for (int refusals = 0; refusals < kRefusalsMax; ++refusals) {
    ASSIGN_OR_RETURN(client::Server server, WaitUntilSettled(call, cloud, id));
    if (goal.reached(server)) return server;
    const Status done = goal.act(call, id);
    cloud.fleet.Wrote(id);
    if (done.ok() || done.error().maybe_executed) {
      Result<client::Server> reached = cloud.fleet.Wait(call, id, [&](const client::Server& seen) {
        if (seen.status == "ERROR") return JudgeSettled(seen);
        return client::IsSettled(seen) && goal.reached(seen) ? Verdict::Done() : Verdict::Wait();
      });
      if (reached.ok() || reached.error().code != Code::kTimeout) return reached;
      return reached.error().Hint(
          absl::StrCat("The server did not ", goal.in_words, " in time. The next apply goes on."));
    }
    if (done.error().code != Code::kConflict) return done.error();
    refusal = done.error();
    // The state that refused is seldom visible at once: the next look waits for it to pass.
    RETURN_IF_ERROR(call.clock.SleepUntil(call.clock.Now() + pause, call.cancel));
    pause = client::kJobPace.After(pause);
  }
  return refusal;
}

}  // namespace ecs::resources
