// ecs_flavors: the flavors that a project can choose from. Cloud: ecs-v1.md section 14.1.
#include <algorithm>
#include <tuple>

#include "provider/schema/mapping.h"
#include "resources/cloud.h"
#include "resources/common/name_pattern.h"
#include "resources/data_sources.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct Flavor {
  Attr<std::string> id = {};
  Attr<std::string> name = {};
  Attr<std::int64_t> vcpus = {};
  Attr<std::int64_t> ram_mb = {};
  Attr<bool> auto_recovery = {};
};

struct Flavors {
  Attr<std::string> availability_zone = {};
  Attr<std::string> name_regex = {};
  Attr<std::int64_t> min_vcpus = {};
  Attr<std::int64_t> max_vcpus = {};
  Attr<std::int64_t> min_ram_mb = {};
  Attr<std::int64_t> max_ram_mb = {};
  Attr<bool> supports_auto_recovery = {};
  Attr<std::vector<Flavor>> flavors = {};
};

Attr<bool> AutoRecoveryOf(const client::Flavor& flavor) {
  return client::OffersAutoRecovery(flavor);
}

std::shared_ptr<const schema::RowSet> FlavorRows() {
  schema::Attributes<Flavor> rows;
  rows.add({.name = "id",
            .field = &Flavor::id,
            .mode = Mode::kComputed,
            .read_from = &client::Flavor::id,
            .doc = "ID, to be used as `flavor` of an `ecs_server`."});
  rows.add({.name = "name",
            .field = &Flavor::name,
            .mode = Mode::kComputed,
            .read_from = &client::Flavor::name,
            .doc = "Name."});
  rows.add({.name = "vcpus",
            .field = &Flavor::vcpus,
            .mode = Mode::kComputed,
            .read_from = &client::Flavor::vcpus,
            .doc = "Number of virtual CPUs."});
  rows.add({.name = "ram_mb",
            .field = &Flavor::ram_mb,
            .mode = Mode::kComputed,
            .read_from = &client::Flavor::ram_mb,
            .doc = "Memory in MiB."});
  rows.add({.name = "auto_recovery",
            .field = &Flavor::auto_recovery,
            .mode = Mode::kComputed,
            .read_from = &AutoRecoveryOf,
            .doc = "Whether its servers can have automatic recovery."});
  return rows;
}

schema::Attributes<Flavors> Rows() {
  schema::Attributes<Flavors> rows;
  rows.add({.name = "availability_zone",
            .field = &Flavors::availability_zone,
            .doc = "Only flavors that are on offer in this zone."});
  rows.add({.name = "name_regex",
            .field = &Flavors::name_regex,
            .checks = {IsPattern()},
            .doc = "Only flavors whose name this regular expression finds something in."});
  rows.add({.name = "min_vcpus",
            .field = &Flavors::min_vcpus,
            .doc = "Only flavors with at least so many virtual CPUs."});
  rows.add({.name = "max_vcpus",
            .field = &Flavors::max_vcpus,
            .doc = "Only flavors with at most so many virtual CPUs."});
  rows.add({.name = "min_ram_mb",
            .field = &Flavors::min_ram_mb,
            .doc = "Only flavors with at least so much memory, in MiB."});
  rows.add({.name = "max_ram_mb",
            .field = &Flavors::max_ram_mb,
            .doc = "Only flavors with at most so much memory, in MiB."});
  rows.add({.name = "supports_auto_recovery",
            .field = &Flavors::supports_auto_recovery,
            .doc = "Only flavors that offer automatic recovery, or only those that do not."});
  rows.add({.name = "flavors",
            .field = &Flavors::flavors,
            .mode = Mode::kComputed,
            .rows = FlavorRows(),
            .doc = "The flavors, smallest first: by virtual CPUs, memory and name."});
  return rows;
}

bool Within(std::int64_t value, const Attr<std::int64_t>& least, const Attr<std::int64_t>& most) {
  return (!least.is_known() || value >= least.value()) &&
         (!most.is_known() || value <= most.value());
}

bool Fits(const client::Flavor& flavor, const Flavors& config) {
  const Attr<bool>& recovery = config.supports_auto_recovery;
  return !flavor.disabled && Within(flavor.vcpus, config.min_vcpus, config.max_vcpus) &&
         Within(flavor.ram_mb, config.min_ram_mb, config.max_ram_mb) &&
         Finds(config.name_regex, flavor.name) &&
         (!recovery.is_known() || client::OffersAutoRecovery(flavor) == recovery.value());
}

Result<Flavors> Read(const Call& call, Cloud& cloud, const Flavors& config, schema::Diagnostics&) {
  Result<std::vector<client::Flavor>> found =
      cloud.ecs.ListFlavors(call, config.availability_zone.value_or(""));
  if (!found.ok()) return found.error().While("Listing the flavors failed");
  std::sort(found->begin(), found->end(), [](const client::Flavor& a, const client::Flavor& b) {
    return std::tie(a.vcpus, a.ram_mb, a.name, a.id) < std::tie(b.vcpus, b.ram_mb, b.name, b.id);
  });
  std::vector<Flavor> flavors;
  const auto rows = FlavorRows();
  for (const client::Flavor& flavor : *found) {
    if (!Fits(flavor, config)) continue;
    Flavor item;
    RETURN_IF_ERROR(schema::FillFrom(*rows, flavor, item));
    flavors.push_back(std::move(item));
  }
  Flavors answer = config;
  answer.flavors = std::move(flavors);
  return answer;
}

}  // namespace

schema::AnyDataSource FlavorsDataSource() {
  return schema::DataSourceType<Flavors, Cloud>{.name = "ecs_flavors",
                                                .doc = "The flavors that servers can have.",
                                                .rows = Rows(),
                                                .read = Read}
      .Erase();
}

}  // namespace ecs::resources
