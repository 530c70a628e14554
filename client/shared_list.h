// One list serves many reads: sits between the many readers of objects of one kind and the cloud
// (design.md section 3).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"

namespace ecs::client {

// When a list pays, and for how long it is believed.
struct Sharing {
  // Below this a list costs more than it saves; each further page of the list raises it by one.
  std::size_t many = 4;
  std::size_t page_size = 1000;
  Duration recent = std::chrono::seconds(1);
  // A plan reads a thousand servers in a few seconds. What changed meanwhile, the next plan shows.
  Duration read_age = std::chrono::seconds(15);
  // How long reads stay single after a list failed: it may be forbidden, or the cloud in trouble.
  Duration pause_after_denied = std::chrono::hours(1);
  Duration pause_after_failure = std::chrono::seconds(10);
};

// The first reads of a run are single calls. As soon as several are under way or came within the
// last second, one list of all objects, which they wait for together, answers them. An object that
// the list does not have is asked for singly before it is called gone, and so is one of which the
// list says too little. If the list fails (it may be forbidden), reads are single again.
//
// T has an `id`. Safe from any thread, has none of its own: the first reader does the work for the
// others, and each keeps to its own deadline and cancel; an exception that leaves one leaves nobody
// waiting.
template <class T>
class SharedList {
 public:
  struct Source {
    std::function<Result<T>(const Call&, const std::string& id)> one = {};
    std::function<Result<std::vector<T>>(const Call&)> all = {};
    // Whether a row of the list says too little about its object. Empty: none does.
    std::function<bool(const T&)> says_too_little = {};
  };

  explicit SharedList(Source source, Sharing sharing = {})
      : source_(std::move(source)), sharing_(sharing) {}

  // From a list that is at most `read_age` old and began after the last Wrote of this object, or by
  // a call of its own.
  Result<T> Read(const Call& call, const std::string& id) {
    Freshness fresh = {.max_age = sharing_.read_age};
    {
      absl::MutexLock lock(&mu_);
      fresh.after = LastWrite(id);
      const TimePoint now = call.clock.Now();
      const bool a_list_answers = IsFresh(fresh, now) || listing_ > fresh.after || ListPays(now);
      if (!a_list_answers) recent_.push_back(now);
      if (!a_list_answers) fresh.max_age = Duration::min();
    }
    if (fresh.max_age == Duration::min()) return CountedSingle(call, id);
    Result<SnapshotPtr> snapshot = List(call, fresh);
    if (snapshot.ok()) return FromSnapshot(call, id, **snapshot);
    if (IsPersonal(snapshot.error())) return snapshot.error();
    return CountedSingle(call, id);
  }

  // All objects, in any order: of a list that is at most `read_age` old, of the one that is
  // running, or of one that this call takes. Errors are those of the list.
  Result<std::vector<T>> All(const Call& call) {
    ASSIGN_OR_RETURN(const SnapshotPtr snapshot, List(call, {.max_age = sharing_.read_age}));
    std::vector<T> all;
    all.reserve(snapshot->objects.size());
    for (const auto& [id, object] : snapshot->objects) all.push_back(object);
    return all;
  }

  // To be called when a call that changes the object has returned, whatever it returned: no list
  // that began before answers for this object any more.
  void Wrote(const std::string& id) {
    absl::MutexLock lock(&mu_);
    writes_[id] = ++events_;
  }

  // Around a wait, which consists of looks: returns the event that the first look comes after.
  std::uint64_t BeginWait() {
    absl::MutexLock lock(&mu_);
    ++waiters_;
    return events_;
  }
  void EndWait() {
    absl::MutexLock lock(&mu_);
    --waiters_;
  }

  // One look of a wait. `after` is the event of the look before, and then of this one: each look is
  // younger than the one before, and younger than the last Wrote.
  Result<T> Look(const Call& call, const std::string& id, std::uint64_t& after, Duration max_age) {
    Freshness fresh = {.max_age = max_age};
    bool single = false;
    {
      absl::MutexLock lock(&mu_);
      fresh.after = std::max(after, LastWrite(id));
      const TimePoint now = call.clock.Now();
      single = !IsFresh(fresh, now) && !ListPays(now);
      if (single) after = ++events_;
    }
    if (single) return source_.one(call, id);
    Result<SnapshotPtr> snapshot = List(call, fresh);
    if (snapshot.ok()) {
      after = (*snapshot)->began;
      return FromSnapshot(call, id, **snapshot);
    }
    if (IsPersonal(snapshot.error())) return snapshot.error();
    return source_.one(call, id);
  }

 private:
  struct Snapshot {
    std::uint64_t began = 0;  // position in the order of events
    TimePoint taken = {};     // when it began
    std::unordered_map<std::string, T> objects = {};
  };
  using SnapshotPtr = std::shared_ptr<const Snapshot>;

  // What a look must be younger than: an event, and an age.
  struct Freshness {
    std::uint64_t after = 0;
    Duration max_age = Duration::max();
  };

  struct Failure {
    std::uint64_t began = 0;
    Error error = {};
  };

  // The failing thread's own business, not the list's.
  static bool IsPersonal(const Error& error) {
    return error.code == Code::kCancelled || error.code == Code::kTimeout;
  }

  Result<T> CountedSingle(const Call& call, const std::string& id) {
    {
      absl::MutexLock lock(&mu_);
      ++singles_;
    }
    const absl::Cleanup end = [this] {
      absl::MutexLock lock(&mu_);
      --singles_;
    };
    return source_.one(call, id);
  }

  Result<T> FromSnapshot(const Call& call, const std::string& id, const Snapshot& snapshot) {
    const auto found = snapshot.objects.find(id);
    if (found == snapshot.objects.end()) return source_.one(call, id);
    if (source_.says_too_little && source_.says_too_little(found->second)) {
      return source_.one(call, id);
    }
    return found->second;
  }

  // The latest list if it is fresh, the running one, or one that this thread takes.
  Result<SnapshotPtr> List(const Call& call, Freshness fresh) {
    std::uint64_t began = 0;
    {
      absl::MutexLock lock(&mu_);
      while (began == 0) {
        if (IsFresh(fresh, call.clock.Now())) return latest_;
        if (listing_ == 0) {
          began = listing_ = ++events_;
          break;
        }
        const std::uint64_t running = listing_;
        RETURN_IF_ERROR(call.clock.AwaitUnder(
            mu_, listed_, call.deadline, call.cancel,
            [this, running]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return listing_ != running; }));
        if (failure_.began == running) return failure_.error;
        // It was slow, but it is the one we waited for.
        const bool began_in_time = running > fresh.after;
        if (began_in_time && latest_ != nullptr && latest_->began >= running) return latest_;
      }
    }
    return Take(call, began);
  }

  Result<SnapshotPtr> Take(const Call& call, std::uint64_t began) {
    // Whoever waits for this list would wait for ever.
    absl::Cleanup crash = [this] {
      absl::MutexLock lock(&mu_);
      listing_ = 0;
      listed_.Raise();
    };
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->began = began;
    snapshot->taken = call.clock.Now();
    Result<std::vector<T>> objects = source_.all(call);
    if (objects.ok()) {
      for (T& object : *objects) {
        std::string id = object.id;
        snapshot->objects.emplace(std::move(id), std::move(object));
      }
    }
    std::optional<Failure> failure;
    if (!objects.ok() && !IsPersonal(objects.error())) failure = Failure{began, objects.error()};
    std::move(crash).Cancel();
    absl::MutexLock lock(&mu_);
    listing_ = 0;
    listed_.Raise();
    if (objects.ok()) {
      latest_ = snapshot;
      return latest_;
    }
    const Error& error = objects.error();
    if (failure) {
      failure_ = *std::move(failure);
      no_list_before_ =
          call.clock.Now() + (error.code == Code::kDenied ? sharing_.pause_after_denied
                                                          : sharing_.pause_after_failure);
    }
    return error;
  }

  bool IsFresh(const Freshness& fresh, TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return latest_ != nullptr && latest_->began > fresh.after &&
           now - latest_->taken <= fresh.max_age;
  }

  std::uint64_t LastWrite(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const auto found = writes_.find(id);
    return found == writes_.end() ? 0 : found->second;
  }

  bool ListPays(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (now < no_list_before_) return false;
    while (!recent_.empty() && now - recent_.front() > sharing_.recent) recent_.pop_front();
    const std::size_t further_pages =
        latest_ == nullptr ? 0 : latest_->objects.size() / sharing_.page_size;
    const std::size_t enough = sharing_.many + further_pages;
    const auto under_way = static_cast<std::size_t>(singles_);
    return under_way >= enough || recent_.size() >= enough ||
           static_cast<std::size_t>(waiters_) >= enough;
  }

  const Source source_;
  const Sharing sharing_;
  absl::Mutex mu_;
  Signal listed_;                                  // raised when a list has ended, well or not
  std::uint64_t events_ ABSL_GUARDED_BY(mu_) = 0;  // lists, looks and writes, in one order
  std::unordered_map<std::string, std::uint64_t> writes_ ABSL_GUARDED_BY(mu_);
  SnapshotPtr latest_ ABSL_GUARDED_BY(mu_);
  std::uint64_t listing_ ABSL_GUARDED_BY(mu_) = 0;     // when the running list began; 0: none
  Failure failure_ ABSL_GUARDED_BY(mu_);               // of the last list that failed
  std::deque<TimePoint> recent_ ABSL_GUARDED_BY(mu_);  // single reads of the last second
  int singles_ ABSL_GUARDED_BY(mu_) = 0;               // under way
  int waiters_ ABSL_GUARDED_BY(mu_) = 0;
  TimePoint no_list_before_ ABSL_GUARDED_BY(mu_) = TimePoint::min();
};

}  // namespace ecs::client
