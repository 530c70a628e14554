#include "client/token_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/agency.h"

namespace ecs::client {
namespace {

constexpr char kLogin[] = "POST /v3/auth/tokens";
constexpr char kLoginFailed[] = "Logging in to the cloud failed";

// Ids name what they name everywhere; null if there is neither.
Json DomainJson(const std::string& id, const std::string& name) {
  if (!id.empty()) return {{"id", id}};
  return name.empty() ? Json() : Json{{"name", name}};
}

Json PasswordIdentity(const Settings& settings) {
  Json user = Json::object();
  if (!settings.user_id.empty()) {
    user["id"] = settings.user_id;
  } else {
    user["name"] = settings.user_name;
    user["domain"] = DomainJson(settings.domain_id, settings.domain_name);
  }
  // The one place where the password is sent.
  user["password"] = settings.password.Reveal();
  return {{"methods", {"password"}}, {"password", {{"user", std::move(user)}}}};
}

// The project to work in, which is in the account `domain`; null if none is named.
Json ProjectScope(const Settings& settings, const Json& domain) {
  if (!settings.project_id.empty()) return {{"project", {{"id", settings.project_id}}}};
  // The default project of a region has the region's name.
  const std::string name =
      settings.project_name.empty() ? RegionOf(settings) : settings.project_name;
  if (name.empty()) return nullptr;
  Json project = {{"name", name}};
  if (!domain.is_null()) project["domain"] = domain;
  return {{"project", std::move(project)}};
}

Result<Token> ParseToken(const Call& call, const Json& body, Secret value) {
  const Json& token = Member(body, "token");
  const WallTime a_day_on = call.clock.WallNow() + std::chrono::hours(24);
  if (value.empty() || !token.is_object()) {
    return Error{.code = Code::kUnavailable,
                 .summary = "Logging in failed",
                 .detail = "IAM answered with success but without a token."};
  }
  return Token{.value = std::move(value),
               .expires = ParseTokenTime(Text(token, "expires_at")).value_or(a_day_on),
               .project_id = Text(Member(token, "project"), "id"),
               .catalogue = ParseCatalogue(Member(token, "catalog"))};
}

Request TokenRequest(const Settings& settings) {
  return {.method = "POST",
          .url = IamBase(settings) + "/v3/auth/tokens",
          .headers = {{"Content-Type", "application/json"}},
          .operation = kLogin};
}

Result<Token> Login(const Call& call, const Settings& settings, const Send& iam, Json scope) {
  Json auth = {{"identity", PasswordIdentity(settings)}};
  if (!scope.is_null()) auth["scope"] = std::move(scope);
  Request request = TokenRequest(settings);
  request.body = Compact(Json{{"auth", std::move(auth)}});
  ASSIGN_OR_RETURN(Response response, iam(call, request));
  return ParseToken(call, response.json, Secret(response.headers.Get("X-Subject-Token")));
}

Result<Token> Inspect(const Call& call, const Settings& settings, const Send& iam) {
  if (IamBase(settings).empty()) {
    return Token{.value = settings.token, .project_id = settings.project_id};
  }
  // A token authorises the question about itself.
  const std::string& text = settings.token.Reveal();
  Request request = {.url = IamBase(settings) + "/v3/auth/tokens",
                     .headers = {{"X-Auth-Token", text}, {"X-Subject-Token", text}},
                     .operation = "GET /v3/auth/tokens"};
  Result<Response> response = iam(call, request);
  if (!response.ok()) {
    Error error = response.error();
    // IAM calls a token that has ended unknown (404); nothing of the customer's is.
    if (error.code == Code::kNotFound) error.code = Code::kDenied;
    if (error.code == Code::kDenied) {
      error.detail = "The token is not valid, or not any more.";
      error.hint =
          "Get a fresh token, or let the provider log in: user_name and password, or "
          "access_key and secret_key.";
    }
    return error;
  }
  return ParseToken(call, response->json, settings.token);
}

// The agency's project is none of the user's: the login is for the user's whole account.
Result<Token> LoginAsAgency(const Call& call, const Settings& settings, const Send& iam) {
  Secret own = settings.token;
  if (own.empty()) {
    const Json domain = DomainJson(settings.domain_id, settings.domain_name);
    const Json scope = domain.is_null() ? Json() : Json{{"domain", domain}};
    const Result<Token> token = Login(call, settings, iam, scope);
    if (!token.ok()) return token.error().While(kLoginFailed);
    own = token->value;
  }
  Request request = TokenRequest(settings);
  // IAM lets the holder of this token assume the agency.
  request.headers.Set("X-Auth-Token", own.Reveal());
  const Json domain = DomainJson(settings.agency_domain_id, settings.agency_domain_name);
  ASSIGN_OR_RETURN(Response response, AssumeAgency(call, settings, iam, std::move(request),
                                                   {.scope = ProjectScope(settings, domain)}));
  return ParseToken(call, response.json, Secret(response.headers.Get("X-Subject-Token")));
}

}  // namespace

std::optional<WallTime> ParseTokenTime(const std::string& text) {
  static const absl::Time latest = absl::FromCivil(absl::CivilYear(2200), absl::UTCTimeZone());
  absl::Time when;
  std::string ignored;
  if (!absl::ParseTime(absl::RFC3339_full, text, &when, &ignored)) return std::nullopt;
  when = std::clamp(when, absl::UnixEpoch(), latest);
  return WallTime(absl::ToChronoNanoseconds(when - absl::UnixEpoch()));
}

TokenSource::Fetch LoginFrom(Settings settings, Send iam) {
  return [settings = std::move(settings), iam = std::move(iam)](const Call& call) -> Result<Token> {
    if (!settings.agency_name.empty()) return LoginAsAgency(call, settings, iam);
    const Json domain = DomainJson(settings.domain_id, settings.domain_name);
    Result<Token> token = settings.token.empty()
                              ? Login(call, settings, iam, ProjectScope(settings, domain))
                              : Inspect(call, settings, iam);
    if (!token.ok()) return token.error().While(kLoginFailed);
    return token;
  };
}

}  // namespace ecs::client
