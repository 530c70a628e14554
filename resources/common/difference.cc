#include "resources/common/difference.h"

#include <algorithm>
#include <iterator>

namespace ecs::resources {

TextsDifference Difference(const Texts& before, const Texts& after) {
  TextsDifference difference;
  for (const auto& [key, text] : after) {
    const auto found = before.find(key);
    if (found == before.end() || found->second != text) difference.set.emplace(key, text);
  }
  for (const auto& [key, text] : before) {
    if (after.count(key) == 0) difference.removed.push_back(key);
  }
  return difference;
}

std::vector<std::string> Without(const std::set<std::string>& these,
                                 const std::set<std::string>& others) {
  std::vector<std::string> left;
  std::set_difference(these.begin(), these.end(), others.begin(), others.end(),
                      std::back_inserter(left));
  return left;
}

}  // namespace ecs::resources
