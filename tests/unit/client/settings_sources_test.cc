#include "client/settings_sources.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ecs::client {
namespace {

using testing::HasSubstr;
using Texts = std::map<std::string, std::string>;

Surroundings Around(Texts variables, Texts files = {}) {
  const auto find = [](Texts texts) {
    return [texts = std::move(texts)](const std::string& name) -> std::optional<std::string> {
      const auto found = texts.find(name);
      if (found == texts.end()) return std::nullopt;
      return found->second;
    };
  };
  return {.variable = find(std::move(variables)), .file = find(std::move(files))};
}

const char kClouds[] = R"(clouds:
  otc:
    auth:
      auth_url: https://iam.file/v3
      username: file-user
      password: file-password
      user_domain_name: file-domain
    region_name: file-region
    verify: false
    compute_endpoint_override: https://ecs.file
)";

TEST(Settings, ConfigurationBeatsEnvironmentBeatsCloudsYaml) {
  const auto settings =
      Complete({.auth_url = "https://iam.config/v3", .cloud = "otc"},
               Around({{"OS_AUTH_URL", "https://iam.env/v3"}, {"OS_REGION_NAME", "env-region"}},
                      {{"clouds.yaml", kClouds}}));
  const Settings expected = {.auth_url = "https://iam.config/v3",
                             .region = "env-region",
                             .domain_name = "file-domain",
                             .user_name = "file-user",
                             .password = Secret("file-password"),
                             .cloud = "otc",
                             .endpoints = {{"ecs", "https://ecs.file"}},
                             .insecure = true};
  EXPECT_EQ(*settings, expected);
}

TEST(Settings, EveryVariableIsRead) {
  const auto settings = Complete({}, Around({{"OS_AUTH_URL", "a"},
                                             {"OS_REGION_NAME", "r"},
                                             {"OS_PROJECT_ID", "pi"},
                                             {"OS_PROJECT_NAME", "pn"},
                                             {"OS_DOMAIN_ID", "di"},
                                             {"OS_USER_DOMAIN_NAME", "dn"},
                                             {"OS_ACCESS_KEY", "ak"},
                                             {"OS_SECRET_KEY", "sk"},
                                             {"OS_SECURITY_TOKEN", "st"},
                                             {"OS_INSECURE", "true"},
                                             {"OS_CACERT", "ca"},
                                             {"OS_CERT", "c"},
                                             {"OS_KEY", "k"},
                                             {"OS_MAX_RETRIES", "9"},
                                             {"OS_ECS_ENDPOINT_OVERRIDE", "e"}}));
  const Settings expected = {.auth_url = "a",
                             .region = "r",
                             .project_id = "pi",
                             .project_name = "pn",
                             .domain_id = "di",
                             .domain_name = "dn",
                             .access_key = "ak",
                             .secret_key = Secret("sk"),
                             .security_token = Secret("st"),
                             .endpoints = {{"ecs", "e"}},
                             .insecure = true,
                             .cacert_file = "ca",
                             .cert_file = "c",
                             .key_file = "k",
                             .max_retries = 9};
  EXPECT_EQ(*settings, expected);
}

TEST(Settings, WeakerSourcesCompleteTheChosenMethodAndAddNoOther) {
  const Texts both = {{"OS_USERNAME", "u"},
                      {"OS_PASSWORD", "pw"},
                      {"OS_ACCESS_KEY", "ak"},
                      {"OS_SECRET_KEY", "sk"}};
  const Settings password = *Complete({.user_name = "alice"}, Around(both));
  EXPECT_EQ(password.user_name, "alice");
  EXPECT_EQ(password.password, Secret("pw"));
  EXPECT_EQ(password.access_key, "");
  const Settings keys = *Complete({}, Around(both));
  EXPECT_EQ(keys.access_key, "ak");
  EXPECT_EQ(keys.password, Secret());
}

TEST(Settings, SecureYamlBesideCloudsYamlIsRead) {
  const auto settings = Complete(
      {}, Around({{"OS_CLOUD", "otc"}, {"HOME", "/h"}},
                 {{"/h/.config/openstack/clouds.yaml", "clouds: {otc: {auth: {username: u}}}"},
                  {"/h/.config/openstack/secure.yaml", "clouds: {otc: {auth: {password: s}}}"}}));
  EXPECT_EQ(settings->user_name, "u");
  EXPECT_EQ(settings->password, Secret("s"));
}

TEST(Settings, AMissingOrMalformedCloudIsAnError) {
  const std::pair<Texts, const char*> cases[] = {
      {{}, "There is no clouds.yaml."},
      {{{"clouds.yaml", "clouds: {other: {}}"}}, "clouds.yaml has no such entry."},
      {{{"clouds.yaml", "clouds: [: :"}}, "clouds.yaml is malformed"},
      {{{"clouds.yaml", "just text"}}, "clouds.yaml"},
      {{{"clouds.yaml", "clouds: {otc: {insecure: maybe}}"}}, "clouds.yaml is malformed"},
  };
  for (const auto& [files, expected] : cases) {
    const auto settings = Complete({.cloud = "otc"}, Around({}, files));
    ASSERT_FALSE(settings.ok()) << expected;
    EXPECT_THAT(settings.error().detail, HasSubstr(expected));
    EXPECT_EQ(settings.error().path, Path("cloud"));
  }
}

TEST(Settings, AVariableThatMakesNoSenseIsAnError) {
  EXPECT_FALSE(Complete({}, Around({{"OS_INSECURE", "perhaps"}})).ok());
  EXPECT_FALSE(Complete({}, Around({{"OS_MAX_RETRIES", "many"}})).ok());
}

Settings Good() {
  return {.auth_url = "https://iam.eu-de.otc.t-systems.com/v3",
          .domain_name = "acme",
          .user_name = "alice",
          .password = Secret("pw")};
}

TEST(Check, AcceptsWhatIsEnough) {
  EXPECT_TRUE(Check(Good()).ok());
  EXPECT_TRUE(Check({.project_id = "p",
                     .access_key = "a",
                     .secret_key = Secret("s"),
                     .endpoints = {{"ecs", "http://127.0.0.1:1"}}})
                  .ok());
  EXPECT_TRUE(Check({.auth_url = "http://127.0.0.1:1", .token = Secret("t")}).ok());
}

TEST(Check, SaysWhatIsMissingOrContradictory) {
  const auto with = [](auto change) {
    Settings settings = Good();
    change(settings);
    return settings;
  };
  const std::pair<Settings, const char*> cases[] = {
      {{}, "No credentials"},
      {with([](Settings& s) { s.token = Secret("t"); }), "The credentials are not clear"},
      {with([](Settings& s) { s.password = Secret(); }), "password is missing"},
      {with([](Settings& s) { s.user_name = ""; }), "user_name is missing"},
      {with([](Settings& s) { s.domain_name = ""; }), "domain_name is missing"},
      {with([](Settings& s) { s.auth_url = ""; }), "auth_url is missing"},
      {with([](Settings& s) { s.auth_url = "iam.example.com"; }), "auth_url is not valid"},
      {with([](Settings& s) { s.auth_url = "http://127.0.0.1"; }), "region is missing"},
      {with([](Settings& s) { s.endpoints["ecss"] = "https://x"; }),
       "endpoints[\"ecss\"] is not valid"},
      {with([](Settings& s) { s.endpoints["ecs"] = "x"; }), "endpoints[\"ecs\"] is not valid"},
      {with([](Settings& s) { s.max_retries = -1; }), "max_retries is not valid"},
      {with([](Settings& s) { s.requests_per_second = -1; }), "requests_per_second is not valid"},
      {with([](Settings& s) { s.key_file = "k"; }), "cert_file is missing"},
      {with([](Settings& s) { s.token = Secret("t\r\nX-Other: 1"); }), "token is not valid"},
      {with([](Settings& s) { s.project_id = "p\n"; }), "project_id is not valid"},
      {{.auth_url = "https://iam.a.b.c", .access_key = "a"}, "secret_key is missing"},
      {{.auth_url = "https://iam.a.b.c", .secret_key = Secret("s")}, "access_key is missing"},
  };
  for (const auto& [settings, expected] : cases) {
    const Status status = Check(settings);
    ASSERT_FALSE(status.ok()) << expected;
    EXPECT_EQ(status.error().summary, expected);
    EXPECT_EQ(status.error().code, Code::kInvalid);
  }
}

}  // namespace
}  // namespace ecs::client
