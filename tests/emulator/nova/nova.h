// What the native calls share.
#pragma once

#include <optional>
#include <string>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/cloud/guards.h"
#include "tests/emulator/cloud/machine.h"
#include "tests/emulator/http/errors.h"
#include "tests/emulator/http/exchange.h"
#include "tests/emulator/http/router.h"

namespace emulator {

// Registers the route below /v2.1/{project_id} and its alias /v2/{project_id}.
void AddNova(Router& router, const std::string& method, const std::string& path,
             const std::string& operation, Handler handler);

// As GET …/servers/{id} answers at the exchange's microversion: api/nova-v2.1.md section 4.3.
// `single`: not part of a list, which leaves some faults out.
Json NovaServerJson(const Cloud& cloud, const Exchange& in, const Server& server, bool single);
Json NovaAddresses(const Cloud& cloud, const Server& server);
Json NovaFlavorJson(const Exchange& in, const Flavor& flavor);

// [self, bookmark] of a thing of that kind ("servers").
Json NovaLinks(const Exchange& in, const std::string& kind, const std::string& id);

// The server of the path; null if there is none, or it was deleted and is no longer shown.
Server* FindNovaServer(Cloud& cloud, const Exchange& in);
Response NoSuchInstance(const Exchange& in);

// The microversion is this one or later. /v2 has none of them.
inline bool Since(const Exchange& in, int minor) { return in.microversion >= minor; }

// The key of the action log.
std::string NovaRequestId(const Exchange& in);

// "…/flavors/x" means x.
std::string LastSegment(const std::string& id_or_url);

// One page of a list: the part after the marker, and whether a next link belongs to it.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next = {};  // the link's address; empty: no link
};
// `ids` in the list's order. A refusal if limit or marker make no sense.
std::optional<Response> MakePage(const Exchange& in, const std::vector<std::string>& ids,
                                 std::size_t limit_default, Page& page);

}  // namespace emulator
