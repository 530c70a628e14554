"""What stands in dist/ is complete, consistent, and what registries ask for."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile

from case import Case
from package import DIST, NAME, NATIVE, TOP, binary_name, file_of, sha256, unpack, version, zip_of


class Files(Case):
    def run_dist(self, to, **variables):
        """The same files once more, elsewhere."""
        script = os.path.join(TOP, "scripts", "dist.py")
        work = os.path.join(TOP, "build-package")
        command = [sys.executable, "-B", script, "--work", work, "--to", to, NATIVE]
        done = subprocess.run(
            command,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_binary_needs_no_library_and_tells_its_version(self):
        path = unpack(self.folder)
        with open(path, "rb") as file:
            head = file.read(64)
            offset, size, count = (
                int.from_bytes(head[32:40], "little"),
                int.from_bytes(head[54:56], "little"),
                int.from_bytes(head[56:58], "little"),
            )
            file.seek(offset)
            kinds = [int.from_bytes(file.read(size)[:4], "little") for _ in range(count)]
        self.assertNotIn(2, kinds, "PT_DYNAMIC: it is linked against shared libraries")
        self.assertNotIn(3, kinds, "PT_INTERP: it needs a loader")
        told = subprocess.run([path, "version"], capture_output=True, text=True, check=True, env={})
        self.assertEqual(told.stdout, f"terraform-provider-ecs {version()}\n")

    def test_the_zip_has_the_binary_and_the_licences(self):
        with zipfile.ZipFile(zip_of()) as archive:
            modes = {
                entry.filename: stat.filemode(entry.external_attr >> 16)
                for entry in archive.infolist()
            }
            texts = archive.read("THIRD-PARTY-LICENSES").decode()
        expected = {
            "LICENSE": "-rw-r--r--",
            "THIRD-PARTY-LICENSES": "-rw-r--r--",
            binary_name(): "-rwxr-xr-x",
        }
        self.assertEqual(modes, expected)
        for word in ("openssl", "grpc", "GNU LESSER GENERAL PUBLIC LICENSE"):
            self.assertTrue(word in texts, word)

    def test_the_sums_are_those_of_all_files(self):
        with open(file_of("SHA256SUMS"), encoding="ascii") as file:
            told = dict(reversed(line.split("  ")) for line in file.read().splitlines())
        names = [name for name in os.listdir(DIST) if "SHA256SUMS" not in name]
        self.assertEqual(told, {name: sha256(os.path.join(DIST, name)) for name in names})
        self.assertIn(os.path.basename(zip_of()), told)

    def test_the_manifest_names_the_protocol(self):
        with open(file_of("manifest.json"), encoding="utf-8") as file:
            content = json.load(file)
        self.assertEqual(content, {"version": 1, "metadata": {"protocol_versions": ["6.0"]}})

    def test_the_bill_of_materials_has_every_part_with_its_licence(self):
        with open(file_of(f"{NATIVE}.spdx.json"), encoding="utf-8") as file:
            bill = json.load(file)
        own, *parts = bill["packages"]
        self.assertEqual((own["name"], own["versionInfo"]), (NAME, version()))
        digest = {"algorithm": "SHA256", "checksumValue": sha256(unpack(self.folder))}
        self.assertEqual(own["checksums"], [digest])
        names = {re.sub(r"-\d+$", "", part["name"]) for part in parts}
        wanted = {"abseil", "c-ares", "curl", "gcc", "glibc", "grpc", "nghttp2", "nlohmann-json3"}
        wanted |= {"openssl", "protobuf", "re2", "utf8proc", "yaml-cpp", "zlib"}
        # OpenSSL brings it along in newer releases of Debian.
        self.assertEqual(names - {"libzstd"}, wanted)
        for part in parts:
            self.assertNotIn(part["licenseDeclared"], ("", "NOASSERTION"), part)
            self.assertTrue(part["versionInfo"], part)
        linked = {
            relation["relatedSpdxElement"]
            for relation in bill["relationships"]
            if relation["relationshipType"] == "STATIC_LINK"
        }
        self.assertEqual(linked, {part["SPDXID"] for part in parts})

    def test_packing_the_same_binary_again_gives_the_same_bytes(self):
        when = {"SOURCE_DATE_EPOCH": "1700000000"}
        first, second = (os.path.join(self.folder, name) for name in ("first", "second"))
        self.run_dist(first, **when)
        self.run_dist(second, **when, TZ="Asia/Tokyo")
        self.assertEqual(
            *(
                {name: sha256(os.path.join(folder, name)) for name in os.listdir(folder)}
                for folder in (first, second)
            )
        )

    def test_the_sums_are_signed_if_there_is_a_key(self):
        # Short: the path of gpg's socket is limited.
        home = tempfile.mkdtemp(prefix="gpg-", dir="/tmp")
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        self.addCleanup(
            subprocess.run,
            ["gpgconf", "--kill", "all"],
            env={"PATH": os.environ["PATH"], "GNUPGHOME": home},
            check=False,
        )

        def gpg(*arguments):
            return subprocess.run(
                ["gpg", "--batch", "--homedir", home, *arguments],
                capture_output=True,
                text=True,
                check=False,
            )

        made = gpg("--passphrase", "", "--quick-generate-key", "release@example.test", "ed25519")
        self.assertEqual(made.returncode, 0, made.stderr)
        to = os.path.join(self.folder, "signed")
        self.run_dist(to, ECS_SIGN_KEY="release@example.test", GNUPGHOME=home)
        sums = os.path.join(to, f"{NAME}_{version()}_SHA256SUMS")
        verified = gpg("--verify", sums + ".sig", sums)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        with open(sums, "a", encoding="ascii") as file:
            file.write("0  something-else\n")
        self.assertNotEqual(gpg("--verify", sums + ".sig", sums).returncode, 0)
