#include "client/token_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace ecs::client {
namespace {

// auth.md section 1.1: tokens live 24 h, and IAM advises to renew in their last half hour.
constexpr Duration kRenewBefore = std::chrono::minutes(30);
constexpr Duration kRenewalPause = std::chrono::minutes(1);
// A token about to end may end on its way.
constexpr Duration kTooOld = std::chrono::seconds(30);

constexpr char kLogin[] = "POST /v3/auth/tokens";

Json PasswordIdentity(const Settings& settings) {
  Json user = Json::object();
  if (!settings.user_id.empty()) {
    user["id"] = settings.user_id;
  } else {
    user["name"] = settings.user_name;
    if (!settings.domain_id.empty()) {
      user["domain"]["id"] = settings.domain_id;
    } else {
      user["domain"]["name"] = settings.domain_name;
    }
  }
  // The one place where the password is sent.
  user["password"] = settings.password.Reveal();
  return {{"methods", {"password"}}, {"password", {{"user", std::move(user)}}}};
}

Json Scope(const Settings& settings) {
  if (!settings.project_id.empty()) return {{"project", {{"id", settings.project_id}}}};
  // The default project of a region has the region's name.
  const std::string name =
      settings.project_name.empty() ? RegionOf(settings) : settings.project_name;
  if (name.empty()) return nullptr;
  Json project = {{"name", name}};
  if (!settings.domain_id.empty()) {
    project["domain"]["id"] = settings.domain_id;
  } else if (!settings.domain_name.empty()) {
    project["domain"]["name"] = settings.domain_name;
  }
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

Result<Token> Login(const Call& call, const Settings& settings, const Send& iam) {
  Json auth = {{"identity", PasswordIdentity(settings)}};
  if (Json scope = Scope(settings); !scope.is_null()) auth["scope"] = std::move(scope);
  Request request = {
      .method = "POST",
      .url = IamBase(settings) + "/v3/auth/tokens",
      .headers = {{"Content-Type", "application/json"}},
      .body = Json{{"auth", std::move(auth)}}.dump(-1, ' ', false, Json::error_handler_t::replace),
      .operation = kLogin};
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

}  // namespace

std::optional<WallTime> ParseTokenTime(const std::string& text) {
  static const absl::Time latest = absl::FromCivil(absl::CivilYear(2200), absl::UTCTimeZone());
  absl::Time when;
  std::string ignored;
  if (!absl::ParseTime(absl::RFC3339_full, text, &when, &ignored)) return std::nullopt;
  when = std::clamp(when, absl::UnixEpoch(), latest);
  return WallTime(absl::ToChronoNanoseconds(when - absl::UnixEpoch()));
}

Error BeforeTheRequest(Error error) {
  error.maybe_executed = false;
  if (error.code == Code::kNotFound) error.code = Code::kInvalid;
  return error;
}

TokenSource::TokenSource(Fetch fetch) : fetch_(std::move(fetch)) {}

Result<TokenPtr> TokenSource::Get(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    const WallTime now = call.clock.WallNow();
    if (token_ != nullptr && token_->expires - kTooOld > now) {
      const bool due = token_->expires - kRenewBefore <= now;
      if (!due || renewing_ || call.clock.Now() < no_renewal_before_) return token_;
      renewing_ = true;
    } else {
      token_ = nullptr;
    }
  }
  const Result<TokenPtr> fetched =
      flight_.Run(call, [this](const Call& mine) { return Renew(mine); });
  absl::MutexLock lock(&mu_);
  renewing_ = false;
  if (fetched.ok() || token_ == nullptr) return fetched;
  no_renewal_before_ = call.clock.Now() + kRenewalPause;
  call.log.Warn("Renewing the token failed; going on with the old one",
                {{"reason", fetched.error().detail}});
  return token_;
}

Result<TokenPtr> TokenSource::Renew(const Call& call) {
  {
    absl::MutexLock lock(&mu_);
    // Another thread may have renewed it since the caller looked.
    const bool fresh = token_ != nullptr && token_->expires - kRenewBefore > call.clock.WallNow();
    if (fresh) return token_;
  }
  Result<Token> fetched = fetch_(call);
  if (!fetched.ok()) {
    return BeforeTheRequest(fetched.error()).While("Logging in to the cloud failed");
  }
  auto token = std::make_shared<const Token>(*std::move(fetched));
  absl::MutexLock lock(&mu_);
  token_ = token;
  return token;
}

void TokenSource::Refused(const TokenPtr& token) {
  absl::MutexLock lock(&mu_);
  if (token_ == token) token_ = nullptr;
}

TokenSource::Fetch LoginFrom(Settings settings, Send iam) {
  return [settings = std::move(settings), iam = std::move(iam)](const Call& call) {
    return settings.token.empty() ? Login(call, settings, iam) : Inspect(call, settings, iam);
  };
}

}  // namespace ecs::client
