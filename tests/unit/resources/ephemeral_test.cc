// ecs_token and ecs_server_console: values that are never stored.
#include "provider/lifecycle/ephemeral.h"

#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A cloud that is signed in to with a password.
struct TokenRig : ServerRig {
  explicit TokenRig(emulator::Options options = {}, std::string given_token = "")
      : ServerRig(options),
        cloud_by_password(Settings(options, std::move(given_token)), ThroughEmulator(emulator()),
                          client::Backoff{}) {}

  static client::Settings Settings(const emulator::Options& options, std::string given_token) {
    client::Settings settings = EmulatorSettings(options);
    settings.access_key.clear();
    settings.secret_key = Secret();
    settings.user_name = options.user_name;
    settings.password = Secret(options.password);
    settings.domain_name = options.domain_name;
    if (!given_token.empty()) settings.token = Secret(std::move(given_token));
    return settings;
  }

  lifecycle::OpenResult Open(const char* name, const std::string& config = "{}") {
    return lifecycle::Open(call(), cloud_by_password, Type(name),
                           ObjectOf(*Type(name).rows, config));
  }
  static const schema::AnyEphemeral& Type(const char* name) {
    return *TheProvider().FindEphemeral(name);
  }

  resources::Cloud cloud_by_password;
};

TEST(Token, IsIssuedCheckedBeforeItsEndAndRevoked) {
  TokenRig rig;
  const lifecycle::OpenResult opened = rig.Open("ecs_token");
  ASSERT_THAT(opened.notes.list(), IsEmpty()) << TextOf(opened.notes);
  EXPECT_FALSE(opened.object.At("token").AsString().empty());
  EXPECT_EQ(opened.object.At("project_id").AsString(), emulator::Options().project_id);
  EXPECT_EQ(opened.object.At("expires_at").AsString(), "2024-05-02T08:30:00Z");
  ASSERT_TRUE(opened.lifespan.renew_at);
  EXPECT_EQ(*opened.lifespan.renew_at - rig.clock().WallNow(),
            std::chrono::hours(23) + std::chrono::minutes(30));

  const Result<schema::Lifespan> renewed = lifecycle::Renew(
      rig.call(), rig.cloud_by_password, rig.Type("ecs_token"), opened.lifespan.private_bytes);
  ASSERT_TRUE(renewed.ok()) << renewed.error().Text();
  EXPECT_EQ(renewed->renew_at, std::nullopt);

  rig.Forget();
  EXPECT_TRUE(lifecycle::Close(rig.call(), rig.cloud_by_password, rig.Type("ecs_token"),
                               opened.lifespan.private_bytes)
                  .ok());
  EXPECT_THAT(rig.Changes(), ElementsAre("iam.RevokeToken"));
  const Result<schema::Lifespan> gone = lifecycle::Renew(
      rig.call(), rig.cloud_by_password, rig.Type("ecs_token"), opened.lifespan.private_bytes);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().summary, "The token of ecs_token is not valid any more");
}

TEST(Token, OfTheUsersOwnIsGivenOutAndStays) {
  TokenRig first;
  const std::string token = first.Open("ecs_token").object.At("token").AsString();
  TokenRig rig({}, "no such token");
  const lifecycle::OpenResult refused = rig.Open("ecs_token");
  EXPECT_THAT(Summaries(refused.notes), ElementsAre("! Issuing a token failed"));
}

TEST(Token, OfAnAgencyIsIssuedWithTheUsersOwnAndRevoked) {
  TokenRig rig;
  const std::string own = rig.Open("ecs_token").object.At("token").AsString();
  const emulator::Options options;
  client::Settings settings = TokenRig::Settings(options, own);
  settings.agency_name = options.agency_name;
  settings.agency_domain_id = options.agency_domain_id;
  resources::Cloud agency(settings, ThroughEmulator(rig.emulator()), client::Backoff{});
  const schema::AnyEphemeral& type = TokenRig::Type("ecs_token");
  const lifecycle::OpenResult opened =
      lifecycle::Open(rig.call(), agency, type, ObjectOf(*type.rows, "{}"));
  ASSERT_THAT(opened.notes.list(), IsEmpty()) << TextOf(opened.notes);
  EXPECT_NE(opened.object.At("token").AsString(), own);
  rig.Forget();
  // With the token that the provider has for itself.
  EXPECT_TRUE(lifecycle::Close(rig.call(), agency, type, opened.lifespan.private_bytes).ok());
  EXPECT_THAT(rig.Asked(), ElementsAre("iam.RevokeToken"));
}

TEST(Token, AccessKeysGetNone) {
  ServerRig rig;
  const schema::AnyEphemeral& type = TokenRig::Type("ecs_token");
  const lifecycle::OpenResult opened =
      lifecycle::Open(rig.call(), rig.cloud(), type, ObjectOf(*type.rows, "{}"));
  ASSERT_THAT(Summaries(opened.notes), ElementsAre("! Issuing a token failed"));
  EXPECT_THAT(opened.notes.list()[0].detail, HasSubstr("signs in with keys"));
  EXPECT_TRUE(opened.object.is_null());
  EXPECT_THAT(rig.Asked(), IsEmpty());
}

TEST(Console, IsOpenedForAServer) {
  TokenRig rig;
  const std::string id = rig.Make().At("id").AsString();
  const std::string config = absl::StrCat(R"({"server_id": ")", id, R"("})");
  const lifecycle::OpenResult opened = rig.Open("ecs_server_console", config);
  ASSERT_THAT(opened.notes.list(), IsEmpty()) << TextOf(opened.notes);
  EXPECT_EQ(opened.object.At("server_id").AsString(), id);
  EXPECT_EQ(opened.object.At("type").AsString(), "novnc");
  EXPECT_THAT(opened.object.At("url").AsString(), HasSubstr("/console?token="));
  EXPECT_EQ(opened.lifespan.renew_at, std::nullopt);
}

TEST(Console, ACloudWithTheNativeCallAloneIsFine) {
  TokenRig rig;
  const std::string id = rig.Make().At("id").AsString();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.RemoteConsole:refuse:1:status=404").ok());
  const lifecycle::OpenResult opened =
      rig.Open("ecs_server_console", absl::StrCat(R"({"server_id": ")", id, R"("})"));
  EXPECT_THAT(opened.notes.list(), IsEmpty()) << TextOf(opened.notes);
  EXPECT_THAT(rig.Changes(), testing::Contains("nova.CreateConsole"));
}

TEST(Console, OfAServerThatIsGoneIsAnErrorAtTheAttribute) {
  TokenRig rig;
  const lifecycle::OpenResult opened =
      rig.Open("ecs_server_console", R"({"server_id": "00000000-0000-4000-8000-00000000dead"})");
  ASSERT_THAT(Summaries(opened.notes), ElementsAre("! Opening the console failed"));
  EXPECT_EQ(opened.notes.list()[0].path, Path("server_id"));
}

}  // namespace
}  // namespace ecs
