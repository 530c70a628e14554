#include "tests/emulator/cloud/options.h"

#include <charconv>

#include "tests/emulator/cloud/text.h"

namespace emulator {

using std::chrono::milliseconds;

Durations::Durations()
    : values_{
          {"create", milliseconds(1500)},     // until ACTIVE
          {"create_row", milliseconds(200)},  // v1: until a GET finds the id that create answered
          {"create_native_gap", milliseconds(300)},  // native: until actions find the server
          {"start", milliseconds(500)},
          {"stop", milliseconds(500)},
          {"reboot", milliseconds(1000)},
          {"resize", milliseconds(2000)},  // until VERIFY_RESIZE
          {"confirm", milliseconds(500)},
          {"revert", milliseconds(1000)},
          {"rebuild", milliseconds(2000)},
          {"delete", milliseconds(1000)},
          {"deleted_visible", milliseconds(100)},  // status DELETED, before the 404
          {"job", milliseconds(50)},               // INIT, before the work starts
          {"attach", milliseconds(300)},
          {"detach", milliseconds(300)},
          {"nic", milliseconds(300)},
          {"volume", milliseconds(300)},  // create, extend, delete of a volume
          {"network", milliseconds(0)},   // VPC, subnet, public IP
      } {}

ecs::Status Durations::Set(std::string_view name, ecs::Duration value) {
  const auto found = values_.find(std::string(name));
  if (found == values_.end()) {
    std::string known;
    for (const auto& [key, unused] : values_) StrAppend(&known, " ", key);
    return ecs::Error{.code = ecs::Code::kInvalid,
                      .summary = StrCat("There is no duration \"", name, "\""),
                      .detail = StrCat("Known ones:", known)};
  }
  found->second = value;
  return ecs::Ok{};
}

ecs::Duration Durations::Of(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end() || speed_ == 0) return {};
  return std::chrono::duration_cast<ecs::Duration>(found->second / speed_);
}

ecs::Result<ecs::Duration> ParseDuration(std::string_view text) {
  double unit = 1e9;
  std::string_view number = text;
  if (ConsumeSuffix(&number, "ms")) {
    unit = 1e6;
  } else if (ConsumeSuffix(&number, "s")) {
    unit = 1e9;
  } else if (ConsumeSuffix(&number, "m")) {
    unit = 60e9;
  } else if (ConsumeSuffix(&number, "h")) {
    unit = 3600e9;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  if (!whole || value < 0 || value > 1e6) {
    return ecs::Error{.code = ecs::Code::kInvalid,
                      .summary = StrCat("\"", text, "\" is not a duration"),
                      .hint = "Write it like 250ms, 1.5s, 2m or 1h."};
  }
  return ecs::Duration(static_cast<ecs::Duration::rep>(value * unit));
}

}  // namespace emulator
