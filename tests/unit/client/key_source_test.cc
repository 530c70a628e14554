#include "client/key_source.h"

#include "client/api.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Response TheKeys(const std::string& name, const std::string& expires = "2024-05-01T09:30:00Z") {
  const Json credential = {{"access", "AK" + name},
                           {"secret", "SK" + name},
                           {"securitytoken", "ST" + name},
                           {"expires_at", expires}};
  return Answer(200, Json{{"credential", credential}}.dump());
}

// What fetched keys are, or why there are none.
std::string Shown(const Result<KeysPtr>& issued) {
  if (!issued.ok()) return issued.error().detail;
  const Keys& keys = (*issued)->keys;
  return keys.access_key + " " + keys.secret_key.Reveal() + " " + keys.security_token.Reveal();
}

std::vector<std::string> Asked(Canned& service) {
  std::vector<std::string> asked;
  for (const Request& request : service.requests()) {
    asked.push_back(request.method + " " + request.url);
  }
  return asked;
}

constexpr char kToken[] = "PUT http://169.254.169.254/meta-data/latest/api/token";
constexpr char kKey[] = "GET http://169.254.169.254/openstack/latest/securitykey";

TEST(OwnKeys, ConfiguredOnesNeverEndAndNothingIsAsked) {
  Bench bench;
  Canned nobody({Answer(500)});
  KeySource source(OwnKeys({.access_key = "ak", .secret_key = Secret("sk")}, nobody.send()));
  EXPECT_EQ(Shown(source.Get(bench.call)), "ak sk ");
  bench.clock.Advance(std::chrono::hours(24 * 365));
  EXPECT_EQ(Shown(source.Get(bench.call)), "ak sk ");
  EXPECT_THAT(nobody.requests(), IsEmpty());
}

TEST(MetadataKeys, AreAskedForWithATokenOfTheServiceAndPastAnyProxy) {
  Bench bench;
  Canned service({Answer(200, "a-token\n"), TheKeys("1")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  EXPECT_THAT(service.requests(), IsEmpty());
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1");
  EXPECT_THAT(Asked(service), ElementsAre(kToken, kKey));
  const std::vector<Request> sent = service.requests();
  EXPECT_EQ(sent[0].headers, (Headers{{"X-Metadata-Token-Ttl-Seconds", "60"}}));
  EXPECT_EQ(sent[1].headers, (Headers{{"X-Metadata-Token", "a-token"}}));
  EXPECT_TRUE(sent[0].no_proxy && sent[1].no_proxy);
}

TEST(MetadataKeys, AServiceWithoutTokensIsAskedWithoutOne) {
  for (const int status : {404, 405, 501}) {
    Bench bench;
    Canned service({Answer(status, "no"), TheKeys("1")});
    KeySource source(OwnKeys({.metadata_service = true}, service.send()));
    EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1") << status;
    EXPECT_EQ(service.requests()[1].headers, Headers());
  }
}

TEST(MetadataKeys, APageInsteadOfATokenIsNotSentOn) {
  Bench bench;
  Canned service({Answer(200, "<html>\r\nX-Other: 1</html>"), TheKeys("1")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  EXPECT_TRUE(source.Get(bench.call).ok());
  EXPECT_EQ(service.requests()[1].headers, Headers());
}

TEST(MetadataKeys, TheServiceCanBeElsewhere) {
  Bench bench;
  Canned service({Answer(404), TheKeys("1")});
  KeySource source(
      OwnKeys({.metadata_service = true, .endpoints = {{"metadata", "http://127.0.0.1:7"}}},
              service.send()));
  EXPECT_TRUE(source.Get(bench.call).ok());
  EXPECT_EQ(Asked(service)[1], "GET http://127.0.0.1:7/openstack/latest/securitykey");
}

TEST(MetadataKeys, AreRenewedBeforeTheyEnd) {
  Bench bench;
  Canned service({Answer(404), TheKeys("1"), Answer(404), TheKeys("2", "2024-05-01T10:30:00Z")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1");
  bench.clock.Advance(minutes(44));
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1");
  bench.clock.Advance(minutes(1));
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK2 SK2 ST2");
}

TEST(MetadataKeys, OldOnesAreUsedWhileTheirRenewalFailsAndUntilTheyEnd) {
  Bench bench;
  Canned service({Answer(404), TheKeys("1"), Answer(404), Answer(500, "down")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1");
  bench.clock.Advance(minutes(46));
  EXPECT_EQ(Shown(source.Get(bench.call)), "AK1 SK1 ST1");
  EXPECT_EQ(service.requests().size(), 4u);
  EXPECT_THAT(bench.logged, HasSubstr("Getting keys from the metadata service failed"));
  bench.clock.Advance(minutes(14));
  EXPECT_FALSE(source.Get(bench.call.Until(TimePoint::max())).ok());
}

TEST(MetadataKeys, KeysWithoutAReadableEndLiveAQuarterOfAnHour) {
  Bench bench;
  Canned service({Answer(404), TheKeys("1", "soon")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  EXPECT_EQ((*source.Get(bench.call))->expires, bench.clock.WallNow() + minutes(15));
}

TEST(MetadataKeys, AnAnswerWithoutKeysIsUnavailable) {
  for (const char* body : {"{}", R"({"credential":{"access":"AK"}})"}) {
    Bench bench;
    Canned service({Answer(404), Answer(200, body)});
    KeySource source(OwnKeys({.metadata_service = true}, service.send()));
    EXPECT_EQ(source.Get(bench.call).error().code, Code::kUnavailable);
  }
}

TEST(MetadataKeys, AServerWithoutAnAgencyIsToldWhatToDo) {
  Bench bench;
  Canned service({Answer(200, "t"), Answer(401, "Please configure Cloud Service Agency first")});
  KeySource source(OwnKeys({.metadata_service = true}, service.send()));
  const Error error = source.Get(bench.call).error();
  EXPECT_EQ(error.code, Code::kDenied);
  EXPECT_EQ(error.summary, "Getting keys from the metadata service failed");
  EXPECT_EQ(error.path, Path("metadata_service"));
  EXPECT_EQ(error.api->operation, "GET /openstack/latest/securitykey");
  EXPECT_EQ(error.api->message, "Please configure Cloud Service Agency first");
  EXPECT_THAT(error.hint, HasSubstr("inside a server of the cloud that has an agency"));
}

TEST(MetadataKeys, WhereNobodyAnswersIsSaidAfterFiveSecondsAndNotAskedAgain) {
  Bench bench;
  TimePoint deadline;
  int asked = 0;
  Api api(
      {.auth_url = "https://iam.r.example.com", .metadata_service = true},
      [&](const Call& call, Request&) -> Result<Response> {
        ++asked;
        deadline = call.deadline;
        return Error{.code = Code::kTimeout, .detail = "The time ran out."};
      },
      Backoff{});
  const Error error = api.Do(bench.call, {.path = "/v1/{project_id}/cloudservers"}).error();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(deadline, TimePoint(seconds(5)));
  EXPECT_EQ(error.code, Code::kInvalid);
  EXPECT_EQ(
      error.detail,
      "The metadata service gave no keys. Nothing answered at http://169.254.169.254 within 5 "
      "seconds.");
}

// Metadata service, IAM and ECS: keys of the n-th asking are AKn.
struct Server {
  std::vector<std::string> asked = {};
  std::vector<Response> refusals = {};  // of signed requests, in order
  std::string access = {};              // of the last signed request
  int issued = 0;

  Send send() {
    return [this](const Call&, Request& request) -> Result<Response> {
      asked.push_back(request.operation);
      if (request.operation == "PUT /meta-data/latest/api/token") return Answer(200, "t");
      if (request.operation == "GET /openstack/latest/securitykey") {
        return TheKeys(std::to_string(++issued));
      }
      access = request.headers.Get("X-Security-Token");
      if (request.operation == "GET /v3/projects") {
        return Answer(200, R"({"projects":[{"id":"p7","name":"r"}]})");
      }
      if (refusals.empty()) return Answer(200, "{}");
      const Response refusal = refusals.front();
      refusals.erase(refusals.begin());
      return refusal;
    };
  }
};

constexpr Operation kList = {.path = "/v1/{project_id}/cloudservers/detail"};
const Settings kInside = {.auth_url = "https://iam.r.example.com/v3", .metadata_service = true};

TEST(MetadataKeys, AreAskedForByTheFirstCallAndThenKept) {
  Bench bench;
  Server server;
  Api api(kInside, server.send(), Backoff{});
  EXPECT_THAT(server.asked, IsEmpty());
  EXPECT_TRUE(api.Do(bench.call, kList).ok());
  EXPECT_TRUE(api.Do(bench.call, kList).ok());
  EXPECT_THAT(server.asked,
              ElementsAre("PUT /meta-data/latest/api/token", "GET /openstack/latest/securitykey",
                          "GET /v3/projects", "GET /v1/{project_id}/cloudservers/detail",
                          "GET /v1/{project_id}/cloudservers/detail"));
  EXPECT_THAT(bench.logged, Not(HasSubstr("ST1")));
  EXPECT_THAT(bench.logged, Not(HasSubstr("SK1")));
}

TEST(MetadataKeys, A401FetchesNewOnesAndSendsTheRequestOnceMore) {
  Bench bench;
  Server server;
  server.refusals = {Answer(401)};
  Api api(kInside, server.send(), Backoff{});
  EXPECT_TRUE(api.Do(bench.call, kList).ok());
  EXPECT_EQ(server.access, "ST2");
  server.refusals = {Answer(401), Answer(401)};
  EXPECT_EQ(api.Do(bench.call, kList).error().code, Code::kDenied);
  EXPECT_EQ(server.access, "ST3");
  EXPECT_THAT(server.refusals, IsEmpty());
}

TEST(MetadataKeys, WhoseLackKeepsAnAgencyFromBeingAssumedAreTheReason) {
  Bench bench;
  Canned service({Answer(404), Answer(404, "nothing here")});
  Settings settings = kInside;
  settings.agency_name = "a";
  settings.agency_domain_name = "d";
  Api api(settings, service.send(), Backoff{});
  const Error error = api.Do(bench.call, kList).error();
  EXPECT_THAT(error.detail, HasSubstr("Assuming the agency \"a\" of the account \"d\" failed. The "
                                      "metadata service gave no keys."));
  EXPECT_THAT(error.hint, HasSubstr("metadata_service works inside a server"));
}

TEST(MetadataKeys, GiveNoTokensToOthers) {
  Bench bench;
  Server server;
  Api api(kInside, server.send(), Backoff{});
  EXPECT_EQ(api.IssueToken(bench.call).error().summary, "No token can be issued");
  EXPECT_THAT(server.asked, IsEmpty());
}

}  // namespace
}  // namespace ecs::client
