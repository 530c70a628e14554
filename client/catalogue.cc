#include "client/catalogue.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/settings_rows.h"
#include "client/url.h"

namespace ecs::client {
namespace {

constexpr char kProject[] = "{project_id}";
constexpr char kNative[] = "/v2.1/";

// "v1", "v2.1", "v3"
bool IsVersion(const std::string& segment) {
  return segment.size() >= 2 && segment[0] == 'v' &&
         std::all_of(segment.begin() + 1, segment.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// Types by which catalogues name a service, best first (auth.md section 2).
std::vector<std::string> Types(const std::string& service, bool native) {
  if (service == "ecs" && native) return {"compute", "ecs"};
  if (service == "ecs") return {"ecs", "compute"};
  if (service == "iam") return {"identity"};
  if (service == "vpc") return {"vpc", "network"};
  if (service == "evs") return {"evs", "volumev2", "volumev3", "volume"};
  if (service == "ims") return {"image", "ims"};
  if (service == "eip") return {"eip", "vpc"};
  return {service};
}

// The labels behind "iam."; nothing if auth_url has another form.
std::optional<std::vector<std::string>> LabelsBehindIam(const Settings& settings) {
  const std::string authority = SplitUrl(IamBase(settings)).authority;
  std::vector<std::string> labels = absl::StrSplit(authority, '.');
  if (labels.size() < 3 || labels.front() != "iam") return std::nullopt;
  labels.erase(labels.begin());
  return labels;
}

}  // namespace

Catalogue ParseCatalogue(const Json& catalog) {
  Catalogue entries;
  if (!catalog.is_array()) return entries;
  for (const Json& service : catalog) {
    for (const Json& endpoint : Items(service, "endpoints")) {
      const std::string interface = Text(endpoint, "interface");
      if (!interface.empty() && interface != "public") continue;
      std::string region = Text(endpoint, "region_id");
      if (region.empty()) region = Text(endpoint, "region");
      entries.push_back({Text(service, "type"), region, Text(endpoint, "url")});
    }
  }
  return entries;
}

Endpoint ParseEndpoint(std::string_view url) {
  const UrlParts parts = SplitUrl(url);
  std::vector<std::string> segments = absl::StrSplit(parts.path, '/', absl::SkipEmpty());
  Endpoint endpoint;
  if (segments.size() >= 2 && IsVersion(segments[segments.size() - 2])) segments.pop_back();
  if (!segments.empty() && IsVersion(segments.back())) {
    endpoint.version = segments.back();
    segments.pop_back();
  }
  endpoint.base = absl::StrCat(parts.scheme, "://", parts.user_info,
                               parts.user_info.empty() ? "" : "@", parts.authority);
  for (const std::string& segment : segments) absl::StrAppend(&endpoint.base, "/", segment);
  return endpoint;
}

std::string IamBase(const Settings& settings) {
  const auto override = settings.endpoints.find("iam");
  const std::string& url = override != settings.endpoints.end() && !override->second.empty()
                               ? override->second
                               : settings.auth_url;
  return url.empty() ? "" : ParseEndpoint(url).base;
}

std::string RegionOf(const Settings& settings) {
  if (!settings.region.empty()) return settings.region;
  const auto labels = LabelsBehindIam(settings);
  return labels && labels->size() >= 3 ? labels->front() : "";
}

std::optional<Endpoint> FindEndpoint(const Settings& settings, const Catalogue& catalogue,
                                     const std::string& service, bool native) {
  const auto override = settings.endpoints.find(service);
  if (override != settings.endpoints.end() && !override->second.empty()) {
    return ParseEndpoint(override->second);
  }
  const std::string region = RegionOf(settings);
  for (const std::string& type : Types(service, native)) {
    for (const CatalogueEntry& entry : catalogue) {
      if (entry.type != type || entry.url.empty()) continue;
      if (region.empty() || entry.region.empty() || entry.region == "*" || entry.region == region) {
        return ParseEndpoint(entry.url);
      }
    }
  }
  return std::nullopt;
}

std::optional<Endpoint> TemplateEndpoint(const Settings& settings, const std::string& service) {
  auto labels = LabelsBehindIam(settings);
  const std::string region = RegionOf(settings);
  if (!labels || region.empty()) return std::nullopt;
  if (labels->front() == region) labels->erase(labels->begin());
  const std::string scheme = SplitUrl(IamBase(settings)).scheme;
  return Endpoint{
      .base = absl::StrCat(scheme, "://", service, ".", region, ".", absl::StrJoin(*labels, "."))};
}

Result<Endpoint> ListedEndpoint(const Settings& settings, const Catalogue& catalogue,
                                const std::string& service, bool native) {
  if (const auto chosen = FindEndpoint(settings, {}, service, native)) return *chosen;
  const auto listed = FindEndpoint(settings, catalogue, service, native);
  if (!listed) {
    if (const auto usual = TemplateEndpoint(settings, service)) return *usual;
    return NoEndpoint(settings, catalogue, service);
  }
  const UrlParts url = SplitUrl(listed->base);
  if (SplitUrl(IamBase(settings)).scheme != "https" || url.scheme == "https") return *listed;
  return Error{
      .code = Code::kInvalid,
      .summary = absl::StrCat("The endpoint for ", service, " is not encrypted"),
      .detail = absl::StrCat("IAM is reached over https, but its catalogue says that the service ",
                             service, " is at ", url.scheme, "://", url.authority,
                             ": the credentials would travel in clear."),
      .path = Path("endpoints"),
      .hint = absl::StrCat("Set endpoints = { ", service,
                           " = \"https://…\" } in the provider block. An http:// address that is "
                           "named there is used.")};
}

Error NoEndpoint(const Settings& settings, const Catalogue& catalogue, const std::string& service) {
  std::set<std::string> regions;
  for (const CatalogueEntry& entry : catalogue) {
    const std::vector<std::string> types = Types(service, false);
    const bool fits = std::find(types.begin(), types.end(), entry.type) != types.end();
    if (fits && !entry.url.empty() && !entry.region.empty()) regions.insert(entry.region);
  }
  std::string detail = absl::StrCat(
      "Neither the provider's endpoints nor the cloud's catalogue say where the service ", service,
      " is");
  const std::string region = RegionOf(settings);
  absl::StrAppend(&detail, region.empty() ? "" : absl::StrCat(" in the region \"", region, "\""),
                  ".");
  if (!regions.empty()) {
    absl::StrAppend(&detail, " The catalogue has it in ", absl::StrJoin(regions, ", "), ".");
  }
  return {.code = Code::kInvalid,
          .summary = absl::StrCat("No endpoint for ", service),
          .detail = detail,
          .path = Path("endpoints"),
          .hint = absl::StrCat("Check ", WithVariable("region"), ", or set endpoints = { ", service,
                               " = \"https://…\" } in the provider block.")};
}

std::string Address(const Endpoint& endpoint, const std::string& path,
                    const std::string& project_id) {
  std::string filled = path;
  if (endpoint.version == "v2" && filled.starts_with(kNative)) filled.replace(0, 6, "/v2/");
  if (const auto at = filled.find(kProject); at != filled.npos) {
    filled.replace(at, sizeof(kProject) - 1, PercentEncode(project_id));
  }
  return endpoint.base + filled;
}

}  // namespace ecs::client
