// ecs_availability_zones: where servers can be. Cloud: nova-v2.1.md section 11.
#include <algorithm>

#include "provider/schema/mapping.h"
#include "resources/cloud.h"
#include "resources/data_sources.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct Zone {
  Attr<std::string> name = {};
  Attr<bool> available = {};
};

struct AvailabilityZones {
  Attr<bool> all = {};
  Attr<std::vector<std::string>> names = {};
  Attr<std::vector<Zone>> zones = {};
};

std::shared_ptr<const schema::RowSet> ZoneRows() {
  schema::Attributes<Zone> rows;
  rows.add({.name = "name",
            .field = &Zone::name,
            .mode = Mode::kComputed,
            .read_from = &client::AvailabilityZone::name,
            .doc = "Name, to be used as `availability_zone` of an `ecs_server`."});
  rows.add({.name = "available",
            .field = &Zone::available,
            .mode = Mode::kComputed,
            .read_from = &client::AvailabilityZone::available,
            .doc = "Whether the zone is in service."});
  return rows;
}

schema::Attributes<AvailabilityZones> Rows() {
  schema::Attributes<AvailabilityZones> rows;
  rows.add({.name = "all",
            .field = &AvailabilityZones::all,
            .doc = "Whether zones that are out of service are returned too."});
  rows.add({.name = "names",
            .field = &AvailabilityZones::names,
            .mode = Mode::kComputed,
            .doc = "Names of the zones, sorted."});
  rows.add({.name = "zones",
            .field = &AvailabilityZones::zones,
            .mode = Mode::kComputed,
            .rows = ZoneRows(),
            .doc = "The zones, sorted by name."});
  return rows;
}

Result<AvailabilityZones> Read(const Call& call, Cloud& cloud, const AvailabilityZones& config,
                               schema::Diagnostics&) {
  Result<std::vector<client::AvailabilityZone>> found = cloud.ecs.ListAvailabilityZones(call);
  if (!found.ok()) return found.error().While("Listing the availability zones failed");
  std::sort(found->begin(), found->end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<std::string> names;
  std::vector<Zone> zones;
  const auto rows = ZoneRows();
  for (const client::AvailabilityZone& zone : *found) {
    if (!zone.available && !config.all.value_or(false)) continue;
    names.push_back(zone.name);
    Zone item;
    RETURN_IF_ERROR(schema::FillFrom(*rows, zone, item));
    zones.push_back(std::move(item));
  }
  AvailabilityZones answer = config;
  answer.names = std::move(names);
  answer.zones = std::move(zones);
  return answer;
}

}  // namespace

schema::AnyDataSource AvailabilityZonesDataSource() {
  return schema::DataSourceType<AvailabilityZones, Cloud>{
      .name = "ecs_availability_zones",
      .doc = "The availability zones of the region.",
      .rows = Rows(),
      .read = Read}
      .Erase();
}

}  // namespace ecs::resources
