#include "tests/simulation/choices.h"

#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ecs::simulation {
namespace {

constexpr char kElse[] = "everything else";

}  // namespace

std::uint64_t Hash(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325 ^ (seed * 0x9E3779B97F4A7C15);
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  hash += 0x9E3779B97F4A7C15;
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

std::uint64_t Choices::Remember(const std::string& name, std::uint64_t value) {
  asked_[name] = value;
  if (value != 0) taken_[name] = value;
  return value;
}

std::uint64_t Choices::Pick(const std::string& name, std::uint64_t bound) {
  const auto chosen = overrides_.find(name);
  if (chosen != overrides_.end()) return Remember(name, chosen->second % bound);
  return Remember(name, dull_ ? 0 : Hash(seed_, name) % bound);
}

bool Choices::Chance(const std::string& name, unsigned permille) {
  const auto chosen = overrides_.find(name);
  if (chosen != overrides_.end()) return Remember(name, chosen->second) != 0;
  return Remember(name, !dull_ && Hash(seed_, name) % 1000 < permille ? 1 : 0) != 0;
}

Choices::Overrides Choices::Unused() const {
  Overrides unused;
  for (const auto& [name, value] : overrides_) {
    if (asked_.count(name) == 0) unused[name] = value;
  }
  return unused;
}

std::string CaseText(const Case& one, const std::string& remark) {
  std::string text;
  std::istringstream lines(remark);
  for (std::string line; std::getline(lines, line);) absl::StrAppend(&text, "# ", line, "\n");
  absl::StrAppend(&text, "seed ", one.seed, "\n");
  if (one.dull) absl::StrAppend(&text, kElse, " = 0\n");
  for (const auto& [name, value] : one.overrides) absl::StrAppend(&text, name, " = ", value, "\n");
  return text;
}

std::optional<Case> ParseCase(std::string_view text) {
  Case one;
  bool has_seed = false;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line.rfind("seed ", 0) == 0) {
      if (!absl::SimpleAtoi(line.substr(5), &one.seed)) return std::nullopt;
      has_seed = true;
      continue;
    }
    const auto equals = line.rfind(" = ");
    std::uint64_t value = 0;
    if (equals == std::string::npos || !absl::SimpleAtoi(line.substr(equals + 3), &value)) {
      return std::nullopt;
    }
    const std::string name = line.substr(0, equals);
    if (name == kElse) {
      if (value != 0) return std::nullopt;
      one.dull = true;
    } else {
      one.overrides[name] = value;
    }
  }
  if (!has_seed) return std::nullopt;
  return one;
}

}  // namespace ecs::simulation
