// HTTP/1.1 as bytes: requests read from a buffer, answers written to one. RFC 9112.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/emulator/http/http.h"

namespace emulator {

inline constexpr std::size_t kHeadMax = 128u << 10;  // what gateways accept
inline constexpr std::size_t kBodyMax = 12u << 20;   // more is 413 (api/errors.md section 4)

enum class Reading {
  kMore,          // the buffer ends within the request
  kWantsGoAhead,  // the same, and the client waits for "100 Continue"
  kWhole,
  kMalformed,
  kTooLong,
};

// Reads the first request of `buffer`. kWhole: `request` is filled, `used` bytes belong to it and
// `keep_alive` tells whether the connection goes on.
Reading ReadRequest(std::string_view buffer, Request& request, std::size_t& used, bool& keep_alive);

// The answer as bytes. A truncated one has half of the body that its head announces.
std::string WriteResponse(const Response& response, const std::string& method, bool keep_alive);

}  // namespace emulator
