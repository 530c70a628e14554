// Text passed to abseil, whose string_view is a type of its own in Debian 12 and std's in
// Debian 13.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace ecs::client {

inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace ecs::client
