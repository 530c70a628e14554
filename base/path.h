// Where in a configuration or state: steps from the root of a resource's object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ecs {

// Steps of a path: an object's attribute, a map's key, a list's index.
// Elements of sets have no step: a path ends at the set.
class Path {
 public:
  struct Attribute {
    std::string name;
    bool operator==(const Attribute&) const = default;
  };
  struct Key {
    std::string key;
    bool operator==(const Key&) const = default;
  };
  struct Index {
    std::int64_t index = 0;
    bool operator==(const Index&) const = default;
  };
  using Step = std::variant<Attribute, Key, Index>;

  Path() = default;
  // The path of a top-level attribute.
  explicit Path(std::string_view attribute);

  Path operator/(std::string_view attribute) const;
  Path At(std::string_view key) const;
  Path At(std::int64_t index) const;

  bool empty() const { return steps_.empty(); }
  const std::vector<Step>& steps() const { return steps_; }

  // As a person would write it: network_interface.security_group_ids, tags["env"], ids[3].
  std::string ToString() const;

  bool operator==(const Path&) const = default;

 private:
  std::vector<Step> steps_;
};

}  // namespace ecs
