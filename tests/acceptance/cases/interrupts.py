"""Ctrl-C, and processes that are killed: nothing is lost, and the next apply finishes the work."""

import os
import select
import signal

from case import LARGE, SMALL, Case, each_tool
from emulator import wait_until
from terraform import plugins_below, plugins_of

APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
# The metadata of a server whose creation is not finished.
MARK = "terraform_ecs_create"


def hosts_of(process):
    """The processes that have started the providers of a running Terraform."""
    return [host for _, host in plugins_below(process.pid)]


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

    def killed_create(self, victims):
        """Kills what `victims` names of an apply between POST and ACTIVE. The orphan's id."""
        self.configure(self.server())
        process = self.work.start(*APPLY)
        self.addCleanup(Interrupted.end, process)
        wait_until(self.cloud.servers, "the server to appear")
        for victim in victims(process):
            os.kill(victim, signal.SIGKILL)
        self.work.finish(process, seconds=30)
        (orphan,) = self.cloud.servers()
        self.assertNotIn(orphan["id"], self.work.state_text())
        self.assertIn(MARK, orphan["metadata"])
        return orphan["id"]

    def next_apply_names(self, orphan):
        outcome = self.apply()
        self.assert_says(outcome, "never finished", orphan, "web, created [0-9]+ seconds? ago")
        self.assertNotEqual(self.server_id(), orphan)
        self.assertNotIn(MARK, self.cloud_server()["metadata"])
        self.plan_is_empty()

    @each_tool
    def test_a_killed_plugin_during_a_create_and_the_next_apply_names_the_server(self):
        orphan = self.killed_create(plugins_of)
        self.next_apply_names(orphan)
        # The user keeps it: from then on it is a server like any other.
        self.configure(self.server(), self.server("kept", name="web"))
        outcome = self.work.run("import", "-no-color", "ecs_server.kept", orphan)
        self.assertEqual(outcome.code, 0, outcome)
        self.plan_is_empty()
        self.assertNotIn(MARK, self.cloud.server(orphan)["metadata"])
        self.configure(self.server(), self.server("kept", name="web"), self.server("more"))
        self.assert_silent_about(self.apply(), "never finished")
        self.destroy()

    @each_tool
    def test_a_killed_terraform_during_a_create_and_the_next_apply_names_the_server(self):
        orphan = self.killed_create(hosts_of)
        self.next_apply_names(orphan)

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
