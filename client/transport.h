// HTTP requests as values, and how sending them is put together from stages.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/result.h"
#include "client/json.h"

namespace ecs::client {

// Header fields in the order they were added. Names are compared without regard to case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value; "" if there is none.
  const std::string& Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  // Replaces all fields of this name.
  void Set(std::string_view name, std::string value);
  void Add(std::string name, std::string value);

  std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
  std::vector<Field>::const_iterator end() const { return fields_.end(); }
  bool empty() const { return fields_.empty(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Field> fields_;
};

// Whether an operation may be sent again. Said where the operation is defined.
enum class Repeat {
  kAlways,         // doing it twice has the effect of doing it once
  kOnlyIfNotSent,  // only after a failure that surely came before the work was done
};

struct Response;

struct Request {
  std::string method = "GET";
  // Either `url` is complete, or `service` (iam, ecs, ...) and `path` say where, and the stage
  // Locate makes the url of them. A path may hold {project_id}; the rest of it is percent-encoded
  // already.
  std::string service = {};
  std::string path = {};
  std::string url = {};
  Headers headers = {};
  std::string body = {};
  std::string operation = {};  // for people: "GET /v1/{project_id}/jobs/{job_id}"
  Repeat repeat = Repeat::kAlways;
  bool no_proxy = false;  // for what only this machine can reach
  // What Retry-After of the last answer asked for; the Interpret stage sets it.
  std::optional<Duration> retry_after = {};
  // Judges an answer of success; its error makes the call fail. Empty: every answer will do.
  std::function<Status(const Response&)> accept = {};
};

struct Response {
  int status = 0;
  Headers headers = {};
  std::string body = {};
  Json json = {};  // the body, once a stage has read it, and above Interpret; null if there is none
};

// Blocks until there is an answer, the deadline passes, or cancel is set. An answer with any HTTP
// status is a Response here; stages above turn refusals into errors.
using Send = std::function<Result<Response>(const Call&, Request&)>;
using Stage = std::function<Result<Response>(const Call&, Request&, const Send& next)>;

// Calls pass through the stages from first to last, and then through `last`.
Send Chain(std::vector<Stage> stages, Send last);

// The id by which the cloud's operators find a request (errors.md section 1); "" if there is none.
std::string RequestId(const Headers& headers);

}  // namespace ecs::client
