#include "client/catalogue.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ecs::client {
namespace {

TEST(Catalogue, AnEndpointIsTakenApart) {
  const std::pair<const char*, Endpoint> cases[] = {
      {"http://127.0.0.1:1234", {"http://127.0.0.1:1234", ""}},
      {"http://127.0.0.1:1234/", {"http://127.0.0.1:1234", ""}},
      {"https://ecs.x/v1/0123456789abcdef0123456789abcdef", {"https://ecs.x", "v1"}},
      {"https://ecs.x/v2.1/p/", {"https://ecs.x", "v2.1"}},
      {"https://ecs.x/v2/p", {"https://ecs.x", "v2"}},
      {"https://ecs.x/v2", {"https://ecs.x", "v2"}},
      {"https://gw.x/ecs/v1/p", {"https://gw.x/ecs", "v1"}},
      {"https://iam.x/v3", {"https://iam.x", "v3"}},
      {"https://vpc.x/vpcs", {"https://vpc.x/vpcs", ""}},
  };
  for (const auto& [url, expected] : cases) EXPECT_EQ(ParseEndpoint(url), expected) << url;
}

TEST(Catalogue, NativeCallsGoWhereTheComputeEndpointSays) {
  const char kPath[] = "/v2.1/{project_id}/servers/s/action";
  const std::pair<const char*, const char*> cases[] = {
      {"https://ecs.x/v2.1/p", "https://ecs.x/v2.1/p%201/servers/s/action"},
      {"https://ecs.x/v2/p", "https://ecs.x/v2/p%201/servers/s/action"},
      {"https://ecs.x/v1/p", "https://ecs.x/v2.1/p%201/servers/s/action"},
      {"https://ecs.x", "https://ecs.x/v2.1/p%201/servers/s/action"},
  };
  for (const auto& [url, expected] : cases) {
    EXPECT_EQ(Address(ParseEndpoint(url), kPath, "p 1"), expected) << url;
  }
  EXPECT_EQ(Address(ParseEndpoint("https://ecs.x/v2/p"), "/v1/{project_id}/jobs/j", "p"),
            "https://ecs.x/v1/p/jobs/j");
}

TEST(Catalogue, AnOverrideBeatsTheCatalogueAndTheTypeThatFitsComesFirst) {
  const Catalogue catalogue = {{"compute", "r1", "https://nova.x/v2/p"},
                               {"ecs", "r1", "https://ecs.x/v1/p"},
                               {"ecs", "r2", "https://ecs.y/v1/p"},
                               {"image", "*", "https://ims.x"},
                               {"volumev2", "r1", "https://evs.x/v2/p"}};
  const Settings r1 = {.region = "r1"};
  EXPECT_EQ(FindEndpoint(r1, catalogue, "ecs", false)->base, "https://ecs.x");
  EXPECT_EQ(FindEndpoint(r1, catalogue, "ecs", true), (Endpoint{"https://nova.x", "v2"}));
  EXPECT_EQ(FindEndpoint({.region = "r2"}, catalogue, "ecs", true)->base, "https://ecs.y");
  EXPECT_EQ(FindEndpoint({.region = "r2"}, catalogue, "ims", false)->base, "https://ims.x");
  EXPECT_EQ(FindEndpoint(r1, catalogue, "evs", false)->base, "https://evs.x");
  EXPECT_EQ(FindEndpoint(r1, catalogue, "eip", false), std::nullopt);
  const Settings chosen = {.region = "r1", .endpoints = {{"ecs", "http://127.0.0.1:1/v2/p"}}};
  EXPECT_EQ(FindEndpoint(chosen, catalogue, "ecs", true), (Endpoint{"http://127.0.0.1:1", "v2"}));
}

TEST(Catalogue, TheNamingSchemeIsReadFromAuthUrl) {
  struct Case {
    const char* auth_url = "";
    const char* region = "";
    const char* expected = "";
  };
  const Case cases[] = {
      {"https://iam.eu-de.otc.t-systems.com/v3", "eu-de", "https://ecs.eu-de.otc.t-systems.com"},
      {"https://iam.eu-de.otc.t-systems.com/v3", "", "https://ecs.eu-de.otc.t-systems.com"},
      {"https://iam.myhuaweicloud.com/v3", "ap-1", "https://ecs.ap-1.myhuaweicloud.com"},
      {"https://iam.myhuaweicloud.com/v3", "", ""},
      {"http://127.0.0.1:9999", "r", ""},
      {"", "r", ""},
  };
  for (const Case& c : cases) {
    const auto endpoint = TemplateEndpoint({.auth_url = c.auth_url, .region = c.region}, "ecs");
    EXPECT_EQ(endpoint ? endpoint->base : "", c.expected) << c.auth_url;
  }
}

}  // namespace
}  // namespace ecs::client
