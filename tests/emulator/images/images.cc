// Images by the vendor's and by Glance's calls: api/neighbours.md section 1.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/jobs.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Json ImageJson(const Image& image) {
  const bool gold = image.type == "gold";
  return {{"id", image.id},
          {"name", image.name},
          {"status", image.status},
          {"visibility", gold ? "public" : image.type},
          {"owner", image.owner},
          {"protected", gold},
          {"min_disk", image.min_disk_gb},
          {"min_ram", image.min_ram_mib},
          {"max_ram", ""},
          {"disk_format", "zvhd2"},
          {"container_format", "bare"},
          {"created_at", IsoSeconds(image.created)},
          {"updated_at", IsoSeconds(image.updated)},
          {"tags", image.tags},
          {"self", StrCat("/v2/images/", image.id)},
          {"file", StrCat("/v2/images/", image.id, "/file")},
          {"schema", "/v2/schemas/image"},
          {"size", 0},
          {"virtual_size", nullptr},
          {"checksum", "d41d8cd98f00b204e9800998ecf8427e"},
          {"__imagetype", image.type},
          {"__os_type", image.os_type},
          {"__os_version", image.os_version},
          {"__os_bit", "64"},
          {"__platform", image.platform},
          {"__isregistered", "true"},
          {"__image_source_type", "uds"},
          {"__image_size", "839843840"},
          {"__originalimagename", image.id},
          {"__data_origin", "file"},
          {"__description", ""},
          {"__support_kvm", "true"},
          {"__support_agent_list", "hss,ces"},
          {"hw_firmware_type", "bios"},
          {"hw_vif_multiqueue_enabled", "true"},
          {"virtual_env_type", "FusionCompute"},
          {"enterprise_project_id", "0"}};
}

// Every query name that is a member of the image must have its value.
bool Fits(const Json& image, const Exchange& in, const std::string& project) {
  for (const auto& [name, value] : in.query.pairs()) {
    if (name == "tag") {
      const Json& tags = image["tags"];
      if (std::find(tags.begin(), tags.end(), Json(value)) == tags.end()) return false;
    }
    if (name == "member_status" && value != "accepted" && image["visibility"] == "shared") {
      return false;
    }
    const Json& member = Member(image, name);
    if (name == "enterprise_project_id" || value.empty()) continue;
    if (member.is_string()) {
      // "in:a,b" is Glance's list of alternatives.
      const auto any = Split(StartsWith(value, "in:") ? value.substr(3) : value, ',');
      if (std::find(any.begin(), any.end(), member.get<std::string>()) == any.end()) return false;
    } else if (!member.is_null() && !member.is_array() && member.dump() != ToLower(value)) {
      return false;
    }
  }
  // Private images are their owner's.
  return image["visibility"] != "private" || image["owner"] == project;
}

std::vector<Json> Found(const Cloud& cloud, const Exchange& in) {
  std::vector<Json> rows;
  for (const Image& image : cloud.store.images) {
    Json row = ImageJson(image);
    if (Fits(row, in, cloud.options.project_id)) rows.push_back(std::move(row));
  }
  const std::string key = in.query.Has("sort_key") ? in.query.Get("sort_key") : "created_at";
  const bool ascending = in.query.Get("sort_dir") == "asc";
  std::stable_sort(rows.begin(), rows.end(), [&](const Json& a, const Json& b) {
    return ascending ? Member(a, key) < Member(b, key) : Member(b, key) < Member(a, key);
  });
  return rows;
}

// The rows after the marker; `next` is the last one's id if more follow.
Json Cut(const Exchange& in, const std::vector<Json>& rows, std::size_t limit, std::string& next) {
  static_cast<void>(ReadNumber(in.query.Get("limit"), &limit));
  const std::string marker = in.query.Get("marker");
  bool begun = marker.empty();
  Json list = Json::array();
  for (const Json& row : rows) {
    if (begun && list.size() < limit) {
      list.push_back(row);
    } else if (begun && !list.empty()) {
      next = list.back()["id"];
      break;
    }
    begun = begun || row["id"] == marker;
  }
  return list;
}

Response ListCloudImages(Cloud& cloud, const Exchange& in) {
  std::string next;
  return JsonReply(200, {{"images", Cut(in, Found(cloud, in), 500, next)}});
}

Response ListImages(Cloud& cloud, const Exchange& in) {
  std::string next;
  Json body = {{"images", Cut(in, Found(cloud, in), 25, next)},
               {"schema", "/v2/schemas/images"},
               {"first", "/v2/images"}};
  if (!next.empty()) {
    std::string query;
    for (const auto& [name, value] : in.query.pairs()) {
      if (name != "marker") StrAppend(&query, PercentEncode(name), "=", PercentEncode(value), "&");
    }
    body["next"] = StrCat("/v2/images?", query, "marker=", next);
  }
  return JsonReply(200, body);
}

Response ShowImage(Cloud& cloud, const Exchange& in) {
  const Image* image = cloud.store.images.Find(in.Param("image_id"));
  if (image != nullptr) return JsonReply(200, ImageJson(*image));
  // Glance answers in HTML here.
  return {.status = 404,
          .headers = {{"Content-Type", "text/html; charset=UTF-8"}},
          .body = StrCat("<html><head><title>404 Not Found</title></head><body><h1>404 Not "
                         "Found</h1>No image found with ID ",
                         in.Param("image_id"), "</body></html>")};
}

Response DeleteImage(Cloud& cloud, const Exchange& in) {
  const Image* image = cloud.store.images.Find(in.Param("image_id"));
  if (image == nullptr) return ShowImage(cloud, in);
  if (image->type == "gold") return CodeError(403, "IMG.0026", "A public image is protected.");
  cloud.store.images.Remove(in.Param("image_id"));
  return EmptyReply(204);
}

Response CreateFromServer(Cloud& cloud, const Exchange& in) {
  const std::string name = TextOf(in.body, "name");
  const Server* server = cloud.store.servers.Find(TextOf(in.body, "instance_id"));
  if (name.empty()) return CodeError(400, "IMG.0020", "name is missing.");
  if (server == nullptr) return CodeError(400, "IMG.0005", "The server does not exist.");
  if (!server->task_state.empty()) {
    return CodeError(400, "IMG.0010", "The server has tasks in progress.");
  }
  if (server->vm_state != "stopped") {
    return CodeError(400, "IMG.0008", "The server must be stopped.");
  }
  const Image* source = cloud.store.images.Find(server->image_id);
  Image image = source == nullptr ? Image() : *source;
  image.id = cloud.ids.Uuid();
  image.name = name;
  image.type = "private";
  image.status = "saving";
  image.owner = cloud.options.project_id;
  image.created = cloud.wall();
  image.updated = cloud.wall();
  const std::string id = cloud.store.images.Add(std::move(image)).id;
  const std::string job_id =
      MakeJob(cloud, "imsCreateImageByInstance", {{"image_id", id}, {"image_name", name}}).id;
  cloud.timeline.After(cloud.Takes("create"), [&cloud, id, job_id] {
    if (Image* made = cloud.store.images.Find(id)) made->status = "active";
    FinishJob(cloud, job_id);
  });
  return JobReply(job_id);
}

}  // namespace

void AddImageRoutes(Router& router) {
  router.Add(Service::kIms, "GET", "/v2/cloudimages", "ListCloudImages", ListCloudImages);
  router.Add(Service::kIms, "POST", "/v2/cloudimages/action", "CreateImageFromServer",
             CreateFromServer);
  // A client that finds Nova's versions at / goes on below /v2.1 (api/client-routes.md).
  for (const char* version : {"/v2", "/v2.1"}) {
    const std::string images = StrCat(version, "/images");
    router.Add(Service::kGlance, "GET", images, "ListImages", ListImages);
    router.Add(Service::kGlance, "GET", images + "/{image_id}", "ShowImage", ShowImage);
    router.Add(Service::kGlance, "DELETE", images + "/{image_id}", "DeleteImage", DeleteImage);
  }
}

}  // namespace emulator
