// The provider block: what of it reaches the client's settings, and what is refused.
#include "client/settings_rows.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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
      {R"({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3", "token": "t",
           "metadata_service": true})",
       "The credentials are not clear"},
  };
  for (const auto& test : cases) {
    const auto backend = TheProvider().configure(Block(test.block), {});
    ASSERT_FALSE(backend.ok()) << test.block;
    EXPECT_EQ(backend.error().summary, test.text);
  }
}

std::string DocsOf(const schema::RowSet& rows) {
  std::string docs;
  for (const schema::Row& row : rows.rows()) {
    absl::StrAppend(&docs, row.name, ": ", row.doc, "\n");
    if (row.rows != nullptr) docs += DocsOf(*row.rows);
  }
  return docs;
}

TEST(ProviderBlock, ItsDocumentationNamesEveryVariable) {
  const std::string docs = DocsOf(*TheProvider().rows);
  int named = 0;
  for (const client::SettingRow& row : client::SettingRows()) {
    if (row.argument.empty()) continue;
    for (const auto& names : {row.variables, row.huawei}) {
      for (const char* name : names) {
        EXPECT_THAT(docs, HasSubstr(absl::StrCat("`", name, "`")));
        ++named;
      }
    }
  }
  EXPECT_GT(named, 40);
}

TEST(ProviderBlock, NegativeRatesAreRefused) {
  schema::Diagnostics notes;
  TheProvider().validate(Block(R"({"requests_per_second": -1})"), notes);
  EXPECT_THAT(Summaries(notes), ElementsAre("! Invalid value for requests_per_second"));
}

TEST(ProviderBlock, TheMetadataServiceAloneIsAWayToSignIn) {
  EXPECT_TRUE(TheProvider()
                  .configure(Block(R"({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3",
                                       "metadata_service": true})"),
                             {})
                  .ok());
}

// Whether the provider with a token and this assume_role issues tokens: only an agency's, here.
std::string Issues(const Value& role) {
  const Value block =
      Block(R"({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3", "token": "t"})");
  const auto backend = TheProvider().configure(block.With("assume_role", role), {});
  if (!backend.ok()) return backend.error().path.ToString();
  return static_cast<resources::Cloud&>(**backend).ecs.IssuesTokens() ? "issues" : "issues none";
}

Value Role(const std::string& json) {
  return Block(absl::StrCat(R"({"assume_role": )", json, "}")).At("assume_role");
}

TEST(ProviderBlock, AnAgencyIsNullUnknownOrKnown) {
  const Value null = Block("{}").At("assume_role");
  EXPECT_EQ(Issues(null), "issues none");
  EXPECT_EQ(Issues(Value::Unknown(null.type())), "issues none");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a", "domain_name": "d"})")), "issues");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a", "domain_id": "d"})")), "issues");
  EXPECT_EQ(Issues(Role(R"({"agency_name": "a"})")), "assume_role.domain_name");
  EXPECT_EQ(Issues(Role(R"({"domain_name": "d"})")), "assume_role.agency_name");
}

TEST(ProviderBlock, AnAgencysKeysLiveFromAQuarterOfAnHourToADay) {
  const auto issues = [](int seconds) {
    return Issues(Role(absl::StrCat(
        R"({"agency_name": "a", "domain_name": "d", "duration_seconds": )", seconds, "}")));
  };
  EXPECT_EQ(issues(900), "issues");
  EXPECT_EQ(issues(86400), "issues");
  EXPECT_EQ(issues(899), "assume_role.duration_seconds");
  EXPECT_EQ(issues(86401), "assume_role.duration_seconds");
}

}  // namespace
}  // namespace ecs
