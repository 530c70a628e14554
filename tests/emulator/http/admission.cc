#include "tests/emulator/http/admission.h"

#include <vector>

#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

constexpr int kMicroversionMax = 60;  // 2.60

bool SpeaksKeystone(Service service) {
  return service == Service::kNova || service == Service::kCinder || service == Service::kNeutron ||
         service == Service::kGlance || service == Service::kIam;
}

Response NotSignedIn(const Iam::Recognised& recognised, const Exchange& in) {
  const bool by_token = recognised.denied == Denied::kMissing ||
                        recognised.denied == Denied::kBadToken ||
                        recognised.denied == Denied::kExpiredToken;
  if (by_token && SpeaksKeystone(in.service)) {
    return KeystoneError(401, "The request you have made requires authentication.");
  }
  const auto incorrect = [&in](std::string_view what) {
    return GatewayError(401, "APIGW.0301",
                        StrCat("Incorrect IAM authentication information: ", what), in.request_id);
  };
  switch (recognised.denied) {
    case Denied::kMissing:
      return incorrect("x-auth-token not found");
    case Denied::kBadToken:
      return incorrect("decrypt token fail");
    case Denied::kExpiredToken:
      return GatewayError(401, "APIGW.0307", "The token must be updated.", in.request_id);
    case Denied::kUnknownKey:
      return incorrect("verify aksk signature fail, the access key does not exist");
    case Denied::kExpiredKey:
      return IamError(400, "IAM.1108", "The security token has expired.");
    default:
      return incorrect(recognised.detail);
  }
}

Response WrongProject(const Exchange& in, const std::string& own) {
  const std::string& asked = in.Param("project_id");
  switch (in.service) {
    case Service::kNova:
    case Service::kCinder:
      return NovaError(400, StrCat("Malformed request URL: URL's project_id '", asked,
                                   "' doesn't match Context's project_id '", own, "'"));
    case Service::kEvs:
      return CodeError(400, "EVS.0001", "The project is not the token's.");
    case Service::kVpc:
    case Service::kEip:
      return VpcError(400, "VPC.0007", "urlTenantId is not equal to tokenTenantId");
    default:
      return EcsError(in.operation == "GetJob" ? "Common.0018" : "Ecs.0023");
  }
}

// The microversion that the headers ask for; -1 if it is not understood.
int AskedMicroversion(const Request& request) {
  std::string text = request.Header("X-OpenStack-Nova-API-Version");
  for (std::string_view part : Split(request.Header("OpenStack-API-Version"), ',')) {
    const std::vector<std::string> words = SplitWords(part, ' ');
    if (words.size() == 2 && EqualsIgnoreCase(words[0], "compute")) text = words[1];
  }
  if (text.empty()) return 1;
  if (text == "latest") return kMicroversionMax;
  const std::vector<std::string> parts = Split(text, '.');
  int major = 0;
  int minor = 0;
  if (parts.size() != 2 || !ReadNumber(parts[0], &major) || !ReadNumber(parts[1], &minor) ||
      minor < 0) {
    return -1;
  }
  return major == 2 ? minor : 1000 * major + minor;
}

std::optional<Response> NegotiateVersion(Exchange& in) {
  if (in.service != Service::kNova || !StartsWith(in.path, "/v2.1/")) return std::nullopt;
  const int asked = AskedMicroversion(in.request);
  if (asked < 0) {
    const std::string text = in.request.Header("X-OpenStack-Nova-API-Version");
    return NovaError(400, StrCat("API Version String ",
                                 text.empty() ? in.request.Header("OpenStack-API-Version") : text,
                                 " is of invalid format. Must be of format "
                                 "MajorNum.MinorNum."));
  }
  if (asked < 1 || asked > kMicroversionMax) {
    const std::string text =
        asked >= 1000 ? StrCat(asked / 1000, ".", asked % 1000) : StrCat("2.", asked);
    return NovaError(406, StrCat("Version ", text,
                                 " is not supported by the API. Minimum is 2.1 and maximum "
                                 "is 2.60."));
  }
  in.microversion = asked;
  return std::nullopt;
}

bool IsAction(const Exchange& in) { return EndsWith(in.path, "/action"); }

}  // namespace

std::optional<Response> PlayFault(const Fault& fault, const Exchange& in) {
  switch (fault.kind) {
    case FaultKind::kRefuse:
      return Refusal(in.service, fault.status == 0 ? 500 : fault.status, fault.code, fault.message,
                     in.request_id);
    case FaultKind::kReset:
      return Response{.status = 503, .wire = Wire::kDropped};
    case FaultKind::kThrottle:
      return Throttled(fault.retry_after, in);
    case FaultKind::kUnavailable:
      return EmptyReply(fault.status == 0 ? 503 : fault.status);
    case FaultKind::kHtml:
      return Response{.status = fault.status == 0 ? 502 : fault.status,
                      .headers = {{"Content-Type", "text/html"}},
                      .body =
                          "<html><head><title>502 Bad Gateway</title></head>"
                          "<body><h1>Bad Gateway</h1></body></html>"};
    default:
      return std::nullopt;
  }
}

Response Throttled(std::optional<int> retry_after_seconds, const Exchange& in) {
  Response answer = in.service == Service::kIam
                        ? IamError(429, "IAM.0012",
                                   "The request is throttled. Threshold: 10 times per 60 seconds.")
                        : GatewayError(429, "APIGW.0308",
                                       "The throttling threshold has been reached: policy user "
                                       "over ratelimit,limit:10,time:1 minute",
                                       in.request_id);
  if (retry_after_seconds) {
    answer.headers.emplace_back("Retry-After", StrCat(*retry_after_seconds));
  }
  return answer;
}

std::optional<Response> Admit(const Cloud& cloud, const Route& route, Exchange& in) {
  if (route.access == Access::kOpen) return std::nullopt;
  const Iam::Recognised recognised = cloud.iam.Recognise(in.request, cloud.clock.WallNow());
  if (!recognised.who) return NotSignedIn(recognised, in);
  in.who = *recognised.who;
  const bool has_project = in.params.count("project_id") > 0;
  if (has_project && in.Param("project_id") != in.who.project_id && in.service != Service::kIam) {
    return WrongProject(in, in.who.project_id);
  }
  if (auto refused = NegotiateVersion(in)) return refused;
  const bool writes = in.request.method == "POST" || in.request.method == "PUT";
  if (!writes || in.body.is_object()) return std::nullopt;
  if (in.service == Service::kEcs) {
    if (in.request.body.empty()) return EcsError("Common.0002");
    return EcsError("Ecs.0005", "The request body is not a JSON object.");
  }
  // Nova's actions have refusals of their own for what is no object.
  if (in.request.body.empty() || IsAction(in)) return std::nullopt;
  return Refusal(in.service, 400, "", "Malformed request body", in.request_id);
}

void AddServiceHeaders(const Exchange& in, ecs::WallTime now, Response& answer) {
  if (in.service == Service::kControl) return;
  answer.headers.emplace_back("Date", HttpDate(now));
  answer.headers.emplace_back("X-Request-Id", in.request_id);
  if (in.service == Service::kIam) answer.headers.emplace_back("X-IAM-Trace-Id", in.request_id);
  if (in.service != Service::kNova) return;
  const std::string id = StrCat("req-", in.request_id);
  answer.headers.emplace_back("X-Compute-Request-Id", id);
  answer.headers.emplace_back("X-OpenStack-Request-ID", id);
  if (!StartsWith(in.path, "/v2.1/")) return;
  const std::string version = StrCat("2.", in.microversion);
  answer.headers.emplace_back("X-OpenStack-Nova-API-Version", version);
  answer.headers.emplace_back("OpenStack-API-Version", StrCat("compute ", version));
  answer.headers.emplace_back("Vary", "OpenStack-API-Version");
  answer.headers.emplace_back("Vary", "X-OpenStack-Nova-API-Version");
}

}  // namespace emulator
