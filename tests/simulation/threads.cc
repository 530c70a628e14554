#include "tests/simulation/threads.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ecs::simulation {

void Scheduler::At(TimePoint when, std::function<void()> event) {
  events_.emplace(std::pair(std::max(when, now_), next_event_++), std::move(event));
}

bool Scheduler::CanRun(const Thread& thread) const {
  if (thread.ended) return false;
  if (thread.runs || thread.process->dead || thread.until <= now_) return true;
  if (thread.signal != nullptr && thread.signal->count() > thread.seen) return true;
  return thread.cancel != nullptr && thread.cancel->IsSet();
}

// To the next event, or to the next end of a wait.
bool Scheduler::MoveTime() {
  TimePoint next = TimePoint::max();
  if (!events_.empty()) next = events_.begin()->first.first;
  for (const auto& thread : threads_) {
    if (!thread->ended) next = std::min(next, thread->until);
  }
  if (next == TimePoint::max()) return false;
  if (next > now_) switches_ = 0;
  now_ = std::max(now_, next);
  while (!events_.empty() && events_.begin()->first.first <= now_) {
    const std::function<void()> event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    event();
  }
  return true;
}

Thread* Scheduler::Next() {
  while (true) {
    Thread* best = nullptr;
    bool alive = false;
    for (const auto& thread : threads_) {
      alive = alive || !thread->ended;
      if (!CanRun(*thread)) continue;
      if (best == nullptr || thread->priority > best->priority) best = thread.get();
    }
    if (!alive) return nullptr;
    if (stuck_.empty() && ++switches_ > busy_limit_) {
      stuck_ = "busy: no time passes";
    } else if (best != nullptr) {
      return best;
    } else if (!MoveTime()) {
      stuck_ = "hang: nobody can run and nothing will happen";
    }
    if (stuck_.empty()) continue;
    for (const auto& thread : threads_) {
      if (!thread->ended) absl::StrAppend(&stuck_, "; ", thread->name, " waits");
      thread->process->dead = true;
    }
  }
}

void Scheduler::HandOver(std::unique_lock<std::mutex>& lock, Thread* mine) {
  Thread* next = Next();
  current_ = next;
  if (next == nullptr) {
    all_ended_.notify_all();
    return;
  }
  if (next == mine) return;
  if (mine != nullptr) mine->has_baton = false;
  next->has_baton = true;
  next->wake.notify_one();
  if (mine == nullptr || mine->ended) return;
  mine->wake.wait(lock, [&] { return mine->has_baton; });
}

void Scheduler::Wait(TimePoint until, const Signal* signal, std::uint64_t seen,
                     const Cancel* cancel) {
  Thread* mine = current_;
  if (mine->process->dead) throw Killed();
  {
    std::unique_lock lock(baton_);
    mine->runs = false;
    mine->until = until;
    mine->signal = signal;
    mine->seen = seen;
    mine->cancel = cancel;
    HandOver(lock, mine);
    mine->runs = true;
    mine->until = TimePoint::max();
    mine->signal = nullptr;
    mine->cancel = nullptr;
  }
  if (mine->process->dead) throw Killed();
}

void Scheduler::RunAll(Process& process, std::vector<Work> works) {
  std::vector<std::thread> real;
  {
    std::unique_lock lock(baton_);
    for (Work& work : works) {
      auto thread = std::make_unique<Thread>();
      thread->name = work.name;
      thread->process = &process;
      thread->priority = work.priority;
      Thread* mine = thread.get();
      threads_.push_back(std::move(thread));
      real.emplace_back([this, mine, body = std::move(work.body)] {
        {
          std::unique_lock start(baton_);
          mine->wake.wait(start, [&] { return mine->has_baton; });
        }
        try {
          if (!mine->process->dead) body();
        } catch (const Killed&) {
        }
        std::unique_lock end(baton_);
        mine->ended = true;
        HandOver(end, mine);
      });
    }
    HandOver(lock, nullptr);
    all_ended_.wait(lock, [&] { return current_ == nullptr; });
  }
  for (std::thread& thread : real) thread.join();
  threads_.clear();
}

void Scheduler::Pass(Duration duration) {
  const TimePoint end = now_ + duration;
  while (!events_.empty() && events_.begin()->first.first <= end) MoveTime();
  now_ = end;
}

WallTime SimulatedClock::WallNow() {
  // 2024-05-01T08:30:00Z, the date of the API documents' examples.
  return WallTime(std::chrono::seconds(1714552200)) + scheduler_.now().time_since_epoch() +
         process_.wall_offset;
}

Status SimulatedClock::SleepUntil(TimePoint until, const Cancel& cancel) {
  if (!cancel.IsSet() && scheduler_.now() < until) scheduler_.Wait(until, nullptr, 0, &cancel);
  if (cancel.IsSet()) {
    return Error{.code = Code::kCancelled, .summary = "Interrupted while waiting"};
  }
  return Ok{};
}

Status SimulatedClock::AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until,
                                  const Cancel& cancel, const std::function<bool()>& done)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  while (true) {
    const std::uint64_t seen = signal.count();
    if (done()) return Ok{};
    if (cancel.IsSet()) {
      return Error{.code = Code::kCancelled, .summary = "Interrupted while waiting"};
    }
    if (scheduler_.now() >= until) {
      return Error{.code = Code::kTimeout, .summary = "The time ran out while waiting"};
    }
    mu.Unlock();
    try {
      scheduler_.Wait(until, &signal, seen, &cancel);
    } catch (const Killed&) {
      mu.Lock();  // whoever holds it by scope unlocks it
      throw;
    }
    mu.Lock();
  }
}

}  // namespace ecs::simulation
