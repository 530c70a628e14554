#include "client/json.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ecs::client {
namespace {

// Of text that is JSON, no fewer values than it has. Nothing where it is nested too deeply, or
// holds too many.
std::optional<std::int64_t> CountValues(std::string_view text) {
  int depth = 0;
  std::int64_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kJsonDepthMax || ++values > kJsonValuesMax) return std::nullopt;
    } else if (c == ',') {
      if (++values > kJsonValuesMax) return std::nullopt;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return values;
}

const Json& Null() {
  static const Json null;
  return null;
}

}  // namespace

bool IsWithinJsonLimits(std::string_view text) { return CountValues(text).has_value(); }

std::optional<Json> ParseJson(std::string_view text) {
  if (!IsWithinJsonLimits(text)) return std::nullopt;
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

std::string Compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& Member(const Json& value, std::string_view name) {
  if (!value.is_object()) return Null();
  const auto found = value.find(name);
  return found == value.end() ? Null() : *found;
}

std::string TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_unsigned()) return absl::StrCat(value.get<std::uint64_t>());
  if (value.is_number_integer()) return absl::StrCat(value.get<std::int64_t>());
  if (value.is_number_float()) return absl::StrCat(value.get<double>());
  return "";
}

std::string Text(const Json& value, std::string_view name) { return TextOf(Member(value, name)); }

std::optional<std::int64_t> Integer(const Json& value, std::string_view name) {
  const Json& member = Member(value, name);
  if (member.is_number_float()) {
    const double number = member.get<double>();
    if (!(number > -9e18 && number < 9e18)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(TextOf(member), &number)) return std::nullopt;
  return number;
}

std::optional<bool> Boolean(const Json& value, std::string_view name) {
  const std::string text = absl::AsciiStrToLower(Text(value, name));
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

const Json& Items(const Json& value, std::string_view name) {
  static const Json none = Json::array();
  const Json& member = Member(value, name);
  return member.is_array() ? member : none;
}

std::map<std::string, std::string> TextMap(const Json& value, std::string_view name) {
  std::map<std::string, std::string> map;
  const Json& member = Member(value, name);
  if (!member.is_object()) return map;
  for (const auto& [key, element] : member.items()) map[key] = TextOf(element);
  return map;
}

}  // namespace ecs::client
