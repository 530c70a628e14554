#include "client/fleet.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/cleanup/cleanup.h"

namespace ecs::client {
namespace {

// Below this a list costs more than it saves; each further page of the list raises it by one.
constexpr std::size_t kMany = 4;
constexpr std::size_t kPageSize = 1000;
constexpr Duration kRecent = std::chrono::seconds(1);
// A plan reads a thousand servers in a few seconds. What changed meanwhile, the next plan shows.
constexpr Duration kReadAge = std::chrono::seconds(15);
// How long reads stay single after a list failed: it may be forbidden, or the cloud in trouble.
constexpr Duration kPauseAfterDenied = std::chrono::hours(1);
constexpr Duration kPauseAfterFailure = std::chrono::seconds(10);

// The failing thread's own business, not the list's.
bool IsPersonal(const Error& error) {
  return error.code == Code::kCancelled || error.code == Code::kTimeout;
}

}  // namespace

void Fleet::Wrote(const std::string& id) {
  absl::MutexLock lock(&mu_);
  writes_[id] = ++events_;
}

std::uint64_t Fleet::LastWrite(const std::string& id) {
  const auto found = writes_.find(id);
  return found == writes_.end() ? 0 : found->second;
}

bool Fleet::IsFresh(const Freshness& fresh, TimePoint now) {
  return latest_ != nullptr && latest_->began > fresh.after &&
         now - latest_->taken <= fresh.max_age;
}

bool Fleet::ListPays(TimePoint now) {
  if (now < no_list_before_) return false;
  while (!recent_.empty() && now - recent_.front() > kRecent) recent_.pop_front();
  const std::size_t further_pages = latest_ == nullptr ? 0 : latest_->servers.size() / kPageSize;
  const std::size_t enough = kMany + further_pages;
  const auto under_way = static_cast<std::size_t>(singles_);
  return under_way >= enough || recent_.size() >= enough ||
         static_cast<std::size_t>(waiters_) >= enough;
}

Result<Server> Fleet::Read(const Call& call, const std::string& id, ReadKind kind) {
  if (kind == ReadKind::kSingle) return ecs_.GetServer(call, id);
  Freshness fresh = {.max_age = kReadAge};
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

Result<Server> Fleet::CountedSingle(const Call& call, const std::string& id) {
  {
    absl::MutexLock lock(&mu_);
    ++singles_;
  }
  const absl::Cleanup end = [this] {
    absl::MutexLock lock(&mu_);
    --singles_;
  };
  return ecs_.GetServer(call, id);
}

Result<Server> Fleet::FromSnapshot(const Call& call, const std::string& id,
                                   const Snapshot& snapshot) {
  const auto found = snapshot.servers.find(id);
  if (found == snapshot.servers.end()) return ecs_.GetServer(call, id);
  // Lists leave the fault of a server out that was never scheduled (real-nova.md 17).
  const bool lacks_fault = found->second.status == "ERROR" && !found->second.fault;
  return lacks_fault ? ecs_.GetServer(call, id) : found->second;
}

Result<Fleet::SnapshotPtr> Fleet::List(const Call& call, Freshness fresh) {
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

Result<Fleet::SnapshotPtr> Fleet::Take(const Call& call, std::uint64_t began) {
  // Whoever waits for this list would wait for ever.
  absl::Cleanup crash = [this] {
    absl::MutexLock lock(&mu_);
    listing_ = 0;
    listed_.Raise();
  };
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->began = began;
  snapshot->taken = call.clock.Now();
  Result<std::vector<Server>> servers = ecs_.ListServers(call);
  if (servers.ok()) {
    for (Server& server : *servers) {
      std::string id = server.id;
      snapshot->servers.emplace(std::move(id), std::move(server));
    }
  }
  std::optional<Failure> failure;
  if (!servers.ok() && !IsPersonal(servers.error())) failure = Failure{began, servers.error()};
  std::move(crash).Cancel();
  absl::MutexLock lock(&mu_);
  listing_ = 0;
  listed_.Raise();
  if (servers.ok()) {
    latest_ = snapshot;
    return latest_;
  }
  const Error& error = servers.error();
  if (failure) {
    failure_ = *std::move(failure);
    no_list_before_ =
        call.clock.Now() + (error.code == Code::kDenied ? kPauseAfterDenied : kPauseAfterFailure);
  }
  return error;
}

Result<std::vector<Server>> Fleet::All(const Call& call) {
  ASSIGN_OR_RETURN(const SnapshotPtr snapshot, List(call, {.max_age = kReadAge}));
  std::vector<Server> all;
  all.reserve(snapshot->servers.size());
  for (const auto& [id, server] : snapshot->servers) all.push_back(server);
  std::sort(all.begin(), all.end(), [](const Server& a, const Server& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  return all;
}

Result<Server> Fleet::Look(const Call& call, const std::string& id, std::uint64_t& after,
                           Duration max_age) {
  Freshness fresh = {.max_age = max_age};
  bool single = false;
  {
    absl::MutexLock lock(&mu_);
    fresh.after = std::max(after, LastWrite(id));
    const TimePoint now = call.clock.Now();
    single = !IsFresh(fresh, now) && !ListPays(now);
    if (single) after = ++events_;
  }
  if (single) return ecs_.GetServer(call, id);
  Result<SnapshotPtr> snapshot = List(call, fresh);
  if (snapshot.ok()) {
    after = (*snapshot)->began;
    return FromSnapshot(call, id, **snapshot);
  }
  if (IsPersonal(snapshot.error())) return snapshot.error();
  return ecs_.GetServer(call, id);
}

Result<Server> Fleet::Wait(const Call& call, const std::string& id,
                           const std::function<Verdict(const Server&)>& judge, Pace pace,
                           Gone gone) {
  ASSIGN_OR_RETURN(std::optional<Server> seen,
                   Watch(call, id, TimePoint::max(), judge, pace, gone));
  return *std::move(seen);
}

Result<std::optional<Server>> Fleet::Watch(const Call& call, const std::string& id, TimePoint wake,
                                           const std::function<Verdict(const Server&)>& judge,
                                           Pace pace, Gone gone) {
  std::uint64_t after = 0;
  {
    absl::MutexLock lock(&mu_);
    ++waiters_;
    after = events_;
  }
  const absl::Cleanup end = [this] {
    absl::MutexLock lock(&mu_);
    --waiters_;
  };
  TimePoint last_look = call.clock.Now();
  bool absent = false;
  const std::function<Result<Server>()> look = [&]() -> Result<Server> {
    const TimePoint now = call.clock.Now();
    // Half of the interval: a list that is older would tell too late what happened since.
    Result<Server> seen = Look(call, id, after, (now - last_look) / 2);
    last_look = now;
    absent = !seen.ok() && seen.error().code == Code::kNotFound && gone != Gone::kError;
    if (absent) return Server{.id = id, .status = "DELETED"};
    return seen;
  };
  const std::function<Verdict(const Server&)> decide = [&](const Server& server) {
    if (!absent) return judge(server);
    return gone == Gone::kDone ? Verdict::Done() : Verdict::Wait();
  };
  const std::function<std::string(const Server&)> describe = [&](const Server& server) {
    return absent ? "no such server" : Describe(server);
  };
  return WatchUntil<Server>(call, wake, pace, look, decide, describe);
}

}  // namespace ecs::client
