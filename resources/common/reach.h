// Bringing a server to a goal with an action that only some states allow.
#pragma once

#include <functional>
#include <string>

#include "resources/cloud.h"

namespace ecs::resources {

struct Goal {
  std::string in_words;                                // "become ACTIVE"
  std::function<bool(const client::Server&)> reached;  // of a server that has no task
  // Returns the request's id. Sending it twice must do no harm.
  std::function<Result<std::string>(const Call&, const std::string& id)> act;
  bool also_in_error = false;  // whether a server in status ERROR may be acted on
};

// Looks first: a goal that is reached already costs no action, and a task that is under way is
// waited for. An action that the cloud refuses because of the server's state is judged by a fresh
// look (design.md section 4.4): the goal may be reached, or the state may allow it a little later.
// An action whose answer was lost and that shows no effect within ten seconds is sent again, twice
// at most; one that the cloud accepted and then failed, by its action log, is not.
// Ends with the server, with kCloudFailed (also in status ERROR), with the last refusal, or with
// kTimeout or kCancelled.
Result<client::Server> Reach(const Call& call, Cloud& cloud, const std::string& id,
                             const Goal& goal);

// Waits until the server has no task and a status that stays by itself. kCloudFailed in ERROR.
Result<client::Server> WaitUntilSettled(const Call& call, Cloud& cloud, const std::string& id);

// The fault of a server in status ERROR, in words; empty for another status.
std::string FaultText(const client::Server& server);

}  // namespace ecs::resources
