// What every cloud begins with. The ids are fixed, so that configurations and tests can name them.
#pragma once

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

inline constexpr char kVpcId[] = "10000000-0000-4000-8000-000000000001";
inline constexpr char kNetworkId[] = "20000000-0000-4000-8000-000000000001";
inline constexpr char kOtherNetworkId[] = "20000000-0000-4000-8000-000000000002";
inline constexpr char kNeutronSubnetId[] = "21000000-0000-4000-8000-000000000001";
inline constexpr char kOtherNeutronSubnetId[] = "21000000-0000-4000-8000-000000000002";
inline constexpr char kExternalNetworkId[] = "22000000-0000-4000-8000-000000000001";
inline constexpr char kDefaultGroupId[] = "30000000-0000-4000-8000-000000000001";
inline constexpr char kWebGroupId[] = "30000000-0000-4000-8000-000000000002";
inline constexpr char kUbuntuImageId[] = "40000000-0000-4000-8000-000000000001";
inline constexpr char kDebianImageId[] = "40000000-0000-4000-8000-000000000002";
inline constexpr char kWindowsImageId[] = "40000000-0000-4000-8000-000000000003";
inline constexpr char kOldUbuntuImageId[] = "40000000-0000-4000-8000-000000000004";
inline constexpr char kQueuedImageId[] = "40000000-0000-4000-8000-000000000009";
inline constexpr char kKeyPairName[] = "demo-key";

void Seed(Cloud& cloud);

// A table of the seeded things for people: --help shows it.
std::string SeedText();

}  // namespace emulator
