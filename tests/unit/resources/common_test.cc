// What resources share, the registry, and the provider block.
#include "provider/schema/check.h"
#include "resources/common/crypto.h"
#include "resources/common/difference.h"
#include "resources/common/name_pattern.h"
#include "tests/unit/resources/rig.h"

namespace ecs::resources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

TEST(Registry, EveryDescriptionIsSound) {
  EXPECT_THAT(schema::CheckProvider(TheProvider()), IsEmpty());
}

TEST(Difference, IsWhatToSetAndWhatToRemove) {
  const TextsDifference difference = Difference({{"same", "1"}, {"other", "1"}, {"gone", "1"}},
                                                {{"same", "1"}, {"other", "2"}, {"more", ""}});
  EXPECT_EQ(difference.set, (Texts{{"more", ""}, {"other", "2"}}));
  EXPECT_THAT(difference.removed, ElementsAre("gone"));
  EXPECT_THAT(Without({"a", "b", "c"}, {"b"}), ElementsAre("a", "c"));
  EXPECT_THAT(Without({}, {"b"}), IsEmpty());
}

TEST(Crypto, HashesAndEncodesLikeEverybodyElse) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Base64(std::string("\0a", 2)), "AGE=");
  EXPECT_THAT(RandomUuid(), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                         "[0-9a-f]{12}"));
  EXPECT_NE(RandomUuid(), RandomUuid());
}

TEST(NamePattern, FindsAnywhereAndRefusesWhatIsNoPattern) {
  EXPECT_TRUE(Finds({}, "web-1"));
  EXPECT_TRUE(Finds("b-[0-9]", "web-1"));
  EXPECT_FALSE(Finds("^b", "web-1"));
  EXPECT_EQ(IsPattern()(cty::Value::String("^web-[0-9]+$")), std::nullopt);
  EXPECT_THAT(IsPattern()(cty::Value::String("(")).value(),
              HasSubstr("must be a regular expression"));
  EXPECT_EQ(IsPattern()(cty::Value::String(std::string(501, 'a'))),
            "must have at most 500 characters");
}

TEST(NamePattern, NoPatternAndNoNameExhaustsTheProcess) {
  EXPECT_THAT(IsPattern()(cty::Value::String("((a{1000}){1000}){1000}")).value(),
              HasSubstr("must be a regular expression"));
  EXPECT_FALSE(Finds("(a|a)*(a|a)*b$", std::string(1000000, 'a')));
}

// --- The provider block ---

Value Block(const std::string& json) { return ObjectOf(*TheProvider().rows, json); }

TEST(ProviderBlock, AnUnknownArgumentConfiguresAndFailsInTheCallThatNeedsIt) {
  ServerRig rig;
  const Value config = Block("{}").With("auth_url", Value::Unknown(cty::Type::String()));
  const auto backend = TheProvider().configure(config, {});
  ASSERT_TRUE(backend.ok()) << backend.error().Text();
  const Value state = rig.Make();
  const lifecycle::ReadResult read =
      lifecycle::Read(rig.call(), **backend, rig.resource, state, "");
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(TextOf(read.notes),
              HasSubstr("The argument auth_url of provider \"ecs\" depends on something that is "
                        "not known before apply"));
}

TEST(ProviderBlock, ContradictionsAreErrorsOfTheConfiguration) {
  const struct {
    const char* block = "";
    const char* text = "";
  } cases[] = {
      {R"({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3", "region": "eu-de",
           "token": "t", "access_key": "a", "secret_key": "s"})",
       "The credentials are not clear"},
      {R"({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3", "region": "eu-de",
           "secret_key": "s"})",
       "access_key is missing"},
  };
  for (const auto& test : cases) {
    const auto backend = TheProvider().configure(Block(test.block), {});
    ASSERT_FALSE(backend.ok()) << test.block;
    EXPECT_EQ(backend.error().summary, test.text);
  }
}

TEST(ProviderBlock, NegativeRatesAreRefused) {
  schema::Diagnostics notes;
  TheProvider().validate(Block(R"({"requests_per_second": -1})"), notes);
  EXPECT_THAT(Summaries(notes), ElementsAre("! Invalid value for requests_per_second"));
}

}  // namespace
}  // namespace ecs::resources
