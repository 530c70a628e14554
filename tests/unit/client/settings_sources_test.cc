#include "client/settings_sources.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/settings_rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ecs::client {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
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
                             .domain_name = "dn",
                             .project_domain_id = "di",
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
      {{{"clouds.yaml", "clouds: {otc: {insecure: maybe}}"}},
       "clouds.yaml is malformed: insecure must be true or false (line 1)."},
  };
  for (const auto& [files, expected] : cases) {
    const auto settings = Complete({.cloud = "otc"}, Around({}, files));
    ASSERT_FALSE(settings.ok()) << expected;
    EXPECT_THAT(settings.error().detail, HasSubstr(expected));
    EXPECT_EQ(settings.error().path, Path("cloud"));
  }
}

TEST(Settings, ABrokenSecureYamlIsNotBlamedOnCloudsYaml) {
  for (const char* broken : {"clouds: [: :", "just text", "clouds: {otc: {insecure: maybe}}"}) {
    const auto settings =
        Complete({.cloud = "otc"}, Around({}, {{"clouds.yaml", kClouds}, {"secure.yml", broken}}));
    ASSERT_FALSE(settings.ok()) << broken;
    EXPECT_EQ(settings.error().summary,
              "The secrets of the cloud \"otc\" cannot be read from secure.yaml");
    EXPECT_THAT(settings.error().detail, StartsWith("secure.yml is malformed: "));
    EXPECT_THAT(settings.error().Text(), Not(HasSubstr("OS_CLIENT_CONFIG_FILE")));
    EXPECT_EQ(settings.error().path, Path("cloud"));
  }
}

TEST(Settings, KeysOfCloudsYamlWithoutAValueAreNoKeys) {
  for (const char* nothing : {"", " ~", " null", " ''", " '  '"}) {
    const std::string yaml = absl::StrReplaceAll(R"(clouds:
  c:
    auth:
      username: u
      password: pw
      project_name: p
      project_id:NOTHING
      domain_id:NOTHING
      user_domain_id:NOTHING
      user_domain_name: d
      token:NOTHING
    regions:NOTHING
    region_name: r
    auth_type:NOTHING
    cacert:NOTHING
    verify:NOTHING
    insecure:NOTHING
    metadata_service:NOTHING
    agency_duration_seconds:NOTHING
    ecs_endpoint_override:NOTHING
)",
                                                 {{"NOTHING", nothing}});
    const auto settings = Complete({.cloud = "c"}, Around({}, {{"clouds.yaml", yaml}}));
    ASSERT_TRUE(settings.ok()) << settings.error().Text();
    EXPECT_EQ(*settings, (Settings{.region = "r",
                                   .project_name = "p",
                                   .domain_name = "d",
                                   .user_name = "u",
                                   .password = Secret("pw"),
                                   .cloud = "c"}));
  }
}

TEST(Settings, BlanksAndLineEndsAroundValuesDoNotCount) {
  const Settings expected = {.auth_url = "https://iam",
                             .region = "r",
                             .token = Secret("t"),
                             .cloud = "c",
                             .endpoints = {{"ecs", "https://e"}, {"evs", "https://v"}},
                             .insecure = true,
                             .max_retries = 3};
  const auto settings = Complete(
      {.auth_url = "\thttps://iam\n",
       .token = Secret("t\r\n"),
       .endpoints = {{"ecs", "https://e\n"}}},
      Around({{"OS_MAX_RETRIES", " 3\n"}, {"OS_CLOUD", "c\r"}, {"OS_PROJECT_ID", " \n"}},
             {{"clouds.yaml",
               "clouds: {c: {region_name: \" r\\n\", volume_endpoint_override: \"https://v \", "
               "verify: \"off \"}}"}}));
  ASSERT_TRUE(settings.ok()) << settings.error().Text();
  EXPECT_EQ(*settings, expected);
}

TEST(Settings, OfAPasswordOnlyLineEndsBehindItDoNotCount) {
  const auto password = [](const char* text) {
    return Complete({}, Around({{"OS_USERNAME", "u"}, {"OS_PASSWORD", text}}))->password;
  };
  EXPECT_EQ(password(" p w \r\n"), Secret(" p w "));
  EXPECT_EQ(password("\n"), Secret());
}

TEST(Settings, TheUsersAndTheProjectsAccountAreIndependent) {
  const struct {
    const char* about = "";
    Texts variables = {};
    Settings expected = {};
  } cases[] = {
      {"an openrc file of a dashboard",
       {{"OS_USER_DOMAIN_NAME", "users"}, {"OS_PROJECT_DOMAIN_ID", "p1"}},
       {.domain_name = "users", .project_domain_id = "p1"}},
      {"ids that both sides share",
       {{"OS_USER_DOMAIN_ID", "d1"}, {"OS_PROJECT_DOMAIN_ID", "d1"}},
       {.domain_id = "d1"}},
      {"one for both", {{"OS_DOMAIN_NAME", "acme"}}, {.domain_name = "acme"}},
      {"one for both, and another one for the user",
       {{"OS_DOMAIN_ID", "d1"}, {"OS_USER_DOMAIN_NAME", "users"}},
       {.domain_name = "users", .project_domain_id = "d1"}},
      {"one for both, and another one for the project",
       {{"OS_DOMAIN_ID", "d1"}, {"OS_PROJECT_DOMAIN_NAME", "projects"}},
       {.domain_id = "d1", .project_domain_name = "projects"}},
      {"the user's only", {{"OS_USER_DOMAIN_ID", "d1"}}, {.domain_id = "d1"}},
      {"the project's only", {{"OS_PROJECT_DOMAIN_NAME", "acme"}}, {.domain_name = "acme"}},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(*Complete({}, Around(test.variables)), test.expected) << test.about;
    // The same keys in clouds.yaml.
    std::string auth;
    for (const auto& [name, value] : test.variables) {
      absl::StrAppend(&auth, absl::AsciiStrToLower(name.substr(3)), ": ", value, ", ");
    }
    Settings expected = test.expected;
    expected.cloud = "c";
    EXPECT_EQ(
        *Complete({.cloud = "c"},
                  Around({}, {{"clouds.yaml", absl::StrCat("clouds: {c: {auth: {", auth, "}}}")}})),
        expected)
        << test.about;
  }
}

TEST(Settings, AnAccountOfAStrongerSourceHoldsForTheProjectToo) {
  const Texts both = {{"OS_USER_DOMAIN_NAME", "u"}, {"OS_PROJECT_DOMAIN_ID", "p"}};
  EXPECT_EQ(*Complete({.domain_name = "mine"}, Around(both)), (Settings{.domain_name = "mine"}));
  // What the stronger one does not name comes from the weaker one.
  EXPECT_EQ(*Complete({.cloud = "c"}, Around({{"OS_USER_DOMAIN_NAME", "u"}},
                                             {{"clouds.yaml",
                                               "clouds: {c: {auth: {project_domain_id: p, "
                                               "user_domain_id: other}}}"}})),
            (Settings{.domain_name = "u", .project_domain_id = "p", .cloud = "c"}));
}

TEST(Settings, EveryVariableOfTheTableIsRead) {
  int read = 0;
  for (const SettingRow& row : SettingRows()) {
    for (const auto& names : {row.variables, row.huawei}) {
      for (const char* name : names) {
        const char* value = row.flag != nullptr ? "true" : row.number != nullptr ? "7" : "v";
        // A security token goes with keys alone.
        const bool of_keys = row.secret == &Source::security_token;
        const Settings before = {.access_key = of_keys ? "ak" : ""};
        const auto settings =
            Complete(before, Around({{name, value}}, {{"clouds.yaml", "clouds: {v: {}}"}}));
        ASSERT_TRUE(settings.ok()) << name << settings.error().Text();
        EXPECT_NE(*settings, before) << name;
        ++read;
      }
    }
  }
  EXPECT_GT(read, 40);
}

TEST(Settings, VariablesOfHuaweiCloudComeAfterAllOthers) {
  const Texts huawei = {{"HW_AUTH_URL", "https://iam.myhuaweicloud.com/v3"},
                        {"HW_REGION_NAME", "ap-1"},
                        {"HW_ACCESS_KEY", "ak"},
                        {"HW_SECRET_KEY", "sk"},
                        {"HW_SECURITY_TOKEN", "st"},
                        {"HW_PROJECT_ID", "hw-project"},
                        {"HW_DOMAIN_NAME", "hw-domain"}};
  const Settings alone = {.auth_url = "https://iam.myhuaweicloud.com/v3",
                          .region = "ap-1",
                          .project_id = "hw-project",
                          .domain_name = "hw-domain",
                          .access_key = "ak",
                          .secret_key = Secret("sk"),
                          .security_token = Secret("st")};
  EXPECT_EQ(*Complete({}, Around(huawei)), alone);
  Texts both = huawei;
  both.insert({{"OS_USERNAME", "u"}, {"OS_PASSWORD", "pw"}, {"OS_PROJECT_NAME", "p"}});
  const Settings mixed = {.auth_url = "https://iam.myhuaweicloud.com/v3",
                          .region = "ap-1",
                          .project_name = "p",
                          .domain_name = "hw-domain",
                          .user_name = "u",
                          .password = Secret("pw")};
  EXPECT_EQ(*Complete({}, Around(both)), mixed);
  const Settings file = {.auth_url = "https://iam.file/v3",
                         .region = "file-region",
                         .project_id = "hw-project",
                         .domain_name = "file-domain",
                         .user_name = "file-user",
                         .password = Secret("file-password"),
                         .cloud = "otc",
                         .endpoints = {{"ecs", "https://ecs.file"}},
                         .insecure = true};
  EXPECT_EQ(*Complete({.cloud = "otc"}, Around(huawei, {{"clouds.yaml", kClouds}})), file);
}

TEST(Settings, ArgumentsKnowTheirVariables) {
  EXPECT_EQ(VariablesOf("region"), "`OS_REGION_NAME`, `OS_REGION`, `HW_REGION_NAME`");
  EXPECT_EQ(VariablesOf("domain_id"),
            "`OS_DOMAIN_ID`, `OS_USER_DOMAIN_ID`, `OS_PROJECT_DOMAIN_ID`, `HW_DOMAIN_ID`");
  EXPECT_THAT(VariablesOf("endpoints"), StartsWith("`OS_IAM_ENDPOINT_OVERRIDE`, `OS_ECS_"));
  EXPECT_EQ(VariablesOf("requests_per_second"), "");
  EXPECT_EQ(WithVariable("assume_role.agency_name"), "agency_name (OS_AGENCY_NAME)");
}

TEST(Settings, AVariableThatMakesNoSenseIsAnError) {
  EXPECT_FALSE(Complete({}, Around({{"OS_INSECURE", "perhaps"}})).ok());
  EXPECT_FALSE(Complete({}, Around({{"OS_MAX_RETRIES", "many"}})).ok());
  EXPECT_FALSE(Complete({}, Around({{"OS_METADATA_SERVICE", "perhaps"}})).ok());
  EXPECT_FALSE(Complete({}, Around({{"OS_AGENCY_DURATION_SECONDS", "long"}})).ok());
}

}  // namespace
}  // namespace ecs::client
