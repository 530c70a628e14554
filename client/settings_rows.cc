#include "client/settings_rows.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/text.h"

namespace ecs::client {
namespace {

using Rows = std::vector<SettingRow>;

void AddPlace(Rows& rows) {
  rows.push_back({.argument = "auth_url",
                  .text = &Source::auth_url,
                  .variables = {"OS_AUTH_URL"},
                  .huawei = {"HW_AUTH_URL"},
                  .yaml = {"auth_url"}});
  rows.push_back({.argument = "region",
                  .text = &Source::region,
                  .variables = {"OS_REGION_NAME", "OS_REGION"},
                  .huawei = {"HW_REGION_NAME"},
                  .yaml = {"region_name", "region"}});
  rows.push_back({.argument = "project_id",
                  .text = &Source::project_id,
                  .alternative = &Source::project_name,
                  .variables = {"OS_PROJECT_ID", "OS_TENANT_ID"},
                  .huawei = {"HW_PROJECT_ID"},
                  .yaml = {"project_id", "tenant_id"}});
  rows.push_back({.argument = "project_name",
                  .text = &Source::project_name,
                  .alternative = &Source::project_id,
                  .variables = {"OS_PROJECT_NAME", "OS_TENANT_NAME"},
                  .huawei = {"HW_PROJECT_NAME"},
                  .yaml = {"project_name", "tenant_name"}});
  rows.push_back({.argument = "cloud", .text = &Source::cloud, .variables = {"OS_CLOUD"}});
}

// The account: of both, of the user, of the project.
void AddDomains(Rows& rows) {
  rows.push_back({.argument = "domain_id",
                  .text = &Source::domain_id,
                  .alternative = &Source::domain_name,
                  .variables = {"OS_DOMAIN_ID"},
                  .huawei = {"HW_DOMAIN_ID"},
                  .yaml = {"domain_id"}});
  rows.push_back({.argument = "domain_name",
                  .text = &Source::domain_name,
                  .alternative = &Source::domain_id,
                  .variables = {"OS_DOMAIN_NAME"},
                  .huawei = {"HW_DOMAIN_NAME"},
                  .yaml = {"domain_name"}});
  rows.push_back({.argument = "domain_id",
                  .text = &Source::user_domain_id,
                  .variables = {"OS_USER_DOMAIN_ID"},
                  .yaml = {"user_domain_id"}});
  rows.push_back({.argument = "domain_name",
                  .text = &Source::user_domain_name,
                  .variables = {"OS_USER_DOMAIN_NAME"},
                  .yaml = {"user_domain_name"}});
  rows.push_back({.argument = "domain_id",
                  .text = &Source::project_domain_id,
                  .alternative = &Source::project_domain_name,
                  .variables = {"OS_PROJECT_DOMAIN_ID"},
                  .yaml = {"project_domain_id"}});
  rows.push_back({.argument = "domain_name",
                  .text = &Source::project_domain_name,
                  .alternative = &Source::project_domain_id,
                  .variables = {"OS_PROJECT_DOMAIN_NAME"},
                  .yaml = {"project_domain_name"}});
}

void AddUser(Rows& rows) {
  rows.push_back({.argument = "user_name",
                  .text = &Source::user_name,
                  .method = Method::kPassword,
                  .alternative = &Source::user_id,
                  .variables = {"OS_USERNAME", "OS_USER_NAME"},
                  .huawei = {"HW_USER_NAME"},
                  .yaml = {"username", "user_name"}});
  rows.push_back({.argument = "user_id",
                  .text = &Source::user_id,
                  .method = Method::kPassword,
                  .alternative = &Source::user_name,
                  .variables = {"OS_USER_ID"},
                  .huawei = {"HW_USER_ID"},
                  .yaml = {"user_id"}});
  rows.push_back({.argument = "password",
                  .secret = &Source::password,
                  .method = Method::kPassword,
                  .variables = {"OS_PASSWORD"},
                  .huawei = {"HW_USER_PASSWORD"},
                  .yaml = {"password"}});
  rows.push_back({.argument = "token",
                  .secret = &Source::token,
                  .method = Method::kToken,
                  .variables = {"OS_TOKEN", "OS_AUTH_TOKEN"},
                  .huawei = {"HW_AUTH_TOKEN"},
                  .yaml = {"token"}});
}

void AddKeys(Rows& rows) {
  rows.push_back({.argument = "access_key",
                  .text = &Source::access_key,
                  .method = Method::kKeys,
                  .variables = {"OS_ACCESS_KEY"},
                  .huawei = {"HW_ACCESS_KEY"},
                  .yaml = {"access_key", "ak"}});
  rows.push_back({.argument = "secret_key",
                  .secret = &Source::secret_key,
                  .method = Method::kKeys,
                  .variables = {"OS_SECRET_KEY"},
                  .huawei = {"HW_SECRET_KEY"},
                  .yaml = {"secret_key", "sk"}});
  rows.push_back({.argument = "security_token",
                  .secret = &Source::security_token,
                  .method = Method::kKeys,
                  .variables = {"OS_SECURITY_TOKEN", "OS_SESSION_TOKEN"},
                  .huawei = {"HW_SECURITY_TOKEN"},
                  .yaml = {"security_token"}});
  rows.push_back({.argument = "metadata_service",
                  .flag = &Source::metadata_service,
                  .method = Method::kMetadata,
                  .variables = {"OS_METADATA_SERVICE"},
                  .yaml = {"metadata_service"}});
}

void AddAgency(Rows& rows) {
  rows.push_back({.argument = "assume_role.agency_name",
                  .text = &Source::agency_name,
                  .variables = {"OS_AGENCY_NAME"},
                  .huawei = {"HW_ASSUME_ROLE_AGENCY_NAME"},
                  .yaml = {"agency_name"}});
  rows.push_back({.argument = "assume_role.domain_name",
                  .text = &Source::agency_domain_name,
                  .alternative = &Source::agency_domain_id,
                  .variables = {"OS_AGENCY_DOMAIN_NAME"},
                  .huawei = {"HW_ASSUME_ROLE_DOMAIN_NAME"},
                  .yaml = {"agency_domain_name"}});
  rows.push_back({.argument = "assume_role.domain_id",
                  .text = &Source::agency_domain_id,
                  .alternative = &Source::agency_domain_name,
                  .variables = {"OS_AGENCY_DOMAIN_ID"},
                  .huawei = {"HW_ASSUME_ROLE_DOMAIN_ID"},
                  .yaml = {"agency_domain_id"}});
  rows.push_back({.argument = "assume_role.duration_seconds",
                  .number = &Source::agency_duration_seconds,
                  .variables = {"OS_AGENCY_DURATION_SECONDS"},
                  .huawei = {"HW_ASSUME_ROLE_DURATION"},
                  .yaml = {"agency_duration_seconds"}});
  rows.push_back({.text = &Source::delegated_project,
                  .variables = {"OS_DELEGATED_PROJECT"},
                  .yaml = {"delegated_project"}});
}

void AddTransport(Rows& rows) {
  rows.push_back({.argument = "insecure",
                  .flag = &Source::insecure,
                  .variables = {"OS_INSECURE"},
                  .huawei = {"HW_INSECURE"},
                  .yaml = {"insecure"}});
  rows.push_back({.argument = "cacert_file",
                  .text = &Source::cacert_file,
                  .variables = {"OS_CACERT"},
                  .yaml = {"cacert"}});
  rows.push_back({.argument = "cert_file",
                  .text = &Source::cert_file,
                  .variables = {"OS_CERT"},
                  .yaml = {"cert"}});
  rows.push_back({.argument = "key_file",
                  .text = &Source::key_file,
                  .variables = {"OS_KEY"},
                  .yaml = {"key"}});
  rows.push_back({.argument = "max_retries",
                  .number = &Source::max_retries,
                  .variables = {"OS_MAX_RETRIES"},
                  .huawei = {"HW_MAX_RETRIES"}});
}

}  // namespace

const std::vector<SettingRow>& SettingRows() {
  static const Rows rows = [] {
    Rows all;
    AddPlace(all);
    AddDomains(all);
    AddUser(all);
    AddKeys(all);
    AddAgency(all);
    AddTransport(all);
    return all;
  }();
  return rows;
}

std::string EndpointVariable(std::string_view service) {
  return absl::StrCat("OS_", absl::AsciiStrToUpper(View(service)), "_ENDPOINT_OVERRIDE");
}

std::string VariablesOf(std::string_view argument) {
  std::string text;
  const auto add = [&text](const std::string& name) {
    absl::StrAppend(&text, text.empty() ? "`" : ", `", name, "`");
  };
  if (argument == "endpoints") {
    for (const char* service : kServices) add(EndpointVariable(service));
  }
  for (const auto names : {&SettingRow::variables, &SettingRow::huawei}) {
    for (const SettingRow& row : SettingRows()) {
      if (row.argument != argument) continue;
      for (const char* name : row.*names) add(name);
    }
  }
  return text;
}

std::string WithVariable(std::string_view argument) {
  for (const SettingRow& row : SettingRows()) {
    if (row.argument != argument || row.variables.empty()) continue;
    const auto dot = argument.rfind('.');
    const std::string_view last = dot == argument.npos ? argument : argument.substr(dot + 1);
    return absl::StrCat(View(last), " (", row.variables.front(), ")");
  }
  return std::string(argument);
}

}  // namespace ecs::client
