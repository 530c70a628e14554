"""Every example: init, apply, plan again (empty), destroy. Documentation that cannot rot."""

import os

from case import Case, each_tool

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "examples")


@each_tool
class Examples(Case):
    def runs(self, name):
        work = self.work = self.workspace("example")
        work.copy_from(os.path.join(EXAMPLES, name))
        outcome = work.run("init", "-input=false", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        outcome = work.run("validate", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.apply()
        self.plan_is_empty()
        self.destroy()

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
                "resize",
                "resources/ecs_server",
                "resources/ecs_server_restart",
                "data-sources/ecs_availability_zones",
                "data-sources/ecs_flavors",
                "data-sources/ecs_images",
                "data-sources/ecs_servers",
            },
        )

    def test_provider(self):
        self.runs("provider")

    def test_quickstart(self):
        self.runs("quickstart")

    def test_fleet(self):
        self.runs("fleet")

    def test_resize(self):
        self.runs("resize")

    def test_server(self):
        self.runs("resources/ecs_server")

    def test_server_restart(self):
        self.runs("resources/ecs_server_restart")

    def test_availability_zones(self):
        self.runs("data-sources/ecs_availability_zones")

    def test_flavors(self):
        self.runs("data-sources/ecs_flavors")

    def test_images(self):
        self.runs("data-sources/ecs_images")

    def test_servers(self):
        self.runs("data-sources/ecs_servers")
