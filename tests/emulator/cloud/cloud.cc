#include "tests/emulator/cloud/cloud.h"

#include <utility>

#include "tests/emulator/cloud/seed.h"

namespace emulator {

Cloud::Cloud(Options chosen, ecs::Clock& given_clock)
    : options(std::move(chosen)),
      clock(given_clock),
      timeline(given_clock, options.clock_offset),
      ids(options.seed),
      iam(options, ids) {
  if (options.project_name.empty()) options.project_name = options.region;
  for (const std::string& text : options.faults) {
    // The command line has checked them; a test that misspells one sees it in NotSeen.
    ecs::Result<Fault> fault = ParseFault(text);
    if (fault.ok()) faults.Add(*fault);
  }
  Seed(*this);
}

}  // namespace emulator
