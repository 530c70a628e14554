#include "tests/emulator/cloud/seed.h"

#include <utility>

#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

struct FlavorRow {
  const char* id;
  int vcpus;
  int ram_mib;
  int disk_gb;
  const char* performance;
};

// t1 does not recover by itself, d1 has a local disk, s1 is withdrawn, c4.8xlarge.2 is sold out.
constexpr FlavorRow kFlavors[] = {
    {"s3.medium.1", 1, 1024, 0, "normal"},         {"s3.medium.2", 1, 2048, 0, "normal"},
    {"s3.medium.4", 1, 4096, 0, "normal"},         {"s3.large.1", 2, 2048, 0, "normal"},
    {"s3.large.2", 2, 4096, 0, "normal"},          {"s3.large.4", 2, 8192, 0, "normal"},
    {"s3.xlarge.1", 4, 4096, 0, "normal"},         {"s3.xlarge.2", 4, 8192, 0, "normal"},
    {"s3.xlarge.4", 4, 16384, 0, "normal"},        {"s3.2xlarge.2", 8, 16384, 0, "normal"},
    {"s3.2xlarge.4", 8, 32768, 0, "normal"},       {"c4.large.2", 2, 4096, 0, "computingv3"},
    {"c4.xlarge.2", 4, 8192, 0, "computingv3"},    {"c4.2xlarge.2", 8, 16384, 0, "computingv3"},
    {"c4.8xlarge.2", 32, 65536, 0, "computingv3"}, {"m4.large.8", 2, 16384, 0, "highmem"},
    {"t1.micro.1", 1, 1024, 0, "normal"},          {"d1.large.4", 2, 8192, 40, "diskintensive"},
    {"s1.medium", 1, 4096, 0, "normal"},
};

void AddFlavors(Cloud& cloud) {
  for (const FlavorRow& row : kFlavors) {
    Flavor flavor = {.id = row.id,
                     .vcpus = row.vcpus,
                     .ram_mib = row.ram_mib,
                     .disk_gb = row.disk_gb,
                     .extra_specs = {{"ecs:performancetype", row.performance},
                                     {"ecs:generation", std::string(row.id).substr(0, 2)},
                                     {"ecs:virtualization_env_types", "CloudCompute"},
                                     {"ecs:instance_architecture", "x86"},
                                     {"resource_type", "IOoptimizedS3_2"},
                                     {"hw:numa_nodes", "1"},
                                     {"quota:max_rate", "1500"},
                                     {"quota:min_rate", "400"},
                                     {"instance_vnic:type", "enhanced"},
                                     {"instance_vnic:max_count", "12"}}};
    if (!StartsWith(flavor.id, "t1")) flavor.extra_specs["cond:compute"] = "autorecovery";
    if (StartsWith(flavor.id, "s1")) flavor.extra_specs["cond:operation:status"] = "abandon";
    if (flavor.disk_gb > 0) flavor.extra_specs["quota:local_disk"] = "hdd:1:40:False";
    if (flavor.id == "c4.8xlarge.2") {
      flavor.extra_specs["cond:operation:az"] =
          StrCat(cloud.store.zones[0], "(sellout),", cloud.store.zones[1], "(normal)");
    }
    cloud.store.flavors.Add(std::move(flavor));
  }
}

void AddImages(Cloud& cloud) {
  const Image images[] = {
      {.id = kUbuntuImageId,
       .name = "Standard_Ubuntu_24.04_latest",
       .platform = "Ubuntu",
       .os_version = "Ubuntu 24.04 server 64bit",
       .min_disk_gb = 4},
      {.id = kDebianImageId,
       .name = "Standard_Debian_12_latest",
       .platform = "Debian",
       .os_version = "Debian GNU/Linux 12 64bit",
       .min_disk_gb = 4},
      {.id = kWindowsImageId,
       .name = "Standard_Windows_2022_latest",
       .os_type = "Windows",
       .platform = "Windows",
       .os_version = "Windows Server 2022 Standard 64bit",
       .min_disk_gb = 40},
      {.id = kOldUbuntuImageId,
       .name = "Standard_Ubuntu_22.04_latest",
       .platform = "Ubuntu",
       .os_version = "Ubuntu 22.04 server 64bit",
       .min_disk_gb = 4},
      {.id = kQueuedImageId,
       .name = "unfinished-upload",
       .status = "queued",
       .type = "private",
       .platform = "Other",
       .os_version = "Other(64 bit)",
       .owner = cloud.options.project_id},
  };
  int age_days = 29;
  for (Image image : images) {
    // Each a day older than the one before: a choice of the newest is a choice.
    image.created = cloud.wall() - std::chrono::hours(24 * ++age_days);
    image.updated = image.created;
    if (image.owner.empty()) image.owner = "00000000000000000000000000000001";
    cloud.store.images.Add(std::move(image));
  }
}

void AddNetworks(Cloud& cloud) {
  cloud.store.vpcs.Add(
      {.id = kVpcId, .name = "demo-vpc", .cidr = "10.0.0.0/16", .created = cloud.wall()});
  const auto add = [&cloud](const char* id, const char* neutron_id, const char* name,
                            const char* cidr, const char* gateway) {
    const auto range = ParseCidr(cidr);
    cloud.store.subnets.Add({.id = id,
                             .neutron_subnet_id = neutron_id,
                             .name = name,
                             .cidr = cidr,
                             .gateway = gateway,
                             .vpc_id = kVpcId,
                             .dns = {"100.125.4.25", "100.125.129.199"},
                             .first = range->first,
                             .last = range->second,
                             .used = {*ParseIpv4(gateway)},
                             .created = cloud.wall()});
  };
  add(kNetworkId, kNeutronSubnetId, "demo-subnet", "10.0.0.0/20", "10.0.0.1");
  add(kOtherNetworkId, kOtherNeutronSubnetId, "demo-subnet-2", "10.0.16.0/20", "10.0.16.1");
}

void AddGroup(Cloud& cloud, const std::string& id, const std::string& name) {
  cloud.store.security_groups.Add({.id = id, .name = name, .created = cloud.wall()});
  for (const char* ethertype : {"IPv4", "IPv6"}) {
    cloud.store.security_rules.Add(
        {.id = cloud.ids.Uuid(), .group_id = id, .direction = "egress", .ethertype = ethertype});
    cloud.store.security_rules.Add({.id = cloud.ids.Uuid(),
                                    .group_id = id,
                                    .direction = "ingress",
                                    .ethertype = ethertype,
                                    .remote_group = id});
  }
}

void AddSecurityGroups(Cloud& cloud) {
  AddGroup(cloud, kDefaultGroupId, "default");
  AddGroup(cloud, kWebGroupId, "web");
  for (const int port : {80, 443}) {
    cloud.store.security_rules.Add({.id = cloud.ids.Uuid(),
                                    .group_id = kWebGroupId,
                                    .direction = "ingress",
                                    .protocol = "tcp",
                                    .port_min = port,
                                    .port_max = port,
                                    .remote_prefix = "0.0.0.0/0"});
  }
}

}  // namespace

void Seed(Cloud& cloud) {
  for (const char* number : {"01", "02", "03"}) {
    cloud.store.zones.push_back(StrCat(cloud.options.region, "-", number));
  }
  AddFlavors(cloud);
  AddImages(cloud);
  AddNetworks(cloud);
  AddSecurityGroups(cloud);
  cloud.store.key_pairs.Add(
      {.id = kKeyPairName,
       .number = 1,
       .public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEMO0demo0DEMO0demo0DEMO0demo0DEMO0demo "
                     "demo",
       .fingerprint = "d0:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01",
       .created = cloud.wall()});
}

std::string SeedText() {
  std::string flavors;
  for (const FlavorRow& row : kFlavors) StrAppend(&flavors, "\n    ", row.id);
  const Options options;
  return StrCat("  agency           ", options.agency_name, " of ", options.agency_domain_name,
                "\n  VPC              ", kVpcId, "  demo-vpc\n", "  network (subnet) ", kNetworkId,
                "  demo-subnet, 10.0.0.0/20\n", "                   ", kOtherNetworkId,
                "  demo-subnet-2, 10.0.16.0/20\n", "  security group   ", kDefaultGroupId,
                "  default\n", "                   ", kWebGroupId, "  web\n", "  image            ",
                kUbuntuImageId, "  Standard_Ubuntu_24.04_latest\n", "                   ",
                kDebianImageId, "  Standard_Debian_12_latest\n", "                   ",
                kWindowsImageId, "  Standard_Windows_2022_latest\n", "                   ",
                kOldUbuntuImageId, "  Standard_Ubuntu_22.04_latest\n", "  key pair         ",
                kKeyPairName, "\n", "  zones            REGION-01, REGION-02, REGION-03\n",
                "  flavors (t1: no automatic recovery; d1: local disk; s1: withdrawn;\n"
                "  c4.8xlarge.2: sold out in the first zone)",
                flavors, "\n");
}

}  // namespace emulator
