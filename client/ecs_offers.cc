// Ecs: interfaces and volumes of servers, and what a project can choose from.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/ecs.h"
#include "client/pages.h"
#include "client/second_look.h"

namespace ecs::client {
namespace {

constexpr std::size_t kVolumesPerCall = 60;  // neighbours.md section 3.1
constexpr std::size_t kVolumePage = 1000;    // neighbours.md section 3.1
constexpr std::size_t kImagePage = 500;
constexpr int kMaxPages = 200;

constexpr Operation kInterfaces = {.path =
                                       "/v1/{project_id}/cloudservers/{server_id}/os-interface"};
constexpr Operation kBlockDevices = {.path =
                                         "/v1/{project_id}/cloudservers/{server_id}/block_device"};
constexpr Operation kListVolumes = {.service = "evs",
                                    .path = "/v2/{project_id}/cloudvolumes/detail"};
constexpr Operation kExtendVolume = {
    .method = "POST",
    .service = "evs",
    .path = "/v2/{project_id}/cloudvolumes/{volume_id}/action",
    // The answer names the job; a second extension to the same size is refused.
    .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kFlavors = {.path = "/v1/{project_id}/cloudservers/flavors"};
constexpr Operation kResizeFlavors = {.path = "/v1/{project_id}/cloudservers/resize_flavors"};
constexpr Operation kImages = {.service = "ims", .path = "/v2/cloudimages"};
constexpr Operation kAvailabilityZones = {.path = "/v2.1/{project_id}/os-availability-zone"};

void AddIf(Query& query, const char* name, const std::string& value) {
  if (!value.empty()) query.emplace_back(name, value);
}

Query QueryOf(const ImageFilter& filter) {
  Query query = {{"limit", absl::StrCat(kImagePage)}};
  AddIf(query, "id", filter.id);
  AddIf(query, "name", filter.name);
  AddIf(query, "visibility", filter.visibility);
  AddIf(query, "__imagetype", filter.image_type);
  AddIf(query, "status", filter.status);
  AddIf(query, "__os_type", filter.os_type);
  AddIf(query, "__platform", filter.platform);
  AddIf(query, "owner", filter.owner);
  AddIf(query, "tag", filter.tag);
  AddIf(query, "flavor_id", filter.flavor_id);
  return query;
}

Interface ParseInterface(const Json& json) {
  Interface parsed = {.port_id = Text(json, "port_id"),
                      .net_id = Text(json, "net_id"),
                      .mac = Text(json, "mac_addr"),
                      .port_state = Text(json, "port_state")};
  for (const Json& ip : Items(json, "fixed_ips")) {
    parsed.fixed_ips.push_back({Text(ip, "subnet_id"), Text(ip, "ip_address")});
  }
  return parsed;
}

std::vector<Flavor> ParseFlavors(const Json& body) {
  std::vector<Flavor> flavors;
  for (const Json& flavor : Items(body, "flavors")) flavors.push_back(ParseFlavor(flavor));
  return flavors;
}

}  // namespace

Result<std::vector<Interface>> Ecs::ListInterfaces(const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kInterfaces, {.path = {{"server_id", id}}}));
  std::vector<Interface> interfaces;
  for (const Json& json : Items(response.json, "interfaceAttachments")) {
    interfaces.push_back(ParseInterface(json));
  }
  return interfaces;
}

Result<std::vector<BlockDevice>> Ecs::GetBlockDevices(const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kBlockDevices, {.path = {{"server_id", id}}}));
  std::vector<BlockDevice> devices;
  for (const Json& json : Items(response.json, "volumeAttachments")) {
    const std::string volume_id = Text(json, "volumeId");
    devices.push_back({.volume_id = volume_id.empty() ? Text(json, "id") : volume_id,
                       .size_gb = Integer(json, "size").value_or(0),
                       .boot_index = static_cast<int>(Integer(json, "bootIndex").value_or(-1)),
                       .device = Text(json, "device")});
  }
  return devices;
}

Result<Volume> Ecs::GetVolume(const Call& call, const std::string& volume_id) {
  // By list: the paths that show a single volume differ between clouds.
  ASSIGN_OR_RETURN(std::vector<Volume> volumes,
                   LookTwice(call, [&] { return ListVolumes(call, {volume_id}); }));
  if (!volumes.empty()) return std::move(volumes.front());
  return Error{.code = Code::kNotFound,
               .summary = absl::StrCat(kListVolumes.Name(), " failed"),
               .detail = absl::StrCat("There is no volume ", volume_id, "."),
               .api = ApiFault{.operation = kListVolumes.Name()}};
}

Result<std::vector<Volume>> Ecs::ListVolumes(const Call& call,
                                             const std::vector<std::string>& ids) {
  std::vector<Volume> volumes;
  for (auto begin = ids.begin(); begin != ids.end();) {
    const auto left = static_cast<std::size_t>(ids.end() - begin);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, kVolumesPerCall));
    const std::string list = absl::StrCat("['", absl::StrJoin(begin, end, "','"), "']");
    ASSIGN_OR_RETURN(const Response response,
                     api_.Do(call, kListVolumes, {.query = {{"ids", list}}}));
    for (const Json& json : Items(response.json, "volumes")) {
      Volume volume = ParseVolume(json);
      // A cloud that does not know the filter answers with all volumes.
      if (std::find(begin, end, volume.id) != end) volumes.push_back(std::move(volume));
    }
    begin = end;
  }
  return volumes;
}

Result<std::vector<Volume>> Ecs::ListVolumes(const Call& call) {
  std::vector<Volume> volumes;
  PageCheck pages(kListVolumes, kMaxPages);
  for (std::size_t offset = 0;; offset += kVolumePage) {
    ASSIGN_OR_RETURN(const Response response,
                     api_.Do(call, kListVolumes,
                             {.query = {{"limit", absl::StrCat(kVolumePage)},
                                        {"offset", absl::StrCat(offset)}}}));
    const Json& rows = Items(response.json, "volumes");
    for (const Json& row : rows) {
      Volume volume = ParseVolume(row);
      if (pages.IsNew(volume.id)) volumes.push_back(std::move(volume));
    }
    if (rows.size() < kVolumePage) return volumes;
    RETURN_IF_ERROR(pages.NextPage());
  }
}

Result<std::string> Ecs::ExtendVolume(const Call& call, const std::string& volume_id,
                                      std::int64_t new_size_gb) {
  return StartJob(call, kExtendVolume,
                  {.path = {{"volume_id", volume_id}},
                   .body = Json{{"os-extend", {{"new_size", new_size_gb}}}}});
}

Result<std::vector<Flavor>> Ecs::ListFlavors(const Call& call,
                                             const std::string& availability_zone) {
  Input input;
  AddIf(input.query, "availability_zone", availability_zone);
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kFlavors, input));
  return ParseFlavors(response.json);
}

Result<std::vector<Flavor>> Ecs::ListResizeFlavors(const Call& call, const std::string& server_id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kResizeFlavors, {.query = {{"instance_uuid", server_id}}}));
  return ParseFlavors(response.json);
}

Result<std::vector<Image>> Ecs::ListImages(const Call& call, const ImageFilter& filter) {
  std::vector<Image> images;
  PageCheck pages(kImages, kMaxPages);
  for (;;) {
    Input input = {.query = QueryOf(filter)};
    if (!images.empty()) input.query.emplace_back("marker", images.back().id);
    ASSIGN_OR_RETURN(const Response response, api_.Do(call, kImages, input));
    const Json& rows = Items(response.json, "images");
    for (const Json& row : rows) {
      Image image = ParseImage(row);
      if (pages.IsNew(image.id)) images.push_back(std::move(image));
    }
    if (rows.size() < kImagePage) return images;
    RETURN_IF_ERROR(pages.NextPage());
  }
}

Result<std::vector<AvailabilityZone>> Ecs::ListAvailabilityZones(const Call& call) {
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kAvailabilityZones));
  std::vector<AvailabilityZone> zones;
  for (const Json& zone : Items(response.json, "availabilityZoneInfo")) {
    zones.push_back({.name = Text(zone, "zoneName"),
                     .available = Boolean(Member(zone, "zoneState"), "available").value_or(false)});
  }
  return zones;
}

}  // namespace ecs::client
