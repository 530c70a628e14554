#include "provider/lifecycle/import.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

constexpr char kMark[] = "importing";

std::string Summary(const schema::AnyResource& resource) {
  return absl::StrCat("Importing ", resource.name, " failed");
}

// One rule for ids and identities: what is imported must exist in the cloud.
Status CheckImportable(const schema::AnyResource& resource) {
  if (!resource.import_attribute.empty()) return Ok{};
  return Error{.code = Code::kInvalid,
               .summary = Summary(resource),
               .detail = absl::StrCat("A ", resource.name,
                                      " exists only in Terraform's state; there is nothing in "
                                      "the cloud to import.")};
}

}  // namespace

std::string ImportMark() { return nlohmann::json{{kMark, true}}.dump(); }

Result<Imported> Import(const schema::AnyResource& resource, const std::string& id) {
  RETURN_IF_ERROR(CheckImportable(resource));
  const std::string trimmed(absl::StripAsciiWhitespace(id));
  if (trimmed.empty()) {
    return Error{.code = Code::kInvalid,
                 .summary = Summary(resource),
                 .detail = "The import id is empty.",
                 .hint = absl::StrCat("Give the ", resource.import_attribute, " of the object.")};
  }
  return Imported{
      .state =
          NullObject(*resource.rows).With(resource.import_attribute, cty::Value::String(trimmed)),
      .private_bytes = ImportMark()};
}

Result<Imported> ImportByIdentity(const Call& call, schema::Backend& backend,
                                  const schema::AnyResource& resource, const cty::Value& identity) {
  RETURN_IF_ERROR(CheckImportable(resource));
  if (!resource.identity || !identity.is_known()) {
    return Error{.code = Code::kInvalid,
                 .summary = Summary(resource),
                 .detail = absl::StrCat("A ", resource.name, " cannot be imported by identity.")};
  }
  Result<cty::Value> state = resource.identity->state_of(call, backend, identity);
  if (!state.ok()) return state.error().While(Summary(resource));
  return Imported{.state = NullForUnknown(*state), .private_bytes = ImportMark()};
}

bool IsImportMark(const std::string& private_bytes) {
  const nlohmann::json mark = nlohmann::json::parse(private_bytes, nullptr, false);
  return mark.is_object() && mark.value(kMark, nlohmann::json()).is_boolean();
}

}  // namespace ecs::lifecycle
