// What this process knows of creations that are under way, its own and others'.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "absl/synchronization/mutex.h"

namespace ecs::resources {

// Safe from any thread.
class Unfinished {
 public:
  // This process begins a create with this nonce.
  void Begin(const std::string& nonce) {
    absl::MutexLock lock(&mu_);
    nonces_.insert(nonce);
  }
  // This server is in a state.
  void Claim(const std::string& server_id) {
    absl::MutexLock lock(&mu_);
    known_.insert(server_id);
  }
  // Whether the user is to be told of this server: no create of this process made it, no state that
  // this process has seen holds it, and nobody was told before.
  bool IsNews(const std::string& server_id, const std::string& nonce) {
    absl::MutexLock lock(&mu_);
    return nonces_.count(nonce) == 0 && known_.insert(server_id).second;
  }

  // Whether the list of all servers has been looked at.
  bool WasLookedFor() {
    absl::MutexLock lock(&mu_);
    return looked_for_;
  }
  // Returns whether it is the first time.
  bool LookedFor() {
    absl::MutexLock lock(&mu_);
    return !std::exchange(looked_for_, true);
  }

 private:
  absl::Mutex mu_;
  std::set<std::string> nonces_ ABSL_GUARDED_BY(mu_);
  std::set<std::string> known_ ABSL_GUARDED_BY(mu_);
  bool looked_for_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace ecs::resources
