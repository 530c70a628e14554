#include "client/key_source.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/agency.h"
#include "client/catalogue.h"
#include "client/text.h"
#include "client/token_source.h"

namespace ecs::client {
namespace {

// What runs on the same host answers in milliseconds; where nothing is, nothing answers at all.
constexpr std::chrono::seconds kPatience{5};
// A token of the metadata service is used for one request.
constexpr char kMetadataTokenSeconds[] = "60";
// IAM's default for keys of an agency (auth.md section 3.2), where an answer does not say.
constexpr std::chrono::minutes kLeastLife{15};

Result<IssuedKeys> ParseKeys(const Call& call, const Json& body) {
  const Json& credential = Member(body, "credential");
  IssuedKeys issued = {.keys = {.access_key = Text(credential, "access"),
                                .secret_key = Secret(Text(credential, "secret")),
                                .security_token = Secret(Text(credential, "securitytoken"))},
                       .expires = ParseTokenTime(Text(credential, "expires_at"))
                                      .value_or(call.clock.WallNow() + kLeastLife)};
  if (issued.keys.access_key.empty() || issued.keys.secret_key.empty()) {
    return Error{.code = Code::kUnavailable, .detail = "The answer was a success without keys."};
  }
  return issued;
}

std::string MetadataBase(const Settings& settings) {
  const auto chosen = settings.endpoints.find("metadata");
  return chosen == settings.endpoints.end() ? "http://169.254.169.254"
                                            : ParseEndpoint(chosen->second).base;
}

Error NoMetadataKeys(Error error, const std::string& base, bool out_of_time) {
  error.summary = "Getting keys from the metadata service failed";
  error.path = Path("metadata_service");
  if (error.code == Code::kCancelled || out_of_time) return error;
  if (error.code == Code::kTimeout) {
    // Waiting longer would not help, and neither would asking again.
    error.code = Code::kInvalid;
    error.detail = absl::StrCat("Nothing answered at ", base, " within ",
                                static_cast<int>(kPatience.count()), " seconds.");
  }
  // Whoever needed them says what for, and so replaces the summary.
  error.detail = absl::StrCat("The metadata service gave no keys. ", error.detail);
  error.hint =
      "metadata_service works inside a server of the cloud that has an agency. Elsewhere use "
      "access_key and secret_key, or user_name and password.";
  return error;
}

// The second version of the service wants a token, which older ones do not know.
Result<std::string> MetadataToken(const Call& call, const std::string& base, const Send& send) {
  Request request = {.method = "PUT",
                     .url = base + "/meta-data/latest/api/token",
                     .headers = {{"X-Metadata-Token-Ttl-Seconds", kMetadataTokenSeconds}},
                     .operation = "PUT /meta-data/latest/api/token",
                     .no_proxy = true};
  ASSIGN_OR_RETURN(const Response response, send(call, request));
  std::string token(absl::StripAsciiWhitespace(response.status == 200 ? response.body : ""));
  return HasControlCharacter(token) ? "" : token;
}

Result<IssuedKeys> AskMetadata(const Call& call, const std::string& base, const Send& send) {
  ASSIGN_OR_RETURN(const std::string token, MetadataToken(call, base, send));
  Request request = {.url = base + "/openstack/latest/securitykey",
                     .operation = "GET /openstack/latest/securitykey",
                     .no_proxy = true};
  if (!token.empty()) request.headers.Set("X-Metadata-Token", token);
  ASSIGN_OR_RETURN(const Response response, Chain({Interpret()}, send)(call, request));
  return ParseKeys(call, response.json);
}

}  // namespace

KeySource::Fetch OwnKeys(Settings settings, Send send) {
  if (MethodOf(settings) != Method::kMetadata) {
    return [keys = Keys{settings.access_key, settings.secret_key, settings.security_token}](
               const Call&) -> Result<IssuedKeys> { return IssuedKeys{.keys = keys}; };
  }
  return [base = MetadataBase(settings),
          send = std::move(send)](const Call& call) -> Result<IssuedKeys> {
    Result<IssuedKeys> keys = AskMetadata(call.Until(call.clock.Now() + kPatience), base, send);
    if (keys.ok()) return keys;
    return NoMetadataKeys(keys.error(), base, call.clock.Now() >= call.deadline);
  };
}

KeySource::Fetch KeysOfAgency(Settings settings, Send iam) {
  return [settings = std::move(settings),
          iam = std::move(iam)](const Call& call) -> Result<IssuedKeys> {
    Request request = {.method = "POST",
                       .url = IamBase(settings) + "/v3.0/OS-CREDENTIAL/securitytokens",
                       .headers = {{"Content-Type", "application/json"}},
                       .operation = "POST /v3.0/OS-CREDENTIAL/securitytokens"};
    if (!settings.domain_id.empty()) request.headers.Set("X-Domain-Id", settings.domain_id);
    ASSIGN_OR_RETURN(const Response response,
                     AssumeAgency(call, settings, iam, std::move(request),
                                  {.seconds = settings.agency_duration_seconds}));
    Result<IssuedKeys> keys = ParseKeys(call, response.json);
    if (!keys.ok()) return keys.error().While("Getting keys of the agency failed");
    return keys;
  };
}

}  // namespace ecs::client
