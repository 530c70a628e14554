// HTTP requests as the emulator's socket reads them.
// Promised: bytes are a request, no request, or the beginning of one; a whole request stays what it
// is when more follows, and is not whole when its last byte is missing.
#include <string>

#include "tests/emulator/http/http.h"
#include "tests/emulator/http/signature.h"
#include "tests/emulator/http/wire.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {
namespace {

struct Read {
  emulator::Reading reading = emulator::Reading::kMore;
  emulator::Request request = {};
  std::size_t used = 0;
  bool keep_alive = false;
};

Read ReadOne(std::string_view bytes) {
  Read read;
  read.reading = emulator::ReadRequest(bytes, read.request, read.used, read.keep_alive);
  return read;
}

}  // namespace

void Try(std::string_view bytes) {
  const Read read = ReadOne(bytes);
  if (read.reading != emulator::Reading::kWhole) return;
  PROMISE(read.used > 0 && read.used <= bytes.size());
  PROMISE(!read.request.target.empty() && read.request.target.front() == '/');
  const Read exact = ReadOne(bytes.substr(0, read.used));
  PROMISE(exact.reading == emulator::Reading::kWhole && exact.used == read.used);
  PROMISE(exact.request.body == read.request.body && exact.request.target == read.request.target);
  PROMISE(ReadOne(bytes.substr(0, read.used - 1)).reading != emulator::Reading::kWhole);
  const emulator::Query query(read.request.target);
  query.Get("limit");
  emulator::ParseAuthorization(read.request.Header("Authorization"));
  emulator::Response answer = emulator::JsonReply(200, emulator::Json(read.request.body));
  PROMISE(!emulator::WriteResponse(answer, read.request.method, read.keep_alive).empty());
}

}  // namespace ecs::fuzz
