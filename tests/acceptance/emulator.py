"""An emulated cloud for one case: its own process, its own port, its own journal and fault plan."""

import json
import os
import re
import select
import signal
import subprocess
import time
import urllib.error
import urllib.request

# What every emulated cloud is seeded with (tests/emulator).
USER = "demo"
PASSWORD = "demo-password"
DOMAIN = "demo-domain"
DOMAIN_ID = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
REGION = "eu-demo"
PROJECT_ID = "0123456789abcdef0123456789abcdef"
ACCESS_KEY = "AKDEMO0000000000DEMO"
SECRET_KEY = "SKDEMO00000000000000000000000000000DEMO"
AGENCY = "demo-agency"
AGENCY_DOMAIN = "partner-domain"

# Work takes long enough to be seen half done, and no longer.
DURATIONS = {
    "create": "150ms",
    "create_row": "30ms",
    "start": "100ms",
    "stop": "100ms",
    "reboot": "100ms",
    "resize": "200ms",
    "confirm": "100ms",
    "revert": "150ms",
    "delete": "100ms",
    "deleted_visible": "20ms",
    "attach": "50ms",
    "detach": "50ms",
    "nic": "50ms",
    "volume": "50ms",
}
PATIENCE_SECONDS = 60


def pause():
    """The beat of a question that is asked until its deadline."""
    select.select([], [], [], 0.02)


def wait_until(question, what, seconds=PATIENCE_SECONDS):
    """The first answer of `question` that counts as true."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        pause()


class Emulator:
    """Runs until stop(), and on after its parent's end. `flags` are further arguments."""

    def __init__(self, binary, log_path, flags=(), durations=None, brisk=True):
        arguments = [binary, "--port", "0"]
        chosen = {**(DURATIONS if brisk else {}), **(durations or {})}
        for name, value in chosen.items():
            arguments += ["--duration", f"{name}={value}"]
        self.log_path = log_path
        with open(log_path, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                arguments + list(flags),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"]},
                start_new_session=True,
            )
        self.token = None
        self.url = wait_until(self._printed_url, "the emulator's address")

    def _printed_url(self):
        with open(self.log_path, encoding="utf-8") as log:
            text = log.read()
        if self.process.poll() is not None:
            raise AssertionError(f"the emulator ended at its start:\n{text}")
        found = re.search(r"(http://[^\s/\"']+:[0-9]+)\b.*\n", text)
        return found and found.group(1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def environment(self):
        """The OS_* variables of a user who signs in with a password."""
        return {
            "OS_AUTH_URL": self.url + "/v3",
            "OS_REGION_NAME": REGION,
            "OS_PROJECT_NAME": REGION,
            "OS_USERNAME": USER,
            "OS_PASSWORD": PASSWORD,
            "OS_DOMAIN_NAME": DOMAIN,
        }

    # The control path.

    def control(self, method, path, body=None):
        return self._send(method, "/_emulator/" + path, body, {})[1]

    def journal(self):
        """What was asked of the cloud, in order; `body` is None for requests without one."""
        requests = self.control("GET", "journal")["requests"]
        return [{"body": None, **request} for request in requests]

    def unknown_routes(self):
        return self.control("GET", "journal")["unknown"]

    def calls(self, operation):
        """The journal's entries of one operation, in order."""
        return [entry for entry in self.journal() if matches(entry["operation"], operation)]

    def writes(self):
        """What changed something, in order; signing in does not count."""
        return [
            entry
            for entry in self.journal()
            if entry["method"] != "GET" and not entry["operation"].startswith("iam.")
        ]

    def operations(self):
        return [entry["operation"].split(".")[-1] for entry in self.writes()]

    def clear_journal(self):
        self.control("DELETE", "journal")

    def wait_for(self, operation, times=1):
        wait_until(lambda: len(self.calls(operation)) >= times, f"{times} x {operation}")

    def plan_fault(self, operation, kind, **details):
        self.control("POST", "faults", dict(details, operation=operation, kind=kind))

    def clear_faults(self):
        self.control("DELETE", "faults")

    def faults_not_seen(self):
        return self.control("GET", "faults")["not_seen"]

    def change_options(self, **options):
        self.control("POST", "options", options)

    def revoke_tokens(self):
        self.control("POST", "tokens/revoke")

    def servers(self):
        """All servers, as the v1 list shows them and without leaving a trace in the journal."""
        rows = self.control("GET", "state")["servers"]
        return [row for row in rows if row["status"] != "DELETED"]

    def server(self, server_id):
        """One of them, or None."""
        found = [row for row in self.servers() if row["id"] == server_id]
        return found[0] if found else None

    def change_server(self, server_id, **changes):
        """Behind everybody's back: status, flavor, auto_recovery, name, tags, metadata."""
        self.control("POST", f"servers/{server_id}", changes)

    def delete_server(self, server_id):
        """Behind everybody's back."""
        self.control("DELETE", f"servers/{server_id}")

    def wait_status(self, server_id, status):
        def settled():
            server = self.server(server_id)
            # Its row appears some time after the answer to its creation.
            if server is None:
                return False
            return server["status"] == status and not server["OS-EXT-STS:task_state"]

        wait_until(settled, f"status {status}")

    # The cloud's own API, as its other users have it.

    def api(self, method, path, body=None):
        """Status and parsed body; `{project}` in the path is filled in."""
        if self.token is None:
            self.token = self._sign_in()
        path = path.replace("{project}", PROJECT_ID)
        return self._send(method, path, body, {"X-Auth-Token": self.token})

    def act(self, server_id, action, argument=None):
        status, body = self.api(
            "POST", f"/v2.1/{{project}}/servers/{server_id}/action", {action: argument}
        )
        assert status in (202, 204), (status, body)

    def _sign_in(self):
        user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
        identity = {"methods": ["password"], "password": {"user": user}}
        scope = {"project": {"name": REGION}}
        body = {"auth": {"identity": identity, "scope": scope}}
        return self._send("POST", "/v3/auth/tokens", body, {}, header="X-Subject-Token")

    def _send(self, method, path, body, headers, header=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name, value)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                status, text = answer.status, answer.read()
                if header:
                    return answer.headers[header]
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None


def matches(operation, wanted):
    return operation == wanted or operation.split(".")[-1] == wanted
