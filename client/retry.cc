#include "client/retry.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/fault_codes.h"

namespace ecs::client {
namespace {

// A code of errors.md that can also mean a lasting fault: "at most 2-3 tries".
constexpr int kFewRetries = 2;
// Ecs.0603 asks for about a minute; these pauses add up to two.
constexpr int kBusyFloor = 5;

Duration Scaled(Duration pause, double factor) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(pause) * factor);
}

int RetriesFor(Retry kind, const Backoff& backoff) {
  if (kind == Retry::kFewTimes) return std::min(backoff.max_retries, kFewRetries);
  if (kind == Retry::kBusy) return 2 * backoff.max_retries;
  return backoff.max_retries;
}

Duration Pause(const Backoff& backoff, Retry kind, int retry, std::optional<Duration> retry_after,
               double random) {
  // Clients that were told the same moment should not all come at it.
  if (retry_after) return *retry_after + Scaled(backoff.base, random);
  const Duration pause = PauseBefore(backoff, retry);
  if (kind != Retry::kBusy) return Scaled(pause, random);
  return Scaled(std::max(pause, kBusyFloor * backoff.base), 0.5 + random / 2);
}

Error WithRemark(Error error, const std::string& remark) {
  absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ", remark);
  return error;
}

}  // namespace

Duration PauseBefore(const Backoff& backoff, int retry) {
  const double factor = std::pow(backoff.factor, retry - 1);
  const double most = std::chrono::duration<double>(backoff.cap) /
                      std::max(std::chrono::duration<double>(backoff.base),
                               std::chrono::duration<double>(std::chrono::nanoseconds(1)));
  return factor >= most ? backoff.cap : Scaled(backoff.base, factor);
}

std::optional<Duration> RetryAfter(const Headers& headers, WallTime now) {
  // More than a day is nobody's wish, and would overflow the sums of callers.
  constexpr std::int64_t kMaxSeconds = 86400;
  const std::string& text = headers.Get("Retry-After");
  std::int64_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMaxSeconds));
  }
  absl::Time when;
  std::string ignored;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", text, &when, &ignored)) return std::nullopt;
  const absl::Duration left = std::min(when - absl::FromChrono(now), absl::Seconds(kMaxSeconds));
  return absl::ToChronoNanoseconds(std::max(left, absl::ZeroDuration()));
}

Status RetryLoop(const Call& call, const Backoff& backoff, Repeat repeat, const Try& once) {
  for (int tries = 1;; ++tries) {
    std::optional<Duration> retry_after;
    Status status = once(retry_after);
    if (status.ok()) return status;
    const Error& error = status.error();
    const Retry kind = RetryFor(error);
    if (kind == Retry::kNever) return error;
    const bool surely_rejected = kind == Retry::kRejected || kind == Retry::kBusy;
    if (repeat == Repeat::kOnlyIfNotSent && !surely_rejected) {
      // A refusal for a passing reason that may be lasting: whoever asked decides.
      if (!error.maybe_executed) return error;
      return WithRemark(error,
                        "It was not sent again, because it may have been executed all the same.");
    }
    if (tries > RetriesFor(kind, backoff)) {
      return WithRemark(error,
                        absl::StrCat("Gave up after ", tries, tries == 1 ? " try." : " tries."));
    }
    const TimePoint next =
        call.clock.Now() + Pause(backoff, kind, tries, retry_after, call.random.Fraction());
    if (next > call.deadline) {
      return WithRemark(error, absl::StrCat("Tried ", tries, tries == 1 ? " time" : " times",
                                            "; there was no time left to try again."));
    }
    if (const Status slept = call.clock.SleepUntil(next, call.cancel); !slept.ok()) {
      Error interrupted = slept.error();
      interrupted.detail = "The last try failed: " + error.Text();
      interrupted.maybe_executed = error.maybe_executed;
      return interrupted;
    }
  }
}

Stage Retrying(Backoff backoff) {
  return [backoff = std::move(backoff)](const Call& call, Request& request,
                                        const Send& next) -> Result<Response> {
    const Request original = request;
    std::optional<Response> response;
    RETURN_IF_ERROR(RetryLoop(call, backoff, request.repeat,
                              [&](std::optional<Duration>& retry_after) -> Status {
                                request = original;
                                Result<Response> result = next(call, request);
                                retry_after = request.retry_after;
                                if (!result.ok()) return result.error();
                                response = *std::move(result);
                                return Ok{};
                              }));
    return *std::move(response);
  };
}

}  // namespace ecs::client
