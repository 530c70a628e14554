#include "provider/lifecycle/memory.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace ecs::lifecycle {
namespace {

using nlohmann::json;
using schema::Place;

constexpr int kVersion = 1;
constexpr char kVersionName[] = "version";
constexpr char kImporting[] = "importing";
constexpr char kPlace[] = "place";
constexpr char kRegion[] = "region";
constexpr char kProject[] = "project_id";

std::string TextAt(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string TextAt(const cty::Value& object, const char* name) {
  const auto found = object.fields().find(name);
  const bool is_text = found != object.fields().end() && found->second.is_known() &&
                       found->second.type() == cty::Type::String();
  return is_text ? found->second.AsString() : "";
}

// "region eu-de, project 0123456789abcdef".
std::string InWords(const Place& place) {
  const std::string region = place.region.empty() ? "" : absl::StrCat("region ", place.region);
  if (place.project_id.empty()) return region;
  return absl::StrCat(region, region.empty() ? "" : ", ", "project ", place.project_id);
}

Error Elsewhere(const schema::AnyResource& resource, const cty::Value& state, const Place& seen,
                const Place& here) {
  const std::string id = TextAt(state, resource.import_attribute.c_str());
  return {
      .code = Code::kInvalid,
      .summary = absl::StrCat(resource.name, id.empty() ? "" : " ", id,
                              " belongs to another region or project"),
      .detail = absl::StrCat("It was last seen in ", InWords(seen),
                             ". The provider is configured for ", InWords(here),
                             ", where the cloud answers that it does not exist. It stays in the "
                             "state."),
      .hint =
          "Set region, project_id or project_name of the provider block to those of the "
          "resource. If it no longer exists there, terraform state rm ADDRESS removes it from "
          "the state."};
}

}  // namespace

Memory Recall(const std::string& private_bytes) {
  const json bytes = json::parse(private_bytes, nullptr, /*allow_exceptions=*/false);
  if (!bytes.is_object()) return {};
  // The first release wrote no version.
  if (bytes.value(kVersionName, json(kVersion)) != json(kVersion)) return {};
  Memory memory{.importing = bytes.value(kImporting, json()) == json(true)};
  if (const auto place = bytes.find(kPlace); place != bytes.end() && place->is_object()) {
    memory.place = {.region = TextAt(*place, kRegion), .project_id = TextAt(*place, kProject)};
  }
  return memory;
}

Memory Recall(const std::string& private_bytes, const std::optional<cty::Value>& identity) {
  Memory memory = Recall(private_bytes);
  if (memory.place.empty() && identity) memory.place = PlaceIn(*identity);
  return memory;
}

std::string Remember(const Memory& memory) {
  if (memory == Memory()) return "";
  json bytes = {{kVersionName, kVersion}};
  if (memory.importing) bytes[kImporting] = true;
  if (!memory.place.region.empty()) bytes[kPlace][kRegion] = memory.place.region;
  if (!memory.place.project_id.empty()) bytes[kPlace][kProject] = memory.place.project_id;
  return bytes.dump(-1, ' ', false, json::error_handler_t::replace);
}

Place PlaceIn(const cty::Value& object) {
  if (!object.is_known()) return {};
  return {.region = TextAt(object, kRegion), .project_id = TextAt(object, kProject)};
}

void SeenHere(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
              Memory& memory) {
  if (!resource.in_cloud) return;
  const Result<Place> here = backend.Here(call);
  if (!here.ok()) {
    call.log.Warn("The region and project of an object could not be told",
                  {{"tf_resource_type", resource.name}, {"error", here.error().summary}});
    return;
  }
  if (!here->region.empty()) memory.place.region = here->region;
  if (!here->project_id.empty()) memory.place.project_id = here->project_id;
}

Status CheckGone(const Call& call, schema::Backend& backend, const schema::AnyResource& resource,
                 const cty::Value& state, const Memory& memory) {
  if (!resource.in_cloud || memory.place.empty()) return Ok{};
  ASSIGN_OR_RETURN(const Place here, backend.Here(call));
  if (!memory.place.IsElsewhere(here)) return Ok{};
  return Elsewhere(resource, state, memory.place, here);
}

}  // namespace ecs::lifecycle
