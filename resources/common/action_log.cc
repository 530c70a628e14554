#include "resources/common/action_log.h"

#include <utility>
#include <vector>

namespace ecs::resources {
namespace {

using client::InstanceAction;

// "2024-05-01T08:30:44.197749" and "2024-05-01T08:30:44Z" alike: the least that both tell.
constexpr std::size_t kToTheSecond = 19;

std::string ToTheSecond(const std::string& time) {
  return time.size() < kToTheSecond ? "" : time.substr(0, kToTheSecond);
}

Fate FateOf(const InstanceAction& entry) {
  return entry.message == "Error" ? Fate::kFailed : Fate::kBegun;
}

}  // namespace

ActionLog ActionLog::Before(const Call& call, Cloud& cloud, const std::string& id,
                            std::string action) {
  ActionLog log(id, std::move(action));
  const Result<std::vector<InstanceAction>> entries = cloud.ecs.InstanceActions(call, id);
  log.knows_ids_ = entries.ok();
  if (!entries.ok()) return log;
  for (const InstanceAction& entry : *entries) log.ids_before_.insert(entry.request_id);
  return log;
}

ActionLog ActionLog::Since(const client::Server& server, std::string action) {
  ActionLog log(server.id, std::move(action));
  log.changed_ = ToTheSecond(server.updated);
  return log;
}

ActionLog::Age ActionLog::AgeOf(const InstanceAction& entry) const {
  if (knows_ids_) return ids_before_.count(entry.request_id) > 0 ? Age::kOld : Age::kNew;
  const std::string started = ToTheSecond(entry.start_time);
  if (started.empty() || changed_.empty() || started == changed_) return Age::kEither;
  return started > changed_ ? Age::kNew : Age::kOld;
}

Fate ActionLog::Look(const Call& call, Cloud& cloud, const std::string& request_id) const {
  const Result<std::vector<InstanceAction>> entries = cloud.ecs.InstanceActions(call, id_);
  if (!entries.ok()) return Fate::kUnknown;
  for (const InstanceAction& entry : *entries) {
    if (!request_id.empty() && entry.request_id == request_id) return FateOf(entry);
  }
  // A gateway's own id of the request is not the log's.
  bool undecided = false;
  for (const InstanceAction& entry : *entries) {
    if (entry.action != action_) continue;
    const Age age = AgeOf(entry);
    if (age == Age::kNew) return FateOf(entry);
    undecided = undecided || age == Age::kEither;
  }
  return undecided ? Fate::kUnknown : Fate::kAbsent;
}

Result<Fate> ActionLog::Await(const Call& call, Cloud& cloud) const {
  const TimePoint until = call.clock.Now() + kShowsWithin;
  for (Duration pause = client::kJobPace.first;; pause = client::kJobPace.After(pause)) {
    const Fate fate = Look(call, cloud);
    if (fate != Fate::kAbsent) return fate;
    const TimePoint next = call.clock.Now() + pause;
    if (next > until) return fate;
    if (next > call.deadline) return Fate::kUnknown;
    RETURN_IF_ERROR(call.clock.SleepUntil(next, call.cancel));
  }
}

}  // namespace ecs::resources
