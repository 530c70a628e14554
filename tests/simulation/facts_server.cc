#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/facts.h"

namespace ecs::simulation {
namespace {

using cty::Value;

class Comparison {
 public:
  Comparison(emulator::Cloud& cloud, const Value& config, const emulator::Server& server)
      : cloud_(cloud), config_(config), server_(server) {}

  std::vector<std::string> Run() {
    Text("name", server_.name);
    if (config_.At("description").is_known()) Text("description", server_.description);
    Text("image_id", server_.image_id);
    Text("vpc_id", server_.vpc_id);
    Text("availability_zone", server_.availability_zone);
    Text("server_group_id", server_.group_id);
    Text("key_pair", server_.key_name);
    Flavor();
    Power();
    Recovery();
    Interface();
    Disk();
    Tags();
    Metadata();
    return std::move(differences_);
  }

  std::vector<std::string> OfCreation() {
    std::string user_data;
    if (!absl::Base64Unescape(server_.user_data, &user_data)) user_data = "not base64";
    if (config_.At("user_data").is_known()) Text("user_data", user_data);
    Text("tenancy", server_.tenancy.empty() ? "shared" : server_.tenancy);
    Text("dedicated_host_id", server_.dedicated_host_id);
    const emulator::Volume* disk = SystemDisk();
    if (disk == nullptr) return std::move(differences_);
    const auto key = disk->metadata.find("__system__cmkid");
    Compare("system_disk.kms_key_id", config_.At("system_disk").At("kms_key_id"),
            key == disk->metadata.end() ? "" : key->second);
    return std::move(differences_);
  }

 private:
  void Differ(const std::string& name, const std::string& wanted, const std::string& found) {
    differences_.push_back(absl::StrCat(name, " is ", found, " instead of ", wanted));
  }

  void Compare(const std::string& name, const Value& wanted, const std::string& found) {
    if (wanted.is_known() && wanted.AsString() != found) Differ(name, wanted.AsString(), found);
  }
  void Text(const std::string& name, const std::string& found) {
    Compare(name, config_.At(name), found);
  }

  bool ConfirmsByHand() const {
    const Value& resize = config_.At("resize");
    return resize.is_known() && resize.At("confirm").is_known() &&
           resize.At("confirm").AsString() == "manual";
  }

  void Flavor() {
    Text("flavor", server_.flavor_id);
    const std::string status = emulator::StatusOf(server_);
    if (status == "VERIFY_RESIZE" && !ConfirmsByHand()) Differ("status", "settled", status);
  }

  void Power() {
    const std::string status = emulator::StatusOf(server_);
    // A restart that is under way ends where it began.
    if (status == "VERIFY_RESIZE" || status == "REBOOT" || status == "HARD_REBOOT") return;
    // A refresh warns of a server in ERROR, and names what may help.
    if (status == "ERROR") return;
    // What is under way counts as done: the provider cannot speed it up.
    if (server_.task_state == "powering-off") return Text("power_state", "SHUTOFF");
    if (server_.task_state == "powering-on") return Text("power_state", "ACTIVE");
    Text("power_state", status);
  }

  void Recovery() {
    const Value& wanted = config_.At("auto_recovery");
    const emulator::Flavor* flavor = cloud_.store.flavors.Find(server_.flavor_id);
    const bool offered =
        cloud_.Has("autorecovery") && flavor != nullptr && flavor->HasAutoRecovery();
    if (!wanted.is_known() || !offered || wanted.AsBool() == server_.auto_recovery) return;
    Differ("auto_recovery", wanted.AsBool() ? "true" : "false", wanted.AsBool() ? "false" : "true");
  }

  void Interface() {
    const Value& nic = config_.At("network_interface");
    if (server_.port_ids.empty()) return Differ("network_interface", "there", "missing");
    const emulator::Port* port = cloud_.store.ports.Find(server_.port_ids[0]);
    if (port == nullptr) return Differ("network_interface", "there", "missing");
    Compare("network_id", nic.At("network_id"), port->network_id);
    Compare("fixed_ip", nic.At("fixed_ip"), port->ip);
    const Value& groups = nic.At("security_group_ids");
    if (!groups.is_known()) return;
    std::set<std::string> wanted;
    for (const Value& group : groups.elements()) wanted.insert(group.AsString());
    const std::set<std::string> found(port->security_groups.begin(), port->security_groups.end());
    if (wanted == found) return;
    std::string text;
    for (const std::string& group : found) absl::StrAppend(&text, text.empty() ? "" : ",", group);
    Differ("security_group_ids", absl::StrCat(wanted.size(), " groups"), text);
  }

  const emulator::Volume* SystemDisk() {
    for (const std::string& id : server_.volume_ids) {
      const emulator::Volume* volume = cloud_.store.volumes.Find(id);
      if (volume == nullptr) continue;
      const bool boots = std::any_of(
          volume->attachments.begin(), volume->attachments.end(),
          [](const emulator::Attachment& attachment) { return attachment.boot_index == 0; });
      if (boots) return volume;
    }
    return nullptr;
  }

  void Disk() {
    const Value& disk = config_.At("system_disk");
    const emulator::Volume* volume = SystemDisk();
    if (volume == nullptr) return;
    Compare("system_disk.type", disk.At("type"), volume->type);
    const Value& size = disk.At("size_gb");
    const Value found = Value::Int(volume->size_gb);
    if (size.is_known() && !(size == found)) {
      Differ("system_disk.size_gb", size.DebugString(), absl::StrCat(volume->size_gb));
    }
  }

  void Tags() {
    std::map<std::string, std::string> wanted;
    if (config_.At("tags").is_known()) {
      for (const auto& [key, value] : config_.At("tags").fields()) wanted[key] = value.AsString();
    }
    if (wanted != server_.tags) {
      Differ("tags", absl::StrCat(wanted.size(), " tags"),
             absl::StrCat(server_.tags.size(), " tags"));
    }
  }

  void Metadata() {
    if (!config_.At("metadata").is_known()) return;
    for (const auto& [key, value] : config_.At("metadata").fields()) {
      const auto found = server_.metadata.find(key);
      if (found == server_.metadata.end() || found->second != value.AsString()) {
        Differ(absl::StrCat("metadata ", key), value.AsString(),
               found == server_.metadata.end() ? "missing" : found->second);
      }
    }
  }

  emulator::Cloud& cloud_;
  const Value& config_;
  const emulator::Server& server_;
  std::vector<std::string> differences_;
};

}  // namespace

std::vector<std::string> CreationDifferences(emulator::Cloud& cloud, const Value& config,
                                             const std::string& id) {
  const emulator::Server* server = cloud.store.servers.Find(id);
  if (server == nullptr) return {};
  return Comparison(cloud, config, *server).OfCreation();
}

std::vector<std::string> ServerDifferences(emulator::Cloud& cloud, const Value& config,
                                           const std::string& id) {
  const emulator::Server* server = cloud.store.servers.Find(id);
  if (server == nullptr) return {"missing"};
  return Comparison(cloud, config, *server).Run();
}

}  // namespace ecs::simulation
