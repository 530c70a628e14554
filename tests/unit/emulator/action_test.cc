#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

class ActionTest : public CloudTest {
 protected:
  using CloudTest::CloudTest;
  const Json kStart = {{"os-start", Json::object()}};
  const Json kStop = {{"os-stop", Json::object()}};
  const Json kSoft = {{"reboot", {{"type", "SOFT"}}}};
  const Json kHard = {{"reboot", {{"type", "HARD"}}}};
  const Json kConfirm = {{"confirmResize", nullptr}};
  const Json kRevert = {{"revertResize", nullptr}};
  const Json kLarge = {{"resize", {{"flavorRef", "s3.large.2"}}}};

  std::string MessageOf(const Response& answer) {
    return answer.Parsed().begin()->value("message", "");
  }
  Json LastAction(const std::string& id) {
    const Json list = Get("N/servers/" + id + "/os-instance-actions").Parsed()["instanceActions"];
    const std::string request = list[0]["request_id"];
    return Get("N/servers/" + id + "/os-instance-actions/" + request).Parsed()["instanceAction"];
  }
  std::string MakeStopped() {
    std::string id = MakeServer();
    Act(id, kStop);
    clock_.Advance(seconds(5));
    return id;
  }
  std::string MakeVerifyResize() {
    std::string id = MakeServer();
    Act(id, kLarge);
    clock_.Advance(seconds(5));
    return id;
  }
};

TEST_F(ActionTest, StopAndStartShowOnlyATask) {
  const std::string id = MakeServer();
  EXPECT_EQ(Act(id, kStop).status, 202);
  EXPECT_EQ(State(id), "ACTIVE active powering-off s3.medium.2");
  EXPECT_EQ(Act(id, kStop).status, 409);
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.medium.2");
  EXPECT_EQ(Show(id)["OS-EXT-STS:power_state"], 4);
  EXPECT_EQ(Act(id, {{"os-start", nullptr}}).status, 202);
  EXPECT_EQ(State(id), "SHUTOFF stopped powering-on s3.medium.2");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
}

TEST_F(ActionTest, ARestartGoesThroughItsTasks) {
  const std::string id = MakeServer();
  EXPECT_EQ(Act(id, kSoft).status, 202);
  EXPECT_EQ(State(id), "REBOOT active rebooting s3.medium.2");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "REBOOT active reboot_pending s3.medium.2");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "REBOOT active reboot_started s3.medium.2");
  clock_.Advance(milliseconds(400));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
}

TEST_F(ActionTest, AHardRestartMayOvertakeAndStartsAStoppedServer) {
  const std::string id = MakeServer();
  EXPECT_EQ(Act(id, kHard).status, 202);
  EXPECT_EQ(State(id), "HARD_REBOOT active rebooting_hard s3.medium.2");
  EXPECT_EQ(Act(id, kHard).status, 202);
  EXPECT_EQ(Act(id, kSoft).status, 409);
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "HARD_REBOOT active reboot_pending_hard s3.medium.2");
  EXPECT_EQ(Act(id, kHard).status, 409);
  clock_.Advance(seconds(5));
  Act(id, kStop);
  clock_.Advance(seconds(5));
  EXPECT_EQ(Act(id, kSoft).status, 409);
  EXPECT_EQ(Act(id, kHard).status, 202);
  EXPECT_EQ(State(id), "SHUTOFF stopped rebooting_hard s3.medium.2");
  clock_.Advance(seconds(5));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
}

TEST_F(ActionTest, AResizeIsConfirmed) {
  const std::string id = MakeServer();
  EXPECT_EQ(Act(id, kLarge).status, 202);
  EXPECT_EQ(State(id), "RESIZE active resize_prep s3.medium.2");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "RESIZE active resize_migrating s3.medium.2");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "RESIZE active resize_migrated s3.medium.2");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "RESIZE active resize_finish s3.large.2");
  EXPECT_EQ(Act(id, kConfirm).status, 409);
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "VERIFY_RESIZE resized - s3.large.2");
  EXPECT_EQ(Act(id, kConfirm).status, 204);
  EXPECT_EQ(State(id), "VERIFY_RESIZE resized - s3.large.2");
  const Response again = Act(id, kConfirm);
  EXPECT_EQ(CodeOf(again), "400 badRequest");
  EXPECT_EQ(MessageOf(again), "Instance has not been resized.");
  EXPECT_EQ(CodeOf(Act(id, kRevert)), "400 badRequest");
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(State(id), "ACTIVE active - s3.large.2");
  EXPECT_EQ(CodeOf(Act(id, kConfirm)), "409 conflictingRequest");
}

// Found by the simulator: no later confirm was accepted.
TEST_F(ActionTest, AConfirmThatAFailedDeletionTookOverCanBeRepeated) {
  const std::string id = MakeVerifyResize();
  EXPECT_EQ(Act(id, kConfirm).status, 204);
  ASSERT_TRUE(cloud_.AddFault("ecs.DeleteServers:fail:1").ok());
  const Json servers = {{"servers", Json::array({{{"id", id}}})}};
  EXPECT_EQ(Post("P/cloudservers/delete", servers).status, 200);
  clock_.Advance(seconds(5));
  EXPECT_EQ(State(id), "VERIFY_RESIZE resized - s3.large.2");
  EXPECT_EQ(Act(id, kConfirm).status, 204);
  clock_.Advance(seconds(1));
  EXPECT_EQ(State(id), "ACTIVE active - s3.large.2");
}

TEST_F(ActionTest, AStoppedServerStaysStoppedThroughAResize) {
  const std::string id = MakeStopped();
  Act(id, kLarge);
  EXPECT_EQ(State(id), "RESIZE stopped resize_prep s3.medium.2");
  clock_.Advance(seconds(2));
  EXPECT_EQ(State(id), "VERIFY_RESIZE resized - s3.large.2");
  EXPECT_EQ(Show(id)["OS-EXT-STS:power_state"], 4);
  Act(id, kConfirm);
  clock_.Advance(seconds(1));
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.large.2");
}

TEST_F(ActionTest, AResizeIsReverted) {
  const std::string id = MakeVerifyResize();
  EXPECT_EQ(Act(id, kRevert).status, 202);
  EXPECT_EQ(State(id), "REVERT_RESIZE resized resize_reverting s3.large.2");
  clock_.Advance(milliseconds(400));
  EXPECT_EQ(State(id), "REVERT_RESIZE resized resize_reverting s3.medium.2");
  clock_.Advance(milliseconds(600));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
}

TEST_F(ActionTest, RevertingAStoppedServerShowsVerifyResizeOnceMore) {
  const std::string id = MakeStopped();
  Act(id, kLarge);
  clock_.Advance(seconds(5));
  Act(id, kRevert);
  clock_.Advance(milliseconds(700));
  EXPECT_EQ(State(id), "VERIFY_RESIZE resized powering-off s3.medium.2");
  EXPECT_EQ(CodeOf(Act(id, kConfirm)), "409 conflictingRequest");
  clock_.Advance(milliseconds(300));
  EXPECT_EQ(State(id), "SHUTOFF stopped - s3.medium.2");
}

TEST_F(ActionTest, InVerifyResizeOnlySomeCallsAreAllowed) {
  const std::string id = MakeVerifyResize();
  const std::string server = "N/servers/" + id;
  EXPECT_EQ(Post(server + "/metadata", {{"metadata", {{"a", "b"}}}}).status, 409);
  EXPECT_EQ(
      Post(server + "/os-interface", {{"interfaceAttachment", {{"net_id", kNetworkId}}}}).status,
      409);
  EXPECT_EQ(Act(id, kStop).status, 409);
  EXPECT_EQ(Act(id, kHard).status, 409);
  EXPECT_EQ(Put(server, {{"server", {{"name", "other"}}}}).status, 200);
}

TEST_F(ActionTest, ARefusedResizeSaysWhy) {
  const std::string id = MakeServer();
  const auto resize = [&](const std::string& flavor) {
    const Response answer = Act(id, {{"resize", {{"flavorRef", flavor}}}});
    return StrCat(answer.status, " ", MessageOf(answer));
  };
  EXPECT_EQ(resize("s3.medium.2"), "400 When resizing, instances must change flavor!");
  EXPECT_EQ(resize("nothing"), "400 Flavor nothing could not be found.");
  EXPECT_EQ(resize("http://x/flavors/s3.large.2"),
            "400 Flavor http://x/flavors/s3.large.2 could not be found.");
  EXPECT_EQ(CodeOf(Act(id, {{"resize", {{"flavorRef", "s3.large.2"}, {"more", 1}}}})),
            "400 badRequest");
}

TEST_F(ActionTest, AResizeThatFailsLeavesTheOldFlavorAndATraceInTheLog) {
  const std::string id = MakeServer();
  ASSERT_TRUE(cloud_.AddFault("nova.ResizeServer:rollback").ok());
  EXPECT_EQ(Act(id, kLarge).status, 202);
  EXPECT_EQ(State(id), "RESIZE active resize_prep s3.medium.2");
  clock_.Advance(seconds(5));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
  EXPECT_EQ(Show(id)["fault"], nullptr);
  const Json action = LastAction(id);
  EXPECT_EQ(action["action"], "resize");
  EXPECT_EQ(action["message"], "Error");
  EXPECT_EQ(action["events"][0]["event"], "cold_migrate");
  EXPECT_EQ(action["events"][0]["result"], "Error");
}

TEST_F(ActionTest, FailuresOfEachActionEndInError) {
  struct Case {
    const char* fault;
    Json action;
    bool resized;
  };
  const Case cases[] = {
      {"ResizeServer:error", kLarge, false},   {"RebootServer:error", kSoft, false},
      {"StopServer:error", kStop, false},      {"RevertResize:error", kRevert, true},
      {"ConfirmResize:error", kConfirm, true},
  };
  for (const Case& c : cases) {
    const std::string id = c.resized ? MakeVerifyResize() : MakeServer();
    ASSERT_TRUE(cloud_.AddFault(c.fault).ok());
    Act(id, c.action);
    clock_.Advance(seconds(10));
    const Json server = Get("N/servers/" + id).Parsed()["server"];
    EXPECT_EQ(server["status"], "ERROR") << c.fault;
    EXPECT_EQ(server["fault"]["code"], 500) << c.fault;
    EXPECT_EQ(Act(id, kHard).status, 202) << c.fault;
    clock_.Advance(seconds(10));
    EXPECT_EQ(Show(id)["status"], "ACTIVE") << c.fault;
  }
}

TEST_F(ActionTest, AStuckTaskNeverEnds) {
  const std::string id = MakeServer();
  ASSERT_TRUE(cloud_.AddFault("StopServer:stuck").ok());
  Act(id, kStop);
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(State(id), "ACTIVE active powering-off s3.medium.2");
  EXPECT_EQ(Delete("N/servers/" + id).status, 204);
  clock_.Advance(seconds(5));
  EXPECT_EQ(State(id), "404");
}

TEST_F(ActionTest, ALockedServerRefusesUntilUnlocked) {
  const std::string id = MakeServer();
  EXPECT_EQ(Act(id, {{"lock", nullptr}}).status, 202);
  EXPECT_EQ(MessageOf(Act(id, kStop)), StrCat("Instance ", id, " is locked"));
  EXPECT_EQ(CodeOf(Delete("N/servers/" + id)), "409 conflictingRequest");
  EXPECT_EQ(CodeOf(Post("P/cloudservers/delete", {{"servers", Json::array({{{"id", id}}})}})),
            "400 Ecs.0605");
  EXPECT_EQ(Act(id, {{"unlock", nullptr}}).status, 202);
  EXPECT_EQ(Act(id, kStop).status, 202);
}

TEST_F(ActionTest, ConflictsAreWordedAsNovaDoes) {
  const std::string id = MakeServer();
  EXPECT_EQ(MessageOf(Act(id, kStart)),
            StrCat("Cannot 'start' instance ", id, " while it is in vm_state active"));
  Act(id, kStop);
  EXPECT_EQ(MessageOf(Act(id, kSoft)),
            StrCat("Cannot 'reboot' instance ", id, " while it is in task_state powering-off"));
  EXPECT_EQ(MessageOf(Act(id, kConfirm)),
            StrCat("Cannot 'confirmResize' instance ", id, " while it is in vm_state active"));
}

TEST_F(ActionTest, BodiesThatAreNoAction) {
  const std::string id = MakeServer();
  const std::string path = "N/servers/" + id + "/action";
  EXPECT_EQ(CodeOf(Send("POST", path)), "415 badMediaType");
  EXPECT_EQ(CodeOf(Post(path, Json::array({1}))), "404 itemNotFound");
  EXPECT_EQ(CodeOf(Post(path, {{"os-start", nullptr}, {"os-stop", nullptr}})), "400 badRequest");
  EXPECT_EQ(MessageOf(Post(path, {{"fly", nullptr}})), "There is no such action: fly");
  EXPECT_EQ(CodeOf(Post(path, {{"reboot", {{"type", "WARM"}}}})), "400 badRequest");
  EXPECT_EQ(MessageOf(Post("N/servers/x/action", kStart)), "Instance x has no mapping to a cell.");
  EXPECT_EQ(CodeOf(Post("N/servers/11111111-1111-4111-8111-111111111111/action", kStart)),
            "404 itemNotFound");
}

TEST_F(ActionTest, SecurityGroupsAreAddedAndRemoved) {
  const std::string id = MakeServer();
  const auto group = [&](const char* action, const char* name) {
    return Act(id, {{action, {{"name", name}}}}).status;
  };
  EXPECT_EQ(group("addSecurityGroup", "web"), 202);
  EXPECT_EQ(group("addSecurityGroup", kWebGroupId), 400);
  EXPECT_EQ(group("addSecurityGroup", "none"), 404);
  EXPECT_EQ(Show(id)["security_groups"].size(), 2U);
  EXPECT_EQ(group("removeSecurityGroup", "web"), 202);
  EXPECT_EQ(group("removeSecurityGroup", "web"), 404);
}

TEST_F(ActionTest, ADeletedServerShowsItsStatusBriefly) {
  const std::string id = MakeServer();
  EXPECT_EQ(Delete("N/servers/" + id).status, 204);
  EXPECT_EQ(Delete("N/servers/" + id).status, 204);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Get("N/servers/" + id).Parsed()["server"]["status"], "DELETED");
  clock_.Advance(milliseconds(100));
  EXPECT_EQ(CodeOf(Get("N/servers/" + id)), "404 itemNotFound");
  EXPECT_EQ(CodeOf(Delete("N/servers/" + id)), "404 itemNotFound");
}

class FullCloudTest : public ActionTest {
 protected:
  FullCloudTest() : ActionTest({.capacity = {{"s3.large.2", 1}}}) {}
};

TEST_F(FullCloudTest, AResizeWithoutRoomRollsBackSilently) {
  MakeServer("a", "s3.large.2");
  const std::string id = MakeServer("b");
  EXPECT_EQ(Act(id, kLarge).status, 202);
  clock_.Advance(seconds(5));
  EXPECT_EQ(State(id), "ACTIVE active - s3.medium.2");
}

TEST_F(FullCloudTest, ANativeCreateWithoutRoomEndsInErrorWithItsFault) {
  MakeServer("a", "s3.large.2");
  const Json body = {{"server",
                      {{"name", "n"},
                       {"flavorRef", "s3.large.2"},
                       {"imageRef", kUbuntuImageId},
                       {"networks", Json::array({{{"uuid", kNetworkId}}})}}}};
  const std::string id = Post("N/servers", body).Parsed()["server"]["id"];
  clock_.Advance(seconds(5));
  const Json server = Get("N/servers/" + id).Parsed()["server"];
  EXPECT_EQ(server["status"], "ERROR");
  EXPECT_EQ(server["fault"]["code"], 500);
  const Json list = Get("N/servers/detail?name=n").Parsed()["servers"];
  EXPECT_FALSE(list[0].contains("fault"));
  EXPECT_EQ(MessageOf(Act(id, kStop)), StrCat("Instance ", id, " is not ready"));
  EXPECT_EQ(MessageOf(Act(id, kHard)),
            StrCat("Instance ", id, " is in an invalid state for 'reboot'"));
}

class OlderCloudTest : public ActionTest {
 protected:
  OlderCloudTest() : ActionTest({.capacity = {{"s3.large.2", 0}}, .older_nova = true}) {}
};

TEST_F(OlderCloudTest, ARefusalComesAtOnceAndUrisAreFlavors) {
  const std::string id = MakeServer();
  EXPECT_EQ(CodeOf(Act(id, kLarge)), "400 badRequest");
  EXPECT_EQ(Act(id, {{"resize", {{"flavorRef", "http://x/flavors/s3.xlarge.2"}}}}).status, 202);
}

class ConfirmingCloudTest : public ActionTest {
 protected:
  ConfirmingCloudTest() : ActionTest({.confirm_window = seconds(60)}) {}
};

TEST_F(ConfirmingCloudTest, AResizeConfirmsItselfAfterTheWindow) {
  const std::string id = MakeVerifyResize();
  EXPECT_EQ(Show(id)["status"], "VERIFY_RESIZE");
  clock_.Advance(seconds(60));
  EXPECT_EQ(State(id), "ACTIVE active - s3.large.2");
}

}  // namespace
}  // namespace emulator
