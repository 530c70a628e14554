// Flavors, resize targets, quotas and zones over v1: api/ecs-v1.md sections 14, 15, 18.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/quotas.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

std::string SpecOf(const Flavor& flavor, const std::string& name) {
  const auto found = flavor.extra_specs.find(name);
  return found == flavor.extra_specs.end() ? "" : found->second;
}

// The status there: cond:operation:az, "az0(normal),az1(sellout)", overrides cond:operation:status.
std::string StatusIn(const Flavor& flavor, const std::string& zone) {
  for (std::string_view entry : Split(SpecOf(flavor, "cond:operation:az"), ',')) {
    const std::size_t open = entry.find('(');
    if (open == std::string_view::npos || entry.substr(0, open) != zone) continue;
    return std::string(entry.substr(open + 1, entry.size() - open - 2));
  }
  const std::string status = SpecOf(flavor, "cond:operation:status");
  return status.empty() ? "normal" : status;
}

bool IsOffered(const Flavor& flavor, const std::string& zone) {
  const std::string status = StatusIn(flavor, zone);
  return status == "normal" || status == "obt" || status == "promotion";
}

Json FlavorLinks(const Exchange& in, const std::string& id) {
  Json links = NovaLinks(in, "flavors", id);
  for (Json& link : links) link["type"] = nullptr;
  return links;
}

Json FlavorJson(const Exchange& in, const Flavor& flavor, const char* specs) {
  return {{"id", flavor.id},
          {"name", flavor.id},
          {"vcpus", StrCat(flavor.vcpus)},
          {"ram", flavor.ram_mib},
          {"disk", StrCat(flavor.disk_gb)},
          {"swap", ""},
          {"OS-FLV-EXT-DATA:ephemeral", 0},
          {"OS-FLV-DISABLED:disabled", false},
          {"rxtx_factor", 1.0},
          {"rxtx_quota", nullptr},
          {"rxtx_cap", nullptr},
          {"os-flavor-access:is_public", true},
          {"links", FlavorLinks(in, flavor.id)},
          {specs, flavor.extra_specs},
          {"attachableQuantity",
           {{"free_scsi", 60}, {"free_blk", 24}, {"free_disk", 60}, {"free_nic", 12}}}};
}

// The rows after `marker`, at most `limit`.
Json Cut(const Exchange& in, const std::vector<const Flavor*>& flavors, const char* specs) {
  std::size_t limit = 1000;
  if (in.query.Has("limit")) static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json rows = Json::array();
  for (const Flavor* flavor : flavors) {
    if (begun && rows.size() < limit) rows.push_back(FlavorJson(in, *flavor, specs));
    begun = begun || flavor->id == marker;
  }
  return rows;
}

Response ListFlavors(Cloud& cloud, const Exchange& in) {
  const std::string zone = in.query.Get("availability_zone");
  const std::string id = in.query.Get("flavor_id");
  std::vector<const Flavor*> flavors;
  for (const Flavor& flavor : cloud.store.flavors) {
    if (!id.empty() && flavor.id != id) continue;
    if (zone.empty() || IsOffered(flavor, zone)) flavors.push_back(&flavor);
  }
  return JsonReply(200, {{"flavors", Cut(in, flavors, "os_extra_specs")}});
}

// Whose targets are asked for: the first of three names that is given.
const Flavor* SourceFlavor(const Cloud& cloud, const Exchange& in) {
  const std::string server_id = in.query.Get("instance_uuid");
  if (!server_id.empty()) {
    const Server* server = cloud.store.servers.Find(server_id);
    return server == nullptr ? nullptr : cloud.store.flavors.Find(server->flavor_id);
  }
  const std::string id = in.query.Get("source_flavor_id");
  return cloud.store.flavors.Find(id.empty() ? in.query.Get("source_flavor_name") : id);
}

Response ListResizeFlavors(Cloud& cloud, const Exchange& in) {
  const std::string server_id = in.query.Get("instance_uuid");
  if (!server_id.empty() && cloud.store.servers.Find(server_id) == nullptr) return NoSuchServer();
  const Flavor* source = SourceFlavor(cloud, in);
  if (source == nullptr) return EcsError("Ecs.0005", "No flavor or server to resize is named.");
  std::vector<const Flavor*> flavors;
  for (const Flavor& flavor : cloud.store.flavors) {
    if (&flavor != source && flavor.disk_gb == 0 && IsOffered(flavor, "")) {
      flavors.push_back(&flavor);
    }
  }
  const std::string key = in.query.Get("sort_key");
  const bool descending = in.query.Get("sort_dir") == "desc";
  std::sort(flavors.begin(), flavors.end(), [&](const Flavor* a, const Flavor* b) {
    if (descending) std::swap(a, b);
    if (key == "memory_mb" && a->ram_mib != b->ram_mib) return a->ram_mib < b->ram_mib;
    if (key == "vcpus" && a->vcpus != b->vcpus) return a->vcpus < b->vcpus;
    return a->id < b->id;
  });
  return JsonReply(200, {{"flavors", Cut(in, flavors, "extra_specs")}});
}

Response ShowLimits(Cloud& cloud, const Exchange&) {
  Json absolute = AbsoluteLimits(cloud);
  absolute["limit_by_flavor"] = Json::array();
  return JsonReply(200, {{"absolute", std::move(absolute)}});
}

Response ListZones(Cloud& cloud, const Exchange&) {
  Json zones = Json::array();
  for (const std::string& zone : cloud.store.zones) {
    zones.push_back({{"availability_zone_id", zone},
                     {"type", "Core"},
                     {"mode", "shared"},
                     {"category", 0},
                     {"alias", zone},
                     {"public_border_group", "center"}});
  }
  return JsonReply(200, {{"availability_zones", std::move(zones)}});
}

}  // namespace

Json AbsoluteLimits(const Cloud& cloud) {
  int cores = 0;
  long long ram_mib = 0;
  for (const Server& server : cloud.store.servers) {
    const Flavor* flavor = cloud.store.flavors.Find(server.flavor_id);
    if (flavor == nullptr) continue;
    cores += flavor->vcpus;
    ram_mib += flavor->ram_mib;
  }
  return {{"maxTotalInstances", cloud.options.max_servers},
          {"totalInstancesUsed", cloud.store.servers.size()},
          {"maxTotalCores", cloud.options.max_servers * 10},
          {"totalCoresUsed", cores},
          {"maxTotalRAMSize", cloud.options.max_servers * 12288},
          {"totalRAMUsed", ram_mib},
          {"maxTotalKeypairs", -1},
          {"maxServerMeta", 128},
          {"maxImageMeta", 128},
          {"maxPersonality", 5},
          {"maxPersonalitySize", 10240},
          {"maxServerGroups", 10},
          {"maxServerGroupMembers", 16},
          {"totalServerGroupsUsed", cloud.store.server_groups.size()},
          {"maxSecurityGroups", 100},
          {"totalSecurityGroupsUsed", cloud.store.security_groups.size()},
          {"maxSecurityGroupRules", 5000},
          {"maxTotalFloatingIps", 10},
          {"totalFloatingIpsUsed", cloud.store.public_ips.size()},
          {"maxTotalSpotInstances", 0},
          {"totalSpotInstancesUsed", 0},
          {"maxTotalSpotCores", 0},
          {"totalSpotCoresUsed", 0},
          {"maxTotalSpotRAMSize", 0},
          {"totalSpotRAMUsed", 0}};
}

void AddEcsFlavorRoutes(Router& router) {
  constexpr Service kEcs = Service::kEcs;
  const std::string base = "/v1/{project_id}/cloudservers";
  router.Add(kEcs, "GET", base + "/flavors", "ListFlavors", ListFlavors);
  router.Add(kEcs, "GET", base + "/resize_flavors", "ListResizeFlavors", ListResizeFlavors);
  router.Add(kEcs, "GET", "/v2.1/{project_id}/resize_flavors", "ListResizeFlavors",
             ListResizeFlavors);
  router.Add(kEcs, "GET", base + "/limits", "ShowLimits", ShowLimits);
  router.Add(kEcs, "GET", "/v1/{project_id}/availability-zones", "ListZones", ListZones);
}

}  // namespace emulator
