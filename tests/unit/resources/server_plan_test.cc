// What a plan says before anything happens, and what validation refuses.
#include "provider/lifecycle/validate.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;

// A state as a create would have left it, without a cloud.
Value State(const ServerRig& rig, const std::string& patch = "{}") {
  nlohmann::json state = nlohmann::json::parse(R"({
      "id": "6f0e2a4b-1111-4111-8111-111111111111", "name": "web-1", "flavor": "s3.medium.1",
      "image_id": "40000000-0000-4000-8000-000000000001",
      "vpc_id": "10000000-0000-4000-8000-000000000001", "availability_zone": "eu-demo-01",
      "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001",
        "fixed_ip": "10.0.0.10", "ipv6_enabled": false, "port_id": "p", "mac_address": "m",
        "security_group_ids": ["30000000-0000-4000-8000-000000000001"]},
      "system_disk": {"type": "SSD", "size_gb": 40, "id": "v"},
      "status": "ACTIVE", "vm_state": "active", "power_state": "ACTIVE"})");
  state.merge_patch(nlohmann::json::parse(patch));
  return ObjectOf(*rig.resource.rows, state.dump());
}

TEST(PlanServer, SaysWhatWillHurt) {
  const Path disk = Path("system_disk") / "size_gb";
  const struct {
    const char* state = "";
    const char* config = "";
    std::vector<std::string> notes = {};
    std::vector<Path> replace = {};
  } cases[] = {
      {"{}", "{}"},
      {"{}", R"({"name": "web-2"})"},
      {"{}", R"({"flavor": "s3.large.2"})", {"The running server will be restarted"}},
      {R"({"status": "SHUTOFF", "power_state": "SHUTOFF"})", R"({"flavor": "s3.large.2"})"},
      {"{}", R"({"power_state": "SHUTOFF"})", {"The running server will be stopped"}},
      {R"({"status": "SHUTOFF", "power_state": "SHUTOFF"})", R"({"power_state": "ACTIVE"})"},
      {"{}",
       R"({"image_id": "40000000-0000-4000-8000-000000000002"})",
       {"The system disk will be lost"},
       {Path("image_id")}},
      {"{}", R"({"availability_zone": "eu-demo-02"})", {}, {Path("availability_zone")}},
      {"{}",
       R"({"network_interface": {"fixed_ip": "10.0.0.11"}})",
       {},
       {Path("network_interface") / "fixed_ip"}},
      {"{}",
       R"({"network_interface": {"ipv6_enabled": true}})",
       {},
       {Path("network_interface") / "ipv6_enabled"}},
      {"{}", R"({"system_disk": {"size_gb": 41}})"},
      {"{}",
       R"({"system_disk": {"size_gb": 39}})",
       {"A smaller system disk needs a new server"},
       {disk}},
      {"{}", R"({"system_disk": {"type": "SAS"}})", {}, {Path("system_disk") / "type"}},
      {"{}", R"({"user_data": "x"})"},
      {R"({"user_data_hash": "other"})",
       R"({"user_data": "x"})",
       {"Other user_data reaches new servers only"}},
      {R"({"user_data_hash": "other"})",
       R"({"user_data": "x", "user_data_replace_on_change": true})",
       {},
       {Path("user_data_hash")}},
      {R"({"user_data_hash": "other"})", "{}"},
      // An imported server is not replaced: it may have been made with this user_data.
      {"{}",
       R"({"user_data": "x", "user_data_replace_on_change": true})",
       {"Other user_data reaches new servers only"}},
      {R"({"status": "VERIFY_RESIZE"})", "{}", {"An unfinished resize will be finished"}},
      {R"({"status": "RESIZE"})",
       R"({"flavor": "s3.large.2"})",
       {"The running server will be restarted", "An unfinished resize will be finished"}},
      {R"({"status": "VERIFY_RESIZE"})", R"({"resize": {"confirm": "manual"}})"},
  };
  const ServerRig rig;
  for (const auto& test : cases) {
    const lifecycle::PlanResult plan = rig.Plan(State(rig, test.state), test.config);
    EXPECT_EQ(Summaries(plan.notes), test.notes) << test.config;
    EXPECT_EQ(plan.requires_replace, test.replace) << test.config;
  }
}

TEST(PlanServer, OnlyTheHashOfUserDataIsPlanned) {
  const ServerRig rig;
  const Value planned = rig.Plan(rig.NoState(), R"({"user_data": "hello"})").planned;
  EXPECT_TRUE(planned.At("user_data").is_null());
  EXPECT_EQ(planned.At("user_data_hash"),
            Value::String("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
  // An empty one is none.
  EXPECT_TRUE(
      rig.Plan(rig.NoState(), R"({"user_data": ""})").planned.At("user_data_hash").is_null());
  EXPECT_TRUE(rig.Plan(rig.NoState(), "{}").planned.At("user_data_hash").is_null());
  const Value unknown = rig.Config().With("user_data", Value::Unknown(cty::Type::String()));
  EXPECT_TRUE(lifecycle::Plan(rig.resource, rig.NoState(), unknown)
                  .planned.At("user_data_hash")
                  .is_unknown());
}

TEST(ValidateServer, RefusesWhatTheCloudWouldRefuse) {
  const std::string long_text(32 * 1024 + 1, 'x');
  const struct {
    std::string config = {};
    std::vector<std::string> notes = {};
  } cases[] = {
      {"{}"},
      {R"({"name": "with space"})", {"! Invalid value for name"}},
      {R"({"name": ""})", {"! Invalid value for name", "! Invalid value for name"}},
      {R"({"description": "<b>"})", {"! Invalid value for description"}},
      {R"({"image_id": "ubuntu"})", {"! Invalid value for image_id"}},
      {R"({"power_state": "on"})", {"! Invalid value for power_state"}},
      {R"({"system_disk": {"size_gb": 2000}})", {"! Invalid value for size_gb"}},
      {R"({"network_interface": {"fixed_ip": "10.0.0"}})", {"! Invalid value for fixed_ip"}},
      {R"({"network_interface": {"security_group_ids": []}})",
       {"! Invalid value for security_group_ids"}},
      {R"({"timeouts": {"create": "soon"}})", {"! Invalid value for create"}},
      {R"({"dedicated_host_id": "h", "tenancy": "shared"})", {"! Contradicting placement"}},
      {R"({"dedicated_host_id": "h"})"},
      {absl::StrCat(R"({"user_data": ")", long_text, R"("})"), {"! user_data is too long"}},
      {R"({"resize": {"confirm": "never"}})", {"! Invalid value for confirm"}},
  };
  const ServerRig rig;
  for (const auto& test : cases) {
    schema::Diagnostics notes;
    lifecycle::ValidateResource(rig.resource, rig.Config(test.config), true, notes);
    EXPECT_EQ(Summaries(notes), test.notes) << test.config.substr(0, 80);
  }
}

Value WithUnknown(const Value& config, const std::string& attribute) {
  return config.With(attribute, Value::Unknown(config.At(attribute).type()));
}

TEST(PlanServer, ASizeThatIsNotKnownYetPlansWhatItMayCause) {
  ServerRig rig;
  const Value state = rig.Make();
  const Value config = rig.Config();
  const lifecycle::PlanResult plan =
      lifecycle::Plan(rig.resource, state,
                      config.With("system_disk", WithUnknown(config.At("system_disk"), "size_gb")));
  EXPECT_THAT(plan.requires_replace, ElementsAre(Path("system_disk") / "size_gb"));
  EXPECT_THAT(Summaries(plan.notes), ElementsAre("The size of the system disk is not known yet"));
}

TEST(PlanServer, AReplacementThatIsDecidedDuringTheApplyIsPlanned) {
  ServerRig rig;
  const Value state = rig.Make(R"({"user_data": "one"})");
  const auto plan = [&](const char* user_data) {
    return lifecycle::Plan(rig.resource, state,
                           WithUnknown(rig.Config(user_data), "user_data_replace_on_change"));
  };
  EXPECT_THAT(plan(R"({"user_data": "two"})").requires_replace,
              ElementsAre(Path("user_data_hash")));
  EXPECT_THAT(plan(R"({"user_data": "one"})").requires_replace, testing::IsEmpty());
}

TEST(ValidateServer, AMetadataKeyOfTheCloudsOwnIsRefused) {
  ServerRig rig;
  for (const char* key : {"vpc_id", "os_type", "metering.image_id", "__vendor"}) {
    schema::Diagnostics notes;
    lifecycle::ValidateResource(
        rig.resource,
        rig.Config(absl::StrCat(R"({"metadata": {")", key, R"(": "x", "mine": "y"}})")), true,
        notes);
    ASSERT_THAT(Summaries(notes), ElementsAre("! Reserved metadata key"));
    EXPECT_EQ(notes.list()[0].path, Path("metadata").At(std::string(key)));
  }
}

}  // namespace
}  // namespace ecs
