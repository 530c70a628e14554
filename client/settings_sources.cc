#include "client/settings_sources.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/catalogue.h"
#include "client/url.h"

namespace ecs::client {
namespace {

constexpr const char* kServices[] = {"iam", "ecs", "vpc", "evs", "ims", "eip"};
constexpr std::size_t kFileMax = 1 << 20;

// Where a text comes from. Settings of one method of authentication belong together.
struct Row {
  std::string Settings::*text = nullptr;
  Secret Settings::*secret = nullptr;
  Method method = Method::kNone;
  std::vector<const char*> variables = {};
  std::vector<const char*> yaml = {};  // below the entry, or below its `auth`
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {.text = &Settings::auth_url, .variables = {"OS_AUTH_URL"}, .yaml = {"auth_url"}},
      {.text = &Settings::region,
       .variables = {"OS_REGION_NAME", "OS_REGION"},
       .yaml = {"region_name", "region"}},
      {.text = &Settings::project_id,
       .variables = {"OS_PROJECT_ID", "OS_TENANT_ID"},
       .yaml = {"project_id", "tenant_id"}},
      {.text = &Settings::project_name,
       .variables = {"OS_PROJECT_NAME", "OS_TENANT_NAME"},
       .yaml = {"project_name", "tenant_name"}},
      {.text = &Settings::domain_id,
       .variables = {"OS_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"},
       .yaml = {"domain_id", "user_domain_id", "project_domain_id"}},
      {.text = &Settings::domain_name,
       .variables = {"OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"},
       .yaml = {"domain_name", "user_domain_name", "project_domain_name"}},
      {.text = &Settings::user_name,
       .method = Method::kPassword,
       .variables = {"OS_USERNAME", "OS_USER_NAME"},
       .yaml = {"username", "user_name"}},
      {.text = &Settings::user_id,
       .method = Method::kPassword,
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
      {.text = &Settings::cacert_file, .variables = {"OS_CACERT"}, .yaml = {"cacert"}},
      {.text = &Settings::cert_file, .variables = {"OS_CERT"}, .yaml = {"cert"}},
      {.text = &Settings::key_file, .variables = {"OS_KEY"}, .yaml = {"key"}},
      {.text = &Settings::cloud, .variables = {"OS_CLOUD"}},
  };
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

Result<Settings> FromEnvironment(const Surroundings& around) {
  Settings settings;
  for (const Row& row : Rows()) {
    for (const char* name : row.variables) {
      const std::string value = Variable(around, name);
      if (!value.empty() && !Has(row, settings)) Put(row, value, settings);
    }
  }
  for (const char* service : kServices) {
    const std::string name =
        absl::StrCat("OS_", absl::AsciiStrToUpper(service), "_ENDPOINT_OVERRIDE");
    const std::string url = Variable(around, name);
    if (!url.empty()) settings.endpoints[service] = url;
  }
  if (const std::string text = Variable(around, "OS_INSECURE"); !text.empty()) {
    bool insecure = false;
    if (!absl::SimpleAtob(text, &insecure)) return Misunderstood("OS_INSECURE", "true or false");
    settings.insecure = insecure;
  }
  if (const std::string text = Variable(around, "OS_MAX_RETRIES"); !text.empty()) {
    int retries = 0;
    if (!absl::SimpleAtoi(text, &retries)) return Misunderstood("OS_MAX_RETRIES", "a number");
    settings.max_retries = retries;
  }
  return settings;
}

std::vector<std::string> CloudsFiles(const Surroundings& around) {
  std::vector<std::string> files;
  if (std::string chosen = Variable(around, "OS_CLIENT_CONFIG_FILE"); !chosen.empty()) {
    files.push_back(std::move(chosen));
  }
  files.push_back("clouds.yaml");
  if (const std::string home = Variable(around, "HOME"); !home.empty()) {
    files.push_back(home + "/.config/openstack/clouds.yaml");
  }
  files.push_back("/etc/openstack/clouds.yaml");
  return files;
}

std::string SecureFileBeside(const std::string& clouds_file) {
  const auto slash = clouds_file.rfind('/');
  return slash == std::string::npos ? "secure.yaml"
                                    : clouds_file.substr(0, slash + 1) + "secure.yaml";
}

std::string Scalar(const YAML::Node& node) {
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : "";
}

void TakeEndpoints(const YAML::Node& entry, Settings& settings) {
  for (const char* service : kServices) {
    const std::string url = Scalar(entry[absl::StrCat(service, "_endpoint_override")]);
    if (!url.empty()) settings.endpoints[service] = url;
  }
  // As the OpenStack SDK calls them.
  static constexpr std::pair<const char*, const char*> kNames[] = {{"identity", "iam"},
                                                                   {"compute", "ecs"},
                                                                   {"network", "vpc"},
                                                                   {"volume", "evs"},
                                                                   {"image", "ims"}};
  for (const auto& [theirs, ours] : kNames) {
    const std::string url = Scalar(entry[absl::StrCat(theirs, "_endpoint_override")]);
    if (!url.empty()) settings.endpoints.emplace(ours, url);
  }
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
  TakeEndpoints(entry, settings);
  if (entry["insecure"].IsDefined()) {
    settings.insecure = entry["insecure"].as<bool>();
  } else if (entry["verify"].IsDefined()) {
    settings.insecure = !entry["verify"].as<bool>();
  }
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

Result<Settings> FromCloudsFile(const std::string& cloud, const Surroundings& around) {
  for (const std::string& path : CloudsFiles(around)) {
    const auto text = around.file(path);
    if (!text) continue;
    // What yaml-cpp throws ends here: it names lines, never values.
    try {
      const YAML::Node entry = YAML::Load(*text)["clouds"][cloud];
      if (!entry.IsDefined() || !entry.IsMap()) {
        return CloudError(cloud, absl::StrCat(path, " has no such entry."));
      }
      Settings settings;
      if (const auto secure = around.file(SecureFileBeside(path))) {
        TakeEntry(YAML::Load(*secure)["clouds"][cloud], settings);
      }
      TakeEntry(entry, settings);
      return settings;
    } catch (const YAML::Exception& problem) {
      return CloudError(cloud, absl::StrCat(path, " is malformed: ", problem.msg, " (line ",
                                            problem.mark.line + 1, ")."));
    }
  }
  return CloudError(cloud, "There is no clouds.yaml.");
}

// Takes from `weaker` what `settings` leaves open.
void Fill(const Settings& weaker, Settings& settings) {
  const Method chosen = MethodOf(settings) != Method::kNone ? MethodOf(settings) : MethodOf(weaker);
  for (const Row& row : Rows()) {
    if (Has(row, settings) || !Has(row, weaker)) continue;
    if (row.method != Method::kNone && row.method != chosen) continue;
    if (row.text != nullptr) {
      settings.*row.text = weaker.*row.text;
    } else {
      settings.*row.secret = weaker.*row.secret;
    }
  }
  settings.endpoints.insert(weaker.endpoints.begin(), weaker.endpoints.end());
  if (!settings.insecure) settings.insecure = weaker.insecure;
  if (!settings.max_retries) settings.max_retries = weaker.max_retries;
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
  ASSIGN_OR_RETURN(const Settings environment, FromEnvironment(surroundings));
  Fill(environment, configured);
  if (!configured.cloud.empty()) {
    ASSIGN_OR_RETURN(const Settings file, FromCloudsFile(configured.cloud, surroundings));
    Fill(file, configured);
  }
  return configured;
}

}  // namespace ecs::client
