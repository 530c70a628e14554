#include "provider/lifecycle/import.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"
#include "provider/lifecycle/memory.h"

namespace ecs::lifecycle {
namespace {

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

std::string ImportMark(const schema::Place& place) {
  return Remember({.importing = true, .place = place});
}

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
  const Call bounded = call.Until(call.clock.Now() + resource.timeouts.read);
  Result<cty::Value> state = resource.identity->state_of(bounded, backend, identity);
  if (!state.ok()) return state.error().While(Summary(resource));
  return Imported{.state = NullForUnknown(*state), .private_bytes = ImportMark(PlaceIn(identity))};
}

bool IsImportMark(const std::string& private_bytes) { return Recall(private_bytes).importing; }

}  // namespace ecs::lifecycle
