// Ports, volumes and public addresses of servers: making, attaching, taking away.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/cloud/machine.h"

namespace emulator {

struct NicSpec {
  std::string network_id = {};
  std::string port_id = {};  // an existing port instead
  std::string ip = {};       // empty: any
  std::vector<std::string> security_groups = {};
  bool ipv6 = false;
  Json allowed_address_pairs = Json::array();
  Json extra_dhcp_opts = Json::array();
};

struct DiskSpec {
  std::string volume_id = {};  // an existing volume instead
  std::string name = {};
  std::string type = "SAS";
  int size_gb = 0;
  std::string image_id = {};
  std::string snapshot_id = {};
  bool multiattach = false;
  bool delete_with_server = false;
  std::map<std::string, std::string> metadata = {};
};

struct PublicIpSpec {
  std::string id = {};  // an existing one instead
  std::string type = "5_bgp";
  int bandwidth_mbit = 0;
  std::string bandwidth_id = {};
  std::string share_type = "PER";
  std::string charge_mode = "traffic";
  bool delete_with_server = false;
};

struct ServerSpec {
  Server row = {};  // id, name and all else that is known before
  std::vector<NicSpec> nics = {};
  std::vector<DiskSpec> disks = {};  // the first boots, unless row.local_disk
  std::optional<PublicIpSpec> public_ip = {};
};

// Adds the row with its ports and volumes. On failure nothing is left and `problem` says why.
Server* MakeServer(Cloud& cloud, ServerSpec spec, std::string& problem);

// The server runs: ports become ACTIVE and volumes in-use.
void BringUpDevices(Cloud& cloud, Server& server);
// The server goes: see Leftovers.
void ReleaseDevices(Cloud& cloud, Server& server, const Leftovers& leftovers);

// Null, with `problem` set, if the network or the address cannot be had.
Port* MakePort(Cloud& cloud, const NicSpec& spec, std::string& problem);
void RemovePort(Cloud& cloud, const std::string& port_id);
// The port becomes the server's. The first is its primary NIC.
void Plug(Cloud& cloud, Server& server, Port& port);
// Takes the port from its server, and removes it unless it was made apart from the server.
void Unplug(Cloud& cloud, Server& server, const std::string& port_id, bool keep_port);

Volume& MakeVolume(Cloud& cloud, const DiskSpec& spec, const std::string& zone);
// Adds the attachment at once; the volume is `attaching` or in-use as `status` says.
Attachment& Attach(Cloud& cloud, Server& server, Volume& volume, const std::string& device,
                   bool delete_with_server, const std::string& status);
void Detach(Cloud& cloud, Server& server, Volume& volume);
Attachment* FindAttachment(Volume& volume, const std::string& server_id);
const Attachment* FindAttachment(const Volume& volume, const std::string& server_id);
// The first of /dev/vda, /dev/vdb, … that the server does not use.
std::string FreeDevice(const Cloud& cloud, const Server& server);

PublicIp& MakePublicIp(Cloud& cloud, const PublicIpSpec& spec);

// Reserves an address of the subnet; `wanted` empty: any. Nothing if there is none.
std::optional<std::string> TakeAddress(Subnet& subnet, const std::string& wanted);
void FreeAddress(Subnet& subnet, const std::string& address);

}  // namespace emulator
