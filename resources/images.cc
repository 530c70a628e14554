// ecs_images: the images that servers can be made from. Cloud: neighbours.md section 1.
#include <algorithm>
#include <tuple>

#include "provider/schema/mapping.h"
#include "provider/schema/value_checks.h"
#include "resources/cloud.h"
#include "resources/common/name_pattern.h"
#include "resources/data_sources.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct Image {
  Attr<std::string> id = {};
  Attr<std::string> name = {};
  Attr<std::string> status = {};
  Attr<std::string> visibility = {};
  Attr<std::string> os_type = {};
  Attr<std::string> os_version = {};
  Attr<std::string> platform = {};
  Attr<std::int64_t> min_disk_gb = {};
  Attr<std::int64_t> min_ram_mb = {};
  Attr<std::string> created_at = {};
};

struct Images {
  Attr<std::string> name = {};
  Attr<std::string> name_regex = {};
  Attr<std::string> visibility = {};
  Attr<std::string> os_type = {};
  Attr<std::string> platform = {};
  Attr<std::int64_t> max_min_disk_gb = {};
  Attr<bool> most_recent = {};
  Attr<std::vector<Image>> images = {};
};

std::shared_ptr<const schema::RowSet> ImageRows() {
  schema::Attributes<Image> rows;
  rows.add({.name = "id",
            .field = &Image::id,
            .mode = Mode::kComputed,
            .read_from = &client::Image::id,
            .doc = "ID, to be used as `image_id` of an `ecs_server`."});
  rows.add({.name = "name",
            .field = &Image::name,
            .mode = Mode::kComputed,
            .read_from = &client::Image::name,
            .doc = "Name."});
  rows.add({.name = "status",
            .field = &Image::status,
            .mode = Mode::kComputed,
            .read_from = &client::Image::status,
            .doc = "Status: `active`."});
  rows.add({.name = "visibility",
            .field = &Image::visibility,
            .mode = Mode::kComputed,
            .read_from = &client::Image::visibility,
            .doc = "`public`, `private` or `shared`."});
  rows.add({.name = "os_type",
            .field = &Image::os_type,
            .mode = Mode::kComputed,
            .read_from = &client::Image::os_type,
            .doc = "`Linux`, `Windows` or `Other`."});
  rows.add({.name = "os_version",
            .field = &Image::os_version,
            .mode = Mode::kComputed,
            .read_from = &client::Image::os_version,
            .doc = "Version of the operating system."});
  rows.add({.name = "platform",
            .field = &Image::platform,
            .mode = Mode::kComputed,
            .read_from = &client::Image::platform,
            .doc = "Platform, such as `Ubuntu` or `Debian`."});
  rows.add({.name = "min_disk_gb",
            .field = &Image::min_disk_gb,
            .mode = Mode::kComputed,
            .read_from = &client::Image::min_disk_gb,
            .doc = "Smallest system disk, in GiB."});
  rows.add({.name = "min_ram_mb",
            .field = &Image::min_ram_mb,
            .mode = Mode::kComputed,
            .read_from = &client::Image::min_ram_mb,
            .doc = "Least memory, in MiB."});
  rows.add({.name = "created_at",
            .field = &Image::created_at,
            .mode = Mode::kComputed,
            .read_from = &client::Image::created_at,
            .doc = "Time of creation."});
  return rows;
}

schema::Attributes<Images> Rows() {
  schema::Attributes<Images> rows;
  rows.add({.name = "name", .field = &Images::name, .doc = "Only images of exactly this name."});
  rows.add({.name = "name_regex",
            .field = &Images::name_regex,
            .checks = {IsPattern()},
            .doc = "Only images whose name this regular expression finds something in."});
  rows.add({.name = "visibility",
            .field = &Images::visibility,
            .checks = {schema::OneOf({"public", "private", "shared"})},
            .doc = "Only `public`, `private` or `shared` images."});
  rows.add({.name = "os_type",
            .field = &Images::os_type,
            .checks = {schema::OneOf({"Linux", "Windows", "Other"})},
            .doc = "Only `Linux`, `Windows` or `Other` images."});
  rows.add({.name = "platform",
            .field = &Images::platform,
            .doc = "Only images of this platform, such as `Ubuntu` or `Debian`."});
  rows.add({.name = "max_min_disk_gb",
            .field = &Images::max_min_disk_gb,
            .doc = "Only images that fit on a system disk of this size, in GiB."});
  rows.add({.name = "most_recent",
            .field = &Images::most_recent,
            .doc = "Whether only the newest of the matching images is returned. It is an error if "
                   "there is none."});
  rows.add({.name = "images",
            .field = &Images::images,
            .mode = Mode::kComputed,
            .rows = ImageRows(),
            .doc = "The active images, newest first."});
  return rows;
}

bool Fits(const client::Image& image, const Images& config) {
  const bool disk =
      !config.max_min_disk_gb.is_known() || image.min_disk_gb <= config.max_min_disk_gb.value();
  return disk && (image.status.empty() || image.status == "active") &&
         Finds(config.name_regex, image.name);
}

Result<Images> Read(const Call& call, Cloud& cloud, const Images& config, schema::Diagnostics&) {
  Result<std::vector<client::Image>> found =
      cloud.ecs.ListImages(call, {.name = config.name.value_or(""),
                                  .visibility = config.visibility.value_or(""),
                                  .status = "active",
                                  .os_type = config.os_type.value_or(""),
                                  .platform = config.platform.value_or("")});
  if (!found.ok()) return found.error().While("Listing the images failed");
  std::sort(found->begin(), found->end(), [](const client::Image& a, const client::Image& b) {
    return std::tie(b.created_at, a.name, a.id) < std::tie(a.created_at, b.name, b.id);
  });
  std::vector<Image> images;
  const auto rows = ImageRows();
  for (const client::Image& image : *found) {
    if (!Fits(image, config)) continue;
    Image item;
    RETURN_IF_ERROR(schema::FillFrom(*rows, image, item));
    images.push_back(std::move(item));
  }
  if (config.most_recent.value_or(false)) {
    if (images.empty()) {
      return Error{.code = Code::kNotFound,
                   .summary = "No image matches",
                   .detail = "most_recent asks for the newest matching image, and there is none.",
                   .hint = "Loosen the filters, or leave most_recent out to see an empty list."};
    }
    images.resize(1);
  }
  Images answer = config;
  answer.images = std::move(images);
  return answer;
}

}  // namespace

schema::AnyDataSource ImagesDataSource() {
  return schema::DataSourceType<Images, Cloud>{.name = "ecs_images",
                                               .doc = "The images that servers can be made from.",
                                               .rows = Rows(),
                                               .read = Read}
      .Erase();
}

}  // namespace ecs::resources
