#include "provider/lifecycle/timeouts.h"

#include "provider/schema/value_checks.h"

namespace ecs::lifecycle {

Duration TimeoutOf(const cty::Value& object, const std::string& operation, Duration otherwise) {
  if (!object.is_known() || object.fields().count("timeouts") == 0) return otherwise;
  const cty::Value& timeouts = object.At("timeouts");
  if (!timeouts.is_known() || timeouts.fields().count(operation) == 0) return otherwise;
  const cty::Value& text = timeouts.At(operation);
  if (!text.is_known()) return otherwise;
  const auto nanoseconds = schema::ParseDuration(text.AsString());
  return nanoseconds ? Duration(*nanoseconds) : otherwise;
}

}  // namespace ecs::lifecycle
