// Where objects live: an ID means nothing in another region or project.
#pragma once

#include <string>

namespace ecs::schema {

// An empty member is not known.
struct Place {
  std::string region = {};
  std::string project_id = {};

  bool empty() const { return region.empty() && project_id.empty(); }
  // Whether a member that both know differs.
  bool IsElsewhere(const Place& other) const {
    const auto differ = [](const std::string& a, const std::string& b) {
      return !a.empty() && !b.empty() && a != b;
    };
    return differ(region, other.region) || differ(project_id, other.project_id);
  }
  bool operator==(const Place&) const = default;
};

}  // namespace ecs::schema
