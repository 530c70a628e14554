"""A `moved` block takes over another provider's server, and the server stays as it is."""

import json
import os

import hcl
from case import LARGE, SERVER, SMALL, Case, each_tool
from features import needs
from hcl import Raw
from terraform import ADDRESS, installation, write_cli_config

OTC_ECS = "opentelekomcloud_ecs_instance_v1"
OTC_COMPUTE = "opentelekomcloud_compute_instance_v2"
HUAWEI = "huaweicloud_compute_instance"
FLEXIBLE_ENGINE = "flexibleengine_compute_instance_v2"
PROVIDERS = {
    OTC_ECS: "opentelekomcloud/opentelekomcloud",
    OTC_COMPUTE: "opentelekomcloud/opentelekomcloud",
    HUAWEI: "huaweicloud/huaweicloud",
    FLEXIBLE_ENGINE: "flexibleenginecloud/flexibleengine",
}


def networks(server, **names):
    """The blocks of the interfaces, with the source's own names for what they say."""
    interface = server["network_interface"]
    return [{name: interface.get(ours, ours) for name, ours in names.items()}]


def common(server):
    return {
        "id": server["id"],
        "name": server["name"],
        "availability_zone": server["availability_zone"],
        "image_id": server["image_id"],
        "tags": server["tags"],
        "timeouts": None,
        "user_data": "d7a8fbb307d7809469ca9abcb0082e4f8d5651e4",
    }


def compute_instance(server):
    return {
        **common(server),
        "access_ip_v4": server["access_ip_v4"],
        "access_ip_v6": "",
        "flavor_id": server["flavor"],
        "flavor_name": server["flavor"],
        "image_name": "Standard_Ubuntu_24.04_latest",
        "key_pair": server["key_pair"],
        "region": "eu-demo",
        "scheduler_hints": [],
        "security_groups": ["default"],
        "stop_before_destroy": False,
        "network": networks(
            server, uuid="network_id", port="port_id", fixed_ip_v4="fixed_ip", mac="mac_address"
        ),
    }


def stored(kind, server):
    """What `kind`'s provider would have stored of a server, given as our state has it."""
    disk = server["system_disk"]
    if kind == OTC_ECS:
        return {
            **common(server),
            "auto_recovery": True,
            "data_disks": [],
            "delete_disks_on_termination": None,
            "flavor": server["flavor"],
            "key_name": server["key_pair"],
            "nics": networks(
                server,
                network_id="network_id",
                port_id="port_id",
                ip_address="fixed_ip",
                mac_address="mac_address",
                type="fixed",
            ),
            "os_scheduler_hints": [{"dedicated_host_id": "", "group": "", "tenancy": ""}],
            "password": None,
            "security_groups": server["network_interface"]["security_group_ids"],
            "system_disk_id": disk["id"],
            "system_disk_kms_id": "",
            "system_disk_size": disk["size_gb"],
            "system_disk_type": disk["type"],
            "volumes_attached": [],
            "vpc_id": server["vpc_id"],
        }
    if kind == OTC_COMPUTE:
        boot = {"boot_index": 0, "source_type": "image", "destination_type": "volume"}
        return {
            **compute_instance(server),
            "admin_pass": "Very-Secret-1",
            "all_metadata": {"role": "web", "vpc_id": server["vpc_id"]},
            "auto_recovery": True,
            "block_device": [
                {**boot, "uuid": server["image_id"], "volume_size": 40, "volume_type": "SSD"}
            ],
            "description": "front end",
            "metadata": {"role": "web"},
            "power_state": "active",
            "volume_attached": [{"id": disk["id"]}],
        }
    if kind == HUAWEI:
        return {
            **compute_instance(server),
            "admin_pass": "Very-Secret-1",
            "charging_mode": "postPaid",
            "delete_disks_on_termination": None,
            "delete_eip_on_termination": True,
            "description": "front end",
            "metadata": {"role": "web"},
            "power_action": "REBOOT",
            "security_group_ids": server["network_interface"]["security_group_ids"],
            "status": "ACTIVE",
            "system_disk_id": disk["id"],
            "system_disk_kms_key_id": "",
            "system_disk_size": disk["size_gb"],
            "system_disk_type": disk["type"],
        }
    return {
        **compute_instance(server),
        "all_metadata": {"role": "web", "charging_mode": "0"},
        "auto_recovery": True,
        "block_device": [],
        "metadata": {"role": "web", "charging_mode": "0"},
        "status": "ACTIVE",
        "system_disk_id": disk["id"],
        "volume_attached": [
            {"boot_index": 0, "size": disk["size_gb"], "type": disk["type"], "uuid": disk["id"]}
        ],
    }


class Moves(Case):
    def setUp(self):
        super().setUp()
        # Terraform and OpenTofu install the provider that the state names, and start it for its
        # schema, before they ask ours to move anything. More they do not want of it: here our own
        # binary stands in for it.
        self.mirror = os.path.join(self.folder, "mirror")
        ours = os.path.join(self.build, "mirror")
        for folder, _, names in os.walk(ours):
            host = os.path.relpath(folder, ours).split(os.sep)[0]
            for binary in names:
                for address in (ADDRESS, *PROVIDERS.values()):
                    self.stand_in(os.path.join(folder, binary), host, address)

    def stand_in(self, binary, host, address):
        version, platform = os.path.dirname(binary).split(os.sep)[-2:]
        folder = os.path.join(self.mirror, host, address, version, platform)
        name = f"terraform-provider-{os.path.basename(address)}_v{version}"
        if not os.path.exists(folder):
            os.makedirs(folder)
            os.symlink(binary, os.path.join(folder, name))

    def take_over(self, kind, changes=None, **stored_differently):
        """A server of ours becomes one of another provider's, and a move of it is declared.

        `changes`: what is declared for it now and was not then. Returns its id.
        """
        declared = {
            "description": "front end",
            "auto_recovery": True,
            "key_pair": "demo-key",
            "metadata": {"role": "web"},
            "tags": {"env": "demo"},
        }
        self.configure(self.server(**declared))
        self.apply()
        server_id = self.server_id()
        self.becomes(kind, "old", **stored_differently)
        moved = hcl.block("moved", **{"from": Raw(f"{kind}.old"), "to": Raw(SERVER)})
        self.configure(self.server(**{**declared, **(changes or {})}), moved)
        self.install()
        return server_id

    def becomes(self, kind, label, **stored_differently):
        """Writes the state that the provider of `kind` would have left of our only server."""
        path = os.path.join(self.work.folder, "terraform.tfstate")
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        attributes = {**stored(kind, self.state_of()), **stored_differently}
        host = "registry.opentofu.org" if self.tool.name == "tofu" else "registry.terraform.io"
        address = PROVIDERS.get(kind, PROVIDERS[OTC_ECS])
        state["resources"] = [
            {
                "mode": "managed",
                "type": kind,
                "name": label,
                "provider": f'provider["{host}/{address}"]',
                "instances": [{"schema_version": 0, "attributes": attributes}],
            }
        ]
        self.work.write("terraform.tfstate", json.dumps(state))

    def install(self):
        """An init that finds the source's provider, too."""
        cli_config = os.path.join(self.folder, "moves.tfrc")
        write_cli_config(
            cli_config, installation("filesystem_mirror", *PROVIDERS.values(), path=self.mirror)
        )
        self.work.environment["TF_CLI_CONFIG_FILE"] = cli_config
        outcome = self.work.run("init", "-input=false", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.cloud.clear_journal()

    def is_ours_now(self, server_id):
        """Nothing was done to the server, and nothing is left to do."""
        self.assertEqual(self.cloud.writes(), [])
        managed = [address for address in self.work.state() if not address.startswith("data.")]
        self.assertEqual(managed, [SERVER])
        self.assertEqual(self.server_id(), server_id)
        self.plan_is_empty()


@needs("moves")
class Moved(Moves):
    def moves_without_a_change(self, kind, **stored_differently):
        server_id = self.take_over(kind, **stored_differently)
        outcome = self.plan()
        self.assert_says(
            outcome,
            f"# {kind}.old has moved to ecs_server.web",
            "Plan: 0 to add, 0 to change, 0 to destroy",
        )
        self.assert_silent_about(outcome, "Warning")
        self.apply()
        self.is_ours_now(server_id)

    @each_tool
    def test_from_an_ecs_instance_of_open_telekom_cloud(self):
        self.moves_without_a_change(OTC_ECS)

    @each_tool
    def test_from_a_compute_instance_of_open_telekom_cloud(self):
        self.moves_without_a_change(OTC_COMPUTE)

    @each_tool
    def test_from_a_compute_instance_of_huawei_cloud(self):
        self.moves_without_a_change(HUAWEI)

    @each_tool
    def test_from_a_compute_instance_of_flexible_engine(self):
        self.moves_without_a_change(FLEXIBLE_ENGINE)

    def test_a_password_does_not_come_along(self):
        self.moves_without_a_change(HUAWEI, admin_pass="Very-Secret-1")
        self.assertNotIn("Very-Secret-1", json.dumps(self.work.state()))


@needs("moves")
class MovedWithAChange(Moves):
    """What the source does not tell, or tells otherwise, is all that the plan shows."""

    def plans(self, *texts):
        outcome = self.plan()
        self.assert_says(outcome, "Plan: 0 to add, 1 to change, 0 to destroy", *texts)
        return outcome

    def test_a_setting_of_the_source_that_is_not_declared(self):
        server_id = self.take_over(OTC_ECS, delete_disks_on_termination=True)
        self.plans("- delete_disks_on_termination = true -> null")
        self.apply()
        self.is_ours_now(server_id)

    @each_tool
    def test_user_data_is_noted_and_the_server_is_kept(self):
        script = {"user_data": "#!/bin/sh\necho hello\n", "user_data_replace_on_change": True}
        server_id = self.take_over(OTC_COMPUTE, script)
        self.plans("Other user_data reaches new servers only", "user_data_hash")
        self.apply()
        self.is_ours_now(server_id)

    @each_tool
    def test_another_flavor_resizes_the_moved_server(self):
        server_id = self.take_over(HUAWEI, {"flavor": LARGE})
        self.plans(f'~ flavor *= "{SMALL}" -> "{LARGE}"')
        self.apply()
        self.assertEqual(self.server_id(), server_id)
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud.operations(), ["ResizeServer", "ConfirmResize"])
        self.plan_is_empty()

    def test_a_server_that_is_gone_is_made_again(self):
        self.cloud.delete_server(self.take_over(FLEXIBLE_ENGINE))
        self.assert_says(self.plan(), "Plan: 1 to add, 0 to change, 0 to destroy")

    def test_what_is_no_server_cannot_be_moved(self):
        self.take_over("opentelekomcloud_vpc_v1")
        self.plan_fails(
            "Error: Moving a opentelekomcloud_vpc_v1 to ecs_server is not supported",
            f"Supported: {OTC_ECS} of opentelekomcloud, {OTC_COMPUTE} of opentelekomcloud, "
            f"{HUAWEI} of huaweicloud, {FLEXIBLE_ENGINE} of flexibleengine.",
            "Hint: Use a removed block for the old resource and an import block for the new one.",
        )
