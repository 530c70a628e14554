// A request to stop that can be seen and listened to. Clocks wait for it (base/clock.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "absl/synchronization/mutex.h"

namespace ecs {

// Set once, never reset. All functions are safe from any thread.
class Cancel {
 public:
  Cancel() = default;
  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;

  // Runs all listeners, each once, on this thread.
  void Set();
  bool IsSet() const;

  // Runs `listener` when set, at once if it already is. Forget waits for a listener that is
  // running, so it must not be called while holding a lock that the listener takes.
  std::uint64_t Listen(std::function<void()> listener) const;
  void Forget(std::uint64_t id) const;

 private:
  mutable absl::Mutex mu_;
  bool set_ ABSL_GUARDED_BY(mu_) = false;
  mutable absl::Mutex listeners_mu_;
  mutable std::uint64_t next_id_ ABSL_GUARDED_BY(listeners_mu_) = 1;
  bool fired_ ABSL_GUARDED_BY(listeners_mu_) = false;
  mutable std::map<std::uint64_t, std::function<void()>> listeners_ ABSL_GUARDED_BY(listeners_mu_);
};

}  // namespace ecs
