// How the services write times, ids and hashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace emulator {

std::string IsoSeconds(ecs::WallTime time);  // 2024-05-01T08:30:44Z: Nova, ECS, IMS, VPC
std::string IsoMillis(ecs::WallTime time);   // 2024-05-01T08:30:44.604Z: jobs
std::string IsoMicros(ecs::WallTime time);  // 2024-05-01T08:30:44.604123, no zone: launched_at, EVS
std::string IsoMicrosZ(ecs::WallTime time);  // 2024-05-01T08:30:44.604123Z: IAM
std::string Blank(ecs::WallTime time);       // 2024-05-01 08:30:44: EIP
std::string SdkDate(ecs::WallTime time);     // 20240501T083044Z: X-Sdk-Date
std::string HttpDate(ecs::WallTime time);    // Wed, 01 May 2024 08:30:44 GMT: the Date header
// Nothing if the text has not that form.
std::optional<ecs::WallTime> ParseSdkDate(std::string_view text);

bool IsUuid(std::string_view text);  // 8-4-4-4-12 hex digits

std::string Hex(std::string_view bytes);                                 // lower case
std::string Sha256(std::string_view bytes);                              // raw digest
std::string Sha224(std::string_view bytes);                              // raw digest
std::string HmacSha256(std::string_view key, std::string_view message);  // raw digest

// Ids that look random and repeat for the same seed.
class Ids {
 public:
  explicit Ids(std::uint64_t seed) : state_(seed) {}

  std::string Uuid();            // version 4
  std::string HexDigits(int n);  // lower case
  std::string JobId();           // 32 hex digits that start as the cloud's do
  std::string Mac();             // fa:16:3e:…
  std::uint64_t Next();

 private:
  std::uint64_t state_;
};

}  // namespace emulator
