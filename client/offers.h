// What a project can choose from: flavors, images, availability zones; and what goes with servers:
// volumes, interfaces, key pairs, groups.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "client/json.h"

namespace ecs::client {

// ecs-v1.md section 14.
struct Flavor {
  std::string id = {};
  std::string name = {};
  std::int64_t vcpus = 0;
  std::int64_t ram_mb = 0;
  bool disabled = false;
  std::map<std::string, std::string> extra_specs = {};
  bool operator==(const Flavor&) const = default;
};
Flavor ParseFlavor(const Json& flavor);

// "normal", "sellout", "abandon", …: cond:operation:az for this zone, else cond:operation:status.
std::string OfferIn(const Flavor& flavor, const std::string& availability_zone);

// cond:compute names autorecovery.
bool OffersAutoRecovery(const Flavor& flavor);

// neighbours.md section 1.1.
struct Image {
  std::string id = {};
  std::string name = {};
  std::string status = {};
  std::string visibility = {};
  std::string owner = {};
  std::string image_type = {};  // gold, private, shared
  std::string os_type = {};
  std::string os_version = {};
  std::string platform = {};
  std::string architecture = {};
  std::string disk_format = {};
  std::int64_t min_disk_gb = 0;
  std::int64_t min_ram_mb = 0;
  std::string created_at = {};
  std::string updated_at = {};
  std::vector<std::string> tags = {};
  bool operator==(const Image&) const = default;
};
Image ParseImage(const Json& image);

struct AvailabilityZone {
  std::string name = {};
  bool available = false;
  bool operator==(const AvailabilityZone&) const = default;
};

// neighbours.md section 3.1.
struct Volume {
  std::string id = {};
  std::string name = {};
  std::string status = {};
  std::int64_t size_gb = 0;
  std::string type = {};
  std::string availability_zone = {};
  bool bootable = false;
  bool encrypted = false;
  bool multiattach = false;
  std::string kms_key_id = {};  // metadata __system__cmkid
  std::string snapshot_id = {};
  std::string image_id = {};  // volume_image_metadata image_id: what it was made from
  std::map<std::string, std::string> metadata = {};
  std::vector<std::string> server_ids = {};  // attachments
  bool operator==(const Volume&) const = default;
};
Volume ParseVolume(const Json& volume);

// ecs-v1.md section 11.3.
struct BlockDevice {
  std::string volume_id = {};
  std::int64_t size_gb = 0;
  int boot_index = -1;  // 0: the root volume
  std::string device = {};
  bool operator==(const BlockDevice&) const = default;
};

// ecs-v1.md section 10.3.
struct Interface {
  struct FixedIp {
    std::string subnet_id = {};  // the Neutron subnet, which is not net_id
    std::string ip_address = {};
    bool operator==(const FixedIp&) const = default;
  };
  std::string port_id = {};
  std::string net_id = {};  // what creation calls nics[].subnet_id
  std::string mac = {};
  std::string port_state = {};
  std::vector<FixedIp> fixed_ips = {};
  bool operator==(const Interface&) const = default;
};

// neighbours.md section 2.4.
struct Port {
  std::string id = {};
  std::string name = {};
  std::string network_id = {};
  std::string mac = {};
  std::string device_id = {};  // the server's id
  std::string status = {};
  std::vector<std::string> security_group_ids = {};
  bool shows_security_groups = false;  // where false, that there are none is no news
  std::vector<Interface::FixedIp> fixed_ips = {};
  bool primary = false;
  bool operator==(const Port&) const = default;
};

// nova-v2.1.md section 10.
struct KeyPair {
  std::string name = {};
  std::string public_key = {};
  std::string fingerprint = {};
  std::string type = {};
  std::string user_id = {};
  Secret private_key = {};  // only of a pair that the cloud has just made
  bool operator==(const KeyPair&) const = default;
};

// ecs-v1.md section 16.
struct ServerGroup {
  std::string id = {};
  std::string name = {};
  std::vector<std::string> policies = {};
  std::vector<std::string> members = {};
  bool operator==(const ServerGroup&) const = default;
};

// nova-v2.1.md section 13.
struct InstanceAction {
  std::string action = {};
  std::string request_id = {};
  std::string start_time = {};
  std::string message = {};  // "Error" if it failed
  bool operator==(const InstanceAction&) const = default;
};

}  // namespace ecs::client
