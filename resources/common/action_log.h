// What became of an order for a server, by the cloud's log of its actions (os-instance-actions,
// nova-v2.1.md section 13): the only witness when the answer to the order was lost.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include "resources/cloud.h"

namespace ecs::resources {

// How long an order whose answer was lost may take to appear (states.md section 5).
inline constexpr Duration kShowsWithin = std::chrono::seconds(10);

enum class Fate {
  kUnknown,  // the log cannot be read, or its entries cannot be told apart
  kAbsent,   // the log has no entry of the order: it was not executed
  kBegun,    // the cloud carries it out, or has done so
  kFailed,   // the cloud began it and failed it
};

// Tells the log's entry of one order from the entries that were there before.
class ActionLog {
 public:
  // Asks for the log before the order is sent: exact. `action` is the log's word, such as "reboot".
  static ActionLog Before(const Call& call, Cloud& cloud, const std::string& id,
                          std::string action);
  // Costs no request: an entry belongs to the order if it is younger than the last change of
  // `server`, which was read before the order. Within the same second the fate stays kUnknown.
  static ActionLog Since(const client::Server& server, std::string action);

  // One look. `request_id` is the one that the order's answer named; empty where none came.
  Fate Look(const Call& call, Cloud& cloud, const std::string& request_id = "") const;
  // Looks until the entry is there, at most kShowsWithin. kUnknown if the deadline comes first. The
  // only error is kCancelled.
  Result<Fate> Await(const Call& call, Cloud& cloud) const;

 private:
  enum class Age { kOld, kNew, kEither };
  ActionLog(std::string id, std::string action) : id_(std::move(id)), action_(std::move(action)) {}
  Age AgeOf(const client::InstanceAction& entry) const;

  std::string id_;
  std::string action_;
  bool knows_ids_ = false;
  std::set<std::string> ids_before_ = {};
  std::string changed_ = {};  // "2024-05-01T08:30:44"; empty: not known
};

}  // namespace ecs::resources
