// What ends and has to be fetched again: tokens, temporary keys. Fetched once for all, renewed
// early, and fetched again after a refusal.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"
#include "client/fault.h"
#include "client/single_flight.h"

namespace ecs::client {

// T has a WallTime `expires`; WallTime::max() never ends. Safe from any thread.
template <class T>
class Renewed {
 public:
  using Ptr = std::shared_ptr<const T>;
  using Fetch = std::function<Result<T>(const Call&)>;
  explicit Renewed(Fetch fetch) : fetch_(std::move(fetch)) {}

  // One that is valid for a while. In the last 30 minutes, or the last quarter of a life that is
  // shorter than two hours, one caller renews it in its own thread while the others go on with it;
  // a failed renewal is tried again a minute later. Without a valid one all callers wait for the
  // one that fetches. Errors are those of the fetch, with maybe_executed cleared: nothing but a
  // sign-in can have happened.
  Result<Ptr> Get(const Call& call);

  // The cloud refused this one: it is not handed out again. Does nothing if another one took its
  // place already.
  void Refused(const Ptr& value) {
    absl::MutexLock lock(&mu_);
    if (value_ == value) value_ = nullptr;
  }

 private:
  // auth.md section 1.1: IAM advises to renew tokens, which live 24 h, in their last half hour.
  static constexpr Duration kRenewBefore = std::chrono::minutes(30);
  static constexpr Duration kRenewalPause = std::chrono::minutes(1);
  // What is about to end may end on its way.
  static constexpr Duration kTooOld = std::chrono::seconds(30);

  Result<Ptr> Renew(const Call& call);

  static WallTime RenewAt(WallTime expires, WallTime now) {
    if (expires == WallTime::max()) return expires;
    return expires - std::min<Duration>(kRenewBefore, (expires - now) / 4);
  }

  const Fetch fetch_;
  SingleFlight<Ptr> flight_;
  absl::Mutex mu_;
  Ptr value_ ABSL_GUARDED_BY(mu_);
  WallTime renew_at_ ABSL_GUARDED_BY(mu_) = {};
  bool renewing_ ABSL_GUARDED_BY(mu_) = false;
  TimePoint no_renewal_before_ ABSL_GUARDED_BY(mu_) = TimePoint::min();
};

template <class T>
Result<typename Renewed<T>::Ptr> Renewed<T>::Get(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    const WallTime now = call.clock.WallNow();
    if (value_ != nullptr && value_->expires - kTooOld > now) {
      const bool due = renew_at_ <= now;
      if (!due || renewing_ || call.clock.Now() < no_renewal_before_) return value_;
      renewing_ = true;
    } else {
      value_ = nullptr;
    }
  }
  absl::Cleanup crash = [this] {
    absl::MutexLock lock(&mu_);
    renewing_ = false;
  };
  Result<Ptr> fetched = flight_.Run(call, [this](const Call& mine) { return Renew(mine); });
  std::move(crash).Cancel();
  absl::MutexLock lock(&mu_);
  renewing_ = false;
  if (fetched.ok() || value_ == nullptr) return fetched;
  no_renewal_before_ = call.clock.Now() + kRenewalPause;
  call.log.Warn("Renewing the credentials failed; going on with the old ones",
                {{"tried", fetched.error().summary}, {"reason", fetched.error().detail}});
  return value_;
}

template <class T>
Result<typename Renewed<T>::Ptr> Renewed<T>::Renew(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    // Another thread may have renewed it since the caller looked.
    if (value_ != nullptr && renew_at_ > call.clock.WallNow()) return value_;
  }
  Result<T> fetched = fetch_(call);
  if (!fetched.ok()) return BeforeTheRequest(fetched.error());
  auto value = std::make_shared<const T>(*std::move(fetched));
  absl::MutexLock lock(&mu_);
  value_ = value;
  renew_at_ = RenewAt(value->expires, call.clock.WallNow());
  return value;
}

}  // namespace ecs::client
