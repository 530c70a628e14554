// What every fuzz target is made of: a function of bytes, and promises about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ecs::fuzz {

// Each target defines this one. The sanitizers and PROMISE end the process; libFuzzer then keeps
// the input.
void Try(std::string_view input);

// Takes the input apart. What is used up reads as zeros and empty text.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  // Requires limit > 0.
  std::size_t Below(std::size_t limit) { return Byte() % limit; }
  bool Flag() { return (Byte() & 1) != 0; }

  std::string_view Take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  // Up to the next newline, which is dropped.
  std::string_view Line() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(line.size() < rest_.size() ? line.size() + 1 : line.size());
    return line;
  }
  std::string_view Rest() { return Take(rest_.size()); }

 private:
  std::string_view rest_;
};

inline void Promise(bool kept, const char* promise, const char* file, int line,
                    const std::string& but = "") {
  if (kept) return;
  std::fprintf(stderr, "%s:%d: broken promise: %s\n%s\n", file, line, promise, but.c_str());
  std::abort();
}

// PROMISE(condition), PROMISE(condition, text that tells more)
#define PROMISE(condition, ...) \
  ::ecs::fuzz::Promise((condition), #condition, __FILE__, __LINE__ __VA_OPT__(, ) __VA_ARGS__)

}  // namespace ecs::fuzz
