// ecs_server: the struct that its rows describe, and its functions, a file per meaning.
// Cloud: ecs-v1.md sections 2-9, nova-v2.1.md section 8; states and resize rules: states.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "resources/cloud.h"
#include "resources/common/timeouts.h"

namespace ecs::resources::server {

using schema::Attr;

struct NetworkInterface {
  Attr<std::string> network_id = {};
  Attr<std::string> fixed_ip = {};
  Attr<bool> ipv6_enabled = {};
  Attr<std::set<std::string>> security_group_ids = {};
  Attr<std::string> port_id = {};
  Attr<std::string> mac_address = {};
  bool operator==(const NetworkInterface&) const = default;
};

struct SystemDisk {
  Attr<std::string> type = {};
  Attr<std::int64_t> size_gb = {};
  Attr<std::string> kms_key_id = {};
  Attr<std::string> id = {};
  bool operator==(const SystemDisk&) const = default;
};

struct Resize {
  Attr<std::string> confirm = {};
  Attr<std::string> on_failure = {};
  bool operator==(const Resize&) const = default;
};

struct Server {
  Attr<std::string> id = {};
  Attr<std::string> name = {};
  Attr<std::string> flavor = {};
  Attr<std::string> image_id = {};
  Attr<std::string> availability_zone = {};
  Attr<std::string> vpc_id = {};
  Attr<NetworkInterface> network_interface = {};
  Attr<SystemDisk> system_disk = {};
  Attr<bool> auto_recovery = {};
  Attr<std::string> power_state = {};
  Attr<std::string> key_pair = {};
  Attr<std::string> admin_password = {};
  Attr<std::string> admin_password_wo = {};
  Attr<std::string> admin_password_wo_version = {};
  Attr<std::string> user_data = {};
  Attr<std::string> user_data_hash = {};
  Attr<bool> user_data_replace_on_change = {};
  Attr<std::string> server_group_id = {};
  Attr<std::string> tenancy = {};
  Attr<std::string> dedicated_host_id = {};
  Attr<std::map<std::string, std::string>> tags = {};
  Attr<std::map<std::string, std::string>> metadata = {};
  Attr<std::string> description = {};
  Attr<bool> stop_before_destroy = {};
  Attr<bool> delete_disks_on_termination = {};
  Attr<bool> delete_public_ip_on_termination = {};
  Attr<Resize> resize = {};
  Attr<TimeoutTexts> timeouts = {};
  Attr<std::string> status = {};
  Attr<std::string> task_state = {};
  Attr<std::string> vm_state = {};
  Attr<std::string> access_ip_v4 = {};
  Attr<std::string> access_ip_v6 = {};
  Attr<std::string> public_ip = {};
  Attr<std::string> created_at = {};
  Attr<std::string> updated_at = {};
  Attr<std::string> host_id = {};
  Attr<std::string> fault = {};
};

using Change = schema::Change<Server>;
using Record = schema::Record<Server>;

inline constexpr char kActive[] = "ACTIVE";
inline constexpr char kShutoff[] = "SHUTOFF";

const schema::Attributes<Server>& Rows();
schema::Timeouts DefaultTimeouts();

void Validate(const Server& config, schema::Diagnostics& notes);
void ValidatePasswords(const Server& config, schema::Diagnostics& notes);
void PlanServer(schema::Planning<Server>& planning);
// The part of it that is about resize.confirm = "manual"; of a server that exists.
void PlanManualResize(schema::Planning<Server>& planning);
Status Create(const Call& call, Cloud& cloud, const Server& plan, Record& record);
Result<std::optional<Server>> Read(const Call& call, Cloud& cloud, const Server& state,
                                   schema::Reading& reading);
Status Remove(const Call& call, Cloud& cloud, const Server& state);
// Finishes what an interrupted run left half done.
Status Settle(const Call& call, Cloud& cloud, const Change& change, Record& record);

// Changes in place: the rows name them.
Status ChangeTexts(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangeFlavor(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangePowerState(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangeAutoRecovery(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangeSecurityGroups(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status GrowSystemDisk(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangeTags(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangePassword(const Call& call, Cloud& cloud, const Change& change, Record& record);
Status ChangeMetadata(const Call& call, Cloud& cloud, const Change& change, Record& record);

// The password that is wanted, stored or not; null where none is.
const Attr<std::string>& PasswordOf(const Server& server);

// Whether the cloud keeps this key of the metadata for itself (ecs-v1.md sections 2.7 and 4).
bool IsReservedMetadata(const std::string& key);

// Parts of Read (attached.cc): the primary interface and the system disk of the server that was
// found, over what `out` holds of them already. What the cloud does not show, or does not let this
// user see, stays as it is. May ask for the server's port and volume, through shared lists.
Status FillNetworkInterface(const Call& call, Cloud& cloud, const client::Server& found,
                            Server& out);
Status FillSystemDisk(const Call& call, Cloud& cloud, const client::Server& found, Server& out);

// Whether the flavor is known not to have automatic recovery; asks for the list of flavors, once
// for all servers. kCancelled or kTimeout only.
Result<bool> FlavorLacksAutoRecovery(const Call& call, Cloud& cloud, const std::string& flavor);

// Whether the status says that a resize is under way or waits to be confirmed.
bool IsResizing(const std::string& status);

// A warning for the user when the cloud, or the flavor, has no automatic recovery.
void WarnNotOffered(const Error& error, schema::Diagnostics& notes);

}  // namespace ecs::resources::server
