#include "client/rate_limit.h"

#include <algorithm>
#include <memory>

#include "absl/synchronization/mutex.h"

namespace ecs::client {
namespace {

// The generic cell rate algorithm: one time point says all.
class Bucket {
 public:
  explicit Bucket(double rate)
      : interval_(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / rate))),
        slack_(std::max(Duration(std::chrono::seconds(1)), interval_) - interval_) {}

  Status Take(const Call& call) {
    TimePoint turn;
    {
      absl::MutexLock lock(&mu_);
      const TimePoint now = call.clock.Now();
      const TimePoint full = std::max(full_, now);
      turn = full - slack_;
      if (turn > call.deadline) {
        return Error{.code = Code::kTimeout,
                     .summary = "The time ran out",
                     .detail = "requests_per_second let no request through before the deadline."};
      }
      full_ = full + interval_;
      if (turn <= now) return Ok{};
    }
    return call.clock.SleepUntil(turn, call.cancel);
  }

 private:
  const Duration interval_;
  const Duration slack_;  // how far ahead of an even pace a burst may run
  absl::Mutex mu_;
  TimePoint full_ ABSL_GUARDED_BY(mu_) = TimePoint::min();  // when an even pace has caught up
};

}  // namespace

Stage RateLimit(double requests_per_second) {
  if (requests_per_second <= 0) {
    return [](const Call& call, Request& request, const Send& next) { return next(call, request); };
  }
  return [bucket = std::make_shared<Bucket>(requests_per_second)](
             const Call& call, Request& request, const Send& next) -> Result<Response> {
    RETURN_IF_ERROR(bucket->Take(call));
    return next(call, request);
  };
}

}  // namespace ecs::client
