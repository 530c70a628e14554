// What the cloud's error codes mean for us: the table of errors.md sections 3 to 7.
#pragma once

#include <string_view>

#include "base/error.h"

namespace ecs::client {

enum class Retry {
  kNever,      // fix the request, the permission or the resource first
  kRejected,   // refused before execution, repeat anything
  kBusy,       // likewise, but it takes about a minute
  kTransient,  // repeat what may be repeated; LeavesOpen says whether it was executed
  kFewTimes,   // likewise, at most twice: it can also be permanent
};

struct CodeFacts {
  std::string_view code = {};
  Code meaning = Code::kInvalid;
  Retry retry = Retry::kNever;
  std::string_view hint = {};
  bool ran_out = false;  // the time ran out behind the answer: as a 408, whatever the status
};

// The facts of an API code such as "Ecs.0031"; null if it is not in the table. APIG.0301 and
// APIGW.0301 are the same. The pointer lives as long as the process.
const CodeFacts* FindCode(std::string_view code);

// What an HTTP status means when no code is known.
CodeFacts FactsOfStatus(int status);

// Whether an answer with this status leaves open that the work was done. A 4xx refuses, whatever
// its code: a service that could not be asked (Ecs.03xx) is a refusal too; but for 408, which says
// that the request did not come through in time.
bool LeavesOpen(int status);

// Whether the facts above let this error be repeated, and how. Errors without an HTTP status were
// made by the transport.
Retry RetryFor(const Error& error);

}  // namespace ecs::client
