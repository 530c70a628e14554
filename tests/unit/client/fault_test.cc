#include "client/fault.h"

#include "absl/strings/str_cat.h"
#include "client/fault_codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

Response Parsed(int status, const std::string& body) {
  Response response = Answer(status, body);
  if (auto json = ParseJson(body)) response.json = *json;
  return response;
}

struct Case {
  const char* name = "";
  int status = 0;
  const char* body = "";
  Code code = Code::kBug;
  const char* api_code = "";
  const char* message = "";
};

const Case kCases[] = {
    {"ECS v1", 400, R"({"error":{"code":"Ecs.0100","message":"state"}})", Code::kConflict,
     "Ecs.0100", "state"},
    {"details are more specific", 400,
     R"({"error":{"code":"Ecs.0005","message":"m","details":[{"code":"Ecs.0057","mess)"
     R"(age":"d"}]}})",
     Code::kConflict, "Ecs.0057", "m d"},
    {"a specific code is not replaced by its details", 400,
     R"({"error":{"code":"Ecs.0319","message":"m","details":[{"code":"Ecs.0029"}]}})",
     Code::kExhausted, "Ecs.0319", "m"},
    {"an undocumented detail counts by its status", 400,
     R"({"error":{"code":"Ecs.0304","message":"m","details":[{"code":"Ecs.1520"}]}})",
     Code::kInvalid, "Ecs.1520", "m"},
    {"wrapped 404", 400,
     R"({"error":{"code":"Ecs.1000","message":"{\"itemNotFound\": {\"message\": \"gon)"
     R"(e\", \"code\": 404}}"}})",
     Code::kNotFound, "Ecs.1000", "gone"},
    {"wrapped conflict", 400,
     R"({"error":{"message":"{\"conflictingRequest\": {\"message\": \"busy\", \"code\)"
     R"(": \"409\"}}","code":"Ecs.1000"}})",
     Code::kConflict, "Ecs.1000", "busy"},
    {"wrapped quota", 400,
     R"({"error":{"code":"Ecs.1000","message":"{\"forbidden\": {\"message\": \"Quota )"
     R"(exceeded for cores\"}}"}})",
     Code::kExhausted, "Ecs.1000", "Quota exceeded for cores"},
    {"wrapped trouble", 400,
     R"({"error":{"code":"Ecs.1000","message":"{\"computeFault\": {\"message\": \"x\")"
     R"(, \"code\": 500}}"}})",
     Code::kUnavailable, "Ecs.1000", "x"},
    {"code and message swapped", 400, R"({"error":{"code":"Invalid body.","message":"Ecs.0005"}})",
     Code::kInvalid, "Ecs.0005", "Invalid body."},
    {"Nova", 404, R"({"itemNotFound":{"code":404,"message":"no"}})", Code::kNotFound,
     "itemNotFound", "no"},
    {"Nova conflict", 409, R"({"conflictingRequest":{"code":409,"message":"no"}})", Code::kConflict,
     "conflictingRequest", "no"},
    {"Nova quota", 403, R"({"forbidden":{"code":403,"message":"Quota exceeded for ram"}})",
     Code::kExhausted, "forbidden", "Quota exceeded for ram"},
    {"Nova policy", 403, R"({"forbidden":{"code":403,"message":"no"}})", Code::kDenied, "forbidden",
     "no"},
    {"Neutron", 409, R"({"NeutronError":{"type":"PortInUse","message":"m","detail":""}})",
     Code::kConflict, "PortInUse", "m"},
    {"Keystone", 401, R"({"error":{"code":401,"message":"m","title":"Unauthorized"}})",
     Code::kDenied, "", "m"},
    {"IAM", 400, R"({"error_code":"IAM.0011","error_msg":"m"})", Code::kInvalid, "IAM.0011", "m"},
    {"temporary keys over", 400, R"({"error_code":"IAM.1108","error_msg":"m"})", Code::kDenied,
     "IAM.1108", "m"},
    {"gateway", 401, R"({"error_code":"APIG.0301","error_msg":"m","request_id":"r"})",
     Code::kDenied, "APIG.0301", "m"},
    {"VPC", 400, R"({"code":"VPC.0202","message":"m"})", Code::kInvalid, "VPC.0202", "m"},
    {"job query", 400, R"({"code":"Common.0011","message":"m"})", Code::kConflict, "Common.0011",
     "m"},
    {"server unknown", 404, R"({"error":{"code":"Ecs.0114","message":"m"}})", Code::kNotFound,
     "Ecs.0114", "m"},
    {"server unknown, older", 404, R"({"error":{"code":"Ecs.0614","message":"m"}})",
     Code::kNotFound, "Ecs.0614", "m"},
    {"busy", 501, R"({"error":{"code":"Ecs.0603","message":"m"}})", Code::kConflict, "Ecs.0603",
     "m"},
    {"locked", 400, R"({"error":{"code":"Ecs.0605","message":"m"}})", Code::kConflict, "Ecs.0605",
     "m"},
    {"flow control with 202", 202, R"({"error":{"code":"Common.0024","message":"m"}})",
     Code::kUnavailable, "Common.0024", "m"},
    {"batch", 400,
     R"({"error":{"code":"Ecs.0611","message":"m"},"internalError":[{"id":"s1","error)"
     R"(_code":"Ecs.0614","error_message":"e"}]})",
     Code::kNotFound, "Ecs.0614", "m s1: e"},
    {"HTML", 502, "<html><body>Bad Gateway</body></html>", Code::kUnavailable, "", ""},
    {"empty", 503, "", Code::kUnavailable, "", ""},
    {"plain text", 500, "upstream died\n", Code::kUnavailable, "", "upstream died"},
    {"a route that does not exist, by Nova", 404,
     R"({"message":"The resource could not be found.","code":"404 Not Found","title":)"
     R"("Not Found"})",
     Code::kInvalid, "", "The resource could not be found."},
    {"a route that does not exist, by the gateway", 404,
     R"({"error_code":"APIGW.0101","error_msg":"m"})", Code::kInvalid, "APIGW.0101", "m"},
    {"a route that does not exist, by a proxy", 404, "<html></html>", Code::kInvalid, "", ""},
    {"redirect", 302, "", Code::kInvalid, "", ""},
    {"unknown route of an emulator", 501, "", Code::kInvalid, "", ""},
};

TEST(Fault, EveryShapeOfErrorBodyIsUnderstood) {
  const Request request = {.method = "GET", .operation = "GET /x"};
  for (const Case& c : kCases) {
    const Response response = Parsed(c.status, c.body);
    ASSERT_TRUE(IsFault(response)) << c.name;
    const Error error = FaultFromResponse(request, response);
    EXPECT_EQ(error.code, c.code) << c.name;
    EXPECT_EQ(error.api->code, c.api_code) << c.name;
    EXPECT_EQ(error.api->message, c.message) << c.name;
    EXPECT_EQ(error.api->http_status, c.status) << c.name;
    EXPECT_EQ(error.api->operation, "GET /x") << c.name;
    EXPECT_FALSE(error.maybe_executed) << c.name;
  }
}

TEST(Fault, AJobThatFailedIsNoFault) {
  EXPECT_FALSE(IsFault(Parsed(200, R"({"status":"FAIL","error_code":"Ecs.0204","job_id":"j"})")));
  EXPECT_FALSE(IsFault(Parsed(204, "")));
}

TEST(Fault, TheRequestIdComesFromTheHeadersOrElseTheBody) {
  const Request request = {.operation = "GET /x"};
  Response response = Parsed(401, R"({"error_code":"APIGW.0301","request_id":"body"})");
  EXPECT_EQ(FaultFromResponse(request, response).api->request_id, "body");
  response.headers = {{"x-compute-request-id", "req-1"}};
  EXPECT_EQ(FaultFromResponse(request, response).api->request_id, "req-1");
}

TEST(Fault, OnlyAnAmbiguousAnswerToAChangeMayHaveBeenExecuted) {
  const Request post = {.method = "POST", .operation = "POST /x"};
  const std::pair<Response, bool> cases[] = {
      {Parsed(500, ""), true},
      {Parsed(502, ""), true},
      {Parsed(503, ""), true},
      {Parsed(504, "<html>"), true},
      {Parsed(400, R"({"error":{"code":"Ecs.1002","message":"time-out"}})"), true},
      {Parsed(408, ""), true},
      {Parsed(400, R"({"error":{"code":"Ecs.1000",)"
                   R"("message":"{\"computeFault\":{\"message\":\"x\",\"code\":500}}"}})"),
       true},
      {Parsed(400, R"({"error":{"code":"Ecs.0002","message":"job"}})"), false},
      {Parsed(400, R"({"error":{"code":"Ecs.0313","message":"group"}})"), false},
      {Parsed(400, R"({"error":{"code":"Ecs.1200","message":"network"}})"), false},
      {Parsed(503, R"({"error":{"code":"Common.1503","message":"flow"}})"), false},
      {Parsed(202, R"({"error":{"code":"Common.0024","message":"flow"}})"), false},
      {Parsed(501, R"({"error":{"code":"Ecs.0603","message":"busy"}})"), false},
      {Parsed(429, ""), false},
      {Parsed(400, R"({"error":{"code":"Ecs.0031","message":"image"}})"), false},
      {Parsed(401, ""), false},
  };
  for (const auto& [response, expected] : cases) {
    EXPECT_EQ(FaultFromResponse(post, response).maybe_executed, expected)
        << response.status << response.body;
  }
}

TEST(Fault, AQueryThatFailedBehindA4xxIsARefusalThatSaysWhatToCheck) {
  const Request post = {.method = "POST", .operation = "POST /x"};
  const Error expected = {
      .code = Code::kUnavailable,
      .summary = "POST /x failed",
      .detail = "The cloud refused the request.",
      .api =
          ApiFault{.http_status = 400, .code = "Ecs.0313", .message = "m", .operation = "POST /x"},
      .hint = "The server group may not exist: check server_group_id."};
  EXPECT_EQ(FaultFromResponse(post, Parsed(400, R"({"error":{"code":"Ecs.0313","message":"m"}})")),
            expected);
}

TEST(Fault, AMessageThatRepeatsASecretLosesIt) {
  const Request request = {
      .method = "POST",
      .body = R"({"server":{"adminPass":"Hunter2\"x!","name":"web","user_data":"I2Nsb3Vk"}})",
      .operation = "POST /x"};
  const Error error = FaultFromResponse(
      request,
      Parsed(400, R"({"badRequest":{"message":"adminPass. Value: Hunter2\"x! I2Nsb3Vk web"}})"));
  EXPECT_EQ(error.api->message, "adminPass. Value: REDACTED REDACTED web");
}

TEST(Fault, AMessageThatRepeatsTheTokenOrThePasswordOfTheAddressLosesThem) {
  const Request request = {.method = "POST",
                           .url = "https://joe:front-pass@h/v1",
                           .headers = {{"X-Auth-Token", "the-token"}},
                           .operation = "POST /x"};
  const Error error = FaultFromResponse(
      request, Parsed(400, R"({"error":{"code":"Ecs.0005","message":"the-token of front-pass"},
                               "request_id":"the-token"})"));
  EXPECT_EQ(error.api->message, "REDACTED of REDACTED");
  EXPECT_EQ(error.api->request_id, "REDACTED");
  EXPECT_EQ(error.api->code, "Ecs.0005");
}

TEST(Fault, AProxysRefusalIsToldAsTheProxys) {
  const Request request = {.method = "POST", .operation = "POST /x"};
  const char kPage[] = "<html><title>Access denied by the web proxy</title></html>";
  for (const int status : {403, 407}) {
    const Error error = FaultFromResponse(
        request, Answer(status, kPage, {{"Content-Type", "text/html"}, {"Via", "1.1 webproxy"}}));
    const Error expected = {
        .code = Code::kInvalid,
        .summary = "POST /x failed",
        .detail =
            absl::StrCat("A proxy between this machine and the cloud refused the request (HTTP ",
                         status, ") (Via: 1.1 webproxy). The cloud did not see it."),
        .api = ApiFault{.http_status = status,
                        .message = "Access denied by the web proxy",
                        .operation = "POST /x"},
        .hint =
            "Check the proxy variables (HTTPS_PROXY, http_proxy, NO_PROXY), or ask those who run "
            "the proxy."};
    EXPECT_EQ(error, expected) << status;
    EXPECT_TRUE(IsRefusal(error));
  }
  const Error cloud = FaultFromResponse(
      request, Parsed(403, R"({"error":{"code":"Pdp.0001","message":"policy"}})"));
  EXPECT_EQ(cloud.code, Code::kDenied);
  EXPECT_EQ(cloud.detail, "The cloud refused the request.");
}

TEST(Fault, APageOfAGatewayIsRetriedAndToldAsThat) {
  const Error error = FaultFromResponse({.operation = "GET /x"}, Answer(502, " \n<html>"));
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_EQ(error.detail,
            "The cloud could not handle the request (HTTP 502). A proxy or gateway on the way "
            "answered with a web page.");
}

TEST(Fault, ARedirectIsToldWithoutTheSecretsOfItsAddress) {
  const std::pair<Response, const char*> cases[] = {
      {Answer(302, "", {{"Location", "https://joe:pw@login.x/sso?session=abc#d"}}),
       "The answer is a redirect (HTTP 302) to https://login.x/sso. The provider follows none: its "
       "credentials would go there, too."},
      {Answer(301, "<html>moved</html>", {{"Location", "/v3/"}}),
       "The answer is a redirect (HTTP 301) to /v3/. The provider follows none: its credentials "
       "would go there, too."},
      {Answer(300, R"({"versions":{"values":[{"id":"v3.0"}]}})"),
       "The answer is a choice of addresses (HTTP 300) instead of a result."},
      {Answer(303), "The answer is a redirect (HTTP 303) to no address."},
  };
  for (const auto& [response, detail] : cases) {
    const Error error =
        FaultFromResponse({.method = "POST", .operation = "POST /v3/auth/tokens"}, response);
    EXPECT_EQ(error.code, Code::kInvalid);
    EXPECT_EQ(error.detail, detail);
    EXPECT_EQ(error.api->message, "");
    EXPECT_EQ(error.hint,
              "Check auth_url and endpoints in the provider block: they must name the API itself.");
    EXPECT_FALSE(error.maybe_executed);
  }
}

TEST(Fault, OnlyWhatNoRetryCuresIsARefusal) {
  const auto refused = [](int status, const char* body) {
    return IsRefusal(FaultFromResponse({.operation = "GET /x"}, Parsed(status, body)));
  };
  EXPECT_TRUE(refused(401, ""));
  EXPECT_TRUE(refused(401, R"({"error_code":"IAM.0061","error_msg":"locked"})"));
  EXPECT_TRUE(refused(400, R"({"error_code":"IAM.0011","error_msg":"m"})"));
  EXPECT_FALSE(refused(429, R"({"error_code":"IAM.0012","error_msg":"m"})"));
  EXPECT_FALSE(refused(500, ""));
  EXPECT_FALSE(refused(503, "<html>"));
  EXPECT_FALSE(IsRefusal({.code = Code::kTimeout, .api = ApiFault{}}));
  EXPECT_FALSE(IsRefusal({.code = Code::kInvalid}));
}

TEST(Fault, ASuccessThatIsNotJsonIsUnavailableAndMayHaveBeenExecuted) {
  Bench bench;
  Canned cloud({Answer(200, "{\"server\": {\"id\"")});
  const Send send = Chain({Interpret()}, cloud.send());
  Request request = {.method = "POST", .operation = "POST /x"};
  const auto result = send(bench.call, request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_TRUE(result.error().maybe_executed);
}

TEST(Json, IsReadUpToItsLimits) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') +
           std::string(static_cast<std::size_t>(levels), ']');
  };
  EXPECT_TRUE(ParseJson(nested(kJsonDepthMax)).has_value());
  EXPECT_FALSE(ParseJson(nested(kJsonDepthMax + 1)).has_value());
  EXPECT_FALSE(ParseJson(nested(100'000)).has_value());
  // A list is a value too.
  const auto listed = [](std::int64_t values, const std::string& each) {
    std::string text = "[" + each;
    for (std::int64_t i = 2; i < values; ++i) text += "," + each;
    return text + "]";
  };
  const auto largest = ParseJson(listed(kJsonValuesMax, "0"));
  ASSERT_TRUE(largest.has_value());
  EXPECT_EQ(std::int64_t(largest->size()), kJsonValuesMax - 1);
  EXPECT_FALSE(ParseJson(listed(kJsonValuesMax + 1, "0")).has_value());
  EXPECT_FALSE(ParseJson(listed(kJsonValuesMax / 2 + 1, "[]")).has_value());
  EXPECT_FALSE(ParseJson(listed(kJsonValuesMax / 2 + 1, R"({"":0})")).has_value());
  // What stands in a text is no value.
  EXPECT_TRUE(ParseJson("[\"" + std::string(2'000'000, ',') + "[\\\"{\"]").has_value());
}

TEST(Fault, ASuccessOfTooManyValuesIsAnErrorThatIsNotAskedForAgain) {
  const std::string lists = "[" + std::string(kJsonValuesMax, ',') + "]";
  Bench bench;
  Canned cloud({Answer(200, lists)});
  const Send send = Chain({Retrying({}), Interpret()}, cloud.send());
  Request request = {.method = "GET", .operation = "GET /x"};
  const auto result = send(bench.call, request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error(),
            (Error{.code = Code::kCloudFailed,
                   .summary = "GET /x failed",
                   .detail = "The cloud answered with success, but its answer (1000002 bytes) "
                             "holds more than 1000000 values, or is nested more than 64 levels "
                             "deep.",
                   .api = ApiFault{.http_status = 200, .operation = "GET /x"},
                   .hint = "Check endpoints in the provider block, and proxies on the way."}));
  EXPECT_EQ(cloud.requests().size(), 1u);
}

TEST(Fault, APageWithStatusSuccessIsNoAnswerOfTheCloud) {
  Bench bench;
  Canned cloud({Answer(200, "<html><title>Please log in</title></html>")});
  Request request = {.operation = "GET /x"};
  const Error error = Chain({Interpret()}, cloud.send())(bench.call, request).error();
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_EQ(
      error.detail,
      "A web page came instead of the cloud's answer, as from a proxy that wants a login first.");
  EXPECT_EQ(error.api->message, "Please log in");
}

TEST(FaultCodes, BothSpellingsOfTheGatewayAreOne) {
  ASSERT_NE(FindCode("APIG.0308"), nullptr);
  EXPECT_EQ(FindCode("APIG.0308"), FindCode("APIGW.0308"));
  EXPECT_EQ(FindCode("Ecs.9999"), nullptr);
}

}  // namespace
}  // namespace ecs::client
