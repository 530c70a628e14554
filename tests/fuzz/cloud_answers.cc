#include "tests/fuzz/cloud_answers.h"

#include <array>
#include <string>

namespace ecs::fuzz {

client::Response AnswerFrom(Input& input) {
  static constexpr std::array<int, 16> kStatuses = {200, 200, 201, 202, 204, 301, 400, 401,
                                                    403, 404, 409, 413, 429, 500, 503, 0};
  static constexpr std::array<const char*, 6> kHeaders = {"Retry-After",          "Date",
                                                          "X-Subject-Token",      "X-Request-Id",
                                                          "X-Compute-Request-Id", "X-IAM-Trace-Id"};
  client::Response response = {.status = kStatuses[input.Below(kStatuses.size())]};
  const unsigned chosen = input.Byte();
  for (std::size_t i = 0; i < kHeaders.size(); ++i) {
    if ((chosen >> i & 1) != 0) response.headers.Add(kHeaders[i], std::string(input.Line()));
  }
  response.body = input.Line();
  return response;
}

client::Send Answering(Input& input) {
  return [&input](const Call&, client::Request&) -> Result<client::Response> {
    if (input.empty()) return Error{.code = Code::kCancelled, .summary = "Interrupted"};
    return AnswerFrom(input);
  };
}

}  // namespace ecs::fuzz
