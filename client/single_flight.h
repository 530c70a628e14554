// Work that many threads want at once and one of them does for all.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"

namespace ecs::client {

// T is copied to every waiter. Safe from any thread.
template <class T>
class SingleFlight {
 public:
  // Runs `work` in this thread, or waits for the thread that is running it. If that one is
  // cancelled or out of time, or an exception leaves its work, a waiter does the work instead.
  Result<T> Run(const Call& call, const std::function<Result<T>(const Call&)>& work) {
    for (;;) {
      {
        absl::MutexLock lock(&mu_);
        const std::shared_ptr<Flight> flight = flight_;
        if (flight == nullptr) {
          flight_ = std::make_shared<Flight>();
          break;
        }
        RETURN_IF_ERROR(call.clock.AwaitUnder(mu_, landed_, call.deadline, call.cancel,
                                              [&] { return flight->result.has_value(); }));
        if (flight->result->ok() || !LeaderOnly(flight->result->error())) return *flight->result;
      }
    }
    absl::Cleanup crash = [this] {
      absl::MutexLock lock(&mu_);
      flight_->result = Error{.code = Code::kCancelled};
      flight_ = nullptr;
      landed_.Raise();
    };
    Result<T> result = work(call);
    Result<T> shared = result;
    std::move(crash).Cancel();
    absl::MutexLock lock(&mu_);
    flight_->result = std::move(shared);
    flight_ = nullptr;
    landed_.Raise();
    return result;
  }

 private:
  struct Flight {
    std::optional<Result<T>> result = {};
  };

  static bool LeaderOnly(const Error& error) {
    return error.code == Code::kCancelled || error.code == Code::kTimeout;
  }

  absl::Mutex mu_;
  Signal landed_;
  std::shared_ptr<Flight> flight_ ABSL_GUARDED_BY(mu_);
};

}  // namespace ecs::client
