// JSON text as a tree that keeps the digits of numbers (values.md section 11). Internal to cty.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ecs::cty {

struct JsonTree {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text = {};  // of a string; of a number, as written
  std::vector<JsonTree> items = {};
  std::vector<std::pair<std::string, JsonTree>> members = {};  // in the order of the text

  // The last member of that name, as Go takes it, or nullptr.
  const JsonTree* Find(std::string_view name) const;
};

// One JSON value, white space around it. kInvalid if malformed, not UTF-8, or nested deeper than
// kMaxDepth. Error texts never quote the input.
Result<JsonTree> ParseJson(std::string_view text);

}  // namespace ecs::cty
