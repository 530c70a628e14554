#include "client/url.h"

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/text.h"

namespace ecs::client {

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      unsigned byte = 0;
      std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16);
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

UrlParts SplitUrl(std::string_view url) {
  UrlParts parts;
  if (const auto fragment = url.find('#'); fragment != url.npos) url = url.substr(0, fragment);
  if (const auto query = url.find('?'); query != url.npos) {
    parts.query = url.substr(query + 1);
    url = url.substr(0, query);
  }
  if (const auto scheme = url.find("://"); scheme != url.npos) {
    parts.scheme = absl::AsciiStrToLower(View(url.substr(0, scheme)));
    url.remove_prefix(scheme + 3);
    const auto path = url.find('/');
    parts.authority = url.substr(0, path);
    if (const auto at = parts.authority.rfind('@'); at != std::string::npos) {
      parts.user_info = parts.authority.substr(0, at);
      parts.authority.erase(0, at + 1);
    }
    url = path == url.npos ? std::string_view() : url.substr(path);
  }
  parts.path = url;
  return parts;
}

std::string QueryText(const Query& query) {
  std::string text;
  for (const auto& [key, value] : query) {
    absl::StrAppend(&text, text.empty() ? "?" : "&", PercentEncode(key), "=", PercentEncode(value));
  }
  return text;
}

std::string FillPath(std::string_view pattern, const std::map<std::string, std::string>& values) {
  std::string path;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = pattern.find('}', open);
    if (open == pattern.npos || close == pattern.npos) break;
    path += pattern.substr(0, open);
    const auto value = values.find(std::string(pattern.substr(open + 1, close - open - 1)));
    if (value == values.end()) {
      path += pattern.substr(open, close - open + 1);
    } else {
      path += PercentEncode(value->second);
    }
    pattern.remove_prefix(close + 1);
  }
  path += pattern;
  return path;
}

}  // namespace ecs::client
