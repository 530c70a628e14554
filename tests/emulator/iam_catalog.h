// Where the services are, as tokens and /v3/auth/catalog tell.
#pragma once

#include <string>

#include "tests/emulator/cloud.h"

namespace emulator {

// The catalogue of a project's token. `base` is where the client found us, "http://127.0.0.1:8080".
Json Catalog(const Cloud& cloud, const std::string& base);

// The same origin under the host name by which the image service is known, so that its / can answer
// with its own versions (api/client-routes.md): localhost beside 127.0.0.1.
std::string ImageBase(const std::string& base);

}  // namespace emulator
