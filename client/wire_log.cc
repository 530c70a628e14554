#include "client/wire_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/json.h"
#include "client/text.h"
#include "client/url.h"

namespace ecs::client {
namespace {

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

// Objects whose members the user names, or whose values let whoever has them in: a member called
// "name" or "url" says nothing about its value there.
bool HidesValues(const std::string& name) {
  return name == "metadata" || name == "tags" || name == "server_tags" || name == "meta" ||
         name == "remote_console";
}

Json Hidden(const Json& value) {
  if (value.is_null() || value.is_boolean()) return value;
  if (!value.is_structured()) return kRedacted;
  Json shown = value;
  for (Json& element : shown) element = Hidden(element);
  return shown;
}

Json Shown(const Json& value, bool show) {
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [name, member] : value.items()) {
      object[name] = HidesValues(name) ? Hidden(member) : Shown(member, IsShownMember(name));
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

std::string ShownBody(std::string_view body, const Redactor& secrets) {
  if (body.empty()) return "";
  const auto json = ParseJson(body);
  if (!json) return absl::StrCat("(", body.size(), " bytes that are not JSON)");
  // A bare text or list at the top has no name that would allow it.
  std::string text = Compact(Shown(*json, false));
  // No more is looked through than can be shown, or be the rest of a secret that is.
  text.resize(std::min(text.size(), 2 * kBodyMax));
  text = secrets.Redact(std::move(text));
  if (text.size() > kBodyMax) {
    text.resize(kBodyMax);
    text += "… (cut)";
  }
  return text;
}

Stage LogWire(std::shared_ptr<Redactor> secrets) {
  return [secrets = std::move(secrets)](const Call& call, Request& request,
                                        const Send& next) -> Result<Response> {
    Log& log = call.log;
    const auto shown = [&secrets](std::string text) { return secrets->Redact(std::move(text)); };
    secrets->Learn(request);
    if (log.Enabled(Level::kTrace)) {
      log.Trace("Sending a request", {{"operation", shown(request.operation)},
                                      {"http_method", request.method},
                                      {"path", shown(SplitUrl(request.url).path)},
                                      {"headers", shown(HeaderText(request.headers))},
                                      {"body", ShownBody(request.body, *secrets)}});
    }
    const TimePoint begin = call.clock.Now();
    Result<Response> result = next(call, request);
    const std::string took = Milliseconds(call.clock.Now() - begin);
    if (!result.ok()) {
      result = secrets->Redact(result.error());
      log.Debug("No answer", {{"operation", shown(request.operation)},
                              {"took_ms", took},
                              {"reason", result.error().detail}});
      return result;
    }
    secrets->Learn(*result);
    log.Debug("Answer", {{"operation", shown(request.operation)},
                         {"status", absl::StrCat(result->status)},
                         {"took_ms", took},
                         {"request_id", shown(RequestId(result->headers))}});
    if (log.Enabled(Level::kTrace)) {
      log.Trace("Answer in full", {{"operation", shown(request.operation)},
                                   {"headers", shown(HeaderText(result->headers))},
                                   {"body", ShownBody(result->body, *secrets)}});
    }
    return result;
  };
}

}  // namespace ecs::client
