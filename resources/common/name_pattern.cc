#include "resources/common/name_pattern.h"

#include <regex>

#include "absl/strings/str_cat.h"

namespace ecs::resources {
namespace {

// std::regex recurses; a longer pattern could exhaust the stack.
constexpr std::size_t kPatternMax = 500;

}  // namespace

schema::Check IsPattern() {
  return [](const cty::Value& value) -> std::optional<std::string> {
    if (value.AsString().size() > kPatternMax) {
      return absl::StrCat("must have at most ", kPatternMax, " characters");
    }
    try {
      const std::regex compiled(value.AsString());
      return std::nullopt;
    } catch (const std::regex_error& problem) {
      return absl::StrCat("must be a regular expression: ", problem.what());
    }
  };
}

bool Finds(const schema::Attr<std::string>& pattern, const std::string& name) {
  if (!pattern.is_known()) return true;
  return std::regex_search(name, std::regex(pattern.value()));
}

}  // namespace ecs::resources
