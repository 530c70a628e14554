// The emulated cloud on a loopback port, as a provider in another process reaches it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/emulator/emulator.h"
#include "tests/emulator/http/front.h"

namespace ecs::protocol {

class LiveCloud {
 public:
  // Its work takes no time, unless the options say so.
  static emulator::Options Instant();

  explicit LiveCloud(emulator::Options options = Instant());

  const std::string& url() const { return url_; }
  const emulator::Options& options() const { return options_; }
  emulator::Emulator& emulator() { return emulator_; }

  // Makes that many servers without the provider: "node-0000" and so on; one alone is "node".
  // Returns their ids in the order of their names.
  std::vector<std::string> MakeServers(int count);
  emulator::Server Server(const std::string& id);
  bool HasServer(const std::string& id);

  // Returns when `operation` was asked for so often. The test fails if that does not happen.
  void WaitFor(const std::string& operation, int times = 1);
  // Everything asked for that is no look, in order: "ecs.CreateServers".
  std::vector<std::string> Changes();

 private:
  emulator::Options options_;
  emulator::Emulator emulator_;
  emulator::HttpFront front_;
  std::string url_;
};

}  // namespace ecs::protocol
