// What is fetched once for all: tokens, temporary keys, the project, the catalogue. What ends is
// renewed early, and fetched again after a refusal of the cloud. A fetch that is refused itself is
// not repeated.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
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
  //
  // A fetch that was refused (kDenied, kInvalid; see IsRefusal) is the last one: clouds lock users
  // after a few of them. Everybody gets its error, which says so, as soon as there is no valid one
  // any more. While there is, only kDenied counts as refused.
  Result<Ptr> Get(const Call& call);

  // A new one for this caller alone, which Get never hands out. Fetched after one for all, so that
  // a refusal happens once here, too.
  Result<T> Another(const Call& call);

  // `service` took what Get handed out.
  void Taken(const std::string& service);

  // `service` does not take this one. True: it is not handed out again, and another one is worth
  // fetching. False: the service did not take the one before it either, and none in between; to
  // fetch more would go on for ever.
  bool Refused(const Ptr& value, const std::string& service);

  // What cannot be fetched anew, such as configured keys, was refused. If no service ever took it,
  // Get answers with the returned error from now on.
  std::optional<Error> GiveUp(const Error& refusal);

 private:
  // auth.md section 1.1: IAM advises to renew tokens, which live 24 h, in their last half hour.
  static constexpr Duration kRenewBefore = std::chrono::minutes(30);
  static constexpr Duration kRenewalPause = std::chrono::minutes(1);
  // What is about to end may end on its way.
  static constexpr Duration kTooOld = std::chrono::seconds(30);

  Result<Ptr> Renew(const Call& call);
  Result<T> FetchNow(const Call& call);

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
  std::optional<Error> refusal_ ABSL_GUARDED_BY(mu_) = {};
  bool taken_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, Ptr> last_refused_ ABSL_GUARDED_BY(mu_) = {};
};

template <class T>
Result<typename Renewed<T>::Ptr> Renewed<T>::Get(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    const WallTime now = call.clock.WallNow();
    if (value_ != nullptr && value_->expires - kTooOld > now) {
      const bool due = renew_at_ <= now;
      if (!due || renewing_ || refusal_ || call.clock.Now() < no_renewal_before_) return value_;
      renewing_ = true;
    } else {
      value_ = nullptr;
      if (refusal_) return *refusal_;
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
  ASSIGN_OR_RETURN(T fetched, FetchNow(call));
  auto value = std::make_shared<const T>(std::move(fetched));
  absl::MutexLock lock(&mu_);
  value_ = value;
  renew_at_ = RenewAt(value->expires, call.clock.WallNow());
  return value;
}

template <class T>
Result<T> Renewed<T>::Another(const Call& call) {
  ASSIGN_OR_RETURN(const Ptr shared, Get(call));
  return FetchNow(call);
}

template <class T>
void Renewed<T>::Taken(const std::string& service) {
  absl::MutexLock lock(&mu_);
  taken_ = true;
  last_refused_.erase(service);
}

template <class T>
bool Renewed<T>::Refused(const Ptr& value, const std::string& service) {
  absl::MutexLock lock(&mu_);
  Ptr& last = last_refused_[service];
  if (last != nullptr && last != value) return false;
  last = value;
  if (value_ == value) value_ = nullptr;
  return true;
}

template <class T>
std::optional<Error> Renewed<T>::GiveUp(const Error& refusal) {
  absl::MutexLock lock(&mu_);
  if (taken_) return std::nullopt;
  if (!refusal_) refusal_ = Final(BeforeTheRequest(refusal));
  value_ = nullptr;
  return refusal_;
}

template <class T>
Result<T> Renewed<T>::FetchNow(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    if (refusal_) return *refusal_;
  }
  Result<T> fetched = fetch_(call);
  absl::MutexLock lock(&mu_);
  if (fetched.ok()) return fetched;
  Error error = BeforeTheRequest(fetched.error());
  if (!IsRefusal(error) || (value_ != nullptr && error.code != Code::kDenied)) return error;
  refusal_ = Final(std::move(error));
  return *refusal_;
}

}  // namespace ecs::client
