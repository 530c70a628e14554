// The rows of ecs_server. The order is the order in which changes are made.
#include "provider/schema/value_checks.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using client::Server;
using schema::Attributes;
using schema::Mode;
using schema::Replace;
using schema::Setting;
using Self = server::Server;

// What is not there is null, and what the answer does not tell unknown; FillFrom makes empty texts
// null, and leaves what is unknown as it is.
Attr<std::string> DescriptionOf(const Server& server) {
  return server.shown.description ? Attr<std::string>(server.description)
                                  : Attr<std::string>::Unknown();
}

Attr<std::string> PublicIpOf(const Server& server) {
  if (!server.shown.addresses) return Attr<std::string>::Unknown();
  for (const client::ServerAddress& address : server.addresses) {
    if (address.type == "floating") return address.addr;
  }
  return {};
}

Attr<std::string> FaultOf(const Server& server) {
  if (!server.fault) return {};
  return server.fault->message;
}

// The cloud shows an access address only where somebody has set one; the primary fixed one serves.
Attr<std::string> AccessIp(const Server& server, const std::string& shown, int version) {
  if (!shown.empty()) return shown;
  if (!server.shown.addresses) return Attr<std::string>::Unknown();
  for (const client::ServerAddress& address : server.addresses) {
    if (address.type == "fixed" && address.version == version) return address.addr;
  }
  return {};
}
Attr<std::string> AccessIpV4Of(const Server& server) {
  return AccessIp(server, server.access_ip_v4, 4);
}
Attr<std::string> AccessIpV6Of(const Server& server) {
  return AccessIp(server, server.access_ip_v6, 6);
}

std::shared_ptr<const schema::RowSet> NetworkInterfaceRows(const Attributes<Self>& owner) {
  auto rows = Attributes<NetworkInterface, Self>::Inside(owner);
  rows.add({.name = "network_id",
            .field = &NetworkInterface::network_id,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::IsUuid()},
            .write_to = "/nics/0/subnet_id",
            .doc = "ID of the network (what the VPC service calls the ID of a subnet)."});
  rows.add({.name = "fixed_ip",
            .field = &NetworkInterface::fixed_ip,
            .mode = Mode::kOptionalComputed,
            .on_change = Replace{},
            .checks = {schema::IsIpv4()},
            .write_to = "/nics/0/ip_address",
            .doc = "IPv4 address in the network. Chosen by the cloud unless set."});
  rows.add({.name = "ipv6_enabled",
            .field = &NetworkInterface::ipv6_enabled,
            .mode = Mode::kOptionalComputed,
            .on_change = Replace{},
            .write_to = "/nics/0/ipv6_enable",
            .doc = "Whether the interface also gets an IPv6 address. False unless set."});
  rows.add({.name = "security_group_ids",
            .field = &NetworkInterface::security_group_ids,
            .mode = Mode::kOptionalComputed,
            .on_change = &ChangeSecurityGroups,
            .checks = {schema::NotEmpty(), schema::EachElement(schema::IsUuid())},
            .doc = "IDs of the security groups. The default group unless set.",
            .change_doc = "Changed on the port of this interface, all at once."});
  rows.add({.name = "port_id",
            .field = &NetworkInterface::port_id,
            .mode = Mode::kComputed,
            .doc = "ID of the port."});
  rows.add({.name = "mac_address",
            .field = &NetworkInterface::mac_address,
            .mode = Mode::kComputed,
            .doc = "MAC address."});
  return rows;
}

std::shared_ptr<const schema::RowSet> SystemDiskRows(const Attributes<Self>& owner) {
  auto rows = Attributes<SystemDisk, Self>::Inside(owner);
  rows.add({.name = "type",
            .field = &SystemDisk::type,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .same = schema::SameIgnoringCase,
            .write_to = "/root_volume/volumetype",
            .doc = "Type of the volume, such as `SSD`, `SAS` or `SATA`."});
  rows.add({.name = "size_gb",
            .field = &SystemDisk::size_gb,
            .mode = Mode::kOptionalComputed,
            .on_change = &GrowSystemDisk,
            .checks = {schema::Between(1, 1024)},
            .write_to = "/root_volume/size",
            .doc = "Size in GiB. What the image needs unless set.",
            .change_doc = "Grows in place; a smaller size creates a new resource."});
  rows.add({.name = "kms_key_id",
            .field = &SystemDisk::kms_key_id,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .write_to = "/root_volume/metadata/__system__cmkid",
            .doc = "ID of the KMS key that encrypts the volume."});
  rows.add({.name = "id",
            .field = &SystemDisk::id,
            .mode = Mode::kComputed,
            .doc = "ID of the volume."});
  return rows;
}

std::shared_ptr<const schema::RowSet> ResizeRows() {
  Attributes<Resize> rows;
  rows.add({.name = "confirm",
            .field = &Resize::confirm,
            .on_change = Setting{},
            .checks = {schema::OneOf({"automatic", "manual"})},
            .doc = "`automatic` (default): a resize is confirmed as soon as the server runs with "
                   "the new flavor. `manual`: the server is left in `VERIFY_RESIZE`; change this "
                   "to `automatic` to confirm, or `flavor` back to revert. Until then the cloud "
                   "refuses to start, stop or restart the server and to change its tags, metadata "
                   "and password."});
  rows.add({.name = "on_failure",
            .field = &Resize::on_failure,
            .on_change = Setting{},
            .checks = {schema::OneOf({"revert", "leave"})},
            .doc =
                "What happens to a resize that is not confirmed in time: `revert` (default) goes "
                "back to the old flavor, and keeps the last quarter of `timeouts.update`, at "
                "most five minutes, for that; `leave` keeps the server in `VERIFY_RESIZE` for "
                "the next apply. A resize that the cloud still carries out or confirms when the "
                "time is over is finished by the next apply."});
  return rows;
}

void AddIdentity(Attributes<Self>& rows) {
  rows.add({.name = "id",
            .field = &Self::id,
            .mode = Mode::kComputed,
            .read_from = &Server::id,
            .doc = "ID of the server."});
  rows.add(
      {.name = "name",
       .field = &Self::name,
       .mode = Mode::kRequired,
       .on_change = &ChangeTexts,
       .checks = {schema::LengthBetween(1, 128),
                  schema::Matches("[A-Za-z0-9_.-]+", "made of letters, digits, '_', '-' and '.'")},
       .write_to = "/name",
       .read_from = &Server::name,
       .doc = "Name of the server. Changing it does not change the host name in the guest."});
  rows.add({.name = "description",
            .field = &Self::description,
            .on_change = &ChangeTexts,
            .empty_is_none = true,
            .checks = {schema::LengthBetween(0, 85), schema::Matches("[^<>]*", "without < and >")},
            .write_to = "/description",
            .read_from = &DescriptionOf,
            .doc = "Description, at most 85 characters."});
  rows.add({.name = "availability_zone",
            .field = &Self::availability_zone,
            .mode = Mode::kOptionalComputed,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .write_to = "/availability_zone",
            .read_from = &Server::availability_zone,
            .doc = "Availability zone. Chosen by the cloud unless set."});
}

void AddHardware(Attributes<Self>& rows) {
  rows.add({.name = "image_id",
            .field = &Self::image_id,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::IsUuid()},
            .write_to = "/imageRef",
            .read_from = &Server::image_id,
            .doc = "ID of the image that the system disk is made from.",
            .change_doc = "Changing this creates a new resource: the system disk is lost."});
  rows.add({.name = "vpc_id",
            .field = &Self::vpc_id,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::IsUuid()},
            .write_to = "/vpcid",
            .read_from = &Server::vpc_id,
            .doc = "ID of the VPC."});
  rows.add({.name = "network_interface",
            .field = &Self::network_interface,
            .mode = Mode::kRequired,
            .rows = NetworkInterfaceRows(rows),
            .doc = "The primary network interface."});
  rows.add({.name = "system_disk",
            .field = &Self::system_disk,
            .mode = Mode::kRequired,
            .rows = SystemDiskRows(rows),
            .doc = "The system disk."});
}

void AddBehaviour(Attributes<Self>& rows) {
  rows.add({.name = "power_state",
            .field = &Self::power_state,
            .mode = Mode::kOptionalComputed,
            .on_change = &ChangePowerState,
            .checks = {schema::OneOf({kActive, kShutoff})},
            .doc = "`ACTIVE` or `SHUTOFF`. A server that was stopped or started elsewhere is "
                   "brought back.",
            .change_doc = "Changing this starts or stops the server."});
  rows.add({.name = "tags",
            .field = &Self::tags,
            .on_change = &ChangeTags,
            .empty_is_none = true,
            .checks = {schema::SizeAtMost(10), schema::EachKey(schema::LengthBetween(1, 36))},
            .doc = "Tags, at most 10. Only the difference is sent."});
  rows.add({.name = "metadata",
            .field = &Self::metadata,
            .on_change = &ChangeMetadata,
            .empty_is_none = true,
            .checks = {schema::EachKey(schema::LengthBetween(1, 255))},
            .write_to = "/metadata",
            .doc = "Metadata that the guest can read. Keys that others set are left alone. Keys "
                   "that the cloud uses itself, such as `vpc_id`, `os_type` or those that begin "
                   "with `metering.` or `__`, are refused. The key "
                   "`terraform_ecs_create` is reserved: a server carries it until its creation is "
                   "finished. The cloud takes ten pairs with a creation and this key is one of "
                   "them: of more than nine pairs, the last in alphabetical order are set once the "
                   "server is `ACTIVE`."});
}

void AddAccess(Attributes<Self>& rows) {
  rows.add({.name = "key_pair",
            .field = &Self::key_pair,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .write_to = "/key_name",
            .read_from = &Server::key_name,
            .doc = "Name of the key pair for logging in."});
  rows.add({.name = "admin_password",
            .field = &Self::admin_password,
            .on_change = &ChangePassword,
            .sensitive = true,
            .checks = {schema::LengthBetween(8, 26)},
            .doc = "Password of the guest's administrator, 8 to 26 characters. It is in the state: "
                   "`admin_password_wo` is not.",
            .change_doc = "Changed in place where the cloud and the guest offer it."});
  rows.add({.name = "admin_password_wo",
            .field = &Self::admin_password_wo,
            .on_change = Setting{},
            .sensitive = true,
            .write_only = true,
            .checks = {schema::LengthBetween(8, 26)},
            .doc = "The same, never stored. A change is seen by `admin_password_wo_version` "
                   "alone."});
  rows.add({.name = "admin_password_wo_version",
            .field = &Self::admin_password_wo_version,
            .on_change = &ChangePassword,
            .checks = {schema::NotEmpty()},
            .doc = "Any text, with `admin_password_wo`.",
            .change_doc = "Changing this sets the password again."});
  rows.add({.name = "user_data",
            .field = &Self::user_data,
            .on_change = Setting{},
            .sensitive = true,
            .write_only = true,
            .doc = "Script or cloud-init configuration for the first start, as plain text of at "
                   "most 32 KiB. Never stored: the state holds `user_data_hash` instead."});
  rows.add({.name = "user_data_hash",
            .field = &Self::user_data_hash,
            .mode = Mode::kComputed,
            .doc = "SHA-256 of `user_data`, in hexadecimal."});
  rows.add({.name = "user_data_replace_on_change",
            .field = &Self::user_data_replace_on_change,
            .on_change = Setting{},
            .doc = "Whether other `user_data` creates a new server. Otherwise it is only noted: "
                   "the cloud runs it at the first start alone."});
}

// The last of the changes: a resize that waits to be confirmed makes the cloud refuse others
// (real-nova.md 6). Only automatic recovery comes after it, which not every flavor offers.
void AddFlavor(Attributes<Self>& rows) {
  rows.add({.name = "flavor",
            .field = &Self::flavor,
            .mode = Mode::kRequired,
            .on_change = &ChangeFlavor,
            .checks = {schema::NotEmpty()},
            .write_to = "/flavorRef",
            .read_from = &Server::flavor_id,
            .doc = "ID of the flavor, such as `s3.medium.2`.",
            .change_doc = "Changing this resizes the server in place: a running server is stopped, "
                          "moved and started again."});
  rows.add({.name = "auto_recovery",
            .field = &Self::auto_recovery,
            .mode = Mode::kOptionalComputed,
            .on_change = &ChangeAutoRecovery,
            .doc = "Whether the cloud restarts the server on another host when its host fails. "
                   "Left alone unless set. Where the cloud or the flavor does not offer it, "
                   "`true` has no effect, and a warning says so."});
}

void AddPlacement(Attributes<Self>& rows) {
  rows.add({.name = "server_group_id",
            .field = &Self::server_group_id,
            .on_change = Replace{},
            .checks = {schema::IsUuid()},
            .write_to = "/os:scheduler_hints/group",
            .read_from = &Server::server_group_id,
            .doc = "ID of the server group, whose members run on different hosts."});
  rows.add({.name = "tenancy",
            .field = &Self::tenancy,
            .on_change = Replace{},
            .checks = {schema::OneOf({"shared", "dedicated"})},
            .write_to = "/os:scheduler_hints/tenancy",
            .read_from = &Server::tenancy,
            .doc = "`shared` or `dedicated` hosts."});
  rows.add({.name = "dedicated_host_id",
            .field = &Self::dedicated_host_id,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .write_to = "/os:scheduler_hints/dedicated_host_id",
            .read_from = &Server::dedicated_host_id,
            .doc = "ID of the dedicated host, with `tenancy = \"dedicated\"`."});
}

void AddSettings(Attributes<Self>& rows) {
  rows.add({.name = "stop_before_destroy",
            .field = &Self::stop_before_destroy,
            .on_change = Setting{},
            .doc = "Whether a running server is shut down cleanly before it is deleted. A guest "
                   "that does not stop within a third of `timeouts.delete`, at most five minutes, "
                   "is stopped hard, and is deleted even if that has no effect. Defaults to "
                   "`false`."});
  rows.add({.name = "delete_disks_on_termination",
            .field = &Self::delete_disks_on_termination,
            .on_change = Setting{},
            .doc = "Whether attached data disks are deleted with the server."});
  rows.add({.name = "delete_public_ip_on_termination",
            .field = &Self::delete_public_ip_on_termination,
            .on_change = Setting{},
            .doc = "Whether a public IP is released with the server. Its own setting decides "
                   "unless set."});
  rows.add({.name = "resize",
            .field = &Self::resize,
            .rows = ResizeRows(),
            .on_change = Setting{},
            .doc = "How a change of `flavor` ends."});
  rows.add(TimeoutsRow(&Self::timeouts, DefaultTimeouts()));
}

void AddCondition(Attributes<Self>& rows) {
  const std::vector<std::string> kRestarts = {"flavor", "power_state"};
  rows.add({.name = "status",
            .field = &Self::status,
            .mode = Mode::kComputed,
            .recomputed_when = kRestarts,
            .read_from = &Server::status,
            .doc = "Status, such as `ACTIVE`, `SHUTOFF`, `VERIFY_RESIZE` or `ERROR`."});
  rows.add({.name = "task_state",
            .field = &Self::task_state,
            .mode = Mode::kComputed,
            .recomputed_when = kRestarts,
            .read_from = &Server::task_state,
            .doc = "What the cloud is doing with the server; null when nothing."});
  rows.add({.name = "vm_state",
            .field = &Self::vm_state,
            .mode = Mode::kComputed,
            .recomputed_when = kRestarts,
            .read_from = &Server::vm_state,
            .doc = "The stable part of the status, such as `active` or `stopped`."});
  rows.add({.name = "access_ip_v4",
            .field = &Self::access_ip_v4,
            .mode = Mode::kComputed,
            .read_from = &AccessIpV4Of,
            .doc = "IPv4 address to reach the server at within its VPC."});
  rows.add({.name = "access_ip_v6",
            .field = &Self::access_ip_v6,
            .mode = Mode::kComputed,
            .read_from = &AccessIpV6Of,
            .doc = "IPv6 address to reach the server at."});
  rows.add({.name = "public_ip",
            .field = &Self::public_ip,
            .mode = Mode::kComputed,
            .read_from = &PublicIpOf,
            .doc = "Public IPv4 address that is bound to the server."});
  rows.add({.name = "created_at",
            .field = &Self::created_at,
            .mode = Mode::kComputed,
            .read_from = &Server::created,
            .doc = "Time of creation."});
  rows.add({.name = "updated_at",
            .field = &Self::updated_at,
            .mode = Mode::kComputed,
            .recomputed_when = {"flavor", "power_state", "name", "description", "metadata", "tags",
                                "network_interface"},
            .read_from = &Server::updated,
            .doc = "Time of the last change that the cloud noticed."});
  rows.add({.name = "host_id",
            .field = &Self::host_id,
            .mode = Mode::kComputed,
            .recomputed_when = {"flavor"},
            .read_from = &Server::host_id,
            .doc = "Tells whether two servers of the project run on the same host."});
  rows.add({.name = "fault",
            .field = &Self::fault,
            .mode = Mode::kComputed,
            .recomputed_when = kRestarts,
            .read_from = &FaultOf,
            .doc = "Why the server is in status `ERROR`."});
}

}  // namespace

schema::Timeouts DefaultTimeouts() {
  return {.create = std::chrono::minutes(30),
          .read = std::chrono::minutes(5),
          .update = std::chrono::minutes(60),
          .remove = std::chrono::minutes(30)};
}

const Attributes<Self>& Rows() {
  static const Attributes<Self> rows = [] {
    Attributes<Self> all;
    AddIdentity(all);
    AddHardware(all);
    AddBehaviour(all);
    AddAccess(all);
    AddFlavor(all);
    AddPlacement(all);
    AddSettings(all);
    AddCondition(all);
    return all;
  }();
  return rows;
}

}  // namespace ecs::resources::server
