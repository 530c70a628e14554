#!/usr/bin/env python3
"""The product in two minutes: real Terraform and the provider against the emulator on loopback.

    demo.py --terraform PATH --build DIRECTORY [--keep]

Shows each command, the summary of its plan, and what the cloud did. Leaves nothing running, unless
--keep asks for the emulator and a folder to try one's own commands in.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "acceptance"))
sys.dont_write_bytecode = True

from emulator import Emulator  # noqa: E402

BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")

# Of a command's output: what is planned, which declared values change, how it ended.
TELLING = re.compile(
    r"^  # [a-z].* (will|must) be |^ +~ (name|flavor|power_state|auto_recovery|\"\w+\") .* -> "
    r"|^ {6}\+ (name|flavor|auto_recovery|power_state|type) +="
    r"|^Plan:|^No changes|complete!|(Creation|Modifications|Destruction) complete"
    r"|successfully initialized|^- Installed |^Warning: (?!Incomplete lock file)|^Error:"
)
CALL_WORDS = re.compile(r"^/v[0-9.]+/[0-9a-f]{32}")


def say(text=""):
    print(text, flush=True)


def headline(number, text):
    say(f"\n{BOLD}{number}. {text}{PLAIN}")


class Demo:
    def __init__(self, terraform, build, cloud, folder):
        self.terraform = terraform
        self.cloud = cloud
        self.folder = folder
        self.steps = 0
        self.seen = 0
        self.environment = {
            **os.environ,
            **cloud.environment(),
            "TF_CLI_CONFIG_FILE": os.path.join(build, "terraform.tfrc"),
            "CHECKPOINT_DISABLE": "1",
        }

    def example(self, name):
        """A folder with a copy of an example, as a user's own project would be."""
        folder = os.path.join(self.folder, name)
        shutil.copytree(os.path.join(TOP, "examples", name), folder)
        return folder

    def step(self, text):
        self.steps += 1
        headline(self.steps, text)

    def run(self, folder, *arguments):
        """Runs one command and shows the telling part of what it said, then what the cloud did."""
        say(f"$ {os.path.basename(self.terraform).split('-')[0]} {' '.join(arguments)}")
        quiet = [] if arguments[0] == "init" else ["-input=false"]
        if arguments[0] in ("apply", "destroy"):
            quiet.append("-auto-approve")
        command = [self.terraform, arguments[0], "-no-color", *quiet, *arguments[1:]]
        done = subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            say(done.stdout)
            raise SystemExit(f"demo: '{' '.join(command)}' ended with {done.returncode}")
        for line in telling(done.stdout):
            say(f"    {line}")
        self.show_cloud()

    def show_cloud(self):
        """The requests since the last step, equal neighbours counted."""
        fresh = [entry for entry in self.cloud.journal() if entry["number"] > self.seen]
        if not fresh:
            return
        self.seen = fresh[-1]["number"]
        rows = []
        for entry in fresh:
            row = describe(entry)
            if rows and rows[-1][0] == row:
                rows[-1][1] += 1
            else:
                rows.append([row, 1])
        say(f"  {DIM}the cloud was asked:{PLAIN}")
        for row, times in rows:
            say(f"    {DIM}{row}{f'  x{times}' if times > 1 else ''}{PLAIN}")

    def show_servers(self):
        for server in self.cloud.servers():
            flavor = server["flavor"]["id"]
            say(f"  in the cloud: {server['name']}  {server['status']}  {flavor}")
        self.seen = self.cloud.journal()[-1]["number"]


def telling(output):
    lines = [re.sub(r"^[│╷╵]\s?", "", line).rstrip() for line in output.splitlines()]
    kept = []
    for line in lines:
        if TELLING.search(line) and line.strip() not in kept:
            kept.append(line.strip())
    return kept


def describe(entry):
    path = CALL_WORDS.sub("", entry["path"].split("?")[0])
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", "{id}", path)
    operation = entry["operation"].split(".")[-1]
    return f"{operation:<22} {entry['method']:<6} {path}  {entry['status']}"


def play(demo):
    quickstart = demo.example("quickstart")
    demo.step("Install the provider and create a server")
    demo.run(quickstart, "init")
    demo.run(quickstart, "plan")
    demo.run(quickstart, "apply")
    demo.show_servers()

    demo.step("Plan again: what is declared is what there is")
    demo.run(quickstart, "plan")

    demo.step("Resize it: another flavor, in place, confirmed when the cloud asks for it")
    chosen = ["-var", "flavor=s3.large.2"]
    demo.run(quickstart, "apply", *chosen)
    demo.show_servers()

    demo.step("Change its automatic recovery")
    chosen += ["-var", "auto_recovery=false"]
    demo.run(quickstart, "apply", *chosen)

    demo.step("Stop it, and start it again")
    demo.run(quickstart, "apply", *chosen, "-var", "power_state=SHUTOFF")
    demo.show_servers()
    demo.run(quickstart, "apply", *chosen)
    demo.show_servers()

    fleet = demo.example("fleet")
    demo.step("Create three more servers, and restart them in one batch")
    demo.run(fleet, "init")
    demo.run(fleet, "apply")
    demo.run(fleet, "apply", "-var", "generation=2")

    demo.step("Keep one of them, and restart it by itself")
    demo.run(fleet, "apply", "-var", "servers=1", "-var", "generation=2")
    demo.run(fleet, "apply", "-var", "servers=1", "-var", "generation=3")
    demo.show_servers()

    demo.step("Destroy everything")
    demo.run(fleet, "destroy", "-var", "servers=1")
    demo.run(quickstart, "destroy", *chosen)
    say(f"  in the cloud: {len(demo.cloud.servers())} servers")
    return quickstart


def keep(demo, folder):
    """Leaves a file with the environment, and says what to do with it."""
    names = sorted({*demo.cloud.environment(), "TF_CLI_CONFIG_FILE"})
    lines = [f"export {name}='{demo.environment[name]}'" for name in names]
    with open(os.path.join(folder, "env.sh"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    path = os.path.relpath(folder)
    path = folder if path.startswith("..") else path
    say(f"""
{BOLD}The emulator stays at {demo.cloud.url}. To try your own commands:{PLAIN}

    cd {path}
    source env.sh
    {demo.terraform} apply

To stop the emulator:

    kill {demo.cloud.process.pid}""")


def parse():
    parser = argparse.ArgumentParser(prog="./dev demo")
    parser.add_argument("--terraform", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave the emulator and a folder")
    return parser.parse_args()


def main():
    options = parse()
    build = os.path.abspath(options.build)
    folder = os.path.join(build, "demo")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    version = subprocess.run(
        [options.terraform, "version"], capture_output=True, text=True, check=True
    ).stdout
    version = re.search(r"^(Terraform|OpenTofu) v\S+", version, re.MULTILINE).group(0)
    cloud = Emulator(
        os.path.join(build, "bin", "ecs-emulator"),
        os.path.join(folder, "emulator.log"),
        brisk=False,
    )
    kept = False
    try:
        say(f"{version} ({options.terraform}) and a cloud on {cloud.url}")
        demo = Demo(options.terraform, build, cloud, folder)
        quickstart = play(demo)
        if options.keep:
            keep(demo, quickstart)
            kept = True
        else:
            say("\nNothing is left running. './dev demo --keep' leaves a cloud to try things in.")
    finally:
        if not kept:
            cloud.stop()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
