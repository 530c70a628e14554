// What went wrong, as a value: what we tried, what came back, where, and what to do next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/path.h"

namespace ecs {

enum class Code {
  kBug,          // ours: please report
  kInvalid,      // the configuration, state or environment is wrong
  kNotFound,     // the object does not exist (any more)
  kConflict,     // the object is in the wrong state, busy or locked
  kDenied,       // credentials or permissions
  kExhausted,    // quota, capacity, stock
  kUnavailable,  // unreachable or failing service; transient by nature
  kTimeout,      // the deadline passed
  kCancelled,    // Terraform asked us to stop
  kCloudFailed,  // the cloud accepted the work and then failed it
};

// How the cloud said no. All fields may be empty: proxies answer with nothing.
struct ApiFault {
  int http_status = 0;       // 0: no answer came
  std::string code = {};     // "Ecs.0031", "itemNotFound"
  std::string message = {};  // as the cloud phrased it
  std::string request_id = {};
  std::string operation = {};  // "POST /v1/{project_id}/cloudservers"
  std::string job_id = {};
  bool operator==(const ApiFault&) const = default;
};

struct Error {
  Code code = Code::kBug;
  std::string summary = {};  // what we tried: "Creating the server failed"
  std::string detail = {};   // what came back, in sentences
  Path path = {};            // where in the configuration; empty: the whole resource
  std::optional<ApiFault> api = {};
  std::string hint = {};  // what to do next
  // The request may have been executed although no (whole) answer came. Only a client sets this.
  bool maybe_executed = false;

  // detail, then the API's code, message, operation, request id and job id, then the hint: the text
  // under the summary at the terminal. Never holds a secret.
  std::string Text() const;

  Error At(Path where) const;              // the same with a path, if it has none yet
  Error While(std::string summary) const;  // the same with another summary: what we tried
  Error Hint(std::string next) const;      // the same with a hint, if it has none yet
  bool operator==(const Error&) const = default;
};

// An error that is ours. Says so, and where to report it.
Error Bug(std::string detail);

}  // namespace ecs
