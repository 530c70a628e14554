#include "client/wire_log.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/json.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

constexpr char kRedacted[] = "REDACTED";
constexpr std::size_t kBodyMax = 4096;

constexpr std::string_view kHeaders[] = {"accept",
                                         "content-length",
                                         "content-type",
                                         "date",
                                         "host",
                                         "location",
                                         "openstack-api-version",
                                         "retry-after",
                                         "server",
                                         "user-agent",
                                         "via",
                                         "x-client-token",
                                         "x-compute-request-id",
                                         "x-iam-trace-id",
                                         "x-openstack-nova-api-version",
                                         "x-openstack-request-id",
                                         "x-project-id",
                                         "x-request-id",
                                         "x-sdk-date"};

// Members whose values (texts, numbers, lists of them) tell about servers and never grant anything.
constexpr std::string_view kMembers[] = {"OS-EXT-AZ:availability_zone",
                                         "OS-EXT-IPS-MAC:mac_addr",
                                         "OS-EXT-IPS:port_id",
                                         "OS-EXT-IPS:type",
                                         "OS-EXT-STS:power_state",
                                         "OS-EXT-STS:task_state",
                                         "OS-EXT-STS:vm_state",
                                         "accessIPv4",
                                         "accessIPv6",
                                         "action",
                                         "addr",
                                         "attachments",
                                         "availability_zone",
                                         "begin_time",
                                         "bootIndex",
                                         "bootable",
                                         "code",
                                         "count",
                                         "created",
                                         "created_at",
                                         "dedicated_host_id",
                                         "delete_on_termination",
                                         "delete_publicip",
                                         "delete_volume",
                                         "description",
                                         "device",
                                         "disk",
                                         "dry_run",
                                         "encrypted",
                                         "end_time",
                                         "error_code",
                                         "error_msg",
                                         "errorcode_message",
                                         "expires_at",
                                         "fail_reason",
                                         "fixed_ip",
                                         "flavorRef",
                                         "flavor_id",
                                         "group",
                                         "hostId",
                                         "host_status",
                                         "id",
                                         "imageRef",
                                         "image_id",
                                         "interface",
                                         "ip_address",
                                         "issued_at",
                                         "job_id",
                                         "job_type",
                                         "key_name",
                                         "locked",
                                         "mac_addr",
                                         "message",
                                         "methods",
                                         "min_disk",
                                         "min_ram",
                                         "name",
                                         "net_id",
                                         "network_id",
                                         "new_size",
                                         "nic_id",
                                         "policies",
                                         "port_id",
                                         "port_state",
                                         "power_state",
                                         "primary",
                                         "progress",
                                         "ram",
                                         "region",
                                         "region_id",
                                         "request_id",
                                         "serverId",
                                         "serverIds",
                                         "server_id",
                                         "size",
                                         "start_time",
                                         "status",
                                         "sub_jobs_total",
                                         "subnet_id",
                                         "support_auto_recovery",
                                         "task_state",
                                         "tenancy",
                                         "tenant_id",
                                         "title",
                                         "type",
                                         "updated",
                                         "updated_at",
                                         "url",
                                         "vcpus",
                                         "version",
                                         "visibility",
                                         "vm_state",
                                         "volumeId",
                                         "volume_id",
                                         "volume_type",
                                         "volumetype",
                                         "vpc_id",
                                         "vpcid",
                                         "zoneName"};

bool IsShownMember(std::string_view name) {
  return std::find(std::begin(kMembers), std::end(kMembers), name) != std::end(kMembers);
}

// Objects whose members the user names: a key "name" says nothing about its value there.
bool IsUsersMap(const std::string& name) {
  return name == "metadata" || name == "tags" || name == "server_tags" || name == "meta" ||
         name == "identity" || name == "keypair" || name == "credential";
}

// Whoever has its url controls the server. Other urls, such as those of the catalogue, are shown.
bool IsConsole(const std::string& name) { return name == "remote_console"; }

bool IsSecretName(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "adminpass",   "admin_pass",    "password", "new_password", "user_data",
      "private_key", "securitytoken", "secret",   "token",        "reset-password"};
  const std::string lower = absl::AsciiStrToLower(View(name));
  return std::find(std::begin(kNames), std::end(kNames), lower) != std::end(kNames);
}

Json Shown(const Json& value, bool show) {
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [name, member] : value.items()) {
      if ((IsUsersMap(name) || IsConsole(name)) && member.is_structured()) {
        object[name] = kRedacted;
      } else {
        object[name] = Shown(member, IsShownMember(name));
      }
    }
    return object;
  }
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& element : value) array.push_back(Shown(element, show));
    return array;
  }
  return show || value.is_null() || value.is_boolean() ? value : Json(kRedacted);
}

void CollectSecrets(const Json& value, bool secret, std::vector<std::string>& found) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      CollectSecrets(member, secret || IsSecretName(name), found);
    }
  } else if (value.is_array()) {
    for (const Json& element : value) CollectSecrets(element, secret, found);
  } else if (secret && value.is_string() && value.get_ref<const std::string&>().size() >= 6) {
    // Shorter ones would cut words out of the message that only look alike.
    found.push_back(value.get<std::string>());
    const std::string quoted = Compact(value);
    found.push_back(quoted.substr(1, quoted.size() - 2));  // as a body repeats it
  }
}

std::string HeaderText(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", name, ": ", ShownHeader(name, value));
  }
  return text;
}

std::string Milliseconds(Duration duration) {
  return absl::StrCat(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

std::string ShownHeader(std::string_view name, std::string_view value) {
  const std::string lower = absl::AsciiStrToLower(View(name));
  const bool shown =
      std::find(std::begin(kHeaders), std::end(kHeaders), lower) != std::end(kHeaders);
  return shown ? std::string(value) : kRedacted;
}

std::string ShownBody(std::string_view body) {
  if (body.empty()) return "";
  const auto json = ParseJson(body);
  if (!json) return absl::StrCat("(", body.size(), " bytes that are not JSON)");
  // A bare text or list at the top has no name that would allow it.
  std::string text = Compact(Shown(*json, false));
  if (text.size() > kBodyMax) {
    text.resize(kBodyMax);
    text += "… (cut)";
  }
  return text;
}

std::string WithoutSecretsOf(std::string_view body, std::string text) {
  if (body.empty() || text.empty()) return text;
  const auto json = ParseJson(body);
  if (!json) return text;
  std::vector<std::string> secrets;
  CollectSecrets(*json, false, secrets);
  // All at once: of secrets that begin alike, the longest has to go as a whole.
  std::vector<std::pair<std::string, const char*>> cuts;
  cuts.reserve(secrets.size());
  for (std::string& secret : secrets) cuts.emplace_back(std::move(secret), kRedacted);
  absl::StrReplaceAll(cuts, &text);
  return text;
}

Stage LogWire() {
  return [](const Call& call, Request& request, const Send& next) -> Result<Response> {
    Log& log = call.log;
    if (!log.Enabled(Level::kDebug)) return next(call, request);
    if (log.Enabled(Level::kTrace)) {
      log.Trace("Sending a request", {{"operation", request.operation},
                                      {"http_method", request.method},
                                      {"path", SplitUrl(request.url).path},
                                      {"headers", HeaderText(request.headers)},
                                      {"body", ShownBody(request.body)}});
    }
    const TimePoint begin = call.clock.Now();
    Result<Response> result = next(call, request);
    const std::string took = Milliseconds(call.clock.Now() - begin);
    if (!result.ok()) {
      log.Debug(
          "No answer",
          {{"operation", request.operation}, {"took_ms", took}, {"reason", result.error().detail}});
      return result;
    }
    log.Debug("Answer", {{"operation", request.operation},
                         {"status", absl::StrCat(result->status)},
                         {"took_ms", took},
                         {"request_id", RequestId(result->headers)}});
    if (log.Enabled(Level::kTrace)) {
      log.Trace("Answer in full",
                {{"operation", request.operation},
                 {"headers", HeaderText(result->headers)},
                 {"body", ShownBody(WithoutSecretsOf(request.body, result->body))}});
    }
    return result;
  };
}

}  // namespace ecs::client
