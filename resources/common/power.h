// Starting, stopping and restarting one server, or many in batches.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "resources/cloud.h"

namespace ecs::resources {

// Of one batch call (ecs-v1.md section 7).
inline constexpr int kBatchMax = 1000;

enum class Power { kStart, kStop, kRestart };

struct PowerOrder {
  Power power = Power::kRestart;
  std::vector<std::string> ids = {};
  client::Force force = client::Force::kSoft;  // not for kStart
  std::size_t batch_size = kBatchMax;          // 1 to kBatchMax
};

// Servers that did not get there, each with its reason. The others did.
struct PowerOutcome {
  std::vector<client::JobFailure> failures = {};
};

// Hears how far the order is: "612 of 1000 servers are ACTIVE".
using PowerProgress = std::function<void(const std::string& line)>;

// A single id uses the native call, more the batch call and its job. A server that is started or
// stopped already costs no call. Waits until all are there. Where the answer to a restart is lost,
// the servers' action logs tell which were restarted (nova-v2.1.md section 13): the others are
// tried again, and one whose log does not tell is a failure. An Error: nothing was done for any
// server (the call was refused), or it was interrupted; a server whose time ran out is a failure.
Result<PowerOutcome> OrderPower(const Call& call, Cloud& cloud, const PowerOrder& order,
                                const PowerProgress& progress);

// Names each failure with its reason. `hint`: how to try those again.
Error PowerFailed(const PowerOrder& order, const PowerOutcome& outcome, std::string hint);

}  // namespace ecs::resources
