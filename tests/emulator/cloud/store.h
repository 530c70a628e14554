// What the cloud holds. Plain rows: the rules are with the services.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "tests/emulator/cloud/table.h"
#include "tests/emulator/http/http.h"

namespace emulator {

struct Flavor {
  std::string id = {};
  int vcpus = 1;
  int ram_mib = 1024;
  int disk_gb = 0;
  std::map<std::string, std::string> extra_specs = {};
  // The feature is an entry of the list in cond:compute.
  bool HasAutoRecovery() const;
};

struct Image {
  std::string id = {};
  std::string name = {};
  std::string status = "active";
  std::string type = "gold";  // __imagetype: gold, private, shared
  std::string os_type = "Linux";
  std::string platform = {};
  std::string os_version = {};
  std::string owner = {};
  int min_disk_gb = 4;
  int min_ram_mib = 0;
  ecs::WallTime created = {};
  ecs::WallTime updated = {};
  std::vector<std::string> tags = {};
};

struct KeyPair {
  std::string id = {};  // its name
  int number = 0;
  std::string public_key = {};
  std::string fingerprint = {};
  std::string type = "ssh";
  ecs::WallTime created = {};
};

struct ServerGroup {
  std::string id = {};
  std::string name = {};
  std::vector<std::string> policies = {};
  std::vector<std::string> members = {};
};

struct Vpc {
  std::string id = {};
  std::string name = {};
  std::string cidr = {};
  std::string status = "OK";
  std::string description = {};
  ecs::WallTime created = {};
};

struct Subnet {
  std::string id = {};  // the network's id: what servers are created with
  std::string neutron_subnet_id = {};
  std::string name = {};
  std::string cidr = {};
  std::string gateway = {};
  std::string vpc_id = {};
  std::string availability_zone = {};
  std::string status = "ACTIVE";
  std::string description = {};
  bool ipv6 = false;
  bool dhcp = true;
  std::vector<std::string> dns = {};
  std::uint32_t first = 0;  // address range, host byte order
  std::uint32_t last = 0;
  std::set<std::uint32_t> used = {};
  ecs::WallTime created = {};
};

struct SecurityGroup {
  std::string id = {};
  std::string name = {};
  std::string description = {};
  ecs::WallTime created = {};
};

struct SecurityRule {
  std::string id = {};
  std::string group_id = {};
  std::string direction = {};
  std::string ethertype = "IPv4";
  Json protocol = {};  // text or null, as the four below
  Json port_min = {};
  Json port_max = {};
  Json remote_prefix = {};
  Json remote_group = {};
  std::string description = {};
};

struct Port {
  std::string id = {};
  std::string name = {};
  std::string network_id = {};
  std::string ip = {};
  std::string ipv6 = {};  // empty: none
  std::string mac = {};
  std::string device_id = {};
  std::string device_owner = {};
  std::string status = "DOWN";
  std::vector<std::string> security_groups = {};
  Json allowed_address_pairs = Json::array();
  Json extra_dhcp_opts = Json::array();
  bool primary = false;
  bool port_security = true;
  bool made_for_server = false;  // goes with its server
  ecs::WallTime created = {};
};

struct PublicIp {
  std::string id = {};
  std::string address = {};
  std::string type = "5_bgp";
  std::string port_id = {};  // empty: not bound
  std::string bandwidth_id = {};
  std::string bandwidth_name = {};
  int bandwidth_mbit = 0;
  std::string share_type = "PER";
  std::string charge_mode = "traffic";
  bool delete_with_server = false;
  ecs::WallTime created = {};
};

struct Attachment {
  std::string server_id = {};
  std::string attachment_id = {};
  std::string device = {};
  int boot_index = -1;  // 0: the system disk
  bool delete_with_server = false;
  ecs::WallTime attached = {};
};

struct Volume {
  std::string id = {};
  std::string name = {};
  std::string description = {};
  std::string status = "creating";
  int size_gb = 0;
  std::string type = {};
  std::string availability_zone = {};
  bool bootable = false;
  bool multiattach = false;
  std::string image_id = {};
  std::string snapshot_id = {};
  std::map<std::string, std::string> metadata = {};
  std::map<std::string, std::string> tags = {};
  std::vector<Attachment> attachments = {};
  ecs::WallTime created = {};
  ecs::WallTime updated = {};
};

// One line of os-instance-actions.
struct ActionEvent {
  std::string name = {};
  std::string result = {};  // empty while it runs, then Success or Error
  ecs::WallTime start = {};
  ecs::WallTime finish = {};
};
struct ActionRecord {
  std::string action = {};
  std::string request_id = {};
  ecs::WallTime start = {};
  bool failed = false;
  std::vector<ActionEvent> events = {};
};

// How an operation on a server ended; `message` is Nova's reason if it failed.
struct Outcome {
  bool ok = true;
  bool superseded = false;  // another operation took over: it is not the server's end
  int status = 500;
  std::string message = {};
};
using Done = std::function<void(const Outcome&)>;

struct ServerFault {
  int code = 500;
  std::string message = {};
  ecs::WallTime created = {};
};

struct Server {
  std::string id = {};
  std::string name = {};
  std::string image_id = {};
  std::string flavor_id = {};
  std::string old_flavor_id = {};  // the one before, while resized
  std::string new_flavor_id = {};  // the one wanted, while resizing
  std::string availability_zone = {};
  std::string vpc_id = {};
  std::string key_name = {};
  std::string description = {};
  std::string user_data = {};
  std::string reservation_id = {};
  std::string group_id = {};
  std::string tenancy = {};
  std::string dedicated_host_id = {};
  int launch_index = 0;
  ecs::WallTime created = {};
  ecs::WallTime updated = {};
  std::optional<ecs::WallTime> launched = {};

  std::string vm_state = "building";
  std::string task_state = "scheduling";  // empty: null on the wire
  int power_state = 0;                    // 1 running, 4 shut down
  std::string vm_state_before = {};       // of a resize: active or stopped
  int progress = 0;
  bool scheduled = false;   // a host was found
  bool confirming = false;  // confirmResize accepted, still VERIFY_RESIZE
  bool native = false;      // made by Nova's own create
  bool local_disk = false;  // boots from the flavor's disk, not from a volume
  bool locked = false;
  bool auto_recovery = false;
  int host = 0;                      // its number: hostId is made of it
  ecs::TimePoint actions_from = {};  // before, actions answer 404
  std::optional<ServerFault> fault = {};

  std::map<std::string, std::string> metadata = {};
  std::map<std::string, std::string> tags = {};  // an empty value: key alone
  std::vector<std::string> port_ids = {};        // the first is the primary NIC
  std::vector<std::string> volume_ids = {};      // in order of attaching
  std::vector<ActionRecord> actions = {};
  // Counts operations that end what was going on: steps of an older one are dropped.
  int era = 0;
  mutable std::string cached_text = {};  // of the v1 answer, as of this generation of the store
  mutable std::uint64_t cached_at = 0;
  Done on_end = {};  // hears the end of what is going on, once; may be empty
};

struct Job {
  std::string id = {};
  std::string type = {};
  std::string status = "INIT";
  ecs::WallTime begin = {};
  std::optional<ecs::WallTime> end = {};
  std::string error_code = {};
  std::string fail_reason = {};
  Json entities = Json::object();
  std::vector<std::string> sub_jobs = {};
  std::string parent = {};
};

// The first answer to an X-Client-Token.
struct RememberedCreate {
  std::string id = {};  // the token
  std::string body_hash = {};
  Json answer = {};
  ecs::TimePoint until = {};
};

struct Store {
  Table<Server> servers = {};
  Table<Flavor> flavors = {};
  Table<Image> images = {};
  Table<KeyPair> key_pairs = {};
  Table<ServerGroup> server_groups = {};
  Table<Vpc> vpcs = {};
  Table<Subnet> subnets = {};
  Table<SecurityGroup> security_groups = {};
  Table<SecurityRule> security_rules = {};
  Table<Port> ports = {};
  Table<PublicIp> public_ips = {};
  Table<Volume> volumes = {};
  Table<Job> jobs = {};
  Table<RememberedCreate> remembered = {};
  std::vector<std::string> zones = {};
  // Grows with every change that servers show but that Touch does not see, such as of their ports:
  // what is cached of an older one is stale.
  std::uint64_t generation = 1;

  Subnet* FindSubnetByNeutronId(std::string_view id);
  SecurityGroup* FindSecurityGroup(std::string_view id_or_name);
  PublicIp* FindPublicIpOfPort(std::string_view port_id);
};

// The condition that vm_state and task_state mean together (api/states.md section 3).
std::string StatusOf(const Server& server);

// Whether a list filtered by the status `asked` holds a server of that `status`: lists fold the
// statuses that servers pass through (api/ecs-v1.md section 5.1).
bool StatusMatches(const std::string& asked, const std::string& status);

// "10.0.0.1" to a number and back. Nothing if the text is no IPv4 address.
std::optional<std::uint32_t> ParseIpv4(std::string_view text);
std::string Ipv4Text(std::uint32_t address);
// The first and last address of "10.0.0.0/20". Nothing if the text is no such block.
std::optional<std::pair<std::uint32_t, std::uint32_t>> ParseCidr(std::string_view text);

}  // namespace emulator
