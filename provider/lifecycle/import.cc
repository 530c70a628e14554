#include "provider/lifecycle/import.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace ecs::lifecycle {
namespace {

constexpr char kMark[] = "importing";

}  // namespace

Result<Imported> Import(const schema::AnyResource& resource, const std::string& id) {
  const std::string summary = absl::StrCat("Importing ", resource.name, " failed");
  if (resource.import_attribute.empty()) {
    return Error{.code = Code::kInvalid,
                 .summary = summary,
                 .detail = absl::StrCat("A ", resource.name,
                                        " exists only in Terraform's state; there is nothing in "
                                        "the cloud to import.")};
  }
  const std::string trimmed(absl::StripAsciiWhitespace(id));
  if (trimmed.empty()) {
    return Error{.code = Code::kInvalid,
                 .summary = summary,
                 .detail = "The import id is empty.",
                 .hint = absl::StrCat("Give the ", resource.import_attribute, " of the object.")};
  }
  cty::Value::Fields fields;
  for (const schema::Row& row : resource.rows->rows()) {
    fields.emplace(row.name, row.name == resource.import_attribute ? cty::Value::String(trimmed)
                                                                   : cty::Value::Null(row.type));
  }
  const nlohmann::json mark = {{kMark, true}};
  return Imported{.state = cty::Value::Object(std::move(fields)), .private_bytes = mark.dump()};
}

bool IsImportMark(const std::string& private_bytes) {
  const nlohmann::json mark = nlohmann::json::parse(private_bytes, nullptr, false);
  return mark.is_object() && mark.value(kMark, nlohmann::json()).is_boolean();
}

}  // namespace ecs::lifecycle
