// Tokens: fetched once for all, renewed early, and fetched again after a 401.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"
#include "base/secret.h"
#include "client/catalogue.h"
#include "client/settings.h"
#include "client/single_flight.h"
#include "client/transport.h"

namespace ecs::client {

struct Token {
  Secret value = {};
  WallTime expires = WallTime::max();
  std::string project_id = {};  // of a project-scoped token
  Catalogue catalogue = {};
};
using TokenPtr = std::shared_ptr<const Token>;

// Safe from any thread.
class TokenSource {
 public:
  using Fetch = std::function<Result<Token>(const Call&)>;
  explicit TokenSource(Fetch fetch);

  // A token that is valid for a while. Within 30 minutes of its end one caller renews it in its own
  // thread while the others go on with it; a failed renewal is tried again a minute later. Without
  // a valid token all callers wait for the one that fetches. Errors are those of the fetch, with
  // maybe_executed cleared: nothing but a login can have happened.
  Result<TokenPtr> Get(const Call& call);

  // The cloud refused this token: it is not handed out again. Does nothing if another one took its
  // place already.
  void Refused(const TokenPtr& token);

 private:
  Result<TokenPtr> Renew(const Call& call);

  const Fetch fetch_;
  SingleFlight<TokenPtr> flight_;
  absl::Mutex mu_;
  TokenPtr token_ ABSL_GUARDED_BY(mu_);
  bool renewing_ ABSL_GUARDED_BY(mu_) = false;
  TimePoint no_renewal_before_ ABSL_GUARDED_BY(mu_) = TimePoint::min();
};

// The time that IAM writes as "2024-05-02T08:30:00.000000Z"; nothing if `text` is none. A time that
// no clock of ours can be near is brought to the year 1970 or 2200: sums with it stay in range.
std::optional<WallTime> ParseTokenTime(const std::string& text);

// The error of a call that had to come before the one that was asked for: that one was surely not
// executed, and a 404 of IAM must not read as "the server is gone".
Error BeforeTheRequest(Error error);

// Logs in with name (or id) and password, scoped to the project, or asks IAM what a given token is
// good for (auth.md section 1). `iam` sends to IAM, interprets answers, and does not retry: the
// loop of the request that needs the token does. A given token without an auth_url is taken as it
// is.
TokenSource::Fetch LoginFrom(Settings settings, Send iam);

}  // namespace ecs::client
