// Waiting: a pure question about what was seen, and one loop that knows about time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/call.h"
#include "base/result.h"

namespace ecs::client {

// What a judge says of something that was looked at.
struct Verdict {
  enum Kind { kWait, kDone, kFailed };
  Kind kind = kWait;
  Error error = {};  // of kFailed

  static Verdict Wait() { return {.kind = kWait}; }
  static Verdict Done() { return {.kind = kDone}; }
  static Verdict Failed(Error why) { return {.kind = kFailed, .error = std::move(why)}; }
};

// Pauses between looks: soon at first, then ever longer. What was waited for is seen late by at
// most `factor` - 1 of the time that it took.
struct Pace {
  Duration first = std::chrono::milliseconds(100);
  double factor = 1.2;
  Duration max = std::chrono::seconds(5);

  Duration After(Duration pause) const;
};

inline constexpr Pace kServerPace = {};
inline constexpr Pace kJobPace = {
    .first = std::chrono::milliseconds(200), .factor = 1.4, .max = std::chrono::seconds(10)};

// kTimeout, saying what was waited for and what was seen last.
Error TimedOut(const std::string& last_seen, const std::optional<Error>& last_error);

// Sleeps, then looks, until `judge` says kDone (the value) or kFailed (its error), the deadline
// (kTimeout) or cancel (kCancelled). A look that fails with kUnavailable is looked at again; other
// failures of a look end the wait. `describe` says what was seen, for the error of a timeout.
//
// Returns nothing at `wake`, for callers that then ask something else and go on. `wake` ends pauses
// alone: a look that has begun goes on to call.deadline, however slow the cloud is. There is at
// least one look, so that callers who begin again do not spin.
template <class T>
Result<std::optional<T>> WatchUntil(const Call& call, TimePoint wake, const Pace& pace,
                                    const std::function<Result<T>()>& look,
                                    const std::function<Verdict(const T&)>& judge,
                                    const std::function<std::string(const T&)>& describe) {
  std::string last_seen;
  std::optional<Error> last_error;
  bool looked = false;
  for (Duration pause = pace.first;; pause = pace.After(pause)) {
    const TimePoint next = call.clock.Now() + pause;
    if (looked && next > wake) return std::optional<T>();
    if (next > call.deadline) return TimedOut(last_seen, last_error);
    RETURN_IF_ERROR(call.clock.SleepUntil(next, call.cancel));
    Result<T> seen = look();
    looked = true;
    if (!seen.ok()) {
      if (seen.error().code == Code::kTimeout) return TimedOut(last_seen, seen.error());
      if (seen.error().code != Code::kUnavailable) return seen.error();
      last_error = seen.error();
      continue;
    }
    last_error.reset();
    last_seen = describe(*seen);
    Verdict verdict = judge(*seen);
    if (verdict.kind == Verdict::kDone) return std::optional<T>(*std::move(seen));
    if (verdict.kind == Verdict::kFailed) return std::move(verdict.error);
  }
}

// WatchUntil that nothing wakes.
template <class T>
Result<T> WaitUntil(const Call& call, const Pace& pace, const std::function<Result<T>()>& look,
                    const std::function<Verdict(const T&)>& judge,
                    const std::function<std::string(const T&)>& describe) {
  ASSIGN_OR_RETURN(std::optional<T> seen,
                   WatchUntil<T>(call, TimePoint::max(), pace, look, judge, describe));
  return *std::move(seen);
}

}  // namespace ecs::client
