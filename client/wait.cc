#include "client/wait.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ecs::client {

Duration Pace::After(Duration pause) const {
  return std::min(
      max, std::chrono::duration_cast<Duration>(std::chrono::duration<double>(pause) * factor));
}

Error TimedOut(const std::string& last_seen, const std::optional<Error>& last_error) {
  Error error = {.code = Code::kTimeout,
                 .summary = "The time ran out while waiting",
                 .detail = "The time ran out."};
  if (!last_seen.empty()) absl::StrAppend(&error.detail, " Last seen: ", last_seen, ".");
  if (last_error) {
    absl::StrAppend(&error.detail, " The last look failed: ", last_error->detail);
    error.api = last_error->api;
  }
  return error;
}

}  // namespace ecs::client
