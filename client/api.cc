#include "client/api.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/fault.h"
#include "client/json.h"
#include "client/rate_limit.h"
#include "client/text.h"
#include "client/wire_log.h"

namespace ecs::client {
namespace {

constexpr char kUserAgent[] = "terraform-provider-ecs";

// Without Accept, Nova answers an unknown route with HTML (real-nova.md 13).
Stage Introduce(std::string user_agent) {
  if (user_agent.empty()) user_agent = kUserAgent;
  return [user_agent](const Call& call, Request& request, const Send& next) {
    request.headers.Set("Accept", "application/json");
    request.headers.Set("User-Agent", user_agent);
    return next(call, request);
  };
}

// Clouds compare ids without regard to case, so the answer may spell the id otherwise.
std::function<Status(const Response&)> Accepts(const Operation& operation, const Subject& about) {
  return [name = operation.Name(), about](const Response& response) -> Status {
    const Json& object = about.member.empty() ? response.json : Member(response.json, about.member);
    const std::string found = Text(object, about.id_name);
    if (found.empty() || absl::EqualsIgnoreCase(found, about.id)) return Ok{};
    return Error{.code = Code::kUnavailable,
                 .summary = absl::StrCat(name, " failed"),
                 .detail = absl::StrCat("The cloud was asked about ", about.id,
                                        " and answered with ", found, "."),
                 .api = ApiFault{.http_status = response.status,
                                 .request_id = RequestId(response.headers),
                                 .operation = name},
                 .hint = "Check for a proxy or cache between here and the cloud."};
  };
}

}  // namespace

std::string Operation::Name() const { return absl::StrCat(View(method), " ", View(path)); }

Backoff BackoffFrom(const Settings& settings) {
  return {.max_retries = settings.max_retries.value_or(kDefaultMaxRetries)};
}

Api::Api(Settings settings, Send transport, Backoff backoff)
    : settings_(std::move(settings)),
      backoff_(std::move(backoff)),
      secrets_(std::make_shared<Redactor>(settings_)) {
  const Stage limit = RateLimit(settings_.requests_per_second.value_or(0));
  const Stage introduce = Introduce(settings_.user_agent);
  const Stage log = LogWire(secrets_);
  identity_ = std::make_unique<Identity>(settings_, Chain({introduce, limit, log}, transport));
  send_ = Chain({Retrying(backoff_), Interpret(), introduce, identity_->Locate(), limit,
                 identity_->Authorize(), log},
                transport);
}

Result<Response> Api::Do(const Call& call, const Operation& operation, const Input& input) {
  Request request = {.method = std::string(operation.method),
                     .service = std::string(operation.service),
                     .path = FillPath(operation.path, input.path) + QueryText(input.query),
                     .headers = input.headers,
                     .operation = operation.Name(),
                     .repeat = operation.repeat};
  if (input.body) {
    request.headers.Set("Content-Type", "application/json");
    // What is not UTF-8 is replaced: the cloud reads nothing else.
    request.body = Compact(*input.body);
  }
  if (input.about) request.accept = Accepts(operation, *input.about);
  Result<Response> response = send_(call, request);
  if (response.ok() && response->headers.Has("Date")) {
    clock_offset_ = ClockOffset(response->headers, call.clock.WallNow()).count();
  }
  if (!response.ok()) return secrets_->Redact(response.error());
  return response;
}

WallTime Api::CloudTime(const Call& call) const {
  return call.clock.WallNow() + Duration(clock_offset_);
}

Result<Token> Api::IssueToken(const Call& call) {
  Token token;
  const Status issued =
      RetryLoop(call, backoff_, Repeat::kAlways, [&](std::optional<Duration>&) -> Status {
        ASSIGN_OR_RETURN(token, identity_->IssueToken(call));
        return Ok{};
      });
  if (!issued.ok()) return secrets_->Redact(issued.error());
  return token;
}

Result<std::string> Api::ProjectId(const Call& call) {
  std::string project;
  const Status found =
      RetryLoop(call, backoff_, Repeat::kAlways, [&](std::optional<Duration>&) -> Status {
        ASSIGN_OR_RETURN(project, identity_->ProjectId(call));
        return Ok{};
      });
  if (!found.ok()) return secrets_->Redact(found.error());
  return project;
}

}  // namespace ecs::client
