// Data sources: what they find, and the one call each costs.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct DataRig : ServerRig {
  // The names in the list attribute of the answer.
  std::vector<std::string> Ask(const std::string& type, const std::string& config,
                               const std::string& list, const std::string& attribute = "name") {
    const schema::AnyDataSource& source = *TheProvider().FindDataSource(type);
    const lifecycle::DataResult answer =
        lifecycle::ReadData(call(), cloud(), source, ObjectOf(*source.rows, config));
    EXPECT_THAT(answer.notes.list(), IsEmpty()) << TextOf(answer.notes);
    std::vector<std::string> names;
    if (answer.state.is_null()) return names;
    for (const Value& item : answer.state.At(list).elements()) {
      const bool text = item.type().kind() == cty::Kind::kString;
      names.push_back(text ? item.AsString() : item.At(attribute).AsString());
    }
    return names;
  }
};

TEST(ServersDataSource, FiltersAndSortsByName) {
  DataRig rig;
  rig.Make(R"({"name": "web-2", "tags": {"env": "prod"}})");
  rig.Make(R"({"name": "web-1", "tags": {"env": "test"}})");
  rig.Make(R"({"name": "db-1", "power_state": "SHUTOFF", "flavor": "s3.large.2"})");
  const struct {
    const char* config = "";
    std::vector<std::string> names = {};
  } cases[] = {
      {"{}", {"db-1", "web-1", "web-2"}},
      {R"({"name_regex": "^web"})", {"web-1", "web-2"}},
      {R"({"name_regex": "nothing"})", {}},
      {R"({"status": "SHUTOFF"})", {"db-1"}},
      {R"({"flavor": "s3.large.2"})", {"db-1"}},
      {R"({"tags": {"env": "prod"}})", {"web-2"}},
      {R"({"tags": {"env": "prod", "team": "a"}})", {}},
  };
  for (const auto& test : cases) {
    rig.Forget();
    EXPECT_EQ(rig.Ask("ecs_servers", test.config, "servers"), test.names) << test.config;
    EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ListServers")) << test.config;
  }
}

TEST(FlavorsDataSource, FiltersAndSortsBySize) {
  DataRig rig;
  const struct {
    const char* config = "";
    std::vector<std::string> names = {};
  } cases[] = {
      {R"({"name_regex": "^s3.medium"})", {"s3.medium.1", "s3.medium.2", "s3.medium.4"}},
      {R"({"min_vcpus": 8, "max_ram_mb": 16384})", {"c4.2xlarge.2", "s3.2xlarge.2"}},
      {R"({"supports_auto_recovery": false})", {"t1.micro.1"}},
      {R"({"name_regex": "c4.8x", "availability_zone": "eu-demo-01"})", {}},
  };
  for (const auto& test : cases) {
    rig.Forget();
    EXPECT_EQ(rig.Ask("ecs_flavors", test.config, "flavors"), test.names) << test.config;
    EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ListFlavors")) << test.config;
  }
}

TEST(ImagesDataSource, Filters) {
  DataRig rig;
  const struct {
    const char* config = "";
    std::vector<std::string> names = {};
  } cases[] = {
      {R"({"name": "Standard_Debian_12_latest"})", {"Standard_Debian_12_latest"}},
      {R"({"name_regex": "Ubuntu_24"})", {"Standard_Ubuntu_24.04_latest"}},
      {R"({"os_type": "Windows"})", {"Standard_Windows_2022_latest"}},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(rig.Ask("ecs_images", test.config, "images"), test.names) << test.config;
  }
}

TEST(AvailabilityZonesDataSource, ListsTheZonesInService) {
  DataRig rig;
  EXPECT_THAT(rig.Ask("ecs_availability_zones", "{}", "names"),
              ElementsAre("eu-demo-01", "eu-demo-02", "eu-demo-03"));
  EXPECT_THAT(rig.Ask("ecs_availability_zones", "{}", "zones"),
              ElementsAre("eu-demo-01", "eu-demo-02", "eu-demo-03"));
}

TEST(DataSources, AFailureIsAnErrorAndNoAnswer) {
  DataRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ListFlavors:refuse:always:status=403").ok());
  const schema::AnyDataSource& source = *TheProvider().FindDataSource("ecs_flavors");
  const lifecycle::DataResult answer =
      lifecycle::ReadData(rig.call(), rig.cloud(), source, ObjectOf(*source.rows, "{}"));
  EXPECT_TRUE(answer.state.is_null());
  EXPECT_THAT(Summaries(answer.notes), ElementsAre("! Listing the flavors failed"));
}

}  // namespace
}  // namespace ecs
