// The administrator's password: sent when it is new, and never stored where it is write-only.
#include "provider/lifecycle/validate.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kFirst[] = R"({"admin_password_wo": "Secret-1!", "admin_password_wo_version": "1"})";

TEST(Password, WriteOnlyIsSentAtCreationAndNeverStored) {
  ServerRig rig;
  std::vector<std::string> bodies;
  rig.OnRequest([&](const client::Request& request) {
    if (request.method == "POST") bodies.push_back(request.body);
  });
  const TestCloud::Applied made = rig.Apply(rig.resource, rig.NoState(), rig.Config(kFirst));
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_THAT(bodies, ElementsAre(HasSubstr(R"("adminPass":"Secret-1!")")));
  EXPECT_TRUE(made.state.At("admin_password_wo").is_null());
  EXPECT_TRUE(made.planned.At("admin_password_wo").is_null());
}

TEST(Password, AnotherVersionSetsItAgainAndNothingElseDoes) {
  ServerRig rig;
  const Value state = rig.Make(kFirst);
  const TestCloud::Applied same =
      rig.Change(state, R"({"admin_password_wo": "Other-22!", "admin_password_wo_version": "1"})");
  EXPECT_EQ(same.planned, state);
  const TestCloud::Applied changed =
      rig.Change(state, R"({"admin_password_wo": "Other-22!", "admin_password_wo_version": "2"})");
  EXPECT_THAT(changed.notes.list(), IsEmpty()) << TextOf(changed.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.ResetPassword"));
  EXPECT_EQ(changed.state.At("admin_password_wo_version").AsString(), "2");
}

TEST(Password, AStoredOneIsChangedInPlace) {
  ServerRig rig;
  const Value state = rig.Make(R"({"admin_password": "Secret-1!"})");
  const TestCloud::Applied changed = rig.Change(state, R"({"admin_password": "Other-22!"})");
  EXPECT_THAT(changed.notes.list(), IsEmpty()) << TextOf(changed.notes);
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.ResetPassword"));
  EXPECT_THAT(rig.Change(changed.state, "{}").notes.list(), IsEmpty());
  EXPECT_THAT(rig.Changes(), ElementsAre("ecs.ResetPassword"));
}

TEST(Password, ACloudThatCannotSetItSaysSo) {
  ServerRig rig;
  const Value state = rig.Make(kFirst);
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ResetPassword:refuse:1:status=404").ok());
  const TestCloud::Applied failed =
      rig.Change(state, R"({"admin_password_wo": "Other-22!", "admin_password_wo_version": "2"})");
  ASSERT_THAT(Summaries(failed.notes), ElementsAre("! Setting the password failed"));
  EXPECT_EQ(failed.notes.list()[0].path, Path("admin_password_wo"));
  EXPECT_THAT(failed.notes.list()[0].detail, HasSubstr("-replace=ADDRESS"));
  EXPECT_THAT(failed.notes.list()[0].detail, Not(HasSubstr("Other-22!")));
  EXPECT_EQ(failed.state.At("admin_password_wo_version").AsString(), "1");
}

TEST(Password, ContradictionsAreRefusedWithoutShowingIt) {
  const ServerRig rig;
  const struct {
    const char* patch;
    const char* summary;
    Path path;
  } cases[] = {
      {R"({"admin_password": "weakpassword"})", "The password is too weak", Path("admin_password")},
      {R"({"admin_password_wo": "weakpassword"})", "The password is too weak",
       Path("admin_password_wo")},
      {R"({"admin_password_wo": "Ab1!"})", "Invalid value for admin_password_wo",
       Path("admin_password_wo")},
      {R"({"admin_password": "Secret-1!", "admin_password_wo": "Secret-1!"})", "Two passwords",
       Path("admin_password")},
      {R"({"admin_password_wo_version": "1"})", "A version of no password",
       Path("admin_password_wo_version")},
  };
  for (const auto& test : cases) {
    schema::Diagnostics notes;
    lifecycle::ValidateResource(rig.resource, rig.Config(test.patch), true, notes);
    ASSERT_EQ(notes.list().size(), 1u) << test.patch << TextOf(notes);
    EXPECT_EQ(notes.list()[0].summary, test.summary) << test.patch;
    EXPECT_EQ(notes.list()[0].path, test.path) << test.patch;
    EXPECT_THAT(notes.list()[0].detail, Not(HasSubstr("weakpassword")));
    EXPECT_THAT(notes.list()[0].detail, Not(HasSubstr("Ab1!")));
  }
}

}  // namespace
}  // namespace ecs
