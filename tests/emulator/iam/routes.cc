// Identity: api/auth.md sections 1 to 3.
#include <algorithm>
#include <optional>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"
#include "tests/emulator/iam/catalog.h"

namespace emulator {
namespace {

// The account itself, or the one whose agency it has assumed.
Json DomainJson(const Cloud& cloud, const std::string& agency = "") {
  const Options& options = cloud.options;
  if (agency.empty()) return {{"id", options.domain_id}, {"name", options.domain_name}};
  return {{"id", options.agency_domain_id}, {"name", options.agency_domain_name}};
}

Json ProjectJson(const Cloud& cloud, const std::string& base) {
  return {{"id", cloud.options.project_id},
          {"name", cloud.options.project_name},
          {"domain_id", cloud.options.domain_id},
          {"parent_id", cloud.options.domain_id},
          {"enabled", true},
          {"is_domain", false},
          {"description", ""},
          {"links", {{"self", StrCat(base, "/v3/projects/", cloud.options.project_id)}}}};
}

Json ListLinks(const Exchange& in) {
  return {{"self", StrCat(in.base, in.path)}, {"next", nullptr}, {"previous", nullptr}};
}

Json TokenJson(const Cloud& cloud, const Exchange& in, const Token& token) {
  const Options& options = cloud.options;
  Json user = {{"id", options.user_id},
               {"name", options.user_name},
               {"password_expires_at", ""},
               {"domain", DomainJson(cloud)}};
  Json json = {{"methods", Json::array({token.methods})},
               {"issued_at", IsoMicrosZ(token.issued)},
               {"expires_at", IsoMicrosZ(token.expires)},
               {"roles", Json::array({{{"id", "0"}, {"name", "te_admin"}}})}};
  if (!token.agency.empty()) {
    json["assumed_by"] = {{"user", user}};
    user["name"] = StrCat(options.agency_domain_name, "/", token.agency);
    user["id"] = Hex(Sha224(token.agency)).substr(0, 32);
    user["domain"] = DomainJson(cloud, token.agency);
  }
  json["user"] = std::move(user);
  if (!token.project_id.empty()) {
    json["project"] = {{"id", token.project_id},
                       {"name", options.project_name},
                       {"domain", DomainJson(cloud, token.agency)}};
  } else {
    json["domain"] = DomainJson(cloud, token.agency);
  }
  if (in.query.Get("nocatalog").empty()) json["catalog"] = Catalog(cloud, in.base);
  return {{"token", std::move(json)}};
}

// Whether a domain named in a request, by id or name, is that one. Naming none is fine.
bool IsDomain(const Json& own, const std::string& id, const std::string& name) {
  return (id.empty() || id == TextOf(own, "id")) && (name.empty() || name == TextOf(own, "name"));
}

bool IsOurDomain(const Cloud& cloud, const Json& domain, const std::string& agency = "") {
  return IsDomain(DomainJson(cloud, agency), TextOf(domain, "id"), TextOf(domain, "name"));
}

bool PasswordFits(const Cloud& cloud, const Json& user) {
  const Options& options = cloud.options;
  if (TextOf(user, "password") != options.password) return false;
  const std::string id = TextOf(user, "id");
  if (!id.empty()) return id == options.user_id;
  return TextOf(user, "name") == options.user_name && IsOurDomain(cloud, Member(user, "domain"));
}

std::optional<Response> CheckAssumeRole(const Cloud& cloud, const Exchange& in, const Json& role,
                                        std::string& agency) {
  if (!cloud.iam.Recognise(in.request, cloud.clock.WallNow()).who) {
    return KeystoneError(401, "The request you have made requires authentication.");
  }
  agency = TextOf(role, "agency_name", TextOf(role, "xrole_name"));
  if (agency.empty()) return IamError(400, "IAM.0011", "agency_name is missing.");
  const std::string id = TextOf(role, "domain_id");
  const std::string name = TextOf(role, "domain_name");
  if (id.empty() && name.empty()) return IamError(400, "IAM.0011", "domain_name is missing.");
  if (!IsDomain(DomainJson(cloud, agency), id, name)) {
    return KeystoneError(404, StrCat("Could not find domain: ", id.empty() ? name : id));
  }
  if (agency != cloud.options.agency_name) {
    return KeystoneError(404, StrCat("Could not find agency: ", agency));
  }
  return std::nullopt;
}

// Fills the token's scope, or refuses.
std::optional<Response> ApplyScope(const Cloud& cloud, const Json& scope, Token& token) {
  const Json& project = Member(scope, "project");
  if (project.is_object()) {
    const std::string id = TextOf(project, "id");
    const std::string name = TextOf(project, "name");
    const bool ours =
        id.empty() ? name == cloud.options.project_name : id == cloud.options.project_id;
    if (!ours || !IsOurDomain(cloud, Member(project, "domain"), token.agency)) {
      return KeystoneError(404, StrCat("Could not find project: ", id.empty() ? name : id));
    }
    token.project_id = cloud.options.project_id;
    return std::nullopt;
  }
  if (!IsOurDomain(cloud, Member(scope, "domain"), token.agency)) {
    return KeystoneError(404, "Could not find domain.");
  }
  token.domain_scope = true;
  return std::nullopt;
}

Response CreateToken(Cloud& cloud, const Exchange& in) {
  const Json& auth = Member(in.body, "auth");
  const Json& identity = Member(auth, "identity");
  const Json& methods = Member(identity, "methods");
  if (!methods.is_array() || methods.empty() || !methods[0].is_string()) {
    return IamError(400, "IAM.0011", "The request body is not valid: auth.identity.methods.");
  }
  Token token = {.methods = methods[0].get<std::string>(), .issued = cloud.clock.WallNow()};
  token.expires = token.issued + cloud.options.token_life;
  if (token.methods == "password") {
    if (!PasswordFits(cloud, Member(Member(identity, "password"), "user"))) {
      return KeystoneError(401, "The username or password is wrong.");
    }
  } else if (token.methods == "token") {
    const Token* old =
        cloud.iam.FindToken(TextOf(Member(identity, "token"), "id"), cloud.clock.WallNow());
    if (old == nullptr) return KeystoneError(401, "The token is not valid.");
    token.expires = old->expires;
  } else if (token.methods == "assume_role" || token.methods == "hw_assume_role") {
    const Json& role = Member(identity, token.methods);
    if (auto refused = CheckAssumeRole(cloud, in, role, token.agency)) return *refused;
  } else {
    return IamError(400, "IAM.0011", StrCat("Unknown method: ", token.methods));
  }
  if (auto refused = ApplyScope(cloud, Member(auth, "scope"), token)) return *refused;
  Response answer = JsonReply(201, TokenJson(cloud, in, token));
  answer.headers.emplace_back("X-Subject-Token", cloud.iam.Issue(std::move(token)));
  return answer;
}

Response ValidateToken(Cloud& cloud, const Exchange& in) {
  const std::string text = in.request.Header("X-Subject-Token");
  const Token* token = cloud.iam.FindToken(text, cloud.clock.WallNow());
  if (token == nullptr) return KeystoneError(404, "Could not find token.");
  if (in.request.method == "HEAD") return EmptyReply(200);
  Response answer = JsonReply(200, TokenJson(cloud, in, *token));
  answer.headers.emplace_back("X-Subject-Token", text);
  return answer;
}

Response RevokeToken(Cloud& cloud, const Exchange& in) {
  if (!cloud.iam.Revoke(in.request.Header("X-Subject-Token"))) {
    return KeystoneError(404, "Could not find token.");
  }
  return EmptyReply(204);
}

Response ShowCatalog(Cloud& cloud, const Exchange& in) {
  return JsonReply(200, {{"catalog", Catalog(cloud, in.base)},
                         {"links", {{"self", StrCat(in.base, "/v3/auth/catalog")}}}});
}

Response ListProjects(Cloud& cloud, const Exchange& in) {
  const std::string name = in.query.Get("name");
  const std::string domain = in.query.Get("domain_id");
  const std::string enabled = in.query.Get("enabled");
  Json projects = Json::array();
  if ((name.empty() || name == cloud.options.project_name) &&
      (domain.empty() || domain == cloud.options.domain_id) && enabled != "false") {
    projects.push_back(ProjectJson(cloud, in.base));
  }
  return JsonReply(200, {{"projects", std::move(projects)}, {"links", ListLinks(in)}});
}

Response ShowProject(Cloud& cloud, const Exchange& in) {
  if (in.Param("project_id") != cloud.options.project_id) {
    return KeystoneError(404, StrCat("Could not find project: ", in.Param("project_id")));
  }
  return JsonReply(200, {{"project", ProjectJson(cloud, in.base)}});
}

Response ListDomains(Cloud& cloud, const Exchange& in) {
  Json domain = DomainJson(cloud);
  domain["enabled"] = true;
  domain["description"] = "";
  domain["links"] = {{"self", StrCat(in.base, "/v3/domains/", cloud.options.domain_id)}};
  return JsonReply(200, {{"domains", Json::array({domain})}, {"links", ListLinks(in)}});
}

Json RegionJson(const Cloud& cloud, const Exchange& in) {
  const std::string& region = cloud.options.region;
  return {{"id", region},
          {"type", "public"},
          {"description", ""},
          {"parent_region_id", nullptr},
          {"locales", {{"en-us", region}}},
          {"links", {{"self", StrCat(in.base, "/v3/regions/", region)}}}};
}

Response ListRegions(Cloud& cloud, const Exchange& in) {
  return JsonReply(200,
                   {{"regions", Json::array({RegionJson(cloud, in)})}, {"links", ListLinks(in)}});
}

Response ShowRegion(Cloud& cloud, const Exchange& in) {
  if (in.Param("region_id") != cloud.options.region) {
    return KeystoneError(404, StrCat("Could not find region: ", in.Param("region_id")));
  }
  return JsonReply(200, {{"region", RegionJson(cloud, in)}});
}

Response ListServices(Cloud& cloud, const Exchange& in) {
  Json services = Json::array();
  for (const Json& entry : Catalog(cloud, in.base)) {
    services.push_back(
        {{"id", entry["id"]}, {"type", entry["type"]}, {"name", entry["name"]}, {"enabled", true}});
  }
  return JsonReply(200, {{"services", std::move(services)}, {"links", ListLinks(in)}});
}

Response ListEndpoints(Cloud& cloud, const Exchange& in) {
  const std::string service = in.query.Get("service_id");
  Json endpoints = Json::array();
  for (const Json& entry : Catalog(cloud, in.base)) {
    if (!service.empty() && entry["id"] != Json(service)) continue;
    Json endpoint = entry["endpoints"][0];
    endpoint["service_id"] = entry["id"];
    endpoint["enabled"] = true;
    endpoints.push_back(std::move(endpoint));
  }
  return JsonReply(200, {{"endpoints", std::move(endpoints)}, {"links", ListLinks(in)}});
}

Response CreateTemporaryKey(Cloud& cloud, const Exchange& in) {
  const Json& identity = Member(Member(in.body, "auth"), "identity");
  const Json& methods = Member(identity, "methods");
  if (!methods.is_array() || methods.empty() || !methods[0].is_string()) {
    return IamError(400, "IAM.0011", "The request body is not valid: auth.identity.methods.");
  }
  const std::string method = methods[0];
  const Json& how = Member(identity, method);
  std::string agency;
  if (method == "assume_role") {
    if (auto refused = CheckAssumeRole(cloud, in, how, agency)) return *refused;
  } else if (method != "token") {
    return IamError(400, "IAM.0011", StrCat("Unknown method: ", method));
  }
  const bool signed_in = cloud.iam.Recognise(in.request, cloud.clock.WallNow()).who.has_value();
  if (!signed_in && cloud.iam.FindToken(TextOf(how, "id"), cloud.clock.WallNow()) == nullptr) {
    return KeystoneError(401, "The request you have made requires authentication.");
  }
  const long long seconds = NumberOf(how, "duration_seconds", 900);
  if (seconds < 900 || seconds > 86400) {
    return IamError(400, "IAM.1102", "duration_seconds must be between 900 and 86400.");
  }
  return JsonReply(201,
                   CredentialJson(cloud, cloud.clock.WallNow() + std::chrono::seconds(seconds)));
}

// Both operations that issue something have a name of its own for what an agency gets.
bool Assumes(const Json& body) {
  const Json& methods = Member(Member(Member(body, "auth"), "identity"), "methods");
  return methods.is_array() && !methods.empty() && methods[0] == Json("assume_role");
}

std::string NameOfToken(const Json& body) { return Assumes(body) ? "CreateAgencyToken" : ""; }

std::string NameOfKey(const Json& body) { return Assumes(body) ? "CreateAgencyKey" : ""; }

}  // namespace

void AddIamRoutes(Router& router) {
  constexpr Service kIam = Service::kIam;
  Route& token = router.Add(kIam, "POST", "/v3/auth/tokens", "CreateToken", CreateToken);
  token.access = Access::kOpen;
  token.name_of = NameOfToken;
  token.secret_body = true;
  router.Add(kIam, "GET", "/v3/auth/tokens", "ShowToken", ValidateToken);
  router.Add(kIam, "HEAD", "/v3/auth/tokens", "CheckToken", ValidateToken);
  router.Add(kIam, "DELETE", "/v3/auth/tokens", "RevokeToken", RevokeToken);
  router.Add(kIam, "GET", "/v3/auth/catalog", "ShowCatalog", ShowCatalog);
  router.Add(kIam, "GET", "/v3/auth/projects", "ListOwnProjects", ListProjects);
  router.Add(kIam, "GET", "/v3/auth/domains", "ListOwnDomains", ListDomains);
  router.Add(kIam, "GET", "/v3/projects", "ListProjects", ListProjects);
  router.Add(kIam, "GET", "/v3/projects/{project_id}", "ShowProject", ShowProject);
  router.Add(kIam, "GET", "/v3/users/{user_id}/projects", "ListUserProjects", ListProjects);
  router.Add(kIam, "GET", "/v3/domains", "ListDomains", ListDomains);
  router.Add(kIam, "GET", "/v3/regions", "ListRegions", ListRegions);
  router.Add(kIam, "GET", "/v3/regions/{region_id}", "ShowRegion", ShowRegion);
  router.Add(kIam, "GET", "/v3/services", "ListServices", ListServices);
  router.Add(kIam, "GET", "/v3/endpoints", "ListEndpoints", ListEndpoints);
  Route& key = router.Add(kIam, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", "CreateTemporaryKey",
                          CreateTemporaryKey);
  key.access = Access::kOpen;
  key.name_of = NameOfKey;
  key.secret_body = true;
}

}  // namespace emulator
