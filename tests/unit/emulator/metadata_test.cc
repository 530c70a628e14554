#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

constexpr char kTokenPath[] = "/meta-data/latest/api/token";
constexpr char kKeyPath[] = "/openstack/latest/securitykey";

class MetadataTest : public CloudTest {
 protected:
  explicit MetadataTest(Options options = {}) : CloudTest(std::move(options)) { token_.clear(); }

  Response Token(const std::string& seconds) {
    return Send("PUT", kTokenPath, {}, {{"X-Metadata-Token-Ttl-Seconds", seconds}});
  }
  Response Key(const std::string& token) { return Get(kKeyPath, {{"X-Metadata-Token", token}}); }
};

TEST_F(MetadataTest, AServerGetsNewKeysThatLiveAnHour) {
  const Json first = Get(kKeyPath).Parsed()["credential"];
  EXPECT_EQ(first["expires_at"], "2024-05-01T09:30:00.000000Z");
  EXPECT_NE(first["access"], Get(kKeyPath).Parsed()["credential"]["access"]);
}

TEST_F(MetadataTest, ATokenIsGoodForTheTimeAskedForAndAWrongOneForNothing) {
  const std::string token = Token("60").body;
  EXPECT_EQ(Key(token).status, 200);
  EXPECT_EQ(Key("other").status, 401);
  clock_.Advance(seconds(60));
  EXPECT_EQ(Key(token).status, 401);
  EXPECT_EQ(Token("21601").status, 400);
  EXPECT_EQ(Token("").status, 400);
}

class TokenRequired : public MetadataTest {
 protected:
  TokenRequired() : MetadataTest({.metadata = Metadata::kTokenRequired}) {}
};

TEST_F(TokenRequired, WithoutATokenThereIsNothing) {
  EXPECT_EQ(Get(kKeyPath).status, 401);
  EXPECT_EQ(Key(Token("60").body).status, 200);
}

class FirstVersion : public MetadataTest {
 protected:
  FirstVersion()
      : MetadataTest({.key_life = std::chrono::minutes(1), .metadata = Metadata::kFirstVersion}) {}
};

TEST_F(FirstVersion, KnowsNoTokensAndKeysLiveAsLongAsChosen) {
  EXPECT_EQ(Token("60").status, 405);
  const Json credential = Get(kKeyPath).Parsed()["credential"];
  EXPECT_EQ(credential["expires_at"], "2024-05-01T08:31:00.000000Z");
}

class WithoutAgency : public MetadataTest {
 protected:
  WithoutAgency() : MetadataTest({.metadata = Metadata::kWithoutAgency}) {}
};

TEST_F(WithoutAgency, ThereAreNoKeys) {
  const Response answer = Key(Token("60").body);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, "Please configure Cloud Service Agency first");
}

TEST_F(MetadataTest, TemporaryKeysDieWithTheTokens) {
  std::string access = Get(kKeyPath).Parsed()["credential"]["access"];
  cloud_.With([](Cloud& cloud) { cloud.iam.RevokeAll(); });
  const std::string header =
      StrCat("SDK-HMAC-SHA256 Access=", access,
             ", SignedHeaders=host;x-sdk-date, Signature=", std::string(64, '0'));
  EXPECT_THAT(TextOf(Get("P/cloudservers/detail",
                         {{"Authorization", header}, {"X-Sdk-Date", "20240501T083000Z"}})
                         .Parsed(),
                     "error_msg"),
              testing::HasSubstr("the access key does not exist"));
}

}  // namespace
}  // namespace emulator
