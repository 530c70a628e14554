"""Terraform and OpenTofu as the cases see them: which there are, and a folder to run one in."""

import json
import os
import re
import shutil
import signal
import subprocess

import hcl

HOSTS = ("registry.terraform.io", "registry.opentofu.org")
ADDRESS = "ecs-cloud/ecs"
REQUIRED_PROVIDERS = """
terraform {
  required_providers {
    ecs = {
      source = "ecs-cloud/ecs"
    }
  }
}
"""


class Tool:
    """One Terraform or OpenTofu: its path, name and version."""

    def __init__(self, path):
        self.path = path
        text = subprocess.run(
            [path, "version", "-json"],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"},
        ).stdout
        self.version = json.loads(text[text.index("{") :])["terraform_version"]
        first = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"},
        ).stdout
        self.name = "tofu" if "OpenTofu" in first else "terraform"

    def __str__(self):
        return f"{self.name} {self.version}"

    @property
    def numbers(self):
        return tuple(int(part) for part in re.findall(r"\d+", self.version)[:3])


def given_tools():
    """ECS_TEST_TERRAFORMS (paths, separated by colons or newlines); else what is on the PATH."""
    given = os.environ.get("ECS_TEST_TERRAFORMS", "")
    paths = [path for path in re.split(r"[:\n]", given) if path.strip()]
    if not paths:
        paths = [path for path in map(shutil.which, ("terraform", "tofu")) if path]
    tools = {}
    for path in paths:
        tool = Tool(path.strip())
        tools.setdefault(str(tool), tool)
    return list(tools.values())


class Outcome:
    """What a command said, and how it ended."""

    def __init__(self, code, output):
        self.code = code
        self.output = output
        # Without frames and line breaks, so that a sentence can be looked for.
        self.text = re.sub(r"\s+", " ", re.sub(r"[│╷╵]", " ", output))

    def __str__(self):
        return f"exit code {self.code}\n{self.output}"


class Workspace:
    """A folder with a configuration, run with one tool. Of the caller's environment only PATH."""

    def __init__(self, tool, folder, cli_config, variables):
        self.tool = tool
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "LANG": "C.UTF-8",
            "TF_CLI_CONFIG_FILE": cli_config,
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            **variables,
        }

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def copy_from(self, folder):
        for name in os.listdir(folder):
            if name.endswith((".tf", ".tftest.hcl", ".tfquery.hcl", ".sh")):
                shutil.copy(os.path.join(folder, name), self.folder)

    def adopt(self, initialised):
        """Takes over the result of an `init` done once, so that not every case repeats it."""
        shutil.copytree(
            os.path.join(initialised, ".terraform"),
            os.path.join(self.folder, ".terraform"),
            symlinks=True,
        )
        shutil.copy(os.path.join(initialised, ".terraform.lock.hcl"), self.folder)

    def start(self, *arguments, **environment):
        """Starts a command in a process group of its own, as a shell with job control does."""
        return subprocess.Popen(
            [self.tool.path, *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def finish(self, process, seconds=180):
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return Outcome(-1, output + f"\nkilled after {seconds} s\n")
        return Outcome(process.returncode, output)

    def run(self, *arguments, **environment):
        return self.finish(self.start(*arguments, **environment))

    def state(self):
        """address -> attributes of what the state holds; the key '#tainted' where it is."""
        path = os.path.join(self.folder, "terraform.tfstate")
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        found = {}
        for resource in content["resources"]:
            mode = "data." if resource["mode"] == "data" else ""
            for instance in resource["instances"]:
                key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
                attributes = dict(instance["attributes"])
                if instance.get("status") == "tainted":
                    attributes["#tainted"] = True
                found[f"{mode}{resource['type']}.{resource['name']}{key}"] = attributes
        return found

    def state_text(self):
        texts = []
        for name in os.listdir(self.folder):
            if ".tfstate" in name and os.path.isfile(os.path.join(self.folder, name)):
                with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                    texts.append(file.read())
        return "\n".join(texts)


def installation(method, *others, **where):
    """The block of a provider_installation that our provider, and `others`, come from."""
    wanted = [f"{host}/{address}" for host in HOSTS for address in (ADDRESS, *others)]
    return hcl.block(method, **where, include=wanted)


def write_cli_config(path, *blocks):
    """A CLI configuration with the blocks of a provider_installation."""
    with open(path, "w", encoding="utf-8") as file:
        lines = ["disable_checkpoint = true", "provider_installation {", *blocks, "}", ""]
        file.write("\n".join(lines))


def children(pid):
    """The process ids of the direct children."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
            found += map(int, file.read().split())
    return found


def plugins_below(pid):
    """The providers that a running Terraform has started, each with the process that did so: in
    Terraform 1.0 that is a child of the one that the user has started."""
    found = []
    for child in children(pid):
        with open(f"/proc/{child}/cmdline", "rb") as line:
            is_provider = b"terraform-provider-ecs" in line.read()
        found += [(child, pid)] if is_provider else plugins_below(child)
    return found


def plugins_of(process):
    """The process ids of the providers that a running Terraform has started."""
    return [plugin for plugin, _ in plugins_below(process.pid)]
