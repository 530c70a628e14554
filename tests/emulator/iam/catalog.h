// What several answers of IAM hold: where the services are, temporary keys.
#pragma once

#include <string>

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

// The catalogue of a project's token. `base` is where the client found us, "http://127.0.0.1:8080".
Json Catalog(const Cloud& cloud, const std::string& base);

// {"credential": …} of a temporary key that is made for it and ends at `expires`.
Json CredentialJson(Cloud& cloud, ecs::WallTime expires);

// The same origin under the host name by which the image service is known, so that its / can answer
// with its own versions (api/client-routes.md): localhost beside 127.0.0.1.
std::string ImageBase(const std::string& base);

}  // namespace emulator
