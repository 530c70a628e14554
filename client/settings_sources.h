// Where settings come from: configuration beats OS_* beats clouds.yaml beats HW_* variables.
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

// `configured` completed from these sources, the stronger first:
//  - the customary OS_* variables, and OS_ECS_ENDPOINT_OVERRIDE and the like for each service;
//  - the entry `cloud` of clouds.yaml (OS_CLIENT_CONFIG_FILE, ./clouds.yaml,
//    ~/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml, or .yml, .json), where what
//    secure.yaml (OS_CLIENT_SECURE_FILE, beside it, or in the same places) says counts more. Of
//    `regions` the chosen one, or the first, counts; `profile` is not looked up;
//  - the HW_* variables of Huawei Cloud's provider. They come last because `cloud` was chosen for
//    this provider, and they were set for another one.
// Their names are in settings_rows.h. A key or variable without a value is as good as none. Blanks
// and line ends around a value do not count; of a password, only line ends behind it do not.
//
// The user's and the project's account are independent: OS_USER_DOMAIN_* and OS_PROJECT_DOMAIN_*
// name one each, domain_id, domain_name and OS_DOMAIN_* what is left of both. A user without an
// account is looked for in the project's.
//
// Credentials are taken as a whole: where a stronger source has begun one method (token, keys,
// password, metadata service), weaker sources may complete that method but not add another. Of what
// an id or a name can say, a weaker source does not say the other.
//
// kInvalid if a variable cannot be understood, or the entry of clouds.yaml is missing, malformed,
// of an auth_type that we do not have, or without the chosen region; it names the file.
Result<Settings> Complete(Settings configured, const Surroundings& surroundings);

// kInvalid, with the path of the argument where there is one, if something is missing or
// contradictory. Asks nothing of the network.
Status Check(const Settings& settings);

}  // namespace ecs::client
