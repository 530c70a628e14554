#!/usr/bin/env python3
"""scripts/curl_source.sh gets a pinned source from places that lack some of it.

    curl_source_test.py [SOURCE_DIRECTORY]

Ends with 77 where there is no apt to download with.
"""

import hashlib
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import unittest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
APT = "/usr/lib/apt/apt-helper"
GONE = "  404  Not Found"


def sums(data):
    return hashlib.sha256(data).hexdigest(), hashlib.sha1(data).hexdigest()


class Revision:
    """A source package of one tarball."""

    def __init__(self, name, content):
        self.name = name
        self.tarball = content
        sha256, sha1 = sums(content)
        self.dsc = (
            f"Format: 3.0\nChecksums-Sha1:\n {sha1} {len(content)} curl_{name}.tar.gz\n"
            f"Checksums-Sha256:\n {sha256} {len(content)} curl_{name}.tar.gz\nFiles:\n"
        ).encode()

    def pin(self):
        return " ".join((self.name, *sums(self.dsc)))

    def files(self):
        return {f"curl_{self.name}.dsc": self.dsc, f"curl_{self.name}.tar.gz": self.tarball}


class Mirror:
    """A folder of files on loopback, by name."""

    def __init__(self, files):
        by_path = {f"/{name}".replace("+", "%2b"): data for name, data in files.items()}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                data = by_path.get(self.path)
                self.send_response(404 if data is None else 200)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


NEW = Revision("2.0-1+deb2", b"the new one")
OLD = Revision("2.0-1+deb1", b"the old one")


class CurlSource(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=True)

    def mirror(self, files):
        mirror = Mirror(files)
        self.addCleanup(mirror.stop)
        return mirror.url

    def fetch(self, *places, revisions=(NEW, OLD)):
        script = (
            'set -euo pipefail\nshopt -s inherit_errexit\nsay() { printf "%s\\n" "$*" >&2; }\n'
            'source scripts/curl_source.sh\ncurl_revisions=$1 curl_places=$2\n'
            'if dsc=$(fetch_curl_source "$3"); then echo "$dsc"; else echo none; fi\n'
        )
        pins = "\n".join(revision.pin() for revision in revisions)
        # apt asks a proxy for loopback too.
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run(
            ["bash", "-c", script, "fetch", pins, "\n".join(places), self.folder],
            cwd=TOP,
            env={**environment, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return os.path.basename(done.stdout.strip()), done.stderr

    def got(self):
        found = {}
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                found[name] = file.read()
        return found

    def test_the_first_place_that_has_a_file_gives_it(self):
        part = {f"curl_{NEW.name}.dsc": NEW.dsc}
        name, said = self.fetch(self.mirror({}), self.mirror(part), self.mirror(NEW.files()))
        self.assertEqual((name, said), (f"curl_{NEW.name}.dsc", ""))
        self.assertEqual(self.got(), NEW.files())

    def test_where_the_newest_revision_is_not_served_an_older_one_is_taken(self):
        name, said = self.fetch(self.mirror(OLD.files()))
        self.assertEqual((name, said), (f"curl_{OLD.name}.dsc", ""))
        self.assertEqual(self.got(), OLD.files())

    def test_a_file_that_is_not_the_pinned_one_is_not_taken(self):
        forged = {**NEW.files(), f"curl_{NEW.name}.tar.gz": b"something"}
        name, _ = self.fetch(self.mirror({**forged, **OLD.files()}))
        self.assertEqual(name, f"curl_{OLD.name}.dsc")
        self.assertNotIn(f"curl_{NEW.name}.tar.gz", self.got())

    def test_an_archive_has_files_by_their_sha1(self):
        files = {sums(data)[1]: data for data in NEW.files().values()}
        name, _ = self.fetch(self.mirror({}), f"sha1:{self.mirror(files)}")
        self.assertEqual(name, f"curl_{NEW.name}.dsc")
        self.assertEqual(self.got(), NEW.files())

    def test_without_any_it_says_what_was_tried(self):
        one, two = self.mirror({}), self.mirror({})
        name, said = self.fetch(one, f"sha1:{two}", revisions=(NEW,))
        self.assertEqual(name, "none")
        self.assertEqual(
            [line.split(" [IP:")[0] for line in said.splitlines()],
            [
                "no pinned revision of libcurl's source can be had. Tried:",
                f"  {one}/curl_2.0-1%2bdeb2.dsc:{GONE}",
                f"  {two}/{sums(NEW.dsc)[1]}:{GONE}",
            ],
        )

    def test_the_pins_name_more_than_one_revision_and_place(self):
        text = subprocess.run(
            ["bash", "-c", ". scripts/curl_source.sh; echo $curl_revisions; echo $curl_places"],
            cwd=TOP,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        revisions, places = text.splitlines()
        self.assertGreaterEqual(len(revisions.split()), 2 * 3)
        self.assertEqual(len(revisions.split()) % 3, 0)
        self.assertGreaterEqual(len(places.split()), 2)


if __name__ == "__main__":
    if not os.path.exists(APT):
        sys.exit(77)
    if len(sys.argv) > 1:
        TOP = os.path.abspath(sys.argv.pop())
    unittest.main()
