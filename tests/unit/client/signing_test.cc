#include "client/signing.h"

#include <fstream>

#include "client/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

constexpr char kAk[] = "AKEXAMPLE0000000000A";
constexpr char kSk[] = "skExampleSecretKeyDoNotUse0000000000000A";
constexpr char kProject[] = "https://ecs.region-1.example.com/v1/0123456789abcdef0123456789abcdef";

std::string SignatureIn(const std::string& authorization) {
  return authorization.substr(authorization.find("Signature=") + 10);
}

TEST(Signing, ReproducesEveryVectorOfTheVendorsSigner) {
  std::ifstream file(ECS_SOURCE_DIR "/tests/vectors/signing.jsonl");
  int vectors = 0;
  for (std::string line; std::getline(file, line); ++vectors) {
    const Json vector = Json::parse(line);
    const Keys keys = {vector["ak"], Secret(vector["sk"]), Secret(Text(vector, "security_token"))};
    Request request = {
        .method = vector["method"], .url = vector["url"], .body = Text(vector, "body")};
    for (const auto& [name, value] : vector["headers"].items()) request.headers.Add(name, value);
    EXPECT_EQ(Signature(keys, request), vector["authorization"].get<std::string>())
        << vector["name"];
  }
  EXPECT_EQ(vectors, 38);
}

struct Worked {
  const char* name = "";
  Request request = {};
  const char* signature = "";
  Keys keys = {kAk, Secret(kSk), {}};
};

TEST(Signing, ReproducesTheWorkedExamplesOfTheFactSheet) {
  const Keys sample = {
      "QTWAOYTTINDUT2QVKYUC", Secret("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"), {}};
  const Keys go = {"AccessKey", Secret("SecretKey"), {}};
  const Worked cases[] = {
      {"A1",
       {.method = "POST",
        .url = std::string(kProject) + "/cloudservers/action",
        .headers = {{"Content-Type", "application/json"},
                    {"Host", "ecs.region-1.example.com"},
                    {"X-Sdk-Date", "20240501T083000Z"}},
        .body =
            R"({"reboot":{"type":"SOFT","servers":[{"id":"11111111-1111-4111-8111-111111111111"},)"
            R"({"id":"22222222-2222-4222-8222-222222222222"}]}})"},
       "c427a398d5c6fbb8b08f9bb41cea8fa4af888016cd32a353f485153140c6316d"},
      {"A2",
       {.url = std::string(kProject) +
               "/cloudservers/detail?status=ACTIVE&limit=50&offset=2&name=web%2001%2Bx~",
        .headers = {{"Host", "ecs.region-1.example.com"}, {"X-Sdk-Date", "20240501T083000Z"}}},
       "00e10e882eeb618c3b0e3df23ef2f5faf91636ed24ef9201798e5ecc91e713cc"},
      {"A3",
       {.url = "https://ecs.region-1.example.com/v2.1/0123456789abcdef0123456789abcdef/servers/"
               "11111111-1111-4111-8111-111111111111",
        .headers = {{"Host", "ecs.region-1.example.com"},
                    {"X-Project-Id", "0123456789abcdef0123456789abcdef"},
                    {"X-Security-Token", "gQpjbi1leGFtcGxlTEMP"},
                    {"X-Sdk-Date", "20240501T083000Z"}}},
       "ae1c37e4697103063fc03b3ea9bb120299a11c9dbcd1c44e2d7edba7723ced47"},
      {"P1",
       {.url = "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/"
               "vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        .headers = {{"Content-Type", "application/json"},
                    {"Host", "service.region.example.com"},
                    {"X-Sdk-Date", "20191115T033655Z"}}},
       "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
       sample},
      {"P2",
       {.url = "https://h/path?limit=1", .headers = {{"X-Sdk-Date", "20060102T150405Z"}}},
       "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
       go},
      {"P3",
       {.method = "POST",
        .url = "https://h/path?key=value",
        .headers = {{"X-Sdk-Date", "20060102T150405Z"}},
        .body = "{\"Name\":\"test\",\"Id\":1}\n"},
       "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
       go},
  };
  for (const Worked& c : cases) {
    EXPECT_EQ(SignatureIn(Signature(c.keys, c.request)), c.signature) << c.name;
  }
}

TEST(Signing, SetsItsHeadersAndSignsNoOthers) {
  Bench bench;
  Request request = {.url = "https://h.example:8443/p",
                     .headers = {{"Accept", "application/json"}, {"X-Project-Id", "p"}}};
  Sign({kAk, Secret(kSk), Secret("sts")}, bench.clock.WallNow(), request);
  EXPECT_EQ(request.headers.Get("X-Sdk-Date"), "20240501T083000Z");
  EXPECT_EQ(request.headers.Get("Host"), "h.example:8443");
  EXPECT_EQ(request.headers.Get("X-Security-Token"), "sts");
  EXPECT_THAT(request.headers.Get("Authorization"),
              testing::HasSubstr("SignedHeaders=host;x-project-id;x-sdk-date;x-security-token, "));
}

TEST(Signing, SigningAgainReplacesTheFirstSignature) {
  Bench bench;
  Request request = {.url = "https://h/p"};
  const Keys keys = {kAk, Secret(kSk), {}};
  Sign(keys, bench.clock.WallNow(), request);
  Request fresh = {.url = "https://h/p"};
  Sign(keys, bench.clock.WallNow() + std::chrono::hours(1), fresh);
  Sign(keys, bench.clock.WallNow() + std::chrono::hours(1), request);
  EXPECT_EQ(request.headers.Get("Authorization"), fresh.headers.Get("Authorization"));
}

}  // namespace
}  // namespace ecs::client
