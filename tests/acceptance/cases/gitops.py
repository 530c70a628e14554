"""examples/gitops: the pipeline script with real tools, and what its policy refuses."""

import json
import os
import re
import shutil
import signal
import subprocess
import zipfile

from case import LARGE, OTHER_IMAGE, SMALL, Case, each_tool
from cases.interrupts import Interrupted
from features import needs
from terraform import HOSTS

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "examples", "gitops")


class Pipeline(Case):
    """A repository as the examples describe it: the script, and the servers beside it."""

    def setUp(self):
        super().setUp()
        self.repository = os.path.join(self.folder, "repository")
        for name in ("pipeline", "servers"):
            shutil.copytree(os.path.join(EXAMPLES, name), os.path.join(self.repository, name))
        self.work = self.workspace("repository/servers")

    def start(self, name, **environment):
        return subprocess.Popen(
            ["pipeline/pipeline.sh", name],
            cwd=self.repository,
            env={**self.work.environment, "TERRAFORM": self.tool.path, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def step(self, name, code=0, says=(), **environment):
        """Runs one step and compares its exit code, and what it says."""
        outcome = self.work.finish(self.start(name, **environment))
        self.assertEqual(outcome.code, code, f"{name}: {outcome}")
        for text in says:
            self.assertIn(text, outcome.text, f"{name}: {outcome}")
        return outcome

    def deploy(self, **environment):
        self.step("plan", says=["plan: changes: yes"], **environment)
        self.step("apply", says=["policy: passed", "Apply complete!"], **environment)
        self.cloud.clear_journal()

    def edit(self, name, before, after):
        path = os.path.join(self.work.folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(before, text)
        self.work.write(name, text.replace(before, after))

    def remove(self, server):
        self.edit("servers.tf", f'    {server} = "{SMALL}"\n', "")

    def change_policy(self, **settings):
        path = os.path.join(self.work.folder, "policy.json")
        with open(path, encoding="utf-8") as file:
            policy = {**json.load(file), **settings}
        self.work.write("policy.json", json.dumps(policy))

    def planned(self, name):
        with open(os.path.join(self.repository, "plan", name), encoding="utf-8") as file:
            return file.read()

    def statuses(self):
        return {server["name"]: server["status"] for server in self.cloud.servers()}

    def flavors(self):
        return {server["name"]: server["flavor"]["id"] for server in self.cloud.servers()}


@each_tool
class Runs(Pipeline):
    def test_from_nothing_to_applied_and_then_there_is_nothing_to_do(self):
        self.step("check", says=["check: formatted and valid"])
        self.step("plan", says=["Plan: 3 to add", "plan: changes: yes"])
        self.step("policy", says=["policy: passed"])
        self.step("summary", says=["summary.md"])
        self.assertEqual(
            json.loads(self.planned("report.json")), {"create": 3, "update": 0, "delete": 0}
        )
        self.assertRegex(
            self.planned("summary.md"),
            r"(?s)^### Servers: 3 to create, 0 to update, 0 to delete\n\n````text\npolicy: passed\n"
            r"````\n\n<details>.*Plan: 3 to add.*</details>\n$",
        )
        self.assertEqual(self.statuses(), {})
        self.step("apply", says=["policy: passed", "3 added", "Apply complete!"])
        self.assertEqual(self.statuses(), {"web-1": "ACTIVE", "web-2": "ACTIVE"})
        self.step("drift", says=["drift: none"])
        self.cloud.clear_journal()
        self.step("plan", says=["plan: changes: no"])
        self.step("policy", says=["policy: passed"])
        self.step("apply", says=["apply: no changes, nothing to do"])
        self.assertEqual(self.cloud.writes(), [])

    def test_a_destroy_is_refused_by_name_until_it_is_allowed(self):
        self.deploy()
        self.remove("web-2")
        self.step("plan", says=["plan: changes: yes"])
        refusal = (
            'policy: refused ecs_server.web["web-2"] would be destroyed; '
            "allow_destroy in policy.json does not name it"
        )
        self.step("policy", code=1, says=[refusal])
        self.step("apply", code=1, says=[refusal])
        self.assertEqual(self.cloud.writes(), [])
        self.change_policy(allow_destroy=['ecs_server.web["web-2"]'])
        self.step("policy", says=["policy: passed"])
        self.step("apply", says=["1 destroyed", "Apply complete!"])
        self.assertEqual(self.statuses(), {"web-1": "ACTIVE"})
        self.step("plan", says=["plan: changes: no"])
        note = 'note: allow_destroy names ecs_server.web["web-2"], which this plan keeps: remove it'
        self.step("policy", says=["policy: passed", note])

    def test_a_change_behind_its_back_is_drift(self):
        self.deploy()
        server = self.server_id('ecs_server.web["web-1"]')
        self.cloud.act(server, "os-stop")
        self.cloud.wait_status(server, "SHUTOFF")
        self.cloud.clear_journal()
        drift = "drift: the cloud is not what the configuration says"
        self.step("drift", code=2, says=['ecs_server.web["web-1"]', "power_state", drift])
        self.assertEqual(self.cloud.writes(), [])
        self.deploy()
        self.assertEqual(self.statuses(), {"web-1": "ACTIVE", "web-2": "ACTIVE"})
        self.step("drift", says=["drift: none"])

    def test_files_that_are_not_formatted_or_not_valid(self):
        self.edit("servers.tf", "  release = ", "  release    =    ")
        self.step("check", code=1, says=["servers.tf", "check: not formatted; run: "])
        self.edit("servers.tf", "  release    =    ", "  release = ")
        self.edit("main.tf", "image_id = var.image_id", "image_id = var.picture_id")
        self.step("check", code=1, says=["picture_id", "check: not valid"])
        self.work.write("servers.tf", "locals {")
        self.step("check", code=1, says=["servers.tf", "check: not readable"])


class Refuses(Pipeline):
    def test_a_replacement_and_why_it_would_be_one(self):
        self.deploy()
        other = {"TF_VAR_image_id": OTHER_IMAGE}
        self.step("plan", says=["The system disk will be lost"], **other)
        reasons = [
            f'ecs_server.web["{name}"] would be replaced (image_id) and lose its system disk'
            for name in ("web-1", "web-2")
        ]
        self.step("policy", code=1, says=reasons)

    def test_more_interruptions_than_one_run_may_have(self):
        self.deploy()
        self.edit("servers.tf", SMALL, LARGE)
        self.edit("servers.tf", 'release = "1"', 'release = "2"')
        self.step("plan", says=["Plan: 0 to add, 3 to change"])
        self.step(
            "policy",
            code=1,
            says=[
                "servers interrupted: 4; max_interruptions in policy.json is 2 "
                f'ecs_server.web["web-1"] would be resized from {SMALL} to {LARGE} '
                f'ecs_server.web["web-2"] would be resized from {SMALL} to {LARGE} '
                "ecs_server_restart.web would restart servers: 2"
            ],
        )
        self.step("summary")
        self.assertIn("The running server will be restarted", self.planned("summary.md"))
        self.change_policy(max_interruptions=4)
        self.step("apply", says=["policy: passed", "Apply complete!"])
        self.assertEqual(self.flavors(), {"web-1": LARGE, "web-2": LARGE})

    def test_the_resize_of_a_stopped_server_interrupts_nobody(self):
        self.edit("main.tf", 'power_state = "ACTIVE"', 'power_state = "SHUTOFF"')
        self.change_policy(max_interruptions=0)
        self.deploy()
        self.edit("servers.tf", SMALL, LARGE)
        self.deploy()
        self.assertEqual(self.flavors(), {"web-1": LARGE, "web-2": LARGE})

    def test_stopping_servers_interrupts_them(self):
        self.change_policy(max_interruptions=1)
        self.deploy()
        self.edit("main.tf", 'power_state = "ACTIVE"', 'power_state = "SHUTOFF"')
        self.step("plan")
        self.step(
            "policy",
            code=1,
            says=["servers interrupted: 2", 'ecs_server.web["web-2"] would be stopped'],
        )

    def test_servers_whose_restart_failed_count_alone(self):
        self.deploy()
        failed = self.server_id('ecs_server.web["web-2"]')
        self.cloud.plan_fault("RebootServers", "fail", server=failed)
        self.edit("servers.tf", 'release = "1"', 'release = "2"')
        self.step("plan")
        self.step("apply", code=1)
        self.assert_faults_seen()
        self.change_policy(max_interruptions=0)
        self.step("plan", says=["Servers whose restart failed will be restarted"])
        self.step("policy", code=1, says=["ecs_server_restart.web would restart servers: 1"])
        self.change_policy(max_interruptions=1)
        self.deploy()

    @needs("actions")
    def test_actions_interrupt_too(self):
        self.edit(
            "main.tf",
            "# Another release restarts the servers.",
            """action "ecs_restart_servers" "all" {
  config {
    server_ids = [for server in ecs_server.web : server.id]
  }
}

resource "terraform_data" "release" {
  input = local.release

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.ecs_restart_servers.all]
    }
  }
}
""",
        )
        self.deploy()
        self.edit("servers.tf", 'release = "1"', 'release = "2"')
        self.step("check")
        self.step("plan")
        self.step(
            "policy",
            code=1,
            says=[
                "servers interrupted: 4;",
                "action.ecs_restart_servers.all would restart or stop servers: 2",
            ],
        )

    def test_servers_without_the_tags_that_are_required(self):
        self.edit("main.tf", '    owner = "web"\n', "")
        self.step("plan")
        reasons = [f'ecs_server.web["{name}"] lacks the tags owner' for name in ("web-1", "web-2")]
        self.step("policy", code=1, says=reasons)
        self.change_policy(required_tags=["env"])
        self.deploy()
        # What is there already and stays as it is blocks no other change.
        self.change_policy(required_tags=["env", "owner"])
        self.edit("servers.tf", f'web-1 = "{SMALL}"', f'web-1 = "{LARGE}"')
        self.step("plan")
        outcome = self.step("policy", code=1, says=['ecs_server.web["web-1"] lacks the tags owner'])
        self.assert_silent_about(outcome, "web-2")

    def test_a_policy_that_cannot_be_read(self):
        self.step("plan")
        for text, says in (
            ("{", "policy: cannot judge: "),
            ('{"max_restarts": 1}', "policy.json: there is no setting max_restarts"),
            ('{"max_interruptions": "2"}', "policy.json: max_interruptions is not of type int"),
        ):
            self.work.write("policy.json", text)
            self.step("apply", code=1, says=[says])
        self.assertEqual(self.cloud.writes(), [])


class Applies(Pipeline):
    def test_only_what_was_planned(self):
        self.step("apply", code=1, says=["apply: there is no plan"])
        self.step("plan")
        self.edit("main.tf", "var.image_id", "var.picture_id")
        self.step("plan", code=1, says=["picture_id", "plan: failed"])
        self.step("apply", code=1, says=["apply: there is no plan"])
        self.assertEqual(self.cloud.writes(), [])

    @needs("stale-plans")
    def test_no_plan_that_is_older_than_the_state(self):
        self.step("plan")
        older = {"PLAN_FOLDER": "older"}
        self.step("plan", **older)
        self.step("apply", says=["Apply complete!"])
        self.step("apply", code=1, says=["Saved plan is stale"], **older)
        self.assertEqual(len(self.statuses()), 2)

    def test_a_plan_file_where_another_tool_wants_it(self):
        """As Atlantis runs it: in the folder of the configuration, with its own plan file."""
        where = {"PLANFILE": os.path.join(self.folder, "default.tfplan")}
        self.step("plan", **where)
        self.assertTrue(os.path.exists(where["PLANFILE"]))
        self.step("apply", says=["Apply complete!"], **where)

    def test_with_the_provider_of_a_release(self):
        """provider.tfrc and a zip file per host, as the images of the examples have them."""
        mirror = os.path.join(self.folder, "providers")
        for host in HOSTS:
            self.pack(os.path.join(self.build, "mirror", host, "ecs-cloud", "ecs"), mirror, host)
        with open(os.path.join(EXAMPLES, "pipeline", "provider.tfrc"), encoding="utf-8") as file:
            text = file.read()
        self.work.write(
            "provider.tfrc", re.sub(r'path += ".*"', f"path = {json.dumps(mirror)}", text)
        )
        config = os.path.join(self.work.folder, "provider.tfrc")
        self.step("check", says=["check: formatted and valid"], TF_CLI_CONFIG_FILE=config)
        self.step("plan", says=["Plan: 3 to add"], TF_CLI_CONFIG_FILE=config)

    @staticmethod
    def pack(source, mirror, host):
        """The unpacked provider of the build as the zip file that a release has."""
        (version,) = os.listdir(source)
        (platform,) = os.listdir(os.path.join(source, version))
        target = os.path.join(mirror, host, "ecs-cloud", "ecs")
        os.makedirs(target)
        name = f"terraform-provider-ecs_{version}_{platform}.zip"
        binary = f"terraform-provider-ecs_v{version}"
        with zipfile.ZipFile(os.path.join(target, name), "w", zipfile.ZIP_DEFLATED) as file:
            file.write(os.path.join(source, version, platform, binary), binary)


class Ended(Pipeline):
    # Longer than anybody waits here.
    durations = {"create": "120s"}

    def test_a_run_that_is_ended_saves_what_it_made(self):
        """A signal for the shell alone, as a pipeline that is cancelled sends it."""
        self.step("plan")
        process = self.start("apply")
        self.addCleanup(Interrupted.end, process)
        self.cloud.wait_for("CreateServers", times=2)
        self.cloud.wait_for("GetJob")
        process.send_signal(signal.SIGTERM)
        outcome = self.work.finish(process, seconds=30)
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "Interrupt received")
        self.assertEqual(
            set(self.work.state()), {'ecs_server.web["web-1"]', 'ecs_server.web["web-2"]'}
        )
