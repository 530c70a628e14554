// Operations of the cloud: from a name and its inputs to an interpreted answer.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/call.h"
#include "base/result.h"
#include "client/identity.h"
#include "client/json.h"
#include "client/redactor.h"
#include "client/retry.h"
#include "client/settings.h"
#include "client/transport.h"
#include "client/url.h"

namespace ecs::client {

// Defined once, as a constant beside the call that uses it.
struct Operation {
  std::string_view method = "GET";
  std::string_view service = "ecs";  // iam, ecs, vpc, evs, ims, eip
  std::string_view path = {};        // "/v1/{project_id}/cloudservers/{server_id}"
  Repeat repeat = Repeat::kAlways;

  std::string Name() const;  // "GET /v1/{project_id}/cloudservers/{server_id}"
};

// The object that a call is about. An answer that carries the id of another one (a confused cache
// or proxy) is kUnavailable, and asked for again: what it says must not be believed.
struct Subject {
  std::string_view member = {};  // of the body, which holds the object; empty: the body itself
  std::string_view id_name = "id";
  std::string id = {};
};

struct Input {
  std::map<std::string, std::string> path = {};  // server_id …; project_id is filled in by itself
  Query query = {};
  std::optional<Json> body = {};
  Headers headers = {};
  std::optional<Subject> about = {};
};

// The pace of retries that the settings ask for.
Backoff BackoffFrom(const Settings& settings);

// Safe from any thread. Configuring it costs nothing: threads and logins come with the first call.
class Api {
 public:
  Api(Settings settings, Send transport, Backoff backoff);

  // Sends with retries, authorisation, rate limit and log. Refusals are errors that name the
  // operation. A native path (/v2.1/…) goes to /v2/… where the compute endpoint says so. Errors
  // hold no secret that was configured, sent or received.
  Result<Response> Do(const Call& call, const Operation& operation, const Input& input = {});

  // The project all operations act in.
  Result<std::string> ProjectId(const Call& call);

  // A token for others to use; see Identity.
  Result<Token> IssueToken(const Call& call);

  // The time by the cloud's clock, as the Date header of its latest answer told it; by our own
  // clock before there was one. Answers tell whole seconds.
  WallTime CloudTime(const Call& call) const;

  // A text of the cloud's that people will read, such as a job's reason, without secrets.
  std::string Redact(std::string text) const { return secrets_->Redact(std::move(text)); }

  const Settings& settings() const { return settings_; }

 private:
  const Settings settings_;
  const Backoff backoff_;
  const std::shared_ptr<Redactor> secrets_;
  std::unique_ptr<Identity> identity_;
  Send send_;
  std::atomic<Duration::rep> clock_offset_ = 0;  // of the cloud's clock, ahead of ours
};

}  // namespace ecs::client
