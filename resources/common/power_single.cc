// One server, by the native call.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/second_look.h"
#include "resources/common/power_run.h"
#include "resources/common/reach.h"

namespace ecs::resources {

Status PowerRun::One(const std::string& id) {
  return order_.power == Power::kRestart ? Restart(id) : StartOrStop(id);
}

Status PowerRun::StartOrStop(const std::string& id) {
  const bool start = order_.power == Power::kStart;
  const Goal goal{.in_words = start ? "become ACTIVE" : "become SHUTOFF",
                  .reached = [this](const client::Server& server) { return IsThere(server); },
                  .act =
                      [this, start](const Call& acting, const std::string& server_id) {
                        return start ? cloud_.ecs.StartServer(acting, server_id)
                                     : cloud_.ecs.StopServer(acting, server_id, order_.force);
                      },
                  .also_in_error = true};
  const Result<client::Server> server = Reach(call_, cloud_, id, goal);
  if (!server.ok()) return Single(id, server.error());
  ++reached_;
  Report();
  return Ok{};
}

// A restart leaves no other trace than the log: the server is ACTIVE before and after it.
Status PowerRun::Restart(const std::string& id) {
  // Only a server that has no task can be restarted; an interrupted run may have left one.
  const Result<client::Server> settled = WaitUntilSettled(call_, cloud_, id);
  const bool broken = !settled.ok() && settled.error().code == Code::kCloudFailed;
  if (!settled.ok() && !broken) return Single(id, settled.error());
  const ActionLog log = ActionLog::Before(call_, cloud_, id, "reboot");
  for (int sends = 1;; ++sends) {
    const Result<std::string> sent = cloud_.ecs.RebootServer(call_, id, order_.force);
    cloud_.fleet.Wrote(id);
    if (sent.ok()) return Restarted(id, log, *sent);
    const Error& error = sent.error();
    if (error.code == Code::kCancelled) return error;
    if (!error.maybe_executed) {
      Fail(id, error);
      return Ok{};
    }
    ASSIGN_OR_RETURN(const Fate fate, log.Await(call_, cloud_));
    if (fate == Fate::kBegun || fate == Fate::kFailed) return Restarted(id, log, "");
    if (fate == Fate::kAbsent && sends < kSendsMax) continue;
    Fail(id, fate == Fate::kAbsent ? NotExecuted(error) : NotKnown(error));
    return Ok{};
  }
}

Status PowerRun::Restarted(const std::string& id, const ActionLog& log,
                           const std::string& request_id) {
  RETURN_IF_ERROR(Wait({id}));
  if (!outcome_.failures.empty()) return Ok{};
  Fate fate = log.Look(call_, cloud_, request_id);
  if (fate != Fate::kBegun && fate != Fate::kFailed) {
    // One answer that cannot be used, or lacks the order that was accepted, proves nothing. A cloud
    // that never shows the log is believed: the server runs.
    RETURN_IF_ERROR(call_.clock.SleepUntil(call_.clock.Now() + client::kSecondLook, call_.cancel));
    fate = log.Look(call_, cloud_, request_id);
  }
  if (fate == Fate::kFailed) Fail(id, FailedLater());
  return Ok{};
}

// What happened to the only server is its failure, unless the run was interrupted.
Status PowerRun::Single(const std::string& id, const Error& error) {
  if (error.code == Code::kCancelled || error.code == Code::kDenied) return error;
  Fail(id, error);
  return Ok{};
}

}  // namespace ecs::resources
