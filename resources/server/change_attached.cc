// Changes of what is attached to a server: the security groups of its port, the size of its disk.
#include <chrono>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

constexpr char kGrowFailed[] = "Growing the system disk failed";

// How often the order to grow a volume is sent where nothing comes of it.
constexpr int kOrdersMax = 3;
// How long a volume is watched for a sign of an order before that is sent again.
constexpr Duration kOrderShows = std::chrono::seconds(10);

// Looks at the volume until `enough` holds of it.
Result<client::Volume> Watch(const Call& call, Cloud& cloud, const std::string& id,
                             const std::function<bool(const client::Volume&)>& enough) {
  return client::WaitUntil<client::Volume>(
      call, client::kJobPace, [&] { return cloud.ecs.GetVolume(call, id); },
      [&](const client::Volume& seen) {
        return enough(seen) ? client::Verdict::Done() : client::Verdict::Wait();
      },
      [](const client::Volume& seen) {
        return absl::StrCat("status ", seen.status, ", ", seen.size_gb, " GiB");
      });
}

// The volume once nothing extends it.
Result<client::Volume> Settled(const Call& call, Cloud& cloud, const std::string& id) {
  ASSIGN_OR_RETURN(client::Volume volume, cloud.ecs.GetVolume(call, id));
  if (volume.status != "extending") return volume;
  return Watch(call, cloud, id,
               [](const client::Volume& seen) { return seen.status != "extending"; });
}

// Sends the order and waits for its job. Ok also where it is not known what became of it: then only
// the volume tells.
Status OrderGrowth(const Call& call, Cloud& cloud, const std::string& id, std::int64_t size_gb) {
  const Result<std::string> job = cloud.ecs.ExtendVolume(call, id, size_gb);
  cloud.volumes.Wrote(id);
  if (!job.ok()) return job.error().maybe_executed ? Status(Ok{}) : Status(job.error());
  const Result<client::Job> done = cloud.ecs.WaitForVolumeJob(call, *job);
  cloud.volumes.Wrote(id);
  if (done.ok()) return Ok{};
  switch (done.error().code) {
    case Code::kCloudFailed:  // these three are the job's own verdict
    case Code::kExhausted:
    case Code::kConflict:
    case Code::kTimeout:
    case Code::kCancelled:
      return done.error();
    default:
      return Ok{};
  }
}

// Until the volume has the size. The goal reached is success, whoever reached it: a disk may have
// grown in a run that was interrupted, by an order whose job could not be read, or by hand, and
// then the cloud refuses to grow it again (EVS.1015).
Status GrowVolume(const Call& call, Cloud& cloud, const std::string& id, std::int64_t size_gb) {
  ASSIGN_OR_RETURN(client::Volume volume, Settled(call, cloud, id));
  for (int orders = 0; volume.size_gb < size_gb; ++orders) {
    if (orders == kOrdersMax || (orders > 0 && volume.status == "error_extending")) {
      return Error{.code = Code::kCloudFailed,
                   .summary = kGrowFailed,
                   .detail = absl::StrCat("The volume ", id, " was ordered to grow to ", size_gb,
                                          " GiB. It has ", volume.size_gb, " GiB and status ",
                                          volume.status, "."),
                   .hint = "Look at the volume in the console, and apply again."};
    }
    const Status ordered = OrderGrowth(call, cloud, id, size_gb);
    if (ordered.ok()) {
      const Result<client::Volume> sign = Watch(
          call.Until(call.clock.Now() + kOrderShows), cloud, id, [&](const client::Volume& seen) {
            return seen.size_gb >= size_gb || seen.status.find("extending") != std::string::npos;
          });
      if (!sign.ok() && sign.error().code == Code::kCancelled) return sign.error();
    }
    Result<client::Volume> now = Settled(call, cloud, id);
    const bool reached = now.ok() && now->size_gb >= size_gb;
    if (!ordered.ok() && !reached) return ordered;
    if (!now.ok()) return now.error();
    volume = *std::move(now);
  }
  return Ok{};
}

// The port that the interface stands for; a state of an older release may not know it.
Result<std::string> PortOf(const Call& call, Cloud& cloud, const Server& server) {
  if (server.network_interface->port_id.is_known()) {
    return server.network_interface->port_id.value();
  }
  ASSIGN_OR_RETURN(const std::vector<client::Port> ports,
                   cloud.ecs.ListPorts(call, server.id.value()));
  for (const client::Port& port : ports) {
    if (port.primary || ports.size() == 1) return port.id;
  }
  return Error{.code = Code::kNotFound,
               .summary = "The primary interface was not found",
               .detail = absl::StrCat("The cloud shows ", ports.size(), " ports of the server ",
                                      server.id.value(), ", and none of them as primary."),
               .hint = "Run terraform apply -refresh-only, and apply again."};
}

}  // namespace

// In one step and on this port alone: the server is never without a group, and its other interfaces
// keep theirs.
Status ChangeSecurityGroups(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const std::string summary = "Changing the security groups failed";
  const Path path = Path("network_interface") / "security_group_ids";
  const std::set<std::string>& groups = change.after.network_interface->security_group_ids.value();
  const Result<std::string> port = PortOf(call, cloud, change.before);
  if (!port.ok()) return port.error().While(summary).At(path);
  const Status done = cloud.ecs.SetPortSecurityGroups(call, *port, {groups.begin(), groups.end()});
  cloud.fleet.Wrote(change.before.id.value());
  cloud.ports.Wrote(*port);
  if (done.ok()) return Ok{};
  return done.error().While(summary).At(path).Hint(absl::StrCat(
      "The port ", *port, " keeps the groups it had. Check that each of ",
      absl::StrJoin(groups, ", "), " exists in this project and region, and apply again."));
}

Status GrowSystemDisk(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const Path path = Path("system_disk") / "size_gb";
  if (!change.before.system_disk->id.is_known()) {
    return Error{.code = Code::kInvalid,
                 .summary = kGrowFailed,
                 .detail =
                     "The cloud does not tell which of the server's volumes is the system "
                     "disk.",
                 .path = path,
                 .hint = "Grow it in the console, and set size_gb to its new size."};
  }
  const Status done = GrowVolume(call, cloud, change.before.system_disk->id.value(),
                                 change.after.system_disk->size_gb.value());
  if (done.ok()) return Ok{};
  return done.error().While(kGrowFailed).At(path);
}

}  // namespace ecs::resources::server
