// ecs_token: a token of IAM for other tools, never stored. Cloud: auth.md section 1.
#include <algorithm>

#include "absl/time/time.h"
#include "resources/cloud.h"
#include "resources/ephemerals.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct TokenObject {
  Attr<std::string> token = {};
  Attr<std::string> expires_at = {};
  Attr<std::string> project_id = {};
};

// IAM advises to have a new one in the last half hour (auth.md section 1.1).
constexpr Duration kCheckBefore = std::chrono::minutes(30);

schema::Attributes<TokenObject> Rows() {
  schema::Attributes<TokenObject> rows;
  rows.add({.name = "token",
            .field = &TokenObject::token,
            .mode = Mode::kComputed,
            .sensitive = true,
            .doc = "The token, for the header `X-Auth-Token`."});
  rows.add({.name = "expires_at",
            .field = &TokenObject::expires_at,
            .mode = Mode::kComputed,
            .doc = "When it ends (RFC 3339)."});
  rows.add({.name = "project_id",
            .field = &TokenObject::project_id,
            .mode = Mode::kComputed,
            .doc = "ID of the project that it is good for."});
  return rows;
}

// No cloud prolongs a token: shortly before its end it is looked at once more.
std::optional<WallTime> NextLook(WallTime now, WallTime ends) {
  const auto left = ends - now;
  if (ends == WallTime::max() || left <= Duration::zero()) return std::nullopt;
  return now + std::max<Duration>(left - kCheckBefore, left / 2);
}

Result<schema::Opened<TokenObject>> Open(const Call& call, Cloud& cloud, const TokenObject&,
                                         schema::Diagnostics&) {
  Result<client::Token> token = cloud.ecs.IssueToken(call);
  if (!token.ok()) return token.error().While("Issuing a token failed");
  schema::Opened<TokenObject> opened;
  // What the user asked for.
  opened.object.token = token->value.Reveal();
  if (!token->project_id.empty()) opened.object.project_id = token->project_id;
  if (token->expires != WallTime::max()) {
    opened.object.expires_at = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromChrono(token->expires), absl::UTCTimeZone());
  }
  // A token of the user's own is left alone at the end.
  if (cloud.ecs.IssuesTokens()) {
    // Closing revokes it. These bytes stay in Terraform's memory.
    opened.lifespan.private_bytes = token->value.Reveal();
    opened.lifespan.renew_at = NextLook(call.clock.WallNow(), token->expires);
  }
  return opened;
}

Result<schema::Lifespan> Renew(const Call& call, Cloud& cloud, const std::string& bytes) {
  const Result<WallTime> ends = cloud.ecs.TokenEnds(call, Secret(bytes));
  if (ends.ok()) return schema::Lifespan{.private_bytes = bytes};
  return ends.error()
      .While("The token of ecs_token is not valid any more")
      .Hint("Tokens cannot be prolonged. Run the command again, in less time than a token lives.");
}

Status Close(const Call& call, Cloud& cloud, const std::string& bytes) {
  if (bytes.empty()) return Ok{};
  const Status done = cloud.ecs.RevokeToken(call, Secret(bytes));
  if (done.ok()) return Ok{};
  return done.error()
      .While("Revoking the token of ecs_token failed")
      .Hint("It stays valid until it ends by itself.");
}

}  // namespace

schema::AnyEphemeral TokenEphemeral() {
  return schema::EphemeralType<TokenObject, Cloud>{
      .name = "ecs_token",
      .doc =
          "A token of IAM, for tools that call the cloud beside this provider. Revoked when "
          "Terraform is done with it; after an error Terraform leaves it open, and it lives until "
          "`expires_at`. With `token` in the provider block, and no `assume_role`, it is that one, "
          "which stays; keys get none.",
      .rows = Rows(),
      .open = Open,
      .renew = Renew,
      .close = Close}
      .Erase();
}

}  // namespace ecs::resources
