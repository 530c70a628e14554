// The one retry loop. Which failures are repeated is a table (fault_codes.h); whether an operation
// may be repeated is said where it is defined (Request::repeat).
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "base/call.h"
#include "base/result.h"
#include "client/transport.h"

namespace ecs::client {

struct Backoff {
  Duration base = std::chrono::seconds(1);
  double factor = 2;
  Duration cap = std::chrono::seconds(30);
  int max_retries = 5;  // repetitions after the first try
};

// The pause before repetition `retry` (1 is the first), before jitter.
Duration PauseBefore(const Backoff& backoff, int retry);

// What Retry-After asks for: seconds or an HTTP date; nothing if absent or senseless.
std::optional<Duration> RetryAfter(const Headers& headers, WallTime now);

// One try. Tells what Retry-After of its answer asked for.
using Try = std::function<Status(std::optional<Duration>& retry_after)>;

// Sleeps a random share of each pause ("full jitter"). Tries until success, a failure that must not
// be repeated, max_retries, the deadline, or cancel. The last error keeps its message, and its
// detail says why there was no further try.
Status RetryLoop(const Call& call, const Backoff& backoff, Repeat repeat, const Try& once);

// RetryLoop as a stage. Goes above Interpret.
Stage Retrying(Backoff backoff);

}  // namespace ecs::client
