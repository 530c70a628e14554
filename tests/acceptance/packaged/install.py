"""Every way in which people install a provider, with the packaged files."""

import base64
import hashlib
import json
import os
import shutil
import zipfile

import https
from case import each_tool
from package import (
    NATIVE,
    PackageCase,
    binary_name,
    sha256,
    unpack,
    version,
    zip_of,
)
from terraform import ADDRESS, HOSTS, installation


def h1_of(path):
    """Go's h1 hash of a zip: what lock files name beside the zip's own sum."""
    lines = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            lines.append(f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}\n")
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


@each_tool
class Installation(PackageCase):
    def mirror_folder(self, name, host):
        return os.path.join(self.folder, name, host, *ADDRESS.split("/"))

    def packed_mirror(self):
        for host in HOSTS:
            folder = self.mirror_folder("packed", host)
            os.makedirs(folder)
            shutil.copy(zip_of(), folder)
        return os.path.join(self.folder, "packed")

    def lock_file(self, work):
        with open(os.path.join(work.folder, ".terraform.lock.hcl"), encoding="utf-8") as file:
            return file.read()

    def test_development_overrides_need_no_init(self):
        folder = os.path.dirname(unpack(os.path.join(self.folder, "built")))
        work = self.fresh("overrides", *self.override(folder))
        outcome = self.succeed(work, "plan", "-input=false")
        self.assert_says(outcome, "development overrides are in effect", "1 to add")
        self.server_comes_and_goes(work)

    def test_from_a_packed_filesystem_mirror(self):
        work = self.fresh(
            "main-packed", installation("filesystem_mirror", path=self.packed_mirror())
        )
        self.assert_says(self.succeed(work, "init"), f"Installed {ADDRESS} v{version()}")
        self.assertIn(h1_of(zip_of()), self.lock_file(work))
        self.server_comes_and_goes(work)

    def test_from_an_unpacked_filesystem_mirror(self):
        for host in HOSTS:
            unpack(os.path.join(self.mirror_folder("unpacked", host), version(), NATIVE))
        mirror = os.path.join(self.folder, "unpacked")
        work = self.fresh("main-unpacked", installation("filesystem_mirror", path=mirror))
        self.assert_says(self.succeed(work, "init"), f"Installed {ADDRESS} v{version()}")
        self.server_comes_and_goes(work)

    def network_mirror(self, content):
        """Serves `content` (path -> JSON) and the zip; returns the workspace that uses it."""
        root = os.path.join(self.folder, "network")
        for host in HOSTS:
            folder = os.path.join(root, host, *ADDRESS.split("/"))
            os.makedirs(folder)
            shutil.copy(zip_of(), folder)
            for name, value in content.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(value, file)
        pair = https.certificate(self.folder)
        front = https.FolderFront(pair, root)
        self.addCleanup(front.stop)
        mirror = installation("network_mirror", url=f"https://127.0.0.1:{front.port}/")
        return self.fresh("main-network", mirror, SSL_CERT_FILE=pair[0])

    def archives(self, *hashes):
        about = {"url": os.path.basename(zip_of()), "hashes": list(hashes)}
        return {
            "index.json": {"versions": {version(): {}}},
            f"{version()}.json": {"archives": {NATIVE: about}},
        }

    def test_from_a_network_mirror_over_tls(self):
        work = self.network_mirror(self.archives(h1_of(zip_of()), f"zh:{sha256(zip_of())}"))
        self.assert_says(self.succeed(work, "init"), f"Installed {ADDRESS} v{version()}")
        self.assertIn(h1_of(zip_of()), self.lock_file(work))
        self.server_comes_and_goes(work)

    def test_a_network_mirror_with_another_checksum_is_refused(self):
        work = self.network_mirror(self.archives(f"zh:{'0' * 64}"))
        outcome = work.run("init", "-no-color")
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "checksum|hash")

    def test_a_lock_file_made_beforehand_is_kept_to(self):
        mirror = self.packed_mirror()
        work = self.fresh("main-locked", installation("filesystem_mirror", path=mirror))
        self.succeed(work, "providers", "lock", f"-fs-mirror={mirror}", f"-platform={NATIVE}")
        locked = self.lock_file(work)
        self.assertIn(h1_of(zip_of()), locked)
        self.succeed(work, "init", "-lockfile=readonly")
        self.assertEqual(self.lock_file(work), locked)
        self.server_comes_and_goes(work)

    def test_another_binary_than_the_locked_one_is_refused(self):
        mirror = self.packed_mirror()
        work = self.fresh("main-tampered", installation("filesystem_mirror", path=mirror))
        self.succeed(work, "init")
        shutil.rmtree(os.path.join(work.folder, ".terraform"))
        for host in HOSTS:
            path = os.path.join(self.mirror_folder("packed", host), os.path.basename(zip_of()))
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("more", binary_name())
        outcome = work.run("init", "-no-color")
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "checksum")
