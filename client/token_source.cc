#include "client/token_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/agency.h"
#include "client/settings_rows.h"

namespace ecs::client {
namespace {

constexpr char kLogin[] = "POST /v3/auth/tokens";
constexpr char kLoginFailed[] = "Logging in to the cloud failed";

// Ids name what they name everywhere; null if there is neither.
Json DomainJson(const std::string& id, const std::string& name) {
  if (!id.empty()) return {{"id", id}};
  return name.empty() ? Json() : Json{{"name", name}};
}

// Of the account that the user is in, and of the one that the project is in.
Json UserDomain(const Settings& settings) {
  return DomainJson(settings.domain_id, settings.domain_name);
}

Json ProjectDomain(const Settings& settings) {
  const Json own = DomainJson(settings.project_domain_id, settings.project_domain_name);
  return own.is_null() ? UserDomain(settings) : own;
}

Json PasswordIdentity(const Settings& settings) {
  Json user = Json::object();
  if (!settings.user_id.empty()) {
    user["id"] = settings.user_id;
  } else {
    user["name"] = settings.user_name;
    user["domain"] = UserDomain(settings);
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

// IAM says what it did not like of a user, an account or a project; where we have them from is ours
// to say.
Error NotLoggedIn(Error error, const Settings& settings) {
  if (error.api && error.api->http_status == 404) {
    error.detail = "IAM knows no such account, user or project, or is not at auth_url (HTTP 404).";
    error.hint =
        absl::StrCat("Check ", WithVariable("auth_url"), ", ", WithVariable("region"), ", ",
                     WithVariable("project_name"), " or ", WithVariable("project_id"), ", and ",
                     WithVariable("domain_name"), ".");
  }
  // Looked at, not shown.
  const std::string& password = settings.password.Reveal();
  const bool blank =
      !password.empty() && (absl::ascii_isspace(static_cast<unsigned char>(password.front())) ||
                            absl::ascii_isspace(static_cast<unsigned char>(password.back())));
  if (error.code == Code::kDenied && blank) {
    absl::StrAppend(&error.hint, error.hint.empty() ? "" : " ",
                    "The password begins or ends with a blank: check where it comes from.");
  }
  return error;
}

Result<Token> Login(const Call& call, const Settings& settings, const Send& iam, Json scope) {
  Json auth = {{"identity", PasswordIdentity(settings)}};
  if (!scope.is_null()) auth["scope"] = std::move(scope);
  Request request = TokenRequest(settings);
  request.body = Compact(Json{{"auth", std::move(auth)}});
  Result<Response> response = iam(call, request);
  if (!response.ok()) return NotLoggedIn(response.error(), settings);
  return ParseToken(call, response->json, Secret(response->headers.Get("X-Subject-Token")));
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
    const Json domain = UserDomain(settings);
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
    Result<Token> token =
        settings.token.empty()
            ? Login(call, settings, iam, ProjectScope(settings, ProjectDomain(settings)))
            : Inspect(call, settings, iam);
    if (!token.ok()) return token.error().While(kLoginFailed);
    return token;
  };
}

}  // namespace ecs::client
