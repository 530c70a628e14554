// Servers of other providers become ours: what their states say, and what never comes along.
#include "resources/common/crypto.h"
#include "resources/server/moves.h"
#include "tests/unit/resources/rig.h"

namespace ecs {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kOtcV1[] = "opentelekomcloud_ecs_instance_v1";
constexpr char kOtcV2[] = "opentelekomcloud_compute_instance_v2";
constexpr char kHuawei[] = "huaweicloud_compute_instance";
constexpr char kFlexible[] = "flexibleengine_compute_instance_v2";
constexpr const char* kTypes[] = {kOtcV1, kOtcV2, kHuawei, kFlexible};

const schema::RowSet& ServerRows() { return *TheProvider().FindResource("ecs_server")->rows; }

Result<Value> Convert(const std::string& type, const json& state) {
  for (const schema::AnyMove& move : resources::server::Moves()) {
    if (move.type_name == type) return move.convert(state);
  }
  return Bug("no move from " + type);
}

// The state that the conversion gives; one that fails is null.
Value Moved(const std::string& type, const json& state) {
  Result<Value> moved = Convert(type, state);
  EXPECT_TRUE(moved.ok()) << type << ": " << (moved.ok() ? "" : moved.error().Text());
  return moved.ok() ? *std::move(moved) : Value::Null(ServerRows().ObjectType());
}

Value Ours(const json& state) { return ObjectOf(ServerRows(), state.dump()); }

// A whole state of opentelekomcloud_ecs_instance_v1: two interfaces, two data disks.
json OtcV1State() {
  return json::parse(R"({
    "auto_recovery": true,
    "availability_zone": "eu-de-02",
    "data_disks": [
      {"id": "5d6a7c10-0001-4000-8000-000000000002", "kms_id": "", "size": 100,
       "snapshot_id": "", "type": "SAS"}],
    "delete_disks_on_termination": false,
    "flavor": "s3.large.2",
    "id": "d90ce693-5ccf-4136-a0ed-152ce412b6b9",
    "image_id": "9e421ab1-5d0b-4d3d-b4a0-0f1a4b9b1d11",
    "key_name": "ops-2024",
    "name": "db-1",
    "nics": [
      {"ip_address": "192.168.0.21", "mac_address": "fa:16:3e:4d:5c:10",
       "network_id": "55534eaa-533a-419d-9b40-ec427ea7195a",
       "port_id": "0e3f1c62-7f65-4b0c-9d4e-1f6f0a4c7a01", "type": "fixed"},
      {"ip_address": "192.168.1.21", "mac_address": "fa:16:3e:4d:5c:11",
       "network_id": "66634eaa-533a-419d-9b40-ec427ea7195b",
       "port_id": "0e3f1c62-7f65-4b0c-9d4e-1f6f0a4c7a02", "type": "fixed"}],
    "os_scheduler_hints": [
      {"dedicated_host_id": "", "group": "c0ffee00-0000-4000-8000-00000000000a", "tenancy": ""}],
    "password": "Very-Secret-1",
    "security_groups": ["8e8bbd1c-0001-4000-8000-000000000001",
                        "8e8bbd1c-0001-4000-8000-000000000002"],
    "system_disk_id": "5d6a7c10-0001-4000-8000-000000000001",
    "system_disk_kms_id": "7b1e4d52-0001-4000-8000-000000000001",
    "system_disk_size": 60,
    "system_disk_type": "SSD",
    "tags": {"env": "prod", "owner": "data"},
    "timeouts": {"create": "45m", "delete": null, "update": null},
    "user_data": "d7a8fbb307d7809469ca9abcb0082e4f8d5651e4",
    "volumes_attached": [
      {"id": "5d6a7c10-0001-4000-8000-000000000002", "kms_id": "", "size": 100,
       "snapshot_id": "", "type": "SAS"}],
    "vpc_id": "8eed4fc7-e5e5-44a2-b5f2-23b3e5d46235"})");
}

// A whole state of opentelekomcloud_compute_instance_v2: stopped, booted from a volume of an image.
json OtcV2State() {
  return json::parse(R"({
    "access_ip_v4": "10.1.0.15",
    "access_ip_v6": "",
    "admin_pass": "Very-Secret-1",
    "all_metadata": {"role": "web", "metering.image_id": "9e421ab1", "vpc_id": "8eed4fc7"},
    "auto_recovery": true,
    "availability_zone": "eu-de-01",
    "block_device": [
      {"boot_index": -1, "delete_on_termination": true, "destination_type": "volume",
       "device_name": "", "guest_format": "", "source_type": "blank", "uuid": "",
       "volume_size": 20, "volume_type": "SATA"},
      {"boot_index": 0, "delete_on_termination": true, "destination_type": "volume",
       "device_name": "", "guest_format": "", "source_type": "image",
       "uuid": "9e421ab1-5d0b-4d3d-b4a0-0f1a4b9b1d11", "volume_size": 10, "volume_type": "SSD"}],
    "config_drive": null,
    "description": "front end",
    "encrypted_password": "",
    "flavor_id": "s3.medium.4",
    "flavor_name": "s3.medium.4",
    "id": "b11b407c-e604-4e8d-8bc4-92398320b847",
    "image_id": "9e421ab1-5d0b-4d3d-b4a0-0f1a4b9b1d11",
    "image_name": "Standard_Ubuntu_22.04_latest",
    "key_pair": "ops-2024",
    "metadata": {"role": "web"},
    "name": "web-7",
    "network": [
      {"access_network": false, "fixed_ip_v4": "10.1.0.15", "fixed_ip_v6": "",
       "mac": "fa:16:3e:aa:00:01", "name": "8eed4fc7-e5e5-44a2-b5f2-23b3e5d46235",
       "port": "1f2e3d4c-0001-4000-8000-000000000001",
       "uuid": "2ab3c4d5-0001-4000-8000-000000000001"}],
    "password": "",
    "power_state": "shutoff",
    "region": "eu-de",
    "scheduler_hints": [
      {"build_near_host_ip": "", "deh_id": "deh-4711", "different_host": [], "group": "",
       "query": [], "same_host": [], "target_cell": "", "tenancy": "dedicated"}],
    "security_groups": ["default", "web"],
    "ssh_private_key_path": null,
    "stop_before_destroy": true,
    "tags": {},
    "timeouts": null,
    "user_data": "d7a8fbb307d7809469ca9abcb0082e4f8d5651e4",
    "volume_attached": [{"id": "5d6a7c10-0002-4000-8000-000000000001"}]})");
}

// A whole state of huaweicloud_compute_instance: with an EIP of its own that is to be kept.
json HuaweiState() {
  return json::parse(R"({
    "access_ip_v4": "10.2.0.8", "access_ip_v6": "", "admin_pass": "Very-Secret-1",
    "agency_name": "", "agent_list": "ces", "auto_pay": null, "auto_renew": null,
    "auto_terminate_time": "",
    "availability_zone": "cn-north-4a",
    "bandwidth": [{"charge_mode": "traffic", "extend_param": null, "id": "", "share_type": "PER",
                   "size": 5}],
    "charging_mode": "postPaid",
    "created_at": "2025-03-02T10:11:12Z",
    "data_disks": [{"dss_pool_id": "", "iops": 0, "kms_key_id": "", "size": 40,
                    "snapshot_id": "", "throughput": 0, "type": "SAS"}],
    "delete_disks_on_termination": true,
    "delete_eip_on_termination": false,
    "description": "",
    "eip_id": null, "eip_type": "5_bgp", "enclave_options": [],
    "enterprise_project_id": "0", "expired_time": "",
    "flavor_id": "s6.large.2",
    "flavor_name": "s6.large.2",
    "hostname": "batch-1",
    "id": "4f8a1b90-26c8-47d0-8f2f-0a5b1e3f0001",
    "image_id": "b1e7ad00-0003-4000-8000-000000000001",
    "image_name": "Ubuntu 22.04 server 64bit",
    "include_data_disks_on_update": null,
    "key_pair": "KeyPair-batch",
    "metadata": {"team": "batch"},
    "name": "batch-1",
    "network": [
      {"access_network": false, "fixed_ip_v4": "10.2.0.8", "fixed_ip_v6": "",
       "ipv6_enable": false, "mac": "fa:16:3e:bb:00:01",
       "port": "1f2e3d4c-0003-4000-8000-000000000001", "source_dest_check": true,
       "uuid": "2ab3c4d5-0003-4000-8000-000000000001"}],
    "period": null, "period_unit": null,
    "power_action": "REBOOT",
    "private_key": "-----BEGIN RSA PRIVATE KEY-----",
    "public_ip": "203.0.113.9",
    "region": "cn-north-4",
    "scheduler_hints": [{"deh_id": "", "fault_domain": "",
                         "group": "c0ffee00-0003-4000-8000-00000000000a", "tenancy": "shared"}],
    "security_group_ids": ["8e8bbd1c-0003-4000-8000-000000000001"],
    "security_groups": ["default"],
    "spot_duration": null, "spot_duration_count": null, "spot_maximum_price": null,
    "status": "ACTIVE",
    "stop_before_destroy": false,
    "system_disk_dss_pool_id": null,
    "system_disk_id": "5d6a7c10-0003-4000-8000-000000000001",
    "system_disk_iops": 0,
    "system_disk_kms_key_id": "",
    "system_disk_size": 40,
    "system_disk_throughput": 0,
    "system_disk_type": "GPSSD",
    "tags": {"env": "test"},
    "timeouts": null,
    "updated_at": "2025-03-02T10:12:40Z",
    "user_data": "d7a8fbb307d7809469ca9abcb0082e4f8d5651e4",
    "user_id": null,
    "volume_attached": [
      {"boot_index": 0, "kms_key_id": "", "pci_address": "0000:02:01.0", "size": 40,
       "type": "GPSSD", "volume_id": "5d6a7c10-0003-4000-8000-000000000001"},
      {"boot_index": -1, "kms_key_id": "", "pci_address": "0000:02:02.0", "size": 40,
       "type": "SAS", "volume_id": "5d6a7c10-0003-4000-8000-000000000002"}]})");
}

// A whole state of flexibleengine_compute_instance_v2.
json FlexibleState() {
  return json::parse(R"({
    "access_ip_v4": "192.168.3.4", "access_ip_v6": "",
    "admin_pass": null,
    "all_metadata": {"charging_mode": "0", "image_name": "OBS Ubuntu 22.04"},
    "auto_recovery": false,
    "availability_zone": "eu-west-0a",
    "block_device": [],
    "config_drive": null,
    "flavor_id": "s6.small.1",
    "flavor_name": "s6.small.1",
    "floating_ip": "203.0.113.10",
    "id": "7c0f5c9e-4b0c-4a41-9d11-0d9a77e90004",
    "image_id": "c2e7ad00-0004-4000-8000-000000000001",
    "image_name": "OBS Ubuntu 22.04",
    "key_pair": "my_key_pair_name",
    "metadata": {"charging_mode": "0", "metering.imagetype": "gold", "team": "infra"},
    "name": "bastion",
    "network": [
      {"access_network": false, "fixed_ip_v4": "192.168.3.4", "fixed_ip_v6": "",
       "mac": "fa:16:3e:cc:00:01", "name": "",
       "port": "1f2e3d4c-0004-4000-8000-000000000001",
       "uuid": "2ab3c4d5-0004-4000-8000-000000000001"}],
    "personality": [],
    "region": "eu-west-0",
    "scheduler_hints": [],
    "security_groups": ["default"],
    "status": "SHUTOFF",
    "stop_before_destroy": false,
    "system_disk_id": "5d6a7c10-0004-4000-8000-000000000001",
    "tags": {"foo": "bar", "this": "that"},
    "timeouts": null,
    "user_data": null,
    "volume_attached": [
      {"boot_index": 1, "pci_address": "0000:02:02.0", "size": 10, "type": "SATA",
       "uuid": "5d6a7c10-0004-4000-8000-000000000002"},
      {"boot_index": 0, "pci_address": "0000:02:01.0", "size": 40, "type": "SAS",
       "uuid": "5d6a7c10-0004-4000-8000-000000000001"}]})");
}

json StateOf(const std::string& type) {
  if (type == kOtcV1) return OtcV1State();
  if (type == kOtcV2) return OtcV2State();
  return type == kHuawei ? HuaweiState() : FlexibleState();
}

TEST(MoveServer, KnowsFourTypesOfThreeProviders) {
  std::vector<std::string> known;
  for (const schema::AnyMove& move : resources::server::Moves()) {
    known.push_back(move.provider + "/" + move.type_name);
  }
  EXPECT_THAT(known, ElementsAre("opentelekomcloud/opentelekomcloud_ecs_instance_v1",
                                 "opentelekomcloud/opentelekomcloud_compute_instance_v2",
                                 "huaweicloud/huaweicloud_compute_instance",
                                 "flexibleengine/flexibleengine_compute_instance_v2"));
}

TEST(MoveServer, FromOpenTelekomCloudEcsInstance) {
  EXPECT_EQ(Moved(kOtcV1, OtcV1State()), Ours(json::parse(R"({
    "id": "d90ce693-5ccf-4136-a0ed-152ce412b6b9", "name": "db-1", "flavor": "s3.large.2",
    "image_id": "9e421ab1-5d0b-4d3d-b4a0-0f1a4b9b1d11", "availability_zone": "eu-de-02",
    "vpc_id": "8eed4fc7-e5e5-44a2-b5f2-23b3e5d46235", "key_pair": "ops-2024",
    "server_group_id": "c0ffee00-0000-4000-8000-00000000000a",
    "network_interface": {
      "network_id": "55534eaa-533a-419d-9b40-ec427ea7195a", "fixed_ip": "192.168.0.21",
      "port_id": "0e3f1c62-7f65-4b0c-9d4e-1f6f0a4c7a01", "mac_address": "fa:16:3e:4d:5c:10",
      "security_group_ids": ["8e8bbd1c-0001-4000-8000-000000000001",
                             "8e8bbd1c-0001-4000-8000-000000000002"]},
    "system_disk": {"id": "5d6a7c10-0001-4000-8000-000000000001", "type": "SSD",
                    "kms_key_id": "7b1e4d52-0001-4000-8000-000000000001"},
    "auto_recovery": true, "delete_disks_on_termination": false,
    "tags": {"env": "prod", "owner": "data"}})")));
}

TEST(MoveServer, FromOpenTelekomCloudComputeInstance) {
  EXPECT_EQ(Moved(kOtcV2, OtcV2State()), Ours(json::parse(R"({
    "id": "b11b407c-e604-4e8d-8bc4-92398320b847", "name": "web-7", "flavor": "s3.medium.4",
    "description": "front end", "image_id": "9e421ab1-5d0b-4d3d-b4a0-0f1a4b9b1d11",
    "availability_zone": "eu-de-01", "key_pair": "ops-2024",
    "tenancy": "dedicated", "dedicated_host_id": "deh-4711",
    "network_interface": {
      "network_id": "2ab3c4d5-0001-4000-8000-000000000001", "fixed_ip": "10.1.0.15",
      "port_id": "1f2e3d4c-0001-4000-8000-000000000001", "mac_address": "fa:16:3e:aa:00:01"},
    "system_disk": {"type": "SSD"}, "power_state": "SHUTOFF", "auto_recovery": true,
    "stop_before_destroy": true, "metadata": {"role": "web"}})")));
}

TEST(MoveServer, FromHuaweiCloudComputeInstance) {
  EXPECT_EQ(Moved(kHuawei, HuaweiState()), Ours(json::parse(R"({
    "id": "4f8a1b90-26c8-47d0-8f2f-0a5b1e3f0001", "name": "batch-1", "flavor": "s6.large.2",
    "image_id": "b1e7ad00-0003-4000-8000-000000000001", "availability_zone": "cn-north-4a",
    "key_pair": "KeyPair-batch", "tenancy": "shared",
    "server_group_id": "c0ffee00-0003-4000-8000-00000000000a",
    "network_interface": {
      "network_id": "2ab3c4d5-0003-4000-8000-000000000001", "fixed_ip": "10.2.0.8",
      "port_id": "1f2e3d4c-0003-4000-8000-000000000001", "mac_address": "fa:16:3e:bb:00:01",
      "security_group_ids": ["8e8bbd1c-0003-4000-8000-000000000001"]},
    "system_disk": {"id": "5d6a7c10-0003-4000-8000-000000000001", "type": "GPSSD"},
    "power_state": "ACTIVE", "delete_disks_on_termination": true,
    "delete_public_ip_on_termination": false, "tags": {"env": "test"},
    "metadata": {"team": "batch"}})")));
}

TEST(MoveServer, FromFlexibleEngineComputeInstance) {
  EXPECT_EQ(Moved(kFlexible, FlexibleState()), Ours(json::parse(R"({
    "id": "7c0f5c9e-4b0c-4a41-9d11-0d9a77e90004", "name": "bastion", "flavor": "s6.small.1",
    "image_id": "c2e7ad00-0004-4000-8000-000000000001", "availability_zone": "eu-west-0a",
    "key_pair": "my_key_pair_name",
    "network_interface": {
      "network_id": "2ab3c4d5-0004-4000-8000-000000000001", "fixed_ip": "192.168.3.4",
      "port_id": "1f2e3d4c-0004-4000-8000-000000000001", "mac_address": "fa:16:3e:cc:00:01"},
    "system_disk": {"id": "5d6a7c10-0004-4000-8000-000000000001", "type": "SAS"},
    "power_state": "SHUTOFF", "auto_recovery": false,
    "tags": {"foo": "bar", "this": "that"}})")));
}

TEST(MoveServer, AStateWithoutAnIdNamesNoServer) {
  for (const std::string type : kTypes) {
    for (const json& id : {json(), json(""), json(7), json::array({"a"}), json::object()}) {
      json state = StateOf(type);
      state["id"] = id;
      const Result<Value> moved = Convert(type, state);
      ASSERT_FALSE(moved.ok()) << type << " " << id;
      EXPECT_EQ(moved.error().code, Code::kInvalid);
      EXPECT_EQ(moved.error().summary, "The stored state of the source names no server");
      EXPECT_THAT(moved.error().Text(), HasSubstr("Its attribute id must be a text"));
    }
    EXPECT_FALSE(Convert(type, json::object()).ok());
    EXPECT_FALSE(Convert(type, json::array()).ok());
    EXPECT_FALSE(Convert(type, json()).ok());
  }
}

TEST(MoveServer, WhatIsMissingEmptyOrOfAnotherTypeIsLeftToTheCloud) {
  const json others[] = {json(),
                         json(""),
                         json(7),
                         json(1e300),
                         json("text"),
                         json::array(),
                         json::object(),
                         json::array({1, "", nullptr, json::array(), json::object()}),
                         json::array({{{"boot_index", "x"}}, {{"boot_index", 0}}}),
                         json{{"key", 7}, {"other", json::array()}}};
  for (const std::string type : kTypes) {
    const Value bare = Moved(type, {{"id", "b11b407c"}});
    EXPECT_EQ(bare, Ours({{"id", "b11b407c"}}));
    const json state = StateOf(type);
    for (const auto& [name, value] : state.items()) {
      // Any text will do for a text, and any list of texts for groups.
      const bool is_text = value.is_string() || value.is_null();
      for (const json& other : others) {
        if (name == "id" || (is_text && other == json("text"))) continue;
        EXPECT_EQ(Moved(type, {{"id", "b11b407c"}, {name, other}}), bare) << name << " " << other;
      }
    }
  }
}

TEST(MoveServer, ANetworkWithoutItsPortIsLeftToTheCloud) {
  for (const std::string type : {kOtcV2, kHuawei, kFlexible}) {
    json state = StateOf(type);
    state["network"][0]["port"] = "";
    const Value moved = Moved(type, state);
    EXPECT_TRUE(moved.At("network_interface").At("network_id").is_null()) << type;
  }
}

TEST(MoveServer, OnlyAPowerStateThatCanBeWantedIsCarried) {
  for (const char* odd : {"error", "SHELVED", "migrating", "REBOOT"}) {
    EXPECT_TRUE(Moved(kOtcV2, {{"id", "b"}, {"power_state", odd}}).At("power_state").is_null());
    EXPECT_TRUE(Moved(kHuawei, {{"id", "b"}, {"status", odd}}).At("power_state").is_null());
  }
}

TEST(MoveServer, DefaultsOfTheSourceAreNobodysWish) {
  const json defaults = {
      {"id", "b"}, {"stop_before_destroy", false}, {"delete_eip_on_termination", true}};
  for (const std::string type : kTypes) EXPECT_EQ(Moved(type, defaults), Ours({{"id", "b"}}));
}

TEST(MoveServer, TheFlavorsNameServesWhereTheIdIsMissing) {
  for (const std::string type : {kOtcV2, kHuawei, kFlexible}) {
    EXPECT_EQ(Moved(type, {{"id", "b"}, {"flavor_id", ""}, {"flavor_name", "s6.small.1"}}),
              Ours({{"id", "b"}, {"flavor", "s6.small.1"}}));
  }
}

TEST(MoveServer, UserDataAndSecretsNeverComeAlong) {
  const std::string script = "#!/bin/sh\necho open-sesame\n";
  for (const std::string type : kTypes) {
    const Value without = Moved(type, StateOf(type));
    for (const std::string& user_data :
         {script, resources::Base64(script), resources::Sha256Hex(script)}) {
      json state = StateOf(type);
      for (const char* name : {"user_data", "admin_pass", "password", "private_key"}) {
        state[name] = user_data;
      }
      const Value moved = Moved(type, state);
      EXPECT_EQ(moved, without) << type;
      EXPECT_THAT(*cty::ToJson(moved, ServerRows().ObjectType()),
                  Not(HasSubstr(json(user_data).dump())));
    }
  }
}

// The state of a source for a server of the emulated cloud, as `type` would have stored it.
json SourceOf(const std::string& type, const Value& ours) {
  const Value& nic = ours.At("network_interface");
  const json network = {{"uuid", nic.At("network_id").AsString()},
                        {"network_id", nic.At("network_id").AsString()},
                        {"port", nic.At("port_id").AsString()},
                        {"port_id", nic.At("port_id").AsString()}};
  json state = StateOf(type);
  state["id"] = ours.At("id").AsString();
  state["metadata"] = {{"role", "web"}};
  // The server has none of these, and what a cloud does not show would be kept.
  for (const char* lacking : {"key_name", "key_pair", "os_scheduler_hints", "scheduler_hints"}) {
    state.erase(lacking);
  }
  state[type == kOtcV1 ? "nics" : "network"] = json::array({network});
  return state;
}

TEST(MoveServer, TheReadThatFollowsFillsTheRestAndThePlanIsEmpty) {
  const std::pair<std::string, std::string> cases[] = {
      {kOtcV1, R"({"delete_disks_on_termination": false})"},
      {kOtcV2, R"({"stop_before_destroy": true})"},
      {kHuawei, R"({"delete_disks_on_termination": true,
                    "delete_public_ip_on_termination": false})"},
      {kFlexible, "{}"}};
  for (const auto& [type, settings] : cases) {
    ServerRig rig;
    json config = json::parse(R"({"description": "d", "tags": {"a": "1"}, "auto_recovery": true,
                                  "metadata": {"role": "web"}})");
    config.merge_patch(json::parse(settings));
    const Value state = rig.Make(config.dump());
    const Value moved = Moved(type, SourceOf(type, state));
    const lifecycle::ReadResult read = rig.Read(moved, lifecycle::ImportMark());
    EXPECT_THAT(read.notes.list(), IsEmpty()) << type;
    EXPECT_EQ(read.state, state) << type;
    EXPECT_EQ(rig.Plan(read.state, config.dump()).planned, read.state) << type;
    // The network is known, and so one call less than an import.
    EXPECT_THAT(rig.Asked(),
                ElementsAre("ecs.ShowServer", "evs.ListVolumes", "ecs.ShowAutoRecovery"));
  }
}

}  // namespace
}  // namespace ecs
