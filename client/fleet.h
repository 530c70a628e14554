// One list serves many reads: sits between the many readers of servers and the cloud (design.md
// section 3).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"
#include "client/ecs.h"
#include "client/server.h"
#include "client/wait.h"

namespace ecs::client {

enum class ReadKind {
  kShared,  // a list may answer: at most 15 s old, and begun after the last Wrote of this server
  kSingle,  // always a GET of this server
};

// What a wait makes of a server that is not there.
enum class Gone {
  kError,  // the wait ends with kNotFound
  kDone,   // the wait ends with a Server that has nothing but its id and the status DELETED
  kWait,   // it does not exist yet: keep looking
};

// The first reads of a run are single GETs. As soon as several are under way or came within the
// last second, one list of all servers, which they wait for together, answers them. A server that
// the list does not have is asked for singly before it is called gone, and so is one in ERROR whose
// fault the list does not tell. If the list fails (it may be forbidden), reads are single again.
//
// What lists may lack: ids of security groups (only names) and the fields that clouds add to the
// single GET only. Use kSingle where they matter.
//
// Safe from any thread, has none of its own: whoever comes first does the work for the others, and
// each keeps to its own deadline and cancel, and an exception that leaves one leaves nobody
// waiting. `ecs` must outlive this.
class Fleet {
 public:
  explicit Fleet(Ecs& ecs) : ecs_(ecs) {}

  Result<Server> Read(const Call& call, const std::string& id, ReadKind kind = ReadKind::kShared);

  // To be called when a call that changes the server has returned, whatever it returned: no list
  // that began before answers for this server any more.
  void Wrote(const std::string& id);

  // Looks until the judge is content. A look of many waiters is one list per interval; of few, a
  // GET. Each look is younger than the one before, and younger than the last Wrote.
  Result<Server> Wait(const Call& call, const std::string& id,
                      const std::function<Verdict(const Server&)>& judge, Pace pace = kServerPace,
                      Gone gone = Gone::kError);
  // The same, but returns nothing at `wake` (WatchUntil of wait.h): for waits that ask something
  // else now and then. Begin again to go on.
  Result<std::optional<Server>> Watch(const Call& call, const std::string& id, TimePoint wake,
                                      const std::function<Verdict(const Server&)>& judge,
                                      Pace pace = kServerPace, Gone gone = Gone::kError);

  // All servers, by time of creation and id: of a list that is at most 15 s old, of the one that is
  // running, or of one that this call takes. Errors are those of the list.
  Result<std::vector<Server>> All(const Call& call);

 private:
  struct Snapshot {
    std::uint64_t began = 0;  // position in the order of events
    TimePoint taken = {};     // when it began
    std::unordered_map<std::string, Server> servers = {};
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

  // One look of a wait. `after` is the event of the look before, and then of this one.
  Result<Server> Look(const Call& call, const std::string& id, std::uint64_t& after,
                      Duration max_age);
  Result<Server> CountedSingle(const Call& call, const std::string& id);
  Result<Server> FromSnapshot(const Call& call, const std::string& id, const Snapshot& snapshot);
  // The latest list if it is fresh, the running one, or one that this thread takes.
  Result<SnapshotPtr> List(const Call& call, Freshness fresh);
  Result<SnapshotPtr> Take(const Call& call, std::uint64_t began);

  bool IsFresh(const Freshness& fresh, TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::uint64_t LastWrite(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool ListPays(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Ecs& ecs_;
  absl::Mutex mu_;
  Signal listed_;                                  // raised when a list has ended, well or not
  std::uint64_t events_ ABSL_GUARDED_BY(mu_) = 0;  // lists, looks and writes, in one order
  std::unordered_map<std::string, std::uint64_t> writes_ ABSL_GUARDED_BY(mu_);
  SnapshotPtr latest_ ABSL_GUARDED_BY(mu_);
  std::uint64_t listing_ ABSL_GUARDED_BY(mu_) = 0;     // when the running list began; 0: none
  Failure failure_ ABSL_GUARDED_BY(mu_);               // of the last list that failed
  std::deque<TimePoint> recent_ ABSL_GUARDED_BY(mu_);  // single reads of the last second
  int singles_ ABSL_GUARDED_BY(mu_) = 0;               // under way
  int waiters_ ABSL_GUARDED_BY(mu_) = 0;               // in Wait
  TimePoint no_list_before_ ABSL_GUARDED_BY(mu_) = TimePoint::min();
};

}  // namespace ecs::client
