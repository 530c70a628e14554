// Everything a customer can choose about reaching the cloud.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace ecs::client {

inline constexpr int kDefaultMaxRetries = 5;

// How long temporary keys of an agency may live (auth.md section 3.2).
inline constexpr int kAgencySecondsMin = 900;
inline constexpr int kAgencySecondsMax = 86400;

// What `endpoints` may name. The last is asked for keys alone, from inside a server.
inline constexpr std::array<const char*, 7> kServices = {"iam", "ecs", "vpc",     "evs",
                                                         "ims", "eip", "metadata"};

// A plain value; empty or absent means not chosen. Names are those of the provider block
// (design.md section 2); what begins with agency_ is in its assume_role.
struct Settings {
  std::string auth_url = {};  // of IAM, with or without /v3
  std::string region = {};
  std::string project_id = {};
  std::string project_name = {};
  // The account: the user's, and the project's where that one has none of its own.
  std::string domain_id = {};
  std::string domain_name = {};
  std::string project_domain_id = {};
  std::string project_domain_name = {};
  std::string user_name = {};
  std::string user_id = {};
  Secret password = {};
  Secret token = {};
  std::string access_key = {};
  Secret secret_key = {};
  Secret security_token = {};                 // goes with temporary keys
  std::optional<bool> metadata_service = {};  // keys from the server that we run in
  // The agency that is assumed, and the account that it belongs to; empty: none is.
  std::string agency_name = {};
  std::string agency_domain_name = {};
  std::string agency_domain_id = {};
  std::optional<int> agency_duration_seconds = {};  // of its temporary keys
  std::string delegated_project = {};               // its project, where no project is configured
  std::string cloud = {};                           // entry of clouds.yaml
  // By service, see kServices. A bare origin, or with /v1/{project}, /v2/{project},
  // /v2.1/{project} behind it.
  std::map<std::string, std::string> endpoints = {};
  std::optional<bool> insecure = {};  // do not verify TLS certificates
  std::string cacert_file = {};
  std::string cert_file = {};
  std::string key_file = {};
  std::optional<int> max_retries = {};             // repetitions after the first try
  std::optional<double> requests_per_second = {};  // 0: no limit
  std::string user_agent = {};
  // That the environment names: curl reads them itself, and errors must not show their passwords.
  std::vector<std::string> proxies = {};

  bool operator==(const Settings&) const = default;
};

// How requests are authorised.
enum class Method { kNone, kPassword, kToken, kKeys, kMetadata };

// The method that the settings are complete or begun for: a token before keys before a password
// before the metadata service.
Method MethodOf(const Settings& settings);

// Whether requests are signed with keys instead of carrying a token.
bool SignsRequests(const Settings& settings);

}  // namespace ecs::client
