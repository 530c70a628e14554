"""Invalid values are rejected early, with the attribute named; unknown ones never are."""

import hcl
from case import IMAGE, NETWORK, Case, each_tool
from features import needs
from hcl import Raw

# (attribute to be named, the server's attributes)
INVALID = [
    ("name", {"name": ""}),
    ("name", {"name": "white space"}),
    ("name", {"name": "a" * 129}),
    ("flavor", {"flavor": ""}),
    ("image_id", {"image_id": "ubuntu"}),
    ("vpc_id", {"vpc_id": "mine"}),
    ("network_id", {"network_interface": {"network_id": "mine"}}),
    ("fixed_ip", {"network_interface": {"network_id": NETWORK, "fixed_ip": "300.1.1.1"}}),
    (
        "security_group_ids",
        {"network_interface": {"network_id": NETWORK, "security_group_ids": [""]}},
    ),
    ("size_gb", {"system_disk": {"type": "SSD", "size_gb": 0}}),
    ("size_gb", {"system_disk": {"type": "SSD", "size_gb": 100000}}),
    ("power_state", {"power_state": "RUNNING"}),
    ("description", {"description": "a <b> c"}),
    ("tags", {"tags": {"": "empty key"}}),
    ("confirm", {"resize": {"confirm": "perhaps"}}),
    ("on_failure", {"resize": {"on_failure": "panic"}}),
    ("create", {"timeouts": {"create": "soon"}}),
    ("update", {"timeouts": {"update": "-5m"}}),
    ("user_data", {"user_data": "a" * 33000}),
]


class Invalid(Case):
    def test_values_of_a_server(self):
        """One configuration with all of them: each gets its own error."""
        blocks = [
            self.server(f"bad{number}", **attributes)
            for number, (_, attributes) in enumerate(INVALID)
        ]
        self.configure(*blocks)
        outcome = self.validate_fails()
        for number, (attribute, attributes) in enumerate(INVALID):
            wanted = f"with ecs_server.bad{number}, on main.tf line"
            self.assertIn(wanted, outcome.text, f"{attribute}: {attributes}\n{outcome}")
            part = outcome.text.split(wanted, 1)[1].split("Error:", 1)[0]
            self.assertIn(attribute, part, f"{attributes}\n{outcome}")
        self.assertEqual(self.cloud.journal(), [])

    def test_values_of_a_restart(self):
        cases = [
            ("type", {"type": "GENTLE"}),
            ("batch_size", {"batch_size": 0}),
            ("batch_size", {"batch_size": 1001}),
            ("server_ids", {"server_ids": ["not-an-id"]}),
            ("server_ids", {"server_ids": []}),
        ]
        blocks = [
            hcl.block(
                "resource", "ecs_server_restart", f"bad{number}", **{"server_ids": [IMAGE], **given}
            )
            for number, (_, given) in enumerate(cases)
        ]
        self.configure(*blocks)
        outcome = self.validate_fails()
        for number, (attribute, _) in enumerate(cases):
            self.assertIn(f"with ecs_server_restart.bad{number}", outcome.text, outcome)
            self.assert_says(outcome, attribute)

    def test_values_of_the_provider(self):
        for attribute, given in [
            ("auth_url", {"auth_url": "not a url"}),
            ("max_retries", {"max_retries": -1}),
            ("endpoints", {"endpoints": {"exs": "http://127.0.0.1:1"}}),
        ]:
            self.configure(self.server(), provider=given)
            self.plan_fails(attribute)

    def test_a_required_value_that_is_null(self):
        self.configure(
            'variable "flavor" {\n  default = null\n}\n', self.server(flavor=Raw("var.flavor"))
        )
        self.plan_fails("flavor")

    def test_a_computed_value_that_is_set(self):
        self.configure(self.server(status="ACTIVE"))
        self.validate_fails("status")

    def test_a_flavor_that_does_not_exist_is_told_by_the_cloud(self):
        self.configure(self.server(flavor="s9.huge.64"))
        self.apply_fails("flavor|Ecs.0029")
        self.assertEqual(self.cloud.servers(), [])


class Unknown(Case):
    @needs("terraform_data")
    @each_tool
    def test_values_that_are_known_only_after_apply_break_nothing(self):
        values = {
            "name": "web",
            "flavor": "s3.medium.2",
            "image": IMAGE,
            "network": NETWORK,
            "size": 40,
            "recovery": True,
            "power": "ACTIVE",
        }
        source = hcl.block("resource", "terraform_data", "source", input=values)

        def later(name):
            return Raw(f"terraform_data.source.output.{name}")

        self.configure(
            source,
            self.server(
                name=later("name"),
                flavor=later("flavor"),
                image_id=later("image"),
                network_interface={"network_id": later("network")},
                system_disk={"type": "SSD", "size_gb": later("size")},
                auto_recovery=later("recovery"),
                power_state=later("power"),
                tags={"made-by": later("name")},
                description=later("name"),
            ),
        )
        outcome = self.work.run("validate", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_says(self.plan(), "known after apply")
        self.apply()
        self.plan_is_empty()
        self.destroy()

    @needs("terraform_data")
    @each_tool
    def test_whole_objects_that_are_known_only_after_apply_break_nothing(self):
        values = {
            "interface": {"network_id": NETWORK},
            "disk": {"type": "SSD", "size_gb": 40},
            "tags": {"env": "demo"},
        }
        source = hcl.block("resource", "terraform_data", "source", input=values)
        self.configure(
            source,
            self.server(
                network_interface={
                    "network_id": Raw("terraform_data.source.output.interface.network_id")
                },
                system_disk=Raw("terraform_data.source.output.disk"),
                tags=Raw("terraform_data.source.output.tags"),
            ),
        )
        self.plan()
        self.apply()
        self.plan_is_empty()

    @each_tool
    def test_a_restart_of_servers_that_do_not_exist_yet_can_be_planned(self):
        restart = hcl.block(
            "resource",
            "ecs_server_restart",
            "all",
            server_ids=Raw("[ecs_server.web.id]"),
            triggers={"name": Raw("ecs_server.web.name")},
        )
        self.configure(self.server(), restart)
        self.assert_says(self.plan(), "2 to add")
        self.apply()
        self.plan_is_empty()

    @needs("terraform_data")
    def test_a_provider_block_that_is_known_only_after_apply_can_be_validated(self):
        source = hcl.block("resource", "terraform_data", "source", input="eu-demo")
        self.configure(source, provider={"region": Raw("terraform_data.source.output")})
        outcome = self.work.run("validate", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        self.apply()
