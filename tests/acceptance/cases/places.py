"""A server is remembered with its region and project: elsewhere it is neither gone nor deleted."""

import os

from case import SERVER, Case, each_tool
from emulator import PROJECT_ID, REGION, Emulator

OTHER_REGION = "eu-other"
OTHER_PROJECT = "eu-demo_dev"
OTHER_PROJECT_ID = "f" * 32


class Places(Case):
    def move_to(self, region, project, project_id):
        """From now on the provider is set to another region or project, which knows no server."""
        cloud = Emulator(
            os.path.join(self.build, "bin", "ecs-emulator"),
            os.path.join(self.folder, f"{project_id}.log"),
            ("--region", region, "--project", project, "--project-id", project_id),
        )
        self.addCleanup(cloud.stop)
        self.work.environment.update(
            cloud.environment(), OS_REGION_NAME=region, OS_PROJECT_NAME=project
        )
        return cloud

    def move_back(self):
        self.work.environment.update(self.cloud.environment())

    def everything_fails(self, region, project_id):
        says = (
            f"Error: ecs_server {self.server_id()} belongs to another region or project",
            f"It was last seen in region {REGION}, project {PROJECT_ID}. The provider is configured"
            f" for region {region}, project {project_id}, where the cloud answers that it does not"
            " exist. It stays in the state.",
            "Hint: Set region, project_id or project_name of the provider block to those of the"
            " resource.",
        )
        state = self.work.state()
        for command in (
            ("plan",),
            ("refresh",),
            ("apply", "-auto-approve"),
            ("destroy", "-auto-approve"),
            # Nothing is read before the order to delete.
            ("destroy", "-auto-approve", "-refresh=false"),
        ):
            outcome = self.work.run(*command, "-input=false", "-no-color")
            self.assertEqual(outcome.code, 1, f"{command}: {outcome}")
            self.assert_says(outcome, *says)
            self.assertEqual(self.work.state(), state, f"{command}: {outcome}")

    @each_tool
    def test_another_project_forgets_and_deletes_nothing(self):
        self.configure(self.server())
        self.apply()
        elsewhere = self.move_to(REGION, OTHER_PROJECT, OTHER_PROJECT_ID)
        self.everything_fails(REGION, OTHER_PROJECT_ID)
        self.assertEqual(elsewhere.writes(), [])
        self.move_back()
        self.plan_is_empty()
        self.destroy()

    def test_another_region_forgets_and_deletes_nothing(self):
        self.configure(self.server())
        self.apply()
        elsewhere = self.move_to(OTHER_REGION, OTHER_REGION, OTHER_PROJECT_ID)
        self.everything_fails(OTHER_REGION, OTHER_PROJECT_ID)
        self.assertEqual(elsewhere.writes(), [])
        self.move_back()
        self.plan_is_empty()

    @each_tool
    def test_a_state_that_was_imported_remembers_its_place_too(self):
        self.configure(self.server())
        self.apply()
        server_id = self.server_id()
        self.work.run("state", "rm", SERVER)
        outcome = self.work.run("import", "-input=false", "-no-color", SERVER, server_id)
        self.assertEqual(outcome.code, 0, outcome)
        self.move_to(REGION, OTHER_PROJECT, OTHER_PROJECT_ID)
        self.everything_fails(REGION, OTHER_PROJECT_ID)

    @each_tool
    def test_at_home_a_server_that_is_gone_is_planned_anew(self):
        self.configure(self.server())
        self.apply()
        self.cloud.delete_server(self.server_id())
        self.assert_says(self.plan(), "1 to add, 0 to change, 0 to destroy")
        self.destroy()
