#include "client/redactor.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

constexpr std::size_t kLeast = 6;
// Room for a fleet with a password each.
constexpr std::size_t kMostLasting = 8192;
constexpr std::size_t kMostFleeting = 512;
constexpr std::size_t kMostBytes = 8u << 20;
// Longer values, which are user data, are repeated as they are or not at all.
constexpr std::size_t kEncodedMax = 4096;
// Answers that issue something are short; lists of servers are not worth a second reading.
constexpr std::size_t kAnswerMax = 64u << 10;

constexpr std::array<std::string_view, 9> kHeaders = {
    "authorization",    "cookie",           "proxy-authorization", "set-cookie",     "x-auth-token",
    "x-metadata-token", "x-security-token", "x-subject-token",     "x-storage-token"};

constexpr std::array<std::string_view, 10> kMembers = {
    "adminpass",   "admin_pass", "new_password",  "passcode", "password",
    "private_key", "secret",     "securitytoken", "token",    "user_data"};

template <std::size_t N>
bool Has(const std::array<std::string_view, N>& names, std::string_view name) {
  const std::string lower = absl::AsciiStrToLower(View(name));
  return std::find(names.begin(), names.end(), lower) != names.end();
}

// "OS-EXT-SRV-ATTR:user_data" is user_data.
std::string_view WithoutPrefix(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

// What stands before the @ of an address, with or without a scheme.
std::string UserInfo(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const auto at = url.rfind('@');
  return at == url.npos ? "" : std::string(url.substr(0, at));
}

std::string Base64(std::string_view text) { return absl::Base64Escape(View(text)); }

}  // namespace

Redactor::Redactor(const Settings& settings) {
  for (const Secret* secret :
       {&settings.password, &settings.token, &settings.secret_key, &settings.security_token}) {
    Learn(*secret);
  }
  LearnAddress(settings.auth_url);
  for (const auto& [service, url] : settings.endpoints) LearnAddress(url);
  for (const std::string& proxy : settings.proxies) LearnAddress(proxy);
  absl::MutexLock lock(&mu_);
  lasting_ = {};
}

void Redactor::Learn(const Secret& secret) {
  // Kept to be looked for.
  const std::string& text = secret.Reveal();
  if (!Keep(text) || text.size() > kEncodedMax) return;
  const std::string quoted = Compact(Json(text));
  Keep(quoted.substr(1, quoted.size() - 2));
  Keep(PercentEncode(text));
  Keep(Base64(text));
}

void Redactor::LearnAddress(std::string_view url) {
  const std::string both = UserInfo(url);
  if (both.empty()) return;
  Keep(both);
  const std::string decoded = PercentDecode(both);
  Learn(Secret(decoded));
  const auto colon = decoded.find(':');
  if (colon != decoded.npos) Learn(Secret(decoded.substr(colon + 1)));
}

void Redactor::LearnHeaders(const Headers& headers) {
  constexpr std::string_view kSignature = "Signature=";
  for (const auto& [name, value] : headers) {
    if (!Has(kHeaders, name)) continue;
    const auto signature = value.find(kSignature);
    if (signature == value.npos) {
      Learn(Secret(value));
    } else {
      Keep(value, /*fleeting=*/true);
      Keep(value.substr(signature + kSignature.size()), /*fleeting=*/true);
    }
  }
}

void Redactor::LearnMembers(const Json& value) {
  if (value.is_array()) {
    for (const Json& element : value) LearnMembers(element);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    // Whoever has its url controls the server.
    if (name == "remote_console") Learn(Secret(Text(member, "url")));
    // An object of such a name ("password": {"user": …}) holds more than the secret.
    if (!member.is_string() || !Has(kMembers, WithoutPrefix(name))) {
      LearnMembers(member);
      continue;
    }
    const std::string text = member.get<std::string>();
    Learn(Secret(text));
    std::string plain;
    if (WithoutPrefix(name) == "user_data" && absl::Base64Unescape(text, &plain))
      Keep(std::move(plain));
  }
}

void Redactor::Learn(const Request& request) {
  LearnHeaders(request.headers);
  LearnAddress(request.url);
  if (const auto body = ParseJson(request.body)) LearnMembers(*body);
}

void Redactor::Learn(Response& response) {
  LearnHeaders(response.headers);
  if (response.body.size() > kAnswerMax) return;
  if (response.json.is_null()) response.json = ParseJson(response.body).value_or(nullptr);
  LearnMembers(response.json);
}

bool Redactor::Keep(std::string text, bool fleeting) {
  if (text.size() < kLeast) return false;
  absl::MutexLock lock(&mu_);
  const std::size_t size = text.size();
  const auto [kept, is_new] = known_.insert(std::move(text));
  if (!is_new) return false;
  Queue& queue = fleeting ? fleeting_ : lasting_;
  queue.by_age.push_back(kept);
  queue.bytes += size;
  Shorten(queue, fleeting ? kMostFleeting : kMostLasting);
  return true;
}

void Redactor::Shorten(Queue& queue, std::size_t most) {
  while (queue.by_age.size() > most || (queue.bytes > kMostBytes && queue.by_age.size() > 1)) {
    queue.bytes -= queue.by_age.front()->size();
    known_.erase(queue.by_age.front());
    queue.by_age.pop_front();
  }
}

std::string Redactor::Redact(std::string text) const {
  if (text.size() < kLeast) return text;
  absl::MutexLock lock(&mu_);
  // All at once: of secrets that begin alike, the longest has to go as a whole.
  std::vector<std::pair<absl::string_view, absl::string_view>> cuts;
  for (const std::string& secret : known_) {
    if (secret.size() <= text.size()) cuts.emplace_back(secret, kRedacted);
  }
  if (!cuts.empty()) absl::StrReplaceAll(cuts, &text);
  return text;
}

Error Redactor::Redact(Error error) const {
  std::vector<std::string*> texts = {&error.summary, &error.detail, &error.hint};
  if (error.api) {
    ApiFault& api = *error.api;
    for (std::string* text :
         {&api.code, &api.message, &api.request_id, &api.operation, &api.job_id}) {
      texts.push_back(text);
    }
  }
  for (std::string* text : texts) *text = Redact(std::move(*text));
  return error;
}

}  // namespace ecs::client
