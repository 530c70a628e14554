#!/usr/bin/env python3
"""Makes what a registry publishes from built binaries: dist.py --work DIRECTORY --to DIRECTORY
PLATFORM...

Read: WORK/PLATFORM/build/bin/terraform-provider-ecs and its .map, which names the archives that are
linked in. Their packages, versions and licences go into a bill of materials (SPDX 2.3), and their
licence texts into the zip, as the licences ask for.
"""

import argparse
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAME = "terraform-provider-ecs"
# By source package of Debian. The texts are in its copyright file.
LICENCES = {
    "abseil": "Apache-2.0",
    "c-ares": "MIT",
    "curl": "curl",
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    "grpc": "Apache-2.0",
    "libzstd": "BSD-3-Clause",
    "nghttp2": "MIT",
    "nlohmann-json3": "MIT",
    "openssl": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "re2": "BSD-3-Clause",
    "utf8proc": "MIT AND Unicode-DFS-2016",
    "yaml-cpp": "MIT",
    "zlib": "Zlib",
}


def version():
    with open(os.path.join(TOP, "CMakeLists.txt"), encoding="utf-8") as file:
        return re.search(r"project\(\S+ VERSION (\S+)", file.read()).group(1)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def linked_archives(path):
    """The libraries outside of the project of which the linker took something."""
    with open(path, encoding="utf-8", errors="replace") as file:
        head = file.read().split("Discarded input sections")[0].split("Memory Configuration")[0]
    found = set(re.findall(r"^(/[^\s(]+\.a)\(", head, re.MULTILINE))
    return sorted(os.path.realpath(archive) for archive in found)


class Machine:
    """The packages of this machine."""

    def owners(self, paths):
        """path -> package, its source package, and that one's version."""
        # What is found under /usr/lib may have been installed as /lib.
        either = [*paths, *(path.removeprefix("/usr") for path in paths)]
        told = subprocess.run(["dpkg", "-S", *either], capture_output=True, text=True, check=False)
        packages = {}
        for line in told.stdout.splitlines():
            names, path = line.split(": ")
            packages[path] = names.split(",")[0]
        form = "${binary:Package}\t${Package}\t${source:Package}\t${source:Version}\n"
        names = sorted(set(packages.values()))
        listed = subprocess.run(
            ["dpkg-query", "-W", f"-f={form}", *names], capture_output=True, text=True, check=True
        )
        about = dict(line.split("\t", 1) for line in listed.stdout.splitlines())
        about |= {name.split(":")[0]: text for name, text in about.items()}
        found = {}
        for path in paths:
            package = packages.get(path) or packages[path.removeprefix("/usr")]
            found[path] = tuple(about[package].split("\t"))
        return found

    def copyright(self, package):
        return f"/usr/share/doc/{package}/copyright"


class Root:
    """Packages unpacked into a folder by package.sh, with a list of each one's files."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        for path in glob.glob(os.path.join(folder, "packages", "*")):
            with open(path, encoding="utf-8") as file:
                head, *names = file.read().splitlines()
            for name in names:
                self.files[os.path.normpath(name)] = tuple(head.split("\t"))

    def owners(self, paths):
        """As of a machine; what is outside of the folder is the cross compiler's."""
        inside = {path: path.removeprefix(self.folder) for path in paths}
        outside = [path for path, name in inside.items() if name == path]
        found = Machine().owners(outside) if outside else {}
        for path, name in inside.items():
            if path not in found:
                found[path] = self.files.get(name) or self.files[name.removeprefix("/usr")]
        return found

    def copyright(self, package):
        path = f"{self.folder}/usr/share/doc/{package}/copyright"
        return path if os.path.exists(path) else Machine().copyright(package)


def licence_of(source):
    for name, licence in LICENCES.items():
        if re.fullmatch(rf"{re.escape(name)}(-[\d.]+)?(-cross)?(-\d+)?", source):
            return licence
    if re.fullmatch(r"(cross-toolchain-base|gcc-[\d.]+-cross)(-\S+)?", source):
        return LICENCES["glibc" if source.startswith("cross-") else "gcc"]
    sys.exit(f"dist: the licence of {source} is not in {__file__}")


def components(work, platform):
    """(source package, its version, licence, file of its licence text), each once."""
    folder = os.path.join(work, platform)
    root = os.path.join(folder, "root")
    foreign = os.path.isdir(root)
    packages = Root(root) if foreign else Machine()
    built_here = os.path.join(folder, "curl") + os.sep
    archives = linked_archives(os.path.join(folder, "build", "bin", NAME + ".map"))
    used = [path for path in archives if not path.startswith(built_here)]
    # The JSON library has headers alone.
    used.append((root if foreign else "") + "/usr/include/nlohmann/json.hpp")
    found = {
        source: (release, packages.copyright(package))
        for package, source, release in packages.owners(used).values()
    }
    # libcurl is built from its source package.
    (packaging,) = glob.glob(os.path.join(work, "source", "curl-*", "debian"))
    with open(os.path.join(packaging, "changelog"), encoding="utf-8") as file:
        release = re.match(r"curl \(([^)]+)\)", file.read()).group(1)
    found["curl"] = (release, os.path.join(packaging, "copyright"))
    return [(name, release, licence_of(name), text) for name, (release, text) in found.items()]


def spdx(platform, binary, parts, when):
    def package(name, release, licence, **more):
        return {
            "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]", "-", name),
            "name": name,
            "versionInfo": release,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": licence,
            "licenseDeclared": licence,
            "copyrightText": "NOASSERTION",
            **more,
        }

    def debian(name, release):
        where = f"pkg:deb/debian/{name}@{release}?arch=source"
        return {
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": where,
                }
            ]
        }

    digest = sha256(binary)
    own = package(
        NAME,
        version(),
        "MPL-2.0",
        primaryPackagePurpose="APPLICATION",
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
    )
    linked = [package(*part[:3], **debian(*part[:2])) for part in parts]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{NAME}_{version()}_{platform}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{NAME}-{version()}-{platform}-{digest}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
            "creators": [f"Tool: {NAME}-dist"],
        },
        "packages": [own, *linked],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": own["SPDXID"],
            },
            *(
                {
                    "spdxElementId": own["SPDXID"],
                    "relationshipType": "STATIC_LINK",
                    "relatedSpdxElement": part["SPDXID"],
                }
                for part in linked
            ),
        ],
    }


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def licence_texts(parts):
    """The licences of what is linked in, one after the other, and the common ones they refer to."""
    common = "/usr/share/common-licenses/"
    line = "=" * 78
    texts = [f"{NAME} contains parts of the following software.\n"]
    texts += [
        f"{line}\n{part[0]} {part[1]} ({part[2]})\n{line}\n{text_of(part[3])}" for part in parts
    ]
    named = set(re.findall(common + r"([A-Za-z0-9+-]+(?:\.[0-9]+)*)", "".join(texts)))
    for name in sorted(named):
        if os.path.isfile(common + name):
            texts.append(f"{line}\n{common}{name}\n{line}\n{text_of(common + name)}")
    return "\n".join(texts)


def write_zip(path, files, when):
    """`files`: (name, bytes, mode). Nothing in it depends on when or where it is made."""
    date = max(time.gmtime(when)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content)


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def write_json(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


def sign(path):
    """A detached signature beside it, as registries want it, if there is a key."""
    key = os.environ.get("ECS_SIGN_KEY", "")
    if not key:
        print("dist: not signed: ECS_SIGN_KEY names no GPG key")
        return
    command = ["gpg", "--batch", "--yes", "--local-user", key, "--output", path + ".sig"]
    subprocess.run([*command, "--detach-sign", path], check=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--work", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("platforms", nargs="+")
    options = parser.parse_args()
    when = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    work = os.path.abspath(options.work)
    shutil.rmtree(options.to, ignore_errors=True)
    os.makedirs(options.to)
    prefix = os.path.join(options.to, f"{NAME}_{version()}")
    for platform in options.platforms:
        binary = os.path.join(work, platform, "build", "bin", NAME)
        parts = sorted(components(work, platform))
        write_json(f"{prefix}_{platform}.spdx.json", spdx(platform, binary, parts, when))
        files = [
            ("LICENSE", content_of(os.path.join(TOP, "LICENSE")), 0o644),
            ("THIRD-PARTY-LICENSES", licence_texts(parts).encode(), 0o644),
            (f"{NAME}_v{version()}", content_of(binary), 0o755),
        ]
        write_zip(f"{prefix}_{platform}.zip", files, when)
        print(f"dist: {platform}: {os.path.getsize(binary)} bytes")
    manifest = {"version": 1, "metadata": {"protocol_versions": ["6.0"]}}
    write_json(f"{prefix}_manifest.json", manifest)
    sums = prefix + "_SHA256SUMS"
    lines = [
        f"{sha256(path)}  {os.path.basename(path)}\n" for path in sorted(glob.glob(prefix + "_*"))
    ]
    with open(sums, "w", encoding="ascii") as file:
        file.writelines(lines)
    sign(sums)
    print("".join(sorted(name + "\n" for name in os.listdir(options.to))), end="")


if __name__ == "__main__":
    main()
