// What to send so that one map or set becomes another.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ecs::resources {

using Texts = std::map<std::string, std::string>;

struct TextsDifference {
  Texts set = {};                         // added, or with another value
  std::vector<std::string> removed = {};  // keys
};
TextsDifference Difference(const Texts& before, const Texts& after);

// In `these` and not in `others`.
std::vector<std::string> Without(const std::set<std::string>& these,
                                 const std::set<std::string>& others);

}  // namespace ecs::resources
