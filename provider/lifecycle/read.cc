#include "provider/lifecycle/read.h"

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/known.h"
#include "provider/lifecycle/memory.h"
#include "provider/lifecycle/timeouts.h"

namespace ecs::lifecycle {
namespace {

// Long enough for a paged list under throttling; data sources have no attribute for it.
constexpr Duration kDataTimeout = std::chrono::minutes(5);

}  // namespace

ReadResult Read(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                const cty::Value& state, const std::string& private_bytes,
                const std::optional<cty::Value>& identity) {
  ReadResult result{.state = state, .private_bytes = private_bytes};
  Memory memory = Recall(private_bytes, identity);
  const Call bounded =
      call.Until(call.clock.Now() + TimeoutOf(state, "read", resource.timeouts.read));
  schema::Reading reading{.importing = memory.importing, .notes = result.notes};
  Result<cty::Value> found = resource.read(bounded, backend, state, reading);
  if (!found.ok()) {
    result.notes.Add(found.error());
    return result;
  }
  if (!found->is_known()) {
    const Status gone = CheckGone(bounded, backend, resource, state, memory);
    if (!gone.ok()) {
      result.notes.Add(gone.error());
      return result;
    }
    result.state = cty::Value::Null(resource.rows->ObjectType());
    return result;
  }
  memory.importing = false;
  SeenHere(bounded, backend, resource, memory);
  // Bytes that need no change are answered as they came.
  if (memory != Recall(private_bytes)) result.private_bytes = Remember(memory);
  result.state = WithoutWriteOnly(*resource.rows, NullForUnknown(*found));
  result.identity = IdentityOf(bounded, backend, resource, result.state);
  return result;
}

DataResult ReadData(const Call& call, schema::Backend& backend, const schema::AnyDataSource& source,
                    const cty::Value& config) {
  DataResult result{.state = cty::Value::Null(source.rows->ObjectType())};
  const Call bounded = call.Until(call.clock.Now() + kDataTimeout);
  Result<cty::Value> found = source.read(bounded, backend, config, result.notes);
  if (!found.ok()) {
    result.notes.Add(found.error());
    return result;
  }
  result.state = AsConfigured(*source.rows, config, *found);
  return result;
}

}  // namespace ecs::lifecycle
