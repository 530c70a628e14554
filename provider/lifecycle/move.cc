#include "provider/lifecycle/move.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

// Mirrors and forks keep the last part: registry.opentofu.org/opentelekomcloud/opentelekomcloud.
std::string ProviderName(const std::string& address) {
  return absl::AsciiStrToLower(address.substr(address.rfind('/') + 1));
}

Error Unsupported(const schema::AnyResource& resource, const MoveSource& source) {
  std::string known;
  for (const schema::AnyMove& move : resource.moves) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", move.type_name, " of ", move.provider);
  }
  return {.code = Code::kInvalid,
          .summary = absl::StrCat("Moving a ", source.type_name, " to ", resource.name,
                                  " is not supported"),
          .detail = absl::StrCat(
              "The source is a ", source.type_name, " of ", source.provider_address, ". ",
              known.empty() ? absl::StrCat("Nothing can become a ", resource.name)
                            : absl::StrCat("Supported: ", known),
              "."),
          .hint = "Use a removed block for the old resource and an import block for the new one."};
}

}  // namespace

Result<Moved> Move(const schema::AnyResource& resource, const MoveSource& source) {
  const std::string provider = ProviderName(source.provider_address);
  for (const schema::AnyMove& move : resource.moves) {
    if (move.type_name != source.type_name || move.provider != provider) continue;
    const std::string summary =
        absl::StrCat("Moving a ", source.type_name, " to ", resource.name, " failed");
    const nlohmann::json state = nlohmann::json::parse(source.json, nullptr, false);
    if (!state.is_object()) {
      return Error{.code = Code::kInvalid,
                   .summary = summary,
                   .detail = "The stored state of the source is not a JSON object."};
    }
    Result<cty::Value> converted = move.convert(state);
    if (!converted.ok()) return converted.error().While(summary);
    return Moved{.state = WithoutWriteOnly(*resource.rows, NullForUnknown(*converted)),
                 .private_bytes = ImportMark(move.place ? move.place(state) : schema::Place())};
  }
  return Unsupported(resource, source);
}

}  // namespace ecs::lifecycle
