// An Elastic Cloud Server cloud without a network: requests in, answers out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/cloud/options.h"
#include "tests/emulator/http/http.h"
#include "tests/emulator/http/router.h"

namespace emulator {

// Safe from any thread. Time passes only by the clock, and is looked at once per request: what is
// due by then has happened before the request is answered.
class Emulator {
 public:
  // The clock must outlive this.
  Emulator(Options options, ecs::Clock& clock);
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  // Never fails: a request that makes no sense gets an answer that says so. A route that nobody
  // serves is answered 501 with its name, and is in the journal's `unknown`.
  Response Handle(const Request& request);

  // For tests. Plans a fault as ParseFault reads it.
  ecs::Status AddFault(std::string_view text);
  // Planned faults that did not happen: a test that planned them proves nothing without this.
  std::vector<std::string> FaultsNotSeen();
  // How often "CreateServers" or "ecs.CreateServers" was asked for.
  int Count(const std::string& operation);
  // Looks at or changes the cloud behind the back of its users, at the clock's present time.
  void With(const std::function<void(Cloud&)>& look);

 private:
  Response Answer(const Request& request, JournalEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  Response Serve(const Route& route, Exchange& in, JournalEntry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool OverLimit() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  absl::Mutex mu_;
  Router router_;  // never changes after construction
  Cloud cloud_ ABSL_GUARDED_BY(mu_);
  double tokens_ ABSL_GUARDED_BY(mu_) = 0;  // of the rate limit's bucket
  ecs::TimePoint filled_ ABSL_GUARDED_BY(mu_) = {};
};

}  // namespace emulator
