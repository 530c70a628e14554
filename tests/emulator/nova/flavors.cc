// Native flavors: api/nova-v2.1.md section 9.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kPageDefault = 1000;

Response NoSuchFlavor(const std::string& id) {
  return NovaError(404, StrCat("Flavor ", id, " could not be found."));
}

std::vector<const Flavor*> Sorted(const Cloud& cloud, const Exchange& in) {
  const long long least_ram = NumberOf({{"v", in.query.Get("minRam")}}, "v");
  const long long least_disk = NumberOf({{"v", in.query.Get("minDisk")}}, "v");
  std::vector<const Flavor*> flavors;
  for (const Flavor& flavor : cloud.store.flavors) {
    if (flavor.ram_mib >= least_ram && flavor.disk_gb >= least_disk) flavors.push_back(&flavor);
  }
  const std::string key = in.query.Get("sort_key");
  const bool descending = in.query.Get("sort_dir") == "desc";
  std::sort(flavors.begin(), flavors.end(), [&](const Flavor* a, const Flavor* b) {
    if (descending) std::swap(a, b);
    if (key == "memory_mb" && a->ram_mib != b->ram_mib) return a->ram_mib < b->ram_mib;
    if (key == "vcpus" && a->vcpus != b->vcpus) return a->vcpus < b->vcpus;
    if (key == "root_gb" && a->disk_gb != b->disk_gb) return a->disk_gb < b->disk_gb;
    return a->id < b->id;
  });
  return flavors;
}

Response List(Cloud& cloud, const Exchange& in, bool detail) {
  const std::vector<const Flavor*> flavors = Sorted(cloud, in);
  std::vector<std::string> ids;
  ids.reserve(flavors.size());
  for (const Flavor* flavor : flavors) ids.push_back(flavor->id);
  Page page;
  if (auto refused = MakePage(in, ids, kPageDefault, page)) return *refused;
  Json rows = Json::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    const Flavor& flavor = *flavors[i];
    rows.push_back(detail ? NovaFlavorJson(in, flavor)
                          : Json{{"id", flavor.id},
                                 {"name", flavor.id},
                                 {"links", NovaLinks(in, "flavors", flavor.id)}});
  }
  Json body = {{"flavors", std::move(rows)}};
  if (!page.next.empty()) {
    body["flavors_links"] = Json::array({{{"rel", "next"}, {"href", page.next}}});
  }
  return JsonReply(200, body);
}

Response ListFlavors(Cloud& cloud, const Exchange& in) { return List(cloud, in, false); }
Response ListFlavorsDetail(Cloud& cloud, const Exchange& in) { return List(cloud, in, true); }

Response ShowFlavor(Cloud& cloud, const Exchange& in) {
  const Flavor* flavor = cloud.store.flavors.Find(in.Param("flavor_id"));
  if (flavor == nullptr) return NoSuchFlavor(in.Param("flavor_id"));
  return JsonReply(200, {{"flavor", NovaFlavorJson(in, *flavor)}});
}

Response ShowExtraSpecs(Cloud& cloud, const Exchange& in) {
  const Flavor* flavor = cloud.store.flavors.Find(in.Param("flavor_id"));
  if (flavor == nullptr) return NoSuchFlavor(in.Param("flavor_id"));
  return JsonReply(200, {{"extra_specs", flavor->extra_specs}});
}

Response ShowExtraSpec(Cloud& cloud, const Exchange& in) {
  const Flavor* flavor = cloud.store.flavors.Find(in.Param("flavor_id"));
  if (flavor == nullptr) return NoSuchFlavor(in.Param("flavor_id"));
  const auto found = flavor->extra_specs.find(in.Param("key"));
  if (found == flavor->extra_specs.end()) {
    return NovaError(
        404, StrCat("Flavor ", flavor->id, " has no extra specs with key ", in.Param("key"), "."));
  }
  return JsonReply(200, {{found->first, found->second}});
}

}  // namespace

Json NovaFlavorJson(const Exchange& in, const Flavor& flavor) {
  Json json = {{"id", flavor.id},
               {"name", flavor.id},
               {"vcpus", flavor.vcpus},
               {"ram", flavor.ram_mib},
               {"disk", flavor.disk_gb},
               {"swap", ""},
               {"OS-FLV-EXT-DATA:ephemeral", 0},
               {"OS-FLV-DISABLED:disabled", false},
               {"rxtx_factor", 1.0},
               {"os-flavor-access:is_public", true},
               {"links", NovaLinks(in, "flavors", flavor.id)}};
  if (Since(in, 55)) json["description"] = nullptr;
  return json;
}

void AddNovaFlavorRoutes(Router& router) {
  AddNova(router, "GET", "/flavors", "ListFlavors", ListFlavors);
  AddNova(router, "GET", "/flavors/detail", "ListFlavorsDetail", ListFlavorsDetail);
  AddNova(router, "GET", "/flavors/{flavor_id}", "ShowFlavor", ShowFlavor);
  AddNova(router, "GET", "/flavors/{flavor_id}/os-extra_specs", "ShowExtraSpecs", ShowExtraSpecs);
  AddNova(router, "GET", "/flavors/{flavor_id}/os-extra_specs/{key}", "ShowExtraSpec",
          ShowExtraSpec);
}

}  // namespace emulator
