// What the cloud's error codes mean for us: the table of errors.md sections 3 to 7.
#pragma once

#include <string_view>

#include "base/error.h"

namespace ecs::client {

enum class Retry {
  kNever,      // fix the request, the permission or the resource first
  kRejected,   // refused before execution, repeat anything
  kBusy,       // likewise, but it takes about a minute
  kTransient,  // may have been executed; repeat what may be repeated
  kFewTimes,   // likewise, at most twice: it can also be permanent
};

struct CodeFacts {
  std::string_view code = {};
  Code meaning = Code::kInvalid;
  Retry retry = Retry::kNever;
  std::string_view hint = {};
};

// The facts of an API code such as "Ecs.0031"; null if it is not in the table. APIG.0301 and
// APIGW.0301 are the same. The pointer lives as long as the process.
const CodeFacts* FindCode(std::string_view code);

// What an HTTP status means when no code is known.
CodeFacts FactsOfStatus(int status);

// Whether the facts above let this error be repeated, and how. Errors without an HTTP status were
// made by the transport.
Retry RetryFor(const Error& error);

}  // namespace ecs::client
