#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/catalogue.h"
#include "client/settings_rows.h"
#include "client/settings_sources.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

Error Missing(const Path& argument, const std::string& detail, const std::string& hint) {
  return {.code = Code::kInvalid,
          .summary = absl::StrCat(argument.ToString(), " is missing"),
          .detail = detail,
          .path = argument,
          .hint = absl::StrCat(hint, ".")};
}

Error Missing(const char* argument, const std::string& detail, const std::string& hint) {
  return Missing(Path(argument), detail, hint);
}

// "Set user_name (OS_USERNAME) or user_id (OS_USER_ID)"
std::string Set(const std::vector<std::string_view>& arguments) {
  std::string text = "Set ";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += i + 1 == arguments.size() ? " or " : ", ";
    text += WithVariable(arguments[i]);
  }
  return text;
}

Error Wrong(const Path& path, const std::string& detail) {
  return {.code = Code::kInvalid,
          .summary = absl::StrCat(path.ToString(), " is not valid"),
          .detail = detail,
          .path = path};
}

Status CheckOneMethod(const Settings& settings) {
  const bool keys = !settings.access_key.empty() || !settings.secret_key.empty();
  const bool metadata = settings.metadata_service.value_or(false);
  const bool user =
      !settings.password.empty() || !settings.user_name.empty() || !settings.user_id.empty();
  // A user's name beside keys or a token hurts nobody; beside the metadata service it is a
  // question.
  const int methods = (settings.password.empty() ? 0 : 1) + (settings.token.empty() ? 0 : 1) + keys;
  if (methods > 1 || (metadata && (methods > 0 || user))) {
    return Error{.code = Code::kInvalid,
                 .summary = "The credentials are not clear",
                 .detail =
                     "More than one of password, token, access_key with secret_key, and "
                     "metadata_service is set.",
                 .hint = "Keep one of them."};
  }
  if (MethodOf(settings) != Method::kNone) return Ok{};
  return Error{
      .code = Code::kInvalid,
      .summary = "No credentials",
      .detail = "Neither the provider block nor the environment nor clouds.yaml has any.",
      .hint = absl::StrCat("Set ", WithVariable("access_key"), " and ", WithVariable("secret_key"),
                           ", or ", WithVariable("user_name"), ", ", WithVariable("password"),
                           " and ", WithVariable("domain_name"), ", or ", WithVariable("token"),
                           ", or ", WithVariable("cloud"), "; inside a server that has an agency, ",
                           WithVariable("metadata_service"), ".")};
}

Status CheckKeys(const Settings& settings) {
  if (settings.access_key.empty()) {
    return Missing("access_key", "secret_key needs it.", Set({"access_key"}));
  }
  if (settings.secret_key.empty()) {
    return Missing("secret_key", "access_key needs it.", Set({"secret_key"}));
  }
  return Ok{};
}

Status CheckPassword(const Settings& settings) {
  if (settings.user_name.empty() && settings.user_id.empty()) {
    return Missing("user_name", "password needs it, or user_id.", Set({"user_name", "user_id"}));
  }
  if (settings.password.empty()) {
    return Missing("password", "user_name and user_id need it.", Set({"password"}));
  }
  if (settings.user_id.empty() && settings.domain_name.empty() && settings.domain_id.empty()) {
    return Missing("domain_name", "A user's name is unique within a domain (account) only.",
                   Set({"domain_name", "domain_id"}));
  }
  return Ok{};
}

Status CheckAgency(const Settings& settings) {
  const Path role("assume_role");
  const bool domain = !settings.agency_domain_name.empty() || !settings.agency_domain_id.empty();
  if (settings.agency_name.empty()) {
    if (!domain && !settings.agency_duration_seconds) return Ok{};
    return Missing(role / "agency_name", "assume_role needs it.",
                   Set({"assume_role.agency_name"}) + " of assume_role");
  }
  if (!domain) {
    return Missing(role / "domain_name",
                   "It, or domain_id, says which account the agency belongs to.",
                   Set({"assume_role.domain_name", "assume_role.domain_id"}) + " of assume_role");
  }
  const int seconds = settings.agency_duration_seconds.value_or(kAgencySecondsMin);
  if (seconds < kAgencySecondsMin || seconds > kAgencySecondsMax) {
    return Wrong(role / "duration_seconds", absl::StrCat("It must be between ", kAgencySecondsMin,
                                                         " and ", kAgencySecondsMax, "."));
  }
  return Ok{};
}

Status CheckPlace(const Settings& settings) {
  const auto ecs = settings.endpoints.find("ecs");
  const bool agency = !settings.agency_name.empty();
  const bool needs_no_iam = MethodOf(settings) != Method::kPassword && !agency &&
                            ecs != settings.endpoints.end() && !settings.project_id.empty();
  if (IamBase(settings).empty() && !needs_no_iam) {
    return Missing("auth_url", "It says where the cloud's identity service (IAM) is.",
                   Set({"auth_url"}) + ", such as https://iam.eu-de.otc.t-systems.com/v3");
  }
  // A token names its project itself, but not that of an agency.
  const bool names_project = !settings.project_id.empty() || !settings.project_name.empty() ||
                             !RegionOf(settings).empty() ||
                             (MethodOf(settings) == Method::kToken && !agency);
  if (names_project) return Ok{};
  return Missing("region", "It, project_id or project_name says which project to work in.",
                 Set({"region", "project_name", "project_id"}));
}

bool IsUrl(const std::string& text) {
  const UrlParts parts = SplitUrl(text);
  return (parts.scheme == "http" || parts.scheme == "https") && !parts.authority.empty();
}

Status CheckEndpoints(const Settings& settings) {
  if (!settings.auth_url.empty() && !IsUrl(settings.auth_url)) {
    return Wrong(Path("auth_url"), "It must begin with https:// or http://.");
  }
  for (const auto& [service, url] : settings.endpoints) {
    const Path path = Path("endpoints").At(service);
    if (std::find(kServices.begin(), kServices.end(), service) == kServices.end()) {
      return Wrong(path, absl::StrCat("The services are ", absl::StrJoin(kServices, ", "), "."));
    }
    if (!IsUrl(url)) return Wrong(path, "It must begin with https:// or http://.");
  }
  return Ok{};
}

Status CheckNumbers(const Settings& settings) {
  if (settings.max_retries.value_or(0) < 0 || settings.max_retries.value_or(0) > 100) {
    return Wrong(Path("max_retries"), "It must be between 0 and 100.");
  }
  const double rate = settings.requests_per_second.value_or(0);
  // Below, one request would take longer than an apply.
  if (!(rate == 0 || (rate >= 0.001 && rate <= 1e6))) {
    return Wrong(Path("requests_per_second"), "It must be 0 (no limit), or from 0.001 to 1000000.");
  }
  if (!settings.key_file.empty() && settings.cert_file.empty()) {
    return Missing("cert_file", "key_file needs it.", Set({"cert_file"}));
  }
  return Ok{};
}

// They travel in headers.
Status CheckHeaders(const Settings& settings) {
  constexpr char kWhat[] = "It holds a line break or another control character.";
  // Looked at, not shown.
  if (HasControlCharacter(settings.token.Reveal())) return Wrong(Path("token"), kWhat);
  // Looked at, not shown.
  const bool token_breaks = HasControlCharacter(settings.security_token.Reveal());
  if (token_breaks) return Wrong(Path("security_token"), kWhat);
  if (HasControlCharacter(settings.access_key)) return Wrong(Path("access_key"), kWhat);
  if (HasControlCharacter(settings.project_id)) return Wrong(Path("project_id"), kWhat);
  return Ok{};
}

}  // namespace

Status Check(const Settings& settings) {
  RETURN_IF_ERROR(CheckHeaders(settings));
  RETURN_IF_ERROR(CheckOneMethod(settings));
  if (MethodOf(settings) == Method::kKeys) RETURN_IF_ERROR(CheckKeys(settings));
  if (MethodOf(settings) == Method::kPassword) RETURN_IF_ERROR(CheckPassword(settings));
  RETURN_IF_ERROR(CheckAgency(settings));
  RETURN_IF_ERROR(CheckEndpoints(settings));
  RETURN_IF_ERROR(CheckPlace(settings));
  return CheckNumbers(settings);
}

}  // namespace ecs::client
