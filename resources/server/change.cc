// Changes of ecs_server in place, but for the flavor. Each sends the difference and nothing else.
#include "absl/strings/str_cat.h"
#include "resources/common/difference.h"
#include "resources/common/reach.h"
#include "resources/server/server.h"

namespace ecs::resources::server {

Status ChangeTexts(const Call& call, Cloud& cloud, const Change& change, Record&) {
  client::ServerChange wanted;
  if (!(change.before.name == change.after.name)) wanted.name = change.after.name.value();
  if (!(change.before.description == change.after.description)) {
    wanted.description = change.after.description.value_or("");
  }
  const std::string& id = change.after.id.value();
  const Status done = cloud.ecs.UpdateServer(call, id, wanted);
  cloud.fleet.Wrote(id);
  if (!done.ok()) return done.error().While("Changing the name or description failed");
  return Ok{};
}

Status ChangePowerState(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string wanted = change.after.power_state.value();
  const std::string& id = change.before.id.value();
  const bool start = wanted == kActive;
  const Goal goal{
      .in_words = absl::StrCat("become ", wanted),
      .reached = [wanted](const client::Server& server) { return server.status == wanted; },
      .act =
          [&cloud, start](const Call& acting, const std::string& server_id) {
            return start ? cloud.ecs.StartServer(acting, server_id)
                         : cloud.ecs.StopServer(acting, server_id);
          }};
  const Result<client::Server> server = Reach(call, cloud, id, goal);
  if (server.ok()) return Ok{};
  return server.error()
      .While(start ? "Starting the server failed" : "Stopping the server failed")
      .At(Path("power_state"));
}

Status ChangeAutoRecovery(const Call& call, Cloud& cloud, const Change& change, Record& record) {
  const bool on = change.after.auto_recovery.value();
  const Status done = cloud.ecs.SetAutoRecovery(call, change.before.id.value(), on);
  if (done.ok()) return Ok{};
  if (client::NotOffered(done.error())) {
    schema::Diagnostics notes;
    if (on) WarnNotOffered(done.error(), notes);
    for (const schema::Diagnostic& note : notes.list()) {
      record.Warn(note.summary, note.detail, note.path);
    }
    return Ok{};
  }
  return done.error().While("Configuring automatic recovery failed").At(Path("auto_recovery"));
}

Status ChangeSecurityGroups(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string& id = change.after.id.value();
  const auto& before = change.before.network_interface->security_group_ids;
  const auto& after = change.after.network_interface->security_group_ids;
  const std::set<std::string> had = before.is_known() ? before.value() : std::set<std::string>();
  const Path path = Path("network_interface") / "security_group_ids";
  // Added first: a server without any group is unreachable for a moment, or open.
  for (const std::string& group : Without(after.value(), had)) {
    const Status done = cloud.ecs.AddSecurityGroup(call, id, group);
    cloud.fleet.Wrote(id);
    // Adding twice is refused as invalid (real-nova.md 10); the goal is reached.
    if (done.ok() || done.error().code == Code::kInvalid) continue;
    return done.error()
        .While(absl::StrCat("Adding the security group ", group, " failed"))
        .At(path);
  }
  for (const std::string& group : Without(had, after.value())) {
    const Status done = cloud.ecs.RemoveSecurityGroup(call, id, group);
    cloud.fleet.Wrote(id);
    // Not attached any more: the goal is reached.
    if (done.ok() || done.error().code == Code::kNotFound) continue;
    return done.error()
        .While(absl::StrCat("Removing the security group ", group, " failed"))
        .At(path);
  }
  return Ok{};
}

Status GrowSystemDisk(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string summary = "Growing the system disk failed";
  const Path path = Path("system_disk") / "size_gb";
  if (!change.before.system_disk->id.is_known()) {
    return Error{.code = Code::kInvalid,
                 .summary = summary,
                 .detail =
                     "The cloud does not tell which of the server's volumes is the system "
                     "disk.",
                 .path = path,
                 .hint = "Grow it in the console, and set size_gb to its new size."};
  }
  const std::string& id = change.before.system_disk->id.value();
  const std::int64_t size_gb = change.after.system_disk->size_gb.value();
  Result<std::string> job = cloud.ecs.ExtendVolume(call, id, size_gb);
  if (!job.ok() && !job.error().maybe_executed) return job.error().While(summary).At(path);
  if (job.ok() && !job->empty()) {
    const Result<client::Job> done = cloud.ecs.WaitForVolumeJob(call, *job);
    if (!done.ok()) return done.error().While(summary).At(path);
    return Ok{};
  }
  const Result<client::Volume> volume = client::WaitUntil<client::Volume>(
      call, client::kJobPace, [&] { return cloud.ecs.GetVolume(call, id); },
      [&](const client::Volume& seen) {
        return seen.size_gb >= size_gb && seen.status != "extending" ? client::Verdict::Done()
                                                                     : client::Verdict::Wait();
      },
      [](const client::Volume& seen) {
        return absl::StrCat("status ", seen.status, ", ", seen.size_gb, " GiB");
      });
  if (!volume.ok()) return volume.error().While(summary).At(path);
  return Ok{};
}

Status ChangeTags(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string& id = change.after.id.value();
  const TextsDifference difference =
      Difference(change.before.tags.value_or({}), change.after.tags.value_or({}));
  Status done = Ok{};
  // Removed first: a server has room for ten tags.
  if (!difference.removed.empty()) done = cloud.ecs.DeleteTags(call, id, difference.removed);
  if (done.ok() && !difference.set.empty()) done = cloud.ecs.SetTags(call, id, difference.set);
  cloud.fleet.Wrote(id);
  if (!done.ok()) return done.error().While("Changing the tags failed").At(Path("tags"));
  return Ok{};
}

Status ChangeMetadata(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string& id = change.after.id.value();
  const TextsDifference difference =
      Difference(change.before.metadata.value_or({}), change.after.metadata.value_or({}));
  Status done = Ok{};
  if (!difference.set.empty()) done = cloud.ecs.SetMetadata(call, id, difference.set);
  for (const std::string& key : difference.removed) {
    if (done.ok()) done = cloud.ecs.DeleteMetadata(call, id, key);
  }
  cloud.fleet.Wrote(id);
  if (!done.ok()) return done.error().While("Changing the metadata failed").At(Path("metadata"));
  return Ok{};
}

}  // namespace ecs::resources::server
