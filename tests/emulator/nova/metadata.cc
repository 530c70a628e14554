// Native metadata and tags: api/nova-v2.1.md section 11.
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kMetadataMax = 128;
constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kTagLengthMax = 80;

using Texts = std::map<std::string, std::string>;

std::optional<Response> ReadMetadata(const Json& object, Texts& metadata) {
  if (!object.is_object()) return NovaError(400, "Malformed request body");
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string() || value.get<std::string>().size() > 255 || key.empty() ||
        key.size() > 255) {
      return NovaError(
          400, StrCat("Invalid input for field/attribute ", key, ". Value: ", value.dump(), "."));
    }
    metadata[key] = value.get<std::string>();
  }
  if (metadata.size() > kMetadataMax) {
    return NovaError(403, "Maximum number of metadata items exceeds 128");
  }
  return std::nullopt;
}

Response ShowMetadata(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  return JsonReply(200, {{"metadata", server->metadata}});
}

// POST merges, PUT replaces.
Response ChangeMetadata(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  Texts metadata = in.request.method == "PUT" ? Texts() : server->metadata;
  if (auto refused = ReadMetadata(Member(in.body, "metadata"), metadata)) return *refused;
  if (const auto c = CheckAction(cloud, *server, Action::kMetadata)) return NovaConflict(*c);
  server->metadata = std::move(metadata);
  Touch(cloud, *server);
  return JsonReply(200, {{"metadata", server->metadata}});
}

Response NoSuchItem() { return NovaError(404, "Metadata item was not found"); }

Response ShowMetadataItem(Cloud& cloud, const Exchange& in) {
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const auto found = server->metadata.find(in.Param("key"));
  if (found == server->metadata.end()) return NoSuchItem();
  return JsonReply(200, {{"meta", {{found->first, found->second}}}});
}

Response SetMetadataItem(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json& meta = Member(in.body, "meta");
  if (!meta.is_object() || meta.size() != 1 || !meta.contains(in.Param("key"))) {
    return NovaError(400, "Request body and URI mismatch");
  }
  Texts metadata = server->metadata;
  if (auto refused = ReadMetadata(meta, metadata)) return *refused;
  if (const auto c = CheckAction(cloud, *server, Action::kMetadata)) return NovaConflict(*c);
  server->metadata = std::move(metadata);
  Touch(cloud, *server);
  return JsonReply(200, {{"meta", meta}});
}

Response DeleteMetadataItem(Cloud& cloud, const Exchange& in) {
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  if (server->metadata.count(in.Param("key")) == 0) return NoSuchItem();
  if (const auto c = CheckAction(cloud, *server, Action::kMetadata)) return NovaConflict(*c);
  server->metadata.erase(in.Param("key"));
  // Nova deletes the item's row alone: `updated` stays (nova/objects/instance.py,
  // delete_metadata_key).
  server->cached_text.clear();
  return EmptyReply(204);
}

// Tags of key and value are shown here as "key=value".
std::pair<std::string, std::string> Split(const std::string& tag) { return SplitOnce(tag, '='); }

bool IsTag(const std::string& tag) {
  if (tag.empty() || tag.size() > kTagLengthMax) return false;
  return tag.find_first_of(",/") == std::string::npos;
}

bool HasTag(const Server& server, const std::string& tag) {
  const auto [key, value] = Split(tag);
  const auto found = server.tags.find(key);
  return found != server.tags.end() && found->second == value;
}

Response TooManyTags() {
  return NovaError(400, StrCat("The number of tags exceeded the per-server limit ", kTagsMax));
}

// The tag calls exist since 2.26.
std::optional<Response> CheckTagVersion(const Exchange& in) {
  if (Since(in, 26) || in.path.substr(0, 4) == "/v2/") return std::nullopt;
  return NovaError(404, "The resource could not be found.");
}

Response ListTags(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  return JsonReply(200, {{"tags", TagTexts(*server)}});
}

Response ReplaceTags(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const Json& list = Member(in.body, "tags");
  if (!list.is_array()) return NovaError(400, "Invalid input for field/attribute tags.");
  Texts tags;
  for (const Json& tag : list) {
    if (!tag.is_string() || !IsTag(tag.get<std::string>())) {
      return NovaError(400,
                       StrCat("Invalid input for field/attribute tags. Value: ", tag.dump(), "."));
    }
    tags.insert(Split(tag.get<std::string>()));
  }
  if (tags.size() > kTagsMax) return TooManyTags();
  if (const auto c = CheckAction(cloud, *server, Action::kTags)) return NovaConflict(*c);
  server->tags = std::move(tags);
  Touch(cloud, *server);
  return JsonReply(200, {{"tags", TagTexts(*server)}});
}

Response DeleteTags(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  if (const auto c = CheckAction(cloud, *server, Action::kTags)) return NovaConflict(*c);
  server->tags.clear();
  Touch(cloud, *server);
  return EmptyReply(204);
}

Response NoSuchTag(const Exchange& in) {
  return NovaError(404,
                   StrCat("Server ", in.Param("server_id"), " has no tag '", in.Param("tag"), "'"));
}

Response CheckTag(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  const Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  return HasTag(*server, in.Param("tag")) ? EmptyReply(204) : NoSuchTag(in);
}

Response AddTag(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  const std::string& tag = in.Param("tag");
  if (!IsTag(tag)) return NovaError(400, StrCat("Tag '", tag, "' is invalid."));
  if (HasTag(*server, tag)) return EmptyReply(204);
  if (server->tags.size() >= kTagsMax) return TooManyTags();
  if (const auto c = CheckAction(cloud, *server, Action::kTags)) return NovaConflict(*c);
  const auto [key, value] = Split(tag);
  server->tags[key] = value;
  Touch(cloud, *server);
  Response answer = EmptyReply(201);
  answer.headers.emplace_back("Location", StrCat(in.base, in.path));
  return answer;
}

Response DeleteTag(Cloud& cloud, const Exchange& in) {
  if (auto refused = CheckTagVersion(in)) return *refused;
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr) return NoSuchInstance(in);
  if (!HasTag(*server, in.Param("tag"))) return NoSuchTag(in);
  if (const auto c = CheckAction(cloud, *server, Action::kTags)) return NovaConflict(*c);
  server->tags.erase(Split(in.Param("tag")).first);
  Touch(cloud, *server);
  return EmptyReply(204);
}

}  // namespace

void AddNovaMetadataRoutes(Router& router) {
  const std::string metadata = "/servers/{server_id}/metadata";
  AddNova(router, "GET", metadata, "ShowMetadata", ShowMetadata);
  AddNova(router, "POST", metadata, "UpdateMetadata", ChangeMetadata);
  AddNova(router, "PUT", metadata, "ReplaceMetadata", ChangeMetadata);
  AddNova(router, "GET", metadata + "/{key}", "ShowMetadataItem", ShowMetadataItem);
  AddNova(router, "PUT", metadata + "/{key}", "SetMetadataItem", SetMetadataItem);
  AddNova(router, "DELETE", metadata + "/{key}", "DeleteMetadataItem", DeleteMetadataItem);
  const std::string tags = "/servers/{server_id}/tags";
  AddNova(router, "GET", tags, "ListTags", ListTags);
  AddNova(router, "PUT", tags, "ReplaceTags", ReplaceTags);
  AddNova(router, "DELETE", tags, "DeleteTags", DeleteTags);
  AddNova(router, "GET", tags + "/{tag}", "CheckTag", CheckTag);
  AddNova(router, "PUT", tags + "/{tag}", "AddTag", AddTag);
  AddNova(router, "DELETE", tags + "/{tag}", "DeleteTag", DeleteTag);
}

}  // namespace emulator
