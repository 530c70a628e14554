// ecs_servers: the servers of the project, filtered. Cloud: ecs-v1.md section 5.
#include <algorithm>
#include <tuple>

#include "provider/schema/mapping.h"
#include "provider/schema/value_checks.h"
#include "resources/cloud.h"
#include "resources/common/name_pattern.h"
#include "resources/common/server_match.h"
#include "resources/data_sources.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct Item {
  Attr<std::string> id = {};
  Attr<std::string> name = {};
  Attr<std::string> status = {};
  Attr<std::string> flavor = {};
  Attr<std::string> image_id = {};
  Attr<std::string> availability_zone = {};
  Attr<std::string> vpc_id = {};
  Attr<std::string> access_ip_v4 = {};
  Attr<std::map<std::string, std::string>> tags = {};
  Attr<std::string> created_at = {};
};

struct Servers {
  Attr<std::string> name_regex = {};
  Attr<std::string> status = {};
  Attr<std::string> flavor = {};
  Attr<std::string> ip = {};
  Attr<std::map<std::string, std::string>> tags = {};
  Attr<std::vector<std::string>> ids = {};
  Attr<std::vector<Item>> servers = {};
};

Attr<std::string> AddressOf(const client::Server& server) {
  for (const client::ServerAddress& address : server.addresses) {
    if (address.type == "fixed" && address.version == 4) return address.addr;
  }
  return {};
}

std::shared_ptr<const schema::RowSet> ItemRows() {
  schema::Attributes<Item> rows;
  rows.add({.name = "id",
            .field = &Item::id,
            .mode = Mode::kComputed,
            .read_from = &client::Server::id,
            .doc = "ID."});
  rows.add({.name = "name",
            .field = &Item::name,
            .mode = Mode::kComputed,
            .read_from = &client::Server::name,
            .doc = "Name."});
  rows.add({.name = "status",
            .field = &Item::status,
            .mode = Mode::kComputed,
            .read_from = &client::Server::status,
            .doc = "Status, such as `ACTIVE`."});
  rows.add({.name = "flavor",
            .field = &Item::flavor,
            .mode = Mode::kComputed,
            .read_from = &client::Server::flavor_id,
            .doc = "ID of the flavor."});
  rows.add({.name = "image_id",
            .field = &Item::image_id,
            .mode = Mode::kComputed,
            .read_from = &client::Server::image_id,
            .doc = "ID of the image."});
  rows.add({.name = "availability_zone",
            .field = &Item::availability_zone,
            .mode = Mode::kComputed,
            .read_from = &client::Server::availability_zone,
            .doc = "Availability zone."});
  rows.add({.name = "vpc_id",
            .field = &Item::vpc_id,
            .mode = Mode::kComputed,
            .read_from = &client::Server::vpc_id,
            .doc = "ID of the VPC."});
  rows.add({.name = "access_ip_v4",
            .field = &Item::access_ip_v4,
            .mode = Mode::kComputed,
            .read_from = &AddressOf,
            .doc = "First private IPv4 address."});
  rows.add({.name = "tags",
            .field = &Item::tags,
            .mode = Mode::kComputed,
            .read_from = &client::Server::tags,
            .doc = "Tags."});
  rows.add({.name = "created_at",
            .field = &Item::created_at,
            .mode = Mode::kComputed,
            .read_from = &client::Server::created,
            .doc = "Time of creation."});
  return rows;
}

schema::Attributes<Servers> Rows() {
  schema::Attributes<Servers> rows;
  rows.add({.name = "name_regex",
            .field = &Servers::name_regex,
            .checks = {IsPattern()},
            .doc = "Only servers whose name this regular expression finds something in."});
  rows.add({.name = "status",
            .field = &Servers::status,
            .checks = {schema::NotEmpty()},
            .doc = "Only servers in exactly this status, such as `ACTIVE`."});
  rows.add({.name = "flavor",
            .field = &Servers::flavor,
            .checks = {schema::NotEmpty()},
            .doc = "Only servers of the flavor with this ID."});
  rows.add({.name = "ip",
            .field = &Servers::ip,
            .checks = {schema::NotEmpty()},
            .doc = "Only servers whose private IPv4 address contains this text."});
  rows.add(
      {.name = "tags", .field = &Servers::tags, .doc = "Only servers that have all these tags."});
  rows.add({.name = "ids",
            .field = &Servers::ids,
            .mode = Mode::kComputed,
            .doc = "IDs of the servers, in the order of `servers`."});
  rows.add({.name = "servers",
            .field = &Servers::servers,
            .mode = Mode::kComputed,
            .rows = ItemRows(),
            .doc = "The servers, sorted by name and ID."});
  return rows;
}

Result<Servers> Read(const Call& call, Cloud& cloud, const Servers& config, schema::Diagnostics&) {
  client::ServerFilter filter{.status = config.status.value_or(""),
                              .flavor = config.flavor.value_or(""),
                              .ip = config.ip.value_or("")};
  Result<std::vector<client::Server>> found = cloud.ecs.ListServers(call, filter);
  if (!found.ok()) return found.error().While("Listing the servers failed");
  std::sort(found->begin(), found->end(), [](const client::Server& a, const client::Server& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  std::vector<std::string> ids;
  std::vector<Item> items;
  const auto rows = ItemRows();
  const ServerMatch match{config.name_regex, config.status, config.flavor, config.tags};
  for (const client::Server& server : *found) {
    if (!Fits(server, match)) continue;
    ids.push_back(server.id);
    Item item;
    RETURN_IF_ERROR(schema::FillFrom(*rows, server, item));
    items.push_back(std::move(item));
  }
  Servers answer = config;
  answer.ids = std::move(ids);
  answer.servers = std::move(items);
  return answer;
}

}  // namespace

schema::AnyDataSource ServersDataSource() {
  return schema::DataSourceType<Servers, Cloud>{.name = "ecs_servers",
                                                .doc = "The servers of the project, filtered.",
                                                .rows = Rows(),
                                                .read = Read}
      .Erase();
}

}  // namespace ecs::resources
