#include "provider/plugin/crash.h"

#include <cxxabi.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>

namespace ecs::plugin {
namespace {

// Everything here may run in a signal handler: fixed memory, no locks, only write and unlink.
std::array<char, 128> program_text = {};
std::array<char, 108> doomed_file = {};
std::atomic<bool> crashed = false;

class Line {
 public:
  Line& Add(const char* text) {
    for (; *text != '\0' && size_ + 1 < bytes_.size(); ++text) {
      bytes_[size_++] = *text == '\n' || *text == '\r' ? ' ' : *text;
    }
    return *this;
  }
  void WriteToStderr() {
    bytes_[size_++] = '\n';
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, bytes_.data(), size_);
  }

 private:
  std::array<char, 1024> bytes_ = {};
  std::size_t size_ = 0;
};

void LastWords(const char* what, const char* detail) {
  if (crashed.exchange(true)) return;
  Line().Add("panic: ").Add(program_text.data()).Add(": ").Add(what).Add(detail).WriteToStderr();
  if (doomed_file[0] != '\0') ::unlink(doomed_file.data());
}

[[noreturn]] void OnTerminate() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) {
    LastWords("std::terminate was called", "");
    std::abort();
  }
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::exception& exception) {
    LastWords("uncaught exception: ", exception.what());
  } catch (...) {
    LastWords("uncaught exception of type ", type->name());
  }
  std::abort();
}

void OnFatalSignal(int signal) {
  LastWords("killed by signal ", ::sigabbrev_np(signal));
  // The handler is gone after one call (SA_RESETHAND): this time the signal kills.
  ::raise(signal);
}

void Copy(std::string_view text, char* to, std::size_t size) {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(to + 1, text.data() + (length > 0 ? 1 : 0), length > 0 ? length - 1 : 0);
  to[std::max<std::size_t>(length, 1)] = '\0';
  // The first byte last: a handler sees either nothing or a whole text.
  to[0] = length > 0 ? text[0] : '\0';
}

}  // namespace

void ReportCrashes(std::string_view program) {
  Copy(program, program_text.data(), program_text.size());
  std::set_terminate(OnTerminate);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction before = {};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action = {};
    action.sa_handler = OnFatalSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(signal, &action, nullptr);
  }
}

void RemoveOnCrash(std::string_view path) {
  doomed_file[0] = '\0';
  Copy(path, doomed_file.data(), doomed_file.size());
}

}  // namespace ecs::plugin
