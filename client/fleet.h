// The servers, volumes and ports of a project, read by many at once: one list of each serves many
// reads (shared_list.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/result.h"
#include "client/ecs.h"
#include "client/offers.h"
#include "client/server.h"
#include "client/shared_list.h"
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

// What lists of servers may lack: ids of security groups (only names) and the fields that clouds
// add to the single GET only. Use kSingle where they matter. A server in ERROR whose fault the list
// does not tell is asked for singly.
//
// One "not found" of a cloud may be false: a server is kNotFound only after a second look, a moment
// later, has found nothing either.
//
// Safe from any thread, and an exception that leaves one caller leaves nobody waiting. `ecs` must
// outlive this.
class Fleet {
 public:
  explicit Fleet(Ecs& ecs);

  Result<Server> Read(const Call& call, const std::string& id, ReadKind kind = ReadKind::kShared);

  // To be called when a call that changes the server has returned, whatever it returned: no list
  // that began before answers for this server any more.
  void Wrote(const std::string& id) { servers_.Wrote(id); }

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
  // `seen`, or what a second look says where it is a mere "not found".
  Result<Server> Confirmed(const Call& call, const std::string& id, Result<Server> seen);

  Ecs& ecs_;
  SharedList<Server> servers_;
};

// Reads are shared; Wrote as in Fleet. `ecs` must outlive what is returned.
SharedList<Volume> SharedVolumes(Ecs& ecs);
SharedList<Port> SharedPorts(Ecs& ecs);
// There is no call for one flavor: each read is answered by a list.
SharedList<Flavor> SharedFlavors(Ecs& ecs);

}  // namespace ecs::client
