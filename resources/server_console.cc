// ecs_server_console: the address of a server's console. Cloud: ecs-v1.md section 18.
#include "provider/schema/value_checks.h"
#include "resources/cloud.h"
#include "resources/ephemerals.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct ConsoleObject {
  Attr<std::string> server_id = {};
  Attr<std::string> type = {};
  Attr<std::string> protocol = {};
  Attr<std::string> url = {};
};

schema::Attributes<ConsoleObject> Rows() {
  schema::Attributes<ConsoleObject> rows;
  rows.add({.name = "server_id",
            .field = &ConsoleObject::server_id,
            .mode = Mode::kRequired,
            .checks = {schema::IsUuid()},
            .doc = "ID of the server."});
  rows.add({.name = "type",
            .field = &ConsoleObject::type,
            .mode = Mode::kComputed,
            .doc = "Kind of console, such as `novnc`."});
  rows.add({.name = "protocol",
            .field = &ConsoleObject::protocol,
            .mode = Mode::kComputed,
            .doc = "Protocol behind it, such as `vnc`."});
  rows.add({.name = "url",
            .field = &ConsoleObject::url,
            .mode = Mode::kComputed,
            .sensitive = true,
            .doc = "Address for a browser, good for some minutes. Whoever has it controls the "
                   "server."});
  return rows;
}

Result<schema::Opened<ConsoleObject>> Open(const Call& call, Cloud& cloud,
                                           const ConsoleObject& config, schema::Diagnostics&) {
  const Result<client::Console> console = cloud.ecs.RemoteConsole(call, config.server_id.value());
  if (!console.ok()) {
    return console.error().While("Opening the console failed").At(Path("server_id"));
  }
  schema::Opened<ConsoleObject> opened{.object = config};
  opened.object.type = console->type;
  opened.object.protocol = console->protocol;
  // What the user asked for.
  opened.object.url = console->url.Reveal();
  return opened;
}

}  // namespace

schema::AnyEphemeral ServerConsoleEphemeral() {
  return schema::EphemeralType<ConsoleObject, Cloud>{
      .name = "ecs_server_console",
      .doc = "The address of a server's console in the browser, never stored.",
      .rows = Rows(),
      .open = Open}
      .Erase();
}

}  // namespace ecs::resources
