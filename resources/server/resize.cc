// Another flavor for a server: a state machine, not a hope.
// Rules: states.md section 5, real-nova.md 1-7, design.md section 4.2.
#include "absl/strings/str_cat.h"
#include "resources/common/reach.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Verdict;

// A resize that was accepted shows itself within this time (states.md section 5).
constexpr Duration kGrace = std::chrono::seconds(10);
// What a revert may take when the time of the update is over.
constexpr Duration kRevertTime = std::chrono::minutes(5);
constexpr int kRoundsMax = 8;
constexpr Duration kRefusalPause = std::chrono::milliseconds(500);
constexpr int kConfirmsMax = 3;
// For half a second after a confirm, ours or the cloud's own, the server still shows VERIFY_RESIZE
// without a task (real-nova.md 1), and refuses another one.
constexpr Duration kConfirmShows = std::chrono::seconds(2);
constexpr char kSummary[] = "Changing the flavor failed";

// VERIFY_RESIZE counts only so: a reverted server that was stopped shows it too (real-nova.md 2).
bool AwaitsConfirm(const client::Server& server) {
  return server.status == "VERIFY_RESIZE" && server.task_state.empty() &&
         (server.vm_state == "resized" || server.vm_state.empty());
}

bool IsUpOrDown(const client::Server& server) {
  return (server.status == kActive || server.status == kShutoff) && server.task_state.empty();
}

Error InError(const client::Server& server) {
  return {.code = Code::kCloudFailed,
          .summary = kSummary,
          .detail = absl::StrCat("The server went to status ERROR during the resize. ",
                                 FaultText(server)),
          .path = Path("flavor"),
          .hint =
              "A hard restart may bring it back (ecs_server_restart with type = \"HARD\"); "
              "otherwise replace it (terraform apply -replace=ADDRESS)."};
}

class Resizing {
 public:
  Resizing(const Call& call, Cloud& cloud, const Server& after)
      : call_(call), cloud_(cloud), id_(after.id.value()), wanted_(after.flavor.value()) {
    const Attr<Resize>& resize = after.resize;
    if (!resize.is_known()) return;
    manual_ = resize->confirm.value_or("automatic") == "manual";
    leave_ = resize->on_failure.value_or("revert") == "leave";
  }

  // Looks, does what the status asks for, and looks again: so an interrupted resize is adopted in
  // whatever state it is found.
  Status Run() {
    for (int round = 0; round < kRoundsMax; ++round) {
      Result<client::Server> server = WaitUntilStill();
      if (!server.ok()) return Abandon(server.error());
      if (AwaitsConfirm(*server)) {
        const bool right = server->flavor_id == wanted_;
        if (right && manual_) return Ok{};
        const Status done = right ? Confirm() : Revert(call_);
        if (!done.ok()) return right ? Abandon(done.error()) : done;
        continue;
      }
      if (server->flavor_id == wanted_) return Ok{};
      if (posted_) return RolledBack(*server);
      RETURN_IF_ERROR(Post(*server));
    }
    return Error{.code = Code::kConflict,
                 .summary = kSummary,
                 .detail =
                     "The server's status kept changing while it was being resized, as if "
                     "somebody else was resizing it too.",
                 .path = Path("flavor")};
  }

 private:
  Result<client::Server> WaitUntilStill() {
    const TimePoint began = call_.clock.Now();
    auto judge = [&](const client::Server& seen) {
      if (seen.status == "ERROR" && seen.task_state.empty()) return Verdict::Failed(InError(seen));
      if (AwaitsConfirm(seen)) {
        return call_.clock.Now() < confirm_again_ ? Verdict::Wait() : Verdict::Done();
      }
      if (!IsUpOrDown(seen)) {
        if (IsResizing(seen.status)) moved_ = true;
        return Verdict::Wait();
      }
      const bool may_not_have_begun = posted_ && !moved_ && seen.flavor_id != wanted_;
      if (!may_not_have_begun || call_.clock.Now() - began > kGrace || FailedInLog()) {
        return Verdict::Done();
      }
      return Verdict::Wait();
    };
    ASSIGN_OR_RETURN(client::Server server,
                     cloud_.fleet.Read(call_, id_, client::ReadKind::kSingle));
    const Verdict verdict = judge(server);
    if (verdict.kind == Verdict::kDone) return server;
    if (verdict.kind == Verdict::kFailed) return verdict.error;
    return cloud_.fleet.Wait(call_, id_, judge);
  }

  Status Post(const client::Server& server) {
    const Result<std::string> accepted = cloud_.ecs.ResizeServer(call_, id_, wanted_);
    cloud_.fleet.Wrote(id_);
    if (accepted.ok()) {
      posted_ = true;
      request_id_ = *accepted;
      return Ok{};
    }
    const Error& error = accepted.error();
    if (error.maybe_executed) {
      posted_ = true;
      return Ok{};
    }
    // The fresh look of the next round tells whether it is under way already.
    if (error.code == Code::kConflict && ++refusals_ < kRoundsMax / 2) {
      return call_.clock.SleepUntil(call_.clock.Now() + kRefusalPause, call_.cancel);
    }
    return error.While(kSummary)
        .At(Path("flavor"))
        .Hint(absl::StrCat("The server still has the flavor ", server.flavor_id, " and is ",
                           server.status, "."));
  }

  Status Confirm() {
    Status done = cloud_.ecs.ConfirmResize(call_, id_);
    cloud_.fleet.Wrote(id_);
    confirm_again_ = done.ok() ? TimePoint::max() : call_.clock.Now() + kConfirmShows;
    if (done.ok()) return Ok{};
    const bool raced = done.error().code == Code::kConflict || done.error().code == Code::kInvalid;
    const bool look_first = raced || done.error().maybe_executed;
    if (!look_first || ++refusals_ >= kConfirmsMax) return done;
    return Ok{};
  }

  Status Revert(const Call& call) {
    const Status done = cloud_.ecs.RevertResize(call, id_);
    cloud_.fleet.Wrote(id_);
    const bool maybe =
        done.ok() || done.error().maybe_executed || done.error().code == Code::kConflict;
    if (!maybe) return done.error().While("Reverting the resize failed").At(Path("flavor"));
    const Result<client::Server> server =
        cloud_.fleet.Wait(call, id_, [](const client::Server& seen) {
          if (seen.status == "ERROR") return Verdict::Failed(InError(seen));
          return IsUpOrDown(seen) ? Verdict::Done() : Verdict::Wait();
        });
    if (!server.ok()) return server.error().While("Reverting the resize failed").At(Path("flavor"));
    posted_ = false;
    return Ok{};
  }

  // The end of a resize that cannot be finished: reverted where that was asked for and possible.
  Status Abandon(const Error& why) {
    Error error = why.While(kSummary).At(Path("flavor"));
    if (why.code == Code::kCancelled) {
      error.summary = "Changing the flavor was interrupted";
      return error.Hint(
          "The cloud goes on by itself. The next plan shows the unfinished resize, and "
          "the next apply finishes it.");
    }
    if (why.code == Code::kCloudFailed || why.code == Code::kNotFound) return error;
    const Call extra = call_.Instead(call_.clock.Now() + kRevertTime, call_.cancel);
    const Result<client::Server> server = cloud_.fleet.Read(extra, id_, client::ReadKind::kSingle);
    if (!server.ok() || !AwaitsConfirm(*server)) {
      return error.Hint(
          "The next plan shows what became of the resize, and the next apply finishes "
          "it. timeouts.update gives it more time.");
    }
    if (leave_) {
      absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ",
                      "The server waits in VERIFY_RESIZE (resize.on_failure is \"leave\"): the "
                      "next apply confirms it.");
      return error;
    }
    Status reverted = Revert(extra);
    if (!reverted.ok()) return reverted;
    absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ",
                    "The resize was reverted: the server has its old flavor again.");
    return error.Hint(
        "Apply again, with more time in timeouts.update, or set resize.on_failure to "
        "\"leave\".");
  }

  // The action log is the only trace of a resize for which no host had room (real-nova.md 3).
  bool FailedInLog() {
    const Result<std::vector<client::InstanceAction>> log = cloud_.ecs.InstanceActions(call_, id_);
    if (!log.ok()) return false;
    for (const client::InstanceAction& action : *log) {
      if (action.action != "resize") continue;
      if (!request_id_.empty() && action.request_id != request_id_) continue;
      return action.message == "Error";
    }
    return false;
  }

  Error RolledBack(const client::Server& server) {
    return {.code = Code::kExhausted,
            .summary = kSummary,
            .detail = absl::StrCat("The cloud accepted the resize to ", wanted_,
                                   " and rolled it back by itself: the server is ", server.status,
                                   " with the flavor ", server.flavor_id, " as before.",
                                   server.fault ? " Its reason: " + server.fault->message : ""),
            .path = Path("flavor"),
            .api = ApiFault{.request_id = request_id_,
                            .operation = "POST /v2.1/{project_id}/servers/{server_id}/action"},
            .hint =
                "Mostly no host has room for the flavor. Try again later, or another flavor; "
                "the data source ecs_flavors lists them."};
  }

  const Call& call_;
  Cloud& cloud_;
  const std::string id_;
  const std::string wanted_;
  bool manual_ = false;
  bool leave_ = false;
  bool posted_ = false;                         // the cloud has accepted our resize, or may have
  bool moved_ = false;                          // RESIZE, VERIFY_RESIZE or REVERT_RESIZE was seen
  TimePoint confirm_again_ = TimePoint::min();  // VERIFY_RESIZE means nothing before
  int refusals_ = 0;
  std::string request_id_;
};

}  // namespace

Status ChangeFlavor(const Call& call, Cloud& cloud, const Change& change, Record&) {
  return Resizing(call, cloud, change.after).Run();
}

Status Settle(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const bool unsettled =
      change.before.status.is_known() && IsResizing(change.before.status.value());
  // A change of the flavor finds the unfinished resize by itself.
  if (!unsettled || !(change.before.flavor == change.after.flavor)) return Ok{};
  return Resizing(call, cloud, change.after).Run();
}

}  // namespace ecs::resources::server
