"""Every branch of a resize: confirmed, rolled back, reverted, adopted."""

from case import LARGE, SMALL, Case, each_tool


class Resize(Case):
    def start(self, **attributes):
        self.configure(self.server(**attributes))
        self.apply()
        self.cloud.clear_journal()

    def actions(self):
        """The actions that were sent, by the names of their bodies."""
        return [
            next(iter(entry["body"]))
            for entry in self.cloud.writes()
            if entry["path"].split("?")[0].endswith("/action") and entry["body"]
        ]

    @each_tool
    def test_a_running_server_is_resized_and_confirmed(self):
        self.start()
        server_id = self.server_id()
        self.configure(self.server(flavor=LARGE))
        self.assert_says(self.plan(), "0 to add, 1 to change, 0 to destroy", "restart")
        self.apply()
        self.assertEqual(self.actions(), ["resize", "confirmResize"])
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.assertEqual(self.server_id(), server_id)
        self.assertEqual(self.state_of()["flavor"], LARGE)
        self.plan_is_empty()

    def test_a_stopped_server_stays_stopped(self):
        self.start(power_state="SHUTOFF")
        self.configure(self.server(power_state="SHUTOFF", flavor=LARGE))
        self.apply()
        self.assertEqual(self.actions(), ["resize", "confirmResize"])
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud_server()["status"], "SHUTOFF")
        self.plan_is_empty()

    def test_flavor_and_power_state_together_end_in_both(self):
        self.start(power_state="ACTIVE")
        self.configure(self.server(power_state="SHUTOFF", flavor=LARGE))
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud_server()["status"], "SHUTOFF")
        self.plan_is_empty()
        self.configure(self.server(power_state="ACTIVE", flavor=SMALL))
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()

    def test_rolled_back_by_the_cloud_is_an_error_and_the_state_is_true(self):
        self.start()
        self.cloud.plan_fault("ResizeServer", "fail")
        self.configure(self.server(flavor=LARGE))
        self.apply_fails("rolled it back", LARGE)
        self.assert_faults_seen()
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.state_of()["flavor"], SMALL)
        self.assertNotIn("#tainted", self.state_of())
        self.assert_says(self.plan(), "1 to change")
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()

    def test_manual_confirmation_waits_for_the_user(self):
        manual = {"confirm": "manual", "on_failure": "leave"}
        self.start(resize=manual)
        self.configure(self.server(resize=manual, flavor=LARGE))
        self.apply()
        self.assertEqual(self.actions(), ["resize"])
        self.assertEqual(self.cloud_server()["status"], "VERIFY_RESIZE")
        automatic = {"confirm": "automatic", "on_failure": "leave"}
        self.configure(self.server(resize=automatic, flavor=LARGE))
        self.assertEqual(self.plan().code, 2)
        self.apply()
        self.assertEqual(self.actions(), ["resize", "confirmResize"])
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()

    def test_the_other_changes_are_made_before_a_server_waits(self):
        manual = {"confirm": "manual"}
        self.start(resize=manual)
        changed = {"flavor": LARGE, "metadata": {"a": "1"}, "power_state": "SHUTOFF"}
        self.configure(self.server(resize=manual, **changed))
        self.assert_says(self.plan(), "refuses to start, stop or restart")
        self.apply()
        self.assertEqual(self.actions(), ["os-stop", "resize"])
        self.assertEqual(self.cloud_server()["status"], "VERIFY_RESIZE")
        self.plan_is_empty()
        self.configure(self.server(resize=manual, **{**changed, "metadata": {"a": "2"}}))
        self.assert_says(self.plan(), "refuses a change of metadata")
        self.configure(self.server(resize={"confirm": "automatic"}, **changed))
        self.apply()
        self.assertEqual(self.cloud_server()["status"], "SHUTOFF")
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()

    def test_a_paused_server_is_refused_at_once(self):
        self.start()
        self.cloud.change_server(self.server_id(), status="PAUSED")
        self.configure(self.server(flavor=LARGE))
        self.apply_fails("is PAUSED", "Unpause it")
        self.assertEqual(self.actions(), [])

    def test_one_found_finished_but_unconfirmed_is_confirmed(self):
        self.start()
        self.cloud.act(self.server_id(), "resize", {"flavorRef": LARGE})
        self.cloud.wait_status(self.server_id(), "VERIFY_RESIZE")
        self.cloud.clear_journal()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assertEqual(self.actions(), ["confirmResize"])
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()

    def test_one_found_running_is_waited_for_and_confirmed(self):
        self.start()
        self.cloud.act(self.server_id(), "resize", {"flavorRef": LARGE})
        self.cloud.clear_journal()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assertEqual(self.actions(), ["confirmResize"])
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()

    def test_one_found_that_nobody_wants_is_reverted(self):
        self.start()
        self.cloud.act(self.server_id(), "resize", {"flavorRef": LARGE})
        self.cloud.wait_status(self.server_id(), "VERIFY_RESIZE")
        self.cloud.clear_journal()
        self.apply()
        self.assertEqual(self.actions(), ["revertResize"])
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()

    def test_out_of_time_and_stuck_the_error_says_how_to_go_on(self):
        self.start()
        self.cloud.plan_fault("ResizeServer", "stuck")
        self.configure(self.server(flavor=LARGE, timeouts={"update": "1s"}))
        self.apply_fails("resize|flavor", "RESIZE")
        self.assertNotIn("#tainted", self.state_of())
        self.assertEqual(self.state_of()["flavor"], SMALL)


class ConfirmedByTheCloud(Case):
    emulator_flags = ("--confirm-window", "1ms")

    def test_that_is_success(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()


class NoRoom(Case):
    emulator_flags = ("--capacity", f"{LARGE}=0")

    def test_a_silent_rollback_for_lack_of_room_is_an_error(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.apply_fails("rolled it back")
        self.assertEqual(self.state_of()["flavor"], SMALL)
        self.configure(self.server())
        self.plan_is_empty()


class OutOfTime(Case):
    revert = {"confirm": "automatic", "on_failure": "revert"}

    def test_a_confirmation_that_never_works_is_reverted(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ConfirmResize", "unavailable", count=-1)
        limit = {"update": "8s"}
        self.configure(self.server(flavor=LARGE, resize=self.revert, timeouts=limit))
        self.apply_fails("revert")
        self.assert_faults_seen()
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.assertEqual(self.state_of()["flavor"], SMALL)


class SlowToConfirm(Case):
    durations = {"confirm": "7s"}

    def test_a_confirmation_that_takes_long_is_waited_for(self):
        self.configure(self.server())
        self.apply()
        self.cloud.plan_fault("ConfirmResize", "lost")
        self.cloud.clear_journal()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(self.cloud.calls("RevertResize"), [])
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.plan_is_empty()


class TooSlow(Case):
    durations = {"resize": "6s"}

    def test_one_that_is_done_in_the_time_kept_for_it_is_reverted(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE, timeouts={"update": "7900ms"}))
        self.apply_fails("time ran out", "was reverted")
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.state_of()["flavor"], SMALL)

    def test_one_that_outlasts_the_update_is_reverted_by_an_apply_that_does_not_want_it(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE, timeouts={"update": "1s"}))
        self.apply_fails("time|deadline")
        self.assertEqual(self.state_of()["flavor"], SMALL)
        self.cloud.wait_status(self.server_id(), "VERIFY_RESIZE")
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), SMALL)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.plan_is_empty()
