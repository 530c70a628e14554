#!/usr/bin/env python3
"""The faults that README.md shows do what it says: readme_check.py PATH_OF_ECS_EMULATOR"""

import http.client
import json
import os
import re
import subprocess
import sys
import time

PROJECT = "0123456789abcdef0123456789abcdef"
SERVERS = f"/v1/{PROJECT}/cloudservers"
NEW = {
    "name": "new",
    "imageRef": "40000000-0000-4000-8000-000000000001",
    "flavorRef": "s3.medium.1",
    "vpcid": "10000000-0000-4000-8000-000000000001",
    "nics": [{"subnet_id": "20000000-0000-4000-8000-000000000001"}],
    "root_volume": {"volumetype": "SSD"},
}
SIGN_IN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {
                "user": {
                    "name": "demo",
                    "password": "demo-password",
                    "domain": {"name": "demo-domain"},
                }
            },
        },
        "scope": {"project": {"name": "eu-demo"}},
    }
}


def rows():
    """Fault, request and what is seen, of each row of the README."""
    with open(os.path.join(os.path.dirname(__file__), "README.md"), encoding="utf-8") as file:
        text = file.read()
    return re.findall(r"^\| `([\w.]+:[^`]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)


class Cloud:
    """A cloud of its own for one row, with one server in it."""

    def __init__(self, path):
        self.process = subprocess.Popen(
            [path, "--port", "0", "--instant"], stdout=subprocess.PIPE, text=True
        )
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.token = ""
        self.token = self.ask("POST", "/v3/auth/tokens", SIGN_IN)[1]["x-subject-token"]
        self.id = json.loads(self.ask("POST", SERVERS, {"server": NEW})[2])["serverIds"][0]

    def ask(self, method, path, body=None):
        """Status, headers and body; status None: the connection broke before the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/json", "X-Auth-Token": self.token}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            try:
                text = answer.read()
            except http.client.IncompleteRead as cut:
                text = cut.partial + b" (cut short)"
            head = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, head, text.decode()
        except (ConnectionError, http.client.BadStatusLine):
            return None, {}, ""
        finally:
            connection.close()

    def do(self, request):
        action = f"/v2.1/{PROJECT}/servers/{self.id}/action"
        return {
            "list servers": lambda: self.ask("GET", SERVERS + "/detail"),
            "create a server": lambda: self.ask("POST", SERVERS, {"server": NEW}),
            "stop the server": lambda: self.ask("POST", action, {"os-stop": {}}),
            "resize the server": lambda: self.ask(
                "POST", action, {"resize": {"flavorRef": "s3.large.2"}}
            ),
        }[request]()

    def servers(self):
        return json.loads(self.ask("GET", SERVERS + "/detail")[2])["servers"]

    def not_seen(self):
        return json.loads(self.ask("GET", "/_emulator/faults")[2])["not_seen"]

    def end(self):
        self.process.terminate()
        self.process.wait()


def is_json(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


def seen(cloud, request):
    """What a client sees, in the words of the README, as a set of all that is true."""
    began = time.monotonic()
    status, _, text = cloud.do(request)
    took = time.monotonic() - began
    words = {"a reset"} if status is None else {str(status)}
    if is_json(text):
        answer = json.loads(text)
        error = answer.get("error", {}) if isinstance(answer, dict) else {}
        if error:
            words.add(f"{status} {error['code']}")
        if "serverIds" not in answer:
            words.add(f"{status} without serverIds")
    elif status is not None and text:
        words.add("HTML" if text.lstrip().startswith("<") else "not JSON")
    if "(cut short)" in text:
        words.add("cut short")
    if took >= 0.9:
        words.add("after 1 s")
    servers = cloud.servers()
    words.add("a server is made" if len(servers) > 1 else "no server is made")
    server = next(server for server in servers if server["id"] == cloud.id)
    words.add(f"then {server['status']}")
    words.add(server["OS-EXT-STS:task_state"] or "no task")
    return words


def main():
    failures = 0
    for fault, request, expected in rows():
        cloud = Cloud(sys.argv[1])
        try:
            status, _, text = cloud.ask("POST", "/_emulator/faults", {"faults": [fault]})
            if status != 201:
                print(f"{fault}: {status} {text}")
                failures += 1
                continue
            found = seen(cloud, request)
            missing = [part for part in re.split(r"[;,] ", expected) if part not in found]
            if missing or cloud.not_seen():
                print(f"{fault}: not seen: {missing}, but {sorted(found)}; {cloud.not_seen()}")
                failures += 1
        finally:
            cloud.end()
    print(f"{len(rows())} faults tried, {failures} not as README.md says")
    return 1 if failures or len(rows()) < 13 else 0


if __name__ == "__main__":
    sys.exit(main())
