// Every status is readable, and what unset attributes cost: nothing.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kDefaultGroup[] = "30000000-0000-4000-8000-000000000001";
constexpr char kWebGroup[] = "30000000-0000-4000-8000-000000000002";

std::string GroupsPatch(const std::string& group) {
  return absl::StrCat(R"({"network_interface": {"security_group_ids": [")", group, R"("]}})");
}

Value GroupsOf(const Value& state) {
  return state.At("network_interface").At("security_group_ids");
}

Value SetOf(const std::vector<std::string>& texts) {
  Value::Elements elements;
  for (const std::string& text : texts) elements.push_back(Value::String(text));
  return Value::Set(cty::Type::String(), std::move(elements));
}

// Gives the server a second interface, with groups of its own; returns its port.
std::string AttachSecondInterface(ServerRig& rig, const Value& state, const std::string& group) {
  std::string id;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    emulator::Server& server = *cloud.store.servers.Find(state.At("id").AsString());
    emulator::Port port = *cloud.store.ports.Find(server.port_ids[0]);
    port.id = "6f0e2a4b-3333-4333-8333-333333333333";
    port.ip = "10.0.1.44";
    port.network_id = "20000000-0000-4000-8000-000000000002";
    port.primary = false;
    port.security_groups = {group};
    id = port.id;
    server.port_ids.push_back(port.id);
    cloud.store.ports.Add(std::move(port));
    ++cloud.store.generation;
  });
  return id;
}

// Alters each server in the answers of the ECS calls that show servers.
void AlterServers(ServerRig& rig, const std::function<void(nlohmann::json&)>& alter) {
  rig.OnAnswer([alter](const client::Request& request, client::Response& answer) {
    if (request.method != "GET" || answer.status != 200) return;
    nlohmann::json body = nlohmann::json::parse(answer.body, nullptr, false);
    if (body.is_discarded()) return;
    if (body.contains("server")) alter(body["server"]);
    if (body.contains("servers")) {
      for (nlohmann::json& server : body["servers"]) alter(server);
    }
    answer.body = body.dump();
  });
}

TEST(ReadServer, AsksForTheServerAndItsDiskAndChangesNothing) {
  ServerRig rig;
  const Value state = rig.Make();
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "evs.ListVolumes"));
}

TEST(ReadServer, WhatTheCloudDoesNotShowStaysAsItIsKnown) {
  const std::pair<const char*, std::function<void(nlohmann::json&)>> cases[] = {
      {"image",
       [](nlohmann::json& server) {
         server["image"] = "";
         server["metadata"].erase("metering.image_id");
       }},
      {"key pair", [](nlohmann::json& server) { server["key_name"] = nullptr; }},
      {"zone", [](nlohmann::json& server) { server["OS-EXT-AZ:availability_zone"] = ""; }},
      {"flavor",
       [](nlohmann::json& server) {
         server["flavor"] = {{"id", ""}};
       }},
      {"VPC",
       [](nlohmann::json& server) {
         server["metadata"].erase("vpc_id");
         server.erase("addresses");
       }},
      {"hints", [](nlohmann::json& server) { server.erase("os:scheduler_hints"); }},
      {"tags", [](nlohmann::json& server) { server.erase("tags"); }},
      {"description", [](nlohmann::json& server) { server.erase("description"); }},
      {"metadata",
       [](nlohmann::json& server) {
         server["vpc_id"] = server["metadata"]["vpc_id"];
         server.erase("metadata");
       }},
      {"groups", [](nlohmann::json& server) { server.erase("security_groups"); }},
      {"volumes",
       [](nlohmann::json& server) { server.erase("os-extended-volumes:volumes_attached"); }},
  };
  const std::string config = R"({"key_pair": "demo-key", "availability_zone": "eu-demo-01",
      "tags": {"a": "1"}, "metadata": {"m": "1"}, "description": "d", "tenancy": "shared"})";
  for (const auto& [what, hide] : cases) {
    ServerRig rig;
    const Value state = rig.Make(config);
    AlterServers(rig, hide);
    const lifecycle::ReadResult read = rig.Read(state);
    EXPECT_THAT(read.notes.list(), IsEmpty()) << what << TextOf(read.notes);
    EXPECT_EQ(read.state, state) << what;
    EXPECT_EQ(rig.Plan(read.state, config).planned, read.state) << what;
  }
}

TEST(ReadServer, AnotherServersAnswerIsNotBelieved) {
  ServerRig rig;
  const Value state = rig.Make();
  const Value other = rig.Make(R"({"name": "other"})");
  int answers = 0;
  AlterServers(rig, [&](nlohmann::json& server) {
    if (++answers == 1) server["id"] = other.At("id").AsString();
  });
  EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_EQ(answers, 2);
}

TEST(ReadServer, OneFalseNotFoundDropsNoServer) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ShowServer:refuse:1:status=404:code=Ecs.0114").ok());
  EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
}

TEST(ReadServer, ThatAllGroupsWereTakenAwayIsNews) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch(kWebGroup));
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (emulator::Port& port : cloud.store.ports) port.security_groups.clear();
    ++cloud.store.generation;
  });
  const Value read = rig.Read(state).state;
  EXPECT_EQ(GroupsOf(read), SetOf({}));
  const TestCloud::Applied done = rig.Change(read, GroupsPatch(kWebGroup));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(GroupsOf(rig.Read(done.state).state), SetOf({kWebGroup}));
}

TEST(ReadServer, TheGroupsOfAnotherInterfaceAreNoDrift) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch(kWebGroup));
  AttachSecondInterface(rig, state, kDefaultGroup);
  EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "neutron.ShowPort", "evs.ListVolumes"));
}

TEST(ReadServer, GroupsThatAreListedWithoutIdsComeFromOneListOfPorts) {
  emulator::Options options;
  options.durations.SetSpeed(0);
  ServerRig rig(options);
  std::vector<Value> states;
  for (int i = 0; i < 20; ++i) states.push_back(rig.Make());
  rig.clock().Advance(std::chrono::minutes(1));
  AlterServers(rig, [](nlohmann::json& server) {
    for (nlohmann::json& group : server["security_groups"]) group.erase("id");
  });
  for (const Value& state : states) EXPECT_EQ(rig.Read(state).state, state);
  const std::vector<std::string> asked = rig.Asked();
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "neutron.ListPorts"), 1);
  EXPECT_LE(asked.size(), 15u) << absl::StrJoin(asked, ", ");
}

TEST(ReadServer, AUserWithoutTheNetworkServiceKeepsTheGroupsThatAreKnown) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch(kWebGroup));
  AttachSecondInterface(rig, state, kDefaultGroup);
  ASSERT_TRUE(rig.emulator().AddFault("neutron.*:refuse:always:status=403").ok());
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_THAT(read.notes.list(), IsEmpty()) << TextOf(read.notes);
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
}

TEST(ReadServer, ADiskThatWasGrownElsewhereIsDriftThatItsRealSizeSettles) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (emulator::Volume& volume : cloud.store.volumes) volume.size_gb = 80;
  });
  const Value read = rig.Read(state).state;
  EXPECT_EQ(read.At("system_disk").At("size_gb"), Value::Int(80));
  const char* real_size = R"({"system_disk": {"size_gb": 80}})";
  EXPECT_EQ(rig.Plan(read, real_size).planned, read);
}

TEST(ReadServer, AutomaticRecoveryIsAskedForOnlyWhereItIsManaged) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": true})");
  EXPECT_EQ(rig.Read(state).state, state);
  EXPECT_THAT(rig.Asked(),
              ElementsAre("ecs.ShowServer", "evs.ListVolumes", "ecs.ShowAutoRecovery"));
}

TEST(ReadServer, AutomaticRecoveryThatNobodyOffersIsPlannedOnce) {
  emulator::Options without;
  without.without = {"autorecovery"};
  for (const bool by_cloud : {true, false}) {
    ServerRig rig(by_cloud ? without : emulator::Options());
    const std::string wanted = absl::StrCat(R"({"auto_recovery": true, "flavor": ")",
                                            by_cloud ? "s3.medium.1" : "t1.micro.1", R"("})");
    const Value state = rig.Make(wanted);
    const lifecycle::ReadResult read = rig.Read(state);
    EXPECT_THAT(Summaries(read.notes), ElementsAre("Automatic recovery is not available"));
    EXPECT_EQ(read.state, state);
    EXPECT_EQ(rig.Plan(read.state, wanted).planned, read.state);
  }
}

TEST(ReadServer, AutomaticRecoveryThatWasTurnedOffElsewhereIsDrift) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": true})");
  rig.Disturb(state.At("id").AsString(),
              [](emulator::Server& server) { server.auto_recovery = false; });
  EXPECT_EQ(rig.Read(state).state.At("auto_recovery"), Value::Bool(false));
}

TEST(ReadServer, AnEmptyAnswerAboutAutomaticRecoveryIsNoNews) {
  ServerRig rig;
  const Value state = rig.Make(R"({"auto_recovery": true})");
  rig.OnAnswer([](const client::Request& request, client::Response& answer) {
    if (absl::StrContains(request.path, "autorecovery")) answer.body = "{}";
  });
  EXPECT_EQ(rig.Read(state).state, state);
}

TEST(ReadServer, ManyReadsBecomeOneList) {
  emulator::Options options;
  options.durations.SetSpeed(0);
  ServerRig rig(options);
  std::vector<Value> states;
  for (int i = 0; i < 40; ++i) states.push_back(rig.Make());
  rig.clock().Advance(std::chrono::minutes(1));
  for (const Value& state : states) EXPECT_EQ(rig.Read(state).state, state);
  // Four by themselves, then one list of servers and one of volumes.
  EXPECT_THAT(rig.Asked(),
              ElementsAre("ecs.ShowServer", "evs.ListVolumes", "ecs.ShowServer", "evs.ListVolumes",
                          "ecs.ShowServer", "evs.ListVolumes", "ecs.ShowServer", "evs.ListVolumes",
                          "ecs.ListServers", "evs.ListVolumes"));
}

TEST(ReadServer, OneThatIsGoneIsNoError) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Delete(state);
  rig.Forget();
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_TRUE(read.state.is_null());
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer x2"));
}

TEST(ReadServer, EveryStatusIsReadable) {
  const struct {
    const char* vm_state = "";
    const char* task_state = "";
    int power_state = 0;
    const char* condition = "";
    std::vector<std::string> notes = {};
  } cases[] = {
      {"active", "", 1, "s3.medium.1, ACTIVE, ACTIVE"},
      {"stopped", "", 4, "s3.medium.1, SHUTOFF, SHUTOFF"},
      {"active", "powering-off", 1, "s3.medium.1, ACTIVE, SHUTOFF"},
      {"stopped", "powering-on", 4, "s3.medium.1, SHUTOFF, ACTIVE"},
      {"active", "rebooting", 1, "s3.medium.1, REBOOT, ACTIVE"},
      {"active", "rebooting_hard", 1, "s3.medium.1, HARD_REBOOT, ACTIVE"},
      {"active", "resize_prep", 1, "s3.medium.1, RESIZE, ACTIVE"},
      {"resized", "", 1, "s3.medium.1, VERIFY_RESIZE, ACTIVE"},
      {"resized", "resize_reverting", 1, "s3.medium.1, REVERT_RESIZE, ACTIVE"},
      {"building", "spawning", 0, "s3.medium.1, BUILD, ACTIVE"},
      {"error", "", 0, "s3.medium.1, ERROR, ACTIVE", {"The server web-1 is in status ERROR"}},
      {"paused",
       "",
       3,
       "s3.medium.1, PAUSED, ACTIVE",
       {"The server web-1 is in the unusual status PAUSED"}},
      {"suspended",
       "",
       4,
       "s3.medium.1, SUSPENDED, ACTIVE",
       {"The server web-1 is in the unusual status SUSPENDED"}},
      {"odd",
       "",
       0,
       "s3.medium.1, UNKNOWN, ACTIVE",
       {"The server web-1 is in the unusual status UNKNOWN"}},
  };
  for (const auto& test : cases) {
    ServerRig rig;
    const Value state = rig.Make();
    rig.Disturb(state.At("id").AsString(), [&](emulator::Server& server) {
      server.vm_state = test.vm_state;
      server.task_state = test.task_state;
      server.power_state = test.power_state;
    });
    const lifecycle::ReadResult read = rig.Read(state);
    EXPECT_EQ(Condition(read.state), test.condition) << test.vm_state << " " << test.task_state;
    EXPECT_EQ(Summaries(read.notes), test.notes) << test.condition;
  }
}

TEST(ReadServer, DriftIsShown) {
  ServerRig rig;
  const Value state = rig.Make(R"({"tags": {"a": "1"}, "metadata": {"m": "1"}})");
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) {
    server.name = "renamed";
    server.tags = {{"a", "2"}, {"b", ""}};
    server.metadata["m"] = "2";
    server.metadata["of_others"] = "x";
  });
  const Value expected =
      state.With("name", Value::String("renamed"))
          .With("tags", Value::Map(cty::Type::String(),
                                   {{"a", Value::String("2")}, {"b", Value::String("")}}))
          .With("metadata", Value::Map(cty::Type::String(), {{"m", Value::String("2")}}));
  EXPECT_EQ(rig.Read(state).state, expected);
}

TEST(ReadServer, AFailedReadKeepsTheState) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ShowServer:refuse:always:status=403").ok());
  const lifecycle::ReadResult read = rig.Read(state);
  EXPECT_EQ(read.state, state);
  EXPECT_THAT(Summaries(read.notes),
              ElementsAre("! Reading the server " + state.At("id").AsString() + " failed"));
}

TEST(ImportServer, AsksForEverythingOnce) {
  ServerRig rig;
  const char* config = R"({"auto_recovery": true, "description": "d", "tags": {"a": "1"},
                           "metadata": {"m": "1"}})";
  const Value state = rig.Make(config);
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, state.At("id").AsString());
  const lifecycle::ReadResult read = rig.Read(imported->state, imported->private_bytes);
  EXPECT_THAT(read.notes.list(), IsEmpty());
  EXPECT_EQ(read.state, state);
  EXPECT_EQ(rig.Plan(read.state, config).planned, read.state);
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ShowServer", "ecs.ListInterfaces", "evs.ListVolumes",
                                       "ecs.ShowAutoRecovery"));
}

TEST(ImportServer, TheImageOfAServerThatBootsFromAVolumeIsItsVolumes) {
  ServerRig rig;
  const Value state = rig.Make();
  AlterServers(rig, [](nlohmann::json& server) {
    server["image"] = "";
    server["metadata"].erase("metering.image_id");
  });
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, state.At("id").AsString());
  const Value read = rig.Read(imported->state, imported->private_bytes).state;
  EXPECT_EQ(read.At("image_id"), state.At("image_id"));
  EXPECT_EQ(rig.Plan(read, "{}").planned, read);
}

TEST(ImportServer, EmptyAndAbsentAreNoDifference) {
  ServerRig rig;
  const Value state = rig.Make();
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, state.At("id").AsString());
  const Value read = rig.Read(imported->state, imported->private_bytes).state;
  for (const char* config : {"{}", R"({"description": "", "tags": {}, "metadata": {}})"}) {
    EXPECT_EQ(rig.Plan(read, config).planned, read) << config;
  }
  // What is there and not configured is planned to go.
  const Value described = read.With("description", Value::String("d"));
  EXPECT_TRUE(rig.Plan(described, "{}").planned.At("description").is_null());
}

TEST(ImportServer, OfSeveralInterfacesThePrimaryOneIsTaken) {
  ServerRig rig;
  const Value state = rig.Make(GroupsPatch(kWebGroup));
  AttachSecondInterface(rig, state, kDefaultGroup);
  // The second comes first, and no address is marked: only the ports tell.
  rig.Disturb(state.At("id").AsString(),
              [](emulator::Server& server) { std::swap(server.port_ids[0], server.port_ids[1]); });
  AlterServers(rig, [](nlohmann::json& server) {
    for (auto& [label, addresses] : server["addresses"].items()) {
      for (nlohmann::json& address : addresses) address.erase("primary");
    }
  });
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, state.At("id").AsString());
  const Value read = rig.Read(imported->state, imported->private_bytes).state;
  EXPECT_EQ(read.At("network_interface"), state.At("network_interface"));
}

TEST(ImportServer, OneThatDoesNotExistIsGone) {
  ServerRig rig;
  const Result<lifecycle::Imported> imported =
      lifecycle::Import(rig.resource, "6f0e2a4b-1111-4111-8111-111111111111");
  EXPECT_TRUE(rig.Read(imported->state, imported->private_bytes).state.is_null());
}

}  // namespace
}  // namespace ecs
