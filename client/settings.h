// Everything a customer can choose about reaching the cloud.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/secret.h"

namespace ecs::client {

inline constexpr int kDefaultMaxRetries = 5;

// A plain value; empty or absent means not chosen. Names are those of the provider block
// (design.md section 2).
struct Settings {
  std::string auth_url = {};  // of IAM, with or without /v3
  std::string region = {};
  std::string project_id = {};
  std::string project_name = {};
  std::string domain_id = {};
  std::string domain_name = {};
  std::string user_name = {};
  std::string user_id = {};
  Secret password = {};
  Secret token = {};
  std::string access_key = {};
  Secret secret_key = {};
  Secret security_token = {};  // goes with temporary keys
  std::string cloud = {};      // entry of clouds.yaml
  // By service: iam, ecs, vpc, evs, ims, eip. A bare origin, or with /v1/{project}, /v2/{project},
  // /v2.1/{project} behind it.
  std::map<std::string, std::string> endpoints = {};
  std::optional<bool> insecure = {};  // do not verify TLS certificates
  std::string cacert_file = {};
  std::string cert_file = {};
  std::string key_file = {};
  std::optional<int> max_retries = {};             // repetitions after the first try
  std::optional<double> requests_per_second = {};  // 0: no limit
  std::string user_agent = {};

  bool operator==(const Settings&) const = default;
};

// How requests are authorised.
enum class Method { kNone, kPassword, kToken, kKeys };

// The method that the settings are complete or begun for: a token before keys before a password.
Method MethodOf(const Settings& settings);

}  // namespace ecs::client
