#include "provider/lifecycle/list.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

// Long enough for thousands of objects with all their parts under throttling.
constexpr Duration kTimeout = std::chrono::minutes(30);

}  // namespace

Status List(const Call& call, schema::Backend& backend, const schema::AnyList& list,
            const schema::AnyResource& resource, const ListOrder& order,
            const std::function<bool(ListedObject)>& sink) {
  if (!resource.identity) return Bug(absl::StrCat(resource.name, " is listed without an identity"));
  if (order.limit <= 0) return Ok{};
  const Call bounded = call.Until(call.clock.Now() + kTimeout);
  std::int64_t sent = 0;
  Status failed = Ok{};
  const auto send = [&](const schema::Listed<cty::Value>& found) -> Result<bool> {
    ListedObject listed{.display_name = found.display_name};
    cty::Value state = NullForUnknown(found.object);
    if (order.include_object) {
      schema::Diagnostics notes;
      schema::Reading reading{.importing = true, .notes = notes};
      ASSIGN_OR_RETURN(state, resource.read(bounded, backend, state, reading));
      // It went away between the list and this look.
      if (!state.is_known()) return true;
      state = WithoutWriteOnly(*resource.rows, NullForUnknown(state));
      listed.object = state;
    }
    ASSIGN_OR_RETURN(listed.identity, resource.identity->of(bounded, backend, state));
    return sink(std::move(listed)) && ++sent < order.limit;
  };
  const Status done =
      list.list(bounded, backend, order.config, [&](schema::Listed<cty::Value> found) {
        const Result<bool> more = send(found);
        if (!more.ok()) failed = more.error();
        return more.ok() && *more;
      });
  return failed.ok() ? done : failed;
}

}  // namespace ecs::lifecycle
