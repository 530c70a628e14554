// Small questions about texts.
#pragma once

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace ecs::client {

// For abseil, whose string_view is a type of its own in Debian 12 and std's in Debian 13.
inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// In a header a line break would begin another header.
inline bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

}  // namespace ecs::client
