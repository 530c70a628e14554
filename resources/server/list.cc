// Cloud: ecs-v1.md section 5.1.
#include "resources/server/list.h"

#include <utility>

#include "provider/schema/value_checks.h"
#include "resources/common/name_pattern.h"
#include "resources/common/server_match.h"
#include "resources/server/server.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using server::Server;

struct Filter {
  Attr<std::string> name_regex = {};
  Attr<std::string> status = {};
  Attr<std::string> flavor = {};
  Attr<std::map<std::string, std::string>> tags = {};
};

schema::Attributes<Filter> FilterRows() {
  schema::Attributes<Filter> rows;
  rows.add({.name = "name_regex",
            .field = &Filter::name_regex,
            .checks = {IsPattern()},
            .doc = "Only servers whose name this regular expression finds something in."});
  rows.add({.name = "status",
            .field = &Filter::status,
            .checks = {schema::NotEmpty()},
            .doc = "Only servers in exactly this status, such as `ACTIVE`."});
  rows.add({.name = "flavor",
            .field = &Filter::flavor,
            .checks = {schema::NotEmpty()},
            .doc = "Only servers of the flavor with this ID."});
  rows.add(
      {.name = "tags", .field = &Filter::tags, .doc = "Only servers that have all these tags."});
  return rows;
}

Status List(const Call& call, Cloud& cloud, const Filter& filter,
            const schema::Sink<Server>& sink) {
  const client::ServerFilter asked{.status = filter.status.value_or(""),
                                   .flavor = filter.flavor.value_or("")};
  const ServerMatch match{filter.name_regex, filter.status, filter.flavor, filter.tags};
  const Status done = cloud.ecs.VisitServers(call, asked, [&](const client::Server& found) {
    if (!Fits(found, match)) return true;
    return sink({.display_name = found.name, .object = Server{.id = found.id}});
  });
  if (!done.ok()) return done.error().While("Listing the servers failed");
  return Ok{};
}

}  // namespace

schema::AnyList ServerList() {
  return schema::ListType<Filter, Server, Cloud>{.name = "ecs_server",
                                                 .doc = "Finds servers that exist, to import them.",
                                                 .rows = FilterRows(),
                                                 .list = List}
      .Erase(server::Rows());
}

}  // namespace ecs::resources
