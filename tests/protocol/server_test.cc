// A server's life, from its first validation to its end, and the ways to take one over.
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/emulator/cloud/seed.h"
#include "tests/protocol/rig.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ServerTest : public testing::Test {
 protected:
  Value IdentityOf(const std::string& id) {
    const emulator::Options& options = rig_.cloud().options();
    return Value::Object({{"region", Value::String(options.region)},
                          {"project_id", Value::String(options.project_id)},
                          {"id", Value::String(id)}});
  }
  static std::string IdOf(const Stored& server) { return server.state.At("id").AsString(); }

  // The JSON that Terraform keeps in its state file.
  std::string StateFile(const Stored& server) {
    return *cty::ToJson(server.state, terraform_.types()->resources.at(kServer));
  }

  Rig rig_;
  Client& terraform_ = rig_.client();
  const Value config_ = rig_.ServerConfig();
};

TEST_F(ServerTest, LivesFromPlanToDestroy) {
  EXPECT_THAT(terraform_.ValidateResourceConfig(kServer, config_).notes, IsEmpty());

  const Planned planned = Clean(terraform_.PlanResourceChange(kServer, {}, config_));
  EXPECT_TRUE(planned.state.At("id").is_unknown());
  EXPECT_EQ(planned.state.At("name"), Value::String("web-1"));
  EXPECT_EQ(planned.identity, std::nullopt);

  const Stored made = Clean(terraform_.ApplyResourceChange(kServer, {}, planned, config_));
  EXPECT_TRUE(made.state.IsWhollyKnown());
  EXPECT_EQ(made.state.At("status"), Value::String("ACTIVE"));
  EXPECT_EQ(made.identity, IdentityOf(IdOf(made)));
  EXPECT_EQ(rig_.cloud().Server(IdOf(made)).name, "web-1");

  const Stored read = Clean(terraform_.ReadResource(kServer, made));
  EXPECT_EQ(read.state, made.state);
  EXPECT_EQ(read.identity, made.identity);
  EXPECT_EQ(read.private_bytes, made.private_bytes);

  const Planned again = Clean(terraform_.PlanResourceChange(kServer, read, config_));
  EXPECT_EQ(again.state, made.state);
  EXPECT_EQ(again.identity, made.identity);

  const Planned destroy = Clean(terraform_.PlanResourceChange(kServer, read, Value()));
  EXPECT_TRUE(destroy.state.is_null());
  const Stored gone = Clean(terraform_.ApplyResourceChange(kServer, read, destroy, Value()));
  EXPECT_TRUE(gone.state.is_null());
  EXPECT_EQ(gone.identity, std::nullopt);
  EXPECT_FALSE(rig_.cloud().HasServer(IdOf(made)));
  EXPECT_THAT(rig_.cloud().Changes(),
              ElementsAre("ecs.CreateServers", "nova.DeleteMetadataItem", "ecs.DeleteServers"));

  const Stored nothing = Clean(terraform_.ReadResource(kServer, read));
  EXPECT_TRUE(nothing.state.is_null());
  EXPECT_EQ(nothing.identity, std::nullopt);
}

TEST_F(ServerTest, KeepsItsIdentityWhenItIsChangedInPlaceAndLosesItWhenReplaced) {
  const Stored made = rig_.Apply(kServer, {}, config_);

  const Value renamed = config_.With("name", Value::String("web-2"));
  const Planned in_place = Clean(terraform_.PlanResourceChange(kServer, made, renamed));
  EXPECT_THAT(in_place.replace, IsEmpty());
  EXPECT_EQ(in_place.identity, made.identity);
  const Stored changed = Clean(terraform_.ApplyResourceChange(kServer, made, in_place, renamed));
  EXPECT_EQ(changed.state.At("name"), Value::String("web-2"));
  EXPECT_EQ(changed.identity, made.identity);

  const Value other_image = renamed.With("image_id", Value::String(emulator::kDebianImageId));
  const Reply<Planned> anew = terraform_.PlanResourceChange(kServer, changed, other_image);
  EXPECT_THAT(anew.notes, ElementsAre("Warning: The system disk will be lost [image_id]"));
  EXPECT_THAT(anew.value.replace, ElementsAre("image_id"));
  EXPECT_EQ(anew.value.identity, std::nullopt);
}

TEST_F(ServerTest, ThatVanishedIsPlannedAnew) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  rig_.cloud().emulator().With(
      [&](emulator::Cloud& cloud) { cloud.store.servers.Remove(IdOf(made)); });
  const Stored read = Clean(terraform_.ReadResource(kServer, made));
  EXPECT_TRUE(read.state.is_null());
  EXPECT_EQ(read.identity, std::nullopt);
  EXPECT_TRUE(
      Clean(terraform_.PlanResourceChange(kServer, read, config_)).state.At("id").is_unknown());
}

TEST_F(ServerTest, IsRefusedWithThePathOfWhatIsWrong) {
  const Value nic = config_.At("network_interface");
  const Value wrong =
      config_.With("network_interface", nic.With("network_id", Value::String("my-network")))
          .With("name", Value::Null(cty::Type::String()));
  EXPECT_THAT(terraform_.ValidateResourceConfig(kServer, wrong).notes,
              ElementsAre("Error: Missing required argument [name]",
                          "Error: Invalid value for network_id [network_interface.network_id]"));
}

TEST_F(ServerTest, MayHaveUnknownPartsUntilItIsApplied) {
  const Value unknown = config_.With("name", Value::Unknown(cty::Type::String()))
                            .With("system_disk", Value::Unknown(config_.At("system_disk").type()));
  EXPECT_THAT(terraform_.ValidateResourceConfig(kServer, unknown).notes, IsEmpty());
  const Planned planned = Clean(terraform_.PlanResourceChange(kServer, {}, unknown));
  EXPECT_TRUE(planned.state.At("name").is_unknown());
  EXPECT_TRUE(planned.state.At("system_disk").is_unknown());
  EXPECT_EQ(planned.state.At("flavor"), config_.At("flavor"));
}

// Bytes that are none of ours are passed on until there is something to remember.
TEST_F(ServerTest, HasPrivateBytesThatSayWhereItLives) {
  const std::string bytes("any bytes \0 at all \xff", 20);
  const std::string place = R"({"place":{"project_id":"0123456789abcdef0123456789abcdef",)"
                            R"("region":"eu-demo"},"version":1})";
  Planned planned =
      Clean(terraform_.PlanResourceChange(kServer, {.private_bytes = bytes}, config_));
  EXPECT_EQ(planned.private_bytes, bytes);
  const Stored made = Clean(terraform_.ApplyResourceChange(kServer, {}, planned, config_));
  EXPECT_EQ(made.private_bytes, place);
  EXPECT_EQ(Clean(terraform_.ReadResource(kServer, made)).private_bytes, place);
}

TEST_F(ServerTest, IsMadeBesideNineOthersAtOnce) {
  std::vector<std::future<Stored>> running;
  for (int i = 0; i < 10; ++i) {
    running.push_back(std::async(std::launch::async, [this, i] {
      return rig_.Apply(kServer, {}, rig_.ServerConfig(absl::StrCat("web-", i)));
    }));
  }
  std::set<std::string> ids;
  for (std::future<Stored>& each : running) ids.insert(IdOf(each.get()));
  EXPECT_THAT(ids, testing::SizeIs(10));
}

// --- Taking servers over ---

TEST_F(ServerTest, IsImportedByItsIdAndThenThePlanIsEmpty) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Stored imported = Clean(terraform_.ImportResourceState(kServer, IdOf(made)));
  EXPECT_EQ(imported.state.At("id"), made.state.At("id"));
  EXPECT_TRUE(imported.state.At("name").is_null());

  const Stored read = Clean(terraform_.ReadResource(kServer, imported));
  EXPECT_EQ(read.identity, made.identity);
  EXPECT_EQ(read.private_bytes, made.private_bytes);
  EXPECT_EQ(Clean(terraform_.PlanResourceChange(kServer, read, config_)).state, read.state);
}

TEST_F(ServerTest, IsImportedByItsIdentityToTheSameState) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Stored by_id = Clean(
      terraform_.ReadResource(kServer, Clean(terraform_.ImportResourceState(kServer, IdOf(made)))));

  const Stored imported = Clean(terraform_.ImportResourceState(kServer, *made.identity));
  EXPECT_EQ(imported.identity, made.identity);
  const Stored read = Clean(terraform_.ReadResource(kServer, imported));
  EXPECT_EQ(read.state, by_id.state);
  EXPECT_EQ(read.identity, made.identity);
}

TEST_F(ServerTest, IsImportedByItsIdAloneAsIdentity) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Value partial = rig_.Identity(kServer, absl::StrCat(R"({"id": ")", IdOf(made), R"("})"));
  const Stored imported = Clean(terraform_.ImportResourceState(kServer, partial));
  EXPECT_EQ(Clean(terraform_.ReadResource(kServer, imported)).identity, made.identity);
}

TEST_F(ServerTest, OfAnotherRegionIsNotImported) {
  const Value elsewhere = IdentityOf("50000000-0000-4000-8000-000000000001")
                              .With("region", Value::String("eu-elsewhere"));
  const Reply<Stored> refused = terraform_.ImportResourceState(kServer, elsewhere);
  EXPECT_THAT(refused.notes, ElementsAre("Error: Importing ecs_server failed"));
  EXPECT_THAT(refused.details, ElementsAre(HasSubstr("eu-elsewhere")));
}

TEST_F(ServerTest, ThatDoesNotExistIsGoneAfterAnImport) {
  const Stored imported =
      Clean(terraform_.ImportResourceState(kServer, "50000000-0000-4000-8000-000000000001"));
  EXPECT_TRUE(Clean(terraform_.ReadResource(kServer, imported)).state.is_null());
  EXPECT_THAT(terraform_.ImportResourceState(kServer, " ").notes,
              ElementsAre("Error: Importing ecs_server failed"));
}

TEST_F(ServerTest, IsReadFromAStateFile) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  EXPECT_EQ(Clean(terraform_.UpgradeResourceState(kServer, 0, StateFile(made))), made.state);
  EXPECT_THAT(terraform_.UpgradeResourceState(kServer, 99, StateFile(made)).notes,
              ElementsAre("Error: Reading the stored state of ecs_server failed"));
}

TEST_F(ServerTest, HasItsIdentityReadFromAStateFile) {
  const Value identity = IdentityOf("a");
  const std::string file = *cty::ToJson(identity, terraform_.types()->identities.at(kServer));
  EXPECT_EQ(Clean(terraform_.UpgradeResourceIdentity(kServer, 0, file)), identity);
  EXPECT_THAT(terraform_.UpgradeResourceIdentity(kServer, 99, file).notes,
              ElementsAre("Error: Reading the stored identity of ecs_server failed"));
  // Terraform asks with nothing where a state has no identity yet.
  EXPECT_THAT(terraform_.UpgradeResourceIdentity(kServer, 0, "").notes, IsEmpty());
  EXPECT_THAT(terraform_.UpgradeResourceIdentity("ecs_server_restart", 0, file).details,
              ElementsAre(HasSubstr("has no identity")));
}

TEST_F(ServerTest, GivesAConfigurationThatIsValidAndPlansNothing) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Stored read = Clean(
      terraform_.ReadResource(kServer, Clean(terraform_.ImportResourceState(kServer, IdOf(made)))));
  const Value generated = Clean(terraform_.GenerateResourceConfig(kServer, read.state));
  EXPECT_TRUE(generated.At("id").is_null());
  EXPECT_EQ(generated.At("name"), config_.At("name"));
  EXPECT_THAT(terraform_.ValidateResourceConfig(kServer, generated).notes, IsEmpty());
  EXPECT_EQ(Clean(terraform_.PlanResourceChange(kServer, read, generated)).state, read.state);
}

TEST_F(ServerTest, MovesFromAnotherProviderAndThenThePlanIsEmpty) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Stored moved = Clean(terraform_.MoveResourceState(
      {.provider_address = "registry.terraform.io/huaweicloud/huaweicloud",
       .type_name = "huaweicloud_compute_instance",
       .json = absl::StrCat(R"({"id": ")", IdOf(made), R"(", "name": "web-1"})"),
       .private_bytes = "theirs"},
      kServer));
  EXPECT_EQ(moved.state.At("id"), made.state.At("id"));
  const Stored read = Clean(terraform_.ReadResource(kServer, moved));
  EXPECT_EQ(read.identity, made.identity);
  EXPECT_EQ(Clean(terraform_.PlanResourceChange(kServer, read, config_)).state, read.state);
}

TEST_F(ServerTest, DoesNotMoveFromATypeThatIsNotKnown) {
  const Reply<Stored> refused =
      terraform_.MoveResourceState({.provider_address = "registry.terraform.io/hashicorp/aws",
                                    .type_name = "aws_instance",
                                    .json = R"({"id": "i-1"})"},
                                   kServer);
  EXPECT_THAT(refused.notes,
              ElementsAre("Error: Moving a aws_instance to ecs_server is not supported"));
  EXPECT_THAT(refused.details, ElementsAre(HasSubstr("registry.terraform.io/hashicorp/aws")));
}

TEST_F(ServerTest, MovesWithinItsOwnTypeUnchanged) {
  const Stored made = rig_.Apply(kServer, {}, config_);
  const Stored moved =
      Clean(terraform_.MoveResourceState({.provider_address = "registry.opentofu.org/ecs-cloud/ecs",
                                          .type_name = kServer,
                                          .json = StateFile(made),
                                          .private_bytes = "ours"},
                                         kServer));
  EXPECT_EQ(moved.state, made.state);
  EXPECT_EQ(moved.private_bytes, "ours");
}

// --- Secrets ---

TEST_F(ServerTest, KeepsAWriteOnlyPasswordOutOfPlanAndState) {
  const Value secret = config_.With("admin_password_wo", Value::String("Cloud-1234-secret"))
                           .With("admin_password_wo_version", Value::String("1"));
  const Planned planned = Clean(terraform_.PlanResourceChange(kServer, {}, secret));
  EXPECT_TRUE(planned.state.At("admin_password_wo").is_null());
  const Stored made = Clean(terraform_.ApplyResourceChange(kServer, {}, planned, secret));
  EXPECT_TRUE(made.state.At("admin_password_wo").is_null());
  EXPECT_EQ(made.state.At("admin_password_wo_version"), Value::String("1"));
  EXPECT_EQ(Clean(terraform_.ReadResource(kServer, made)).state, made.state);
}

}  // namespace
}  // namespace ecs::protocol
