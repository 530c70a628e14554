"""ecs_token and ecs_server_console: used while Terraform runs, stored nowhere, gone afterwards."""

import os
import re

import emulator
import hcl
from case import Case, each_tool
from cases.secrets import TOKEN
from features import needs
from hcl import Blocks, Raw

CONSOLE = re.compile(r"http://[^\s\"]+/console\?token=[0-9a-f-]{36}")
UNKNOWN_SERVER = "00000000-0000-4000-8000-000000000000"
TOKEN_VALUES = [
    Raw(f"ephemeral.ecs_token.this.{name}") for name in ("token", "project_id", "expires_at")
]
CONSOLE_VALUES = [
    Raw(f"ephemeral.ecs_server_console.this.{name}") for name in ("url", "type", "protocol")
]


class Ephemeral(Case):
    def ephemeral(self, kind, **attributes):
        return hcl.block("ephemeral", kind, "this", **attributes)

    def taking(self, *values):
        """A resource whose provisioner writes these values down, outside of Terraform's folder."""
        names = [f"VALUE_{number}" for number in range(len(values))]
        lines = " ".join(f'"${name}"' for name in names)
        provisioner = {
            "command": f"printf '%s\\n' {lines} >$SEEN",
            "environment": {"SEEN": self.seen_file(), **dict(zip(names, values))},
        }
        blocks = {'provisioner "local-exec"': Blocks([provisioner])}
        return hcl.block("resource", "terraform_data", "taking", **blocks)

    def seen_file(self):
        return os.path.join(self.folder, "seen.txt")

    def seen(self):
        with open(self.seen_file(), encoding="utf-8") as file:
            return file.read().splitlines()

    def revoked(self):
        return [entry["status"] for entry in self.cloud.calls("RevokeToken")]

    def assert_ended(self, token):
        self.cloud.token = token
        status, _ = self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.assertEqual(status, 401)


@needs("ephemeral")
class Token(Ephemeral):
    @each_tool
    def test_it_is_handed_over_and_stored_nowhere_and_revoked(self):
        self.configure(self.ephemeral("ecs_token"), self.taking(*TOKEN_VALUES))
        stored = self.plan_and_apply()
        token, project, expires = self.seen()
        self.assertRegex(token, TOKEN)
        self.assertEqual(project, emulator.PROJECT_ID)
        self.assertRegex(expires, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertIn("OpenEphemeralResource", stored, "the log is missing")
        self.assertIsNone(TOKEN.search(stored), "a token")
        # One of the plan and one of the apply, apart from the tokens that the provider calls with.
        self.assertEqual(self.revoked(), [204, 204])
        self.assertEqual(len(self.cloud.calls("CreateToken")), 4)
        self.assert_ended(token)

    @each_tool
    @needs("write-only")
    def test_it_is_handed_to_a_write_only_attribute(self):
        password = Raw('"Aa1-${substr(ephemeral.ecs_token.this.token, 10, 16)}"')
        self.configure(
            self.ephemeral("ecs_token"),
            self.server(admin_password_wo=password, admin_password_wo_version="1"),
        )
        stored = self.plan_and_apply()
        (create,) = self.cloud.calls("CreateServers")
        sent = create["body"]["server"]["adminPass"]
        self.assertRegex(sent, r"^Aa1-[0-9a-f]{16}$")
        self.assertNotIn(sent, stored)
        self.assertNotIn(sent[4:], stored)
        self.assertEqual(self.revoked(), [204, 204])
        self.plan_is_empty()

    def test_with_a_token_of_the_users_it_is_that_one_and_stays(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]
        self.work.environment["OS_TOKEN"] = self.cloud.token
        self.configure(self.ephemeral("ecs_token"), self.taking(*TOKEN_VALUES))
        self.apply()
        self.assertEqual(self.seen()[0], self.cloud.token)
        self.assertEqual(self.revoked(), [])
        self.assertEqual(self.cloud.api("GET", "/v1/{project}/cloudservers/detail")[0], 200)

    @each_tool
    def test_with_access_keys_there_is_none(self):
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY
        self.configure(self.ephemeral("ecs_token"), self.taking(*TOKEN_VALUES))
        self.plan_fails(
            "Error: Issuing a token failed with ephemeral.ecs_token.this, on main.tf",
            "The provider signs in with keys, and IAM issues tokens for passwords alone. "
            "Hint: Use a provider configuration with user_name and password.",
        )
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_a_wrong_password_is_told_without_it(self):
        self.work.environment["OS_PASSWORD"] = "wrong-password-4711"
        self.configure(self.ephemeral("ecs_token"), self.taking(*TOKEN_VALUES))
        outcome = self.plan_fails("Issuing a token failed", "401")
        self.assert_silent_about(outcome, "wrong-password-4711")


@needs("ephemeral")
class Console(Ephemeral):
    def console(self, server_id=Raw("ecs_server.web.id")):
        return self.ephemeral("ecs_server_console", server_id=server_id)

    @each_tool
    def test_its_address_is_handed_over_and_stored_nowhere(self):
        self.configure(self.server(), self.console(), self.taking(*CONSOLE_VALUES))
        stored = self.plan_and_apply()
        url, kind, protocol = self.seen()
        self.assertRegex(url, CONSOLE)
        self.assertEqual((kind, protocol), ("novnc", "vnc"))
        self.assertIsNone(CONSOLE.search(stored), "a console")
        self.assertNotIn(url.split("=")[-1], stored)
        self.assertEqual(len(self.cloud.calls("RemoteConsole")), 1)

    def test_of_a_server_that_does_not_exist(self):
        self.configure(self.console(UNKNOWN_SERVER))
        self.plan_fails(
            "Error: Opening the console failed with ephemeral.ecs_server_console.this, on main.tf "
            r"line \d+, .*: \d+: server_id = ",
            "The server does not exist.",
        )

    def test_of_what_is_no_server(self):
        self.configure(self.console("web"))
        self.validate_fails("server_id must be a UUID")
