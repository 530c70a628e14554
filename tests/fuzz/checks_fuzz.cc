// Texts that users write: durations, addresses, everything that rows check.
// Promised: a text is fine, or the complaint about it is a sentence; a duration is above zero and
// at most a year, and is the one that was written.
#include <chrono>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "provider/schema/value_checks.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

void Try(std::string_view bytes) {
  const std::string text(bytes);
  const cty::Value value = cty::Value::String(text);
  const auto nanoseconds = schema::ParseDuration(text);
  if (nanoseconds) {
    PROMISE(*nanoseconds >= 0 && *nanoseconds <= Duration(std::chrono::hours(24 * 365)).count());
    const std::string written = absl::FormatDuration(absl::Nanoseconds(*nanoseconds));
    PROMISE(*nanoseconds == 0 || schema::ParseDuration(written) == nanoseconds, written);
  }
  static const std::vector<schema::Check> checks = {
      schema::OneOf({"SOFT", "HARD"}),
      schema::LengthBetween(1, 64),
      schema::IsUuid(),
      schema::IsIpv4(),
      schema::IsDuration(),
      schema::NotEmpty(),
      schema::Matches("[a-zA-Z0-9._-]+", "letters")};
  for (const schema::Check& check : checks) {
    const auto complaint = check(value);
    PROMISE(!complaint || !complaint->empty());
  }
  const bool dotted = text.find_first_not_of("0123456789.") == std::string::npos;
  PROMISE(dotted || schema::IsIpv4()(value).has_value());
  const auto complaint =
      schema::EachKey(schema::NotEmpty())(cty::Value::Map(cty::Type::String(), {{text, value}}));
  PROMISE(complaint.has_value() == text.empty());
}

}  // namespace ecs::fuzz
