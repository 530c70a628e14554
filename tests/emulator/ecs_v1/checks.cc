#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"

namespace emulator {
namespace {

constexpr std::size_t kTagsMax = 10;
constexpr std::size_t kTagKeyMax = 36;
constexpr std::size_t kTagValueMax = 43;
constexpr std::size_t kDescriptionMax = 85;

// Code points of UTF-8 text: the limits count characters, not bytes.
std::size_t Characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool TagTextIsFine(std::string_view text, bool is_value) {
  constexpr std::string_view kRefused = "=*<>\\,|";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || kRefused.find(c) != std::string_view::npos) return false;
    if (c == '/' && !is_value) return false;
  }
  return true;
}

}  // namespace

Server* FindServer(Cloud& cloud, const Exchange& in) {
  Server* server = cloud.store.servers.Find(in.Param("server_id"));
  return server == nullptr || server->vm_state == "deleted" ? nullptr : server;
}

Response NoSuchServer() { return EcsError("Ecs.0114"); }

std::optional<Response> AddTags(const Json& rows, std::map<std::string, std::string>& tags) {
  std::set<std::string> given;
  for (const Json& row : rows) {
    const std::string key = TextOf(row, "key");
    const std::string value = TextOf(row, "value");
    if (key.empty() || Characters(key) > kTagKeyMax || Characters(value) > kTagValueMax) {
      return EcsError("Ecs.0906");
    }
    if (!TagTextIsFine(key, false) || !TagTextIsFine(value, true)) return EcsError("Ecs.0907");
    if (!given.insert(key).second) return EcsError("Ecs.0908");
    tags[key] = value;
  }
  if (tags.size() > kTagsMax) return EcsError("Ecs.0905");
  return std::nullopt;
}

std::optional<Response> CheckName(const std::string& name, std::size_t length_max) {
  if (name.empty() || Characters(name) > length_max) return EcsError("Ecs.0914");
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !IsAlnum(c) && c != '_' && c != '-' && c != '.') {
      return EcsError("Ecs.0915");
    }
  }
  return std::nullopt;
}

std::optional<Response> CheckDescription(const std::string& description) {
  if (Characters(description) > kDescriptionMax ||
      description.find_first_of("<>") != std::string::npos) {
    return EcsError("Ecs.0041");
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> IdsOf(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> ids;
  for (const Json& row : list) {
    std::string id = TextOf(row, "id");
    if (id.empty()) return std::nullopt;
    ids.push_back(std::move(id));
  }
  return ids;
}

Order OrderWithJob(Cloud& cloud, const Exchange& in, const std::string& job_id, Twist twist,
                   const std::string& failure_code) {
  return {.request_id = StrCat("req-", in.request_id),
          .twist = twist,
          .done = [&cloud, job_id, failure_code](const Outcome& outcome) {
            if (outcome.ok) {
              FinishJob(cloud, job_id);
            } else {
              FailJob(cloud, job_id, failure_code, EcsMessage(failure_code),
                      NovaFault(outcome.status, outcome.message).dump());
            }
          }};
}

}  // namespace emulator
