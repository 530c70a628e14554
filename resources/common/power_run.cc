#include "resources/common/power_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "resources/common/reach.h"

namespace ecs::resources {
namespace {

// From here on one list costs less than a call for each.
constexpr std::size_t kListFrom = 4;

const char* GoalStatus(Power power) { return power == Power::kStop ? "SHUTOFF" : "ACTIVE"; }

// In one line: it stands in a list of servers.
std::string Sentence(const Error& error) {
  std::string text = error.summary;
  if (!error.detail.empty()) absl::StrAppend(&text, text.empty() ? "" : ": ", error.detail);
  if (!error.api) return text;
  const ApiFault& api = *error.api;
  if (!absl::StrContains(text, api.message)) absl::StrAppend(&text, " ", api.message);
  std::string facts;
  if (api.http_status != 0) absl::StrAppend(&facts, "HTTP ", api.http_status);
  if (!api.code.empty()) absl::StrAppend(&facts, facts.empty() ? "" : ", ", api.code);
  if (!api.request_id.empty()) {
    absl::StrAppend(&facts, facts.empty() ? "" : ", ", "request ", api.request_id);
  }
  if (!facts.empty()) absl::StrAppend(&text, " (", facts, ")");
  return text;
}

}  // namespace

const char* Participle(Power power) {
  if (power == Power::kRestart) return "restarted";
  return power == Power::kStart ? "started" : "stopped";
}

Result<PowerOutcome> PowerRun::Run() {
  ASSIGN_OR_RETURN(const Ids ids, NotThereYet());
  if (ids.size() == 1) {
    RETURN_IF_ERROR(One(ids[0]));
    return std::move(outcome_);
  }
  for (std::size_t first = 0; first < ids.size(); first += order_.batch_size) {
    const std::size_t last = std::min(first + order_.batch_size, ids.size());
    RETURN_IF_ERROR(
        Batch({ids.begin() + std::ptrdiff_t(first), ids.begin() + std::ptrdiff_t(last)}));
  }
  return std::move(outcome_);
}

bool PowerRun::IsThere(const client::Server& server) const {
  return server.status == GoalStatus(order_.power) && server.task_state.empty();
}

Result<PowerRun::Servers> PowerRun::Look(const Ids& ids) {
  Servers found;
  std::set<std::string> missing(ids.begin(), ids.end());
  if (ids.size() >= kListFrom) {
    ASSIGN_OR_RETURN(std::vector<client::Server> listed, cloud_.ecs.ListServers(call_));
    for (client::Server& server : listed) {
      if (missing.erase(server.id) > 0) found.emplace(server.id, std::move(server));
    }
  }
  for (const std::string& id : missing) {
    // What the list lacks, or one look does not find, may be there all the same.
    Result<client::Server> server = cloud_.fleet.Read(call_, id, client::ReadKind::kSingle);
    if (!server.ok() && server.error().code == Code::kNotFound) continue;
    if (!server.ok()) return server.error();
    found.emplace(id, *std::move(server));
  }
  return found;
}

// Starting and stopping are goals: what has reached them already needs no call.
Result<PowerRun::Ids> PowerRun::NotThereYet() {
  if (order_.power == Power::kRestart) return order_.ids;
  ASSIGN_OR_RETURN(const Servers found, Look(order_.ids));
  Ids ids;
  for (const std::string& id : order_.ids) {
    const auto server = found.find(id);
    if (server != found.end() && IsThere(server->second)) {
      ++reached_;
    } else {
      ids.push_back(id);
    }
  }
  Report();
  return ids;
}

Status PowerRun::Wait(Ids waiting) {
  const client::Pace& pace = client::kServerPace;
  std::map<std::string, std::string> last_seen;
  std::optional<Error> trouble;
  const auto out_of_time = [&] {
    for (const std::string& id : waiting) {
      Fail(id, client::TimedOut(last_seen[id], trouble)
                   .While(absl::StrCat("It was not ", GoalStatus(order_.power))));
    }
    out_of_time_ = true;
    return Ok{};
  };
  for (Duration pause = pace.first; !waiting.empty(); pause = pace.After(pause)) {
    const TimePoint next = call_.clock.Now() + pause;
    if (next > call_.deadline) return out_of_time();
    RETURN_IF_ERROR(call_.clock.SleepUntil(next, call_.cancel));
    const Result<Servers> found = Look(waiting);
    if (!found.ok()) {
      const Code code = found.error().code;
      if (code != Code::kTimeout && code != Code::kUnavailable) return found.error();
      trouble = found.error();
      if (code == Code::kTimeout) return out_of_time();
      continue;
    }
    trouble.reset();
    for (const auto& [id, server] : *found) last_seen[id] = client::Describe(server);
    const std::size_t before = waiting.size();
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                                 [&](const std::string& id) { return Ended(id, *found); }),
                  waiting.end());
    if (waiting.size() < before) Report();
  }
  return Ok{};
}

bool PowerRun::Ended(const std::string& id, const Servers& found) {
  const auto server = found.find(id);
  if (server == found.end()) {
    Fail(id, "The cloud does not know it.");
    return true;
  }
  if (server->second.status == "ERROR" && server->second.task_state.empty()) {
    Fail(id, absl::StrCat("It is in status ERROR. ", FaultText(server->second)));
    return true;
  }
  if (!IsThere(server->second)) return false;
  ++reached_;
  return true;
}

// The batches before these servers took all the time.
Status PowerRun::NotBegun(const Ids& ids) {
  for (const std::string& id : ids) Fail(id, "The time ran out before its turn came.");
  return Ok{};
}

void PowerRun::Fail(const std::string& id, const Error& error) { Fail(id, Sentence(error)); }

void PowerRun::Fail(const std::string& id, std::string reason) {
  outcome_.failures.push_back({.server_id = id, .reason = std::move(reason)});
}

std::string PowerRun::NotExecuted(const Error& lost) const {
  return absl::StrCat(
      "The cloud did not execute the order: no usable answer came, and the "
      "server shows no trace of it. ",
      Sentence(lost));
}

std::string PowerRun::NotKnown(const Error& lost) const {
  return absl::StrCat("It is not known whether it was ", Participle(order_.power),
                      ": no usable answer came, and neither the server nor its action log tells. ",
                      Sentence(lost));
}

std::string PowerRun::FailedLater() const {
  return "The cloud began the order and failed it, as the server's action log says "
         "(os-instance-actions).";
}

void PowerRun::Report(std::size_t reached) {
  if (reached == reported_) return;
  reported_ = reached;
  progress_(
      absl::StrCat(reached, " of ", order_.ids.size(), " servers are ", GoalStatus(order_.power)));
}

}  // namespace ecs::resources
