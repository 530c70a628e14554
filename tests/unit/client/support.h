// What the client's tests share: a call under a clock that jumps, and a cloud of canned answers.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "client/retry.h"
#include "client/settings.h"
#include "client/transport.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fixed_random.h"

namespace ecs::client {

// Everything a Call borrows. The deadline is an hour away, and pauses are slept without jitter.
struct Bench {
  FakeClock clock = {};
  Cancel cancel = {};
  absl::Mutex mu = {};
  std::string logged = {};
  Log log{Level::kTrace, clock, [this](std::string_view line) {
            absl::MutexLock lock(&mu);
            logged += line;
          }};
  FixedRandom random = {};
  Call call{clock, TimePoint(std::chrono::hours(1)), cancel, log, random};
};

inline Response Answer(int status, std::string body = "", Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

// Answers the n-th request with the n-th answer, the last one for ever; remembers what was asked.
class Canned {
 public:
  explicit Canned(std::vector<Result<Response>> answers)
      : answers_(answers.begin(), answers.end()) {}

  Send send() {
    return [this](const Call&, Request& request) -> Result<Response> {
      absl::MutexLock lock(&mu_);
      requests_.push_back(request);
      Result<Response> answer = answers_.front();
      if (answers_.size() > 1) answers_.pop_front();
      return answer;
    };
  }
  std::vector<Request> requests() {
    absl::MutexLock lock(&mu_);
    return requests_;
  }

 private:
  absl::Mutex mu_;
  std::deque<Result<Response>> answers_ ABSL_GUARDED_BY(mu_);
  std::vector<Request> requests_ ABSL_GUARDED_BY(mu_);
};

// A given token, a project and an endpoint: no request but the one asked for is sent.
inline Settings DirectSettings() {
  return {.project_id = "p1",
          .token = Secret("tok"),
          .endpoints = {{"ecs", "http://ecs.test"},
                        {"evs", "http://evs.test"},
                        {"ims", "http://ims.test"},
                        {"vpc", "http://vpc.test"}}};
}

}  // namespace ecs::client
