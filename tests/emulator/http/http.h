// What goes in and out of the emulator, without a socket.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "nlohmann/json.hpp"

namespace emulator {

using Json = nlohmann::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name in any case; empty if there is none.
std::string FindHeader(const Headers& headers, std::string_view name);
bool HasHeader(const Headers& headers, std::string_view name);

struct Request {
  std::string method = {};
  std::string target = {};  // path and query exactly as sent: "/v1/…?limit=1"
  Headers headers = {};
  std::string body = {};
  bool from_loopback = true;  // the control path answers nobody else

  std::string Header(std::string_view name) const { return FindHeader(headers, name); }
};

// What happens to the answer on its way back.
enum class Wire {
  kWhole,
  kDropped,    // the connection breaks before the first byte of the answer
  kTruncated,  // the headers announce the whole body, half of it comes, then the connection breaks
};

struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  Wire wire = Wire::kWhole;
  ecs::Duration delay = {};  // the front waits so long before it sends

  std::string Header(std::string_view name) const { return FindHeader(headers, name); }
  // The body parsed; null if it is not JSON.
  Json Parsed() const;
};

// An answer with `body` as JSON; invalid UTF-8 in it is replaced.
Response JsonReply(int status, const Json& body);
Response EmptyReply(int status);

// The decoded pairs of a query string in their order. '+' is a space.
class Query {
 public:
  Query() = default;
  explicit Query(std::string_view text);

  bool Has(std::string_view name) const;
  std::string Get(std::string_view name) const;  // the first value; empty if absent
  std::vector<std::string> All(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// Undoes %XX; a '%' without two hex digits stays as it is. '+' is a space only if `plus_is_space`.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);
// RFC 3986: keeps letters, digits and - _ . ~
std::string PercentEncode(std::string_view text);

// A member of an object, or a null Json when `object` is no object or lacks it.
const Json& Member(const Json& object, std::string_view name);
// A member that is text; `fallback` if it is absent or something else.
std::string TextOf(const Json& object, std::string_view name, std::string_view fallback = "");
// A member that is true or false; `fallback` otherwise.
bool BoolOf(const Json& object, std::string_view name, bool fallback = false);
// A member that is a whole number, or text of one; `fallback` otherwise.
long long NumberOf(const Json& object, std::string_view name, long long fallback = 0);

}  // namespace emulator
