#include "resources/server/mark.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace ecs::resources::server {
namespace {

// Refusals of a server that is busy, before the mark is left to the next read.
constexpr int kTriesMax = 4;

// The states in which metadata can be changed (states.md section 4).
bool TakesMetadata(const client::Server& server) {
  return server.status == kActive || server.status == kShutoff || server.status == "PAUSED" ||
         server.status == "SUSPENDED";
}

Status Delete(const Call& call, Cloud& cloud, const std::string& id) {
  Duration pause = client::kJobPace.first;
  for (int tries = 1;; ++tries) {
    const Status done = cloud.ecs.DeleteMetadata(call, id, kCreateMark);
    cloud.fleet.Wrote(id);
    if (done.ok() || done.error().code != Code::kConflict || tries == kTriesMax) return done;
    RETURN_IF_ERROR(call.clock.SleepUntil(call.clock.Now() + pause, call.cancel));
    pause = client::kJobPace.After(pause);
  }
}

// "3 minutes ago", by the cloud's own clock: ours may be another. Empty if the cloud tells no time.
std::string Age(const client::Server& server, WallTime now) {
  absl::Time created;
  std::string ignored;
  if (!absl::ParseTime(absl::RFC3339_full, server.created, &created, &ignored)) return "";
  const absl::Duration age = absl::FromChrono(now) - created;
  const auto some = [](std::int64_t count, const char* unit) {
    return absl::StrCat(", created ", count, " ", unit, count == 1 ? "" : "s", " ago");
  };
  if (age < absl::Minutes(2))
    return some(std::max<std::int64_t>(absl::ToInt64Seconds(age), 0), "second");
  if (age < absl::Hours(2)) return some(absl::ToInt64Minutes(age), "minute");
  if (age < absl::Hours(48)) return some(absl::ToInt64Hours(age), "hour");
  return some(absl::ToInt64Hours(age) / 24, "day");
}

std::string Lines(const std::vector<client::Server>& servers, WallTime now) {
  std::string lines;
  for (const client::Server& server : servers) {
    absl::StrAppend(&lines, "\n  ", server.id, "  ", server.name, Age(server, now), ", status ",
                    server.status);
  }
  return lines;
}

}  // namespace

std::string NonceOf(const client::Server& server) {
  const auto found = server.metadata.find(kCreateMark);
  return found == server.metadata.end() ? "" : found->second;
}

void TakeMarkAway(const Call& call, Cloud& cloud, const client::Server& found,
                  schema::Diagnostics& notes) {
  if (NonceOf(found).empty() || !TakesMetadata(found)) return;
  const Status done = Delete(call, cloud, found.id);
  if (done.ok() || done.error().code == Code::kConflict) return;
  notes.Warn(absl::StrCat("The server ", found.name, " still carries the mark of its creation"),
             absl::StrCat("The server ", found.id,
                          " is complete and in the state. Removing its "
                          "metadata key ",
                          kCreateMark,
                          " failed, so other runs of Terraform take "
                          "its creation for unfinished and warn about it. The next plan or refresh "
                          "removes the key.\n\n",
                          done.error().Text()));
}

void TellOfUnfinished(const Call& call, Cloud& cloud, Record& record) {
  if (cloud.unfinished.WasLookedFor()) return;
  const Result<std::vector<client::Server>> servers = cloud.fleet.All(call);
  if (!servers.ok()) {
    const Code code = servers.error().code;
    if (code == Code::kCancelled || code == Code::kTimeout || !cloud.unfinished.LookedFor()) return;
    record.Warn("Unfinished servers could not be looked for",
                absl::StrCat("Before the first server is created, the provider lists the servers "
                             "whose creation an interrupted run left unfinished. The list could "
                             "not be read; the creation goes on.\n\n",
                             servers.error().Text()));
    return;
  }
  cloud.unfinished.LookedFor();
  std::vector<client::Server> news;
  for (const client::Server& server : *servers) {
    const std::string nonce = NonceOf(server);
    if (nonce.empty() || server.task_state == "deleting") continue;
    if (cloud.unfinished.IsNews(server.id, nonce)) news.push_back(server);
  }
  if (news.empty()) return;
  record.Warn("Servers whose creation was never finished",
              absl::StrCat("Another run of Terraform began to create these servers and did not "
                           "record the result. It was killed, or it is still at work:",
                           Lines(news, cloud.ecs.CloudTime(call)),
                           "\n\nIf no other run is creating them, they are in no state and cost "
                           "money. To keep one, import it (terraform import ADDRESS ID); otherwise "
                           "delete it. The provider does not adopt a server by its likeness, so "
                           "this apply creates new ones."));
}

void TellOfTwins(const Call& call, Cloud& cloud, const std::string& nonce, const std::string& id,
                 Record& record) {
  std::vector<client::Server> twins;
  const Status done = cloud.ecs.VisitServers(call, {}, [&](const client::Server& server) {
    if (NonceOf(server) == nonce && server.id != id) twins.push_back(server);
    return true;
  });
  if (!done.ok()) {
    record.Warn("Whether the server was created twice is not known",
                absl::StrCat("The request to create the server ", id,
                             " was sent twice, because "
                             "the answer to the first was lost. Looking for a second server with "
                             "the metadata ",
                             kCreateMark, " = ", nonce, " failed.\n\n", done.error().Text()));
  } else if (!twins.empty()) {
    record.Warn("The server was created twice",
                absl::StrCat("The request to create the server ", id,
                             " was sent twice, because "
                             "the answer to the first was lost, and the cloud executed both. The "
                             "state holds ",
                             id, ". Delete the other:", Lines(twins, cloud.ecs.CloudTime(call))));
  }
}

}  // namespace ecs::resources::server
