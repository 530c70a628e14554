#include "client/settings_sources.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/settings_rows.h"

namespace ecs::client {
namespace {

constexpr std::size_t kFileMax = 1 << 20;

using Names = std::vector<const char*> SettingRow::*;

// Files and command substitutions leave line ends, and copies leave blanks.
std::string Trimmed(const SettingRow& row, std::string value) {
  // A password may end with a blank; no password ends with a line.
  if (row.secret == &Source::password) {
    const auto last = value.find_last_not_of("\r\n");
    return last == value.npos ? "" : value.substr(0, last + 1);
  }
  return std::string(absl::StripAsciiWhitespace(value));
}

bool Has(const SettingRow& row, const Source& source) {
  if (row.text != nullptr) return !(source.*row.text).empty();
  if (row.secret != nullptr) return !(source.*row.secret).empty();
  if (row.flag != nullptr) return (source.*row.flag).has_value();
  return (source.*row.number).has_value();
}

void Copy(const SettingRow& row, const Source& from, Source& to) {
  if (row.text != nullptr) to.*row.text = from.*row.text;
  if (row.secret != nullptr) to.*row.secret = from.*row.secret;
  if (row.flag != nullptr) to.*row.flag = from.*row.flag;
  if (row.number != nullptr) to.*row.number = from.*row.number;
}

std::optional<bool> Flag(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "on") return true;
  if (lower == "off") return false;
  bool flag = false;
  if (!absl::SimpleAtob(lower, &flag)) return std::nullopt;
  return flag;
}

// The error says what `value` must be, in words that follow "must be"; nothing else of it.
Result<Ok> Put(const SettingRow& row, const std::string& value, Source& source) {
  int number = 0;
  if (row.text != nullptr) {
    source.*row.text = value;
  } else if (row.secret != nullptr) {
    source.*row.secret = Secret(value);
  } else if (row.flag != nullptr) {
    source.*row.flag = Flag(value);
    if (!(source.*row.flag)) return Error{.code = Code::kInvalid, .detail = "true or false"};
  } else if (absl::SimpleAtoi(value, &number)) {
    source.*row.number = number;
  } else {
    return Error{.code = Code::kInvalid, .detail = "a number"};
  }
  return Ok{};
}

void Trim(Source& source) {
  for (const SettingRow& row : SettingRows()) {
    if (row.text != nullptr) source.*row.text = Trimmed(row, source.*row.text);
    if (row.secret == nullptr) continue;
    // Put together anew without its blanks.
    source.*row.secret = Secret(Trimmed(row, (source.*row.secret).Reveal()));
  }
  for (auto& [service, url] : source.endpoints) {
    url = std::string(absl::StripAsciiWhitespace(url));
  }
}

// What a source says of the account alone holds for the user and for the project, as far as it does
// not say otherwise of one of them. Both are told apart before sources are put together: a stronger
// source's account beats a weaker one's account of the user.
void TellDomainsApart(Source& source) {
  if (source.project_domain_id.empty() && source.project_domain_name.empty()) {
    source.project_domain_id = source.domain_id;
    source.project_domain_name = source.domain_name;
    source.project_domain_implied = true;
  }
  if (source.user_domain_id.empty() && source.user_domain_name.empty()) return;
  source.domain_id = std::exchange(source.user_domain_id, "");
  source.domain_name = std::exchange(source.user_domain_name, "");
}

// "" when unset, too.
std::string Variable(const Surroundings& around, const std::string& name) {
  return around.variable(name).value_or("");
}

// `value_of` knows "ecs_endpoint_override"; "" for what is not set.
void TakeEndpoints(const std::function<std::string(const std::string& name)>& value_of,
                   Source& source) {
  const auto take = [&](const char* named, const char* service) {
    const std::string url(
        absl::StripAsciiWhitespace(value_of(absl::StrCat(named, "_endpoint_override"))));
    if (!url.empty()) source.endpoints.emplace(service, url);
  };
  for (const char* service : kServices) take(service, service);
  for (const auto& [theirs, ours] : kSdkServices) take(theirs, ours);
}

Result<Source> FromVariables(const Surroundings& around, Names names) {
  Source source;
  for (const SettingRow& row : SettingRows()) {
    for (const char* name : row.*names) {
      const std::string value = Trimmed(row, Variable(around, name));
      if (value.empty() || Has(row, source)) continue;
      if (const Status put = Put(row, value, source); !put.ok()) {
        return Error{.code = Code::kInvalid,
                     .summary = absl::StrCat(name, " cannot be understood"),
                     .detail = absl::StrCat("It must be ", put.error().detail, ".")};
      }
    }
  }
  TellDomainsApart(source);
  return source;
}

Result<Source> FromEnvironment(const Surroundings& around) {
  ASSIGN_OR_RETURN(Source source, FromVariables(around, &SettingRow::variables));
  TakeEndpoints(
      [&around](const std::string& name) {
        return Variable(around, absl::StrCat("OS_", absl::AsciiStrToUpper(name)));
      },
      source);
  return source;
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

// "" for a key that is not there or has no value, as templates leave them.
std::string Scalar(const YAML::Node& node) {
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : "";
}

// What a file says that cannot be understood ends up with yaml-cpp's own complaints.
void PutScalar(const SettingRow& row, const char* name, const YAML::Node& node, Source& source) {
  const std::string value = Trimmed(row, Scalar(node));
  if (value.empty() || Has(row, source)) return;
  if (const Status put = Put(row, value, source); !put.ok()) {
    throw YAML::Exception(node.Mark(), absl::StrCat(name, " must be ", put.error().detail));
  }
}

void TakeEntry(const YAML::Node& entry, Source& source) {
  if (!entry.IsDefined() || !entry.IsMap()) return;
  const YAML::Node auth = entry["auth"];
  for (const SettingRow& row : SettingRows()) {
    for (const char* name : row.yaml) {
      if (auth.IsDefined() && auth.IsMap()) PutScalar(row, name, auth[name], source);
      PutScalar(row, name, entry[name], source);
    }
  }
  TakeEndpoints([&entry](const std::string& name) { return Scalar(entry[name]); }, source);
  if (source.insecure) return;
  static const SettingRow verify = {.flag = &Source::insecure};
  PutScalar(verify, "verify", entry["verify"], source);
  if (source.insecure) source.insecure = !*source.insecure;
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

Error SecureError(const std::string& cloud, const std::string& detail) {
  Error error = CloudError(cloud, detail);
  error.summary =
      absl::StrCat("The secrets of the cloud \"", cloud, "\" cannot be read from secure.yaml");
  error.hint =
      "Looked for: OS_CLIENT_SECURE_FILE, secure.yaml beside clouds.yaml, ./secure.yaml, "
      "~/.config/openstack/secure.yaml, /etc/openstack/secure.yaml.";
  return error;
}

// Runs `read` with the entry `cloud` of the file's `text`. What yaml-cpp throws ends here, as the
// detail of an error that names the file: it says lines and keys, never values.
Status ReadEntry(const std::string& path, const std::string& text, const std::string& cloud,
                 const std::function<Status(const YAML::Node& entry)>& read) {
  try {
    return read(YAML::Load(text)["clouds"][cloud]);
  } catch (const YAML::Exception& problem) {
    return Error{.code = Code::kInvalid,
                 .detail = absl::StrCat(path, " is malformed: ", problem.msg, " (line ",
                                        problem.mark.line + 1, ").")};
  }
}

std::string RegionName(const YAML::Node& region) {
  return region.IsMap() ? Scalar(region["name"]) : Scalar(region);
}

// `regions` lists texts, or maps of `name` and the `values` that hold there. Without a choice the
// first one is taken, as the OpenStack SDK does.
Status TakeRegion(const YAML::Node& entry, const std::string& wanted, const std::string& cloud,
                  Source& source) {
  const YAML::Node regions = entry["regions"];
  if (!regions.IsDefined() || !regions.IsSequence() || regions.size() == 0) return Ok{};
  std::string chosen = wanted.empty() ? Scalar(entry["region_name"]) : wanted;
  if (chosen.empty()) chosen = RegionName(regions[0]);
  std::vector<std::string> names;
  for (const YAML::Node& region : regions) {
    names.push_back(RegionName(region));
    if (names.back() != chosen) continue;
    if (region.IsMap()) TakeEntry(region["values"], source);
    source.region = chosen;
    return Ok{};
  }
  return CloudError(cloud, absl::StrCat("Its regions are ", absl::StrJoin(names, ", "), ", and \"",
                                        chosen, "\" is none of them."));
}

// An auth_type decides which credentials of an entry count. GTC's "agency" leaves them all.
Status KeepMethod(const std::string& auth_type, const std::string& cloud, Source& source) {
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
  for (const SettingRow& row : SettingRows()) {
    if (row.method != Method::kNone && row.method != found->second) Copy(row, {}, source);
  }
  return Ok{};
}

Result<Source> FromSecureFile(const std::string& cloud, const std::string& clouds_file,
                              const Surroundings& around) {
  Source source;
  for (const std::string& path : SecureFiles(around, clouds_file)) {
    const auto text = around.file(path);
    if (!text) continue;
    const Status read = ReadEntry(path, *text, cloud, [&](const YAML::Node& entry) -> Status {
      TakeEntry(entry, source);
      return Ok{};
    });
    if (!read.ok()) return SecureError(cloud, read.error().detail);
    break;
  }
  return source;
}

// `wanted` is the region that stronger sources chose; empty: none.
Result<Source> FromCloudsFile(const std::string& cloud, const std::string& wanted,
                              const Surroundings& around) {
  for (const std::string& path : ConfigFiles(around, "OS_CLIENT_CONFIG_FILE", "clouds")) {
    const auto text = around.file(path);
    if (!text) continue;
    ASSIGN_OR_RETURN(Source source, FromSecureFile(cloud, path, around));
    const Status read = ReadEntry(path, *text, cloud, [&](const YAML::Node& entry) -> Status {
      if (!entry.IsDefined() || !entry.IsMap()) {
        return CloudError(cloud, absl::StrCat(path, " has no such entry."));
      }
      RETURN_IF_ERROR(TakeRegion(entry, wanted, cloud, source));
      TakeEntry(entry, source);
      return KeepMethod(std::string(absl::StripAsciiWhitespace(Scalar(entry["auth_type"]))), cloud,
                        source);
    });
    if (!read.ok() && read.error().summary.empty()) return CloudError(cloud, read.error().detail);
    if (!read.ok()) return read.error();
    TellDomainsApart(source);
    return source;
  }
  return CloudError(cloud, "There is no clouds.yaml.");
}

// Whether a stronger source's account of the user leaves this one of the project to be named: not
// by what a weaker source says of both.
bool IsLeftOpen(const SettingRow& row, const Source& stronger, const Source& weaker) {
  const bool of_project =
      row.text == &Source::project_domain_id || row.text == &Source::project_domain_name;
  const bool named = !stronger.domain_id.empty() || !stronger.domain_name.empty();
  return !(of_project && named && weaker.project_domain_implied);
}

// Takes from `weaker` what `source` leaves open.
void Fill(const Source& weaker, Source& source) {
  const Source stronger = source;
  const Method chosen = MethodOf(stronger) != Method::kNone ? MethodOf(stronger) : MethodOf(weaker);
  for (const SettingRow& row : SettingRows()) {
    if (Has(row, source) || !Has(row, weaker) || !IsLeftOpen(row, stronger, weaker)) continue;
    if (row.method != Method::kNone && row.method != chosen) continue;
    if (row.alternative != nullptr && !(stronger.*row.alternative).empty()) continue;
    Copy(row, weaker, source);
  }
  source.endpoints.insert(weaker.endpoints.begin(), weaker.endpoints.end());
}

// One account where the sources name only one, or the same.
void JoinDomains(Source& source) {
  if (source.domain_id.empty() && source.domain_name.empty()) {
    source.domain_id = source.project_domain_id;
    source.domain_name = source.project_domain_name;
  }
  if (source.project_domain_id == source.domain_id &&
      source.project_domain_name == source.domain_name) {
    source.project_domain_id = "";
    source.project_domain_name = "";
  }
}

// The variables that curl reads.
std::vector<std::string> Proxies(const Surroundings& around) {
  std::vector<std::string> proxies;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    if (std::string value = Variable(around, name); !value.empty()) {
      proxies.push_back(std::move(value));
    }
  }
  return proxies;
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
  Source source{std::move(configured)};
  Trim(source);
  TellDomainsApart(source);
  const bool names_project = !source.project_id.empty() || !source.project_name.empty();
  ASSIGN_OR_RETURN(const Source environment, FromEnvironment(surroundings));
  Fill(environment, source);
  if (!source.cloud.empty()) {
    ASSIGN_OR_RETURN(const Source file, FromCloudsFile(source.cloud, source.region, surroundings));
    Fill(file, source);
  }
  ASSIGN_OR_RETURN(const Source huawei, FromVariables(surroundings, &SettingRow::huawei));
  Fill(huawei, source);
  JoinDomains(source);
  source.proxies = Proxies(surroundings);
  const bool delegated = !source.agency_name.empty() && !source.delegated_project.empty();
  if (delegated && !names_project) {
    source.project_id = "";
    source.project_name = source.delegated_project;
  }
  return Settings(std::move(source));
}

}  // namespace ecs::client
