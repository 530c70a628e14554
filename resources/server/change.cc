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
