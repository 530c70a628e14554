#include "tests/emulator/http/http.h"

#include "absl/strings/escaping.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string FindHeader(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

bool HasHeader(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoreCase(key, name)) return true;
  }
  return false;
}

Json Response::Parsed() const {
  Json parsed = Json::parse(body, nullptr, false);
  return parsed.is_discarded() ? Json() : parsed;
}

Response JsonReply(int status, const Json& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Response EmptyReply(int status) { return {.status = status}; }

Query::Query(std::string_view text) {
  for (std::string_view part : SplitWords(text, '&')) {
    const auto pair = SplitOnce(part, '=');
    pairs_.emplace_back(PercentDecode(pair.first, true), PercentDecode(pair.second, true));
  }
}

bool Query::Has(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return true;
  }
  return false;
}

std::string Query::Get(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return "";
}

std::vector<std::string> Query::All(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [key, value] : pairs_) {
    if (key == name) all.push_back(value);
  }
  return all;
}

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::string PercentEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsAlnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

const Json& Member(const Json& object, std::string_view name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(std::string(name));
  return found == object.end() ? kNull : *found;
}

std::string TextOf(const Json& object, std::string_view name, std::string_view fallback) {
  const Json& member = Member(object, name);
  return member.is_string() ? member.get<std::string>() : std::string(fallback);
}

bool BoolOf(const Json& object, std::string_view name, bool fallback) {
  const Json& member = Member(object, name);
  return member.is_boolean() ? member.get<bool>() : fallback;
}

long long NumberOf(const Json& object, std::string_view name, long long fallback) {
  const Json& member = Member(object, name);
  if (member.is_number_integer()) return member.get<long long>();
  long long number = 0;
  if (member.is_string() && ReadNumber(member.get<std::string>(), &number)) return number;
  return fallback;
}

}  // namespace emulator
