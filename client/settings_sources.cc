#include "client/settings_sources.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/catalogue.h"
#include "client/url.h"

namespace ecs::client {
namespace {

// Services as the OpenStack SDK calls them, in OS_COMPUTE_ENDPOINT_OVERRIDE and in clouds.yaml.
constexpr std::pair<const char*, const char*> kSdkServices[] = {{"identity", "iam"},
                                                                {"compute", "ecs"},
                                                                {"network", "vpc"},
                                                                {"volume", "evs"},
                                                                {"image", "ims"}};
constexpr std::size_t kFileMax = 1 << 20;

// Where a text comes from. Settings of one method of authentication belong together.
struct Row {
  std::string Settings::*text = nullptr;
  Secret Settings::*secret = nullptr;
  Method method = Method::kNone;
  // Names the same thing: where a stronger source has it, this text is none of its own.
  std::string Settings::*alternative = nullptr;
  std::vector<const char*> variables = {};
  std::vector<const char*> yaml = {};  // below the entry, or below its `auth`
};

std::vector<Row> PlaceRows() {
  return {
      {.text = &Settings::auth_url, .variables = {"OS_AUTH_URL"}, .yaml = {"auth_url"}},
      {.text = &Settings::region,
       .variables = {"OS_REGION_NAME", "OS_REGION"},
       .yaml = {"region_name", "region"}},
      {.text = &Settings::project_id,
       .alternative = &Settings::project_name,
       .variables = {"OS_PROJECT_ID", "OS_TENANT_ID"},
       .yaml = {"project_id", "tenant_id"}},
      {.text = &Settings::project_name,
       .alternative = &Settings::project_id,
       .variables = {"OS_PROJECT_NAME", "OS_TENANT_NAME"},
       .yaml = {"project_name", "tenant_name"}},
      {.text = &Settings::domain_id,
       .alternative = &Settings::domain_name,
       .variables = {"OS_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"},
       .yaml = {"domain_id", "user_domain_id", "project_domain_id"}},
      {.text = &Settings::domain_name,
       .alternative = &Settings::domain_id,
       .variables = {"OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"},
       .yaml = {"domain_name", "user_domain_name", "project_domain_name"}},
  };
}

std::vector<Row> CredentialRows() {
  return {
      {.text = &Settings::user_name,
       .method = Method::kPassword,
       .alternative = &Settings::user_id,
       .variables = {"OS_USERNAME", "OS_USER_NAME"},
       .yaml = {"username", "user_name"}},
      {.text = &Settings::user_id,
       .method = Method::kPassword,
       .alternative = &Settings::user_name,
       .variables = {"OS_USER_ID"},
       .yaml = {"user_id"}},
      {.secret = &Settings::password,
       .method = Method::kPassword,
       .variables = {"OS_PASSWORD"},
       .yaml = {"password"}},
      {.secret = &Settings::token,
       .method = Method::kToken,
       .variables = {"OS_TOKEN", "OS_AUTH_TOKEN"},
       .yaml = {"token"}},
      {.text = &Settings::access_key,
       .method = Method::kKeys,
       .variables = {"OS_ACCESS_KEY"},
       .yaml = {"access_key", "ak"}},
      {.secret = &Settings::secret_key,
       .method = Method::kKeys,
       .variables = {"OS_SECRET_KEY"},
       .yaml = {"secret_key", "sk"}},
      {.secret = &Settings::security_token,
       .method = Method::kKeys,
       .variables = {"OS_SECURITY_TOKEN", "OS_SESSION_TOKEN"},
       .yaml = {"security_token"}},
  };
}

std::vector<Row> OtherRows() {
  return {
      {.text = &Settings::agency_name, .variables = {"OS_AGENCY_NAME"}, .yaml = {"agency_name"}},
      {.text = &Settings::agency_domain_name,
       .alternative = &Settings::agency_domain_id,
       .variables = {"OS_AGENCY_DOMAIN_NAME"},
       .yaml = {"agency_domain_name"}},
      {.text = &Settings::agency_domain_id,
       .alternative = &Settings::agency_domain_name,
       .variables = {"OS_AGENCY_DOMAIN_ID"},
       .yaml = {"agency_domain_id"}},
      {.text = &Settings::delegated_project,
       .variables = {"OS_DELEGATED_PROJECT"},
       .yaml = {"delegated_project"}},
      {.text = &Settings::cacert_file, .variables = {"OS_CACERT"}, .yaml = {"cacert"}},
      {.text = &Settings::cert_file, .variables = {"OS_CERT"}, .yaml = {"cert"}},
      {.text = &Settings::key_file, .variables = {"OS_KEY"}, .yaml = {"key"}},
      {.text = &Settings::cloud, .variables = {"OS_CLOUD"}},
  };
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all = PlaceRows();
    for (const std::vector<Row>& more : {CredentialRows(), OtherRows()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return rows;
}

Error Misunderstood(const std::string& what, const std::string& expected) {
  return {.code = Code::kInvalid,
          .summary = absl::StrCat(what, " cannot be understood"),
          .detail = absl::StrCat("It must be ", expected, ".")};
}

void Put(const Row& row, const std::string& value, Settings& settings) {
  if (row.text != nullptr) {
    settings.*row.text = value;
  } else {
    settings.*row.secret = Secret(value);
  }
}

bool Has(const Row& row, const Settings& settings) {
  return row.text != nullptr ? !(settings.*row.text).empty() : !(settings.*row.secret).empty();
}

// "" when unset, too.
std::string Variable(const Surroundings& around, const std::string& name) {
  return around.variable(name).value_or("");
}

Status TakeFlag(const Surroundings& around, const char* name, std::optional<bool>& where) {
  const std::string text = Variable(around, name);
  if (text.empty()) return Ok{};
  bool flag = false;
  if (!absl::SimpleAtob(text, &flag)) return Misunderstood(name, "true or false");
  where = flag;
  return Ok{};
}

Status TakeNumber(const Surroundings& around, const char* name, std::optional<int>& where) {
  const std::string text = Variable(around, name);
  if (text.empty()) return Ok{};
  int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return Misunderstood(name, "a number");
  where = number;
  return Ok{};
}

// `value_of` knows "ecs_endpoint_override"; "" for what is not set.
void TakeEndpoints(const std::function<std::string(const std::string& name)>& value_of,
                   Settings& settings) {
  const auto take = [&](const char* named, const char* service) {
    const std::string url = value_of(absl::StrCat(named, "_endpoint_override"));
    if (!url.empty()) settings.endpoints.emplace(service, url);
  };
  for (const char* service : kServices) take(service, service);
  for (const auto& [theirs, ours] : kSdkServices) take(theirs, ours);
}

Result<Settings> FromEnvironment(const Surroundings& around) {
  Settings settings;
  for (const Row& row : Rows()) {
    for (const char* name : row.variables) {
      const std::string value = Variable(around, name);
      if (!value.empty() && !Has(row, settings)) Put(row, value, settings);
    }
  }
  TakeEndpoints(
      [&around](const std::string& name) {
        return Variable(around, absl::StrCat("OS_", absl::AsciiStrToUpper(name)));
      },
      settings);
  RETURN_IF_ERROR(TakeFlag(around, "OS_INSECURE", settings.insecure));
  RETURN_IF_ERROR(TakeFlag(around, "OS_METADATA_SERVICE", settings.metadata_service));
  RETURN_IF_ERROR(TakeNumber(around, "OS_MAX_RETRIES", settings.max_retries));
  RETURN_IF_ERROR(
      TakeNumber(around, "OS_AGENCY_DURATION_SECONDS", settings.agency_duration_seconds));
  return settings;
}

// Where the OpenStack SDK looks for "clouds" or "secure": first what the variable names.
std::vector<std::string> ConfigFiles(const Surroundings& around, const char* variable,
                                     const std::string& name) {
  std::vector<std::string> files;
  if (std::string chosen = Variable(around, variable); !chosen.empty()) {
    files.push_back(std::move(chosen));
  }
  std::vector<std::string> folders = {""};
  if (const std::string home = Variable(around, "HOME"); !home.empty()) {
    folders.push_back(home + "/.config/openstack/");
  }
  folders.emplace_back("/etc/openstack/");
  for (const std::string& folder : folders) {
    for (const char* ending : {".yaml", ".yml", ".json"}) {
      files.push_back(absl::StrCat(folder, name, ending));
    }
  }
  return files;
}

std::vector<std::string> SecureFiles(const Surroundings& around, const std::string& clouds_file) {
  std::vector<std::string> files = ConfigFiles(around, "OS_CLIENT_SECURE_FILE", "secure");
  const auto slash = clouds_file.rfind('/');
  // Beside a file that OS_CLIENT_CONFIG_FILE names; elsewhere it is among the others.
  if (slash != std::string::npos) {
    const bool chosen = !Variable(around, "OS_CLIENT_SECURE_FILE").empty();
    files.insert(files.begin() + (chosen ? 1 : 0),
                 clouds_file.substr(0, slash + 1) + "secure.yaml");
  }
  return files;
}

std::string Scalar(const YAML::Node& node) {
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : "";
}

template <class T>
void TakeValue(const YAML::Node& entry, const char* name, std::optional<T>& where) {
  if (!where && entry[name].IsDefined()) where = entry[name].as<T>();
}

void TakeEntry(const YAML::Node& entry, Settings& settings) {
  if (!entry.IsDefined() || !entry.IsMap()) return;
  const YAML::Node auth = entry["auth"];
  for (const Row& row : Rows()) {
    for (const char* name : row.yaml) {
      std::string value = auth.IsDefined() && auth.IsMap() ? Scalar(auth[name]) : "";
      if (value.empty()) value = Scalar(entry[name]);
      if (!value.empty() && !Has(row, settings)) Put(row, value, settings);
    }
  }
  TakeEndpoints([&entry](const std::string& name) { return Scalar(entry[name]); }, settings);
  TakeValue(entry, "insecure", settings.insecure);
  if (!settings.insecure && entry["verify"].IsDefined()) {
    settings.insecure = !entry["verify"].as<bool>();
  }
  TakeValue(entry, "metadata_service", settings.metadata_service);
  TakeValue(entry, "agency_duration_seconds", settings.agency_duration_seconds);
}

Error CloudError(const std::string& cloud, const std::string& detail) {
  return {.code = Code::kInvalid,
          .summary = absl::StrCat("The cloud \"", cloud, "\" cannot be read from clouds.yaml"),
          .detail = detail,
          .path = Path("cloud"),
          .hint =
              "Looked for: OS_CLIENT_CONFIG_FILE, ./clouds.yaml, "
              "~/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml."};
}

std::string RegionName(const YAML::Node& region) {
  return region.IsMap() ? Scalar(region["name"]) : Scalar(region);
}

// `regions` lists texts, or maps of `name` and the `values` that hold there. Without a choice the
// first one is taken, as the OpenStack SDK does.
Status TakeRegion(const YAML::Node& entry, const std::string& wanted, const std::string& cloud,
                  Settings& settings) {
  const YAML::Node regions = entry["regions"];
  if (!regions.IsDefined() || !regions.IsSequence() || regions.size() == 0) return Ok{};
  std::string chosen = wanted.empty() ? Scalar(entry["region_name"]) : wanted;
  if (chosen.empty()) chosen = RegionName(regions[0]);
  std::vector<std::string> names;
  for (const YAML::Node& region : regions) {
    names.push_back(RegionName(region));
    if (names.back() != chosen) continue;
    if (region.IsMap()) TakeEntry(region["values"], settings);
    settings.region = chosen;
    return Ok{};
  }
  return CloudError(cloud, absl::StrCat("Its regions are ", absl::StrJoin(names, ", "), ", and \"",
                                        chosen, "\" is none of them."));
}

// An auth_type decides which credentials of an entry count. GTC's "agency" leaves them all.
Status KeepMethod(const std::string& auth_type, const std::string& cloud, Settings& settings) {
  static const std::map<std::string, Method> methods = {
      {"password", Method::kPassword}, {"v3password", Method::kPassword}, {"token", Method::kToken},
      {"v3token", Method::kToken},     {"aksk", Method::kKeys},
  };
  if (auth_type.empty() || auth_type == "agency") return Ok{};
  const auto found = methods.find(auth_type);
  if (found == methods.end()) {
    return CloudError(cloud, absl::StrCat("Its auth_type \"", auth_type,
                                          "\" is not supported; password, token and aksk are."));
  }
  for (const Row& row : Rows()) {
    if (row.method != Method::kNone && row.method != found->second) Put(row, "", settings);
  }
  settings.metadata_service.reset();
  return Ok{};
}

// `wanted` is the region that stronger sources chose; empty: none.
Result<Settings> FromEntry(const YAML::Node& entry, const std::string& path,
                           const std::string& cloud, const std::string& wanted,
                           const Surroundings& around) {
  Settings settings;
  for (const std::string& file : SecureFiles(around, path)) {
    const auto secure = around.file(file);
    if (!secure) continue;
    TakeEntry(YAML::Load(*secure)["clouds"][cloud], settings);
    break;
  }
  RETURN_IF_ERROR(TakeRegion(entry, wanted, cloud, settings));
  TakeEntry(entry, settings);
  RETURN_IF_ERROR(KeepMethod(Scalar(entry["auth_type"]), cloud, settings));
  return settings;
}

Result<Settings> FromCloudsFile(const std::string& cloud, const std::string& wanted,
                                const Surroundings& around) {
  for (const std::string& path : ConfigFiles(around, "OS_CLIENT_CONFIG_FILE", "clouds")) {
    const auto text = around.file(path);
    if (!text) continue;
    // What yaml-cpp throws ends here: it names lines, never values.
    try {
      const YAML::Node entry = YAML::Load(*text)["clouds"][cloud];
      if (!entry.IsDefined() || !entry.IsMap()) {
        return CloudError(cloud, absl::StrCat(path, " has no such entry."));
      }
      return FromEntry(entry, path, cloud, wanted, around);
    } catch (const YAML::Exception& problem) {
      return CloudError(cloud, absl::StrCat(path, " is malformed: ", problem.msg, " (line ",
                                            problem.mark.line + 1, ")."));
    }
  }
  return CloudError(cloud, "There is no clouds.yaml.");
}

// Takes from `weaker` what `settings` leaves open.
void Fill(const Settings& weaker, Settings& settings) {
  const Settings stronger = settings;
  const Method chosen = MethodOf(stronger) != Method::kNone ? MethodOf(stronger) : MethodOf(weaker);
  for (const Row& row : Rows()) {
    if (Has(row, settings) || !Has(row, weaker)) continue;
    if (row.method != Method::kNone && row.method != chosen) continue;
    if (row.alternative != nullptr && !(stronger.*row.alternative).empty()) continue;
    if (row.text != nullptr) {
      settings.*row.text = weaker.*row.text;
    } else {
      settings.*row.secret = weaker.*row.secret;
    }
  }
  settings.endpoints.insert(weaker.endpoints.begin(), weaker.endpoints.end());
  if (!settings.insecure) settings.insecure = weaker.insecure;
  if (!settings.max_retries) settings.max_retries = weaker.max_retries;
  if (!settings.metadata_service && chosen == Method::kMetadata) {
    settings.metadata_service = weaker.metadata_service;
  }
  if (!settings.agency_duration_seconds) {
    settings.agency_duration_seconds = weaker.agency_duration_seconds;
  }
}

}  // namespace

Surroundings RealSurroundings() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            if (value == nullptr) return std::nullopt;
            return value;
          },
          .file = [](const std::string& path) -> std::optional<std::string> {
            std::ifstream file(path, std::ios::binary);
            if (!file) return std::nullopt;
            std::string text(kFileMax, '\0');
            file.read(text.data(), static_cast<std::streamsize>(text.size()));
            text.resize(static_cast<std::size_t>(file.gcount()));
            return text;
          }};
}

Result<Settings> Complete(Settings configured, const Surroundings& surroundings) {
  const bool names_project = !configured.project_id.empty() || !configured.project_name.empty();
  ASSIGN_OR_RETURN(const Settings environment, FromEnvironment(surroundings));
  Fill(environment, configured);
  if (!configured.cloud.empty()) {
    ASSIGN_OR_RETURN(const Settings file,
                     FromCloudsFile(configured.cloud, configured.region, surroundings));
    Fill(file, configured);
  }
  const bool delegated = !configured.agency_name.empty() && !configured.delegated_project.empty();
  if (delegated && !names_project) {
    configured.project_id = "";
    configured.project_name = configured.delegated_project;
  }
  return configured;
}

}  // namespace ecs::client
