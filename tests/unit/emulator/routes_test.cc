// The routes that other clients were seen to ask for (api/client-routes.md).
#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

constexpr std::pair<const char*, const char*> kRoutes[] = {
    {"GET", "/"},
    {"POST", "/v1.1/{project_id}/cloudservers"},
    {"GET", "/v1.1/{project_id}/cloudservers/detail"},
    {"POST", "/v1.1/{project_id}/cloudservers/{server_id}/resize"},
    {"GET", "/v1/{project_id}/availability-zones"},
    {"POST", "/v1/{project_id}/cloudservers"},
    {"POST", "/v1/{project_id}/cloudservers/action"},
    {"POST", "/v1/{project_id}/cloudservers/delete"},
    {"GET", "/v1/{project_id}/cloudservers/detail"},
    {"GET", "/v1/{project_id}/cloudservers/flavors"},
    {"GET", "/v1/{project_id}/cloudservers/limits"},
    {"GET", "/v1/{project_id}/cloudservers/os-server-groups"},
    {"POST", "/v1/{project_id}/cloudservers/os-server-groups"},
    {"DELETE", "/v1/{project_id}/cloudservers/os-server-groups/{server_group_id}"},
    {"GET", "/v1/{project_id}/cloudservers/os-server-groups/{server_group_id}"},
    {"POST", "/v1/{project_id}/cloudservers/os-server-groups/{server_group_id}/action"},
    {"GET", "/v1/{project_id}/cloudservers/resize_flavors"},
    {"POST", "/v1/{project_id}/cloudservers/resource_instances/action"},
    {"GET", "/v1/{project_id}/cloudservers/tags"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}"},
    {"PUT", "/v1/{project_id}/cloudservers/{server_id}"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/appendvolumequota"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/attachvolume"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/autorecovery"},
    {"PUT", "/v1/{project_id}/cloudservers/{server_id}/autorecovery"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/block_device"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/block_device/{volume_id}"},
    {"DELETE", "/v1/{project_id}/cloudservers/{server_id}/detachvolume/{volume_id}"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/metadata"},
    {"DELETE", "/v1/{project_id}/cloudservers/{server_id}/metadata/{key}"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/nics"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/nics/delete"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/os-interface"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/os-volume_attachments"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/resize"},
    {"GET", "/v1/{project_id}/cloudservers/{server_id}/tags"},
    {"POST", "/v1/{project_id}/cloudservers/{server_id}/tags/action"},
    {"GET", "/v1/{project_id}/jobs/{job_id}"},
    {"GET", "/v1/{project_id}/security-groups"},
    {"GET", "/v1/{project_id}/subnets"},
    {"GET", "/v1/{project_id}/subnets/{subnet_id}"},
    {"GET", "/v1/{project_id}/vpcs"},
    {"POST", "/v1/{project_id}/vpcs"},
    {"DELETE", "/v1/{project_id}/vpcs/{vpc_id}"},
    {"GET", "/v1/{project_id}/vpcs/{vpc_id}"},
    {"GET", "/v2.0/networks"},
    {"GET", "/v2.0/networks/{network_id}"},
    {"GET", "/v2.0/ports"},
    {"POST", "/v2.0/security-groups"},
    {"DELETE", "/v2.0/security-groups/{security_group_id}"},
    {"GET", "/v2.0/subnets"},
    {"GET", "/v2.1"},
    {"POST", "/v2.1/{project_id}/cloudvolumes"},
    {"POST", "/v2.1/{project_id}/cloudvolumes/{volume_id}/action"},
    {"GET", "/v2.1/{project_id}/flavors/detail"},
    {"GET", "/v2.1/{project_id}/flavors/{flavor_id}"},
    {"GET", "/v2.1/{project_id}/flavors/{flavor_id}/os-extra_specs"},
    {"GET", "/v2.1/{project_id}/limits"},
    {"GET", "/v2.1/{project_id}/os-availability-zone"},
    {"GET", "/v2.1/{project_id}/os-availability-zone/detail"},
    {"GET", "/v2.1/{project_id}/os-keypairs"},
    {"POST", "/v2.1/{project_id}/os-keypairs"},
    {"DELETE", "/v2.1/{project_id}/os-keypairs/{name}"},
    {"GET", "/v2.1/{project_id}/os-keypairs/{name}"},
    {"GET", "/v2.1/{project_id}/os-server-groups"},
    {"POST", "/v2.1/{project_id}/os-server-groups"},
    {"DELETE", "/v2.1/{project_id}/os-server-groups/{server_group_id}"},
    {"GET", "/v2.1/{project_id}/os-server-groups/{server_group_id}"},
    {"GET", "/v2.1/{project_id}/servers"},
    {"POST", "/v2.1/{project_id}/servers"},
    {"GET", "/v2.1/{project_id}/servers/detail"},
    {"DELETE", "/v2.1/{project_id}/servers/{server_id}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}"},
    {"PUT", "/v2.1/{project_id}/servers/{server_id}"},
    {"POST", "/v2.1/{project_id}/servers/{server_id}/action"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/metadata"},
    {"POST", "/v2.1/{project_id}/servers/{server_id}/metadata"},
    {"DELETE", "/v2.1/{project_id}/servers/{server_id}/metadata/{key}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/os-instance-actions"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/os-interface"},
    {"POST", "/v2.1/{project_id}/servers/{server_id}/os-interface"},
    {"DELETE", "/v2.1/{project_id}/servers/{server_id}/os-interface/{port_id}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/os-interface/{port_id}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/os-security-groups"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/os-volume_attachments"},
    {"POST", "/v2.1/{project_id}/servers/{server_id}/os-volume_attachments"},
    {"DELETE", "/v2.1/{project_id}/servers/{server_id}/os-volume_attachments/{volume_id}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/tags"},
    {"DELETE", "/v2.1/{project_id}/servers/{server_id}/tags/{tag}"},
    {"GET", "/v2.1/{project_id}/servers/{server_id}/tags/{tag}"},
    {"PUT", "/v2.1/{project_id}/servers/{server_id}/tags/{tag}"},
    {"GET", "/v2/cloudimages"},
    {"GET", "/v2/images"},
    {"GET", "/v2/images/{image_id}"},
    {"DELETE", "/v2/{project_id}/cloudvolumes/{volume_id}"},
    {"GET", "/v2/{project_id}/cloudvolumes/{volume_id}"},
    {"GET", "/v3"},
    {"POST", "/v3.0/OS-CREDENTIAL/securitytokens"},
    {"GET", "/v3/"},
    {"POST", "/v3/auth/tokens"},
    {"GET", "/v3/projects"},
    {"GET", "/v3/{project_id}/limits"},
    {"POST", "/v3/{project_id}/volumes"},
    {"DELETE", "/v3/{project_id}/volumes/{volume_id}"},
    {"GET", "/v3/{project_id}/volumes/{volume_id}"},
};

class RoutesTest : public CloudTest {};

TEST_F(RoutesTest, EveryRouteOfOtherClientsIsServed) {
  for (const auto& [method, path] : kRoutes) {
    std::string target = path;
    for (std::size_t open = target.find('{'); open != std::string::npos; open = target.find('{')) {
      const std::size_t close = target.find('}', open);
      const bool project = target.substr(open, close - open) == "{project_id";
      target.replace(open, close - open + 1,
                     project ? kProject : "11111111-1111-4111-8111-111111111111");
    }
    EXPECT_NE(Send(method, target).status, 501) << method << " " << path;
  }
  EXPECT_EQ(Get("/_emulator/journal").Parsed()["unknown"], Json::object());
}

// A request of any shape gets an answer, never an end of the program.
TEST_F(RoutesTest, NoBodyBreaksARoute) {
  const std::string id = MakeServer();
  const Json bodies[] = {Json::object(),
                         Json::array({1, 2}),
                         "text",
                         {{"server", 1}},
                         {{"server", {{"name", 1}, {"nics", "x"}, {"count", "many"}}}},
                         {{"servers", {1, 2}}},
                         {{"volume", {{"size", "big"}, {"metadata", {{"a", 1}}}}}},
                         {{"port", {{"security_groups", {1}}}}},
                         {{"reboot", {{"type", 1}, {"servers", 1}}}},
                         {{"tags", 1}, {"action", "create"}},
                         {{"metadata", {{"a", nullptr}}}}};
  for (const auto& [method, path] : kRoutes) {
    if (method == std::string_view("GET")) continue;
    std::string target = path;
    for (std::size_t open = target.find('{'); open != std::string::npos; open = target.find('{')) {
      const std::size_t close = target.find('}', open);
      const bool project = target.substr(open, close - open) == "{project_id";
      target.replace(open, close - open + 1, project ? kProject : id);
    }
    for (const Json& body : bodies) {
      const Response answer = Send(method, target, body);
      EXPECT_TRUE(answer.status >= 200 && answer.status < 500) << method << path << body;
    }
  }
}

}  // namespace
}  // namespace emulator
