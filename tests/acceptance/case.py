"""What every case starts from: an emulated cloud, a folder, and words to speak about both."""

import os
import re
import shutil
import tempfile
import unittest
import zipfile

import hcl
from emulator import Emulator
from features import has
from terraform import REQUIRED_PROVIDERS, Workspace

AVAILABILITY_ZONE = "eu-demo-01"
VPC = "10000000-0000-4000-8000-000000000001"
NETWORK = "20000000-0000-4000-8000-000000000001"
IMAGE = "40000000-0000-4000-8000-000000000001"
OTHER_IMAGE = "40000000-0000-4000-8000-000000000002"
SMALL = "s3.medium.2"
LARGE = "s3.large.2"
SERVER = "ecs_server.web"


def each_tool(test):
    """Marks what depends on the host: it runs with every Terraform and OpenTofu given."""
    test.each_tool = True
    return test


class Case(unittest.TestCase):
    # Set by the runner.
    tool = None
    build = None
    initialised = None
    cli_config = None

    emulator_flags = ()
    durations = {}

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ecs-acceptance-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.cloud = Emulator(
            os.path.join(self.build, "bin", "ecs-emulator"),
            os.path.join(self.folder, "emulator.log"),
            self.emulator_flags,
            self.durations,
        )
        self.addCleanup(self.cloud.stop)
        self.work = self.workspace("main")
        self.work.adopt(self.initialised)

    def tearDown(self):
        self.assertEqual(self.cloud.unknown_routes(), {}, "routes that the emulator does not serve")

    def workspace(self, name):
        return Workspace(
            self.tool,
            os.path.join(self.folder, name),
            self.cli_config,
            self.cloud.environment(),
        )

    # Configuration.

    def configure(self, *blocks, provider=None):
        """Writes main.tf: the provider block and what is given."""
        head = hcl.block("provider", "ecs", **(provider or {}))
        self.work.write("main.tf", "\n".join([REQUIRED_PROVIDERS, head, *blocks]))

    def server(self, label="web", **changes):
        """A server's block; an attribute given as None is left out."""
        attributes = {
            "name": label,
            "flavor": SMALL,
            "image_id": IMAGE,
            "vpc_id": VPC,
            "network_interface": {"network_id": NETWORK},
            "system_disk": {"type": "SSD", "size_gb": 40},
        }
        attributes.update(changes)
        attributes = {name: given for name, given in attributes.items() if given is not None}
        return hcl.block("resource", "ecs_server", label, **attributes)

    def where_known(self, feature, **attributes):
        """The attributes, or none of them where the tool has no such feature."""
        return attributes if has(self.tool, feature) else {}

    # Commands.

    def apply(self, *arguments, **environment):
        outcome = self.work.run(
            "apply", "-auto-approve", "-input=false", "-no-color", *arguments, **environment
        )
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def apply_fails(self, *texts, arguments=()):
        outcome = self.work.run("apply", "-auto-approve", "-input=false", "-no-color", *arguments)
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, *texts)
        return outcome

    def plan(self, *arguments):
        """The plan; its code is 0 for no change, 2 for changes."""
        outcome = self.work.run(
            "plan", "-detailed-exitcode", "-input=false", "-no-color", *arguments
        )
        self.assertIn(outcome.code, (0, 2), outcome)
        return outcome

    def plan_is_empty(self, *arguments):
        outcome = self.plan(*arguments)
        self.assertEqual(outcome.code, 0, f"the plan is not empty: {outcome}")
        return outcome

    def plan_fails(self, *texts):
        outcome = self.work.run("plan", "-input=false", "-no-color")
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, *texts)
        return outcome

    def validate_fails(self, *texts):
        outcome = self.work.run("validate", "-no-color")
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, *texts)
        return outcome

    def plan_and_apply(self):
        """By way of a plan file. All that is left behind: state, plan, output and the whole log."""
        log = os.path.join(self.work.folder, "trace.log")
        plan = os.path.join(self.work.folder, "this.plan")
        texts = []
        for command in (
            ("plan", "-input=false", "-no-color", "-out=this.plan"),
            ("apply", "-input=false", "-no-color", "this.plan"),
            ("show", "-json", "this.plan"),
        ):
            outcome = self.work.run(*command, TF_LOG="TRACE", TF_LOG_PATH=log)
            self.assertEqual(outcome.code, 0, outcome)
            texts.append(outcome.output)
        with zipfile.ZipFile(plan) as parts:
            texts += [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
        with open(log, encoding="utf-8") as file:
            texts.append(file.read())
        texts.append(self.work.state_text())
        return "\n".join(texts)

    def destroy(self):
        outcome = self.work.run("destroy", "-auto-approve", "-input=false", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.cloud.servers(), [])
        return outcome

    # Looks.

    def state_of(self, address=SERVER):
        state = self.work.state()
        self.assertIn(address, state)
        return state[address]

    def server_id(self, address=SERVER):
        return self.state_of(address)["id"]

    def cloud_server(self, address=SERVER):
        server = self.cloud.server(self.server_id(address))
        self.assertIsNotNone(server, "the server is gone")
        return server

    def flavor_in_cloud(self, address=SERVER):
        return self.cloud_server(address)["flavor"]["id"]

    def assert_says(self, outcome, *texts):
        for text in texts:
            self.assertTrue(
                re.search(text, outcome.text, re.IGNORECASE), f"does not say '{text}': {outcome}"
            )

    def assert_silent_about(self, outcome, *texts):
        for text in texts:
            self.assertNotIn(text, outcome.text)

    def assert_faults_seen(self):
        self.assertEqual(self.cloud.faults_not_seen(), [], "a planned fault did not happen")
