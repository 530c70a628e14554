// What will happen, in order of time. Nothing happens by itself: Advance runs what is due.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.h"

namespace emulator {

// Not safe from several threads: the Emulator's lock guards it.
class Timeline {
 public:
  // `offset`: how far the wall clock of this timeline is ahead of the given one.
  explicit Timeline(ecs::Clock& clock, ecs::Duration offset = {});

  // Runs everything due by the clock's Now, each event with now() at its due time, so that a chain
  // of events keeps its durations even if nobody looked for long.
  void Advance();

  // The time of the event that runs, or of the last Advance.
  ecs::TimePoint now() const { return now_; }
  ecs::WallTime wall() const { return wall_start_ + (now_ - start_); }

  void After(ecs::Duration pause, std::function<void()> event);

 private:
  ecs::Clock& clock_;
  const ecs::TimePoint start_;
  const ecs::WallTime wall_start_;
  ecs::TimePoint now_;
  std::uint64_t next_ = 0;
  // The second part of the key keeps events of the same time in the order of their making.
  std::map<std::pair<ecs::TimePoint, std::uint64_t>, std::function<void()>> events_;
};

}  // namespace emulator
