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
                                             {"OS_AGENCY_NAME", "an"},
                                             {"OS_AGENCY_DOMAIN_NAME", "ad"},
                                             {"OS_AGENCY_DOMAIN_ID", "ai"},
                                             {"OS_AGENCY_DURATION_SECONDS", "901"},
                                             {"OS_IDENTITY_ENDPOINT_OVERRIDE", "i"},
                                             {"OS_METADATA_ENDPOINT_OVERRIDE", "m"},
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
                             .agency_name = "an",
                             .agency_domain_name = "ad",
                             .agency_domain_id = "ai",
                             .agency_duration_seconds = 901,
                             .endpoints = {{"ecs", "e"}, {"iam", "i"}, {"metadata", "m"}},
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

TEST(Settings, OfAnIdAndANameTheStrongerSourcesCounts) {
  const Settings settings = *Complete(
      {.project_name = "mine", .user_name = "alice", .agency_name = "a", .agency_domain_id = "i"},
      Around({{"OS_PROJECT_ID", "p"},
              {"OS_USER_ID", "u"},
              {"OS_PASSWORD", "pw"},
              {"OS_DOMAIN_ID", "d"},
              {"OS_DOMAIN_NAME", "dn"},
              {"OS_AGENCY_DOMAIN_NAME", "n"}}));
  const Settings expected = {.project_name = "mine",
                             .domain_id = "d",
                             .domain_name = "dn",
                             .user_name = "alice",
                             .password = Secret("pw"),
                             .agency_name = "a",
                             .agency_domain_id = "i"};
  EXPECT_EQ(settings, expected);
}

TEST(Settings, ATokenBeatsKeysBeatAPasswordBeatsTheMetadataService) {
  Texts texts = {{"OS_TOKEN", "t"},    {"OS_ACCESS_KEY", "ak"}, {"OS_SECRET_KEY", "sk"},
                 {"OS_USERNAME", "u"}, {"OS_PASSWORD", "pw"},   {"OS_METADATA_SERVICE", "true"}};
  EXPECT_EQ(*Complete({}, Around(texts)), (Settings{.token = Secret("t")}));
  texts.erase("OS_TOKEN");
  EXPECT_EQ(*Complete({}, Around(texts)),
            (Settings{.access_key = "ak", .secret_key = Secret("sk")}));
  texts.erase("OS_ACCESS_KEY");
  texts.erase("OS_SECRET_KEY");
  EXPECT_EQ(*Complete({}, Around(texts)), (Settings{.user_name = "u", .password = Secret("pw")}));
  texts.erase("OS_USERNAME");
  texts.erase("OS_PASSWORD");
  EXPECT_EQ(*Complete({}, Around(texts)), (Settings{.metadata_service = true}));
}

TEST(Settings, TheMetadataServiceIsConfiguredOverTheEnvironmentOverCloudsYaml) {
  const Texts file = {
      {"clouds.yaml", "clouds: {in: {metadata_service: true, metadata_endpoint_override: m}}"}};
  const Texts user = {{"OS_USERNAME", "u"}, {"OS_PASSWORD", "pw"}};
  EXPECT_EQ(*Complete({.metadata_service = true}, Around(user)),
            (Settings{.metadata_service = true}));
  EXPECT_EQ(*Complete({.metadata_service = false}, Around({{"OS_METADATA_SERVICE", "true"}})),
            (Settings{.metadata_service = false}));
  EXPECT_EQ(*Complete({.cloud = "in"}, Around({}, file)),
            (Settings{.metadata_service = true, .cloud = "in", .endpoints = {{"metadata", "m"}}}));
  EXPECT_EQ(*Complete({.metadata_service = false, .cloud = "in"}, Around({}, file)),
            (Settings{.metadata_service = false, .cloud = "in", .endpoints = {{"metadata", "m"}}}));
  EXPECT_EQ(Complete({.cloud = "in"}, Around(user, file))->metadata_service, std::nullopt);
}

TEST(Settings, TheAgencyIsConfiguredOverTheEnvironmentOverCloudsYaml) {
  const auto settings =
      Complete({.agency_name = "config", .cloud = "c"},
               Around({{"OS_AGENCY_NAME", "env"}, {"OS_AGENCY_DOMAIN_NAME", "env-domain"}},
                      {{"clouds.yaml",
                        "clouds: {c: {auth: {agency_name: file, agency_domain_name: file-domain}, "
                        "agency_duration_seconds: 1800}}"}}));
  const Settings expected = {.agency_name = "config",
                             .agency_domain_name = "env-domain",
                             .agency_duration_seconds = 1800,
                             .cloud = "c"};
  EXPECT_EQ(*settings, expected);
}

TEST(Settings, ADelegatedProjectIsTheAgencysWhereNoneIsConfigured) {
  const Texts texts = {
      {"OS_DELEGATED_PROJECT", "theirs"}, {"OS_PROJECT_ID", "p"}, {"OS_PROJECT_NAME", "ours"}};
  const auto project = [&](const Settings& configured) {
    const Settings settings = *Complete(configured, Around(texts));
    return settings.project_id + "/" + settings.project_name;
  };
  EXPECT_EQ(project({.agency_name = "a"}), "/theirs");
  EXPECT_EQ(project({.project_name = "mine", .agency_name = "a"}), "/mine");
  EXPECT_EQ(project({}), "p/ours");
}

const char kRegions[] = R"(clouds:
  otc:
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3"}
    regions:
      - eu-de
      - name: eu-nl
        values: {auth: {auth_url: "https://iam.eu-nl.otc.t-systems.com/v3", project_name: nl}}
)";

TEST(Settings, OfSeveralRegionsTheChosenOneOrTheFirstCounts) {
  const auto read = [](const std::string& region) {
    return Complete({.region = region, .cloud = "otc"}, Around({}, {{"clouds.yaml", kRegions}}));
  };
  const Settings first = {
      .auth_url = "https://iam.eu-de.otc.t-systems.com/v3", .region = "eu-de", .cloud = "otc"};
  const Settings second = {.auth_url = "https://iam.eu-nl.otc.t-systems.com/v3",
                           .region = "eu-nl",
                           .project_name = "nl",
                           .cloud = "otc"};
  EXPECT_EQ(*read(""), first);
  EXPECT_EQ(*read("eu-nl"), second);
  EXPECT_EQ(read("eu-ch2").error().detail,
            "Its regions are eu-de, eu-nl, and \"eu-ch2\" is none of them.");
}

TEST(Settings, AnAuthTypeDecidesWhichCredentialsOfAnEntryCount) {
  const auto read = [](const std::string& auth_type) {
    const std::string entry =
        "{auth: {username: u, password: pw, token: t, ak: a, sk: s}, auth_type: " + auth_type + "}";
    return Complete({.cloud = "c"}, Around({}, {{"clouds.yaml", "clouds: {c: " + entry + "}"}}));
  };
  EXPECT_EQ(*read("v3password"),
            (Settings{.user_name = "u", .password = Secret("pw"), .cloud = "c"}));
  EXPECT_EQ(*read("token"), (Settings{.token = Secret("t"), .cloud = "c"}));
  EXPECT_EQ(*read("aksk"), (Settings{.access_key = "a", .secret_key = Secret("s"), .cloud = "c"}));
  const Error error = read("v3applicationcredential").error();
  EXPECT_EQ(error.detail,
            "Its auth_type \"v3applicationcredential\" is not supported; password, token and aksk "
            "are.");
  EXPECT_EQ(error.path, Path("cloud"));
}

TEST(Settings, CloudsAndSecureFilesAreFoundWhereTheOpenStackSdkLooks) {
  const char clouds[] = "clouds: {c: {auth: {username: u}}}";
  const char secure[] = "clouds: {c: {auth: {password: s}}}";
  const std::pair<Texts, Texts> cases[] = {
      {{}, {{"clouds.yml", clouds}, {"secure.yaml", secure}}},
      {{{"HOME", "/h"}}, {{"/h/.config/openstack/clouds.json", clouds}, {"secure.yaml", secure}}},
      {{{"OS_CLIENT_CONFIG_FILE", "/x/my.yaml"}},
       {{"/x/my.yaml", clouds}, {"/x/secure.yaml", secure}, {"secure.yaml", "no: thing"}}},
      {{{"OS_CLIENT_SECURE_FILE", "/y/s"}},
       {{"/etc/openstack/clouds.yaml", clouds},
        {"/y/s", secure},
        {"/etc/openstack/secure.yaml", "no: thing"}}},
  };
  for (const auto& [variables, files] : cases) {
    EXPECT_EQ(*Complete({.cloud = "c"}, Around(variables, files)),
              (Settings{.user_name = "u", .password = Secret("s"), .cloud = "c"}));
  }
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
  EXPECT_FALSE(Complete({}, Around({{"OS_METADATA_SERVICE", "perhaps"}})).ok());
  EXPECT_FALSE(Complete({}, Around({{"OS_AGENCY_DURATION_SECONDS", "long"}})).ok());
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
  EXPECT_TRUE(
      Check({.project_id = "p",
             .metadata_service = true,
             .endpoints = {{"ecs", "http://127.0.0.1:1"}, {"metadata", "http://127.0.0.1:1"}}})
          .ok());
  Settings agency = Good();
  agency.agency_name = "a";
  agency.agency_domain_id = "d";
  agency.agency_duration_seconds = 86400;
  EXPECT_TRUE(Check(agency).ok());
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
      {with([](Settings& s) { s.metadata_service = true; }), "The credentials are not clear"},
      {{.auth_url = "https://iam.a.b.c", .user_name = "u", .metadata_service = true},
       "The credentials are not clear"},
      {with([](Settings& s) { s.agency_domain_name = "d"; }), "assume_role.agency_name is missing"},
      {with([](Settings& s) { s.agency_duration_seconds = 900; }),
       "assume_role.agency_name is missing"},
      {with([](Settings& s) { s.agency_name = "a"; }), "assume_role.domain_name is missing"},
      {with([](Settings& s) {
         s.agency_name = "a";
         s.agency_domain_id = "d";
         s.agency_duration_seconds = 899;
       }),
       "assume_role.duration_seconds is not valid"},
      {{.auth_url = "http://127.0.0.1",
        .token = Secret("t"),
        .agency_name = "a",
        .agency_domain_id = "d"},
       "region is missing"},
      {{.project_id = "p",
        .access_key = "a",
        .secret_key = Secret("s"),
        .agency_name = "a",
        .agency_domain_id = "d",
        .endpoints = {{"ecs", "http://127.0.0.1:1"}}},
       "auth_url is missing"},
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
