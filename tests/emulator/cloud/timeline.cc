#include "tests/emulator/cloud/timeline.h"

namespace emulator {

Timeline::Timeline(ecs::Clock& clock, ecs::Duration offset)
    : clock_(clock), start_(clock.Now()), wall_start_(clock.WallNow() + offset), now_(start_) {}

void Timeline::Advance() {
  const ecs::TimePoint until = clock_.Now();
  while (!events_.empty() && events_.begin()->first.first <= until) {
    auto event = events_.extract(events_.begin());
    now_ = event.key().first;
    event.mapped()();
  }
  now_ = until;
}

void Timeline::After(ecs::Duration pause, std::function<void()> event) {
  events_.emplace(std::make_pair(now_ + pause, next_++), std::move(event));
}

}  // namespace emulator
