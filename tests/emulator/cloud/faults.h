// Faults that are planned per operation, consumed one by one, and known to have been seen or not.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tests/emulator/http/http.h"

namespace emulator {

enum class FaultKind {
  // Of the exchange: the operation is not executed.
  kRefuse,       // an error answer: status, code, message
  kReset,        // the connection breaks
  kThrottle,     // 429, with Retry-After if `retry_after` is given
  kUnavailable,  // 503 (or `status`) without a usable body
  kHtml,         // a proxy's error page: 502 (or `status`) with HTML
  // Of the exchange: the operation is executed, its answer is spoiled.
  kLost,       // the connection breaks before the answer
  kSlow,       // the answer comes `delay` later
  kMalformed,  // the body is no JSON
  kTruncated,  // half of the body comes
  kWithout,    // the body lacks `member`
  // Of the outcome: the answer is the usual one, the work ends otherwise.
  kFail,   // it fails and leaves things as they were: job FAIL, resize rolled back
  kError,  // it fails and leaves the server in ERROR
  kStuck,  // it never ends
};

struct Fault {
  int id = 0;
  std::string operation = {};  // "CreateServers", "ecs.CreateServers", "nova.*" or "*"
  FaultKind kind = FaultKind::kRefuse;
  int count = 1;  // how often; -1: always
  int skip = 0;   // this many matching requests pass first
  int seen = 0;   // how often it happened
  int status = 0;
  std::string code = {};
  std::string message = {};
  ecs::Duration delay = std::chrono::seconds(1);
  std::optional<int> retry_after = {};
  std::string member = {};  // of kWithout: a member of the answer's top level
  std::string server = {};  // only for this server, by id or name; empty: for all
};

// OPERATION:KIND[:COUNT][:NAME=VALUE]… with KIND refuse, reset, throttle, unavailable, html, lost,
// slow, malformed, truncated, without, fail (also: rollback), error, stuck; COUNT a number or
// "always"; NAME status, code, message, delay, retry_after, member, server, skip. Error kInvalid
// otherwise.
ecs::Result<Fault> ParseFault(std::string_view text);
// The same as an object: {"operation", "kind", "count"?, "status"?, …}.
ecs::Result<Fault> FaultFromJson(const Json& json);
Json FaultToJson(const Fault& fault);
std::string_view FaultKindName(FaultKind kind);

// Not safe from several threads: the Emulator's lock guards it.
class Faults {
 public:
  // Returns the fault's id.
  int Add(Fault fault);
  void Clear() { faults_.clear(); }
  bool Remove(int id);

  // The first fault planned for this operation ("ecs.CreateServers"), which counts it as seen.
  // `server_id` and `server_name` may be empty.
  std::optional<Fault> TakeExchange(std::string_view operation, std::string_view server_id,
                                    std::string_view server_name);
  std::optional<Fault> TakeOutcome(std::string_view operation, std::string_view server_id,
                                   std::string_view server_name);

  const std::list<Fault>& all() const { return faults_; }
  // Faults that did not happen as often as planned. Those with count "always" need one time.
  std::vector<Fault> NotSeen() const;

 private:
  std::optional<Fault> Take(bool outcome, std::string_view operation, std::string_view server_id,
                            std::string_view server_name);

  std::list<Fault> faults_;
  int next_id_ = 1;
};

}  // namespace emulator
