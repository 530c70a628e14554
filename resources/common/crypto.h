// Hashes, base64 and random ids, from OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace ecs::resources {

std::string Sha256Hex(std::string_view bytes);
std::string Base64(std::string_view bytes);
// A random UUID (version 4). Only for apply: a plan must not depend on chance.
std::string RandomUuid();

}  // namespace ecs::resources
