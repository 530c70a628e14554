#!/usr/bin/env python3
"""What the provider costs: start-up, memory, waiting. Prints figures; fails on nothing.

    measure.py --build DIRECTORY

The first Terraform or OpenTofu of ECS_TEST_TERRAFORMS, or of the PATH, is used. Besides the build's
provider, the packaged one of dist/ is measured if there is one.
"""

import argparse
import glob
import os
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "acceptance"))
sys.dont_write_bytecode = True

import hcl  # noqa: E402
from case import IMAGE, LARGE, NETWORK, SMALL, VPC  # noqa: E402
from emulator import Emulator  # noqa: E402
from package import DIST, NATIVE, unpack, version  # noqa: E402
from terraform import (  # noqa: E402
    ADDRESS,
    HOSTS,
    REQUIRED_PROVIDERS,
    Workspace,
    given_tools,
    installation,
    plugins_of,
    write_cli_config,
)

COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
STARTS = 20


def client_certificate(folder):
    """A certificate such as Terraform makes for each plugin."""
    path = os.path.join(folder, "client.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-521 -nodes -days 2"
    names = ["-subj", "/O=HashiCorp/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command.split(), *names, "-keyout", os.path.join(folder, "key.pem"), "-out", path],
        check=True,
        capture_output=True,
    )
    with open(path, encoding="ascii") as file:
        return file.read()


def handshake_milliseconds(binary, certificate):
    """From exec to the handshake line."""
    environment = {
        "PATH": os.environ["PATH"],
        "TF_PLUGIN_MAGIC_COOKIE": COOKIE,
        "PLUGIN_PROTOCOL_VERSIONS": "6,5",
        "PLUGIN_CLIENT_CERT": certificate,
    }
    began = time.monotonic()
    process = subprocess.Popen(
        [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    process.stdout.readline()
    took = time.monotonic() - began
    process.kill()
    process.communicate()
    return took * 1000


def peak_memory_mb(process, drain=False):
    """The largest resident size of any provider process while `process` runs."""
    if drain:  # more output than a pipe holds
        threading.Thread(target=process.stdout.read, daemon=True).start()
    peak = 0
    while process.poll() is None:
        try:
            for plugin in plugins_of(process):
                with open(f"/proc/{plugin}/status", encoding="ascii") as file:
                    for line in file:
                        if line.startswith("VmHWM:"):
                            peak = max(peak, int(line.split()[1]))
        except (FileNotFoundError, ProcessLookupError):
            pass
        select.select([], [], [], 0.002)
    return peak / 1024


def configuration(count, flavor):
    server = hcl.block(
        "resource",
        "ecs_server",
        "web",
        count=count,
        name=hcl.Raw('"web-${count.index}"'),
        flavor=flavor,
        image_id=IMAGE,
        vpc_id=VPC,
        network_interface={"network_id": NETWORK},
        system_disk={"type": "SSD", "size_gb": 40},
    )
    return "\n".join([REQUIRED_PROVIDERS, hcl.block("provider", "ecs"), server])


class Bench:
    """Measures one binary, which Terraform installs from a mirror."""

    def __init__(self, build, folder, binary, mirror):
        self.build = build
        self.folder = folder
        self.binary = binary
        self.tool = given_tools()[0]
        self.cli_config = os.path.join(folder, "terraform.tfrc")
        write_cli_config(self.cli_config, installation("filesystem_mirror", path=mirror))

    def workspace(self, name, cloud):
        path = os.path.join(self.folder, name)
        return Workspace(self.tool, path, self.cli_config, cloud.environment())

    def emulator(self, **durations):
        binary = os.path.join(self.build, "bin", "ecs-emulator")
        log = os.path.join(self.folder, "emulator.log")
        return Emulator(binary, log, durations=durations)

    def run(self, work, *arguments):
        began = time.monotonic()
        outcome = work.run(*arguments)
        if outcome.code != 0:
            sys.exit(str(outcome))
        return time.monotonic() - began

    def size(self):
        print(f"size: {os.path.getsize(self.binary) / 1e6:.1f} MB")

    def start_up(self):
        certificate = client_certificate(self.folder)
        took = [handshake_milliseconds(self.binary, certificate) for _ in range(STARTS)]
        print(f"exec to handshake, AutoMTLS: {statistics.median(took):.1f} ms (median of {STARTS})")

    def schema(self):
        cloud = self.emulator()
        try:
            work = self.workspace("schema", cloud)
            work.write("main.tf", configuration(1, SMALL))
            self.run(work, "init", "-input=false")
            process = work.start("providers", "schema", "-json")
            memory = peak_memory_mb(process, drain=True)
            work.finish(process)
            print(f"after the schema call: at most {memory:.1f} MB resident")
        finally:
            cloud.stop()

    def waiting(self):
        cloud = self.emulator(resize="2000ms")
        try:
            work = self.workspace("resize", cloud)
            work.write("main.tf", configuration(1, SMALL))
            self.run(work, "init", "-input=false")
            self.run(work, "apply", "-auto-approve", "-input=false")
            work.write("main.tf", configuration(1, LARGE))
            took = self.run(work, "apply", "-auto-approve", "-input=false")
            print(f"apply of a resize that takes the cloud 2.0 s, confirm 0.1 s: {took:.2f} s")
        finally:
            cloud.stop()

    def plan_of(self, count):
        cloud = self.emulator()
        try:
            work = self.workspace(f"plan{count}", cloud)
            work.write("main.tf", configuration(count, SMALL))
            self.run(work, "init", "-input=false")
            arguments = ("-auto-approve", "-input=false", f"-parallelism={count}")
            applied = self.run(work, "apply", *arguments)
            cloud.clear_journal()
            process = work.start("plan", "-input=false")
            began = time.monotonic()
            memory = peak_memory_mb(process)
            took = time.monotonic() - began
            work.finish(process)
            print(
                f"{count} servers: apply {applied:.1f} s; plan {took:.2f} s,"
                f" {len(cloud.journal())} requests, provider at most {memory:.1f} MB resident"
            )
        finally:
            cloud.stop()


def measure(bench):
    bench.size()
    bench.start_up()
    bench.schema()
    bench.plan_of(100)
    bench.waiting()


def packaged(folder):
    """The binary of dist/, and a mirror with it."""
    mirror = os.path.join(folder, "mirror")
    parts = (*ADDRESS.split("/"), version(), NATIVE)
    paths = [unpack(os.path.join(mirror, host, *parts)) for host in HOSTS]
    return paths[0], mirror


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build")
    build = os.path.abspath(parser.parse_args().build)
    mirror = os.path.join(build, "mirror")
    (installed,) = glob.glob(os.path.join(mirror, HOSTS[0], ADDRESS, "*", "*", "*"))
    print(f"with {given_tools()[0]}")
    with tempfile.TemporaryDirectory(prefix="ecs-bench-") as folder:
        print("-- linked dynamically")
        measure(Bench(build, folder, installed, mirror))
    if os.path.isdir(DIST):
        with tempfile.TemporaryDirectory(prefix="ecs-bench-") as folder:
            print("-- packaged")
            measure(Bench(build, folder, *packaged(folder)))


if __name__ == "__main__":
    main()
