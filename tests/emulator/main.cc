// ecs-emulator: serves until SIGINT or SIGTERM.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/command_line.h"
#include "tests/emulator/emulator.h"
#include "tests/emulator/http/front.h"

namespace {

int Fail(const ecs::Error& error) {
  const std::string text =
      emulator::StrCat("ecs-emulator: ", error.summary, "\n", error.Text(), "\n");
  std::fputs(text.c_str(), stderr);
  return 2;
}

void Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  ecs::Clock& clock = ecs::RealClock();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  ecs::Result<emulator::Settings> settings = emulator::ParseCommandLine(arguments);
  if (!settings.ok()) return Fail(settings.error());
  if (settings->help) {
    Print(emulator::HelpText());
    return 0;
  }
  // Ids must not repeat from one run to the next: a state file may outlive its cloud.
  if (settings->options.seed == 0) {
    settings->options.seed = static_cast<std::uint64_t>(clock.WallNow().time_since_epoch().count());
  }
  // Blocked before the front starts its thread, so that only sigwait below hears them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  emulator::Emulator cloud(settings->options, clock);
  emulator::HttpFront front(cloud, clock);
  const ecs::Result<int> port = front.Listen(settings->port, settings->address);
  if (!port.ok()) return Fail(port.error());
  if (!settings->port_file.empty()) {
    std::ofstream file(settings->port_file);
    file << *port << "\n";
    if (!file.flush()) {
      return Fail({.summary = "The port file cannot be written", .detail = settings->port_file});
    }
  }
  Print(emulator::StrCat("{\"url\": \"http://", settings->address, ":", *port,
                         "\", \"port\": ", *port, "}\n"));
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
