// Making a server, whatever the cloud answers: design.md sections 4.1 and 4.5.
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TestCloud::Applied Create(ServerRig& rig, const std::string& patch = "{}") {
  return rig.Apply(rig.resource, rig.NoState(), rig.Config(patch));
}

// The body of the only create request, without the mark that each has.
nlohmann::json BodyOfCreate(ServerRig& rig) {
  nlohmann::json body;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (const emulator::JournalEntry& entry : cloud.journal.entries()) {
      if (entry.operation == "ecs.CreateServers") body = entry.body;
    }
  });
  nlohmann::json& metadata = body["server"]["metadata"];
  EXPECT_TRUE(emulator::IsUuid(metadata.value("terraform_ecs_create", "")));
  metadata.erase("terraform_ecs_create");
  if (metadata.empty()) body["server"].erase("metadata");
  return body;
}

TEST(CreateServer, AsksOnceAndLooksUntilTheServerIsThere) {
  ServerRig rig;
  const TestCloud::Applied made = Create(rig);
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Asked(),
              ElementsAre("ecs.ListServers", "ecs.CreateServers", "ecs.ShowServer x8", "ecs.GetJob",
                          "ecs.ShowServer x2", "evs.ListVolumes", "nova.DeleteMetadataItem"));
}

TEST(CreateServer, TheRequestHoldsWhatIsConfiguredAndNothingElse) {
  ServerRig rig;
  Create(rig);
  EXPECT_EQ(BodyOfCreate(rig), nlohmann::json::parse(R"({"server": {
    "name": "web-1", "flavorRef": "s3.medium.1",
    "imageRef": "40000000-0000-4000-8000-000000000001",
    "vpcid": "10000000-0000-4000-8000-000000000001",
    "nics": [{"subnet_id": "20000000-0000-4000-8000-000000000001"}],
    "root_volume": {"volumetype": "SSD", "size": 40}}})"));
}

TEST(CreateServer, EveryArgumentHasItsPlaceInTheRequest) {
  ServerRig rig;
  const TestCloud::Applied made = Create(rig, R"({
    "description": "d", "availability_zone": "eu-demo-02", "key_pair": "demo-key",
    "user_data": "#!/bin/sh\n", "tenancy": "dedicated", "dedicated_host_id": "host-1",
    "tags": {"env": "prod"}, "metadata": {"role": "web"},
    "network_interface": {"fixed_ip": "10.0.0.99", "ipv6_enabled": true,
      "security_group_ids": ["30000000-0000-4000-8000-000000000002"]},
    "system_disk": {"kms_key_id": "key-1"}})");
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(BodyOfCreate(rig), nlohmann::json::parse(R"({"server": {
    "name": "web-1", "description": "d", "flavorRef": "s3.medium.1",
    "availability_zone": "eu-demo-02",
    "imageRef": "40000000-0000-4000-8000-000000000001",
    "vpcid": "10000000-0000-4000-8000-000000000001", "key_name": "demo-key",
    "user_data": "IyEvYmluL3NoCg==", "metadata": {"role": "web"},
    "server_tags": [{"key": "env", "value": "prod"}],
    "security_groups": [{"id": "30000000-0000-4000-8000-000000000002"}],
    "os:scheduler_hints": {"tenancy": "dedicated", "dedicated_host_id": "host-1"},
    "nics": [{"subnet_id": "20000000-0000-4000-8000-000000000001", "ip_address": "10.0.0.99",
              "ipv6_enable": true}],
    "root_volume": {"volumetype": "SSD", "size": 40,
      "metadata": {"__system__cmkid": "key-1", "__system__encrypted": "1"}}}})"));
  EXPECT_TRUE(made.state.At("user_data").is_null());
  EXPECT_EQ(made.state.At("user_data_hash").AsString(),
            "a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf");
}

TEST(CreateServer, AutomaticRecoveryAndAStopFollowTheCreation) {
  ServerRig rig;
  const TestCloud::Applied made =
      Create(rig, R"({"auto_recovery": true, "power_state": "SHUTOFF"})");
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, SHUTOFF, SHUTOFF");
  EXPECT_EQ(made.state.At("auto_recovery"), Value::Bool(true));
  EXPECT_TRUE(rig.ServerOf(made.state).auto_recovery);
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.CreateServers", "ecs.SetAutoRecovery",
                                         "nova.StopServer", "nova.DeleteMetadataItem"));
}

TEST(CreateServer, ARefusalStoresNothingAndSaysWhatTheCloudSaid) {
  ServerRig rig;
  const TestCloud::Applied made = Create(rig, R"({"flavor": "no-such-flavor"})");
  ASSERT_EQ(made.notes.list().size(), 1u);
  EXPECT_EQ(made.notes.list()[0].summary, "Creating the server failed");
  EXPECT_THAT(made.notes.list()[0].detail,
              AllOf(HasSubstr("Ecs."), HasSubstr("POST /v1/{project_id}/cloudservers")));
  EXPECT_TRUE(made.state.is_null());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ListServers", "ecs.CreateServers"));
}

TEST(CreateServer, ARefusalBecauseAQueryFailedIsToldAtOnceAsARefusal) {
  ServerRig rig;
  const TestCloud::Applied made =
      Create(rig, R"({"server_group_id": "50000000-0000-4000-8000-00000000dead"})");
  ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
  EXPECT_EQ(made.notes.list()[0].summary, "Creating the server failed");
  EXPECT_THAT(
      made.notes.list()[0].detail,
      AllOf(HasSubstr("The cloud refused the request."),
            HasSubstr("The server group could not be queried."), HasSubstr("check server_group_id"),
            Not(HasSubstr("executed")), Not(HasSubstr("may still create"))));
  EXPECT_TRUE(made.state.is_null());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.ListServers", "ecs.CreateServers"));
  EXPECT_THAT(rig.clock().slept(), IsEmpty());
}

TEST(CreateServer, OfTenPairsOfMetadataTheLastFollowsTheCreation) {
  ServerRig rig;
  nlohmann::json metadata;
  for (int i = 0; i < 10; ++i) metadata[absl::StrCat("k", i)] = "v";
  const TestCloud::Applied made = Create(rig, nlohmann::json{{"metadata", metadata}}.dump());
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(rig.ServerOf(made.state).metadata.at("k9"), "v");
  EXPECT_EQ(made.state.At("metadata").fields().size(), 10u);
  metadata.erase("k9");
  EXPECT_EQ(BodyOfCreate(rig)["server"]["metadata"], metadata);
  EXPECT_THAT(rig.Changes(),
              ElementsAre("ecs.CreateServers", "ecs.UpdateMetadata", "nova.DeleteMetadataItem"));
}

TEST(CreateServer, ACloudWhoseAnswersTakeLongerThanASliceOfWaitingMakesAServer) {
  ServerRig rig;
  for (const char* fault :
       {"ecs.ShowServer:slow:always:delay=11s", "ecs.GetJob:slow:always:delay=11s"}) {
    ASSERT_TRUE(rig.emulator().AddFault(fault).ok());
  }
  const TestCloud::Applied made = Create(rig);
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
}

TEST(CreateServer, TheSuccessOfItsJobCountsWhereLooksAtTheServerFail) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ShowServer:unavailable:always").ok());
  rig.OnRequest([&](const client::Request&) {
    if (rig.emulator().Count("GetJob") == 0) return;
    rig.emulator().With([](emulator::Cloud& cloud) { cloud.faults.Clear(); });
  });
  const TestCloud::Applied made = Create(rig);
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Asked(),
              ElementsAre("ecs.ListServers", "ecs.CreateServers", "ecs.ShowServer x6", "ecs.GetJob",
                          "ecs.ShowServer", "evs.ListVolumes", "nova.DeleteMetadataItem"));
}

TEST(CreateServer, AJobThatFailsStoresTheIdAndSaysWhy) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:fail").ok());
  const TestCloud::Applied made = Create(rig);
  ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
  EXPECT_EQ(made.notes.list()[0].summary, "Creating the server failed");
  EXPECT_THAT(made.notes.list()[0].detail,
              AllOf(HasSubstr("No valid host was found."), HasSubstr("marked as tainted")));
  ASSERT_FALSE(made.state.is_null());
  EXPECT_TRUE(made.state.At("id").is_known());
  // What is left of it, which is nothing, is deleted by the replacement.
  EXPECT_TRUE(rig.Delete(made.state).state.is_null());
}

TEST(CreateServer, AServerInErrorIsStoredWithItsFault) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:error").ok());
  const TestCloud::Applied made = Create(rig);
  EXPECT_THAT(Summaries(made.notes), ElementsAre("! Creating the server failed"));
  EXPECT_TRUE(made.state.At("id").is_known());
}

TEST(CreateServer, TimeThatRunsOutLeavesTheIdAndTellsHowToKeepTheServer) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:stuck").ok());
  const TestCloud::Applied made = Create(rig, R"({"timeouts": {"create": "3m"}})");
  ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
  EXPECT_EQ(made.notes.list()[0].summary, "Creating the server was not finished");
  EXPECT_THAT(made.notes.list()[0].detail,
              AllOf(HasSubstr(made.state.At("id").AsString()), HasSubstr("terraform untaint")));
}

TEST(CreateServer, AnInterruptionLeavesTheIdAndTellsHowToKeepTheServer) {
  ServerRig rig;
  rig.OnRequest([&](const client::Request&) {
    if (rig.emulator().Count("CreateServers") > 0) rig.cancel().Set();
  });
  const TestCloud::Applied made = Create(rig);
  ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
  EXPECT_EQ(made.notes.list()[0].summary, "Creating the server was not finished");
  EXPECT_THAT(made.notes.list()[0].detail, HasSubstr("terraform untaint"));
  EXPECT_TRUE(made.state.At("id").is_known());
}

// --- Deleting ---

TEST(DeleteServer, AsksOnceAndLooksUntilItIsGone) {
  ServerRig rig;
  const Value state = rig.Make();
  const TestCloud::Applied gone = rig.Delete(state);
  EXPECT_THAT(gone.notes.list(), IsEmpty()) << TextOf(gone.notes);
  EXPECT_TRUE(gone.state.is_null());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.DeleteServers", "ecs.ShowServer x8"));
}

TEST(DeleteServer, OneThatIsGoneCostsTheTwoLooksThatProveIt) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Delete(state);
  rig.Forget();
  EXPECT_TRUE(rig.Delete(state).state.is_null());
  EXPECT_THAT(rig.Asked(), ElementsAre("ecs.DeleteServers", "ecs.ShowServer x2"));
}

TEST(DeleteServer, ARunningOneIsStoppedFirstWhereThatIsAskedFor) {
  ServerRig rig;
  const Value state = rig.Make(R"({"stop_before_destroy": true})");
  EXPECT_TRUE(rig.Delete(state).state.is_null());
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.StopServer", "ecs.DeleteServers"));
}

TEST(DeleteServer, AFailedJobKeepsTheState) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.DeleteServers:fail").ok());
  const TestCloud::Applied kept = rig.Delete(state);
  EXPECT_THAT(Summaries(kept.notes), ElementsAre("! Deleting the server failed"));
  EXPECT_EQ(kept.state, state);
}

TEST(DeleteServer, ACloudWhoseAnswersTakeLongerThanASliceOfWaitingDeletesAServer) {
  ServerRig rig;
  const Value state = rig.Make();
  for (const char* fault :
       {"ecs.ShowServer:slow:always:delay=11s", "ecs.GetJob:slow:always:delay=11s"}) {
    ASSERT_TRUE(rig.emulator().AddFault(fault).ok());
  }
  const TestCloud::Applied gone = rig.Delete(state);
  EXPECT_THAT(gone.notes.list(), IsEmpty()) << TextOf(gone.notes);
  EXPECT_TRUE(gone.state.is_null());
}

TEST(DeleteServer, TheSuccessOfItsJobCountsWhereLooksAtTheServerFail) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ShowServer:unavailable:always").ok());
  const TestCloud::Applied gone = rig.Delete(state);
  EXPECT_THAT(gone.notes.list(), IsEmpty()) << TextOf(gone.notes);
  EXPECT_TRUE(gone.state.is_null());
  EXPECT_EQ(rig.ServerCount(), 0u);
}

TEST(DeleteServer, ALostAnswerIsNoProblem) {
  ServerRig rig;
  const Value state = rig.Make();
  ASSERT_TRUE(rig.emulator().AddFault("ecs.DeleteServers:lost").ok());
  EXPECT_TRUE(rig.Delete(state).state.is_null());
  rig.clock().Advance(std::chrono::seconds(1));
  EXPECT_EQ(rig.ServerCount(), 0u);
}

TEST(CreateServer, ASecurityGroupThatDoesNotExistIsAnErrorThatNamesBoth) {
  ServerRig rig;
  const std::string mistyped = "3fffffff-0000-4000-8000-000000000009";
  const TestCloud::Applied made =
      rig.Apply(rig.resource, rig.NoState(),
                rig.Config(absl::StrCat(R"({"network_interface": {"security_group_ids": [")",
                                        mistyped, R"("]}})")));
  ASSERT_THAT(Summaries(made.notes),
              ElementsAre("! network_interface.security_group_ids is not as planned"));
  const schema::Diagnostic& error = made.notes.list()[0];
  EXPECT_EQ(error.path, Path("network_interface") / "security_group_ids");
  EXPECT_THAT(error.detail, testing::HasSubstr(mistyped));
  EXPECT_THAT(error.detail, testing::HasSubstr("30000000-0000-4000-8000-000000000001"));
  EXPECT_THAT(error.detail, testing::HasSubstr("untaint"));
  // The state is what is true: the cloud's default group.
  EXPECT_EQ(
      made.state.At("network_interface").At("security_group_ids"),
      Value::Set(cty::Type::String(), {Value::String("30000000-0000-4000-8000-000000000001")}));
  EXPECT_EQ(rig.Read(made.state).state, made.state);
}

}  // namespace
}  // namespace ecs
