#include "tests/emulator/http/signature.h"

#include <fstream>

#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

std::string TargetOf(const std::string& url) {
  const std::size_t slash = url.find('/', url.find("//") + 2);
  return slash == std::string::npos ? "/" : url.substr(slash);
}

Request RequestOf(const Json& vector) {
  Request request = {.method = vector["method"], .target = TargetOf(vector["sent_url"])};
  for (const auto& [name, value] : vector["headers"].items()) {
    request.headers.emplace_back(name, value.get<std::string>());
  }
  if (vector["body"].is_string()) request.body = vector["body"];
  return request;
}

TEST(Signature, EveryVectorOfTheVendorsSignerIsAccepted) {
  std::ifstream file(std::string(ECS_SOURCE_DIR) + "/tests/vectors/signing.jsonl");
  std::string line;
  int count = 0;
  while (std::getline(file, line)) {
    const Json vector = Json::parse(line);
    const auto given = ParseAuthorization(vector["authorization"].get<std::string>());
    ASSERT_TRUE(given.has_value()) << vector["name"];
    EXPECT_EQ(CheckSignature(RequestOf(vector), *given, vector["sk"].get<std::string>()), "")
        << vector["name"];
    ++count;
  }
  EXPECT_GT(count, 30);
}

// The request of the worked examples.
Request RestartOfTwo() {
  return {.method = "POST",
          .target = "/v1/0123456789abcdef0123456789abcdef/cloudservers/action",
          .headers = {{"Content-Type", "application/json"},
                      {"Host", "ecs.region-1.example.com"},
                      {"X-Sdk-Date", "20240501T083000Z"}},
          .body =
              "{\"reboot\":{\"type\":\"SOFT\",\"servers\":[{\"id\":\"11111111-1111-"
              "4111-8111-111111111111\"},{\"id\":\"22222222-2222-4222-8222-"
              "222222222222\"}]}}"};
}

TEST(Signature, AnythingChangedIsNoticed) {
  const Request sent = RestartOfTwo();
  // Worked example A1 of api/auth.md section 4.5.
  const auto given = ParseAuthorization(
      "SDK-HMAC-SHA256 Access=AKEXAMPLE0000000000A, SignedHeaders=content-type;host;x-sdk-date, "
      "Signature=c427a398d5c6fbb8b08f9bb41cea8fa4af888016cd32a353f485153140c6316d");
  ASSERT_TRUE(given.has_value());
  const std::string secret = "skExampleSecretKeyDoNotUse0000000000000A";
  EXPECT_EQ(CheckSignature(sent, *given, secret), "");
  Request changed = sent;
  changed.body += " ";
  EXPECT_NE(CheckSignature(changed, *given, secret), "");
  changed = sent;
  changed.target += "?a=b";
  EXPECT_NE(CheckSignature(changed, *given, secret), "");
  changed = sent;
  changed.headers[1].second = "other.example.com";
  EXPECT_NE(CheckSignature(changed, *given, secret), "");
  changed = sent;
  changed.headers.erase(changed.headers.begin());
  EXPECT_EQ(CheckSignature(changed, *given, secret), "the signed header content-type was not sent");
  EXPECT_NE(CheckSignature(sent, *given, secret + "x"), "");
}

TEST(Signature, TheScopedVariantIsAcceptedToo) {
  const Request sent = RestartOfTwo();
  // Vectors B1 of api/auth.md section 5.
  const std::pair<const char*, const char*> cases[] = {
      {"//", "7a1593fe176a70409fdf3cfa3b02915d10baded8aa1532579020d8035653fc4e"},
      {"region-1/ecs/", "2685291f16a39de97ea192149cc76c82fc7484d05a4302356e5ef9fb4ac3a130"},
  };
  for (const auto& [scope, signature] : cases) {
    const auto given = ParseAuthorization(
        StrCat("SDK-HMAC-SHA256 Credential=AKEXAMPLE0000000000A/20240501/", scope,
               "sdk_request, SignedHeaders=content-type;host;x-sdk-date, Signature=", signature));
    ASSERT_TRUE(given.has_value());
    EXPECT_EQ(CheckSignature(sent, *given, "skExampleSecretKeyDoNotUse0000000000000A"), "")
        << scope;
  }
}

TEST(Signature, OtherHeadersAreNoAuthorization) {
  EXPECT_FALSE(ParseAuthorization("Basic abc").has_value());
  EXPECT_FALSE(ParseAuthorization("SDK-HMAC-SHA256 Access=a").has_value());
  EXPECT_FALSE(ParseAuthorization("").has_value());
}

class SignedTest : public CloudTest {
 protected:
  // Signs by the rules of api/auth.md section 4, for a GET of a plain path.
  Response SignedGet(const std::string& path, const std::string& access, const std::string& secret,
                     const std::string& date, Headers extra = {}) {
    const std::string target = Expand(path);
    std::string names = "host;x-sdk-date";
    std::string headers = StrCat("host:127.0.0.1\nx-sdk-date:", date, "\n");
    for (const auto& [name, value] : extra) {
      StrAppend(&names, ";", ToLower(name));
      StrAppend(&headers, ToLower(name), ":", value, "\n");
    }
    const std::string canonical =
        StrCat("GET\n", target, "/\n\n", headers, "\n", names, "\n", Hex(Sha256("")));
    const std::string signature =
        Hex(HmacSha256(secret, StrCat("SDK-HMAC-SHA256\n", date, "\n", Hex(Sha256(canonical)))));
    extra.emplace_back("Host", "127.0.0.1");
    extra.emplace_back("X-Sdk-Date", date);
    extra.emplace_back("Authorization",
                       StrCat("SDK-HMAC-SHA256 Access=", access, ", SignedHeaders=", names,
                              ", Signature=", signature));
    return cloud_.Handle({.method = "GET", .target = target, .headers = std::move(extra)});
  }
};

TEST_F(SignedTest, ASignedRequestNeedsNoToken) {
  const Options options;
  EXPECT_EQ(
      SignedGet("P/cloudservers/detail", options.access_key, options.secret_key, "20240501T083000Z")
          .status,
      200);
  EXPECT_EQ(
      CodeOf(SignedGet("P/cloudservers/detail", options.access_key, "wrong", "20240501T083000Z")),
      "401 APIGW.0301");
  EXPECT_EQ(CodeOf(SignedGet("P/cloudservers/detail", "AKUNKNOWN", options.secret_key,
                             "20240501T083000Z")),
            "401 APIGW.0301");
}

TEST_F(SignedTest, AnOldDateIsRefusedWithBothTimes) {
  const Options options;
  EXPECT_EQ(
      SignedGet("P/cloudservers/detail", options.access_key, options.secret_key, "20240501T084500Z")
          .status,
      200);
  const Response late = SignedGet("P/cloudservers/detail", options.access_key, options.secret_key,
                                  "20240501T084501Z");
  EXPECT_EQ(late.status, 401);
  EXPECT_THAT(TextOf(late.Parsed(), "error_msg"),
              testing::HasSubstr("signature expired, signature time:20240501T084501Z,server "
                                 "time:20240501T083000Z"));
}

TEST_F(SignedTest, ATemporaryKeyNeedsItsTokenAndEnds) {
  std::string access;
  AccessKey key;
  cloud_.With([&](Cloud& cloud) {
    access = cloud.iam.IssueKey(cloud.wall() + seconds(900));
    key = cloud.iam.Key(access);
  });
  const Headers token = {{"X-Security-Token", key.security_token}};
  const std::string path = "P/cloudservers/detail";
  EXPECT_EQ(SignedGet(path, access, key.secret, "20240501T083000Z", token).status, 200);
  EXPECT_EQ(SignedGet(path, access, key.secret, "20240501T083000Z").status, 401);
  clock_.Advance(seconds(900));
  EXPECT_EQ(CodeOf(SignedGet(path, access, key.secret, "20240501T084500Z", token)), "400 IAM.1108");
}

}  // namespace
}  // namespace emulator
