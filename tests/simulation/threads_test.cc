#include "tests/simulation/threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/single_flight.h"
#include "tests/simulation/choices.h"
#include "tests/support/fixed_random.h"

namespace ecs::simulation {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

struct Rig {
  Scheduler scheduler = Scheduler();
  Process process = {.name = "p"};
  SimulatedClock clock{scheduler, process};
  Cancel cancel = {};
  Log log{Level::kOff, clock, [](std::string_view) {}};
  FixedRandom random = {};
  Call call{clock, TimePoint::max(), cancel, log, random};
  std::vector<std::string> seen = {};

  Scheduler::Work Sleeper(const std::string& name, std::uint64_t priority, Duration pause) {
    return {name, priority, [this, name, pause] {
              seen.push_back(name + " begins");
              (void)clock.SleepUntil(clock.Now() + pause, cancel);
              seen.push_back(name + " ends");
            }};
  }
};

TEST(Scheduler, RunsByPriorityAndPassesTimeOnlyWhenNobodyCanRun) {
  Rig rig;
  const TimePoint began = rig.scheduler.now();
  rig.scheduler.RunAll(rig.process,
                       {rig.Sleeper("low", 1, seconds(1)), rig.Sleeper("high", 2, seconds(3))});
  EXPECT_THAT(rig.seen, ElementsAre("high begins", "low begins", "low ends", "high ends"));
  EXPECT_EQ(rig.scheduler.now() - began, seconds(3));
}

TEST(Scheduler, AKilledProcessLeavesItsWaitsAndNothingElseRuns) {
  Rig rig;
  rig.scheduler.At(rig.scheduler.now() + seconds(1), [&] { rig.process.dead = true; });
  rig.scheduler.RunAll(rig.process, {rig.Sleeper("one", 1, seconds(2))});
  EXPECT_THAT(rig.seen, ElementsAre("one begins"));
  EXPECT_EQ(rig.scheduler.stuck(), "");
}

TEST(Scheduler, SaysWhoHangsWhenNothingWillHappen) {
  Rig rig;
  absl::Mutex mu;
  Signal never;
  rig.scheduler.RunAll(rig.process, {{"waiter", 1, [&] {
                                        absl::MutexLock lock(&mu);
                                        (void)rig.clock.AwaitUnder(mu, never, TimePoint::max(),
                                                                   rig.cancel,
                                                                   [] { return false; });
                                      }}});
  EXPECT_EQ(rig.scheduler.stuck(), "hang: nobody can run and nothing will happen; waiter waits");
}

TEST(Scheduler, SaysThatARunIsBusyWhenNoTimePasses) {
  Scheduler scheduler(100);
  Process process{.name = "p"};
  SimulatedClock clock(scheduler, process);
  absl::Mutex mu;
  Signal signal;
  const Cancel cancel;
  scheduler.RunAll(process, {{"spinner", 1, [&] {
                                absl::MutexLock lock(&mu);
                                (void)clock.AwaitUnder(mu, signal, TimePoint::max(), cancel, [&] {
                                  signal.Raise();
                                  return false;
                                });
                              }}});
  EXPECT_THAT(scheduler.stuck(), testing::StartsWith("busy: no time passes"));
}

TEST(Scheduler, ASignalAndACancelWakeAWaiter) {
  Rig rig;
  absl::Mutex mu;
  Signal signal;
  bool there = false;
  std::vector<Code> codes;
  rig.scheduler.At(rig.scheduler.now() + seconds(1), [&] {
    there = true;
    signal.Raise();
  });
  rig.scheduler.At(rig.scheduler.now() + seconds(2), [&] { rig.cancel.Set(); });
  const auto wait = [&](bool for_it) {
    absl::MutexLock lock(&mu);
    const Status waited = rig.clock.AwaitUnder(mu, signal, TimePoint::max(), rig.cancel,
                                               [&] { return for_it && there; });
    codes.push_back(waited.ok() ? Code::kBug : waited.error().code);
  };
  rig.scheduler.RunAll(rig.process,
                       {{"signal", 1, [&] { wait(true); }}, {"cancel", 2, [&] { wait(false); }}});
  EXPECT_THAT(codes, ElementsAre(Code::kBug, Code::kCancelled));
}

// The product's own single flight under ten thousand orders of three threads.
TEST(Scheduler, OneFlightServesAllInEveryOrder) {
  for (std::uint64_t seed = 1; seed <= 10000; ++seed) {
    Rig rig;
    Choices choices(seed);
    client::SingleFlight<int> flight;
    int works = 0;
    std::vector<int> results;
    std::vector<Scheduler::Work> threads;
    for (const char* name : {"a", "b", "c"}) {
      threads.push_back(
          {name, choices.Pick(name, 100), [&, name] {
             const Duration late = seconds(choices.Pick(std::string(name) + "late", 3));
             (void)rig.clock.SleepUntil(rig.clock.Now() + late, rig.cancel);
             const Result<int> result = flight.Run(rig.call, [&](const Call& call) -> Result<int> {
               ++works;
               (void)call.clock.SleepUntil(call.clock.Now() + seconds(5), call.cancel);
               return 7;
             });
             results.push_back(result.ok() ? *result : -1);
           }});
    }
    rig.scheduler.RunAll(rig.process, std::move(threads));
    ASSERT_THAT(results, ElementsAre(7, 7, 7)) << "seed " << seed;
    ASSERT_EQ(works, 1) << "seed " << seed;
    ASSERT_EQ(rig.scheduler.stuck(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace ecs::simulation
