// Checks AK/SK signatures: api/auth.md section 4 (variant A) and section 5 (variant B).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/emulator/http/http.h"

namespace emulator {

// The parts of an Authorization header.
struct Authorization {
  std::string access_key = {};
  std::string scope = {};  // "20240501/region/service/sdk_request"; empty: variant A
  std::vector<std::string> signed_headers = {};  // lower case, in the order given
  std::string signature = {};
};
std::optional<Authorization> ParseAuthorization(std::string_view header);

// Empty if the request was signed with `secret`; otherwise what is wrong.
std::string CheckSignature(const Request& request, const Authorization& given,
                           std::string_view secret);

}  // namespace emulator
