// Text that cannot be printed by accident.
#pragma once

#include <string>
#include <utility>

namespace ecs {

// Has no conversion to text: StrCat, streams and log calls with it do not compile.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  // Search for this word to find every use; the line above each says why.
  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace ecs
