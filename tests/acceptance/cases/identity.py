"""The identity of a server: kept in the state, and enough to import it."""

import json
import os

import hcl
from case import SERVER, Case, each_tool
from emulator import PROJECT_ID, REGION
from features import needs
from hcl import Raw

UNKNOWN_SERVER = "00000000-0000-4000-8000-000000000000"


@needs("identity")
class Identity(Case):
    def identity_of(self, address=SERVER):
        """What the state file holds beside the attributes."""
        with open(os.path.join(self.work.folder, "terraform.tfstate"), encoding="utf-8") as file:
            state = json.load(file)
        for resource in state["resources"]:
            if f"{resource['type']}.{resource['name']}" == address:
                (instance,) = resource["instances"]
                return instance.get("identity"), instance.get("identity_schema_version")
        return None

    def whole_identity(self):
        return {"region": REGION, "project_id": PROJECT_ID, "id": self.server_id()}

    def import_block(self, **identity):
        return hcl.block("import", to=Raw(SERVER), identity=identity)

    def forget(self):
        os.remove(os.path.join(self.work.folder, "terraform.tfstate"))

    def made(self):
        """A server that Terraform forgets again."""
        self.configure(self.server(tags={"env": "demo"}))
        self.apply()
        server_id = self.server_id()
        self.forget()
        self.cloud.clear_journal()
        return server_id

    def configure_import(self, **identity):
        self.configure(self.server(tags={"env": "demo"}), self.import_block(**identity))

    @each_tool
    def test_it_is_in_the_state_after_each_apply(self):
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))
        self.configure(self.server(name="renamed"))
        self.apply()
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))
        self.plan_is_empty()

    @each_tool
    def test_a_server_is_imported_by_all_of_it(self):
        server_id = self.made()
        self.configure_import(region=REGION, project_id=PROJECT_ID, id=server_id)
        self.assert_says(self.plan(), "1 to import, 0 to add, 0 to change, 0 to destroy")
        self.apply()
        self.assertEqual(self.server_id(), server_id)
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))
        self.assertEqual(self.cloud.writes(), [])
        self.plan_is_empty()

    @each_tool
    def test_the_id_alone_is_enough(self):
        server_id = self.made()
        self.configure_import(id=server_id)
        self.assert_says(self.plan(), "1 to import, 0 to add, 0 to change, 0 to destroy")
        self.apply()
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))
        self.plan_is_empty()

    def test_a_server_imported_by_its_id_has_it_too(self):
        server_id = self.made()
        self.configure(self.server(tags={"env": "demo"}))
        outcome = self.work.run("import", "-input=false", "-no-color", SERVER, server_id)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))

    @each_tool
    def test_a_state_without_it_gets_it_from_the_next_refresh(self):
        """As a version of Terraform or of the provider without identities left it."""
        self.configure(self.server())
        self.apply()
        path = os.path.join(self.work.folder, "terraform.tfstate")
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        for resource in state["resources"]:
            for instance in resource["instances"]:
                instance.pop("identity", None)
                instance.pop("identity_schema_version", None)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)
        self.plan_is_empty()
        self.configure(self.server(name="renamed"))
        self.apply()
        self.assertEqual(self.identity_of(), (self.whole_identity(), 0))

    @each_tool
    def test_a_server_of_another_region_or_project(self):
        server_id = self.made()
        for name, other, ours in (
            ("region", "eu-other", REGION),
            ("project_id", "f" * 32, PROJECT_ID),
        ):
            self.configure_import(**{"id": server_id, name: other})
            self.plan_fails(
                f"Importing ecs_server failed The identity's {name} is {other}, and the provider's"
                f" is {ours}.",
                f"Hint: Import with a provider configuration whose {name} is {other}.",
            )
        self.assertEqual(self.cloud.writes(), [])

    @each_tool
    def test_a_server_that_does_not_exist(self):
        self.configure_import(id=UNKNOWN_SERVER)
        self.plan_fails('Cannot import non-existent remote object .* "ecs_server.web"')

    def test_an_empty_id(self):
        self.configure_import(id="")
        self.plan_fails("The identity has no id. Hint: Give the id of the server.")
