#include "client/settings_sources.h"
#include "gtest/gtest.h"

namespace ecs::client {
namespace {

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
