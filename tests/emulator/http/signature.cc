#include "tests/emulator/http/signature.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/format.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

constexpr std::string_view kAlgorithm = "SDK-HMAC-SHA256";

std::string CanonicalPath(std::string_view target) {
  const std::string path = PercentDecode(target.substr(0, target.find('?')));
  std::vector<std::string> segments;
  for (std::string_view segment : Split(path, '/')) {
    segments.push_back(PercentEncode(segment));
  }
  std::string canonical = Join(segments, "/");
  if (canonical.empty() || canonical.back() != '/') canonical.push_back('/');
  return canonical;
}

// The pairs of the query, decoded. A '+' is left alone: signers encode a space as %20.
std::vector<std::pair<std::string, std::string>> QueryPairs(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return pairs;
  for (std::string_view part : SplitWords(target.substr(mark + 1), '&')) {
    const auto pair = SplitOnce(part, '=');
    pairs.emplace_back(PercentDecode(pair.first), PercentDecode(pair.second));
  }
  return pairs;
}

std::string JoinQuery(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::string> parts;
  parts.reserve(pairs.size());
  for (const auto& [key, value] : pairs) {
    parts.push_back(StrCat(PercentEncode(key), "=", PercentEncode(value)));
  }
  return Join(parts, "&");
}

std::string CanonicalQuery(std::string_view target) {
  auto pairs = QueryPairs(target);
  std::sort(pairs.begin(), pairs.end());
  return JoinQuery(pairs);
}

// Variant B: by encoded key without regard to case.
std::string CanonicalQueryB(std::string_view target) {
  auto pairs = QueryPairs(target);
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
    return ToLower(PercentEncode(a.first)) < ToLower(PercentEncode(b.first));
  });
  return JoinQuery(pairs);
}

std::string CollapseSpace(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t';
    if (space && !out.empty() && out.back() == ' ') continue;
    out.push_back(space ? ' ' : c);
  }
  return out;
}

// Fails with the name of a header that was signed but not sent.
std::string CanonicalHeaders(const Request& request, const Authorization& given, bool collapse,
                             std::string& out) {
  std::vector<std::string> names = given.signed_headers;
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!HasHeader(request.headers, name)) return name;
    std::string value(Strip(request.Header(name)));
    if (collapse) value = CollapseSpace(value);
    StrAppend(&out, name, ":", value, "\n");
  }
  return "";
}

std::string Sign(const Request& request, const Authorization& given, std::string_view secret,
                 std::string_view canonical) {
  const std::string date = request.Header("X-Sdk-Date");
  const std::string hash = Hex(Sha256(canonical));
  if (given.scope.empty()) {
    return Hex(HmacSha256(secret, StrCat(kAlgorithm, "\n", date, "\n", hash)));
  }
  std::string key = StrCat("SDK", secret);
  for (std::string_view part : Split(given.scope, '/')) key = HmacSha256(key, part);
  return Hex(HmacSha256(key, StrCat(kAlgorithm, "\n", date, "\n", given.scope, "\n", hash)));
}

// What signers are known to hash as query and payload of this request, each a (query, hash) pair.
std::vector<std::pair<std::string, std::string>> Candidates(const Request& request, bool scoped) {
  const std::string body_hash = Hex(Sha256(request.body));
  const std::string sent_hash = request.Header("X-Sdk-Content-Sha256");
  const std::string query = CanonicalQuery(request.target);
  std::vector<std::pair<std::string, std::string>> all;
  if (!sent_hash.empty()) all.emplace_back(query, sent_hash);
  // With no body, the vendor's Python signer hashes nothing although it sends the header.
  if (sent_hash.empty() || request.body.empty()) all.emplace_back(query, body_hash);
  if (scoped) {
    const std::string query_b = CanonicalQueryB(request.target);
    all.emplace_back(query_b, body_hash);
    if (request.method == "POST" && request.body.empty()) {
      all.emplace_back("", Hex(Sha256(query_b)));
    }
  }
  return all;
}

}  // namespace

std::optional<Authorization> ParseAuthorization(std::string_view header) {
  if (!ConsumePrefix(&header, kAlgorithm) || !ConsumePrefix(&header, " ")) {
    return std::nullopt;
  }
  std::optional<Authorization> given(std::in_place);
  for (std::string_view part : Split(header, ',')) {
    part = Strip(part);
    if (ConsumePrefix(&part, "Access=")) {
      given->access_key = part;
    } else if (ConsumePrefix(&part, "Credential=")) {
      const std::size_t slash = part.find('/');
      if (slash == std::string_view::npos) return std::nullopt;
      given->access_key = part.substr(0, slash);
      given->scope = part.substr(slash + 1);
    } else if (ConsumePrefix(&part, "SignedHeaders=")) {
      given->signed_headers = SplitWords(ToLower(part), ';');
    } else if (ConsumePrefix(&part, "Signature=")) {
      given->signature = part;
    }
  }
  if (given->access_key.empty() || given->signature.size() != 64) return std::nullopt;
  return given;
}

std::string CheckSignature(const Request& request, const Authorization& given,
                           std::string_view secret) {
  const bool scoped = !given.scope.empty();
  std::string headers;
  const std::string missing = CanonicalHeaders(request, given, scoped, headers);
  if (!missing.empty()) return StrCat("the signed header ", missing, " was not sent");
  std::vector<std::string> names = given.signed_headers;
  std::sort(names.begin(), names.end());
  const std::string head = StrCat(ToUpper(request.method), "\n", CanonicalPath(request.target));
  for (const auto& [query, hash] : Candidates(request, scoped)) {
    const std::string canonical =
        StrCat(head, "\n", query, "\n", headers, "\n", Join(names, ";"), "\n", hash);
    const std::string expected = Sign(request, given, secret, canonical);
    if (CRYPTO_memcmp(expected.data(), given.signature.data(), expected.size()) == 0) return "";
  }
  return "verify signature fail";
}

}  // namespace emulator
