// Volumes by Cinder's own calls, v2 and v3: api/neighbours.md section 3.
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"
#include "tests/emulator/volumes/evs.h"

namespace emulator {
namespace {

// Cinder's faults around the same refusals.
Response AsCinder(const Response& refused) {
  return NovaError(refused.status, TextOf(Member(refused.Parsed(), "error"), "message"));
}

Response List(Cloud& cloud, const Exchange& in) {
  const std::string name = in.query.Get("name");
  const std::string status = in.query.Get("status");
  const std::string marker = in.query.Get("marker");
  std::size_t limit = 1000;
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  bool begun = marker.empty();
  Json rows = Json::array();
  for (const Volume& volume : cloud.store.volumes) {
    const bool fits =
        (name.empty() || volume.name == name) && (status.empty() || volume.status == status);
    if (begun && fits && rows.size() < limit) rows.push_back(VolumeJson(cloud, in, volume));
    begun = begun || volume.id == marker;
  }
  return JsonReply(200, {{"volumes", std::move(rows)}});
}

Response Show(Cloud& cloud, const Exchange& in) {
  const Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  return JsonReply(200, {{"volume", VolumeJson(cloud, in, *volume)}});
}

Response Create(Cloud& cloud, const Exchange& in) {
  std::vector<Volume*> made;
  if (auto refused = CreateVolumes(cloud, in, made)) return AsCinder(*refused);
  const std::string id = made[0]->id;
  cloud.timeline.After(cloud.Takes("volume"), [&cloud, id] { FinishVolume(cloud, id); });
  return JsonReply(202, {{"volume", VolumeJson(cloud, in, *made[0])}});
}

Response Update(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  const Json& given = Member(in.body, "volume");
  volume->name = TextOf(given, "name", volume->name);
  volume->description = TextOf(given, "description", volume->description);
  return JsonReply(200, {{"volume", VolumeJson(cloud, in, *volume)}});
}

Response Delete(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  if (auto refused = RemoveVolume(cloud, *volume)) return AsCinder(*refused);
  return EmptyReply(202);
}

Response Act(Cloud& cloud, const Exchange& in) {
  Volume* volume = cloud.store.volumes.Find(in.Param("volume_id"));
  if (volume == nullptr) return NoSuchVolume(in);
  if (Member(in.body, "os-extend").is_object()) {
    if (auto refused = ExtendVolume(cloud, in, *volume)) return AsCinder(*refused);
    return EmptyReply(202);
  }
  if (Member(in.body, "os-set_bootable").is_object()) {
    volume->bootable = BoolOf(in.body["os-set_bootable"], "bootable");
    return EmptyReply(200);
  }
  return NovaError(400, "There is no such action.");
}

Response ListTypes(Cloud& cloud, const Exchange&) {
  const std::string zones = Join(cloud.store.zones, ",");
  Json types = Json::array();
  for (const char* name : {"SSD", "SAS", "SATA", "GPSSD", "ESSD"}) {
    types.push_back({{"id", Hex(Sha224(name)).substr(0, 32)},
                     {"name", name},
                     {"extra_specs",
                      {{"RESKEY:availability_zones", zones},
                       {"volume_backend_name", name},
                       {"availability-zone", zones}}},
                     {"is_public", true},
                     {"description", nullptr},
                     {"qos_specs_id", nullptr}});
  }
  return JsonReply(200, {{"volume_types", std::move(types)}});
}

Response ShowLimits(Cloud& cloud, const Exchange&) {
  long long used_gb = 0;
  for (const Volume& volume : cloud.store.volumes) used_gb += volume.size_gb;
  return JsonReply(200, {{"limits",
                          {{"rate", Json::array()},
                           {"absolute",
                            {{"maxTotalVolumes", 10000},
                             {"totalVolumesUsed", cloud.store.volumes.size()},
                             {"maxTotalVolumeGigabytes", 1000000},
                             {"totalGigabytesUsed", used_gb},
                             {"maxTotalSnapshots", 100},
                             {"totalSnapshotsUsed", 0},
                             {"maxTotalBackups", 100},
                             {"totalBackupsUsed", 0},
                             {"maxTotalBackupGigabytes", 1000},
                             {"totalBackupGigabytesUsed", 0}}}}}});
}

Response ListNothing(Cloud&, const Exchange& in) {
  const std::string kind = in.path.substr(in.path.rfind('/') + 1);
  return JsonReply(200, {{kind == "detail" ? "snapshots" : kind, Json::array()}});
}

}  // namespace

void AddCinderRoutes(Router& router) {
  constexpr Service kCinder = Service::kCinder;
  for (const char* version : {"/v2", "/v3"}) {
    const std::string base = StrCat(version, "/{project_id}");
    const std::string volume = base + "/volumes/{volume_id}";
    router.Add(kCinder, "GET", base + "/volumes", "ListVolumes", List);
    router.Add(kCinder, "GET", base + "/volumes/detail", "ListVolumes", List);
    router.Add(kCinder, "POST", base + "/volumes", "CreateVolume", Create);
    router.Add(kCinder, "GET", volume, "ShowVolume", Show);
    router.Add(kCinder, "PUT", volume, "UpdateVolume", Update);
    router.Add(kCinder, "DELETE", volume, "DeleteVolume", Delete);
    router.Add(kCinder, "POST", volume + "/action", "VolumeAction", Act);
    router.Add(kCinder, "GET", base + "/types", "ListVolumeTypes", ListTypes);
    router.Add(kCinder, "GET", base + "/snapshots", "ListSnapshots", ListNothing);
    router.Add(kCinder, "GET", base + "/snapshots/detail", "ListSnapshots", ListNothing);
  }
  // Nova serves the same path below /v2.
  router.Add(kCinder, "GET", "/v3/{project_id}/limits", "ShowVolumeLimits", ShowLimits);
}

}  // namespace emulator
