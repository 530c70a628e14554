#include "provider/schema/value_checks.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace ecs::schema {
namespace {

using Complaint = std::optional<std::string>;

constexpr std::size_t kQuotedMaxBytes = 100;

std::size_t Characters(const std::string& utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// A text as a message shows it: of a long one the beginning.
std::string Quoted(const std::string& utf8) {
  if (utf8.size() <= kQuotedMaxBytes) return absl::StrCat("\"", utf8, "\"");
  std::size_t end = kQuotedMaxBytes;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat("\"", utf8.substr(0, end), "…\"");
}

std::size_t Size(const cty::Value& value) {
  switch (value.type().kind()) {
    case cty::Kind::kString:
      return value.AsString().size();
    case cty::Kind::kMap:
    case cty::Kind::kObject:
      return value.fields().size();
    default:
      return value.elements().size();
  }
}

}  // namespace

Check OneOf(std::vector<std::string> words) {
  return [words = std::move(words)](const cty::Value& value) -> Complaint {
    for (const std::string& word : words) {
      if (value.AsString() == word) return std::nullopt;
    }
    return absl::StrCat("must be one of ", absl::StrJoin(words, ", "), ", not ",
                        Quoted(value.AsString()));
  };
}

Check LengthBetween(std::size_t least, std::size_t most) {
  return [=](const cty::Value& value) -> Complaint {
    const std::size_t length = Characters(value.AsString());
    if (length >= least && length <= most) return std::nullopt;
    return absl::StrCat("must have ", least, " to ", most, " characters, not ", length);
  };
}

Check Between(std::int64_t least, std::int64_t most) {
  return [=](const cty::Value& value) -> Complaint {
    const auto number = value.AsNumber().ToInt64();
    if (number && *number >= least && *number <= most) return std::nullopt;
    return absl::StrCat("must be a whole number from ", least, " to ", most, ", not ",
                        value.AsNumber().ToString());
  };
}

Check Matches(std::string pattern, std::string in_words) {
  return [=](const cty::Value& value) -> Complaint {
    const std::string& text = value.AsString();
    // Compiled at each use: most processes never check a value, and start-up time counts.
    if (RE2::FullMatch(text, pattern)) return std::nullopt;
    return absl::StrCat("must be ", in_words, ", not ", Quoted(text));
  };
}

Check IsUuid() {
  return [](const cty::Value& value) -> Complaint {
    const std::string& text = value.AsString();
    bool fits = text.size() == 36;
    for (std::size_t i = 0; fits && i < text.size(); ++i) {
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      fits = dash ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    }
    const std::string lower = absl::AsciiStrToLower(text);
    if (fits && text == lower) return std::nullopt;
    // Clouds show ids in lower case, and do not know a security group by another spelling.
    if (fits) return absl::StrCat("must be in lower case: ", lower, ", not ", Quoted(text));
    return absl::StrCat("must be a UUID, such as 6f0e2a4b-1111-4111-8111-111111111111, not ",
                        Quoted(text));
  };
}

bool SameIgnoringCase(const cty::Value& a, const cty::Value& b) {
  return absl::EqualsIgnoreCase(a.AsString(), b.AsString());
}

Check IsIpv4() {
  return [](const cty::Value& value) -> Complaint {
    const std::string& text = value.AsString();
    const bool whole = text.find('\0') == std::string::npos;  // C stops reading there
    in_addr address;
    if (whole && inet_pton(AF_INET, text.c_str(), &address) == 1) return std::nullopt;
    return absl::StrCat("must be an IPv4 address, not ", Quoted(text));
  };
}

std::optional<std::int64_t> ParseDuration(const std::string& text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration() ||
      duration > absl::Hours(24 * 365)) {
    return std::nullopt;
  }
  return absl::ToInt64Nanoseconds(duration);
}

Check IsDuration() {
  return [](const cty::Value& value) -> Complaint {
    if (ParseDuration(value.AsString())) return std::nullopt;
    return absl::StrCat("must be a duration such as \"90s\", \"20m\" or \"1h30m\", not ",
                        Quoted(value.AsString()));
  };
}

Check NotEmpty() {
  return [](const cty::Value& value) -> Complaint {
    if (Size(value) > 0) return std::nullopt;
    return "must not be empty";
  };
}

Check SizeAtMost(std::size_t most) {
  return [=](const cty::Value& value) -> Complaint {
    if (Size(value) <= most) return std::nullopt;
    return absl::StrCat("must have at most ", most, " elements, not ", Size(value));
  };
}

Check EachElement(Check check) {
  return [check = std::move(check)](const cty::Value& value) -> Complaint {
    for (const cty::Value& element : value.elements()) {
      if (!element.is_known()) continue;
      if (Complaint complaint = check(element)) {
        return absl::StrCat("has an element that ", *complaint);
      }
    }
    return std::nullopt;
  };
}

Check EachKey(Check check) {
  return [check = std::move(check)](const cty::Value& value) -> Complaint {
    for (const auto& [key, entry] : value.fields()) {
      if (Complaint complaint = check(cty::Value::String(key))) {
        return absl::StrCat("has the key ", Quoted(key), ": a key ", *complaint);
      }
    }
    return std::nullopt;
  };
}

}  // namespace ecs::schema
