#include "provider/lifecycle/upgrade.h"

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {

Result<cty::Value> Upgrade(const schema::AnyResource& resource, std::int64_t version,
                           std::string_view json) {
  const std::string summary =
      absl::StrCat("Reading the stored state of ", resource.name, " failed");
  if (version > resource.version) {
    return Error{.code = Code::kInvalid,
                 .summary = summary,
                 .detail = absl::StrCat("It was written with schema version ", version,
                                        "; this provider knows up to ", resource.version, "."),
                 .hint = "Use the provider version that wrote the state, or a newer one."};
  }
  Result<cty::Value> state = cty::FromJson(json, resource.rows->ObjectType());
  if (!state.ok()) return state.error().While(summary);
  if (!state->is_known()) return *state;
  return WithoutWriteOnly(*resource.rows, *state);
}

}  // namespace ecs::lifecycle
