#include "resources/common/name_pattern.h"

#include <re2/re2.h>

#include "absl/strings/str_cat.h"

namespace ecs::resources {
namespace {

constexpr std::size_t kPatternMax = 500;

// It would write to stderr, where Terraform reads our log.
RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

schema::Check IsPattern() {
  return [](const cty::Value& value) -> std::optional<std::string> {
    if (value.AsString().size() > kPatternMax) {
      return absl::StrCat("must have at most ", kPatternMax, " characters");
    }
    const RE2 compiled(value.AsString(), Quiet());
    if (compiled.ok()) return std::nullopt;
    return absl::StrCat("must be a regular expression: ", compiled.error());
  };
}

bool Finds(const schema::Attr<std::string>& pattern, const std::string& name) {
  if (!pattern.is_known()) return true;
  return RE2::PartialMatch(name, RE2(pattern.value(), Quiet()));
}

}  // namespace ecs::resources
