#include "base/clock.h"

namespace ecs {
namespace {

// Raises a signal when cancel is set, while it lives.
class RaisedByCancel {
 public:
  RaisedByCancel(const Cancel& cancel, Signal& signal)
      : cancel_(cancel), id_(cancel.Listen([&signal] { signal.Raise(); })) {}
  RaisedByCancel(const RaisedByCancel&) = delete;
  RaisedByCancel& operator=(const RaisedByCancel&) = delete;
  ~RaisedByCancel() { cancel_.Forget(id_); }

 private:
  const Cancel& cancel_;
  const std::uint64_t id_;
};

class MachineClock : public Clock {
 public:
  TimePoint Now() override { return std::chrono::steady_clock::now(); }
  WallTime WallNow() override { return std::chrono::system_clock::now(); }

  Status SleepUntil(TimePoint until, const Cancel& cancel) override {
    Signal signal;
    const RaisedByCancel raised(cancel, signal);
    if (!cancel.IsSet()) signal.WaitPast(0, until);
    if (cancel.IsSet()) return Interrupted();
    return Ok{};
  }

  Status AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until, const Cancel& cancel,
                    const std::function<bool()>& done) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    const RaisedByCancel raised(cancel, signal);
    while (true) {
      const std::uint64_t seen = signal.count();
      if (done()) return Ok{};
      if (cancel.IsSet()) return Interrupted();
      if (Now() >= until) {
        return Error{.code = Code::kTimeout, .summary = "The time ran out while waiting"};
      }
      mu.Unlock();
      signal.WaitPast(seen, until);
      mu.Lock();
    }
  }

 private:
  static Error Interrupted() {
    return {.code = Code::kCancelled, .summary = "Interrupted while waiting"};
  }
};

}  // namespace

Clock& RealClock() {
  static MachineClock clock;
  return clock;
}

}  // namespace ecs
