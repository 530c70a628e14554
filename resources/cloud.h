// A configured provider, as its resources see it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "client/ecs.h"
#include "client/fleet.h"
#include "provider/schema/resource_type.h"

namespace ecs::resources {

// Safe from any thread.
struct Cloud : schema::Backend {
  Cloud(client::Settings settings, client::Send transport, client::Backoff backoff)
      : ecs(std::move(settings), std::move(transport), backoff), fleet(ecs) {}

  client::Ecs ecs;
  client::Fleet fleet;

  // Servers that an object of Terraform's stands for. A create whose answer was lost adopts a
  // server only if it is the first to claim it. Returns whether it is.
  bool Claim(const std::string& server_id) {
    absl::MutexLock lock(&mu_);
    return claimed_.insert(server_id).second;
  }
  bool IsClaimed(const std::string& server_id) {
    absl::MutexLock lock(&mu_);
    return claimed_.count(server_id) > 0;
  }

 private:
  absl::Mutex mu_;
  std::set<std::string> claimed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace ecs::resources
