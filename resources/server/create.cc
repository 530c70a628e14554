// Making a server: nothing billed may be unknown to the state (design.md section 4.1).
#include <iterator>

#include "absl/strings/str_cat.h"
#include "provider/schema/mapping.h"
#include "resources/common/crypto.h"
#include "resources/common/difference.h"
#include "resources/common/reach.h"
#include "resources/server/mark.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Verdict;
using schema::Json;

// How long a create whose answer was lost is looked for: a server's row appears some time after the
// job began (ecs-v1.md section 2.8).
constexpr Duration kLookForLost = std::chrono::seconds(20);
// The same where the time is over or Terraform asked to stop: a server that nobody knows is worse
// than these seconds. Looks begin in the first half.
constexpr Duration kLookGrace = std::chrono::seconds(4);
// How many pairs of metadata a creation takes (ecs-v1.md section 2.1); the mark is one.
constexpr std::size_t kMetadataMax = 10;
// How long a server may be absent before its job is asked whether it failed.
constexpr Duration kFirstJobLook = std::chrono::seconds(2);
constexpr Duration kNextJobLook = std::chrono::seconds(10);

// One creation. The nonce is in the server's mark, and is the client token of those clouds that
// know repetitions by it.
struct Making {
  std::string name;
  std::string nonce;
  int sent = 0;  // how often the request may have been executed
};

// The metadata that goes with the request; what does not fit follows later.
Texts FirstMetadata(const Server& plan) {
  Texts metadata = plan.metadata.value_or({});
  while (metadata.size() >= kMetadataMax) metadata.erase(std::prev(metadata.end()));
  return metadata;
}

Json RequestBody(const Server& plan, const std::string& nonce) {
  Json server = schema::ToRequest(Rows().erased(), &plan);
  server["metadata"] = FirstMetadata(plan);
  server["metadata"][kCreateMark] = nonce;
  if (plan.system_disk->kms_key_id.is_known()) {
    server["root_volume"]["metadata"]["__system__encrypted"] = "1";
  }
  const auto& groups = plan.network_interface->security_group_ids;
  if (groups.is_known()) {
    for (const std::string& id : groups.value()) {
      server["security_groups"].push_back({{"id", id}});
    }
  }
  if (plan.tags.is_known()) {
    for (const auto& [key, text] : plan.tags.value()) {
      server["server_tags"].push_back({{"key", key}, {"value", text}});
    }
  }
  if (PasswordOf(plan).is_known()) server["adminPass"] = PasswordOf(plan).value();
  if (plan.user_data.is_known()) server["user_data"] = Base64(plan.user_data.value());
  return {{"server", std::move(server)}};
}

// The server that carries the nonce, if the list has it: of that name, or of all, because somebody
// may have renamed it.
Result<std::optional<std::string>> LookOnce(const Call& call, Cloud& cloud, const Making& making,
                                            bool all) {
  std::optional<std::string> found;
  RETURN_IF_ERROR(cloud.ecs.VisitServers(call, {.name = all ? "" : making.name},
                                         [&](const client::Server& server) {
                                           if (NonceOf(server) == making.nonce) found = server.id;
                                           return !found;
                                         }));
  return found;
}

Result<std::optional<std::string>> LookUntil(const Call& call, Cloud& cloud, const Making& making,
                                             TimePoint until) {
  const client::Pace pace = client::kServerPace;
  for (Duration pause = pace.first;; pause = pace.After(pause)) {
    const TimePoint next = call.clock.Now() + pause;
    ASSIGN_OR_RETURN(std::optional<std::string> found,
                     LookOnce(call, cloud, making, next >= until));
    if (found || next >= until) return found;
    RETURN_IF_ERROR(call.clock.SleepUntil(next, call.cancel));
  }
}

bool IsOver(const Error& error) {
  return error.code == Code::kTimeout || error.code == Code::kCancelled;
}

// With a few seconds of its own, for when the call has none left.
Result<std::optional<std::string>> LookInGrace(const Call& call, Cloud& cloud,
                                               const Making& making) {
  const Cancel deaf;
  const TimePoint now = call.clock.Now();
  const Call grace = call.Instead(now + kLookGrace, deaf);
  return LookUntil(grace, cloud, making, now + kLookGrace / 2);
}

// The server of a create whose answer was lost, or nothing.
Result<std::optional<std::string>> FindLost(const Call& call, Cloud& cloud, const Making& making) {
  Result<std::optional<std::string>> found =
      LookUntil(call, cloud, making, call.clock.Now() + kLookForLost);
  if (found.ok() || !IsOver(found.error())) return found;
  return LookInGrace(call, cloud, making);
}

// The error of a create of which no server was found: what is known, and how to find it later.
Error Untold(Error error, const Making& making, const std::string& known) {
  absl::StrAppend(&error.detail, error.detail.empty() ? "" : " ", known);
  error.hint = absl::StrCat(
      "The cloud may still create the server. It would be named ", making.name,
      " and carry the metadata ", kCreateMark, " = ", making.nonce,
      ". Look for it before the next apply: import it (terraform import ADDRESS ID) or delete it. "
      "An apply that creates servers first warns about those that carry such metadata.");
  return error;
}

// Sends the request, and looks for its server where no answer came. Sends it again only once, and
// only after that look found nothing.
Result<client::CreatedServers> Order(const Call& call, Cloud& cloud, const Server& plan,
                                     Making& making) {
  const Json body = RequestBody(plan, making.nonce);
  while (true) {
    Result<client::CreatedServers> created = cloud.ecs.CreateServers(call, body, making.nonce);
    if (created.ok() || created.error().maybe_executed) ++making.sent;
    if (created.ok() || making.sent == 0) return created;
    if (!created.error().maybe_executed) {
      return Untold(created.error(), making,
                    "The answer to an earlier try was lost, and no server was found for it.");
    }
    call.log.Warn("The answer to creating a server was lost: looking for it",
                  {{"name", making.name}, {"nonce", making.nonce}});
    const Result<std::optional<std::string>> found = FindLost(call, cloud, making);
    if (!found.ok()) {
      return Untold(created.error(), making,
                    absl::StrCat("Looking for its server failed too: ", found.error().summary, ": ",
                                 found.error().detail));
    }
    if (*found) return client::CreatedServers{.server_ids = {**found}};
    if (making.sent > 1 || IsOver(created.error())) {
      return Untold(created.error(), making, "Its server was looked for and not found.");
    }
  }
}

// The id of a server whose job is all that the cloud has told: the job may name it, or the lists
// may show its mark. "": not yet.
Result<std::string> LookForId(const Call& call, Cloud& cloud, const Making& making,
                              const std::string& job_id) {
  const Result<client::Job> job = cloud.ecs.GetJob(call, job_id);
  bool ended = false;
  if (job.ok()) {
    const std::vector<std::string> ids = client::ServerIds(*job);
    if (!ids.empty()) return ids.front();
    const Verdict verdict = client::Judge(*job);
    if (verdict.kind == Verdict::kFailed) return verdict.error;
    ended = verdict.kind == Verdict::kDone;
  }
  const Result<std::optional<std::string>> found = LookOnce(call, cloud, making, ended);
  if (!found.ok()) {
    if (job.ok() && !ended) return std::string();
    const bool passing = !job.ok() && job.error().code == Code::kUnavailable;
    return passing ? job.error() : found.error();
  }
  if (!*found && ended) {
    return Error{.code = Code::kCloudFailed,
                 .summary = "Creating the server failed",
                 .detail = "The cloud's job succeeded but names no server, and no list has it."};
  }
  return found->value_or("");
}

// Completes an answer that names a job and no server.
Status AwaitId(const Call& call, Cloud& cloud, const Making& making,
               client::CreatedServers& created) {
  const Result<std::string> id = client::WaitUntil<std::string>(
      call, client::kJobPace, [&] { return LookForId(call, cloud, making, created.job_id); },
      [](const std::string& seen) { return seen.empty() ? Verdict::Wait() : Verdict::Done(); },
      [](const std::string&) { return std::string("a job that names no server"); });
  if (id.ok()) {
    created.server_ids = {*id};
    return Ok{};
  }
  if (IsOver(id.error())) {
    const Result<std::optional<std::string>> found = LookInGrace(call, cloud, making);
    if (found.ok() && *found) {
      created.server_ids = {**found};
      return Ok{};
    }
  }
  // Of a job that failed nothing is left.
  if (id.error().api && !id.error().api->job_id.empty()) return id.error();
  return Untold(id.error(), making,
                absl::StrCat("The cloud accepted the request as the job ", created.job_id,
                             " and named no server."));
}

Verdict JudgeCreated(const client::Server& server) {
  if (server.status == "ERROR") {
    return Verdict::Failed({.code = Code::kCloudFailed,
                            .summary = "Creating the server failed",
                            .detail = FaultText(server)});
  }
  const bool up = server.status == kActive || server.status == kShutoff;
  return up && server.task_state.empty() ? Verdict::Done() : Verdict::Wait();
}

// Waits for the server itself, which one list does for many; its job is asked only when that takes
// long, because a server whose creation failed just never appears.
Status WaitUntilCreated(const Call& call, Cloud& cloud, const std::string& id,
                        const std::string& job_id) {
  Duration slice = kFirstJobLook;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<client::Server> server,
                     cloud.fleet.Watch(call, id, call.clock.Now() + slice, JudgeCreated,
                                       client::kServerPace, client::Gone::kWait));
    if (server) return Ok{};
    slice = kNextJobLook;
    if (job_id.empty()) continue;
    const Result<client::Job> job = cloud.ecs.GetJob(call, job_id);
    if (!job.ok()) {
      if (job.error().code == Code::kCancelled) return job.error();
      continue;
    }
    const Verdict verdict = client::Judge(*job);
    if (verdict.kind == Verdict::kDone) return Ok{};
    if (verdict.kind == Verdict::kFailed) return verdict.error.While("Creating the server failed");
  }
}

Error Explain(const Error& error, const std::string& id) {
  if (error.code == Code::kTimeout || error.code == Code::kCancelled) {
    Error explained = error.While("Creating the server was not finished");
    if (error.code == Code::kCancelled) explained.detail = "Terraform asked to stop.";
    explained.hint =
        absl::StrCat("The server ", id,
                     " exists and is in the state, marked as tainted: the next apply replaces "
                     "it. To keep it, run terraform untaint ADDRESS once it is ACTIVE.");
    return explained;
  }
  return error.While("Creating the server failed")
      .Hint(
          "The server's id is in the state, marked as tainted: the next apply replaces what is "
          "left of it.");
}

// What a creation does when the cloud has accepted it. Its last step is the read, which takes the
// mark away.
Status Finish(const Call& call, Cloud& cloud, const Server& plan, Server& made,
              const std::string& job_id, Record& record) {
  RETURN_IF_ERROR(WaitUntilCreated(call, cloud, made.id.value(), job_id));
  const Change change{made, plan};
  const Texts later = Difference(FirstMetadata(plan), plan.metadata.value_or({})).set;
  if (!later.empty()) {
    const Status set = cloud.ecs.SetMetadata(call, made.id.value(), later);
    cloud.fleet.Wrote(made.id.value());
    if (!set.ok()) return set.error().While("Setting the metadata failed").At(Path("metadata"));
  }
  if (plan.auto_recovery.is_known()) {
    RETURN_IF_ERROR(ChangeAutoRecovery(call, cloud, change, record));
  }
  if (plan.power_state.is_known() && plan.power_state.value() == kShutoff) {
    RETURN_IF_ERROR(ChangePowerState(call, cloud, change, record));
  }
  schema::Diagnostics notes;
  schema::Reading reading{.importing = false, .notes = notes};
  ASSIGN_OR_RETURN(const std::optional<Server> found, Read(call, cloud, made, reading));
  if (!found) {
    return Error{.code = Code::kNotFound,
                 .summary = "The server vanished",
                 .detail = "It was created, and then the cloud did not know it any more."};
  }
  for (const schema::Diagnostic& note : notes.list()) {
    // ChangeAutoRecovery has said so already.
    if (note.path == Path("auto_recovery")) continue;
    record.Warn(note.summary, note.detail, note.path);
  }
  made = *found;
  return Ok{};
}

// What the state holds of a plan before the cloud has answered: the unknown is not there yet.
Server Expected(const Server& plan, const std::string& id) {
  Server expected = plan;
  expected.id = id;
  expected.user_data = Attr<std::string>();
  expected.admin_password_wo = Attr<std::string>();
  if (expected.auto_recovery.is_unknown()) expected.auto_recovery = Attr<bool>();
  if (expected.power_state.is_unknown()) expected.power_state = Attr<std::string>();
  return expected;
}

}  // namespace

Status Create(const Call& call, Cloud& cloud, const Server& plan, Record& record) {
  TellOfUnfinished(call, cloud, record);
  Making making{.name = plan.name.value(), .nonce = RandomUuid(call.random)};
  cloud.unfinished.Begin(making.nonce);
  Result<client::CreatedServers> created = Order(call, cloud, plan, making);
  if (created.ok() && created->server_ids.empty()) {
    const Status named = AwaitId(call, cloud, making, *created);
    if (!named.ok()) created = named.error();
  }
  if (!created.ok()) return created.error().While("Creating the server failed");
  const std::string id = created->server_ids[0];
  cloud.fleet.Wrote(id);
  Server made = Expected(plan, id);
  record.Save(made);
  const Status done = Finish(call, cloud, plan, made, created->job_id, record);
  if (making.sent > 1) TellOfTwins(call, cloud, making.nonce, id, record);
  if (!done.ok()) return Explain(done.error(), id);
  record.Save(made);
  return Ok{};
}

}  // namespace ecs::resources::server
