// Where settings come from: the configuration beats the environment beats clouds.yaml.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/settings.h"

namespace ecs::client {

// The machine as settings see it; tests pass their own.
struct Surroundings {
  // The value of an environment variable; nothing when unset.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The content of a file; nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
};

// The process's environment and file system.
Surroundings RealSurroundings();

// `configured` completed from the environment (OS_AUTH_URL, OS_REGION_NAME, OS_PROJECT_ID,
// OS_PROJECT_NAME, OS_DOMAIN_ID, OS_DOMAIN_NAME, OS_USERNAME, OS_USER_ID, OS_PASSWORD, OS_TOKEN,
// OS_ACCESS_KEY, OS_SECRET_KEY, OS_SECURITY_TOKEN, OS_INSECURE, OS_CACERT, OS_CERT, OS_KEY,
// OS_MAX_RETRIES, OS_METADATA_SERVICE, OS_AGENCY_NAME, OS_AGENCY_DOMAIN_NAME, OS_AGENCY_DOMAIN_ID,
// OS_AGENCY_DURATION_SECONDS, OS_DELEGATED_PROJECT, OS_CLOUD, OS_ECS_ENDPOINT_OVERRIDE and the like
// for the other services, and customary synonyms) and then from the entry `cloud` of clouds.yaml
// (OS_CLIENT_CONFIG_FILE, ./clouds.yaml, ~/.config/openstack/clouds.yaml,
// /etc/openstack/clouds.yaml, or .yml, .json), where what secure.yaml (OS_CLIENT_SECURE_FILE,
// beside it, or in the same places) says counts more. Of `regions` the chosen one, or the first,
// counts; `profile` is not looked up.
//
// Credentials are taken as a whole: where a stronger source has begun one method (token, keys,
// password, metadata service), weaker sources may complete that method but not add another. Of what
// an id or a name can say, a weaker source does not say the other.
//
// kInvalid if a variable cannot be understood, or the entry of clouds.yaml is missing, malformed,
// of an auth_type that we do not have, or without the chosen region.
Result<Settings> Complete(Settings configured, const Surroundings& surroundings);

// kInvalid, with the path of the argument where there is one, if something is missing or
// contradictory. Asks nothing of the network.
Status Check(const Settings& settings);

}  // namespace ecs::client
