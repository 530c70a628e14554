#include "client/single_flight.h"

#include <new>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

// Work that is held back by a gate, and whose first run ends with an exception.
class Work {
 public:
  Result<int> Do() {
    absl::MutexLock lock(&mu_);
    const int run = ++runs_;
    mu_.Await(absl::Condition(&open_));
    if (run == 1) throw std::bad_alloc();
    return run;
  }
  void AwaitFirst() {
    absl::MutexLock lock(&mu_);
    const auto begun = [this] { return runs_ > 0; };
    mu_.Await(absl::Condition(&begun));
  }
  void Open() {
    absl::MutexLock lock(&mu_);
    open_ = true;
  }
  int runs() {
    absl::MutexLock lock(&mu_);
    return runs_;
  }

 private:
  absl::Mutex mu_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  int runs_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(SingleFlight, WorkThatCrashesIsDoneByAWaiterInstead) {
  Bench bench;
  Work work;
  SingleFlight<int> flight;
  const Call call = bench.call.Until(bench.clock.Now() + std::chrono::seconds(10));
  std::vector<std::string> results(3);
  const auto run = [&](std::string& result) {
    try {
      const Result<int> done = flight.Run(call, [&](const Call&) { return work.Do(); });
      result = done.ok() ? "done" : done.error().summary;
    } catch (const std::bad_alloc&) {
      result = "crashed";
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(run, std::ref(results[0]));
  work.AwaitFirst();
  threads.emplace_back(run, std::ref(results[1]));
  threads.emplace_back(run, std::ref(results[2]));
  work.Open();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(results, testing::ElementsAre("crashed", "done", "done"));
  EXPECT_THAT(work.runs(), testing::AllOf(testing::Ge(2), testing::Le(3)));
}

}  // namespace
}  // namespace ecs::client
