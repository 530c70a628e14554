"""Actions on servers: triggered by a resource's life, and by `apply -invoke`."""

import os
import signal

import hcl
from case import Case
from cases.interrupts import Interrupted
from features import needs
from hcl import Blocks, Raw

UNKNOWN_SERVER = "00000000-0000-4000-8000-000000000000"
ALL = Raw("ecs_server.node[*].id")


class Actions(Case):
    def action(self, doing, label="all", **config):
        config = {"server_ids": ALL, **config}
        return hcl.block("action", f"ecs_{doing}_servers", label, config=Blocks([config]))

    def fleet(self, count, *actions, **changes):
        nodes = self.server("node", name=Raw('"node-${count.index}"'), count=count, **changes)
        self.configure(nodes, *actions)

    def made(self, count, *actions, **changes):
        """The ids of so many servers, and an empty journal."""
        self.fleet(count, *actions, **changes)
        self.apply()
        self.cloud.clear_journal()
        return [self.server_id(f"ecs_server.node[{index}]") for index in range(count)]

    def stop(self, *server_ids):
        """Behind everybody's back."""
        for server_id in server_ids:
            self.cloud.act(server_id, "os-stop")
        for server_id in server_ids:
            self.cloud.wait_status(server_id, "SHUTOFF")
        self.cloud.clear_journal()

    def invoke(self, doing):
        return self.apply(f"-invoke=action.ecs_{doing}_servers.all")

    def invoke_fails(self, doing, *texts):
        return self.apply_fails(*texts, arguments=(f"-invoke=action.ecs_{doing}_servers.all",))

    def orders(self):
        """What was sent: the operation, soft or hard, and for which servers."""
        found = []
        for entry in self.cloud.writes():
            ((_, order),) = entry["body"].items()
            order = order or {}
            servers = [server["id"] for server in order.get("servers", [])]
            native = entry["path"].split("/")[-2]  # …/servers/ID/action
            found.append((entry["operation"], order.get("type"), sorted(servers) or [native]))
        return found

    def statuses(self):
        return {server["name"]: server["status"] for server in self.cloud.servers()}


@needs("actions")
class Triggered(Actions):
    def test_after_a_create(self):
        trigger = {"events": [Raw("after_create")], "actions": [Raw("action.ecs_stop_servers.all")]}
        self.configure(
            self.server(lifecycle=Blocks([{"action_trigger": Blocks([trigger])}])),
            self.action("stop", server_ids=Raw("[ecs_server.web.id]")),
        )
        self.assert_says(self.plan(), "1 to invoke")
        outcome = self.apply()
        self.assert_says(outcome, "1 of 1 servers are SHUTOFF", "Actions: 1 invoked")
        self.assertEqual(self.statuses(), {"web": "SHUTOFF"})
        operations = ["CreateServers", "DeleteMetadataItem", "StopServer"]
        self.assertEqual(self.cloud.operations(), operations)
        self.plan_is_empty()
        self.assertEqual(self.cloud.operations(), operations)

    def test_after_an_update_and_not_after_others(self):
        trigger = {
            "events": [Raw("after_update")],
            "actions": [Raw("action.ecs_restart_servers.all")],
        }
        release = {
            name: hcl.block(
                "resource",
                "terraform_data",
                "release",
                input=name,
                lifecycle=Blocks([{"action_trigger": Blocks([trigger])}]),
            )
            for name in ("blue", "green")
        }
        restart = self.action("restart")
        self.fleet(2, restart, release["blue"])
        self.apply()
        self.assertEqual(self.cloud.operations().count("CreateServers"), 2)
        self.assertNotIn("RebootServers", self.cloud.operations())
        self.fleet(2, restart, release["green"])
        self.cloud.clear_journal()
        self.apply()
        self.assertEqual(self.cloud.operations(), ["RebootServers"])
        self.plan_is_empty()


@needs("actions")
class Invoked(Actions):
    def test_many_servers_are_restarted_by_one_batch_call(self):
        servers = self.made(3, self.action("restart"))
        self.assert_says(self.invoke("restart"), "3 of 3 servers are ACTIVE")
        self.assertEqual(self.orders(), [("ecs.RebootServers", "SOFT", sorted(servers))])
        self.assertEqual(set(self.statuses().values()), {"ACTIVE"})
        self.plan_is_empty()

    def test_one_server_is_restarted_by_the_native_call(self):
        (server,) = self.made(1, self.action("restart", type="HARD"))
        self.assert_says(self.invoke("restart"), "1 of 1 servers are ACTIVE")
        self.assertEqual(self.orders(), [("nova.RebootServer", "HARD", [server])])

    def test_many_servers_are_stopped_by_one_batch_call(self):
        servers = self.made(3, self.action("stop", type="HARD"))
        self.assert_says(self.invoke("stop"), "3 of 3 servers are SHUTOFF")
        self.assertEqual(self.orders(), [("ecs.StopServers", "HARD", sorted(servers))])
        self.assertEqual(set(self.statuses().values()), {"SHUTOFF"})

    def test_one_server_is_stopped_by_the_native_call(self):
        (server,) = self.made(1, self.action("stop"))
        self.assert_says(self.invoke("stop"), "1 of 1 servers are SHUTOFF")
        self.assertEqual(self.orders(), [("nova.StopServer", "SOFT", [server])])

    def test_many_servers_are_started_by_one_batch_call(self):
        servers = self.made(3, self.action("start"))
        self.stop(*servers)
        self.assert_says(self.invoke("start"), "3 of 3 servers are ACTIVE")
        self.assertEqual(self.orders(), [("ecs.StartServers", None, sorted(servers))])
        self.assertEqual(set(self.statuses().values()), {"ACTIVE"})

    def test_only_those_that_are_stopped_are_started(self):
        servers = self.made(3, self.action("start"))
        self.stop(servers[1])
        outcome = self.invoke("start")
        self.assert_says(outcome, "2 of 3 servers are ACTIVE.*3 of 3 servers are ACTIVE")
        self.assertEqual(self.orders(), [("nova.StartServer", None, [servers[1]])])

    def test_servers_that_run_need_no_start(self):
        self.made(3, self.action("start"))
        self.assert_says(self.invoke("start"), "3 of 3 servers are ACTIVE")
        self.assertEqual(self.orders(), [])

    def test_a_server_given_twice_is_restarted_once(self):
        twice = Raw("concat(ecs_server.node[*].id, ecs_server.node[*].id)")
        servers = self.made(2, self.action("restart", server_ids=twice))
        self.assert_says(self.invoke("restart"), "2 of 2 servers are ACTIVE")
        self.assertEqual(self.orders(), [("ecs.RebootServers", "SOFT", sorted(servers))])

    def test_in_chunks_of_the_batch_size(self):
        self.made(5, self.action("restart", batch_size=2))
        self.assert_says(self.invoke("restart"), "2 of 5 servers.*4 of 5 servers.*5 of 5 servers")
        sizes = [len(servers) for _, _, servers in self.orders()]
        self.assertEqual(sizes, [2, 2, 1])


@needs("actions")
class Failing(Actions):
    RESTARTING = r"Last seen: status REBOOT [(]vm_state active, task [a-z_]+[)]."

    def test_those_that_fail_are_named_and_the_others_are_done(self):
        servers = self.made(4, self.action("restart"))
        for server in servers[1:3]:
            self.cloud.plan_fault("RebootServers", "fail", server=server)
        outcome = self.invoke_fails(
            "restart",
            "Some servers were not restarted",
            "2 of 4 servers were restarted. Not restarted:",
            f"{servers[1]}: .*Ecs.0227",
            f"{servers[2]}: .*Ecs.0227",
            "Invoke the action again for these servers",
        )
        self.assert_silent_about(outcome, servers[0] + ":", servers[3] + ":")
        self.assert_faults_seen()
        self.assertEqual(set(self.statuses().values()), {"ACTIVE"})

    def test_a_server_that_does_not_exist_is_named(self):
        ids = Raw(f'concat(ecs_server.node[*].id, ["{UNKNOWN_SERVER}"])')
        servers = self.made(2, self.action("stop", server_ids=ids))
        outcome = self.invoke_fails(
            "stop", "2 of 3 servers were stopped. Not stopped:", f"{UNKNOWN_SERVER}: "
        )
        self.assert_silent_about(outcome, servers[0] + ":", servers[1] + ":")
        self.assertEqual(set(self.statuses().values()), {"SHUTOFF"})

    def test_the_only_server_that_is_refused_is_named(self):
        (server,) = self.made(1, self.action("restart"))
        self.stop(server)
        self.invoke_fails("restart", "0 of 1 servers were restarted. Not restarted:", f"{server}: ")
        self.assertEqual(self.statuses(), {"node-0": "SHUTOFF"})

    def test_servers_that_take_too_long_are_named(self):
        servers = self.made(2, self.action("restart", timeouts={"invoke": "2s"}))
        self.cloud.plan_fault("RebootServers", "stuck", server=servers[1])
        outcome = self.invoke_fails(
            "restart",
            "1 of 2 servers were restarted. Not restarted: "
            f"{servers[1]}: It was not ACTIVE: The time ran out. {self.RESTARTING}",
        )
        self.assert_silent_about(outcome, servers[0] + ":")

    def test_servers_of_batches_that_never_began_are_named_too(self):
        settings = {"batch_size": 2, "timeouts": {"invoke": "2s"}}
        servers = self.made(4, self.action("restart", **settings))
        self.cloud.plan_fault("RebootServers", "stuck", server=servers[1])
        self.invoke_fails(
            "restart",
            "1 of 4 servers were restarted. Not restarted: "
            f"{servers[1]}: It was not ACTIVE: The time ran out. {self.RESTARTING} "
            f"{servers[2]}: The time ran out before its turn came. "
            f"{servers[3]}: The time ran out before its turn came. ",
        )
        self.assertEqual(len(self.orders()), 1)

    def test_a_call_that_is_refused_as_a_whole(self):
        self.made(2, self.action("restart"))
        self.cloud.plan_fault("RebootServers", "refuse", status=403, code="Ecs.0003")
        self.invoke_fails("restart", "Restarting the servers failed", "Ecs.0003")
        self.assert_faults_seen()


@needs("actions")
class Invalid(Actions):
    def test_values_of_actions(self):
        """One configuration with all of them: each gets its own error."""
        cases = [
            ("type", "restart", {"type": "GENTLE"}),
            ("type", "stop", {"type": "soft"}),
            ("server_ids", "start", {"server_ids": []}),
            ("server_ids", "start", {"server_ids": ["not-an-id"]}),
            ("batch_size", "start", {"batch_size": 0}),
            ("batch_size", "start", {"batch_size": 1001}),
            ("invoke", "stop", {"timeouts": {"invoke": "soon"}}),
        ]
        self.configure(
            *(
                self.action(doing, f"bad{number}", **{"server_ids": [UNKNOWN_SERVER], **given})
                for number, (_, doing, given) in enumerate(cases)
            )
        )
        outcome = self.validate_fails()
        for number, (attribute, doing, given) in enumerate(cases):
            wanted = f'in action "ecs_{doing}_servers" "bad{number}"'
            self.assertIn(wanted, outcome.text, f"{given}\n{outcome}")
            part = outcome.text.split(wanted, 1)[1].split("Error:", 1)[0]
            self.assertRegex(part, attribute + " (must|has)", f"{given}\n{outcome}")
        self.assertEqual(self.cloud.journal(), [])

    def test_a_type_that_starting_does_not_have(self):
        self.configure(self.action("start", server_ids=[UNKNOWN_SERVER], type="SOFT"))
        self.validate_fails("Unsupported argument", "type")

    def test_an_empty_list_that_is_known_only_later(self):
        self.fleet(0, self.action("restart"))
        self.invoke_fails("restart", "server_ids must not be empty")
        self.assertEqual(self.cloud.writes(), [])


@needs("actions")
class InterruptedAction(Actions):
    # Longer than anybody waits here.
    durations = {"stop": "120s"}

    def test_control_c_ends_it_at_once(self):
        self.made(3, self.action("stop"))
        command = ("apply", "-auto-approve", "-input=false", "-no-color")
        process = self.work.start(*command, "-invoke=action.ecs_stop_servers.all")
        self.addCleanup(Interrupted.end, process)
        self.cloud.wait_for("StopServers")
        self.cloud.wait_for("GetJob")
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "Interrupt received", "Stopping the servers failed")
        self.assertEqual(len(self.cloud.calls("StopServers")), 1)
        self.assertEqual(set(self.statuses().values()), {"ACTIVE"})
