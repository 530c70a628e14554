"""A cloud that misbehaves: clear diagnostics, nothing lost, no second server."""

import socket

from case import LARGE, SERVER, SMALL, Case, each_tool


class Creating(Case):
    @each_tool
    def test_a_lost_reply_makes_no_second_server(self):
        self.cloud.plan_fault("CreateServers", "lost")
        self.configure(self.server())
        self.apply()
        self.assert_faults_seen()
        self.assertEqual([server["name"] for server in self.cloud.servers()], ["web"])
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()

    def test_two_of_one_name_keep_their_servers_when_one_is_reset_and_the_other_is_slow(self):
        self.cloud.plan_fault("CreateServers", "reset")
        self.cloud.plan_fault("CreateServers", "slow", delay="3s")
        self.configure(self.server(count=2))
        self.apply()
        self.assert_faults_seen()
        ids = {self.server_id(f"{SERVER}[{index}]") for index in (0, 1)}
        self.assertEqual(ids, {server["id"] for server in self.cloud.servers()})
        self.assertEqual(len(ids), 2)
        self.plan_is_empty()
        self.destroy()

    def test_a_strangers_equal_server_is_not_adopted(self):
        self.cloud.plan_fault("CreateServers", "reset")
        self.configure(self.server())
        process = self.work.start("apply", "-auto-approve", "-input=false", "-no-color")
        self.cloud.wait_for("CreateServers")
        ours = self.cloud.calls("CreateServers")[0]["body"]["server"]
        theirs = {name: value for name, value in ours.items() if name != "metadata"}
        status, made = self.cloud.api(
            "POST", "/v1/{project}/cloudservers", {"server": dict(theirs, description="theirs")}
        )
        self.assertEqual(status, 200, made)
        outcome = self.work.finish(process)
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_faults_seen()
        self.assertNotIn(self.server_id(), made["serverIds"])
        self.assertEqual(len(self.cloud.servers()), 2)
        self.assertEqual(self.cloud_server()["description"], "")
        self.plan_is_empty()

    @each_tool
    def test_a_server_group_that_does_not_exist_is_told_at_once_as_a_refusal(self):
        group = "50000000-0000-4000-8000-00000000dead"
        self.configure(self.server(server_group_id=group))
        outcome = self.apply_fails("server group", "Ecs.0313", "check server_group_id")
        self.assert_silent_about(outcome, "executed", "may still create")
        self.assertEqual(len(self.cloud.calls("CreateServers")), 1)

    @each_tool
    def test_one_that_fails_leaves_its_id_and_the_next_apply_replaces_it(self):
        self.cloud.plan_fault("CreateServers", "error")
        self.configure(self.server())
        self.apply_fails("ERROR")
        self.assert_faults_seen()
        failed = self.state_of()
        self.assertTrue(failed["id"])
        self.assertTrue(failed["#tainted"])
        self.apply()
        self.assertNotEqual(self.server_id(), failed["id"])
        self.assertEqual(len(self.cloud.servers()), 1)
        self.plan_is_empty()

    def test_one_that_the_cloud_rolls_back_says_why_and_can_be_repeated(self):
        self.cloud.plan_fault("CreateServers", "fail")
        self.configure(self.server())
        self.apply_fails("job|create")
        self.assert_faults_seen()
        self.apply()
        self.assertEqual(len(self.cloud.servers()), 1)
        self.plan_is_empty()

    def test_a_refusal_is_told_with_its_code_and_request(self):
        self.cloud.plan_fault(
            "CreateServers", "refuse", status=400, code="Ecs.0012", message="No free address."
        )
        self.configure(self.server())
        self.apply_fails("Ecs.0012", "No free address", "request", "ecs_server.web")
        self.assertEqual(self.work.state(), {})
        self.apply()
        self.assertEqual(len(self.cloud.servers()), 1)

    def test_one_that_takes_too_long_keeps_its_id(self):
        self.cloud.plan_fault("CreateServers", "stuck")
        self.configure(self.server(timeouts={"create": "1s"}))
        self.apply_fails("time|deadline", "untaint")
        self.assertTrue(self.state_of()["#tainted"])
        self.assertTrue(self.state_of()["id"])


class Transient(Case):
    def test_throttling_is_waited_out(self):
        self.cloud.plan_fault("CreateServers", "throttle", count=2, retry_after=1)
        self.configure(self.server())
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(len(self.cloud.servers()), 1)

    def test_a_storm_of_5xx_on_reads_is_survived(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ecs.ShowServer", "unavailable", count=2)
        self.plan_is_empty()
        self.assert_faults_seen()

    def test_broken_connections_on_reads_are_survived(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ecs.ShowServer", "reset")
        self.cloud.plan_fault("ecs.ShowServer", "truncated")
        self.plan_is_empty()
        self.assert_faults_seen()

    def test_a_lost_reply_to_a_resize_is_looked_at_again(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ResizeServer", "lost")
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()

    def test_a_lost_reply_to_a_delete_is_no_error(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("DeleteServers", "lost")
        self.destroy()
        self.assert_faults_seen()


class Unusable(Case):
    def test_a_5xx_storm_without_end_is_an_error_and_the_state_stays(self):
        self.configure(self.server(), provider={"max_retries": 1})
        self.apply()
        before = self.state_of()
        self.cloud.plan_fault("*", "unavailable", count=-1)
        self.plan_fails("503")
        self.cloud.clear_faults()
        self.assertEqual(self.state_of(), before)
        self.plan_is_empty()

    def test_an_answer_that_is_no_json_is_told(self):
        self.configure(self.server(), provider={"max_retries": 0})
        self.apply()
        self.cloud.plan_fault("ecs.ShowServer", "html", count=-1)
        self.plan_fails("502|JSON")
        self.cloud.clear_faults()
        self.plan_is_empty()

    def test_a_wrong_password_is_told_without_it(self):
        self.configure(self.server(), provider={"password": "wrong-secret"})
        outcome = self.apply_fails("401", "password|user")
        self.assert_silent_about(outcome, "wrong-secret")
        self.assertEqual(self.cloud.servers(), [])

    def test_an_endpoint_that_nobody_serves_is_told_with_its_address(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            address = f"http://127.0.0.1:{port}"
            self.configure(self.server(), provider={"auth_url": address, "max_retries": 0})
            self.apply_fails(f"127.0.0.1:{port}|connect")

    def test_missing_credentials_are_told_before_anything_is_asked(self):
        for name in ("OS_PASSWORD", "OS_USERNAME"):
            del self.work.environment[name]
        self.configure(self.server())
        self.plan_fails("credentials|password|user_name|OS_USERNAME|OS_PASSWORD")


class ExpiringTokens(Case):
    emulator_flags = ("--token-life", "1s")
    durations = {"create": "2500ms", "resize": "2500ms"}

    def test_a_token_that_ends_in_the_middle_of_a_wait_is_renewed(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assertEqual(self.state_of()["flavor"], LARGE)
        self.assertEqual(len(self.cloud.calls("CreateServers")), 1)


class RevokedToken(Case):
    def test_a_401_in_the_middle_signs_in_once_more(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ecs.ShowServer", "refuse", status=401, code="APIGW.0307")
        self.cloud.clear_journal()
        self.plan_is_empty()
        self.assert_faults_seen()
        self.assertEqual(len(self.cloud.calls("CreateToken")), 2)
        self.assertEqual(self.flavor_in_cloud(), SMALL)
