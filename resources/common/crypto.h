// Hashes and base64.
#pragma once

#include <string>
#include <string_view>

namespace ecs::resources {

std::string Sha256Hex(std::string_view bytes);
std::string Base64(std::string_view bytes);

}  // namespace ecs::resources
