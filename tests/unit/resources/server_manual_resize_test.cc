// resize.confirm = "manual": what is changed before the server waits, and what a plan says of the
// changes that the cloud refuses meanwhile (real-nova.md 6).
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A configuration that waits to be confirmed, with further settings.
std::string Manual(const std::string& more, const char* confirm = "manual") {
  return absl::StrCat(R"({"resize": {"confirm": ")", confirm, R"("})", more.empty() ? "" : ", ",
                      more, "}");
}

constexpr char kWaits[] = "The resize will wait for you to confirm it";
constexpr char kRefused[] = "The cloud refuses these changes until the resize is confirmed";

TEST(ManualResize, TheOtherChangesOfTheSameApplyAreMadeBeforeIt) {
  for (const char* from : {"ACTIVE", "SHUTOFF"}) {
    const std::string to = from == std::string("ACTIVE") ? "SHUTOFF" : "ACTIVE";
    ServerRig rig;
    const Value state = rig.Make(
        absl::StrCat(R"({"power_state": ")", from, R"(", "admin_password": "Secret-1!"})"));
    const std::string wanted =
        absl::StrCat(R"("flavor": "s3.large.2", "metadata": {"a": "1"}, "tags": {"b": "2"},
                        "admin_password": "Other-22!", "power_state": ")",
                     to, R"(")");
    const TestCloud::Applied waiting = rig.Change(state, Manual(wanted));
    EXPECT_THAT(waiting.notes.list(), IsEmpty()) << TextOf(waiting.notes);
    EXPECT_EQ(Condition(waiting.state), absl::StrCat("s3.large.2, VERIFY_RESIZE, ", to));
    EXPECT_THAT(rig.Changes(), ElementsAre(to == "ACTIVE" ? "nova.StartServer" : "nova.StopServer",
                                           "ecs.ChangeTags", "ecs.UpdateMetadata",
                                           "ecs.ResetPassword", "nova.ResizeServer"));
    EXPECT_EQ(rig.Plan(waiting.state, Manual(wanted)).planned, waiting.state);
    rig.Forget();
    const TestCloud::Applied done = rig.Change(waiting.state, Manual(wanted, "automatic"));
    EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
    EXPECT_EQ(Condition(done.state), absl::StrCat("s3.large.2, ", to, ", ", to));
    EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize"));
  }
}

TEST(ManualResize, APlanSaysWhatTheServerWillRefuse) {
  ServerRig rig;
  const lifecycle::PlanResult plan = rig.Plan(rig.Make(), Manual(R"("flavor": "s3.large.2")"));
  ASSERT_THAT(Summaries(plan.notes), Contains(kWaits)) << TextOf(plan.notes);
  EXPECT_THAT(
      TextOf(plan.notes),
      HasSubstr("Until the resize is confirmed or reverted the cloud refuses to start, stop "
                "or restart the server and to change its tags, metadata and password."));
}

TEST(ManualResize, APlanNamesTheChangesThatTheWaitingServerRefuses) {
  ServerRig rig;
  const Value waiting = rig.Change(rig.Make(), Manual(R"("flavor": "s3.large.2")")).state;
  const std::string changed = R"("flavor": "s3.large.2", "name": "web-2", "metadata": {"a": "1"}, )"
                              R"("power_state": "SHUTOFF")";
  const lifecycle::PlanResult plan = rig.Plan(waiting, Manual(changed));
  ASSERT_THAT(Summaries(plan.notes), Contains(kRefused)) << TextOf(plan.notes);
  EXPECT_THAT(TextOf(plan.notes), HasSubstr("a change of power_state, metadata, and this apply"));
  // A rename is no such change, and with "automatic" the resize is confirmed first.
  EXPECT_THAT(
      Summaries(rig.Plan(waiting, Manual(R"("flavor": "s3.large.2", "name": "web-2")")).notes),
      IsEmpty());
  EXPECT_THAT(Summaries(rig.Plan(waiting, Manual(changed, "automatic")).notes),
              Not(Contains(kRefused)));
}

TEST(ManualResize, ConfirmingAndOtherChangesGoInOneApply) {
  ServerRig rig;
  const Value waiting = rig.Change(rig.Make(), Manual(R"("flavor": "s3.large.2")")).state;
  rig.Forget();
  const TestCloud::Applied done =
      rig.Change(waiting, Manual(R"("flavor": "s3.large.2", "metadata": {"a": "1"})", "automatic"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.large.2, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.ConfirmResize", "ecs.UpdateMetadata"));
}

TEST(ManualResize, GoingBackAndOtherChangesGoInOneApply) {
  ServerRig rig;
  const Value waiting = rig.Change(rig.Make(), Manual(R"("flavor": "s3.large.2")")).state;
  rig.Forget();
  const TestCloud::Applied done = rig.Change(waiting, Manual(R"("metadata": {"a": "1"})"));
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(Condition(done.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_THAT(rig.Changes(), ElementsAre("nova.RevertResize", "ecs.UpdateMetadata"));
}

TEST(ManualResize, AutomaticRecoveryIsSetForTheNewFlavor) {
  ServerRig rig;
  const Value state = rig.Make(R"({"flavor": "t1.micro.1"})");
  const TestCloud::Applied done =
      rig.Change(state, R"({"flavor": "s3.medium.1", "auto_recovery": true})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(done.state.At("auto_recovery"), Value::Bool(true));
  EXPECT_THAT(rig.Changes(),
              ElementsAre("nova.ResizeServer", "nova.ConfirmResize", "ecs.SetAutoRecovery"));
}

TEST(ManualResize, AutomaticRecoveryThatTheOldFlavorLackedIsSetForTheNewOne) {
  ServerRig rig;
  const Value state = rig.Make(R"({"flavor": "t1.micro.1", "auto_recovery": true})");
  ASSERT_EQ(state.At("auto_recovery"), Value::Bool(true));
  rig.Forget();
  const TestCloud::Applied done =
      rig.Change(state, R"({"flavor": "s3.medium.1", "auto_recovery": true})");
  EXPECT_THAT(done.notes.list(), IsEmpty()) << TextOf(done.notes);
  EXPECT_EQ(done.state.At("auto_recovery"), Value::Bool(true));
  EXPECT_THAT(rig.Changes(),
              ElementsAre("nova.ResizeServer", "nova.ConfirmResize", "ecs.SetAutoRecovery"));
}

}  // namespace
}  // namespace ecs
