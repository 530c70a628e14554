// Logging of requests and answers without ever showing a secret.
#pragma once

#include <string>
#include <string_view>

#include "client/transport.h"

namespace ecs::client {

// Each try: at debug method, operation, status, duration and request id; at trace also headers and
// bodies, through lists of the names that may be shown. Everything else reads REDACTED. Bodies are
// cut at 4 KiB. Goes below Authorize, right above the transport.
Stage LogWire();

// What trace shows of a header or of a body. A body that is not JSON shows its length only.
std::string ShownHeader(std::string_view name, std::string_view value);
std::string ShownBody(std::string_view body);

// `text` with every value cut out that `body` (JSON) keeps under a name such as adminPass,
// password, user_data or private_key: error messages like to repeat what they did not like.
std::string WithoutSecretsOf(std::string_view body, std::string text);

}  // namespace ecs::client
