#include "client/transport.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "client/text.h"

namespace ecs::client {

const std::string& Headers::Get(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : fields_) {
    if (absl::EqualsIgnoreCase(key, View(name))) return value;
  }
  return none;
}

bool Headers::Has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) {
    return absl::EqualsIgnoreCase(field.first, View(name));
  });
}

void Headers::Set(std::string_view name, std::string value) {
  std::erase_if(
      fields_, [&](const Field& field) { return absl::EqualsIgnoreCase(field.first, View(name)); });
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

Send Chain(std::vector<Stage> stages, Send last) {
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    last = [stage = std::move(*stage), next = std::move(last)](const Call& call, Request& request) {
      return stage(call, request, next);
    };
  }
  return last;
}

std::string RequestId(const Headers& headers) {
  for (const char* name :
       {"X-Request-Id", "X-Compute-Request-Id", "X-Openstack-Request-Id", "X-IAM-Trace-Id"}) {
    if (const std::string& id = headers.Get(name); !id.empty()) return id;
  }
  return "";
}

}  // namespace ecs::client
