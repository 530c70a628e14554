// Simulated time and threads in lock-step: of all threads of a run exactly one runs, and time
// passes only when none can.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace ecs::simulation {

// Leaves a thread whose process was killed. No std::exception: nothing of the product catches it.
struct Killed {};

// One provider process, as far as threads are concerned.
struct Process {
  std::string name = {};
  bool dead = false;
  Duration wall_offset = {};  // of its clock, against true time
};

// A thread that runs, waits, or has ended. Only the thread that holds the baton touches any.
struct Thread {
  std::string name = {};
  Process* process = nullptr;
  bool runs = true;  // can go on; otherwise it waits for one of the following
  TimePoint until = TimePoint::max();
  const Signal* signal = nullptr;
  std::uint64_t seen = 0;
  const Cancel* cancel = nullptr;
  bool ended = false;
  std::uint64_t priority = 0;  // the highest of those that can go on runs first
  bool has_baton = false;
  std::condition_variable wake = {};
};

class Scheduler {
 public:
  // `busy_limit`: how many switches may happen while no time passes.
  explicit Scheduler(std::uint64_t busy_limit = 100000) : busy_limit_(busy_limit) {}

  TimePoint now() const { return now_; }
  // Runs `event` at that time, on whatever thread has the baton then. It must not wait.
  void At(TimePoint when, std::function<void()> event);

  struct Work {
    std::string name = {};
    std::uint64_t priority = 0;
    std::function<void()> body = {};
  };
  // Runs all at once, in lock-step, and returns when each has ended or was killed. Only the thread
  // that made this calls it.
  void RunAll(Process& process, std::vector<Work> works);

  // The simulated thread that runs. Null outside RunAll.
  Thread* current() { return current_; }

  // Gives the baton away until `until`, until `signal` was raised more than `seen` times, or until
  // `cancel` is set. Either may be null. Throws Killed when the thread's process is dead.
  void Wait(TimePoint until, const Signal* signal, std::uint64_t seen, const Cancel* cancel);

  // Passes time with no thread running: what is due happens.
  void Pass(Duration duration);

  // Why the run cannot go on; empty: it can.
  const std::string& stuck() const { return stuck_; }

 private:
  bool CanRun(const Thread& thread) const;
  // Chooses who runs next, moving time if nobody can. Null: all have ended, or the run is stuck.
  Thread* Next();
  void HandOver(std::unique_lock<std::mutex>& lock, Thread* mine);
  bool MoveTime();

  const std::uint64_t busy_limit_;
  std::uint64_t switches_ = 0;  // since time passed
  TimePoint now_ = TimePoint(std::chrono::hours(1));
  std::uint64_t next_event_ = 0;
  std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::unique_ptr<Thread>> threads_;
  Thread* current_ = nullptr;
  std::string stuck_;
  std::mutex baton_;
  std::condition_variable all_ended_;
};

// The clock of one process. Safe from its simulated threads only.
class SimulatedClock : public Clock {
 public:
  SimulatedClock(Scheduler& scheduler, Process& process)
      : scheduler_(scheduler), process_(process) {}

  TimePoint Now() override { return scheduler_.now(); }
  WallTime WallNow() override;
  Status SleepUntil(TimePoint until, const Cancel& cancel) override;
  Status AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until, const Cancel& cancel,
                    const std::function<bool()>& done) override;

 private:
  Scheduler& scheduler_;
  Process& process_;
};

}  // namespace ecs::simulation
