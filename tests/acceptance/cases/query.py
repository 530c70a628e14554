"""`terraform query`: servers that exist are found, and imported as they are."""

import json
import os

import hcl
from case import LARGE, NETWORK, SMALL, Case
from emulator import PROJECT_ID, REGION
from features import needs
from hcl import Blocks

WEB_GROUP = "30000000-0000-4000-8000-000000000002"


class Query(Case):
    def listed(self, label="all", limit=None, include=None, **config):
        settings = {"provider": hcl.Raw("ecs")}
        if limit is not None:
            settings["limit"] = limit
        if include is not None:
            settings["include_resource"] = include
        if config:
            settings["config"] = Blocks([config])
        return hcl.block("list", "ecs_server", label, **settings)

    def ask(self, *lists):
        self.work.write("servers.tfquery.hcl", "\n".join(lists))

    def query(self, *arguments):
        outcome = self.work.run("query", "-no-color", *arguments)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def found(self, **asked):
        """What a query finds, by name."""
        self.ask(self.listed(**asked))
        rows = [json.loads(line) for line in self.query("-json").output.splitlines()]
        found = [row["list_resource_found"] for row in rows if row["type"] == "list_resource_found"]
        self.assertEqual(len(found), len({row["display_name"] for row in found}))
        return {row["display_name"]: row for row in found}

    def names(self, **asked):
        return sorted(self.found(**asked))

    def made(self, **servers):
        """Servers that Terraform forgets again: their ids, by name."""
        self.configure(*(self.server(name, **given) for name, given in servers.items()))
        self.apply()
        ids = {name: self.server_id(f"ecs_server.{name}") for name in servers}
        for name in os.listdir(self.work.folder):
            if ".tfstate" in name:
                os.remove(os.path.join(self.work.folder, name))
        self.configure()
        self.cloud.clear_journal()
        return ids


@needs("query")
class Finding(Query):
    def test_by_name_tag_status_and_flavor(self):
        ids = self.made(
            web_1={"tags": {"env": "prod", "role": "web"}},
            web_2={"tags": {"env": "demo", "role": "web"}, "flavor": LARGE},
            db_1={"tags": {"env": "prod", "role": "db"}, "power_state": "SHUTOFF"},
        )
        self.assertEqual(
            {name: row["identity"] for name, row in self.found().items()},
            {
                name: {"region": REGION, "project_id": PROJECT_ID, "id": server_id}
                for name, server_id in ids.items()
            },
        )
        self.assertEqual(self.names(name_regex="^web"), ["web_1", "web_2"])
        self.assertEqual(self.names(name_regex="_1$"), ["db_1", "web_1"])
        self.assertEqual(self.names(tags={"env": "prod"}), ["db_1", "web_1"])
        self.assertEqual(self.names(tags={"env": "prod", "role": "web"}), ["web_1"])
        self.assertEqual(self.names(tags={"env": "test"}), [])
        self.assertEqual(self.names(status="ACTIVE"), ["web_1", "web_2"])
        self.assertEqual(self.names(status="SHUTOFF"), ["db_1"])
        self.assertEqual(self.names(flavor=SMALL), ["db_1", "web_1"])
        self.assertEqual(self.names(flavor=LARGE, status="ACTIVE", name_regex="web"), ["web_2"])
        self.assertEqual(self.cloud.writes(), [])

    def test_no_more_than_the_limit(self):
        self.made(**{f"web_{number}": {} for number in range(5)})
        self.assertEqual(len(self.found(limit=2)), 2)
        self.assertEqual(len(self.found(limit=5)), 5)
        self.cloud.clear_journal()
        self.assertEqual(len(self.found(limit=1, include=True)), 1)
        self.assertEqual(len(self.cloud.calls("ShowServer")), 1, "more than the limit were read")

    def test_the_whole_resource_if_asked_to(self):
        ids = self.made(web={"tags": {"env": "prod"}, "description": "front end"})
        self.assertNotIn("resource_object", self.found()["web"])
        shown = self.found(include=True)["web"]["resource_object"]
        wanted = {
            "id": ids["web"],
            "name": "web",
            "flavor": SMALL,
            "description": "front end",
            "status": "ACTIVE",
            "tags": {"env": "prod"},
        }
        self.assertEqual({name: shown[name] for name in wanted}, wanted)

    def test_no_server_at_all(self):
        self.configure()
        self.assertEqual(self.found(), {})


@needs("query")
class Importing(Query):
    def imported(self, **servers):
        """Finds servers, and takes over each as the configuration that was generated for it."""
        ids = self.made(**servers)
        self.ask(self.listed(include=True))
        self.query("-generate-config-out=generated.tf")
        count = len(ids)
        self.assert_says(
            self.plan(), f"Plan: {count} to import, 0 to add, 0 to change, 0 to destroy"
        )
        self.assert_says(
            self.apply(), f"Resources: {count} imported, 0 added, 0 changed, 0 destroyed"
        )
        self.assertEqual(self.cloud.writes(), [])
        self.plan_is_empty()
        state = self.work.state()
        self.assertEqual(
            {row["name"]: row["id"] for row in state.values()}, ids, "other servers were imported"
        )
        return {row["name"]: row for row in state.values()}

    def test_plain_servers(self):
        self.imported(web={}, db={"flavor": LARGE})

    def test_a_server_with_everything(self):
        state = self.imported(
            web={
                "description": "front end",
                "tags": {"env": "prod"},
                "metadata": {"role": "web"},
                "key_pair": "demo-key",
                "user_data": "#!/bin/sh\necho hello\n",
                "auto_recovery": True,
                "power_state": "SHUTOFF",
                "availability_zone": "eu-demo-02",
                "admin_password_wo": "Correct-Horse-1",
                "admin_password_wo_version": "1",
                "timeouts": {"create": "20m"},
                "network_interface": {
                    "network_id": NETWORK,
                    "security_group_ids": [WEB_GROUP],
                    "fixed_ip": "10.0.0.77",
                },
            }
        )
        self.assertEqual(state["web"]["tags"], {"env": "prod"})
        self.assertEqual(state["web"]["metadata"], {"role": "web"})
        self.assertEqual(state["web"]["key_pair"], "demo-key")
        self.assertEqual(state["web"]["description"], "front end")
        self.assertEqual(state["web"]["network_interface"]["fixed_ip"], "10.0.0.77")
        self.assertEqual(state["web"]["network_interface"]["security_group_ids"], [WEB_GROUP])


@needs("query")
class Validating(Query):
    def validate(self, *texts, **config):
        self.configure()
        self.ask(self.listed(**config))
        outcome = self.work.run("validate", "-query", "-no-color")
        self.assertEqual(outcome.code, 1 if texts else 0, outcome)
        self.assert_says(outcome, *texts)
        self.assertEqual(self.cloud.journal(), [])

    def test_a_query_can_be_validated(self):
        self.validate(name_regex="^web-[0-9]+$", status="ACTIVE", tags={"env": "prod"}, limit=10)

    def test_a_name_regex_that_is_none(self):
        self.validate("name_regex", name_regex="web-(")

    def test_an_empty_status(self):
        self.validate("status must not be empty", status="")

    def test_an_empty_flavor(self):
        self.validate("flavor must not be empty", flavor="")

    def test_a_filter_that_does_not_exist(self):
        self.validate("Unsupported argument", "colour", colour="blue")
