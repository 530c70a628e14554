"""Success means that the cloud has what the configuration says, and a plan shows what it has."""

import os
import signal

from case import NETWORK, Case, each_tool
from emulator import wait_until

APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
DEFAULT_GROUP = "30000000-0000-4000-8000-000000000001"
WEB_GROUP = "30000000-0000-4000-8000-000000000002"
NO_GROUP = "3fffffff-0000-4000-8000-000000000009"
OTHER_NETWORK = "20000000-0000-4000-8000-000000000002"


class Groups(Case):
    def with_groups(self, *groups):
        return self.server(
            network_interface={"network_id": NETWORK, "security_group_ids": list(groups)}
        )

    def ports(self):
        """The security groups of each port of the server, by network."""
        _, body = self.cloud.api("GET", f"/v2.0/ports?device_id={self.server_id()}")
        return {port["network_id"]: port["security_groups"] for port in body["ports"]}

    @each_tool
    def test_one_that_does_not_exist_fails_the_create_and_names_both(self):
        self.configure(self.with_groups(NO_GROUP))
        self.apply_fails(
            "security_group_ids is not as planned", NO_GROUP, DEFAULT_GROUP, "untaint"
        )
        self.assertEqual(
            self.state_of()["network_interface"]["security_group_ids"], [DEFAULT_GROUP]
        )
        self.assertTrue(self.state_of()["#tainted"])
        self.configure(self.with_groups(WEB_GROUP))
        self.apply()
        self.assertEqual(self.ports(), {NETWORK: [WEB_GROUP]})
        self.plan_is_empty()

    @each_tool
    def test_one_in_upper_case_is_refused_before_anything_is_made(self):
        self.configure(self.with_groups(NO_GROUP.upper()))
        self.plan_fails("must be in lower case", NO_GROUP)
        self.assertEqual(self.cloud.servers(), [])

    @each_tool
    def test_all_taken_away_by_hand_are_planned_and_put_back(self):
        self.configure(self.with_groups(WEB_GROUP))
        self.apply()
        self.cloud.act(self.server_id(), "removeSecurityGroup", {"name": WEB_GROUP})
        self.assertEqual(self.cloud_server()["security_groups"], [])
        self.assertEqual(self.plan().code, 2)
        self.apply()
        self.assertEqual(self.ports(), {NETWORK: [WEB_GROUP]})
        self.plan_is_empty()

    @each_tool
    def test_those_of_another_interface_are_left_alone(self):
        self.configure(self.with_groups(DEFAULT_GROUP))
        self.apply()
        nic = {"subnet_id": OTHER_NETWORK, "security_groups": [{"id": WEB_GROUP}]}
        self.cloud.api(
            "POST", f"/v1/{{project}}/cloudservers/{self.server_id()}/nics", {"nics": [nic]}
        )
        wait_until(lambda: OTHER_NETWORK in self.ports(), "the second interface")
        self.plan_is_empty()
        self.configure(self.with_groups(DEFAULT_GROUP, WEB_GROUP))
        self.apply()
        self.configure(self.with_groups(DEFAULT_GROUP))
        self.apply()
        self.assertEqual(self.ports(), {NETWORK: [DEFAULT_GROUP], OTHER_NETWORK: [WEB_GROUP]})
        self.plan_is_empty()

    @each_tool
    def test_a_refusal_leaves_the_server_with_the_groups_it_had(self):
        self.configure(self.with_groups(DEFAULT_GROUP))
        self.apply()
        self.configure(self.with_groups(WEB_GROUP))
        for refusal in ({"status": 400}, {"status": 404}, {"status": 404, "code": "APIG.0101"}):
            self.cloud.plan_fault("neutron.UpdatePort", "refuse", **refusal)
            self.apply_fails("Changing the security groups failed", WEB_GROUP)
            self.assert_faults_seen()
            self.assertEqual(self.ports(), {NETWORK: [DEFAULT_GROUP]})
            self.assertEqual(self.plan().code, 2)
        self.apply()
        self.assertEqual(self.ports(), {NETWORK: [WEB_GROUP]})
        self.plan_is_empty()


class Disk(Case):
    # Long enough to be hit in the middle, however busy the machine is.
    durations = {"volume": "2s"}

    def sized(self, size_gb):
        return self.server(system_disk={"type": "SSD", "size_gb": size_gb})

    def volume(self):
        return self.cloud.control("GET", "state")["volumes"][0]

    @each_tool
    def test_one_that_grew_in_a_run_that_was_killed_is_accepted(self):
        self.configure(self.sized(40))
        self.apply()
        self.configure(self.sized(50))
        process = self.work.start(*APPLY)
        wait_until(lambda: self.volume()["status"] == "extending", "the disk to be extended")
        os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()
        # The state does not know: it is applied as if the disk had not grown.
        self.cloud.clear_journal()
        self.apply("-refresh=false")
        self.assertEqual(self.cloud.operations(), [])
        self.assertEqual(self.volume()["size_gb"], 50)
        self.plan_is_empty()

    @each_tool
    def test_one_whose_job_cannot_be_read_is_judged_by_itself(self):
        self.configure(self.sized(40))
        self.apply()
        self.configure(self.sized(50))
        self.cloud.plan_fault("ecs.GetJob", "refuse", count="always", status=403)
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(self.volume()["size_gb"], 50)
        self.plan_is_empty()

    @each_tool
    def test_one_that_grew_elsewhere_is_shown_and_its_real_size_settles_it(self):
        self.configure(self.sized(40))
        self.apply()
        self.cloud.api(
            "POST",
            f"/v2/{{project}}/cloudvolumes/{self.volume()['id']}/action",
            {"os-extend": {"new_size": 80}},
        )
        wait_until(lambda: self.volume()["size_gb"] == 80, "the disk to grow")
        self.assertEqual(self.plan().code, 2)
        self.configure(self.sized(80))
        self.plan_is_empty()


class Absence(Case):
    def test_metadata_that_the_cloud_keeps_for_itself_is_refused(self):
        self.configure(self.server(metadata={"vpc_id": "x"}))
        self.validate_fails("Reserved metadata key", "vpc_id")
