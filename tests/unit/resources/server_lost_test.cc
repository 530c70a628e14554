// Making a server when the answer is lost: it is recognised by its nonce and by nothing else.
#include "tests/unit/resources/process.h"

namespace ecs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Error NoAnswer(Code code) {
  return {
      .code = code, .summary = "No answer", .detail = "No answer came.", .maybe_executed = true};
}

std::string IdOf(const Value& state) {
  return state.is_known() ? state.At("id").AsString() : "none";
}

TEST(LostCreate, MakesOneServerWithoutItsMark) {
  for (const char* fault : {"lost", "malformed", "truncated"}) {
    ServerRig rig;
    ASSERT_TRUE(rig.emulator().AddFault(absl::StrCat("ecs.CreateServers:", fault)).ok());
    const lifecycle::ApplyResult made = Process(rig).Create();
    EXPECT_THAT(made.notes.list(), IsEmpty()) << fault << TextOf(made.notes);
    EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
    EXPECT_EQ(NonceIn(rig.ServerOf(made.state)), "");
    EXPECT_EQ(rig.ServerCount(), 1u) << fault;
    EXPECT_EQ(rig.emulator().Count("CreateServers"), 1) << fault;
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  }
}

TEST(LostCreate, IsSentAgainWhereALookFindsNothing) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:reset").ok());
  const lifecycle::ApplyResult made = Process(rig).Create();
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(rig.ServerCount(), 1u);
  EXPECT_EQ(rig.emulator().Count("CreateServers"), 2);
}

TEST(LostCreate, TwoResourcesOfOneNameKeepTheirOwnServersWhenOneIsResetAndTheOtherIsSlow) {
  ServerRig rig;
  Process* process = nullptr;
  lifecycle::ApplyResult second;
  bool meanwhile = false;
  Process both(rig, [&](const Call& call, client::Request& request, const client::Send& next) {
    Result<client::Response> answer = next(call, request);
    // The cloud has executed the first request; its answer takes as long as the second resource.
    if (IsCreate(request) && !std::exchange(meanwhile, true)) {
      EXPECT_TRUE(rig.emulator().AddFault("ecs.CreateServers:reset").ok());
      second = process->Create();
    }
    return answer;
  });
  process = &both;
  const lifecycle::ApplyResult first = both.Create();
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
  EXPECT_THAT(first.notes.list(), IsEmpty()) << TextOf(first.notes);
  EXPECT_THAT(second.notes.list(), IsEmpty()) << TextOf(second.notes);
  EXPECT_NE(IdOf(first.state), IdOf(second.state));
  EXPECT_EQ(rig.ServerCount(), 2u);
}

TEST(LostCreate, DoesNotAdoptAStrangersEqualServer) {
  for (const char* fault : {"lost", "reset"}) {
    ServerRig rig;
    bool made_theirs = false;
    std::string theirs;
    // The stranger's appears while ours is looked for.
    Process process(rig, [&](const Call& call, client::Request& request, const client::Send& next) {
      Result<client::Response> answer = next(call, request);
      if (IsCreate(request) && !std::exchange(made_theirs, true)) {
        theirs = IdOf(Process(rig).Create().state);
      }
      return answer;
    });
    ASSERT_TRUE(rig.emulator().AddFault(absl::StrCat("ecs.CreateServers:", fault)).ok());
    const lifecycle::ApplyResult made = process.Create();
    EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
    EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
    EXPECT_NE(IdOf(made.state), theirs) << fault;
    EXPECT_EQ(rig.ServerCount(), 2u) << fault;
  }
}

TEST(LostCreate, MakesOneServerInACloudThatKnowsNoTokensWhateverItsClockSays) {
  for (const Duration offset : {-minutes(5), minutes(0), minutes(5)}) {
    for (const char* fault : {"lost", "reset"}) {
      ServerRig rig({.without = {"client-token"}, .clock_offset = offset});
      ASSERT_TRUE(rig.emulator().AddFault(absl::StrCat("ecs.CreateServers:", fault)).ok());
      const lifecycle::ApplyResult made = Process(rig).Create();
      EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
      EXPECT_EQ(rig.ServerCount(), 1u) << fault << offset / minutes(1);
      EXPECT_EQ(IdOf(made.state).size(), 36u);
    }
  }
}

TEST(LostCreate, FindsAServerThatWasRenamedBeforeItWasSeen) {
  ServerRig rig({.without = {"client-token"}});
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:lost").ok());
  Process process(rig, [&](const Call& call, client::Request& request, const client::Send& next) {
    rig.emulator().With([](emulator::Cloud& cloud) {
      for (emulator::Server& server : cloud.store.servers) server.name = "renamed";
    });
    return next(call, request);
  });
  const lifecycle::ApplyResult made = process.Create();
  EXPECT_EQ(rig.ServerCount(), 1u);
  EXPECT_EQ(IdOf(made.state).size(), 36u);
}

TEST(LostCreate, IsLookedForALittleWhenTheTimeHasRunOut) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault("ecs.CreateServers:slow:1:delay=10m").ok());
  const TimePoint began = rig.clock().Now();
  const lifecycle::ApplyResult made = Process(rig).Create(R"({"timeouts": {"create": "3m"}})");
  EXPECT_THAT(Summaries(made.notes), ElementsAre("! Creating the server was not finished"));
  EXPECT_THAT(TextOf(made.notes), AllOf(HasSubstr(IdOf(made.state)), HasSubstr("untaint")));
  EXPECT_EQ(rig.ServerOf(made.state).name, "web-1");
  EXPECT_LE(rig.clock().Now() - began, minutes(3) + seconds(4));
}

TEST(LostCreate, IsLookedForALittleWhenTerraformAsksToStop) {
  ServerRig rig;
  Process process(rig,
                  [&](const Call& call, client::Request& request,
                      const client::Send& next) -> Result<client::Response> {
                    Result<client::Response> answer = next(call, request);
                    if (!IsCreate(request)) return answer;
                    rig.cancel().Set();
                    return NoAnswer(Code::kCancelled);
                  });
  const TimePoint began = rig.clock().Now();
  const lifecycle::ApplyResult made = process.Create();
  EXPECT_THAT(Summaries(made.notes), ElementsAre("! Creating the server was not finished"));
  EXPECT_EQ(rig.ServerOf(made.state).name, "web-1");
  EXPECT_LE(rig.clock().Now() - began, seconds(4));
}

TEST(LostCreate, OfWhichNothingIsFoundSaysWhatIsKnownAndHowToFindItLater) {
  for (const Code code : {Code::kTimeout, Code::kCancelled, Code::kUnavailable}) {
    ServerRig rig;
    std::string sent;
    TimePoint gave_up = {};
    Process process(
        rig,
        [&](const Call& call, client::Request& request,
            const client::Send& next) -> Result<client::Response> {
          if (!IsCreate(request)) return next(call, request);
          sent = nlohmann::json::parse(request.body)["server"]["metadata"]["terraform_ecs_create"];
          if (code == Code::kTimeout) rig.clock().Advance(call.deadline - rig.clock().Now());
          if (code == Code::kCancelled) rig.cancel().Set();
          gave_up = rig.clock().Now();
          return NoAnswer(code);
        });
    const lifecycle::ApplyResult made = process.Create();
    ASSERT_EQ(made.notes.list().size(), 1u) << TextOf(made.notes);
    EXPECT_EQ(made.notes.list()[0].summary, "Creating the server failed");
    EXPECT_THAT(made.notes.list()[0].detail,
                AllOf(HasSubstr("Its server was looked for and not found."),
                      HasSubstr("It would be named web-1 and carry the metadata "
                                "terraform_ecs_create = " +
                                sent),
                      HasSubstr("terraform import ADDRESS ID")));
    EXPECT_TRUE(made.state.is_null());
    if (code != Code::kUnavailable) {
      EXPECT_LE(rig.clock().Now() - gave_up, seconds(4));
    }
  }
}

TEST(LostCreate, ThatTheCloudExecutesLateAndTwiceIsToldWithTheOthersId) {
  ServerRig rig({.without = {"client-token"}});
  std::optional<client::Request> late;
  bool sent_again = false;
  Process process(rig,
                  [&](const Call& call, client::Request& request,
                      const client::Send& next) -> Result<client::Response> {
                    if (!IsCreate(request)) return next(call, request);
                    if (!late) {
                      late = request;
                      return NoAnswer(Code::kUnavailable);
                    }
                    sent_again = true;
                    Result<client::Response> answer = next(call, request);
                    EXPECT_TRUE(next(call, *late).ok());
                    return answer;
                  });
  const lifecycle::ApplyResult made = process.Create();
  EXPECT_TRUE(sent_again);
  std::string other;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    for (const emulator::Server& server : cloud.store.servers) {
      if (server.id != IdOf(made.state)) other = server.id;
    }
  });
  EXPECT_EQ(rig.ServerCount(), 2u);
  EXPECT_THAT(Summaries(made.notes), ElementsAre("The server was created twice"));
  EXPECT_THAT(TextOf(made.notes), HasSubstr("Delete the other:\n  " + other + "  web-1, created "));
}

// --- An answer that names a job and no server ---

constexpr char kJobOnly[] = "ecs.CreateServers:without:1:member=serverIds";

TEST(CreateWithAJobOnly, TakesTheIdFromTheJob) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault(kJobOnly).ok());
  const lifecycle::ApplyResult made = Process(rig).Create();
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_EQ(rig.ServerCount(), 1u);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
}

TEST(CreateWithAJobOnly, FindsItsServerWhereTheJobCannotBeRead) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault(kJobOnly).ok());
  ASSERT_TRUE(rig.emulator().AddFault("ecs.GetJob:refuse:always:status=403").ok());
  const lifecycle::ApplyResult made = Process(rig).Create();
  EXPECT_THAT(made.notes.list(), IsEmpty()) << TextOf(made.notes);
  EXPECT_EQ(Condition(made.state), "s3.medium.1, ACTIVE, ACTIVE");
  EXPECT_EQ(rig.ServerCount(), 1u);
  EXPECT_THAT(rig.emulator().FaultsNotSeen(), IsEmpty());
}

TEST(CreateWithAJobOnly, SaysAllThatIsKnownWhereNeitherJobNorServersCanBeRead) {
  ServerRig rig;
  ASSERT_TRUE(rig.emulator().AddFault(kJobOnly).ok());
  ASSERT_TRUE(rig.emulator().AddFault("ecs.GetJob:refuse:always:status=403").ok());
  ASSERT_TRUE(rig.emulator().AddFault("ecs.ListServers:refuse:always:status=403").ok());
  const lifecycle::ApplyResult made = Process(rig).Create();
  std::string job;
  std::string nonce;
  rig.emulator().With([&](emulator::Cloud& cloud) {
    job = cloud.store.jobs.begin()->id;
    nonce = NonceIn(*cloud.store.servers.begin());
  });
  EXPECT_THAT(Summaries(made.notes), ElementsAre("Unfinished servers could not be looked for",
                                                 "! Creating the server failed"));
  EXPECT_THAT(TextOf(made.notes),
              AllOf(HasSubstr("accepted the request as the job " + job), HasSubstr("named web-1"),
                    HasSubstr("terraform_ecs_create = " + nonce)));
  EXPECT_TRUE(made.state.is_null());
}

}  // namespace
}  // namespace ecs
