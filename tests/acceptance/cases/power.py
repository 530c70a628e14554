"""power_state and auto_recovery: states that are kept."""

from case import Case


class Power(Case):
    def test_a_server_is_stopped_and_started(self):
        self.configure(self.server(power_state="ACTIVE"))
        self.apply()
        self.cloud.clear_journal()
        self.configure(self.server(power_state="SHUTOFF"))
        self.assert_says(self.plan(), "stop")
        self.apply()
        self.assertEqual(self.cloud_server()["status"], "SHUTOFF")
        self.plan_is_empty()
        self.configure(self.server(power_state="ACTIVE"))
        self.apply()
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()
        self.assertEqual(len(self.cloud.writes()), 2, self.cloud.operations())

    def test_drift_is_corrected(self):
        self.configure(self.server(power_state="ACTIVE"))
        self.apply()
        self.cloud.act(self.server_id(), "os-stop")
        self.cloud.wait_status(self.server_id(), "SHUTOFF")
        self.assert_says(self.plan(), "power_state", "1 to change")
        self.apply()
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()

    def test_unset_it_follows_the_cloud(self):
        self.configure(self.server())
        self.apply()
        self.cloud.act(self.server_id(), "os-stop")
        self.cloud.wait_status(self.server_id(), "SHUTOFF")
        self.plan_is_empty()

    def test_a_server_can_be_made_stopped(self):
        self.configure(self.server(power_state="SHUTOFF"))
        self.apply()
        self.assertEqual(self.cloud_server()["status"], "SHUTOFF")
        self.plan_is_empty()

    def test_a_start_that_someone_else_did_is_success(self):
        self.configure(self.server(power_state="SHUTOFF"))
        self.apply()
        self.cloud.act(self.server_id(), "os-start")
        self.cloud.wait_status(self.server_id(), "ACTIVE")
        self.configure(self.server(power_state="ACTIVE"))
        self.apply("-refresh=false")
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")


class AutoRecovery(Case):
    def test_it_is_set_and_changed_in_place(self):
        self.configure(self.server(auto_recovery=True))
        self.apply()
        self.assertTrue(self.cloud_server()["auto_recovery"])
        self.plan_is_empty()
        self.configure(self.server(auto_recovery=False))
        self.cloud.clear_journal()
        self.apply()
        self.assertFalse(self.cloud_server()["auto_recovery"])
        bodies = [entry["body"] for entry in self.cloud.writes()]
        self.assertEqual(bodies, [{"support_auto_recovery": "false"}])
        self.plan_is_empty()

    def test_drift_is_corrected(self):
        self.configure(self.server(auto_recovery=True))
        self.apply()
        self.cloud.change_server(self.server_id(), auto_recovery=False)
        self.assert_says(self.plan(), "auto_recovery", "1 to change")
        self.apply()
        self.assertTrue(self.cloud_server()["auto_recovery"])
        self.plan_is_empty()

    def test_unmanaged_it_costs_no_call_on_refresh(self):
        self.configure(self.server())
        self.apply()
        self.cloud.clear_journal()
        self.plan_is_empty()
        asked = [entry for entry in self.cloud.journal() if "autorecovery" in entry["path"]]
        self.assertEqual(asked, [])


class WithoutAutoRecovery(Case):
    emulator_flags = ("--without", "autorecovery")

    def test_a_cloud_without_it_gives_a_warning_and_no_error(self):
        self.configure(self.server(auto_recovery=True))
        self.assert_says(self.apply(), "warning", "recovery")
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")

    def test_unmanaged_it_is_silent(self):
        self.configure(self.server())
        self.assert_silent_about(self.apply(), "Warning")
        self.plan_is_empty()


class Deletion(Case):
    def test_a_guest_that_never_stops_is_deleted_all_the_same(self):
        self.configure(self.server(stop_before_destroy=True, timeouts={"delete": "10s"}))
        self.apply()
        self.cloud.plan_fault("StopServer", "stuck", count=-1)
        self.destroy()
        self.assert_faults_seen()

    def test_a_plan_says_that_a_server_is_being_deleted(self):
        self.configure(self.server())
        self.apply()
        self.cloud.change_server(self.server_id(), task_state="deleting")
        self.assert_says(self.plan_is_empty(), "The server web is being deleted")
