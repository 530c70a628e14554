#include "resources/common/server_match.h"

#include "resources/common/difference.h"
#include "resources/common/name_pattern.h"

namespace ecs::resources {

bool Fits(const client::Server& server, const ServerMatch& match) {
  if (match.status.is_known() && server.status != match.status.value()) return false;
  if (match.flavor.is_known() && server.flavor_id != match.flavor.value()) return false;
  const TextsDifference missing = Difference(server.tags, match.tags.value_or({}));
  return missing.set.empty() && Finds(match.name_regex, server.name);
}

}  // namespace ecs::resources
