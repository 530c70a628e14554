// Restarting one server, or many in batches.
#pragma once

#include <string>
#include <vector>

#include "resources/cloud.h"

namespace ecs::resources {

// Of one batch call (ecs-v1.md section 7).
inline constexpr int kBatchMax = 1000;

struct RestartOrder {
  std::vector<std::string> ids = {};
  client::Force force = client::Force::kSoft;
  std::size_t batch_size = kBatchMax;  // 1 to kBatchMax
};

// Servers that did not come back, each with its reason. The others are ACTIVE again.
struct RestartOutcome {
  std::vector<client::JobFailure> failures = {};
};

// A single id uses the native call, more the batch call and its job. Waits until all are ACTIVE. An
// Error: nothing is known of any server (the call was refused, time ran out, or it was
// interrupted).
Result<RestartOutcome> RestartServers(const Call& call, Cloud& cloud, const RestartOrder& order);

// Names each failure with its reason.
Error RestartFailed(const RestartOutcome& outcome, std::size_t asked);

}  // namespace ecs::resources
