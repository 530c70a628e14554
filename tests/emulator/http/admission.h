// What stands before every handler: planned faults, the rate limit, sign-in, the project,
// microversions.
#pragma once

#include <optional>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/http/exchange.h"
#include "tests/emulator/http/router.h"

namespace emulator {

// The answer of a fault that keeps the operation from being executed; nothing for other kinds.
std::optional<Response> PlayFault(const Fault& fault, const Exchange& in);

Response Throttled(std::optional<int> retry_after_seconds, const Exchange& in);

// Recognises who asks and what version they speak, into `in`. A refusal if they may not.
std::optional<Response> Admit(const Cloud& cloud, const Route& route, Exchange& in);

// The time, request ids and version headers, as each service sends them.
void AddServiceHeaders(const Exchange& in, ecs::WallTime now, Response& answer);

}  // namespace emulator
