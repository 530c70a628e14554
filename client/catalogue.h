// Where services are: explicit override, then the token's catalogue, then the naming scheme of the
// cloud (auth.md section 2).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/json.h"
#include "client/settings.h"

namespace ecs::client {

struct CatalogueEntry {
  std::string type = {};    // "ecs", "compute", "evs", …
  std::string region = {};  // "*" serves all
  std::string url = {};
  bool operator==(const CatalogueEntry&) const = default;
};
using Catalogue = std::vector<CatalogueEntry>;

// The public endpoints of `token.catalog` or of GET /v3/auth/catalog.
Catalogue ParseCatalogue(const Json& catalog);

// A service's address without version and project: "https://ecs.eu-de.otc.t-systems.com".
struct Endpoint {
  std::string base = {};
  std::string version = {};  // that the address named: "v1", "v2", "v2.1"; may be empty
  bool operator==(const Endpoint&) const = default;
};

// "https://host/prefix/v2.1/0123…" is base "https://host/prefix" and version "v2.1".
Endpoint ParseEndpoint(std::string_view url);

// IAM's base: endpoints["iam"] or auth_url, without /v3. Empty if neither is set.
std::string IamBase(const Settings& settings);

// The region that is configured, or named by auth_url (iam.{region}.{domain}); may be empty.
std::string RegionOf(const Settings& settings);

// The endpoint by override or catalogue; nothing if neither has one. `native` asks for the Nova
// API, which the type `compute` names first; the v1 API of `ecs` is named by `ecs` first.
std::optional<Endpoint> FindEndpoint(const Settings& settings, const Catalogue& catalogue,
                                     const std::string& service, bool native);

// https://{service}.{region}.{domain}, from an auth_url of the form iam.{region}.{domain} or
// iam.{domain}; nothing if it has another form or no region is known.
std::optional<Endpoint> TemplateEndpoint(const Settings& settings, const std::string& service);

// The endpoint by override, catalogue or naming scheme. kInvalid if there is none (NoEndpoint), and
// if the catalogue of an IAM that is reached over https names an http address: what requests carry
// would travel in clear. An address that `endpoints` names may be either.
Result<Endpoint> ListedEndpoint(const Settings& settings, const Catalogue& catalogue,
                                const std::string& service, bool native);

// kInvalid: no endpoint for `service`, the regions for which the catalogue has one, and how to set
// one.
Error NoEndpoint(const Settings& settings, const Catalogue& catalogue, const std::string& service);

// The request's final address: `path` with its {project_id} filled in, behind the base. A native
// path
// (/v2.1/…) becomes /v2/… where the endpoint names v2.
std::string Address(const Endpoint& endpoint, const std::string& path,
                    const std::string& project_id);

}  // namespace ecs::client
