#include "base/signal.h"

namespace ecs {

void Signal::Raise() {
  {
    const std::lock_guard lock(mu_);
    ++count_;
  }
  raised_.notify_all();
}

std::uint64_t Signal::count() const {
  const std::lock_guard lock(mu_);
  return count_;
}

void Signal::WaitPast(std::uint64_t seen, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mu_);
  raised_.wait_until(lock, until, [&] { return count_ > seen; });
}

}  // namespace ecs
