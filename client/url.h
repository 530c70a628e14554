// Addresses: taking them apart, putting them together, percent-encoding.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecs::client {

using Query = std::vector<std::pair<std::string, std::string>>;

// Keeps letters, digits, - _ . ~ and encodes every other byte in upper-case hex (auth.md section
// 4.2).
std::string PercentEncode(std::string_view text);
// Leaves malformed sequences as they are. '+' stays '+'.
std::string PercentDecode(std::string_view text);

struct UrlParts {
  std::string scheme = {};     // "https"
  std::string user_info = {};  // "user:password", still encoded; may be empty
  std::string authority = {};  // "ecs.example.com:8443", without the user
  std::string path = {};       // "/v1/…", still encoded; may be empty
  std::string query = {};      // without '?', still encoded
  bool operator==(const UrlParts&) const = default;
};

// Parts that are missing stay empty.
UrlParts SplitUrl(std::string_view url);

// "?a=1&b=2" with keys and values encoded; "" for an empty query.
std::string QueryText(const Query& query);

// `pattern` with each {name} of `values` replaced by its encoded value; other names stay.
std::string FillPath(std::string_view pattern, const std::map<std::string, std::string>& values);

}  // namespace ecs::client
