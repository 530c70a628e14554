// AK/SK request signing, SDK-HMAC-SHA256 (auth.md section 4, variant A).
#pragma once

#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "client/transport.h"

namespace ecs::client {

struct Keys {
  std::string access_key = {};
  Secret secret_key = {};
  Secret security_token = {};  // of temporary keys; empty for permanent ones
};

// "20240501T083000Z"
std::string SdkDate(WallTime now);

// The value of Authorization. Signs every header of the request whose name has no underscore,
// except Authorization itself; an X-Sdk-Date must be among them. Does not change the request.
std::string Signature(const Keys& keys, const Request& request);

// Sets X-Sdk-Date, Host, X-Security-Token and Authorization. Signs host, x-sdk-date, content-type,
// x-project-id, x-domain-id, x-security-token and x-client-token, as far as they are sent.
void Sign(const Keys& keys, WallTime now, Request& request);

}  // namespace ecs::client
