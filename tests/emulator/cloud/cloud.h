// One cloud: its options, its time, what it holds, and what happened to it.
#pragma once

#include "tests/emulator/cloud/faults.h"
#include "tests/emulator/cloud/format.h"
#include "tests/emulator/cloud/journal.h"
#include "tests/emulator/cloud/options.h"
#include "tests/emulator/cloud/store.h"
#include "tests/emulator/cloud/timeline.h"
#include "tests/emulator/iam/iam.h"

namespace emulator {

// The Emulator's lock guards all of it.
struct Cloud {
  Cloud(Options chosen, ecs::Clock& given_clock);

  ecs::WallTime wall() const { return timeline.wall(); }
  ecs::Duration Takes(std::string_view what) const { return options.durations.Of(what); }
  bool Has(const std::string& feature) const { return options.without.count(feature) == 0; }

  Options options;
  ecs::Clock& clock;
  Timeline timeline;
  Ids ids;
  Store store = {};
  Faults faults = {};
  Journal journal = {};
  Iam iam;
};

}  // namespace emulator
