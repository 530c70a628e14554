#include "provider/lifecycle/ephemeral.h"

#include <chrono>
#include <utility>

#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

constexpr Duration kTimeout = std::chrono::minutes(5);
// Closing comes after Ctrl-C too, and must not hold Terraform up.
constexpr Duration kCloseTimeout = std::chrono::seconds(15);

}  // namespace

OpenResult Open(const Call& call, schema::Backend& backend, const schema::AnyEphemeral& ephemeral,
                const cty::Value& config) {
  OpenResult result{.object = cty::Value::Null(ephemeral.rows->ObjectType())};
  const Call bounded = call.Until(call.clock.Now() + kTimeout);
  Result<schema::Opened<cty::Value>> opened =
      ephemeral.open(bounded, backend, config, result.notes);
  if (!opened.ok()) {
    result.notes.Add(opened.error());
    return result;
  }
  result.object = AsConfigured(*ephemeral.rows, config, opened->object);
  result.lifespan = std::move(opened->lifespan);
  return result;
}

Result<schema::Lifespan> Renew(const Call& call, schema::Backend& backend,
                               const schema::AnyEphemeral& ephemeral,
                               const std::string& private_bytes) {
  if (!ephemeral.renew) return schema::Lifespan{.private_bytes = private_bytes};
  return ephemeral.renew(call.Until(call.clock.Now() + kTimeout), backend, private_bytes);
}

Status Close(const Call& call, schema::Backend& backend, const schema::AnyEphemeral& ephemeral,
             const std::string& private_bytes) {
  if (!ephemeral.close) return Ok{};
  const Cancel never;
  const Call bounded = call.Instead(call.clock.Now() + kCloseTimeout, never);
  return ephemeral.close(bounded, backend, private_bytes);
}

}  // namespace ecs::lifecycle
