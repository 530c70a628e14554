// Disks of a server over v1: api/ecs-v1.md section 11.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

constexpr int kDisksMax = 60;

int FreeDisks(const Server& server) {
  return std::max(0, kDisksMax - static_cast<int>(server.volume_ids.size()));
}

std::optional<Response> CheckAttach(const Cloud& cloud, const Server& server,
                                    const Volume* volume) {
  if (volume == nullptr) return EcsError("Ecs.0103");
  if (FindAttachment(*volume, server.id) != nullptr) return EcsDetailError("Ecs.0057");
  if (const auto c = CheckAction(cloud, server, Action::kAttachVolume)) return EcsConflict(*c);
  if (server.vm_state != "active" && server.vm_state != "stopped") return EcsError("Ecs.0100");
  const bool shared = volume->multiattach && volume->status == "in-use";
  if (volume->status != "available" && !shared) return EcsError("Ecs.0103");
  if (volume->availability_zone != server.availability_zone) return EcsError("Ecs.0121");
  if (FreeDisks(server) == 0) return EcsError("Ecs.0104");
  return std::nullopt;
}

Response AttachVolume(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& given = Member(in.body, "volumeAttachment");
  const std::string id = TextOf(given, "volumeId");
  const bool dry_run = BoolOf(in.body, "dry_run");
  if (id.empty()) {
    return dry_run ? EmptyReply(202) : EcsError("Ecs.0005", "volumeId is missing.");
  }
  Volume* volume = cloud.store.volumes.Find(id);
  if (auto refused = CheckAttach(cloud, *server, volume)) return *refused;
  if (dry_run) return EmptyReply(202);
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const std::string job_id = MakeJob(cloud, "attachVolume", {{"server_id", server->id}}).id;
  Attach(cloud, *server, *volume, TextOf(given, "device"), false, "attaching");
  LogAction(cloud, *server, "attach_volume", "req-" + in.request_id);
  if (twist == Twist::kStuck) return JobReply(job_id);
  cloud.timeline.After(cloud.Takes("attach"), [&cloud, id, job_id, twist, server_id = server->id] {
    Volume* found = cloud.store.volumes.Find(id);
    Server* owner = cloud.store.servers.Find(server_id);
    if (found == nullptr || owner == nullptr || twist != Twist::kNone) {
      if (found != nullptr && owner != nullptr) Detach(cloud, *owner, *found);
      FailJob(cloud, job_id, "Ecs.0205", EcsMessage("Ecs.0205"));
      return;
    }
    found->status = "in-use";
    FinishJob(cloud, job_id);
  });
  return JobReply(job_id);
}

Response DetachVolume(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const std::string id = in.Param("volume_id");
  Volume* volume = cloud.store.volumes.Find(id);
  const Attachment* at = volume == nullptr ? nullptr : FindAttachment(*volume, server->id);
  if (at == nullptr) return EcsError("Ecs.0111");
  if (const auto c = CheckAction(cloud, *server, Action::kDetachVolume)) return EcsConflict(*c);
  if (server->vm_state != "active" && server->vm_state != "stopped") return EcsError("Ecs.0100");
  if (at->boot_index == 0 && server->vm_state != "stopped") return EcsError("Ecs.0101");
  if (volume->status != "in-use") return EcsError("Ecs.0102");
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const std::string job_id = MakeJob(cloud, "detachVolume", {{"server_id", server->id}}).id;
  volume->status = "detaching";
  LogAction(cloud, *server, "detach_volume", "req-" + in.request_id);
  if (twist == Twist::kStuck) return JobReply(job_id);
  cloud.timeline.After(cloud.Takes("detach"), [&cloud, id, job_id, twist, server_id = server->id] {
    Volume* found = cloud.store.volumes.Find(id);
    Server* owner = cloud.store.servers.Find(server_id);
    if (found == nullptr || owner == nullptr || twist != Twist::kNone) {
      if (found != nullptr) found->status = "in-use";
      FailJob(cloud, job_id, "Ecs.0102", "Detaching the disk failed.");
      return;
    }
    Detach(cloud, *owner, *found);
    FinishJob(cloud, job_id);
  });
  return JobReply(job_id);
}

Json DeviceJson(const Server& server, const Volume& volume) {
  const Attachment* at = FindAttachment(volume, server.id);
  const auto passthrough = volume.metadata.find("hw:passthrough");
  const bool scsi = passthrough != volume.metadata.end() && passthrough->second == "true";
  return {{"id", volume.id},
          {"volumeId", volume.id},
          {"serverId", server.id},
          {"device", at->device},
          {"size", volume.size_gb},
          {"bootIndex", at->boot_index},
          {"pciAddress", at->boot_index == 0 ? "0000:02:01.0" : "0000:02:02.0"},
          {"bus", scsi ? "scsi" : "virtio"}};
}

Json Quantity(const Server& server) {
  const int free = FreeDisks(server);
  return {{"free_scsi", free}, {"free_blk", std::max(0, free - 36)}, {"free_disk", free}};
}

Response ListBlockDevices(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  Json rows = Json::array();
  for (const std::string& id : server->volume_ids) {
    const Volume* volume = cloud.store.volumes.Find(id);
    if (volume != nullptr) rows.push_back(DeviceJson(*server, *volume));
  }
  return JsonReply(
      200, {{"attachableQuantity", Quantity(*server)}, {"volumeAttachments", std::move(rows)}});
}

Response ShowBlockDevice(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr || FindAttachment(*volume, server->id) == nullptr) {
    return EcsWrapped(404, "volume_id not found: " + in.Param("volume_id"));
  }
  return JsonReply(200, {{"volumeAttachment", DeviceJson(*server, *volume)}});
}

Response ListAttachments(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  Json rows = Json::array();
  for (const std::string& id : server->volume_ids) {
    const Volume* volume = cloud.store.volumes.Find(id);
    if (volume == nullptr) continue;
    rows.push_back({{"id", id},
                    {"volumeId", id},
                    {"serverId", server->id},
                    {"device", FindAttachment(*volume, server->id)->device}});
  }
  return JsonReply(200, {{"volumeAttachments", std::move(rows)}});
}

Response ShowAppendQuota(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  Json quota = Quantity(*server);
  quota["count"] = FreeDisks(*server);
  return JsonReply(200, quota);
}

Response SetDeleteWithServer(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  Attachment* at = volume == nullptr ? nullptr : FindAttachment(*volume, server->id);
  if (at == nullptr) return EcsError("Ecs.0111");
  const Json& wanted = Member(Member(in.body, "block_device"), "delete_on_termination");
  if (!wanted.is_boolean()) return EcsError("Ecs.0005", "delete_on_termination is missing.");
  at->delete_with_server = wanted.get<bool>();
  Touch(cloud, *server);
  return EmptyReply(204);
}

}  // namespace

void AddEcsDiskRoutes(Router& router) {
  constexpr Service kEcs = Service::kEcs;
  const std::string server = "/v1/{project_id}/cloudservers/{server_id}";
  router.Add(kEcs, "POST", server + "/attachvolume", "AttachVolume", AttachVolume);
  router.Add(kEcs, "DELETE", server + "/detachvolume/{volume_id}", "DetachVolume", DetachVolume);
  router.Add(kEcs, "GET", server + "/block_device", "ListBlockDevices", ListBlockDevices);
  router.Add(kEcs, "GET", server + "/block_device/{volume_id}", "ShowBlockDevice", ShowBlockDevice);
  router.Add(kEcs, "PUT", server + "/block_device/{volume_id}", "UpdateBlockDevice",
             SetDeleteWithServer);
  router.Add(kEcs, "GET", "/v2.1/servers/{server_id}/block_device", "ListBlockDevices",
             ListBlockDevices);
  router.Add(kEcs, "GET", "/v2.1/servers/{server_id}/block_device/{volume_id}", "ShowBlockDevice",
             ShowBlockDevice);
  router.Add(kEcs, "GET", server + "/os-volume_attachments", "ListVolumeAttachments",
             ListAttachments);
  router.Add(kEcs, "GET", server + "/appendvolumequota", "ShowAppendQuota", ShowAppendQuota);
}

}  // namespace emulator
