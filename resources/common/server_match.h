// Which servers a user's filter means: the same for the data source and the list resource.
#pragma once

#include <map>
#include <string>

#include "client/server.h"
#include "provider/schema/attr.h"

namespace ecs::resources {

// Null attributes do not filter. `tags`: those that a server must have, with these values.
struct ServerMatch {
  const schema::Attr<std::string>& name_regex;
  const schema::Attr<std::string>& status;
  const schema::Attr<std::string>& flavor;
  const schema::Attr<std::map<std::string, std::string>>& tags;
};

// Exact, where the cloud's own filters are not: it folds intermediate states into the status it is
// asked for (ecs-v1.md section 5.1).
bool Fits(const client::Server& server, const ServerMatch& match);

}  // namespace ecs::resources
