#include "client/fault.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/fault_codes.h"
#include "client/redactor.h"
#include "client/retry.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

// Longer texts of proxies explain nothing.
constexpr std::size_t kPlainTextMax = 300;

// "Ecs.0031": letters, a dot, four digits.
bool LooksLikeCode(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == text.npos || dot == 0 || text.size() != dot + 5) return false;
  const auto is = [](auto test) {
    return [test](char c) { return test(static_cast<unsigned char>(c)); };
  };
  return std::all_of(text.begin(), text.begin() + dot, is(absl::ascii_isalpha)) &&
         std::all_of(text.begin() + dot + 1, text.end(), is(absl::ascii_isdigit));
}

// Codes that only say that something else is wrong; details[] says what.
bool IsWrapper(std::string_view code) {
  static constexpr std::array<std::string_view, 8> kWrappers = {
      "Ecs.0000", "Ecs.0005", "Ecs.0304",    "Ecs.0307",
      "Ecs.0611", "Ecs.1000", "Common.0021", "Common.0022"};
  return code.empty() || std::find(kWrappers.begin(), kWrappers.end(), code) != kWrappers.end();
}

// Keystone's and Nova's middlewares put the HTTP status where others put their code.
std::string CodeOf(const Json& value, std::string_view name) {
  const std::string code = Text(value, name);
  const bool is_status = !code.empty() && absl::ascii_isdigit(static_cast<unsigned char>(code[0]));
  return is_status ? "" : code;
}

int StatusOfFaultName(std::string_view name) {
  static constexpr std::pair<std::string_view, int> kNames[] = {
      {"badRequest", 400},   {"unauthorized", 401},   {"forbidden", 403},
      {"itemNotFound", 404}, {"badMethod", 405},      {"conflictingRequest", 409},
      {"overLimit", 429},    {"notImplemented", 501}, {"serviceUnavailable", 503},
      {"computeFault", 500}};
  for (const auto& [known, status] : kNames) {
    if (known == name) return status;
  }
  return 0;
}

void AddSentence(std::string& message, const std::string& more) {
  if (more.empty() || absl::StrContains(message, more)) return;
  absl::StrAppend(&message, message.empty() ? "" : " ", more);
}

void TakeDetails(const Json& error, Fault& fault) {
  for (const Json& detail : Items(error, "details")) {
    const std::string code = Text(detail, "code");
    if (LooksLikeCode(code) && IsWrapper(fault.code) && !IsWrapper(code)) fault.code = code;
    AddSentence(fault.message, FaultInText(Text(detail, "message")).message);
  }
}

void TakeInternalErrors(const Json& body, Fault& fault) {
  for (const Json& part : Items(body, "internalError")) {
    const std::string code = Text(part, "error_code");
    if (LooksLikeCode(code) && IsWrapper(fault.code)) fault.code = code;
    AddSentence(fault.message, absl::StrCat(Text(part, "id"), ": ", Text(part, "error_message")));
  }
}

// {"itemNotFound": {"code": 404, "message": "…"}}, {"NeutronError": {"type", "message"}}.
Fault NamedFault(const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (!value.is_object() || !value.contains("message")) continue;
    const std::string type = Text(value, "type");
    const int code = static_cast<int>(Integer(value, "code").value_or(0));
    return {.code = type.empty() ? name : type,
            .message = Text(value, "message"),
            .inner_status = code != 0 ? code : StatusOfFaultName(name)};
  }
  return {};
}

Fault OuterFault(const Json& body) {
  if (const std::string code = CodeOf(body, "error_code"); !code.empty()) {
    return {.code = code, .message = Text(body, "error_msg")};
  }
  if (body.contains("message") || LooksLikeCode(Text(body, "code"))) {
    return {.code = CodeOf(body, "code"), .message = Text(body, "message")};
  }
  const Json& error = Member(body, "error");
  if (error.is_object()) {
    Fault fault = {.code = CodeOf(error, "code"), .message = Text(error, "message")};
    // The policy engine of IAM and the newer services nest the other spelling.
    if (fault.code.empty()) fault.code = CodeOf(error, "error_code");
    if (fault.message.empty()) fault.message = Text(error, "error_msg");
    return fault;
  }
  if (error.is_string()) return {.message = error.get<std::string>()};
  Fault fault = NamedFault(body);
  fault.inner_status = 0;  // it is not wrapped: the response has the status
  return fault;
}

std::string PlainText(std::string_view body) {
  const std::string text(absl::StripAsciiWhitespace(std::string(body)));
  const bool shown =
      text.size() <= kPlainTextMax && !text.starts_with('<') && !HasControlCharacter(text);
  return shown ? text : "";
}

std::string Detail(Code code, int status) {
  switch (code) {
    case Code::kUnavailable:
      if (!LeavesOpen(status) && status != 429) return "The cloud refused the request.";
      return absl::StrCat("The cloud could not handle the request (HTTP ", status, ").");
    case Code::kNotFound:
      return "The cloud does not know it.";
    case Code::kInvalid:
      if (status == 404) return "The cloud does not know this call.";
      return "The cloud refused the request.";
    case Code::kExhausted:
      return "The cloud has no room for this.";
    default:
      return "The cloud refused the request.";
  }
}

// Services of the cloud answer in JSON: a page is of something on the way.
bool IsPage(const Response& response) {
  if (!response.json.is_null()) return false;
  const std::string type = absl::AsciiStrToLower(response.headers.Get("Content-Type"));
  const std::string_view text = response.body;
  const auto first = text.find_first_not_of(" \t\r\n");
  return absl::StartsWith(type, "text/html") || (first != text.npos && text[first] == '<');
}

// A proxy's own refusal: the cloud never saw the request.
bool IsOfProxy(const Response& response) {
  return response.status == 407 || (response.status == 403 && IsPage(response));
}

// "Access denied by the web proxy"; "" if the page has no title that can be shown.
std::string TitleOf(const std::string& page) {
  const std::string lower = absl::AsciiStrToLower(page);
  const auto tag = lower.find("<title");
  const auto begin = tag == lower.npos ? tag : lower.find('>', tag);
  const auto end = begin == lower.npos ? begin : lower.find("</title", begin);
  return end == lower.npos ? ""
                           : PlainText(std::string_view(page).substr(begin + 1, end - begin - 1));
}

std::string ViaOf(const Response& response) {
  const std::string via = PlainText(response.headers.Get("Via"));
  return via.empty() ? "" : absl::StrCat(" (Via: ", via, ")");
}

// Without what may be secret in an address: its user, password and query.
std::string Redirection(const Response& response) {
  const UrlParts target = SplitUrl(response.headers.Get("Location"));
  const std::string origin =
      target.authority.empty() ? "" : absl::StrCat(target.scheme, "://", target.authority);
  const std::string where = PlainText(absl::StrCat(origin, target.path));
  if (where.empty() && response.status == 300) {
    return "The answer is a choice of addresses (HTTP 300) instead of a result.";
  }
  if (where.empty()) {
    return absl::StrCat("The answer is a redirect (HTTP ", response.status, ") to no address.");
  }
  return absl::StrCat("The answer is a redirect (HTTP ", response.status, ") to ", where,
                      ". The provider follows none: its credentials would go there, too.");
}

std::string DetailOf(Code code, const Response& response) {
  const int status = response.status;
  if (IsOfProxy(response)) {
    return absl::StrCat("A proxy between this machine and the cloud refused the request (HTTP ",
                        status, ")", ViaOf(response), ". The cloud did not see it.");
  }
  if (status >= 300 && status < 400) return Redirection(response);
  if (!IsPage(response)) return Detail(code, status);
  return absl::StrCat(Detail(code, status),
                      " A proxy or gateway on the way answered with a web page", ViaOf(response),
                      ".");
}

std::string HintOf(Code code, const Response& response, const CodeFacts& facts) {
  if (IsOfProxy(response)) {
    return "Check the proxy variables (HTTPS_PROXY, http_proxy, NO_PROXY), or ask those who run "
           "the proxy.";
  }
  if (response.status >= 300 && response.status < 400) {
    return "Check auth_url and endpoints in the provider block: they must name the API itself.";
  }
  if (code == Code::kInvalid && response.status == 404) {
    return "Check endpoints and region in the provider block.";
  }
  return facts.meaning == code ? std::string(facts.hint) : "";
}

Code Meaning(const Fault& fault, int status) {
  // Nova answers 403 for quota and for policy alike, with this untranslated text for the first.
  if (absl::StrContains(fault.message, "Quota exceeded")) return Code::kExhausted;
  if (fault.inner_status != 0) return FactsOfStatus(fault.inner_status).meaning;
  // "No such route", by a gateway, a proxy or Nova (real-nova.md 13): a wrong endpoint must not
  // read as "the server is gone".
  const bool names_nothing = fault.code.empty() || fault.code.starts_with("APIG");
  if (status == 404 && names_nothing) return Code::kInvalid;
  return MeaningOf(fault.code, status);
}

bool ChangesNothing(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Error NotJson(const Request& request, const Response& response) {
  const bool page = IsPage(response);
  return {
      .code = Code::kUnavailable,
      .summary = absl::StrCat(request.operation, " failed"),
      .detail = page ? "A web page came instead of the cloud's answer, as from a proxy that wants "
                       "a login first."
                     : "The cloud answered with success, but its answer is not JSON.",
      .api = ApiFault{.http_status = response.status,
                      .message = page ? TitleOf(response.body) : "",
                      .request_id = RequestId(response.headers),
                      .operation = request.operation},
      .maybe_executed = !ChangesNothing(request)};
}

// Another try would cost as much again.
Error TooMuchJson(const Request& request, const Response& response) {
  Error error = NotJson(request, response);
  error.code = Code::kCloudFailed;
  error.detail = absl::StrCat("The cloud answered with success, but its answer (",
                              response.body.size(), " bytes) holds more than ", kJsonValuesMax,
                              " values, or is nested more than ", kJsonDepthMax, " levels deep.");
  error.hint = "Check endpoints in the provider block, and proxies on the way.";
  return error;
}

}  // namespace

Fault FaultInText(std::string_view text) {
  const std::string trimmed(absl::StripAsciiWhitespace(std::string(text)));
  if (trimmed.starts_with('{')) {
    if (const auto json = ParseJson(trimmed)) {
      if (Fault named = NamedFault(*json); !named.message.empty()) return named;
      if (Fault fault = FaultIn(*json); !fault.message.empty()) return fault;
    }
  }
  return {.message = trimmed};
}

Fault FaultIn(const Json& body) {
  if (!body.is_object()) return {};
  Fault fault = OuterFault(body);
  if (LooksLikeCode(fault.message) && !LooksLikeCode(fault.code)) {
    std::swap(fault.code, fault.message);  // one page of the docs has them this way round
  }
  if (fault.message.starts_with('{')) {
    const Fault inner = FaultInText(fault.message);
    fault.message = inner.message;
    fault.inner_status = inner.inner_status;
  }
  TakeDetails(Member(body, "error"), fault);
  TakeInternalErrors(body, fault);
  fault.request_id = Text(body, "request_id");
  return fault;
}

bool IsFault(const Response& response) {
  // 3xx: redirects are not followed, so nothing was done.
  if (response.status >= 300 || response.status < 200) return true;
  return Member(response.json, "error").is_object() && !response.json.contains("job_id");
}

Code MeaningOf(std::string_view api_code, int status) {
  const CodeFacts* facts = FindCode(api_code);
  return facts != nullptr ? facts->meaning : FactsOfStatus(status).meaning;
}

Error FaultFromResponse(const Request& request, const Response& answer) {
  Response response = answer;
  if (response.json.is_null()) response.json = ParseJson(response.body).value_or(nullptr);
  Fault fault = FaultIn(response.json);
  const bool redirect = response.status >= 300 && response.status < 400;
  if (fault.code.empty() && fault.message.empty() && !redirect) {
    fault.message = IsPage(response) ? TitleOf(response.body) : PlainText(response.body);
  }
  const Code code = IsOfProxy(response) ? Code::kInvalid : Meaning(fault, response.status);
  const CodeFacts* known = FindCode(fault.code);
  const int status = fault.inner_status != 0 ? fault.inner_status : response.status;
  const CodeFacts facts = known != nullptr ? *known : FactsOfStatus(status);
  const std::string header_id = RequestId(response.headers);
  Error error = {.code = code,
                 .summary = absl::StrCat(request.operation, " failed"),
                 .detail = DetailOf(code, response),
                 .api = ApiFault{.http_status = response.status,
                                 .code = fault.code,
                                 .message = fault.message,
                                 .request_id = header_id.empty() ? fault.request_id : header_id,
                                 .operation = request.operation},
                 .hint = HintOf(code, response, facts)};
  const Retry retry = RetryFor(error);
  error.maybe_executed = !ChangesNothing(request) && (LeavesOpen(status) || facts.ran_out) &&
                         (retry == Retry::kTransient || retry == Retry::kFewTimes);
  Redactor secrets;
  secrets.Learn(request);
  return secrets.Redact(std::move(error));
}

Error BeforeTheRequest(Error error) {
  error.maybe_executed = false;
  if (error.code == Code::kNotFound) error.code = Code::kInvalid;
  return error;
}

bool IsRefusal(const Error& error) {
  const bool refused = error.code == Code::kDenied || error.code == Code::kInvalid;
  return refused && error.api.has_value() && RetryFor(error) == Retry::kNever;
}

Error Final(Error refusal) {
  constexpr char kFinal[] = "The provider does not ask again in this run.";
  if (absl::EndsWith(refusal.detail, kFinal)) return refusal;
  absl::StrAppend(&refusal.detail, refusal.detail.empty() ? "" : " ", kFinal);
  return refusal;
}

Stage Interpret() {
  return [](const Call& call, Request& request, const Send& next) -> Result<Response> {
    request.retry_after.reset();
    ASSIGN_OR_RETURN(Response response, next(call, request));
    request.retry_after = RetryAfter(response.headers, call.clock.WallNow());
    const bool has_body = !absl::StripAsciiWhitespace(response.body).empty();
    if (has_body && response.json.is_null()) {
      if (auto json = ParseJson(response.body)) {
        response.json = *std::move(json);
      } else if (!IsFault(response)) {
        return IsWithinJsonLimits(response.body) ? NotJson(request, response)
                                                 : TooMuchJson(request, response);
      }
    }
    if (IsFault(response)) return FaultFromResponse(request, response);
    if (request.accept) RETURN_IF_ERROR(request.accept(response));
    return response;
  };
}

}  // namespace ecs::client
