// Who a server is, finding servers, and importing them.
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/list.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Value IdentityValue(const ServerRig& rig, const std::string& json) {
  return ObjectOf(*rig.resource.identity->rows, json);
}

TEST(ServerIdentity, IsRegionProjectAndId) {
  ServerRig rig;
  const Value state = rig.Make();
  const auto identity = lifecycle::IdentityOf(rig.call(), rig.cloud(), rig.resource, state);
  ASSERT_TRUE(identity);
  EXPECT_EQ(*identity,
            IdentityValue(rig, absl::StrCat(R"({"region": "eu-demo", "project_id": ")",
                                            emulator::Options().project_id, R"(", "id": ")",
                                            state.At("id").AsString(), R"("})")));
  EXPECT_THAT(rig.Asked(), IsEmpty());
}

TEST(ServerIdentity, ImportsLikeAnId) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": true})");
  const std::string id = state.At("id").AsString();
  const Result<lifecycle::Imported> imported = lifecycle::ImportByIdentity(
      rig.call(), rig.cloud(), rig.resource,
      IdentityValue(rig, absl::StrCat(R"({"region": "eu-demo", "id": ")", id, R"("})")));
  ASSERT_TRUE(imported.ok()) << imported.error().Text();
  const lifecycle::ReadResult read = rig.Read(imported->state, imported->private_bytes);
  const lifecycle::ReadResult by_id =
      rig.Read(lifecycle::Import(rig.resource, id)->state, imported->private_bytes);
  EXPECT_EQ(read.state, by_id.state);
  EXPECT_EQ(read.state.At("flavor").AsString(), "s3.medium.1");
}

TEST(ServerIdentity, OfAnotherPlaceIsAnError) {
  ServerRig rig;
  const std::pair<const char*, const char*> cases[] = {
      {R"({"region": "eu-nl", "id": "x"})",
       "The identity's region is eu-nl, and the provider's is eu-demo."},
      {R"({"project_id": "p", "id": "x"})",
       "The identity's project_id is p, and the provider's is "},
      {R"({"id": ""})", "The identity has no id."}};
  for (const auto& [identity, detail] : cases) {
    const Result<lifecycle::Imported> imported = lifecycle::ImportByIdentity(
        rig.call(), rig.cloud(), rig.resource, IdentityValue(rig, identity));
    ASSERT_FALSE(imported.ok()) << identity;
    EXPECT_EQ(imported.error().summary, "Importing ecs_server failed");
    EXPECT_THAT(imported.error().detail, HasSubstr(detail));
  }
}

// `terraform query` of four servers, one of which has a tag and one of which is stopped.
struct ListRig : ServerRig {
  ListRig() {
    ids.push_back(Make(R"({"name": "web-1"})").At("id").AsString());
    Make(R"({"name": "web-2", "tags": {"role": "web"}})");
    Make(R"({"name": "web-3", "power_state": "SHUTOFF"})");
    Make(R"({"name": "db-1", "flavor": "s3.large.2"})");
    clock().Advance(std::chrono::minutes(1));
    Forget();
  }

  std::vector<std::string> Names(const std::string& config, std::int64_t limit = 100,
                                 bool include_object = false) {
    const schema::AnyList& list = *TheProvider().FindList("ecs_server");
    std::vector<std::string> names;
    found.clear();
    const Status done = lifecycle::List(
        call(), cloud(), list, resource,
        {.config = ObjectOf(*list.rows, config), .include_object = include_object, .limit = limit},
        [&](lifecycle::ListedObject listed) {
          names.push_back(listed.display_name);
          found.push_back(std::move(listed));
          return true;
        });
    EXPECT_TRUE(done.ok()) << done.error().Text();
    std::sort(names.begin(), names.end());
    return names;
  }

  std::vector<std::string> ids = {};  // of web-1
  std::vector<lifecycle::ListedObject> found = {};
};

TEST(ServerList, FindsByNameStatusFlavorAndTags) {
  ListRig rig;
  EXPECT_THAT(rig.Names("{}"), ElementsAre("db-1", "web-1", "web-2", "web-3"));
  EXPECT_THAT(rig.Names(R"({"name_regex": "^web"})"), ElementsAre("web-1", "web-2", "web-3"));
  EXPECT_THAT(rig.Names(R"({"status": "SHUTOFF"})"), ElementsAre("web-3"));
  EXPECT_THAT(rig.Names(R"({"flavor": "s3.large.2"})"), ElementsAre("db-1"));
  EXPECT_THAT(rig.Names(R"({"tags": {"role": "web"}})"), ElementsAre("web-2"));
}

TEST(ServerList, StopsAtItsLimit) {
  ListRig rig;
  EXPECT_THAT(rig.Names("{}", 2), testing::SizeIs(2));
  EXPECT_THAT(rig.Names("{}", 0), IsEmpty());
}

TEST(ServerList, IdentitiesCostOneCallForAll) {
  ListRig rig;
  rig.Names("{}");
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ListServers"));
  for (const lifecycle::ListedObject& listed : rig.found) {
    EXPECT_TRUE(listed.identity.IsWhollyKnown());
    EXPECT_EQ(listed.object, std::nullopt);
  }
}

TEST(ServerList, WholeObjectsAreWhatAnImportReads) {
  ListRig rig;
  rig.Names(R"({"name_regex": "web-2"})", 100, true);
  ASSERT_EQ(rig.found.size(), 1u);
  const std::string id = rig.found[0].identity.At("id").AsString();
  const lifecycle::Imported imported = *lifecycle::Import(rig.resource, id);
  EXPECT_EQ(*rig.found[0].object, rig.Read(imported.state, imported.private_bytes).state);
}

TEST(ServerList, AServerThatVanishesMeanwhileIsLeftOut) {
  ListRig rig;
  rig.OnRequest([&](const client::Request& request) {
    if (request.operation.find("{server_id}") == std::string::npos) return;
    rig.emulator().With([&](emulator::Cloud& cloud) { cloud.store.servers.Remove(rig.ids[0]); });
  });
  EXPECT_THAT(rig.Names("{}", 100, true), testing::Not(testing::Contains("web-1")));
}

}  // namespace
}  // namespace ecs
