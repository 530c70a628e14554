// Tokens: what they are, and how a login gets one.
#pragma once

#include <optional>
#include <string>

#include "base/secret.h"
#include "client/catalogue.h"
#include "client/renewed.h"
#include "client/settings.h"
#include "client/transport.h"

namespace ecs::client {

struct Token {
  Secret value = {};
  WallTime expires = WallTime::max();
  std::string project_id = {};  // of a project-scoped token
  Catalogue catalogue = {};
};
using TokenSource = Renewed<Token>;
using TokenPtr = TokenSource::Ptr;

// The time that IAM writes as "2024-05-02T08:30:00.000000Z"; nothing if `text` is none. A time that
// no clock of ours can be near is brought to the year 1970 or 2200: sums with it stay in range.
std::optional<WallTime> ParseTokenTime(const std::string& text);

// Logs in with name (or id) and password, scoped to the project, or asks IAM what a given token is
// good for (auth.md section 1). With an agency, that login or token is of the account alone, and
// the agency's token is fetched with it (section 3.1). `iam` sends to IAM, interprets answers, and
// does not retry: the loop of the request that needs the token does. A given token without an
// auth_url is taken as it is.
TokenSource::Fetch LoginFrom(Settings settings, Send iam);

}  // namespace ecs::client
