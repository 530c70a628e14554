#include "client/single_flight.h"

namespace ecs::client {

Status AwaitUnder(absl::Mutex& mu, const Call& call,
                  const std::function<bool()>& done) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  const std::function<bool()> over = [&] { return done() || call.cancel.IsSet(); };
  // The listener takes `mu`, so it is neither added nor removed with `mu` held (base/cancel.h).
  // Letting go of `mu` makes the waiter look at its condition again.
  mu.Unlock();
  const std::uint64_t listener = call.cancel.Listen([&mu] { absl::MutexLock lock(&mu); });
  const Duration left = call.deadline - call.clock.Now();
  mu.Lock();
  mu.AwaitWithTimeout(absl::Condition(&over), absl::FromChrono(left));
  const bool is_done = done();
  mu.Unlock();
  call.cancel.Forget(listener);
  mu.Lock();
  if (is_done) return Ok{};
  if (call.cancel.IsSet()) {
    return Error{.code = Code::kCancelled, .summary = "Interrupted while waiting"};
  }
  return Error{.code = Code::kTimeout, .summary = "The time ran out while waiting"};
}

}  // namespace ecs::client
