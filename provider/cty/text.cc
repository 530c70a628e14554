#include "provider/cty/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_format.h"

namespace ecs::cty {
namespace {

const utf8proc_uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

// How many bytes the character at the beginning takes; 0 if it is none.
std::size_t CharacterSize(std::string_view text) {
  utf8proc_int32_t code_point = 0;
  const utf8proc_ssize_t size = utf8proc_iterate(
      Bytes(text), static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)),
      &code_point);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

std::string ReplaceInvalid(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t size = CharacterSize(text);
    valid += size > 0 ? text.substr(0, size) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return valid;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  if (IsAscii(text)) return true;
  while (!text.empty()) {
    const std::size_t size = CharacterSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string ToNfc(std::string text) {
  if (IsAscii(text)) return text;
  if (!IsUtf8(text)) text = ReplaceInvalid(text);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(Bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  assert(size >= 0);  // valid UTF-8 fails only for want of memory
  if (size < 0) return text;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

std::string JsonQuote(std::string_view text) {
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    switch (byte) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\b':
        quoted += "\\b";
        break;
      case '\f':
        quoted += "\\f";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        if (text.substr(i, 3) == "\u2028" || text.substr(i, 3) == "\u2029") {
          quoted += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
          i += 2;
        } else if (static_cast<unsigned char>(byte) < 0x20 || byte == '<' || byte == '>' ||
                   byte == '&') {
          absl::StrAppendFormat(&quoted, "\\u%04x", static_cast<unsigned char>(byte));
        } else {
          quoted += byte;
        }
    }
  }
  return quoted += '"';
}

}  // namespace ecs::cty
