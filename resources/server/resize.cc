// Another flavor for a server: a state machine, not a hope.
// Rules: states.md section 5, real-nova.md 1-7, design.md section 4.2.
#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "resources/common/action_log.h"
#include "resources/common/reach.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Verdict;

// What is kept of the update's time for a revert, and its largest share of that time.
constexpr Duration kRevertTime = std::chrono::minutes(5);
constexpr int kRevertShare = 4;
constexpr int kPostsMax = 3;
constexpr int kRefusalsMax = 4;
constexpr Duration kRefusalPause = std::chrono::milliseconds(500);
// After a confirm or a revert the server still shows VERIFY_RESIZE without a task: for half a
// second on an idle cloud, for minutes on a busy one (real-nova.md 1). It is asked again in case
// that the order was not executed; the cloud refuses an order that is under way without harm.
constexpr Duration kAskAgain = std::chrono::minutes(1);
constexpr Duration kAskAgainFirst = std::chrono::seconds(2);
constexpr char kSummary[] = "Changing the flavor failed";

// VERIFY_RESIZE counts only so: a reverted server that was stopped shows it too (real-nova.md 2).
bool AwaitsAnswer(const client::Server& server) {
  return server.status == "VERIFY_RESIZE" && server.task_state.empty() &&
         (server.vm_state == "resized" || server.vm_state.empty());
}

bool SaysUnderWay(const Error& error) {
  const bool bad_request = error.api && error.api->http_status == 400;
  return error.code == Code::kConflict || (error.code == Code::kInvalid && bad_request);
}

bool IsUpOrDown(const client::Server& server) {
  return (server.status == kActive || server.status == kShutoff) && server.task_state.empty();
}

std::string StandsAt(const client::Server& server) {
  return absl::StrCat("The server is ", server.status, " with the flavor ", server.flavor_id);
}

std::string HowToLeave(const std::string& status) {
  const char* what = status == "PAUSED"         ? "Unpause it"
                     : status == "SUSPENDED"    ? "Resume it"
                     : status == "RESCUE"       ? "End its rescue mode"
                     : status == "SOFT_DELETED" ? "Restore it"
                     : status.starts_with("SHELVED")
                         ? "Unshelve it"
                         : "Bring it to ACTIVE or SHUTOFF (a hard restart may do so)";
  return absl::StrCat(what, " with the cloud's console or tools, then apply again.");
}

Error NotResizable(const client::Server& server) {
  return {
      .code = Code::kConflict,
      .summary = kSummary,
      .detail = absl::StrCat(StandsAt(server),
                             ". The cloud changes the flavor only of a server that is ACTIVE or "
                             "SHUTOFF."),
      .path = Path("flavor"),
      .hint = HowToLeave(server.status)};
}

// The deadline of the work itself: the rest is for going back.
Duration KeptForRevert(const Call& call) {
  const Duration left = std::max<Duration>(call.deadline - call.clock.Now(), Duration::zero());
  return std::min<Duration>(kRevertTime, left / kRevertShare);
}

bool IsManual(const Server& server) {
  return server.resize.is_known() && server.resize->confirm.value_or("automatic") == "manual";
}

bool IsLeftOnFailure(const Server& server) {
  return server.resize.is_known() && server.resize->on_failure.value_or("revert") == "leave";
}

class ResizeRun {
 public:
  enum class Mode {
    kResize,  // to the wanted flavor
    kFinish,  // only what is under way: it is confirmed or reverted, and none is begun
  };

  ResizeRun(const Call& call, Cloud& cloud, const Server& after)
      : call_(call),
        cloud_(cloud),
        id_(after.id.value()),
        wanted_(after.flavor.value()),
        manual_(IsManual(after)),
        leave_(IsLeftOnFailure(after)),
        work_(leave_ ? call : call.Until(call.deadline - KeptForRevert(call))) {}

  // Looks, does what the status asks for, and looks again: so an interrupted resize is adopted in
  // whatever state it is found.
  Status Run(Mode mode) {
    while (true) {
      Result<client::Server> server = WaitUntilStill(work_);
      if (!server.ok()) return Abandon(server.error());
      if (AwaitsAnswer(*server)) {
        const bool right = server->flavor_id == wanted_;
        if (right && manual_) return Ok{};
        const Status sent = right ? Confirm(*server) : Revert(work_, *server);
        if (!sent.ok()) return right ? Abandon(sent.error()) : sent;
        continue;
      }
      if (server->flavor_id == wanted_) return Ok{};
      if (mode == Mode::kFinish) return Ok{};
      if (!IsUpOrDown(*server)) return NotResizable(*server);
      if (posted_) RETURN_IF_ERROR(JudgeUnchanged(*server));
      RETURN_IF_ERROR(Post(*server));
    }
  }

 private:
  Result<client::Server> WaitUntilStill(const Call& call) {
    const TimePoint shown_by = call.clock.Now() + kShowsWithin;
    auto judge = [&](const client::Server& seen) {
      const bool late = call.clock.Now() >= shown_by;
      if (seen.status == "ERROR" && seen.task_state.empty()) return Verdict::Failed(InError(seen));
      if (IsResizing(seen.status)) moved_ = true;
      if (AwaitsAnswer(seen)) {
        return call.clock.Now() < ask_again_ ? Verdict::Wait() : Verdict::Done();
      }
      if (IsUpOrDown(seen)) {
        const bool may_not_have_begun = posted_ && !moved_ && seen.flavor_id != wanted_;
        if (!may_not_have_begun || late) return Verdict::Done();
        const bool failed = log_->Look(call, cloud_, request_id_) == Fate::kFailed;
        return failed ? Verdict::Done() : Verdict::Wait();
      }
      const bool elsewhere = client::IsSettled(seen) && seen.status != "VERIFY_RESIZE";
      // A combination that the cloud has no word for may pass.
      return elsewhere && (late || seen.status != "UNKNOWN") ? Verdict::Done() : Verdict::Wait();
    };
    // A cloud that fails after the order is waited for; one that fails before is an error at once.
    if (!posted_ && answers_ == 0) {
      ASSIGN_OR_RETURN(client::Server server,
                       cloud_.fleet.Read(call, id_, client::ReadKind::kSingle));
      const Verdict verdict = judge(server);
      if (verdict.kind == Verdict::kDone) return server;
      if (verdict.kind == Verdict::kFailed) return verdict.error;
    }
    return cloud_.fleet.Wait(call, id_, judge);
  }

  Status Post(const client::Server& server) {
    if (posts_ >= kPostsMax) return KeptChanging();
    log_ = ActionLog::Before(work_, cloud_, id_, "resize");
    const Result<std::string> sent = cloud_.ecs.ResizeServer(work_, id_, wanted_);
    cloud_.fleet.Wrote(id_);
    if (sent.ok() || sent.error().maybe_executed) {
      ++posts_;
      posted_ = true;
      moved_ = false;
      request_id_ = sent.ok() ? *sent : "";
      lost_ = sent.ok() ? std::nullopt : std::optional<Error>(sent.error());
      return Ok{};
    }
    posted_ = false;
    // The fresh look of the next round tells whether it is under way already.
    if (sent.error().code == Code::kConflict && ++refusals_ < kRefusalsMax) {
      return call_.clock.SleepUntil(call_.clock.Now() + kRefusalPause, call_.cancel);
    }
    return sent.error()
        .While(kSummary)
        .At(Path("flavor"))
        .Hint(absl::StrCat("The server still has the flavor ", server.flavor_id, " and is ",
                           server.status, "."));
  }

  // The server is as it was before the resize was sent. Ok: to be sent again.
  Status JudgeUnchanged(const client::Server& server) {
    const Fate fate = log_->Look(work_, cloud_, request_id_);
    if (fate == Fate::kFailed) return RolledBack(server);
    std::string detail;
    if (fate == Fate::kBegun || moved_) {
      detail = absl::StrCat("The cloud began the resize to ", wanted_,
                            ", but the server is as before, and its action log has no error: "
                            "somebody else may have reverted it.");
    } else if (!lost_) {
      detail = absl::StrCat("The cloud accepted the resize to ", wanted_,
                            ", but neither the server nor its action log shows that it began.");
    } else if (fate == Fate::kUnknown) {
      detail = absl::StrCat("It is not known whether the cloud executed the resize to ", wanted_,
                            ": no usable answer came, and the server's action log does not tell. ",
                            lost_->detail);
    } else if (posts_ < kPostsMax) {
      posted_ = false;
      return Ok{};
    } else {
      detail = absl::StrCat("The cloud did not execute the resize to ", wanted_,
                            ", which was sent ", posts_,
                            " times: no usable answer came, and the server's action log "
                            "does not show it. ",
                            lost_->detail);
    }
    return Error{.code = Code::kUnavailable,
                 .summary = kSummary,
                 .detail = absl::StrCat(detail, " ", StandsAt(server), "."),
                 .path = Path("flavor"),
                 .api = lost_ ? lost_->api : OurRequest(),
                 .hint = "Apply again."};
  }

  Status Confirm(const client::Server& server) {
    return Answered(cloud_.ecs.ConfirmResize(work_, id_), server, true);
  }

  Status Revert(const Call& call, const client::Server& server) {
    posted_ = false;
    reverting_ = true;
    const Status sent = Answered(cloud_.ecs.RevertResize(call, id_), server, false);
    if (sent.ok()) return sent;
    return sent.error().While("Reverting the resize failed").At(Path("flavor"));
  }

  // Ok: the next looks tell what became of it.
  Status Answered(const Status& sent, const client::Server& server, bool confirms) {
    cloud_.fleet.Wrote(id_);
    ++answers_;
    // 400 and 409 say that the cloud is at it already, but for a lock.
    const bool is_at_it = sent.ok() || (SaysUnderWay(sent.error()) && !server.locked);
    const bool is_refused = !is_at_it && !sent.error().maybe_executed;
    if (is_refused && sent.error().code != Code::kUnavailable) return sent;
    if (confirms && is_at_it) confirming_ = true;
    pause_ = sent.ok() ? kAskAgain : std::clamp(2 * pause_, kAskAgainFirst, kAskAgain);
    ask_again_ = call_.clock.Now() + pause_;
    return Ok{};
  }

  // The end of a resize that cannot be finished: reverted where that was asked for and possible.
  Status Abandon(const Error& why) {
    const Error error = why.While(kSummary).At(Path("flavor"));
    const bool nothing_began = !posted_ && !moved_;
    if (why.code == Code::kCancelled) return Interrupted(error);
    if (why.code == Code::kCloudFailed || why.code == Code::kNotFound || nothing_began) {
      return error;
    }
    if (why.code == Code::kConflict) {
      return error.Hint(
          "The server may wait in VERIFY_RESIZE. If it is locked, unlock it; then apply again: "
          "that "
          "confirms the resize.");
    }
    const Result<client::Server> server = cloud_.fleet.Read(call_, id_, client::ReadKind::kSingle);
    // The end may have come between the last look and the deadline.
    if (server.ok() && IsUpOrDown(*server) && server->flavor_id == wanted_) return Ok{};
    if (confirming_) return AwaitConfirmation(error);
    if (leave_ && server.ok() && AwaitsAnswer(*server)) {
      return With(error,
                  "The server waits in VERIFY_RESIZE (resize.on_failure is \"leave\"): the "
                  "next apply confirms it.");
    }
    if (!leave_ && (!server.ok() || IsResizing(server->status))) return GoBack(error);
    return WithNext(error);
  }

  // The cloud confirms: that is never reverted.
  Status AwaitConfirmation(const Error& error) {
    ask_again_ = TimePoint::max();
    const Result<client::Server> server = WaitUntilStill(call_);
    if (server.ok() && IsUpOrDown(*server) && server->flavor_id == wanted_) return Ok{};
    if (!server.ok() && server.error().code == Code::kCancelled) return Interrupted(error);
    if (!server.ok() && server.error().code == Code::kCloudFailed) return server.error();
    if (server.ok()) return With(error, absl::StrCat(StandsAt(*server), "."));
    return WithNext(
        With(error, "The cloud is still confirming the resize, so it was not reverted."));
  }

  Status GoBack(const Error& error) {
    ask_again_ = TimePoint::min();
    while (true) {
      const Result<client::Server> server = WaitUntilStill(call_);
      if (!server.ok()) {
        const Code code = server.error().code;
        if (code == Code::kCancelled) return Interrupted(error);
        if (code == Code::kCloudFailed || code == Code::kNotFound) return server.error();
        return WithNext(With(error, reverting_
                                        ? "The revert has not ended in the time that was left."
                                        : "The resize went on for all of the time that was "
                                          "left, so it could not be reverted."));
      }
      if (AwaitsAnswer(*server)) {
        if (manual_ && server->flavor_id == wanted_) return Ok{};
        RETURN_IF_ERROR(Revert(call_, *server));
        continue;
      }
      // The cloud confirmed it after all.
      if (server->flavor_id == wanted_) return Ok{};
      if (!reverting_) return With(error, absl::StrCat(StandsAt(*server), "."));
      return With(error, "The resize was reverted: the server has its old flavor again.")
          .Hint(
              "Apply again, with more time in timeouts.update, or set resize.on_failure to "
              "\"leave\".");
    }
  }

  static Error With(Error error, const std::string& more) {
    absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ", more);
    return error;
  }

  static Error WithNext(const Error& error) {
    return error.Hint(
        "The next plan shows what became of the resize, and the next apply finishes it. "
        "timeouts.update gives it more time.");
  }

  static Error Interrupted(const Error& error) {
    return error.While("Changing the flavor was interrupted")
        .Hint(
            "The cloud goes on by itself. The next plan shows the unfinished resize, and the next "
            "apply finishes it.");
  }

  ApiFault OurRequest() const {
    return {.request_id = request_id_,
            .operation = "POST /v2.1/{project_id}/servers/{server_id}/action"};
  }

  Error InError(const client::Server& server) const {
    const bool ours = posted_ || moved_;
    return {.code = Code::kCloudFailed,
            .summary = kSummary,
            .detail = absl::StrCat(ours ? "The server went to status ERROR during the resize. "
                                        : "The server is in status ERROR. ",
                                   FaultText(server)),
            .path = Path("flavor"),
            .hint =
                "A hard restart may bring it back (ecs_server_restart with type = \"HARD\"); "
                "otherwise replace it (terraform apply -replace=ADDRESS)."};
  }

  // Only where the action log says so (real-nova.md 3).
  Error RolledBack(const client::Server& server) const {
    return {.code = Code::kExhausted,
            .summary = kSummary,
            .detail = absl::StrCat("The cloud accepted the resize to ", wanted_,
                                   " and rolled it back by itself: the server is ", server.status,
                                   " with the flavor ", server.flavor_id, " as before.",
                                   server.fault ? " Its reason: " + server.fault->message : ""),
            .path = Path("flavor"),
            .api = OurRequest(),
            .hint =
                "Mostly no host has room for the flavor. Try again later, or another flavor; "
                "the data source ecs_flavors lists them."};
  }

  static Error KeptChanging() {
    return {.code = Code::kConflict,
            .summary = kSummary,
            .detail =
                "The server's status kept changing while it was being resized, as if "
                "somebody else was resizing it too.",
            .path = Path("flavor")};
  }

  const Call& call_;
  Cloud& cloud_;
  const std::string id_;
  const std::string wanted_;
  const bool manual_;
  const bool leave_;
  const Call work_;
  bool posted_ = false;      // the cloud has accepted our resize, or may have
  bool moved_ = false;       // RESIZE, VERIFY_RESIZE or REVERT_RESIZE was seen since
  bool confirming_ = false;  // the cloud said so
  bool reverting_ = false;   // we asked for it
  int posts_ = 0;
  int refusals_ = 0;
  int answers_ = 0;                         // confirms and reverts that were sent
  TimePoint ask_again_ = TimePoint::min();  // VERIFY_RESIZE means nothing before
  Duration pause_ = {};
  std::optional<ActionLog> log_;  // as it was before our resize
  std::string request_id_;
  std::optional<Error> lost_;  // why no answer to our resize came
};

}  // namespace

Status ChangeFlavor(const Call& call, Cloud& cloud, const Change& change, Record& record) {
  RETURN_IF_ERROR(ResizeRun(call, cloud, change.after).Run(ResizeRun::Mode::kResize));
  // What the flavor before could not do has never been set, although the state may say so.
  const bool is_said = change.after.auto_recovery.value_or(false);
  const bool changes = !(change.before.auto_recovery == change.after.auto_recovery);
  if (!is_said || changes || IsManual(change.after)) return Ok{};
  ASSIGN_OR_RETURN(const bool lacked,
                   FlavorLacksAutoRecovery(call, cloud, change.before.flavor.value_or("")));
  if (!lacked) return Ok{};
  return ChangeAutoRecovery(call, cloud, change, record);
}

Status Settle(const Call& call, Cloud& cloud, const Change& change, Record&) {
  // The cloud still takes some changes; a success would be one of a server that is about to go.
  if (change.before.task_state.value_or("") == "deleting") {
    const std::string name = change.before.name.value_or(change.before.id.value());
    return Error{.code = Code::kConflict,
                 .summary = "A server that is being deleted cannot be changed",
                 .detail = absl::StrCat("The cloud is deleting the server ", name, " (",
                                        change.before.id.value(), ")."),
                 .hint = "Apply again once it is gone: the plan then creates it anew."};
  }
  const bool unsettled =
      change.before.status.is_known() && IsResizing(change.before.status.value());
  if (!unsettled) return Ok{};
  // A change of the flavor comes after the others, which an unfinished resize would refuse.
  const bool changes = !(change.before.flavor == change.after.flavor);
  return ResizeRun(call, cloud, change.after)
      .Run(changes ? ResizeRun::Mode::kFinish : ResizeRun::Mode::kResize);
}

}  // namespace ecs::resources::server
