#include "provider/lifecycle/identity.h"

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {

std::optional<cty::Value> IdentityOf(const Call& call, schema::Backend& backend,
                                     const schema::AnyResource& resource, const cty::Value& state) {
  if (!resource.identity || !state.is_known()) return std::nullopt;
  const Result<cty::Value> identity = resource.identity->of(call, backend, state);
  if (!identity.ok()) {
    call.log.Warn("The identity of an object could not be told",
                  {{"tf_resource_type", resource.name}, {"error", identity.error().summary}});
    return std::nullopt;
  }
  return NullForUnknown(*identity);
}

Result<cty::Value> UpgradeIdentity(const schema::AnyResource& resource, std::int64_t version,
                                   std::string_view json) {
  const std::string summary =
      absl::StrCat("Reading the stored identity of ", resource.name, " failed");
  if (!resource.identity) {
    return Error{.code = Code::kInvalid,
                 .summary = summary,
                 .detail = absl::StrCat("A ", resource.name, " has no identity.")};
  }
  if (version > resource.identity->version) {
    return Error{
        .code = Code::kInvalid,
        .summary = summary,
        .detail = absl::StrCat("It was written with identity version ", version,
                               "; this provider knows up to ", resource.identity->version, "."),
        .hint = "Use the provider version that wrote the state, or a newer one."};
  }
  const cty::Type type = resource.identity->rows->ObjectType();
  if (json.empty()) return NullForUnknown(cty::Value::Unknown(type));
  Result<cty::Value> identity = cty::FromJson(json, type);
  if (!identity.ok()) return identity.error().While(summary);
  return identity;
}

}  // namespace ecs::lifecycle
