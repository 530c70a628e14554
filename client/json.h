// Reading the cloud's JSON leniently: members may be missing, null, or strings that look like
// numbers (ecs-v1.md section 4, "Parser rule").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace ecs::client {

using Json = nlohmann::json;

// Limits of what is read. A page of 1000 servers has some 200,000 values in 20 levels. A value
// costs at most some 120 bytes beside its text, so that no answer costs more than 120 MB and its
// own size; 62 MB of empty lists would cost 2 GB. Writing and walking JSON recurse once per level.
inline constexpr int kJsonDepthMax = 64;
inline constexpr std::int64_t kJsonValuesMax = 1'000'000;

// Looks at the text alone, before anything is built of it. Text that is not JSON may be within.
bool IsWithinJsonLimits(std::string_view text);

// Nothing if `text` is not JSON, or not within the limits.
std::optional<Json> ParseJson(std::string_view text);

// In one line without spaces; bytes that are not UTF-8 are replaced.
std::string Compact(const Json& value);

// The member, or a JSON null if `value` is no object or lacks it.
const Json& Member(const Json& value, std::string_view name);

// The member as text: strings as they are, numbers and booleans spelled out, everything else "".
std::string Text(const Json& value, std::string_view name);
std::string TextOf(const Json& value);

// The member as a number or truth value; strings such as "40" or "true" are understood.
std::optional<std::int64_t> Integer(const Json& value, std::string_view name);
std::optional<bool> Boolean(const Json& value, std::string_view name);

// The member's elements: an empty array if it is missing or no array.
const Json& Items(const Json& value, std::string_view name);

// The member as a map of texts: empty if it is missing or no object; null elements become "".
std::map<std::string, std::string> TextMap(const Json& value, std::string_view name);

}  // namespace ecs::client
