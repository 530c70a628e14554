// Volumes by the vendor's calls: api/neighbours.md section 3.
#include "tests/emulator/volumes/evs.h"

#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/jobs.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Json AttachmentsJson(const Volume& volume) {
  Json list = Json::array();
  for (const Attachment& at : volume.attachments) {
    list.push_back({{"server_id", at.server_id},
                    {"attachment_id", at.attachment_id},
                    {"attached_at", IsoMicros(at.attached)},
                    {"host_name", nullptr},
                    {"volume_id", volume.id},
                    {"device", at.device},
                    {"id", volume.id}});
  }
  return list;
}

Response NotVolume(int status, const char* code, const std::string& message) {
  return CodeError(status, code, message);
}

Json ImageMetadata(const Cloud& cloud, const Volume& volume) {
  const Image* image = cloud.store.images.Find(volume.image_id);
  if (image == nullptr) return Json::object();
  return {{"id", image->id},
          {"image_id", image->id},
          {"image_name", image->name},
          {"__os_type", image->os_type},
          {"min_disk", StrCat(image->min_disk_gb)}};
}

Response ListVolumes(Cloud& cloud, const Exchange& in) {
  const std::string server_id = in.query.Get("server_id");
  const std::string ids = in.query.Get("ids");
  std::vector<const Volume*> found;
  for (const Volume& volume : cloud.store.volumes) {
    const auto is = [&](const char* name, const std::string& value) {
      return !in.query.Has(name) || in.query.Get(name) == value;
    };
    if (!is("name", volume.name) || !is("status", volume.status) || !is("id", volume.id)) continue;
    if (!is("availability_zone", volume.availability_zone)) continue;
    if (!server_id.empty() && FindAttachment(volume, server_id) == nullptr) continue;
    if (!ids.empty() && !Contains(ids, volume.id)) continue;
    found.push_back(&volume);
  }
  std::size_t limit = 1000;
  std::size_t offset = 0;
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  static_cast<void>(ReadNumber(in.query.Get("offset"), &offset));
  Json rows = Json::array();
  for (std::size_t i = offset; i < found.size() && i < offset + limit; ++i) {
    rows.push_back(VolumeJson(cloud, in, *found[i]));
  }
  return JsonReply(
      200,
      {{"volumes", std::move(rows)}, {"count", found.size()}, {"volumes_links", Json::array()}});
}

Response ShowVolume(Cloud& cloud, const Exchange& in) {
  const Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  return JsonReply(200, {{"volume", VolumeJson(cloud, in, *volume)}});
}

Response CreateCloudVolumes(Cloud& cloud, const Exchange& in) {
  std::vector<Volume*> made;
  if (auto refused = CreateVolumes(cloud, in, made)) return *refused;
  std::vector<Json> entities;
  Json ids = Json::array();
  for (const Volume* volume : made) {
    entities.push_back({{"volume_id", volume->id},
                        {"name", volume->name},
                        {"size", volume->size_gb},
                        {"volume_type", volume->type}});
    ids.push_back(volume->id);
  }
  const bool one = made.size() == 1;
  ParentJob job;
  if (one) {
    job.id = MakeJob(cloud, "createVolume", entities[0]).id;
    job.parts = {job.id};
  } else {
    job = MakeParentJob(cloud, "batchCreateVolume", "createVolume", entities);
  }
  const auto fault = cloud.faults.TakeOutcome(in.FullOperation(), "", made[0]->name);
  for (std::size_t i = 0; i < made.size(); ++i) {
    cloud.timeline.After(cloud.Takes("volume"), [&cloud, id = made[i]->id, part = job.parts[i],
                                                 fails = fault.has_value()] {
      if (fails) {
        cloud.store.volumes.Remove(id);
        FailJob(cloud, part, "EVS.2024", "Creating the volume failed.");
        return;
      }
      FinishVolume(cloud, id);
      FinishJob(cloud, part);
    });
  }
  return JsonReply(200, {{"job_id", job.id}, {"volume_ids", std::move(ids)}});
}

Response VolumeAction(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  if (auto refused = ExtendVolume(cloud, in, *volume)) return *refused;
  const std::string job_id = MakeJob(cloud, "extendVolume", {{"volume_id", volume->id}}).id;
  cloud.timeline.After(cloud.Takes("volume"), [&cloud, job_id] { FinishJob(cloud, job_id); });
  return JobReply(job_id);
}

Response DeleteVolume(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  if (auto refused = RemoveVolume(cloud, *volume)) return *refused;
  const std::string job_id = MakeJob(cloud, "deleteVolume", {{"volume_id", volume->id}}).id;
  cloud.timeline.After(cloud.Takes("volume"), [&cloud, job_id] { FinishJob(cloud, job_id); });
  return JobReply(job_id);
}

Response UpdateVolume(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  const Json& given = Member(in.body, "volume");
  volume->name = TextOf(given, "name", volume->name);
  volume->description = TextOf(given, "description", volume->description);
  volume->updated = cloud.wall();
  return JsonReply(200, {{"volume", VolumeJson(cloud, in, *volume)}});
}

Response RetypeVolume(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  const std::string type = TextOf(Member(in.body, "os-retype"), "new_type");
  if (type.empty()) return NotVolume(400, "EVS.1020", "new_type is missing.");
  const std::string job_id = MakeJob(cloud, "retypeVolume", {{"volume_id", volume->id}}).id;
  cloud.timeline.After(cloud.Takes("volume"), [&cloud, job_id, type, id = volume->id] {
    if (Volume* found = cloud.store.volumes.Find(id)) found->type = type;
    FinishJob(cloud, job_id);
  });
  return JsonReply(202, {{"job_id", job_id}});
}

}  // namespace

Response NoSuchVolume(const Exchange& in) {
  return NovaError(404, StrCat("Volume ", in.Param("volume_id"), " could not be found."));
}

Json VolumeJson(const Cloud& cloud, const Exchange& in, const Volume& volume) {
  const auto encrypted = volume.metadata.find("__system__encrypted");
  return {{"id", volume.id},
          {"name", volume.name},
          {"description", volume.description},
          {"status", volume.status},
          {"size", volume.size_gb},
          {"volume_type", volume.type},
          {"availability_zone", volume.availability_zone},
          {"bootable", volume.bootable ? "true" : "false"},
          {"encrypted", encrypted != volume.metadata.end() && encrypted->second == "1"},
          {"multiattach", volume.multiattach},
          {"shareable", volume.multiattach},
          {"metadata", volume.metadata},
          {"attachments", AttachmentsJson(volume)},
          {"volume_image_metadata", ImageMetadata(cloud, volume)},
          {"created_at", IsoMicros(volume.created)},
          {"updated_at", IsoMicros(volume.updated)},
          {"os-vol-tenant-attr:tenant_id", cloud.options.project_id},
          {"user_id", cloud.options.user_id},
          {"snapshot_id", volume.snapshot_id.empty() ? Json() : Json(volume.snapshot_id)},
          {"source_volid", nullptr},
          {"replication_status", "disabled"},
          {"consistencygroup_id", nullptr},
          {"tags", volume.tags},
          {"wwn", Hex(Sha224(volume.id)).substr(0, 32)},
          {"service_type", "EVS"},
          {"links", Json::array({{{"rel", "self"},
                                  {"href", StrCat(in.base, "/v2/", cloud.options.project_id,
                                                  "/volumes/", volume.id)}}})}};
}

std::optional<Response> CreateVolumes(Cloud& cloud, const Exchange& in,
                                      std::vector<Volume*>& made) {
  const Json& given = Member(in.body, "volume");
  const long long size = NumberOf(given, "size");
  const long long count = NumberOf(given, "count", 1);
  const std::string type = TextOf(given, "volume_type", "SAS");
  const std::string zone = TextOf(given, "availability_zone", cloud.store.zones.front());
  const auto& zones = cloud.store.zones;
  if (std::find(zones.begin(), zones.end(), zone) == zones.end()) {
    return NotVolume(400, "EVS.1036", "The availability zone does not exist.");
  }
  const std::string image = TextOf(given, "imageRef");
  if (size < (image.empty() ? 1 : 4) || size > 32768) {
    return NotVolume(400, "EVS.1010", "The size is out of range.");
  }
  if (count < 1 || count > 100) return NotVolume(400, "EVS.1009", "count is out of range.");
  DiskSpec spec = {.name = TextOf(given, "name"),
                   .type = type,
                   .size_gb = static_cast<int>(size),
                   .image_id = image,
                   .snapshot_id = TextOf(given, "snapshot_id"),
                   .multiattach = BoolOf(given, "multiattach")};
  const Json& metadata = Member(given, "metadata");
  if (metadata.is_object()) {
    spec.metadata = metadata.get<std::map<std::string, std::string>>();
  }
  for (long long i = 0; i < count; ++i) {
    Volume& volume = MakeVolume(cloud, spec, zone);
    volume.description = TextOf(given, "description");
    volume.bootable = !image.empty();
    if (Member(given, "tags").is_object()) {
      volume.tags = given["tags"].get<std::map<std::string, std::string>>();
    }
    if (count > 1) volume.name = StrCat(volume.name, "-000", i + 1);
    made.push_back(&volume);
  }
  return std::nullopt;
}

void FinishVolume(Cloud& cloud, const std::string& id) {
  Volume* volume = cloud.store.volumes.Find(id);
  if (volume != nullptr && volume->status == "creating") volume->status = "available";
}

std::optional<Response> ExtendVolume(Cloud& cloud, const Exchange& in, Volume& volume) {
  const long long size = NumberOf(Member(in.body, "os-extend"), "new_size");
  if (size == 0) return NotVolume(400, "EVS.1002", "os-extend.new_size is missing.");
  if (size <= volume.size_gb || size > 32768) {
    return NotVolume(400, "EVS.1015", "A volume can only grow.");
  }
  const bool in_use = volume.status == "in-use" && !volume.multiattach;
  if (volume.status != "available" && !in_use) {
    return NotVolume(400, "EVS.1048", "The volume's status does not allow it to grow.");
  }
  const std::string before = volume.status;
  volume.status = "extending";
  const auto fault = cloud.faults.TakeOutcome(in.FullOperation(), "", volume.name);
  cloud.timeline.After(cloud.Takes("volume"),
                       [&cloud, before, size, id = volume.id, fails = fault.has_value()] {
                         Volume* found = cloud.store.volumes.Find(id);
                         if (found == nullptr || found->status != "extending") return;
                         found->status = fails ? "error_extending" : before;
                         if (!fails) found->size_gb = static_cast<int>(size);
                         found->updated = cloud.wall();
                       });
  return std::nullopt;
}

std::optional<Response> RemoveVolume(Cloud& cloud, Volume& volume) {
  if (!volume.attachments.empty()) {
    return NotVolume(400, "EVS.1046", "The volume is attached to a server.");
  }
  volume.status = "deleting";
  cloud.timeline.After(cloud.Takes("volume"),
                       [&cloud, id = volume.id] { cloud.store.volumes.Remove(id); });
  return std::nullopt;
}

void AddEvsRoutes(Router& router) {
  constexpr Service kEvs = Service::kEvs;
  for (const char* version : {"/v2", "/v2.1", "/v3"}) {
    const std::string volumes = StrCat(version, "/{project_id}/cloudvolumes");
    router.Add(kEvs, "GET", volumes, "ListVolumes", ListVolumes);
    router.Add(kEvs, "GET", volumes + "/detail", "ListVolumes", ListVolumes);
    router.Add(kEvs, "POST", volumes, "CreateVolumes", CreateCloudVolumes);
    const std::string volume = volumes + "/{volume_id}";
    router.Add(kEvs, "GET", volume, "ShowVolume", ShowVolume);
    router.Add(kEvs, "PUT", volume, "UpdateVolume", UpdateVolume);
    router.Add(kEvs, "DELETE", volume, "DeleteVolume", DeleteVolume);
    router.Add(kEvs, "POST", volume + "/action", "ExtendVolume", VolumeAction);
  }
  router.Add(kEvs, "GET", "/v2/{project_id}/os-vendor-volumes/{volume_id}", "ShowVolume",
             ShowVolume);
  router.Add(kEvs, "POST", "/v2/{project_id}/volumes/{volume_id}/retype", "RetypeVolume",
             RetypeVolume);
}

}  // namespace emulator
