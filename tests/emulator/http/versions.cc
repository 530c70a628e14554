// Version documents: what a client asks before it asks anything else.
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Json Link(const std::string& rel, const std::string& href) {
  return {{"rel", rel}, {"href", href}};
}

Json MediaTypes(const std::string& type) {
  return Json::array({{{"base", "application/json"}, {"type", type}}});
}

Json NovaVersion(const Exchange& in, bool microversions) {
  const std::string path = microversions ? "/v2.1/" : "/v2/";
  return {{"id", microversions ? "v2.1" : "v2.0"},
          {"status", microversions ? "CURRENT" : "SUPPORTED"},
          {"version", microversions ? "2.60" : ""},
          {"min_version", microversions ? "2.1" : ""},
          {"updated", microversions ? "2013-07-23T11:33:21Z" : "2011-01-21T11:33:21Z"},
          {"links", Json::array({Link("self", in.base + path)})}};
}

Json ImageVersions(const Exchange& in) {
  // The image service's links keep the name it was asked by.
  const std::string base = StrCat("http://", in.request.Header("Host"));
  Json versions = Json::array();
  for (const char* id : {"v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0"}) {
    versions.push_back({{"id", id},
                        {"status", std::string(id) == "v2.5" ? "CURRENT" : "SUPPORTED"},
                        {"links", Json::array({Link("self", base + "/v2/")})}});
  }
  return {{"versions", std::move(versions)}};
}

// Nova's versions; the image service's under its host name (api/client-routes.md).
Response ListVersions(Cloud&, const Exchange& in) {
  if (StartsWith(in.request.Header("Host"), "localhost")) {
    return JsonReply(200, ImageVersions(in));
  }
  return JsonReply(200,
                   {{"versions", Json::array({NovaVersion(in, false), NovaVersion(in, true)})}});
}

Response ShowNovaVersion(Cloud&, const Exchange& in) {
  Json version = NovaVersion(in, StartsWith(in.path, "/v2.1"));
  version["media-types"] = MediaTypes("application/vnd.openstack.compute+json;version=2.1");
  return JsonReply(200, {{"version", std::move(version)}});
}

Response ShowIdentityVersion(Cloud&, const Exchange& in) {
  return JsonReply(200,
                   {{"version",
                     {{"id", "v3.6"},
                      {"status", "stable"},
                      {"updated", "2016-04-04T00:00:00Z"},
                      {"links", Json::array({Link("self", in.base + "/v3/")})},
                      {"media-types", MediaTypes("application/vnd.openstack.identity-v3+json")}}}});
}

Response ShowNetworkVersions(Cloud&, const Exchange& in) {
  return JsonReply(200, {{"resources", Json::array()},
                         {"links", Json::array({Link("self", in.base + "/v2.0")})}});
}

}  // namespace

void AddVersionRoutes(Router& router) {
  router.Add(Service::kNova, "GET", "/", "ListVersions", ListVersions).access = Access::kOpen;
  router.Add(Service::kNova, "GET", "/v2.1", "ShowVersion", ShowNovaVersion).access = Access::kOpen;
  router.Add(Service::kNova, "GET", "/v2", "ShowVersion", ShowNovaVersion).access = Access::kOpen;
  router.Add(Service::kIam, "GET", "/v3", "ShowVersion", ShowIdentityVersion).access =
      Access::kOpen;
  router.Add(Service::kNeutron, "GET", "/v2.0", "ShowVersion", ShowNetworkVersions).access =
      Access::kOpen;
}

}  // namespace emulator
