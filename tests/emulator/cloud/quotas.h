// What may be used, and what is: the same numbers over v1 and natively.
#pragma once

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

// The `absolute` object of api/ecs-v1.md section 15.
Json AbsoluteLimits(const Cloud& cloud);

}  // namespace emulator
