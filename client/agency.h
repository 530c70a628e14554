// Acting for another account, by an agency that it has delegated to ours (auth.md section 3).
#pragma once

#include <optional>

#include "base/call.h"
#include "base/result.h"
#include "client/json.h"
#include "client/settings.h"
#include "client/transport.h"

namespace ecs::client {

struct Assumption {
  Json scope = nullptr;             // null: none is sent
  std::optional<int> seconds = {};  // how long what is issued shall live; the cloud's default
};

// Sends `request` to IAM with a body that assumes the agency of `settings`. The documents disagree
// on the agency's field: agency_name is sent, and after a 400 once more as xrole_name. `iam`
// authorises the request as far as its headers do not, and interprets answers. Errors name the
// agency and assume_role. Safe from any thread.
Result<Response> AssumeAgency(const Call& call, const Settings& settings, const Send& iam,
                              Request request, const Assumption& how);

}  // namespace ecs::client
