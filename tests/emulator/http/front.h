// Puts an Emulator on a TCP port.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "tests/emulator/emulator.h"

namespace emulator {

// One thread serves all connections, however many: requests are answered in microseconds, and
// delays of answers are waits for the clock, not of the thread. Connections stay open until the
// client closes them. Planned resets are real ones (RST).
class HttpFront {
 public:
  // Both must outlive this. The clock measures delays of answers; it is the real one where a real
  // client waits.
  HttpFront(Emulator& emulator, ecs::Clock& clock);
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;
  // Stops and closes all connections.
  ~HttpFront();

  // Begins to serve on that port of `address` (IPv4); port 0: one that the system chooses. Returns
  // the port. Error kUnavailable if it cannot be had. Call once.
  ecs::Result<int> Listen(int port, const std::string& address = "127.0.0.1");

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace emulator
