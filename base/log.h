// Log lines in the form that Terraform reads from a plugin's stderr (hclog JSON).
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "base/clock.h"

namespace ecs {

enum class Level { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// The level that TF_LOG_PROVIDER_ECS, TF_LOG_PROVIDER or TF_LOG asks for, in this order ("JSON"
// means trace). kWarn when none is set: Terraform drops the lines anyway.
Level LevelFromEnvironment();

// Safe from any thread. Lines never interleave.
class Log {
 public:
  using Field = std::pair<std::string_view, std::string>;
  using Fields = std::initializer_list<Field>;
  using Sink = std::function<void(std::string_view line)>;

  // Writes lines of `level` and above to `sink`, each with its newline. The clock must outlive it.
  Log(Level level, Clock& clock, Sink sink);

  bool Enabled(Level level) const { return level >= level_; }
  // Invalid UTF-8 is replaced; a line is cut well below the 64 KiB that Terraform reads.
  void Write(Level level, std::string_view message, Fields fields = {});

  void Trace(std::string_view m, Fields f = {}) { Write(Level::kTrace, m, f); }
  void Debug(std::string_view m, Fields f = {}) { Write(Level::kDebug, m, f); }
  void Info(std::string_view m, Fields f = {}) { Write(Level::kInfo, m, f); }
  void Warn(std::string_view m, Fields f = {}) { Write(Level::kWarn, m, f); }
  void Error(std::string_view m, Fields f = {}) { Write(Level::kError, m, f); }

 private:
  const Level level_;
  Clock& clock_;
  absl::Mutex mu_;
  const Sink sink_ ABSL_GUARDED_BY(mu_);
};

// To stderr, unbuffered.
Log::Sink StderrSink();

}  // namespace ecs
