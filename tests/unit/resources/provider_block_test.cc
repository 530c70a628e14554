// The provider block: what of it reaches the client's settings.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

// A block with a token, in which assume_role is `role`.
Value Block(const Value& role) {
  const Value base = ObjectOf(*TheProvider().rows,
                              R"({"auth_url": "https://iam.r.example.com/v3", "region": "r",
                                  "token": "t", "cloud": ""})");
  Value::Fields fields = base.fields();
  fields["assume_role"] = role;
  return Value::Object(std::move(fields));
}

Value Role(const std::string& json) {
  const Value block = ObjectOf(*TheProvider().rows, R"({"assume_role": )" + json + "}");
  return block.At("assume_role");
}

// Whether the provider configured so issues tokens of its own: only those of an agency, here.
std::string Issues(const Value& role) {
  const auto backend = TheProvider().configure(Block(role), {});
  if (!backend.ok()) return backend.error().path.ToString();
  return static_cast<resources::Cloud&>(**backend).ecs.IssuesTokens() ? "issues" : "issues none";
}

TEST(ProviderBlock, AnAgencyIsNullUnknownOrKnown) {
  const Value null = ObjectOf(*TheProvider().rows, "{}").At("assume_role");
  EXPECT_EQ(Issues(null), "issues none");
  EXPECT_EQ(Issues(Value::Unknown(null.type())), "issues none");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a", "domain_name": "d"})")), "issues");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a", "domain_id": "d", "duration_seconds": 900})")),
            "issues");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a"})")), "assume_role.domain_name");
  EXPECT_EQ(Issues(Role(R"({"domain_name": "d"})")), "assume_role.agency_name");
}

TEST(ProviderBlock, AnAgencysKeysLiveFromAQuarterOfAnHourToADay) {
  const auto config = [](int seconds) {
    return Role(absl::StrCat(R"({"agency_name": "a", "domain_name": "d", "duration_seconds": )",
                             seconds, "}"));
  };
  EXPECT_EQ(Issues(config(900)), "issues");
  EXPECT_EQ(Issues(config(86400)), "issues");
  EXPECT_EQ(Issues(config(899)), "assume_role.duration_seconds");
  EXPECT_EQ(Issues(config(86401)), "assume_role.duration_seconds");
}

TEST(ProviderBlock, TheMetadataServiceIsNoneOfSeveralWaysToSignIn) {
  const auto outcome = [](const char* json) {
    const auto backend = TheProvider().configure(ObjectOf(*TheProvider().rows, json), {});
    return backend.ok() ? "configured" : backend.error().summary;
  };
  EXPECT_EQ(outcome(R"({"auth_url": "https://iam.r.example.com/v3", "metadata_service": true})"),
            "configured");
  EXPECT_EQ(outcome(R"({"auth_url": "https://iam.r.example.com/v3", "metadata_service": true,
                        "token": "t"})"),
            "The credentials are not clear");
}

}  // namespace
}  // namespace ecs
