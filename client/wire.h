// Where requests leave the process: a wire moves bytes and decides nothing; Over decides how long
// to wait for an answer.
#pragma once

#include <memory>
#include <optional>

#include "absl/synchronization/mutex.h"
#include "base/result.h"
#include "base/signal.h"
#include "client/transport.h"

namespace ecs::client {

// One request on its way. Shared by the thread that waits for it and whatever moves its bytes.
class Transfer {
 public:
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  virtual ~Transfer() = default;

  // Whether sending has begun: from then on the request may be executed.
  virtual bool Begun() const = 0;
  // Gives up the answer. A request whose sending has not begun is surely never sent after this.
  // Returns whether it had begun.
  virtual bool Abandon() = 0;

  // Ends the wait, once. An answer with any HTTP status, or why no whole one came: kUnavailable
  // (maybe_executed if sending had begun), kInvalid for addresses and certificates that cannot be
  // used, kCloudFailed for an answer beyond the limit.
  void End(Result<Response> outcome) {
    {
      absl::MutexLock lock(&mu_);
      if (!outcome_) outcome_ = std::move(outcome);
    }
    ended_.Raise();
  }

  // Waits for the end: kTimeout at `until`, kCancelled when cancel is set.
  Status Await(Clock& clock, TimePoint until, const Cancel& cancel);
  // Requires that Await returned Ok.
  Result<Response> Take();

 private:
  absl::Mutex mu_;
  Signal ended_;
  std::optional<Result<Response>> outcome_ ABSL_GUARDED_BY(mu_);
};

// Safe from any thread.
class Wire {
 public:
  virtual ~Wire() = default;
  // Returns at once; the request is copied.
  virtual std::shared_ptr<Transfer> Begin(const Request& request) = 0;
};

// Waits for answers up to call.deadline and hears call.cancel within milliseconds: kTimeout and
// kCancelled have maybe_executed set if sending had begun. Work that must not be ordered twice
// (Repeat::kOnlyIfNotSent) and was ordered when cancel came is waited for six seconds more, at most
// to the deadline: without the answer what it made is hard to find.
Send Over(std::shared_ptr<Wire> wire);

}  // namespace ecs::client
