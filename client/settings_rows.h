// Where each setting comes from, in one table: the variables of the environment and the keys of
// clouds.yaml stand here and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/settings.h"

namespace ecs::client {

// What one source says, before the user's and the project's account are told apart.
struct Source : Settings {
  std::string user_domain_id = {};
  std::string user_domain_name = {};
  // Whether the project's account is only what was said of both.
  bool project_domain_implied = false;
};

// One setting. Exactly one of the four members is set.
struct SettingRow {
  // In the provider block: "auth_url", "assume_role.agency_name"; empty: not there.
  std::string_view argument = {};
  std::string Source::*text = nullptr;
  Secret Source::*secret = nullptr;
  std::optional<bool> Source::*flag = nullptr;
  std::optional<int> Source::*number = nullptr;
  // Settings of one method of authentication belong together.
  Method method = Method::kNone;
  // Names the same thing: where a stronger source has it, this setting is none of its own.
  std::string Source::*alternative = nullptr;
  // Of OpenStack's tools and of Open Telekom Cloud's provider, first one first (auth.md section 8).
  std::vector<const char*> variables = {};
  // Of Huawei Cloud's provider (its docs/index.md, "Configuration Reference").
  std::vector<const char*> huawei = {};
  // Below the entry of clouds.yaml, or below its `auth`.
  std::vector<const char*> yaml = {};
};

// Lives as long as the process.
const std::vector<SettingRow>& SettingRows();

// Services as the OpenStack SDK calls them, in OS_COMPUTE_ENDPOINT_OVERRIDE and in clouds.yaml, and
// as `endpoints` does.
inline constexpr std::pair<const char*, const char*> kSdkServices[] = {{"identity", "iam"},
                                                                       {"compute", "ecs"},
                                                                       {"network", "vpc"},
                                                                       {"volume", "evs"},
                                                                       {"image", "ims"}};

// "OS_ECS_ENDPOINT_OVERRIDE" for "ecs".
std::string EndpointVariable(std::string_view service);

// "`OS_REGION_NAME`, `OS_REGION`, `HW_REGION_NAME`": every variable of an argument, for the docs;
// of "endpoints", that of each service. Empty for an argument that has none.
std::string VariablesOf(std::string_view argument);

// "region (OS_REGION_NAME)": an argument and its first variable, for hints.
std::string WithVariable(std::string_view argument);

}  // namespace ecs::client
