#include "base/log.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace ecs {
namespace {

// Terraform reads at most 64 KiB a line (go-plugin client.go); escapes may grow a field sixfold.
constexpr std::size_t kFieldMax = 8u << 10;

std::string_view Name(Level level) {
  switch (level) {
    case Level::kTrace:
      return "trace";
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
    case Level::kOff:
      break;
  }
  return "error";
}

std::string Cut(std::string_view text) {
  if (text.size() <= kFieldMax) return std::string(text);
  return absl::StrCat(absl::string_view(text.data(), kFieldMax), "… (cut)");
}

}  // namespace

Level LevelFromEnvironment() {
  for (const char* name : {"TF_LOG_PROVIDER_ECS", "TF_LOG_PROVIDER", "TF_LOG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string word = absl::AsciiStrToUpper(value);
    if (word == "DEBUG") return Level::kDebug;
    if (word == "INFO") return Level::kInfo;
    if (word == "WARN") return Level::kWarn;
    if (word == "ERROR") return Level::kError;
    if (word == "OFF") return Level::kOff;
    return Level::kTrace;
  }
  return Level::kWarn;
}

Log::Log(Level level, Clock& clock, Sink sink)
    : level_(level), clock_(clock), sink_(std::move(sink)) {}

void Log::Write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!Enabled(level)) return;
  nlohmann::ordered_json line;
  line["@level"] = Name(level);
  line["@message"] = Cut(message);
  line["@module"] = "provider.ecs";
  // Six digits exactly, or Terraform logs the line raw (go-plugin log_entry.go).
  line["@timestamp"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromChrono(clock_.WallNow()),
                                        absl::UTCTimeZone());
  for (const auto& [name, value] : fields) line[std::string(name)] = Cut(value);
  std::string text =
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  absl::MutexLock lock(&mu_);
  sink_(text);
}

Log::Sink StderrSink() {
  return [](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
  };
}

}  // namespace ecs
