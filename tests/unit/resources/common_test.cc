// What resources share, and the registry.
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

}  // namespace
}  // namespace ecs::resources
