// What everything that may wait gets passed in: the time, how long it may take, how it learns that
// it should stop, where it logs, and its source of chance.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

namespace ecs {

// Passed by reference as the first parameter. Borrows everything; lives as long as one RPC.
struct Call {
  Clock& clock;
  TimePoint deadline;  // nothing started under this call waits past it
  const Cancel& cancel;
  Log& log;
  Random& random;

  Call Until(TimePoint earlier) const {
    return {clock, earlier < deadline ? earlier : deadline, cancel, log, random};
  }
  // For what has to be done although this call is over: the new deadline may be later.
  Call Instead(TimePoint new_deadline, const Cancel& other) const {
    return {clock, new_deadline, other, log, random};
  }
};

}  // namespace ecs
