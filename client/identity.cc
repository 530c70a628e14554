#include "client/identity.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/fault.h"
#include "client/settings_rows.h"
#include "client/url.h"

namespace ecs::client {
namespace {

// The gateway allows 15 minutes (auth.md section 4.1); below a minute the clocks agree.
constexpr Duration kClocksAgree = std::chrono::minutes(1);
// A century: a clock that starts at 1970 is mended, and no sum leaves the range of Duration.
constexpr absl::Duration kOffsetMax = absl::Hours(100 * 366 * 24);

// The gateway answers keys that have ended with 400 (auth.md section 3.2).
bool RefusesKeys(const Response& response) {
  if (response.status != 400) return response.status == 401;
  const Json body =
      response.json.is_null() ? ParseJson(response.body).value_or(nullptr) : response.json;
  return MeaningOf(FaultIn(body).code, response.status) == Code::kDenied;
}

}  // namespace

Duration ClockOffset(const Headers& headers, WallTime now) {
  absl::Time theirs;
  std::string ignored;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", headers.Get("Date"), &theirs, &ignored)) {
    return Duration::zero();
  }
  const absl::Duration offset = theirs - absl::FromChrono(now);
  return absl::ToChronoNanoseconds(std::clamp(offset, -kOffsetMax, kOffsetMax));
}

Identity::Identity(Settings settings, Send send)
    : settings_(std::move(settings)),
      own_keys_(OwnKeys(settings_, send)),
      agency_keys_(KeysOfAgency(settings_, Chain({Interpret(), SignWith(own_keys_)}, send))),
      sign_(SignWith(settings_.agency_name.empty() ? own_keys_ : agency_keys_)),
      signed_iam_(Chain({Interpret(), sign_}, send)),
      tokens_(LoginFrom(settings_, Chain({Interpret()}, send))),
      projects_([this](const Call& call) { return FindProject(call); }),
      services_([this](const Call& call) { return ListServices(call); }) {}

Result<std::string> Identity::ProjectId(const Call& call) {
  if (!settings_.project_id.empty()) return settings_.project_id;
  if (!SignsRequests(settings_)) {
    ASSIGN_OR_RETURN(const TokenPtr token, tokens_.Get(call));
    if (!token->project_id.empty()) return token->project_id;
    return Error{
        .code = Code::kInvalid,
        .summary = "The token belongs to no project",
        .path = Path("project_id"),
        .hint = absl::StrCat("Set ", WithVariable("project_id"), ", ", WithVariable("project_name"),
                             " or ", WithVariable("region"), ".")};
  }
  ASSIGN_OR_RETURN(const auto project, projects_.Get(call));
  return project->id;
}

Result<Project> Identity::FindProject(const Call& call) {
  const std::string name =
      settings_.project_name.empty() ? RegionOf(settings_) : settings_.project_name;
  Request request = {
      .url = absl::StrCat(IamBase(settings_), "/v3/projects", QueryText({{"name", name}})),
      .headers = {{"Content-Type", "application/json"}},
      .operation = "GET /v3/projects"};
  ASSIGN_OR_RETURN(const Response response, signed_iam_(call, request));
  const Json& projects = Items(response.json, "projects");
  if (projects.size() != 1) {
    return Error{.code = Code::kInvalid,
                 .summary = "The project is not clear",
                 .detail = absl::StrCat("The access key can enter ", projects.size(),
                                        " projects named \"", name, "\"."),
                 .path = Path("project_id"),
                 .api = ApiFault{.http_status = response.status,
                                 .request_id = RequestId(response.headers),
                                 .operation = request.operation},
                 .hint = absl::StrCat("Check ", WithVariable("region"), " and ",
                                      WithVariable("project_name"), ", or set ",
                                      WithVariable("project_id"), ".")};
  }
  return Project{.id = Text(projects.front(), "id")};
}

Result<ListedServices> Identity::ListServices(const Call& call) {
  ASSIGN_OR_RETURN(const std::string project, ProjectId(call));
  Request request = {.url = IamBase(settings_) + "/v3/auth/catalog",
                     .headers = {{"Content-Type", "application/json"}, {"X-Project-Id", project}},
                     .operation = "GET /v3/auth/catalog"};
  ASSIGN_OR_RETURN(const Response response, signed_iam_(call, request));
  return ListedServices{.catalogue = ParseCatalogue(Member(response.json, "catalog"))};
}

Result<Endpoint> Identity::Find(const Call& call, const std::string& service, bool native) {
  if (const auto chosen = FindEndpoint(settings_, {}, service, native)) return *chosen;
  if (SignsRequests(settings_)) {
    // Keys bring no catalogue along: asking for one is the last resort.
    if (const auto usual = TemplateEndpoint(settings_, service)) return *usual;
    if (IamBase(settings_).empty()) return NoEndpoint(settings_, {}, service);
    ASSIGN_OR_RETURN(const auto listed, services_.Get(call));
    return ListedEndpoint(settings_, listed->catalogue, service, native);
  }
  ASSIGN_OR_RETURN(const TokenPtr token, tokens_.Get(call));
  return ListedEndpoint(settings_, token->catalogue, service, native);
}

Result<Token> Identity::IssueToken(const Call& call) {
  if (SignsRequests(settings_)) {
    return Error{.code = Code::kInvalid,
                 .summary = "No token can be issued",
                 .detail =
                     "The provider signs in with keys, and IAM issues tokens for "
                     "passwords alone.",
                 .hint = "Use a provider configuration with user_name and password."};
  }
  return tokens_.Another(call);
}

Stage Identity::Locate() {
  return [this](const Call& call, Request& request, const Send& next) -> Result<Response> {
    if (request.url.empty()) {
      const bool native = request.path.starts_with("/v2.1/");
      ASSIGN_OR_RETURN(const Endpoint endpoint, Find(call, request.service, native));
      std::string project;
      if (request.path.find("{project_id}") != std::string::npos) {
        ASSIGN_OR_RETURN(project, ProjectId(call));
      }
      request.url = Address(endpoint, request.path, project);
    }
    return next(call, request);
  };
}

Stage Identity::Authorize() {
  return [this](const Call& call, Request& request, const Send& next) {
    return SignsRequests(settings_) ? WithKeys(call, request, next)
                                    : WithToken(call, request, next);
  };
}

Result<Response> Identity::WithToken(const Call& call, Request& request, const Send& next) {
  for (bool again = false;; again = true) {
    ASSIGN_OR_RETURN(const TokenPtr token, tokens_.Get(call));
    // Every request carries the token.
    request.headers.Set("X-Auth-Token", token->value.Reveal());
    Result<Response> response = next(call, request);
    if (!response.ok()) return response;
    if (response->status != 401) {
      tokens_.Taken(request.service);
      return response;
    }
    if (!tokens_.Refused(token, request.service) || again) return response;
  }
}

Result<Response> Identity::WithKeys(const Call& call, Request& request, const Send& next) {
  ASSIGN_OR_RETURN(const std::string project, ProjectId(call));
  request.headers.Set("X-Project-Id", project);
  return sign_(call, request, next);
}

Stage Identity::SignWith(KeySource& source) {
  return [this, &source](const Call& call, Request& request, const Send& next) -> Result<Response> {
    for (bool again = false;; again = true) {
      ASSIGN_OR_RETURN(const KeysPtr issued, source.Get(call));
      if (issued->expires == WallTime::max()) return SendFirst(call, source, request, next);
      Result<Response> response = SendSigned(call, issued->keys, request, next);
      if (!response.ok()) return response;
      if (!RefusesKeys(*response)) {
        source.Taken(request.service);
        return response;
      }
      if (!source.Refused(issued, request.service) || again) return response;
    }
  };
}

// Gateways lock a key after a few wrong signatures (auth.md section 4.4): the first request shows
// what the keys are worth, and the others wait for it.
Result<Response> Identity::SendFirst(const Call& call, KeySource& source, Request& request,
                                     const Send& next) {
  const auto send = [&](const Call& own) -> Result<Response> {
    ASSIGN_OR_RETURN(const KeysPtr keys, source.Get(own));
    Result<Response> response = SendSigned(own, keys->keys, request, next);
    if (!response.ok()) return response;
    if (!RefusesKeys(*response)) {
      source.Taken(request.service);
    } else if (auto last = source.GiveUp(FaultFromResponse(request, *response))) {
      return *std::move(last);
    }
    return response;
  };
  const auto tried = [this] {
    absl::MutexLock lock(&mu_);
    return keys_tried_;
  };
  if (tried()) return send(call);
  std::optional<Result<Response>> first;
  RETURN_IF_ERROR(first_use_.Run(call, [&](const Call& own) -> Status {
    first = send(own);
    absl::MutexLock lock(&mu_);
    keys_tried_ = true;
    return Ok{};
  }));
  return first ? *std::move(first) : send(call);
}

Result<Response> Identity::SendSigned(const Call& call, const Keys& keys, Request& request,
                                      const Send& next) {
  Duration offset = Duration::zero();
  {
    absl::MutexLock lock(&mu_);
    offset = clock_offset_;
  }
  Sign(keys, call.clock.WallNow() + offset, request);
  Result<Response> response = next(call, request);
  if (!response.ok() || response->status != 401) return response;
  const Duration theirs = ClockOffset(response->headers, call.clock.WallNow());
  if (theirs - offset < kClocksAgree && offset - theirs < kClocksAgree) return response;
  call.log.Warn("This machine's clock differs from the cloud's; signing with the cloud's");
  {
    absl::MutexLock lock(&mu_);
    clock_offset_ = theirs;
  }
  Sign(keys, call.clock.WallNow() + theirs, request);
  return next(call, request);
}

}  // namespace ecs::client
