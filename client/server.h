// A server as the v1 API shows it (ecs-v1.md sections 4 and 5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "client/json.h"

namespace ecs::client {

struct ServerAddress {
  std::string addr = {};
  int version = 4;
  std::string type = {};  // "fixed" or "floating"
  std::string mac = {};
  std::string port_id = {};
  bool primary = false;  // shown by the newest clouds only
  bool operator==(const ServerAddress&) const = default;
};

struct SecurityGroup {
  std::string id = {};  // may be empty in answers of list calls
  std::string name = {};
  bool operator==(const SecurityGroup&) const = default;
};

struct VolumeAttachment {
  std::string id = {};  // of the volume
  int boot_index = -1;  // 0: the root volume
  bool delete_on_termination = false;
  std::string device = {};
  bool operator==(const VolumeAttachment&) const = default;
};

struct ServerFault {
  int code = 0;
  std::string message = {};
  std::string created = {};
  std::string details = {};
  bool operator==(const ServerFault&) const = default;
};

// Which members an answer had. One that is missing (clouds and their versions differ) is no news,
// while an empty one is: "no tags".
struct Shown {
  bool description = false;
  bool metadata = false;
  bool tags = false;
  bool addresses = false;
  bool security_groups = false;
  bool volumes = false;
  bool operator==(const Shown&) const = default;
};

// Texts are empty where the cloud says nothing or null.
struct Server {
  std::string id = {};
  std::string name = {};
  std::string status = {};      // upper case: "ACTIVE"
  std::string vm_state = {};    // lower case: "active"
  std::string task_state = {};  // lower case; empty: no task
  int power_state = 0;          // 1 running, 4 shut down
  std::string flavor_id = {};
  std::string flavor_name = {};
  std::string image_id = {};
  std::string key_name = {};
  std::string availability_zone = {};
  std::string description = {};
  std::string user_id = {};
  std::string tenant_id = {};
  std::string created = {};  // "2024-05-01T08:30:44Z"
  std::string updated = {};
  std::string host_id = {};
  std::string access_ip_v4 = {};
  std::string access_ip_v6 = {};
  std::string vpc_id = {};                           // metadata vpc_id, or the key of addresses
  std::map<std::string, std::string> metadata = {};  // all of it, the cloud's own keys too
  std::map<std::string, std::string> tags = {};
  std::vector<ServerAddress> addresses = {};
  std::vector<SecurityGroup> security_groups = {};  // each once
  std::vector<VolumeAttachment> volumes = {};
  std::optional<ServerFault> fault = {};
  bool locked = false;
  std::string server_group_id = {};  // os:scheduler_hints group
  std::string tenancy = {};
  std::string dedicated_host_id = {};
  std::string root_device_name = {};
  std::string enterprise_project_id = {};
  Shown shown = {};
  Secret user_data = {};  // as injected, decoded; clouds show it in the single GET only, if at all
  bool operator==(const Server&) const = default;
};

// Of the object below "server", or of one of "servers". Understands Nova's shape too.
Server ParseServer(const Json& server);

// No task, and a status that stays by itself: ACTIVE, SHUTOFF, ERROR, VERIFY_RESIZE, DELETED,
// SHELVED….
bool IsSettled(const Server& server);

// "status RESIZE (vm_state active, task resize_prep)", for messages.
std::string Describe(const Server& server);

}  // namespace ecs::client
