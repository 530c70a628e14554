// What everything that may wait is told: how long, and how to hear that it should stop.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/log.h"

namespace ecs {

// Passed by reference as the first parameter. Borrows everything; lives as long as one RPC.
struct Call {
  Clock& clock;
  TimePoint deadline;  // nothing started under this call waits past it
  const Cancel& cancel;
  Log& log;

  Call Until(TimePoint earlier) const {
    return {clock, earlier < deadline ? earlier : deadline, cancel, log};
  }
};

}  // namespace ecs
