#include "tests/emulator/cloud/store.h"

#include "tests/emulator/cloud/text.h"

namespace emulator {

bool Flavor::HasAutoRecovery() const {
  const auto found = extra_specs.find("cond:compute");
  if (found == extra_specs.end()) return false;
  for (std::string_view feature : Split(found->second, ',')) {
    if (feature == "autorecovery") return true;
  }
  return false;
}

Subnet* Store::FindSubnetByNeutronId(std::string_view id) {
  for (Subnet& subnet : subnets) {
    if (subnet.neutron_subnet_id == id) return &subnet;
  }
  return nullptr;
}

SecurityGroup* Store::FindSecurityGroup(std::string_view id_or_name) {
  if (SecurityGroup* group = security_groups.Find(id_or_name)) return group;
  for (SecurityGroup& group : security_groups) {
    if (group.name == id_or_name) return &group;
  }
  return nullptr;
}

PublicIp* Store::FindPublicIpOfPort(std::string_view port_id) {
  for (PublicIp& ip : public_ips) {
    if (ip.port_id == port_id) return &ip;
  }
  return nullptr;
}

std::string StatusOf(const Server& server) {
  const std::string& vm = server.vm_state;
  const std::string& task = server.task_state;
  const bool rebuilding = StartsWith(task, "rebuild");
  const bool resizing = task == "resize_prep" || task == "resize_migrating" ||
                        task == "resize_migrated" || task == "resize_finish";
  if (vm == "building") return "BUILD";
  if (vm == "active") {
    if (task == "rebooting" || task == "reboot_pending" || task == "reboot_started") {
      return "REBOOT";
    }
    if (EndsWith(task, "_hard")) return "HARD_REBOOT";
    if (rebuilding) return "REBUILD";
    if (task == "migrating") return "MIGRATING";
    return resizing ? "RESIZE" : "ACTIVE";
  }
  if (vm == "stopped") return resizing ? "RESIZE" : rebuilding ? "REBUILD" : "SHUTOFF";
  if (vm == "resized") return task == "resize_reverting" ? "REVERT_RESIZE" : "VERIFY_RESIZE";
  if (vm == "error") return rebuilding ? "REBUILD" : "ERROR";
  if (vm == "deleted") return "DELETED";
  if (vm == "paused") return "PAUSED";
  if (vm == "suspended") return "SUSPENDED";
  if (vm == "rescued") return "RESCUE";
  if (vm == "shelved") return "SHELVED";
  if (vm == "shelved_offloaded") return "SHELVED_OFFLOADED";
  if (vm == "soft-delete") return "SOFT_DELETED";
  return "UNKNOWN";
}

bool StatusMatches(const std::string& asked, const std::string& status) {
  if (asked == status) return true;
  static const std::map<std::string, std::set<std::string>> kFolds = {
      {"ACTIVE", {"REBOOT", "HARD_REBOOT", "REBUILD", "MIGRATING", "RESIZE"}},
      {"SHUTOFF", {"RESIZE", "REBUILD"}},
      {"ERROR", {"REBUILD"}},
      {"VERIFY_RESIZE", {"REVERT_RESIZE"}},
  };
  const auto found = kFolds.find(asked);
  return found != kFolds.end() && found->second.count(status) > 0;
}

std::optional<std::uint32_t> ParseIpv4(std::string_view text) {
  const std::vector<std::string> parts = Split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (std::string_view part : parts) {
    std::uint32_t byte = 0;
    if (part.size() > 3 || !ReadNumber(part, &byte) || byte > 255) return std::nullopt;
    address = address << 8 | byte;
  }
  return address;
}

std::string Ipv4Text(std::uint32_t address) {
  return StrCat(address >> 24, ".", address >> 16 & 255, ".", address >> 8 & 255, ".",
                address & 255);
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> ParseCidr(std::string_view text) {
  const std::vector<std::string> parts = Split(text, '/');
  int bits = 0;
  if (parts.size() != 2 || !ReadNumber(parts[1], &bits) || bits < 0 || bits > 32) {
    return std::nullopt;
  }
  const std::optional<std::uint32_t> base = ParseIpv4(parts[0]);
  if (!base) return std::nullopt;
  const std::uint32_t hosts = bits == 0 ? ~0U : (1U << (32 - bits)) - 1;
  return std::make_pair(*base & ~hosts, *base | hosts);
}

}  // namespace emulator
