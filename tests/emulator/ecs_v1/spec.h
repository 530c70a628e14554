// Reads the `server` object of a v1 create call.
#pragma once

#include <optional>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/http/http.h"

namespace emulator {

// Fills `spec` (all but id and volume names) and `count`, or refuses with the code of the first
// rule that is broken: api/ecs-v1.md sections 2.1 to 2.8.
std::optional<Response> ReadServerSpec(const Cloud& cloud, const Json& server, ServerSpec& spec,
                                       int& count);

// Metadata that the platform adds to every server.
void AddSystemMetadata(const Cloud& cloud, Server& row);

// At least 8 characters of three kinds, at most 26.
bool PasswordIsStrong(const std::string& password);

}  // namespace emulator
