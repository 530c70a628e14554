"""What ./dev package made, as the cases of the folders packaged and foreign see it."""

import hashlib
import os
import platform
import zipfile

import hcl
from case import Case
from terraform import ADDRESS, REQUIRED_PROVIDERS, write_cli_config

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DIST = os.path.join(TOP, "dist")
NAME = "terraform-provider-ecs"
NATIVE = {"x86_64": "linux_amd64", "aarch64": "linux_arm64"}[platform.machine()]


def version():
    (manifest,) = [name for name in os.listdir(DIST) if name.endswith("_manifest.json")]
    return manifest.split("_")[1]


def file_of(ending):
    return os.path.join(DIST, f"{NAME}_{version()}_{ending}")


def zip_of(system=NATIVE):
    return file_of(f"{system}.zip")


def binary_name():
    return f"{NAME}_v{version()}"


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(folder, system=NATIVE):
    """The binary alone, in `folder`; its path."""
    os.makedirs(folder, exist_ok=True)
    with zipfile.ZipFile(zip_of(system)) as archive:
        archive.extract(binary_name(), folder)
    path = os.path.join(folder, binary_name())
    os.chmod(path, 0o755)
    return path


class PackageCase(Case):
    """With a workspace of its own, that no mirror of the build is configured for."""

    def one_server(self):
        return "\n".join([REQUIRED_PROVIDERS, hcl.block("provider", "ecs"), self.server()])

    def fresh(self, name, *blocks, **variables):
        """A workspace with one server; `blocks` say where its provider comes from."""
        config = os.path.join(self.folder, f"{name}.tfrc")
        write_cli_config(config, *blocks)
        work = self.workspace(name)
        work.environment["TF_CLI_CONFIG_FILE"] = config
        work.environment.update(variables)
        work.write("main.tf", self.one_server())
        return work

    def succeed(self, work, *arguments):
        outcome = work.run(*arguments, "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def override(self, folder):
        """The blocks that take the provider's binary from a folder, without init."""
        return hcl.block("dev_overrides", **{ADDRESS: folder}), hcl.block("direct")

    def server_comes_and_goes(self, work):
        """Apply, an empty plan, destroy."""
        self.succeed(work, "apply", "-auto-approve", "-input=false")
        self.assertEqual([server["name"] for server in self.cloud.servers()], ["web"])
        self.succeed(work, "plan", "-input=false", "-detailed-exitcode")
        self.succeed(work, "destroy", "-auto-approve", "-input=false")
        self.assertEqual(self.cloud.servers(), [])
