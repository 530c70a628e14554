// What wakes threads that wait for a change of data under a mutex.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace ecs {

// Stands next to the mutex that guards the data. Code that changes what waiters look at raises it,
// with or without that mutex held; a change that raises nothing is not seen until the wait's end.
// Safe from any thread. Clocks do the waiting (Clock::AwaitUnder).
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void Raise();
  // How often it was raised.
  std::uint64_t count() const;
  // Blocks until it was raised more than `seen` times, at most until `until` of the steady clock.
  // Only clocks call this.
  void WaitPast(std::uint64_t seen, std::chrono::steady_clock::time_point until) const;

 private:
  mutable std::mutex mu_;
  mutable std::condition_variable raised_;
  std::uint64_t count_ = 0;
};

}  // namespace ecs
