#include "client/offers.h"

#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ecs::client {
namespace {

std::string Spec(const Flavor& flavor, const char* name) {
  const auto found = flavor.extra_specs.find(name);
  return found == flavor.extra_specs.end() ? "" : found->second;
}

}  // namespace

Flavor ParseFlavor(const Json& flavor) {
  Flavor parsed = {.id = Text(flavor, "id"),
                   .name = Text(flavor, "name"),
                   .vcpus = Integer(flavor, "vcpus").value_or(0),
                   .ram_mb = Integer(flavor, "ram").value_or(0),
                   .disabled = Boolean(flavor, "OS-FLV-DISABLED:disabled").value_or(false),
                   .extra_specs = TextMap(flavor, "os_extra_specs")};
  // The list of resize targets calls them so.
  if (parsed.extra_specs.empty()) parsed.extra_specs = TextMap(flavor, "extra_specs");
  return parsed;
}

std::string OfferIn(const Flavor& flavor, const std::string& availability_zone) {
  // "az0(normal),az1(sellout)"
  const std::vector<std::string> zones =
      absl::StrSplit(Spec(flavor, "cond:operation:az"), ',', absl::SkipEmpty());
  for (const std::string& zone : zones) {
    const auto open = zone.find('(');
    if (open == std::string::npos || zone.back() != ')') continue;
    const auto begin = zone.find_first_not_of(' ');
    if (zone.substr(begin, open - begin) == availability_zone) {
      return zone.substr(open + 1, zone.size() - open - 2);
    }
  }
  const std::string status = Spec(flavor, "cond:operation:status");
  return status.empty() ? "normal" : status;
}

bool OffersAutoRecovery(const Flavor& flavor) {
  return absl::StrContains(Spec(flavor, "cond:compute"), "autorecovery");
}

Image ParseImage(const Json& image) {
  Image parsed = {.id = Text(image, "id"),
                  .name = Text(image, "name"),
                  .status = Text(image, "status"),
                  .visibility = Text(image, "visibility"),
                  .owner = Text(image, "owner"),
                  .image_type = Text(image, "__imagetype"),
                  .os_type = Text(image, "__os_type"),
                  .os_version = Text(image, "__os_version"),
                  .platform = Text(image, "__platform"),
                  .architecture = Text(image, "architecture"),
                  .disk_format = Text(image, "disk_format"),
                  .min_disk_gb = Integer(image, "min_disk").value_or(0),
                  .min_ram_mb = Integer(image, "min_ram").value_or(0),
                  .created_at = Text(image, "created_at"),
                  .updated_at = Text(image, "updated_at")};
  for (const Json& tag : Items(image, "tags")) parsed.tags.push_back(TextOf(tag));
  return parsed;
}

Volume ParseVolume(const Json& volume) {
  Volume parsed = {.id = Text(volume, "id"),
                   .name = Text(volume, "name"),
                   .status = Text(volume, "status"),
                   .size_gb = Integer(volume, "size").value_or(0),
                   .type = Text(volume, "volume_type"),
                   .availability_zone = Text(volume, "availability_zone"),
                   .bootable = Boolean(volume, "bootable").value_or(false),
                   .encrypted = Boolean(volume, "encrypted").value_or(false),
                   .multiattach = Boolean(volume, "multiattach").value_or(false),
                   .snapshot_id = Text(volume, "snapshot_id"),
                   .metadata = TextMap(volume, "metadata")};
  parsed.image_id = Text(Member(volume, "volume_image_metadata"), "image_id");
  parsed.kms_key_id = Text(Member(volume, "metadata"), "__system__cmkid");
  for (const Json& attachment : Items(volume, "attachments")) {
    parsed.server_ids.push_back(Text(attachment, "server_id"));
  }
  return parsed;
}

}  // namespace ecs::client
