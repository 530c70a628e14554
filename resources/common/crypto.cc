#include "resources/common/crypto.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"

namespace ecs::resources {

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return absl::BytesToHexString(
      std::string(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string Base64(std::string_view bytes) { return absl::Base64Escape(std::string(bytes)); }

}  // namespace ecs::resources
