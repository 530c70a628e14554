// The mark of an unfinished creation: what a killed process leaves to the next.
#include "provider/lifecycle/validate.h"
#include "tests/unit/resources/process.h"

namespace ecs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kNonce[] = "11111111-1111-4111-8111-111111111111";

// A server as a process leaves it that is killed right after its request. It is ACTIVE.
std::string Orphan(ServerRig& rig) {
  const nlohmann::json body = nlohmann::json::parse(R"({"server": {
    "name": "web-1", "flavorRef": "s3.medium.1",
    "imageRef": "40000000-0000-4000-8000-000000000001",
    "vpcid": "10000000-0000-4000-8000-000000000001",
    "nics": [{"subnet_id": "20000000-0000-4000-8000-000000000001"}],
    "root_volume": {"volumetype": "SSD", "size": 40},
    "metadata": {"terraform_ecs_create": "11111111-1111-4111-8111-111111111111"}}})");
  const auto made = rig.cloud().ecs.CreateServers(rig.call(), body, "");
  EXPECT_TRUE(made.ok());
  rig.clock().Advance(minutes(5));
  return made->server_ids[0];
}

TEST(Mark, AServerThatAKilledProcessLeftIsNamedByTheNextThatCreatesAndNotAdopted) {
  // The age is by the cloud's clock.
  ServerRig rig({.clock_offset = -minutes(10)});
  const std::string orphan = Orphan(rig);
  Process process(rig);
  const lifecycle::ApplyResult made = process.Create();
  ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
  EXPECT_EQ(made.notes.list()[0].severity, schema::Severity::kWarning);
  EXPECT_EQ(made.notes.list()[0].summary, "Servers whose creation was never finished");
  EXPECT_EQ(made.notes.list()[0].detail,
            "Another run of Terraform began to create these servers and did not record the "
            "result. It was killed, or it is still at work:\n  " +
                orphan +
                "  web-1, created 5 minutes ago, status ACTIVE\n\n"
                "If no other run is creating them, they are in no state and cost money. To keep "
                "one, import it (terraform import ADDRESS ID); otherwise delete it. The provider "
                "does not adopt a server by its likeness, so this apply creates new ones.");
  EXPECT_NE(made.state.At("id").AsString(), orphan);
  EXPECT_EQ(NonceIn(rig.Server(orphan)), kNonce);
  // Told once, and found by one list.
  EXPECT_THAT(process.Create().notes.list(), IsEmpty());
  EXPECT_EQ(rig.emulator().Count("ecs.ListServers"), 1);
}

TEST(Mark, IsTakenAwayByTheReadOfAServerThatIsInAState) {
  ServerRig rig;
  const std::string id = Orphan(rig);
  const Result<lifecycle::Imported> imported = lifecycle::Import(rig.resource, id);
  Process process(rig);
  const lifecycle::ReadResult read = process.Read(imported->state, imported->private_bytes);
  EXPECT_THAT(read.state.At("metadata").fields(), IsEmpty());
  // Only planned: the run may end before it is in a state.
  EXPECT_EQ(NonceIn(rig.Server(id)), kNonce);
  const lifecycle::ReadResult again = process.Read(read.state);
  EXPECT_THAT(again.notes.list(), IsEmpty()) << TextOf(again.notes);
  EXPECT_EQ(again.state, read.state);
  EXPECT_EQ(NonceIn(rig.Server(id)), "");
  EXPECT_THAT(Process(rig).Create().notes.list(), IsEmpty());
}

TEST(Mark, StaysOnAServerThatTakesNoMetadataUntilItDoes) {
  ServerRig rig;
  const Value state = rig.Make();
  const std::string id = state.At("id").AsString();
  rig.Disturb(id, [](emulator::Server& server) {
    server.metadata["terraform_ecs_create"] = kNonce;
    server.vm_state = "error";
  });
  rig.Read(state);
  EXPECT_EQ(rig.emulator().Count("DeleteMetadataItem"), 0);
  rig.Disturb(id, [](emulator::Server& server) { server.vm_state = "active"; });
  rig.Read(state);
  EXPECT_EQ(NonceIn(rig.Server(id)), "");
}

TEST(Mark, IsNotToldOfServersThatAreInTheStateOfThisRun) {
  ServerRig rig;
  const Value state = rig.Make();
  rig.Disturb(state.At("id").AsString(), [](emulator::Server& server) {
    server.metadata["terraform_ecs_create"] = kNonce;
    server.vm_state = "error";
  });
  Process process(rig);
  process.Read(state);
  EXPECT_THAT(process.Create().notes.list(), IsEmpty());
}

TEST(Mark, ThatCannotBeTakenAwayIsAWarningAndTheNextReadTriesAgain) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("nova.DeleteMetadataItem:refuse:1:status=403").ok());
  Process process(rig);
  const lifecycle::ApplyResult made = process.Create();
  EXPECT_THAT(Summaries(made.notes),
              ElementsAre("The server web-1 still carries the mark of its creation"));
  EXPECT_THAT(TextOf(made.notes), HasSubstr(made.state.At("id").AsString()));
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
  const lifecycle::ReadResult read = process.Read(made.state);
  EXPECT_THAT(read.notes.list(), IsEmpty()) << TextOf(read.notes);
  EXPECT_EQ(read.state, made.state);
  EXPECT_EQ(NonceIn(rig.ServerOf(made.state)), "");
}

TEST(Mark, OfAServerThatIsBusyForAMomentIsTakenAwayAllTheSame) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("nova.DeleteMetadataItem:refuse:2:status=409").ok());
  const lifecycle::ApplyResult made = Process(rig).Create();
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(NonceIn(rig.ServerOf(made.state)), "");
  EXPECT_EQ(rig.emulator().Count("DeleteMetadataItem"), 3);
}

TEST(Mark, IsNoKeyOfTheUsers) {
  ServerRig rig;
  schema::Diagnostics notes;
  lifecycle::ValidateResource(
      rig.resource, rig.Config(R"({"metadata": {"terraform_ecs_create": "mine"}})"), true, notes);
  ASSERT_EQ(notes.list().size(), 1u) << TextOf(notes);
  EXPECT_THAT(notes.list()[0].detail,
              HasSubstr("creation is not finished with the metadata key terraform_ecs_create."));
}

}  // namespace
}  // namespace ecs
