#include "base/cancel.h"

#include <utility>

namespace ecs {

void Cancel::Set() {
  {
    absl::MutexLock lock(&mu_);
    set_ = true;
  }
  absl::MutexLock lock(&listeners_mu_);
  if (fired_) return;
  fired_ = true;
  for (auto& [id, listener] : listeners_) listener();
}

bool Cancel::IsSet() const {
  absl::MutexLock lock(&mu_);
  return set_;
}

std::uint64_t Cancel::Listen(std::function<void()> listener) const {
  absl::MutexLock lock(&listeners_mu_);
  const std::uint64_t id = next_id_++;
  if (fired_) {
    listener();
  } else {
    listeners_.emplace(id, std::move(listener));
  }
  return id;
}

void Cancel::Forget(std::uint64_t id) const {
  absl::MutexLock lock(&listeners_mu_);
  listeners_.erase(id);
}

}  // namespace ecs
