"""ecs_server_restart: an order, given by a change of `triggers`."""

import hcl
from case import Case, each_tool
from hcl import Raw

RESTART = "ecs_server_restart.all"


class Restart(Case):
    def fleet(self, count, generation, **settings):
        servers = self.server("node", name=Raw('"node-${count.index}"'), count=count)
        restart = hcl.block(
            "resource",
            "ecs_server_restart",
            "all",
            server_ids=Raw("ecs_server.node[*].id"),
            triggers={"generation": generation},
            **settings,
        )
        self.configure(servers, restart)

    def restarts(self):
        """The restarts that were sent: how each was asked for, and for how many servers."""
        found = []
        for entry in self.cloud.writes():
            reboot = (entry["body"] or {}).get("reboot")
            if reboot:
                found.append((reboot["type"], len(reboot.get("servers", [])) or "native"))
        return found

    @each_tool
    def test_nothing_restarts_at_first_and_all_when_triggers_change(self):
        self.fleet(3, "1")
        self.apply()
        self.assertEqual(self.restarts(), [])
        self.plan_is_empty()
        self.fleet(3, "2")
        self.assert_says(self.plan(), "1 to change")
        self.apply()
        self.assertEqual(self.restarts(), [("SOFT", 3)])
        self.assertEqual({server["status"] for server in self.cloud.servers()}, {"ACTIVE"})
        self.plan_is_empty()
        self.destroy()

    def test_one_server_is_restarted_by_the_native_call(self):
        self.fleet(1, "1", type="HARD")
        self.apply()
        self.fleet(1, "2", type="HARD")
        self.apply()
        self.assertEqual(self.restarts(), [("HARD", "native")])
        self.plan_is_empty()

    def test_on_create_if_asked_to(self):
        self.fleet(2, "1", restart_on_create=True)
        self.apply()
        self.assertEqual(self.restarts(), [("SOFT", 2)])
        self.plan_is_empty()

    def test_in_chunks_of_the_batch_size(self):
        self.fleet(5, "1", batch_size=2)
        self.apply()
        self.fleet(5, "2", batch_size=2)
        self.apply()
        sizes = sorted(1 if size == "native" else size for _, size in self.restarts())
        self.assertEqual(sizes, [1, 2, 2])
        self.plan_is_empty()

    def test_one_that_fails_is_named_and_the_others_are_done(self):
        self.fleet(3, "1")
        self.apply()
        self.fleet(3, "2")
        failing = self.server_id("ecs_server.node[1]")
        self.cloud.plan_fault("*", "fail", server=failing)
        self.apply_fails(failing)
        self.assert_faults_seen()
        self.assertEqual({server["status"] for server in self.cloud.servers()}, {"ACTIVE"})

    def actions(self):
        """How many actions the log of the first server has."""
        return self.cloud.servers()[0]["actions"]

    @each_tool
    def test_a_request_that_was_never_executed_is_sent_again(self):
        self.fleet(1, "1")
        self.apply()
        before = self.actions()
        self.cloud.clear_journal()
        self.cloud.plan_fault("RebootServer", "reset")
        self.fleet(1, "2")
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(self.restarts(), [("SOFT", "native")] * 2)
        self.assertEqual(self.actions(), before + 1)
        self.assertTrue(self.state_of(RESTART)["restarted_at"])
        self.plan_is_empty()

    def test_a_lost_answer_that_nothing_explains_is_not_called_done(self):
        self.fleet(1, "1")
        self.apply()
        before = self.actions()
        self.cloud.plan_fault("RebootServer", "unavailable")
        self.cloud.plan_fault("ListActions", "refuse", status=404, count=-1)
        self.fleet(1, "2")
        self.apply_fails("not known whether it was restarted", "503", self.cloud.servers()[0]["id"])
        self.assert_faults_seen()
        self.assertEqual(self.actions(), before)
        state = self.state_of(RESTART)
        self.assertIsNone(state["restarted_at"])
        self.assertEqual(state["failed_server_ids"], [self.cloud.servers()[0]["id"]])
        self.cloud.clear_faults()
        self.apply()
        self.assertEqual(self.actions(), before + 1)
        self.assertTrue(self.state_of(RESTART)["restarted_at"])
        self.plan_is_empty()

    def test_a_change_of_its_settings_restarts_nothing(self):
        self.fleet(2, "1")
        self.apply()
        self.fleet(2, "1", type="HARD", batch_size=10)
        self.apply()
        self.assertEqual(self.restarts(), [])
        self.plan_is_empty()
