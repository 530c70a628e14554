// Making a server: nothing billed may be unknown to the state (design.md section 4.1).
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "provider/schema/mapping.h"
#include "resources/common/crypto.h"
#include "resources/common/reach.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Verdict;
using schema::Json;

// How long a create whose answer was lost is looked for: a server's row appears some time after the
// job began (ecs-v1.md section 2.8).
constexpr Duration kLookForLost = std::chrono::seconds(20);
// How far the cloud's clock may be behind ours.
constexpr absl::Duration kClockSkew = absl::Minutes(2);
// How long a server may be absent before its job is asked whether it failed.
constexpr Duration kFirstJobLook = std::chrono::seconds(2);
constexpr Duration kNextJobLook = std::chrono::seconds(10);

Json RequestBody(const Server& plan) {
  Json server = schema::ToRequest(Rows().erased(), &plan);
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

absl::Time CreatedAt(const client::Server& server) {
  absl::Time created;
  std::string problem;
  const bool told = absl::ParseTime(absl::RFC3339_full, server.created, &created, &problem);
  return told ? created : absl::InfinitePast();
}

// Servers that could be the one of a create whose answer was lost. One that an object of
// Terraform's stands for already is none.
std::vector<client::Server> Candidates(const std::vector<client::Server>& servers, Cloud& cloud,
                                       const Server& plan, absl::Time began) {
  std::vector<client::Server> candidates;
  for (const client::Server& server : servers) {
    const bool same = server.name == plan.name.value() && server.flavor_id == plan.flavor.value() &&
                      server.image_id == plan.image_id.value();
    if (same && CreatedAt(server) >= began - kClockSkew && !cloud.IsClaimed(server.id)) {
      candidates.push_back(server);
    }
  }
  return candidates;
}

Error Ambiguous(const std::vector<client::Server>& candidates) {
  std::string ids;
  for (const client::Server& server : candidates) absl::StrAppend(&ids, " ", server.id);
  return {.code = Code::kConflict,
          .summary = "The answer to creating the server was lost",
          .detail = absl::StrCat("It cannot be told from other servers of the same name, flavor "
                                 "and image that were created at about the same time:",
                                 ids, "."),
          .hint =
              "Import the right one, or delete those that are not wanted, and apply "
              "again."};
}

// The server of a create whose answer was lost, or nothing. Taking the wrong one would change
// somebody else's server: more than one candidate is an error, and so is one that, by the clocks,
// was there before.
Result<std::optional<std::string>> FindLost(const Call& call, Cloud& cloud, const Server& plan,
                                            absl::Time began) {
  // The cloud tells whole seconds, and no two clocks agree on fractions.
  const absl::Time since = absl::FromUnixSeconds(absl::ToUnixSeconds(began)) - absl::Seconds(1);
  const TimePoint until = call.clock.Now() + kLookForLost;
  client::Pace pace = client::kServerPace;
  for (Duration pause = pace.first;; pause = pace.After(pause)) {
    ASSIGN_OR_RETURN(const std::vector<client::Server> servers,
                     cloud.ecs.ListServers(call, {.name = plan.name.value()}));
    const std::vector<client::Server> candidates = Candidates(servers, cloud, plan, began);
    if (candidates.size() > 1) return Ambiguous(candidates);
    const bool sure = candidates.size() == 1 && CreatedAt(candidates[0]) >= since;
    if (sure && cloud.Claim(candidates[0].id)) return std::optional(candidates[0].id);
    if (call.clock.Now() >= until) {
      if (!candidates.empty()) return Ambiguous(candidates);
      return std::optional<std::string>();
    }
    RETURN_IF_ERROR(call.clock.SleepUntil(call.clock.Now() + pause, call.cancel));
  }
}

// Sends the request, and looks for its server where no answer came. Sends it again only once, and
// only after that look found nothing.
Result<client::CreatedServers> Order(const Call& call, Cloud& cloud, const Server& plan) {
  const absl::Time began = absl::FromChrono(call.clock.WallNow());
  const Json body = RequestBody(plan);
  const std::string token = RandomUuid(call.random);
  Result<client::CreatedServers> created = cloud.ecs.CreateServers(call, body, token);
  for (int lost = 0; !created.ok() && created.error().maybe_executed && lost < 2; ++lost) {
    call.log.Warn("The answer to creating a server was lost: looking for it",
                  {{"name", plan.name.value()}});
    Result<std::optional<std::string>> found = FindLost(call, cloud, plan, began);
    if (!found.ok() && found.error().code == Code::kConflict) return found.error();
    if (!found.ok()) {
      return created.error().Hint(absl::StrCat(
          "The request may have been executed, and looking for its server failed too (",
          found.error().summary, "). Before applying again, check whether a server named ",
          plan.name.value(), " exists, and import or delete it."));
    }
    if (*found) return client::CreatedServers{.server_ids = {**found}};
    if (lost == 0) created = cloud.ecs.CreateServers(call, body, token);
  }
  if (!created.ok() && created.error().maybe_executed) {
    return created.error().Hint(
        absl::StrCat("It was looked for, and no server named ", plan.name.value(),
                     " appeared. Before applying again, look once more: import or delete it if it "
                     "is there."));
  }
  if (created.ok() && created->server_ids.empty()) {
    ASSIGN_OR_RETURN(const client::Job job, cloud.ecs.WaitForJob(call, created->job_id));
    created->server_ids = client::ServerIds(job);
    if (created->server_ids.empty()) {
      return Error{.code = Code::kCloudFailed,
                   .summary = "Creating the server failed",
                   .detail = "The cloud's job succeeded but names no server.",
                   .api = ApiFault{.operation = "POST /v1/{project_id}/cloudservers",
                                   .job_id = created->job_id}};
    }
  }
  return created;
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
    const Call bounded = call.Until(call.clock.Now() + slice);
    const Result<client::Server> server =
        cloud.fleet.Wait(bounded, id, JudgeCreated, client::kServerPace, client::Gone::kWait);
    if (server.ok()) return Ok{};
    const bool slice_over =
        server.error().code == Code::kTimeout && bounded.deadline < call.deadline;
    if (!slice_over) return server.error();
    slice = kNextJobLook;
    if (job_id.empty()) continue;
    const Result<client::Job> job = cloud.ecs.GetJob(call, job_id);
    if (!job.ok()) {
      if (job.error().code == Code::kCancelled) return job.error();
      continue;
    }
    const Verdict verdict = client::Judge(*job);
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

Status Finish(const Call& call, Cloud& cloud, const Server& plan, Server& made,
              const std::string& job_id, Record& record) {
  RETURN_IF_ERROR(WaitUntilCreated(call, cloud, made.id.value(), job_id));
  const Change change{made, plan};
  if (plan.auto_recovery.is_known()) {
    RETURN_IF_ERROR(ChangeAutoRecovery(call, cloud, change, record));
  }
  if (plan.power_state.is_known() && plan.power_state.value() == kShutoff) {
    RETURN_IF_ERROR(ChangePowerState(call, cloud, change, record));
  }
  schema::Diagnostics notes;
  schema::Reading reading{.importing = false, .notes = notes};
  // The PUT above told already; asking again would cost a call.
  Server known = made;
  known.auto_recovery = Attr<bool>();
  ASSIGN_OR_RETURN(const std::optional<Server> found, Read(call, cloud, known, reading));
  if (!found) {
    return Error{.code = Code::kNotFound,
                 .summary = "The server vanished",
                 .detail = "It was created, and then the cloud did not know it any more."};
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
  Result<client::CreatedServers> created = Order(call, cloud, plan);
  if (!created.ok()) return created.error().While("Creating the server failed");
  const std::string id = created->server_ids[0];
  cloud.Claim(id);
  cloud.fleet.Wrote(id);
  Server made = Expected(plan, id);
  record.Save(made);
  const Status done = Finish(call, cloud, plan, made, created->job_id, record);
  if (!done.ok()) return Explain(done.error(), id);
  record.Save(made);
  return Ok{};
}

}  // namespace ecs::resources::server
