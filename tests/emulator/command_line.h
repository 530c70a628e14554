// The options of ecs-emulator.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tests/emulator/cloud/options.h"

namespace emulator {

struct Settings {
  Options options = {};
  int port = 0;  // 0: the system chooses
  std::string address = "127.0.0.1";
  std::string port_file = {};  // the port is written there once it listens; empty: nowhere
  bool help = false;
};

// The seed is 0 where none was chosen. Error kInvalid, with what to write instead, for what is not
// understood.
ecs::Result<Settings> ParseCommandLine(const std::vector<std::string>& arguments);

// What --help prints.
std::string HelpText();

}  // namespace emulator
