#include "tests/emulator/cloud/format.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

std::string Write(ecs::WallTime time, const char* format) {
  const absl::Time at = absl::UnixEpoch() + absl::Nanoseconds(time.time_since_epoch().count());
  return absl::FormatTime(format, at, absl::UTCTimeZone());
}

std::string Digest(const EVP_MD* kind, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr);
  return std::string(reinterpret_cast<const char*>(out), size);
}

}  // namespace

std::string IsoSeconds(ecs::WallTime time) { return Write(time, "%Y-%m-%dT%H:%M:%SZ"); }
std::string IsoMillis(ecs::WallTime time) { return Write(time, "%Y-%m-%dT%H:%M:%E3SZ"); }
std::string IsoMicros(ecs::WallTime time) { return Write(time, "%Y-%m-%dT%H:%M:%E6S"); }
std::string IsoMicrosZ(ecs::WallTime time) { return Write(time, "%Y-%m-%dT%H:%M:%E6SZ"); }
std::string Blank(ecs::WallTime time) { return Write(time, "%Y-%m-%d %H:%M:%S"); }
std::string SdkDate(ecs::WallTime time) { return Write(time, "%Y%m%dT%H%M%SZ"); }
std::string HttpDate(ecs::WallTime time) { return Write(time, "%a, %d %b %Y %H:%M:%S GMT"); }

std::optional<ecs::WallTime> ParseSdkDate(std::string_view text) {
  absl::Time at;
  if (text.size() != 16) return std::nullopt;
  if (!absl::ParseTime("%E4Y%m%dT%H%M%SZ", std::string(text), absl::UTCTimeZone(), &at, nullptr)) {
    return std::nullopt;
  }
  return ecs::WallTime(std::chrono::seconds(absl::ToUnixSeconds(at)));
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHexDigit(text[i])) {
      return false;
    }
  }
  return true;
}

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(std::string(bytes)); }
std::string Sha256(std::string_view bytes) { return Digest(EVP_sha256(), bytes); }
std::string Sha224(std::string_view bytes) { return Digest(EVP_sha224(), bytes); }

std::string HmacSha256(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), out, &size);
  return std::string(reinterpret_cast<const char*>(out), size);
}

std::uint64_t Ids::Next() {
  // splitmix64: one addition and three mixing steps, good enough to look random.
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::string Ids::HexDigits(int n) {
  std::string out;
  while (static_cast<int>(out.size()) < n) out += absl::StrFormat("%016x", Next());
  out.resize(n);
  return out;
}

std::string Ids::Uuid() {
  std::string hex = HexDigits(32);
  hex[12] = '4';
  hex[16] = "89ab"[Next() % 4];
  return StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                hex.substr(16, 4), "-", hex.substr(20));
}

std::string Ids::JobId() { return StrCat("ff8080", HexDigits(26)); }

std::string Ids::Mac() {
  const std::string hex = HexDigits(6);
  return StrCat("fa:16:3e:", hex.substr(0, 2), ":", hex.substr(2, 2), ":", hex.substr(4, 2));
}

}  // namespace emulator
