#include "client/server.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ecs::client {
namespace {

void TakeAddresses(const Json& json, Server& server) {
  const Json& networks = Member(json, "addresses");
  if (!networks.is_object()) return;
  for (const auto& [label, list] : networks.items()) {
    if (server.vpc_id.empty()) server.vpc_id = label;
    if (!list.is_array()) continue;
    for (const Json& address : list) {
      server.addresses.push_back(
          {.addr = Text(address, "addr"),
           .version = static_cast<int>(Integer(address, "version").value_or(4)),
           .type = Text(address, "OS-EXT-IPS:type"),
           .mac = Text(address, "OS-EXT-IPS-MAC:mac_addr"),
           .port_id = Text(address, "OS-EXT-IPS:port_id"),
           .primary = Boolean(address, "primary").value_or(false)});
    }
  }
}

// "key=value", or "key" alone. System tags of the native API are not the customer's.
void TakeTags(const Json& json, Server& server) {
  for (const Json& tag : Items(json, "tags")) {
    const std::string text = TextOf(tag);
    if (text.empty() || text.starts_with("__type_")) continue;
    const auto equals = text.find('=');
    server.tags[text.substr(0, equals)] =
        equals == std::string::npos ? "" : text.substr(equals + 1);
  }
}

void TakeGroups(const Json& json, Server& server) {
  // Nova repeats a group for each of the server's ports.
  for (const Json& group : Items(json, "security_groups")) {
    SecurityGroup parsed = {Text(group, "id"), Text(group, "name")};
    auto& groups = server.security_groups;
    if (std::find(groups.begin(), groups.end(), parsed) == groups.end()) {
      groups.push_back(std::move(parsed));
    }
  }
}

void TakeVolumes(const Json& json, Server& server) {
  for (const Json& volume : Items(json, "os-extended-volumes:volumes_attached")) {
    server.volumes.push_back(
        {.id = Text(volume, "id"),
         .boot_index = static_cast<int>(Integer(volume, "bootIndex").value_or(-1)),
         .delete_on_termination = Boolean(volume, "delete_on_termination").value_or(false),
         .device = Text(volume, "device")});
  }
}

void TakeFault(const Json& json, Server& server) {
  const Json& fault = Member(json, "fault");
  if (!fault.is_object() || fault.empty()) return;
  server.fault = ServerFault{.code = static_cast<int>(Integer(fault, "code").value_or(0)),
                             .message = Text(fault, "message"),
                             .created = Text(fault, "created"),
                             .details = Text(fault, "details")};
}

// The hints' values are arrays of one text.
std::string Hint(const Json& json, std::string_view name) {
  const Json& hint = Member(Member(json, "os:scheduler_hints"), name);
  if (hint.is_array()) return hint.empty() ? "" : TextOf(hint.front());
  return TextOf(hint);
}

Shown ShownIn(const Json& json) {
  return {.description = json.is_object() && json.contains("description"),
          .metadata = Member(json, "metadata").is_object(),
          .tags = Member(json, "tags").is_array(),
          .addresses = Member(json, "addresses").is_object(),
          .security_groups = Member(json, "security_groups").is_array(),
          .volumes = Member(json, "os-extended-volumes:volumes_attached").is_array()};
}

Secret InjectedText(const Json& json) {
  std::string decoded;
  if (!absl::Base64Unescape(Text(json, "OS-EXT-SRV-ATTR:user_data"), &decoded)) return Secret();
  return Secret(std::move(decoded));
}

}  // namespace

Server ParseServer(const Json& json) {
  const Json& flavor = Member(json, "flavor");
  const Json& image = Member(json, "image");
  Server server = {
      .id = Text(json, "id"),
      .name = Text(json, "name"),
      .status = absl::AsciiStrToUpper(Text(json, "status")),
      .vm_state = absl::AsciiStrToLower(Text(json, "OS-EXT-STS:vm_state")),
      .task_state = absl::AsciiStrToLower(Text(json, "OS-EXT-STS:task_state")),
      .power_state = static_cast<int>(Integer(json, "OS-EXT-STS:power_state").value_or(0)),
      .flavor_id = Text(flavor, "id"),
      .flavor_name = Text(flavor, "name"),
      .image_id = image.is_string() ? image.get<std::string>() : Text(image, "id"),
      .key_name = Text(json, "key_name"),
      .availability_zone = Text(json, "OS-EXT-AZ:availability_zone"),
      .description = Text(json, "description"),
      .user_id = Text(json, "user_id"),
      .tenant_id = Text(json, "tenant_id"),
      .created = Text(json, "created"),
      .updated = Text(json, "updated"),
      .host_id = Text(json, "hostId"),
      .access_ip_v4 = Text(json, "accessIPv4"),
      .access_ip_v6 = Text(json, "accessIPv6"),
      .metadata = TextMap(json, "metadata"),
      .locked = Boolean(json, "locked").value_or(false),
      .server_group_id = Hint(json, "group"),
      .tenancy = Hint(json, "tenancy"),
      .dedicated_host_id = Hint(json, "dedicated_host_id"),
      .root_device_name = Text(json, "OS-EXT-SRV-ATTR:root_device_name"),
      .enterprise_project_id = Text(json, "enterprise_project_id"),
      .shown = ShownIn(json),
      .user_data = InjectedText(json)};
  if (const auto vpc = server.metadata.find("vpc_id"); vpc != server.metadata.end()) {
    server.vpc_id = vpc->second;
  }
  // A server that boots from a volume has no image of its own (nova-v2.1.md section 4.3).
  if (const auto made_of = server.metadata.find("metering.image_id");
      server.image_id.empty() && made_of != server.metadata.end()) {
    server.image_id = made_of->second;
  }
  TakeAddresses(json, server);
  TakeTags(json, server);
  TakeGroups(json, server);
  TakeVolumes(json, server);
  TakeFault(json, server);
  return server;
}

bool IsSettled(const Server& server) {
  static constexpr std::array<std::string_view, 12> kSettled = {
      "ACTIVE", "SHUTOFF",      "ERROR",  "VERIFY_RESIZE", "DELETED", "SHELVED",
      "RESCUE", "SOFT_DELETED", "PAUSED", "SUSPENDED",     "UNKNOWN", "SHELVED_OFFLOADED"};
  return server.task_state.empty() &&
         std::find(kSettled.begin(), kSettled.end(), server.status) != kSettled.end();
}

std::string Describe(const Server& server) {
  std::string text = absl::StrCat("status ", server.status);
  std::string more;
  if (!server.vm_state.empty()) absl::StrAppend(&more, "vm_state ", server.vm_state);
  if (!server.task_state.empty()) {
    absl::StrAppend(&more, more.empty() ? "" : ", ", "task ", server.task_state);
  }
  if (!more.empty()) absl::StrAppend(&text, " (", more, ")");
  return text;
}

}  // namespace ecs::client
