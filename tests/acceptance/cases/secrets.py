"""No secret reaches a log or the state, whatever is switched on."""

import os
import re

import emulator
from case import Case, each_tool

# How the emulator's tokens look.
TOKEN = re.compile(r"MII[0-9a-f]{50}")
USER_DATA = "#!/bin/sh\necho user-data-marker-7d1f\n"


class Secrets(Case):
    def test_how_the_tokens_look(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.assertRegex(self.cloud.token, TOKEN)

    def everything_written(self):
        texts = [self.work.state_text()]
        with open(os.path.join(self.work.folder, "trace.log"), encoding="utf-8") as file:
            texts.append(file.read())
        return "\n".join(texts)

    def run_all(self):
        trace = {"TF_LOG": "TRACE", "TF_LOG_PATH": os.path.join(self.work.folder, "trace.log")}
        user_data = self.where_known("write-only", user_data=USER_DATA)
        self.configure(self.server(**user_data))
        self.apply(**trace)
        self.configure(self.server(**user_data, name="renamed"))
        self.apply(**trace)
        return self.everything_written()

    @each_tool
    def test_a_password_a_token_and_user_data_stay_out(self):
        written = self.run_all()
        self.assertIn("/cloudservers", written, "the wire log is missing")
        self.assertNotIn(emulator.PASSWORD, written)
        self.assertNotIn("user-data-marker-7d1f", written)
        self.assertIsNone(TOKEN.search(written), "a token")

    def test_a_secret_key_and_signatures_stay_out(self):
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY
        written = self.run_all()
        self.assertNotIn(emulator.SECRET_KEY, written)
        self.assertNotIn("Signature=", written)
        self.assertNotIn("user-data-marker-7d1f", written)

    @each_tool
    def test_a_source_line_with_a_secret_is_not_shown_beside_an_error(self):
        """Terraform prints the line that a diagnostic points at."""
        self.configure(self.server(admin_password="onlylower-marker"))
        outcome = self.plan_fails(
            "Error: The password is too weak with ecs_server.web, on main.tf line [0-9]+, in "
            'resource "ecs_server" "web":'
        )
        self.assert_silent_about(outcome, "onlylower-marker")

    def test_what_the_cloud_repeats_of_a_request_is_cut_out(self):
        """A token of the header and the password of the address, in an error's text."""
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]
        self.work.environment["OS_TOKEN"] = self.cloud.token
        front = self.cloud.url.replace("//", "//joe:front-word@")
        self.work.environment["OS_AUTH_URL"] = front + "/v3"
        echo = f"no good: {self.cloud.token} by front-word for project eu-demo"
        self.cloud.plan_fault("CreateServers", "refuse", status=400, code="Ecs.0005", message=echo)
        self.configure(self.server())
        outcome = self.apply_fails("no good: REDACTED by REDACTED for project eu-demo")
        self.assert_faults_seen()
        self.assertIsNone(TOKEN.search(outcome.output), "a token")
