// Logging of requests and answers without ever showing a secret.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client/redactor.h"
#include "client/transport.h"

namespace ecs::client {

// Each try: at debug method, operation, status, duration and request id; at trace also headers and
// bodies, through lists of the names that may be shown. Everything else reads REDACTED. Bodies are
// cut at 4 KiB. Goes below Authorize, right above the transport: `secrets` learns here what each
// request and answer carries, and cuts it out of every line and out of the transport's errors.
Stage LogWire(std::shared_ptr<Redactor> secrets = std::make_shared<Redactor>());

// What trace shows of a header or of a body. A body that is not JSON shows its length only.
std::string ShownHeader(std::string_view name, std::string_view value);
std::string ShownBody(std::string_view body, const Redactor& secrets = {});

}  // namespace ecs::client
