// The RPCs that answer more than once: list resources and actions.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/protocol/rig.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

// --- List resources ---

class ListTest : public testing::Test {
 protected:
  static std::vector<std::string> IdsOf(const std::vector<Listed>& listed) {
    std::vector<std::string> ids;
    for (const Listed& each : listed) ids.push_back(each.identity->At("id").AsString());
    return ids;
  }
  ListOrder All() { return {.config = rig_.List(kServer, "{}")}; }

  Rig rig_;
  Client& terraform_ = rig_.client();
  const std::vector<std::string> ids_ = rig_.cloud().MakeServers(3);
};

TEST_F(ListTest, NamesAndIdentifiesEachServer) {
  const std::vector<Listed> listed = Clean(terraform_.ListResource(kServer, All()));
  EXPECT_THAT(IdsOf(listed), UnorderedElementsAreArray(ids_));
  for (const Listed& each : listed) {
    EXPECT_EQ(each.display_name, rig_.cloud().Server(each.identity->At("id").AsString()).name);
    EXPECT_TRUE(each.identity->IsWhollyKnown());
    EXPECT_EQ(each.identity->At("region"), Value::String(rig_.cloud().options().region));
    EXPECT_EQ(each.object, std::nullopt);
  }
}

TEST_F(ListTest, SendsNoMoreThanItsLimit) {
  for (const std::int64_t limit : {0, 1, 2, 3, 100}) {
    ListOrder order = All();
    order.limit = limit;
    const std::size_t expected = std::min<std::size_t>(ids_.size(), std::size_t(limit));
    EXPECT_THAT(Clean(terraform_.ListResource(kServer, order)), SizeIs(expected)) << limit;
  }
}

TEST_F(ListTest, GivesWholeObjectsThatAreWhatAnImportReads) {
  ListOrder order = All();
  order.include_object = true;
  const std::vector<Listed> listed = Clean(terraform_.ListResource(kServer, order));
  ASSERT_THAT(listed, SizeIs(3));
  for (const Listed& each : listed) {
    const Stored imported = Clean(terraform_.ImportResourceState(kServer, *each.identity));
    const Stored read = Clean(terraform_.ReadResource(kServer, imported));
    EXPECT_EQ(each.object, read.state);
    EXPECT_EQ(each.identity, read.identity);
  }
}

TEST_F(ListTest, FindsWhatItsConfigurationAsksFor) {
  ListOrder order = All();
  order.config = rig_.List(kServer, R"({"name_regex": "0001$"})");
  EXPECT_THAT(terraform_.ValidateListResourceConfig(kServer, order.config).notes, IsEmpty());
  EXPECT_THAT(IdsOf(Clean(terraform_.ListResource(kServer, order))), ElementsAre(ids_[1]));

  const Value wrong = rig_.List(kServer, R"({"name_regex": "("})");
  EXPECT_THAT(terraform_.ValidateListResourceConfig(kServer, wrong).notes,
              ElementsAre("Error: Invalid value for name_regex [name_regex]"));
}

TEST_F(ListTest, TellsWhyItFailedInAnEvent) {
  ASSERT_TRUE(rig_.cloud().emulator().AddFault("ecs.ListServers:refuse:always:status=403").ok());
  const Reply<std::vector<Listed>> refused = terraform_.ListResource(kServer, All());
  EXPECT_THAT(refused.notes, ElementsAre("Error: Listing the servers failed"));
  EXPECT_THAT(refused.value, IsEmpty());
}

TEST(List, EndsWhenTerraformCancelsIt) {
  // Each answer comes late enough to be seen before the next.
  emulator::Options options = LiveCloud::Instant();
  options.faults = {"ecs.ShowServer:slow:always:delay=400ms"};
  Rig rig(options, {.environment = {{"TF_LOG", "DEBUG"}}});
  rig.cloud().MakeServers(3);
  const ListOrder order{.config = rig.List(kServer, "{}"),
                        .include_object = true,
                        .more = [](const Listed&) { return false; }};
  EXPECT_THAT(rig.client().ListResource(kServer, order).value, SizeIs(1));

  // The provider's log tells when it is done.
  std::optional<std::string> line;
  do {
    line = rig.client().process().err().Line();
    ASSERT_TRUE(line.has_value());
  } while (!absl::StrContains(*line, R"("tf_rpc":"ListResource")"));
  EXPECT_LT(rig.cloud().emulator().Count("ecs.ShowServer"), 3);
}

// --- Actions ---

class ActionTest : public testing::Test {
 protected:
  Value ConfigOf(const std::string& action, const std::vector<std::string>& ids) {
    return rig_.Action(action,
                       absl::StrCat(R"({"server_ids": [")", absl::StrJoin(ids, R"(",")"), "\"]}"));
  }
  std::string VmState(const std::string& id) { return rig_.cloud().Server(id).vm_state; }

  Rig rig_;
  Client& terraform_ = rig_.client();
  const std::vector<std::string> ids_ = rig_.cloud().MakeServers(3);
};

TEST_F(ActionTest, TellsHowFarItIsAndThenThatItIsDone) {
  const Value config = ConfigOf("ecs_restart_servers", ids_);
  EXPECT_THAT(terraform_.ValidateActionConfig("ecs_restart_servers", config).notes, IsEmpty());
  EXPECT_THAT(terraform_.PlanAction("ecs_restart_servers", config).notes, IsEmpty());
  EXPECT_THAT(rig_.cloud().Changes(), IsEmpty());

  const Invoked invoked = Clean(terraform_.InvokeAction("ecs_restart_servers", config));
  EXPECT_TRUE(invoked.completed);
  ASSERT_THAT(invoked.progress, Not(IsEmpty()));
  EXPECT_EQ(invoked.progress.back(), "3 of 3 servers are ACTIVE");
  EXPECT_THAT(rig_.cloud().Changes(), ElementsAre("ecs.RebootServers"));
}

TEST_F(ActionTest, StopsAndStartsWhatIsNotThereYet) {
  const Value stop = ConfigOf("ecs_stop_servers", ids_);
  const Invoked stopped = Clean(terraform_.InvokeAction("ecs_stop_servers", stop));
  EXPECT_EQ(stopped.progress.back(), "3 of 3 servers are SHUTOFF");
  for (const std::string& id : ids_) EXPECT_EQ(VmState(id), "stopped");

  const std::size_t before = rig_.cloud().Changes().size();
  EXPECT_TRUE(Clean(terraform_.InvokeAction("ecs_stop_servers", stop)).completed);
  EXPECT_THAT(rig_.cloud().Changes(), SizeIs(before));

  const Value start = ConfigOf("ecs_start_servers", {ids_[0]});
  EXPECT_TRUE(Clean(terraform_.InvokeAction("ecs_start_servers", start)).completed);
  EXPECT_EQ(VmState(ids_[0]), "active");
  EXPECT_EQ(VmState(ids_[1]), "stopped");
}

TEST_F(ActionTest, NamesTheServersThatFailedAndTheOthersAreDone) {
  const std::string fault = absl::StrCat("*:fail:1:server=", ids_[1]);
  ASSERT_TRUE(rig_.cloud().emulator().AddFault(fault).ok());
  const Reply<Invoked> invoked =
      terraform_.InvokeAction("ecs_stop_servers", ConfigOf("ecs_stop_servers", ids_));
  EXPECT_TRUE(invoked.value.completed);
  EXPECT_THAT(invoked.notes, ElementsAre("Error: Some servers were not stopped [server_ids]"));
  EXPECT_THAT(invoked.details,
              ElementsAre(testing::AllOf(HasSubstr("2 of 3 servers were stopped"),
                                         HasSubstr(ids_[1]), Not(HasSubstr(ids_[0])))));
  EXPECT_EQ(VmState(ids_[0]), "stopped");
  EXPECT_EQ(VmState(ids_[1]), "active");
  EXPECT_THAT(rig_.cloud().emulator().FaultsNotSeen(), IsEmpty());
}

TEST_F(ActionTest, IsPlannedWithUnknownPartsAndRefusedWithWrongOnes) {
  const cty::Type type = terraform_.types()->actions.at("ecs_restart_servers");
  const Value unknown =
      ParseValue(type, "{}").With("server_ids", Value::Unknown(type.attributes().at("server_ids")));
  EXPECT_THAT(terraform_.PlanAction("ecs_restart_servers", unknown).notes, IsEmpty());
  const Value wrong = rig_.Action("ecs_restart_servers", R"({"server_ids": [], "type": "WARM"})");
  const std::vector<std::string> notes = {"Error: Invalid value for server_ids [server_ids]",
                                          "Error: Invalid value for type [type]"};
  EXPECT_EQ(terraform_.ValidateActionConfig("ecs_restart_servers", wrong).notes, notes);
  EXPECT_EQ(terraform_.PlanAction("ecs_restart_servers", wrong).notes, notes);
}

}  // namespace
}  // namespace ecs::protocol
