#include "client/redactor.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace ecs::client {
namespace {

std::string Base64(const std::string& text) { return absl::Base64Escape(text); }

TEST(Redactor, CutsOutWhatTheSettingsKeepSecretAndNothingElse) {
  const Redactor secrets(Settings{.auth_url = "https://front:fr%40nt-pass@iam.x/v3",
                                  .project_name = "project-1",
                                  .user_name = "alice-1",
                                  .password = Secret("password-1"),
                                  .token = Secret("token-1"),
                                  .access_key = "AK-public",
                                  .secret_key = Secret("secret-key-1"),
                                  .security_token = Secret("security-1"),
                                  .endpoints = {{"ecs", "https://e:ecs-pass@ecs.x"}}});
  EXPECT_EQ(
      secrets.Redact("alice-1 in project-1 with AK-public: password-1, token-1, secret-key-1, "
                     "security-1"),
      "alice-1 in project-1 with AK-public: REDACTED, REDACTED, REDACTED, REDACTED");
  EXPECT_EQ(secrets.Redact("https://front:fr%40nt-pass@iam.x/v3 and fr@nt-pass and ecs-pass"),
            "https://REDACTED@iam.x/v3 and REDACTED and REDACTED");
  EXPECT_EQ(secrets.Redact(absl::StrCat("Basic ", Base64("front:fr@nt-pass"))), "Basic REDACTED");
}

TEST(Redactor, CutsOutEveryFormOfAValue) {
  const std::string value = "a\"b\\c d/é";
  const Redactor secrets(Settings{.password = Secret(value)});
  const Json quoted = value;
  for (const std::string& form : {value, quoted.dump().substr(1, quoted.dump().size() - 2),
                                  std::string("a%22b%5Cc%20d%2F%C3%A9"), Base64(value)}) {
    EXPECT_EQ(secrets.Redact(absl::StrCat("<", form, ">")), "<REDACTED>") << form;
  }
}

TEST(Redactor, LearnsFromRequestsWhicheverMemberOrHeaderHasIt) {
  const std::string data = "#!/bin/sh\necho user-data-marker\n";
  const std::string signature(64, 'f');
  const Request request = {
      .url = "https://joe:url-password@h/v1",
      .headers = {{"X-Auth-Token", "the-token"},
                  {"X-Subject-Token", "the-subject"},
                  {"X-Security-Token", "the-security"},
                  {"X-Metadata-Token", "the-metadata"},
                  {"Authorization",
                   absl::StrCat("SDK-HMAC-SHA256 Access=AKx, Signature=", signature)},
                  {"X-Project-Id", "the-project"},
                  {"X-Client-Token", "client-token"}},
      .body = Json{{"server",
                    {{"adminPass", "admin-pass"},
                     {"user_data", Base64(data)},
                     {"name", "the-name"},
                     {"metadata", {{"admin_pass", "windows-pass"}}}}},
                   {"changePassword", {{"adminPass", "other-pass"}}},
                   {"reset-password", {{"new_password", "third-pass"}}}}
                  .dump()};
  Redactor secrets;
  secrets.Learn(request);
  const std::string all[] = {"url-password", "the-token",  "the-subject",  "the-security",
                             "the-metadata", signature,    "admin-pass",   data,
                             Base64(data),   "other-pass", "windows-pass", "third-pass"};
  for (const std::string& secret : all) {
    EXPECT_EQ(secrets.Redact(absl::StrCat("<", secret, ">")), "<REDACTED>") << secret;
  }
  const std::string shown = "the-project client-token the-name AKx joe";
  EXPECT_EQ(secrets.Redact(shown), shown);
}

TEST(Redactor, OfALoginOnlyThePasswordIsASecret) {
  Redactor secrets;
  secrets.Learn(Request{.body = R"({"auth":{"identity":{"methods":["password"],"password":{"user":{
      "name":"alice-1","password":"hunter2-x","domain":{"name":"acme-domain"}}}},
      "scope":{"project":{"name":"acme-project"}}}})"});
  EXPECT_EQ(secrets.Redact("alice-1 of acme-domain in acme-project: hunter2-x"),
            "alice-1 of acme-domain in acme-project: REDACTED");
}

TEST(Redactor, LearnsWhatAnswersIssue) {
  Redactor secrets;
  Response answer = {
      .headers = {{"X-Subject-Token", "issued-token"}},
      .body = R"({"credential":{"access":"AKTEMP","secret":"temp-secret","securitytoken":"temp-st"},
                  "server":{"adminPass":"made-pass"},"keypair":{"private_key":"-----BEGIN"},
                  "remote_console":{"url":"https://c/?token=1"},
                  "token":{"project":{"name":"proj-1"}}})"};
  secrets.Learn(answer);
  EXPECT_EQ(
      secrets.Redact("issued-token temp-secret temp-st made-pass -----BEGIN https://c/?token=1"),
      "REDACTED REDACTED REDACTED REDACTED REDACTED REDACTED");
  EXPECT_EQ(secrets.Redact("AKTEMP proj-1"), "AKTEMP proj-1");
}

TEST(Redactor, ASecretThatBeginsLikeAnotherIsCutOutWhole) {
  Redactor secrets;
  secrets.Learn(Request{.body = R"({"adminPass":"hunter2","password":"hunter2-longer"})"});
  EXPECT_EQ(secrets.Redact("bad: hunter2-longer and hunter2"), "bad: REDACTED and REDACTED");
}

TEST(Redactor, EveryTextOfAnErrorIsCleaned) {
  const Redactor secrets(Settings{.token = Secret("s3cret-t")});
  const Error error = {.code = Code::kDenied,
                       .summary = "s3cret-t failed",
                       .detail = "d s3cret-t",
                       .path = Path("token"),
                       .api = ApiFault{.http_status = 401,
                                       .code = "c.s3cret-t",
                                       .message = "m s3cret-t",
                                       .request_id = "r s3cret-t",
                                       .operation = "GET /s3cret-t",
                                       .job_id = "j s3cret-t"},
                       .hint = "h s3cret-t"};
  const Error expected = {.code = Code::kDenied,
                          .summary = "REDACTED failed",
                          .detail = "d REDACTED",
                          .path = Path("token"),
                          .api = ApiFault{.http_status = 401,
                                          .code = "c.REDACTED",
                                          .message = "m REDACTED",
                                          .request_id = "r REDACTED",
                                          .operation = "GET /REDACTED",
                                          .job_id = "j REDACTED"},
                          .hint = "h REDACTED"};
  EXPECT_EQ(secrets.Redact(error), expected);
}

TEST(Redactor, ForgetsTheOldestOfManyButNeverTheSettings) {
  Redactor secrets(Settings{.token = Secret("standing-token")});
  const auto learn = [&secrets](int i) {
    secrets.Learn(Request{.headers = {{"X-Auth-Token", absl::StrCat("token-number-", i)}}});
  };
  for (int i = 0; i < 10'000; ++i) learn(i);
  EXPECT_EQ(secrets.Redact("standing-token token-number-9999 token-number-0."),
            "REDACTED REDACTED token-number-0.");
}

}  // namespace
}  // namespace ecs::client
