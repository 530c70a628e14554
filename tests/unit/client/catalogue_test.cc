#include "client/catalogue.h"

#include "client/url.h"
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

TEST(Catalogue, AnHttpAddressOfAnHttpsCatalogueIsRefusedUnlessEndpointsNamesIt) {
  const Catalogue catalogue = {{"ecs", "r1", "http://ecs.x/v1/p"},
                               {"image", "r1", "https://ims.x"}};
  Settings settings = {.auth_url = "https://iam.x/v3", .region = "r1"};
  const Error expected = {
      .code = Code::kInvalid,
      .summary = "The endpoint for ecs is not encrypted",
      .detail =
          "IAM is reached over https, but its catalogue says that the service ecs is at "
          "http://ecs.x: the credentials would travel in clear.",
      .path = Path("endpoints"),
      .hint =
          "Set endpoints = { ecs = \"https://…\" } in the provider block. An http:// address that "
          "is named there is used."};
  EXPECT_EQ(ListedEndpoint(settings, catalogue, "ecs", false).error(), expected);
  EXPECT_EQ(ListedEndpoint(settings, catalogue, "ims", false)->base, "https://ims.x");
  settings.endpoints = {{"ecs", "http://ecs.x"}};
  EXPECT_EQ(ListedEndpoint(settings, catalogue, "ecs", false)->base, "http://ecs.x");
  const Settings plain = {.auth_url = "http://iam.x/v3", .region = "r1"};
  EXPECT_EQ(ListedEndpoint(plain, catalogue, "ecs", false)->base, "http://ecs.x");
}

TEST(Catalogue, ARegionThatItLacksIsNamedBesideThoseThatItHas) {
  const Catalogue catalogue = {{"ecs", "r1", "https://ecs.x"}, {"compute", "r2", "https://nova.y"}};
  const Error error =
      ListedEndpoint({.auth_url = "https://iam.x/v3", .region = "r9"}, catalogue, "ecs", false)
          .error();
  EXPECT_EQ(
      error.detail,
      "Neither the provider's endpoints nor the cloud's catalogue say where the service ecs is "
      "in the region \"r9\". The catalogue has it in r1, r2.");
  EXPECT_EQ(error.hint,
            "Check region (OS_REGION_NAME), or set endpoints = { ecs = \"https://…\" } in the "
            "provider block.");
}

TEST(Catalogue, TheUserOfAnAddressStaysInItAndOutOfItsHost) {
  EXPECT_EQ(ParseEndpoint("https://joe:pw@ecs.x:1/v1/p").base, "https://joe:pw@ecs.x:1");
  EXPECT_EQ(
      SplitUrl("https://joe:p@w@ecs.x:1/v1"),
      (UrlParts{.scheme = "https", .user_info = "joe:p@w", .authority = "ecs.x:1", .path = "/v1"}));
  EXPECT_EQ(RegionOf({.auth_url = "https://joe:pw@iam.eu-de.otc.t-systems.com/v3"}), "eu-de");
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
