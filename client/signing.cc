#include "client/signing.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

constexpr char kAlgorithm[] = "SDK-HMAC-SHA256";

std::string HexSha256(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), size});
}

std::string HexHmac(std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &size);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), size});
}

std::string CanonicalPath(std::string_view path) {
  std::vector<std::string> segments;
  const std::vector<std::string> decoded = absl::StrSplit(PercentDecode(path), '/');
  segments.reserve(decoded.size());
  for (const std::string& segment : decoded) {
    segments.push_back(PercentEncode(segment));
  }
  std::string canonical = absl::StrJoin(segments, "/");
  // Only the signature needs the final slash; the path on the wire stays as it is.
  if (!absl::EndsWith(canonical, "/")) canonical += '/';
  return canonical;
}

std::string CanonicalQuery(std::string_view query) {
  Query pairs;
  const std::vector<std::string> texts = absl::StrSplit(View(query), '&', absl::SkipEmpty());
  for (const std::string& pair : texts) {
    const std::pair<std::string, std::string> halves =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    pairs.emplace_back(PercentDecode(halves.first), PercentDecode(halves.second));
  }
  // By decoded bytes, which is code point order for UTF-8; sorting encoded text differs
  // (auth.md 4.2).
  std::sort(pairs.begin(), pairs.end());
  std::string text = QueryText(pairs);
  return text.empty() ? text : text.substr(1);
}

std::string PayloadHash(const Request& request) {
  const std::string& given = request.headers.Get("X-Sdk-Content-Sha256");
  // Without a body the vendor's signers disagree whether the header counts (auth.md 4.2, part 6).
  if (!given.empty() && !request.body.empty()) return given;
  return HexSha256(request.body);
}

std::string SignatureOver(const Keys& keys, const Request& request,
                          const std::map<std::string, std::string>& headers) {
  const UrlParts url = SplitUrl(request.url);
  std::string lines;
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&lines, name, ":", value, "\n");
    names.push_back(name);
  }
  const std::string signed_names = absl::StrJoin(names, ";");
  const std::string canonical =
      absl::StrJoin({absl::AsciiStrToUpper(request.method), CanonicalPath(url.path),
                     CanonicalQuery(url.query), lines, signed_names, PayloadHash(request)},
                    "\n");
  const std::string to_sign =
      absl::StrCat(kAlgorithm, "\n", request.headers.Get("X-Sdk-Date"), "\n", HexSha256(canonical));
  // The key itself is what signs.
  const std::string signature = HexHmac(keys.secret_key.Reveal(), to_sign);
  return absl::StrCat(kAlgorithm, " Access=", keys.access_key, ", SignedHeaders=", signed_names,
                      ", Signature=", signature);
}

std::map<std::string, std::string> Signable(const Headers& headers) {
  std::map<std::string, std::string> signable;
  for (const auto& [name, value] : headers) {
    const std::string lower = absl::AsciiStrToLower(name);
    if (lower == "authorization" || absl::StrContains(lower, '_')) continue;
    signable[lower] = std::string(absl::StripAsciiWhitespace(value));
  }
  return signable;
}

}  // namespace

std::string SdkDate(WallTime now) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", absl::FromChrono(now), absl::UTCTimeZone());
}

std::string Signature(const Keys& keys, const Request& request) {
  return SignatureOver(keys, request, Signable(request.headers));
}

void Sign(const Keys& keys, WallTime now, Request& request) {
  request.headers.Set("X-Sdk-Date", SdkDate(now));
  request.headers.Set("Host", SplitUrl(request.url).authority);
  if (!keys.security_token.empty()) {
    // Temporary keys are recognised by this header.
    request.headers.Set("X-Security-Token", keys.security_token.Reveal());
  }
  std::map<std::string, std::string> chosen = Signable(request.headers);
  static constexpr std::string_view kSigned[] = {
      "host",        "x-sdk-date",       "content-type",   "x-project-id",
      "x-domain-id", "x-security-token", "x-client-token", "x-sdk-content-sha256"};
  std::erase_if(chosen, [](const auto& field) {
    return std::find(std::begin(kSigned), std::end(kSigned), field.first) == std::end(kSigned);
  });
  request.headers.Set("Authorization", SignatureOver(keys, request, chosen));
}

}  // namespace ecs::client
