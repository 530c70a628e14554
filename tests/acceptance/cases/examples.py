"""Every example: init, apply, plan again (empty), destroy. Documentation that cannot rot."""

import os

from case import Case, each_tool
from cases.moves import OTC_ECS, Moves
from features import needs

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "examples")
SNIPPETS = os.path.join(EXAMPLES, "resources", "ecs_server", "snippets")
# The id in them.
ANY_SERVER = "4f1c5c6e-8b0a-4d2f-9f57-0d3f9a1f2b11"


class Example(Case):
    def begin(self, name):
        """A folder of its own with the example in it, initialised and valid."""
        self.work = self.workspace("example")
        self.work.copy_from(os.path.join(EXAMPLES, name))
        for command in ("init", "-input=false"), ("validate",):
            outcome = self.work.run(*command, "-no-color")
            self.assertEqual(outcome.code, 0, outcome)

    def runs(self, name):
        self.begin(name)
        self.apply()
        self.plan_is_empty()
        self.destroy()

    def statuses(self):
        return {server["name"]: server["status"] for server in self.cloud.servers()}


@each_tool
class Examples(Example):
    def test_all_of_them_are_here(self):
        """A folder with configuration that no test below applies would be found here."""
        found = set()
        for folder, _, names in os.walk(EXAMPLES):
            if any(name.endswith(".tf") for name in names):
                found.add(os.path.relpath(folder, EXAMPLES))
        self.assertEqual(
            found,
            {
                "provider",
                "quickstart",
                "fleet",
                "gitops/servers",
                "resize",
                "resources/ecs_server",
                "resources/ecs_server_restart",
                "data-sources/ecs_availability_zones",
                "data-sources/ecs_flavors",
                "data-sources/ecs_images",
                "data-sources/ecs_servers",
                "actions/ecs_restart_servers",
                "actions/ecs_start_servers",
                "actions/ecs_stop_servers",
                "ephemeral-resources/ecs_server_console",
                "ephemeral-resources/ecs_token",
                "functions/cloud_init",
                "functions/parse_flavor",
                "list-resources/ecs_server",
                "resources/ecs_server/snippets",
                "testing",
            },
        )

    def test_provider(self):
        self.runs("provider")

    @needs("nested-references")
    def test_quickstart(self):
        self.runs("quickstart")

    @needs("nested-references")
    def test_fleet(self):
        self.runs("fleet")

    def test_gitops(self):
        self.runs("gitops/servers")

    @needs("nested-references")
    def test_resize(self):
        self.runs("resize")

    @needs("nested-references", "write-only")
    def test_server(self):
        self.runs("resources/ecs_server")

    @needs("nested-references")
    def test_server_restart(self):
        self.runs("resources/ecs_server_restart")

    def test_availability_zones(self):
        self.runs("data-sources/ecs_availability_zones")

    def test_flavors(self):
        self.runs("data-sources/ecs_flavors")

    @needs("nested-references")
    def test_images(self):
        self.runs("data-sources/ecs_images")

    def test_servers(self):
        self.runs("data-sources/ecs_servers")

    @needs("ephemeral")
    def test_token(self):
        self.runs("ephemeral-resources/ecs_token")

    @needs("ephemeral")
    def test_server_console(self):
        self.runs("ephemeral-resources/ecs_server_console")

    @needs("functions")
    def test_parse_flavor(self):
        self.runs("functions/parse_flavor")

    @needs("functions")
    def test_cloud_init(self):
        self.runs("functions/cloud_init")

    @needs("test")
    def test_testing(self):
        self.begin("testing")
        outcome = self.work.run("test", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_says(outcome, "2 passed, 0 failed")
        self.assertEqual(self.cloud.operations().count("CreateServers"), 1)
        self.assertEqual(self.cloud.operations().count("ResizeServer"), 1)
        self.assertEqual(self.cloud.servers(), [])


@needs("actions")
class ExamplesOfActions(Example):
    def test_restart_servers(self):
        self.begin("actions/ecs_restart_servers")
        self.apply()
        self.plan_is_empty()
        self.assertNotIn("RebootServers", self.cloud.operations())
        self.apply("-var=settings=green")
        self.apply("-var=settings=green", "-invoke=action.ecs_restart_servers.workers")
        self.assertEqual(self.cloud.operations().count("RebootServers"), 2)
        self.destroy()

    def test_start_servers(self):
        tags = {"schedule": "daytime"}
        self.configure(
            self.server("web", tags=tags, power_state="SHUTOFF"),
            self.server("db", tags=tags, power_state="SHUTOFF"),
            self.server("night", power_state="SHUTOFF"),
        )
        self.apply()
        self.begin("actions/ecs_start_servers")
        self.apply("-invoke=action.ecs_start_servers.daytime")
        self.assertEqual(self.statuses(), {"web": "ACTIVE", "db": "ACTIVE", "night": "SHUTOFF"})

    def test_stop_servers(self):
        self.begin("actions/ecs_stop_servers")
        self.apply()
        self.assertEqual(self.statuses(), {"standby": "SHUTOFF"})
        self.plan_is_empty()
        self.destroy()


@needs("query")
class ExampleOfAQuery(Example):
    def test_the_servers_found_are_imported(self):
        self.configure(
            self.server("web-1", tags={"env": "demo"}), self.server("db", tags={"env": "demo"})
        )
        self.apply()
        self.begin("list-resources/ecs_server")
        for command in (
            ("validate", "-query"),
            ("query", "-generate-config-out=servers.tf"),
        ):
            outcome = self.work.run(*command, "-no-color")
            self.assertEqual(outcome.code, 0, outcome)
        self.assert_says(self.plan(), "1 to import, 0 to add, 0 to change, 0 to destroy")
        self.apply()
        self.plan_is_empty()


@each_tool
class Snippets(Moves, Example):
    """What the page of a resource shows beside its example, each tried together with that.

    The one change that the plans show: the settings of the example, which no cloud can tell.
    """

    def add(self, name, server_id):
        with open(os.path.join(SNIPPETS, name), encoding="utf-8") as file:
            self.work.write(name, file.read().replace(ANY_SERVER, server_id))

    @needs("identity")
    def test_import_by_identity(self):
        self.begin("resources/ecs_server")
        self.apply()
        server_id = self.server_id()
        os.remove(os.path.join(self.work.folder, "terraform.tfstate"))
        self.cloud.clear_journal()
        self.add("import-by-identity.tf", server_id)
        self.assert_says(self.plan(), "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy")
        self.apply()
        self.is_ours_now(server_id)

    @needs("moves")
    def test_moved(self):
        self.begin("resources/ecs_server")
        self.apply()
        server_id = self.server_id()
        self.becomes(OTC_ECS, "web")
        self.add("moved.tf", server_id)
        self.install()
        self.assert_says(self.plan(), "Plan: 0 to add, 1 to change, 0 to destroy")
        self.apply()
        self.is_ours_now(server_id)
