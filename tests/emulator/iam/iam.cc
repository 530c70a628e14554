#include "tests/emulator/iam/iam.h"

#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/signature.h"

namespace emulator {
namespace {

// The gateway's limit on the age of a signature (api/auth.md section 4.1).
constexpr auto kSkewMax = std::chrono::minutes(15);

}  // namespace

Iam::Iam(const Options& options, Ids& ids) : options_(options), ids_(ids) {
  keys_[options.access_key] = {.secret = options.secret_key};
}

Identity Iam::User(std::string project_id) const {
  return {.user_id = options_.user_id,
          .user_name = options_.user_name,
          .project_id = std::move(project_id)};
}

Iam::Recognised Iam::Recognise(const Request& request, ecs::WallTime now) const {
  const std::string text = request.Header("X-Auth-Token");
  if (text.empty()) {
    if (HasHeader(request.headers, "Authorization")) return RecogniseSignature(request, now);
    return {.denied = Denied::kMissing};
  }
  const auto found = tokens_.find(text);
  if (found == tokens_.end()) return {.denied = Denied::kBadToken};
  if (found->second.expires <= now) return {.denied = Denied::kExpiredToken};
  return {.who = User(found->second.project_id)};
}

Iam::Recognised Iam::RecogniseSignature(const Request& request, ecs::WallTime now) const {
  const std::optional<Authorization> given = ParseAuthorization(request.Header("Authorization"));
  if (!given) {
    return {.denied = Denied::kBadSignature, .detail = "the Authorization header is malformed"};
  }
  const auto key = keys_.find(given->access_key);
  if (key == keys_.end()) return {.denied = Denied::kUnknownKey};
  const std::string date = request.Header("X-Sdk-Date");
  const std::optional<ecs::WallTime> signed_at = ParseSdkDate(date);
  if (!signed_at) return {.denied = Denied::kBadSignature, .detail = "X-Sdk-Date is malformed"};
  if (*signed_at + kSkewMax < now || now + kSkewMax < *signed_at) {
    return {.denied = Denied::kSkew,
            .detail =
                StrCat("signature expired, signature time:", date, ",server time:", SdkDate(now))};
  }
  if (key->second.expires && *key->second.expires <= now) return {.denied = Denied::kExpiredKey};
  if (key->second.security_token != request.Header("X-Security-Token")) {
    return {.denied = Denied::kBadSignature, .detail = "X-Security-Token is not this key's"};
  }
  const std::string problem = CheckSignature(request, *given, key->second.secret);
  if (!problem.empty()) return {.denied = Denied::kBadSignature, .detail = problem};
  std::string project = request.Header("X-Project-Id");
  if (project.empty() && !HasHeader(request.headers, "X-Domain-Id")) project = options_.project_id;
  return {.who = User(project)};
}

std::string Iam::Issue(Token token) {
  // Real tokens are kilobytes long; a client that cuts them should fail here too.
  std::string text = StrCat("MII", ids_.HexDigits(2000));
  tokens_[text] = std::move(token);
  return text;
}

const Token* Iam::FindToken(const std::string& text, ecs::WallTime now) const {
  const auto found = tokens_.find(text);
  return found == tokens_.end() || found->second.expires <= now ? nullptr : &found->second;
}

std::size_t Iam::RevokeAll() {
  const std::size_t count = tokens_.size();
  tokens_.clear();
  std::erase_if(keys_, [](const auto& key) { return key.second.expires.has_value(); });
  return count;
}

std::string Iam::IssueKey(ecs::WallTime expires) {
  std::string access = StrCat("AKTEMP", ids_.HexDigits(14));
  keys_[access] = {.secret = ids_.HexDigits(40),
                   .security_token = StrCat("gQpj", ids_.HexDigits(160)),
                   .expires = expires};
  return access;
}

std::string Iam::IssueMetadataToken(ecs::WallTime expires) {
  std::string text = ids_.HexDigits(96);
  metadata_tokens_[text] = expires;
  return text;
}

bool Iam::KnowsMetadataToken(const std::string& text, ecs::WallTime now) const {
  const auto found = metadata_tokens_.find(text);
  return found != metadata_tokens_.end() && found->second > now;
}

}  // namespace emulator
