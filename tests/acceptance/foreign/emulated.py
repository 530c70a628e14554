"""The package of the other platform, run by qemu."""

import os
import subprocess

from case import each_tool
from package import NATIVE, PackageCase, unpack, version

SYSTEM, QEMU = {
    "linux_amd64": ("linux_arm64", "qemu-aarch64-static"),
    "linux_arm64": ("linux_amd64", "qemu-x86_64-static"),
}[NATIVE]


class Foreign(PackageCase):
    def test_tells_its_version(self):
        path = unpack(self.folder, SYSTEM)
        told = subprocess.run(
            [QEMU, path, "version"], capture_output=True, text=True, check=True
        ).stdout
        self.assertEqual(told, f"terraform-provider-ecs {version()}\n")

    @each_tool
    def test_creates_plans_nothing_and_destroys(self):
        folder = os.path.join(self.folder, "built")
        path = unpack(os.path.join(self.folder, "foreign"), SYSTEM)
        os.makedirs(folder)
        # What Terraform starts: this machine's kernel runs only its own binaries.
        starter = os.path.join(folder, "terraform-provider-ecs")
        with open(starter, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {QEMU} {path} "$@"\n')
        os.chmod(starter, 0o755)
        work = self.fresh("overrides", *self.override(folder))
        self.server_comes_and_goes(work)
