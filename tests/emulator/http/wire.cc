#include "tests/emulator/http/wire.h"

#include <vector>

#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

bool ReadHead(std::string_view head, Request& request, bool& keep_alive) {
  // Each line but the last still ends in "\r", which Strip takes away.
  const std::vector<std::string> lines = Split(head, '\n');
  const std::vector<std::string> first = Split(Strip(lines[0]), ' ');
  if (first.size() != 3 || !StartsWith(first[2], "HTTP/1.")) return false;
  request.method = first[0];
  request.target = first[1];
  // The absolute form, as sent to proxies.
  if (StartsWith(request.target, "http://")) {
    const std::size_t slash = request.target.find('/', 7);
    request.target = slash == std::string::npos ? "/" : request.target.substr(slash);
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    request.headers.emplace_back(lines[i].substr(0, colon), Strip(lines[i].substr(colon + 1)));
  }
  const std::string connection = request.Header("Connection");
  keep_alive = first[2] == "HTTP/1.1" ? !ContainsIgnoreCase(connection, "close")
                                      : ContainsIgnoreCase(connection, "keep-alive");
  return StartsWith(request.target, "/");
}

// Chunks up to and with the last one. `used` counts from the start of `bytes`.
Reading ReadChunks(std::string_view bytes, std::string& body, std::size_t& used) {
  std::size_t at = 0;
  while (true) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string_view::npos) return Reading::kMore;
    const std::string_view line = bytes.substr(at, line_end - at);
    const std::string size_text(Strip(line.substr(0, line.find(';'))));
    std::uint32_t size = 0;
    if (!ReadNumber(size_text, &size, 16)) return Reading::kMalformed;
    if (body.size() + size > kBodyMax) return Reading::kTooLong;
    at = line_end + 2;
    if (size == 0) break;
    if (bytes.size() < at + size + 2) return Reading::kMore;
    body.append(bytes.substr(at, size));
    at += size + 2;
  }
  // Trailers, up to an empty line.
  while (true) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string_view::npos) return Reading::kMore;
    const bool last = line_end == at;
    at = line_end + 2;
    if (last) break;
  }
  used = at;
  return Reading::kWhole;
}

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 300:
      return "Multiple Choices";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

}  // namespace

Reading ReadRequest(std::string_view buffer, Request& request, std::size_t& used,
                    bool& keep_alive) {
  const std::size_t head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    return buffer.size() > kHeadMax ? Reading::kTooLong : Reading::kMore;
  }
  if (!ReadHead(buffer.substr(0, head_end), request, keep_alive)) return Reading::kMalformed;
  const std::string_view rest = buffer.substr(head_end + 4);
  const bool waits = EqualsIgnoreCase(request.Header("Expect"), "100-continue");
  const Reading more = waits && rest.empty() ? Reading::kWantsGoAhead : Reading::kMore;
  if (ContainsIgnoreCase(request.Header("Transfer-Encoding"), "chunked")) {
    const Reading reading = ReadChunks(rest, request.body, used);
    used += head_end + 4;
    return reading == Reading::kMore ? more : reading;
  }
  std::uint64_t length = 0;
  const std::string length_text = request.Header("Content-Length");
  if (!length_text.empty() && !ReadNumber(length_text, &length)) return Reading::kMalformed;
  if (length > kBodyMax) return Reading::kTooLong;
  if (rest.size() < length) return more;
  request.body = rest.substr(0, length);
  used = head_end + 4 + length;
  return Reading::kWhole;
}

std::string WriteResponse(const Response& response, const std::string& method, bool keep_alive) {
  std::string out = StrCat("HTTP/1.1 ", response.status, " ", Reason(response.status), "\r\n");
  for (const auto& [name, value] : response.headers) {
    StrAppend(&out, name, ": ", value, "\r\n");
  }
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) StrAppend(&out, "Content-Length: ", response.body.size(), "\r\n");
  StrAppend(&out, "Connection: ", keep_alive ? "keep-alive" : "close", "\r\n\r\n");
  if (bodiless || method == "HEAD") return out;
  const bool half = response.wire == Wire::kTruncated;
  out.append(response.body, 0, half ? response.body.size() / 2 : response.body.size());
  return out;
}

}  // namespace emulator
