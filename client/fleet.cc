#include "client/fleet.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "client/second_look.h"

namespace ecs::client {
namespace {

// Lists leave the fault of a server out that was never scheduled (real-nova.md 17).
bool LacksFault(const Server& server) { return server.status == "ERROR" && !server.fault; }

}  // namespace

Fleet::Fleet(Ecs& ecs)
    : ecs_(ecs),
      servers_({.one = [&ecs](const Call& call,
                              const std::string& id) { return ecs.GetServer(call, id); },
                .all = [&ecs](const Call& call) { return ecs.ListServers(call); },
                .says_too_little = LacksFault}) {}

Result<Server> Fleet::Confirmed(const Call& call, const std::string& id, Result<Server> seen) {
  return LookAgainIfMissing(call, std::move(seen), [&] { return ecs_.GetServer(call, id); });
}

Result<Server> Fleet::Read(const Call& call, const std::string& id, ReadKind kind) {
  const bool single = kind == ReadKind::kSingle;
  return Confirmed(call, id, single ? ecs_.GetServer(call, id) : servers_.Read(call, id));
}

Result<std::vector<Server>> Fleet::All(const Call& call) {
  ASSIGN_OR_RETURN(std::vector<Server> all, servers_.All(call));
  std::sort(all.begin(), all.end(), [](const Server& a, const Server& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  return all;
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
  std::uint64_t after = servers_.BeginWait();
  const absl::Cleanup end = [this] { servers_.EndWait(); };
  TimePoint last_look = call.clock.Now();
  bool absent = false;
  const std::function<Result<Server>()> look = [&]() -> Result<Server> {
    const TimePoint now = call.clock.Now();
    // Half of the interval: a list that is older would tell too late what happened since.
    Result<Server> seen = servers_.Look(call, id, after, (now - last_look) / 2);
    last_look = now;
    if (gone != Gone::kWait) seen = Confirmed(call, id, std::move(seen));
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

SharedList<Volume> SharedVolumes(Ecs& ecs) {
  return SharedList<Volume>(
      {.one = [&ecs](const Call& call, const std::string& id) { return ecs.GetVolume(call, id); },
       .all = [&ecs](const Call& call) { return ecs.ListVolumes(call); }});
}

SharedList<Port> SharedPorts(Ecs& ecs) {
  return SharedList<Port>(
      {.one = [&ecs](const Call& call, const std::string& id) { return ecs.GetPort(call, id); },
       .all = [&ecs](const Call& call) { return ecs.ListPorts(call); }},
      {.page_size = 2000});
}

SharedList<Flavor> SharedFlavors(Ecs& ecs) {
  const auto all = [&ecs](const Call& call) { return ecs.ListFlavors(call, ""); };
  const auto one = [all](const Call& call, const std::string& id) -> Result<Flavor> {
    ASSIGN_OR_RETURN(const std::vector<Flavor> flavors, all(call));
    for (const Flavor& flavor : flavors) {
      if (flavor.id == id) return flavor;
    }
    return Error{.code = Code::kNotFound,
                 .summary = "Reading the flavor failed",
                 .detail = absl::StrCat("There is no flavor ", id, ".")};
  };
  return SharedList<Flavor>({.one = one, .all = all}, {.many = 0});
}

}  // namespace ecs::client
