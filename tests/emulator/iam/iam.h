// Who may ask: users, tokens, access keys.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "tests/emulator/cloud/format.h"
#include "tests/emulator/cloud/options.h"
#include "tests/emulator/http/http.h"

namespace emulator {

// Whoever was recognised. An empty project: a token of the account, not of a project.
struct Identity {
  std::string user_id = {};
  std::string user_name = {};
  std::string project_id = {};
};

struct Token {
  std::string project_id = {};  // empty: scoped to the domain, or not at all
  bool domain_scope = false;
  std::string methods = "password";
  std::string agency = {};  // assumed; empty: the user itself
  ecs::WallTime issued = {};
  ecs::WallTime expires = {};
};

struct AccessKey {
  std::string secret = {};
  std::string security_token = {};  // empty: a permanent key
  std::optional<ecs::WallTime> expires = {};
};

// Why a request was not let in.
enum class Denied {
  kMissing,
  kBadToken,
  kExpiredToken,
  kUnknownKey,
  kBadSignature,
  kSkew,
  kExpiredKey
};

// The Emulator's lock guards it.
class Iam {
 public:
  Iam(const Options& options, Ids& ids);

  // Recognises X-Auth-Token, or Authorization with X-Sdk-Date (api/auth.md sections 4 and 5).
  // Exactly one of the results is set.
  struct Recognised {
    std::optional<Identity> who = {};
    Denied denied = Denied::kMissing;
    std::string detail = {};  // of a refused signature, for the answer's message
  };
  Recognised Recognise(const Request& request, ecs::WallTime now) const;

  // Returns the token's text.
  std::string Issue(Token token);
  // Null if it was never issued, was revoked, or has expired by `now`.
  const Token* FindToken(const std::string& text, ecs::WallTime now) const;
  bool Revoke(const std::string& text) { return tokens_.erase(text) > 0; }
  // Every token and temporary key dies, as after a change of password. Returns how many tokens.
  std::size_t RevokeAll();

  // Makes a temporary access key. Returns its access part.
  std::string IssueKey(ecs::WallTime expires);
  const AccessKey& Key(const std::string& access) const { return keys_.at(access); }
  // Of the metadata service's second version.
  std::string IssueMetadataToken(ecs::WallTime expires);
  bool KnowsMetadataToken(const std::string& text, ecs::WallTime now) const;
  std::size_t token_count() const { return tokens_.size(); }

 private:
  Recognised RecogniseSignature(const Request& request, ecs::WallTime now) const;
  Identity User(std::string project_id) const;

  const Options& options_;
  Ids& ids_;
  std::map<std::string, Token> tokens_;
  std::map<std::string, AccessKey> keys_;
  std::map<std::string, ecs::WallTime> metadata_tokens_;  // and their ends
};

}  // namespace emulator
