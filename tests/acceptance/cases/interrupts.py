"""Ctrl-C, and processes that are killed: nothing is lost, and the next apply finishes the work."""

import os
import select
import signal

from case import LARGE, SMALL, Case, each_tool
from emulator import wait_until
from terraform import plugins_below, plugins_of

APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")


class Interrupted(Case):
    # Long enough to be hit in the middle, however busy the machine is.
    durations = {"resize": "2s"}

    def resize_half_way(self):
        """Starts an apply that resizes, and returns it when the cloud has accepted the resize."""
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.cloud.clear_journal()
        process = self.work.start(*APPLY)
        self.addCleanup(self.end, process)
        wait_until(self.resizing, "the resize to begin")
        return process

    def resizing(self):
        return [entry for entry in self.cloud.writes() if "resize" in (entry["body"] or {})]

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()

    def next_apply_finishes(self):
        self.assertEqual(self.plan().code, 2)
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        self.assertEqual(self.cloud_server()["status"], "ACTIVE")
        self.assertEqual(len(self.resizing()), 1, "the resize was sent again")
        self.plan_is_empty()
        self.destroy()

    @each_tool
    def test_control_c_during_a_resize_and_the_next_apply_finishes_it(self):
        process = self.resize_half_way()
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "interrupt|cancel|stopped")
        self.assertEqual(self.state_of()["flavor"], SMALL)
        self.assertNotIn("#tainted", self.state_of())
        self.next_apply_finishes()

    @each_tool
    def test_a_killed_plugin_during_a_resize_and_the_next_apply_finishes_it(self):
        process = self.resize_half_way()
        for plugin in plugins_of(process):
            os.kill(plugin, signal.SIGKILL)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        self.next_apply_finishes()

    @each_tool
    def test_a_killed_terraform_takes_its_plugin_along(self):
        process = self.resize_half_way()
        below = plugins_below(process.pid)
        self.assertTrue(below)
        plugins = [os.pidfd_open(plugin) for plugin, _ in below]
        for _, host in below:
            os.kill(host, signal.SIGKILL)
        for plugin in plugins:
            gone, _, _ = select.select([plugin], [], [], 10)
            os.close(plugin)
            self.assertTrue(gone, "the plugin outlived Terraform")
        self.next_apply_finishes()


class InterruptedCreate(Case):
    durations = {"create": "2s"}

    @each_tool
    def test_control_c_during_a_create_keeps_the_id(self):
        self.configure(self.server())
        process = self.work.start(*APPLY)
        self.addCleanup(Interrupted.end, process)
        self.cloud.wait_for("CreateServers")
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        state = self.state_of()
        self.assertTrue(state["id"])
        self.assertTrue(state["#tainted"])
        self.assert_says(outcome, "untaint")
        self.cloud.wait_status(state["id"], "ACTIVE")
        outcome = self.work.run("untaint", "-no-color", "ecs_server.web")
        self.assertEqual(outcome.code, 0, outcome)
        self.plan_is_empty()
        self.assertEqual(len(self.cloud.calls("CreateServers")), 1)
        self.destroy()

    def test_control_c_before_the_answer_of_a_create_loses_no_server(self):
        self.cloud.plan_fault("CreateServers", "slow", delay="1s")
        self.configure(self.server())
        process = self.work.start(*APPLY)
        self.addCleanup(Interrupted.end, process)
        self.cloud.wait_for("CreateServers")
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        self.assertEqual([server["id"] for server in self.cloud.servers()], [self.server_id()])
