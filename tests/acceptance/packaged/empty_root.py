"""Terraform and the provider alone in a root folder: no libc, no shell, no library, no /proc."""

import os
import shutil
import socket
import stat
import subprocess
import threading

import https
from case import each_tool
from package import NATIVE, PackageCase, unpack, version
from terraform import ADDRESS, HOSTS, REQUIRED_PROVIDERS, installation, write_cli_config

NAME_OF_THE_CLOUD = "cloud.example.test"


class Resolver:
    """A name server that knows one name, on a port that only root may take."""

    def __init__(self):
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # An address of this process's own: many may run.
        self.address = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
        self.socket.bind((self.address, 53))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                question, client = self.socket.recvfrom(512)
            except OSError:
                return
            self.socket.sendto(self.answer(question), client)

    def answer(self, question):
        end = question.index(b"\0", 12) + 5
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode())
            at += 1 + question[at]
        kind = int.from_bytes(question[end - 4 : end - 2], "big")
        self.asked.append(".".join(labels))
        known = self.asked[-1] == NAME_OF_THE_CLOUD and kind == 1
        address = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if known else b""
        code = b"\x81\x80" if self.asked[-1] == NAME_OF_THE_CLOUD else b"\x81\x83"
        counts = b"\0\1" + (b"\0\1" if known else b"\0\0") + b"\0\0\0\0"
        return question[:2] + code + counts + question[12:end] + address

    def stop(self):
        self.socket.close()


@each_tool
class EmptyRoot(PackageCase):
    def setUp(self):
        super().setUp()
        self.pair = https.certificate(self.folder)
        self.front = https.CloudFront(self.pair, self.cloud.url)
        self.addCleanup(self.front.stop)
        self.root = os.path.join(self.folder, "root")
        self.fill()

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def fill(self):
        os.makedirs(os.path.join(self.root, "tmp"))
        shutil.copy(self.tool.path, os.path.join(self.root, "terraform"))
        self.make_null()
        with open(self.pair[0], encoding="ascii") as file:
            self.write("etc/ssl/certs/ca-certificates.crt", file.read())
        for host in HOSTS:
            unpack(os.path.join(self.root, "mirror", host, *ADDRESS.split("/"), version(), NATIVE))
        config = os.path.join(self.root, "here", "terraform.tfrc")
        os.makedirs(os.path.dirname(config))
        write_cli_config(config, installation("filesystem_mirror", path="/mirror"))
        self.write("here/main.tf", self.one_server())

    def make_null(self):
        path = os.path.join(self.root, "dev", "null")
        if os.getuid() != 0:
            self.write("dev/null", "")  # what the real one is mounted on
            return
        os.makedirs(os.path.dirname(path))
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))

    def enter(self):
        """The command that runs /terraform there: who is not root is it in a namespace."""
        if os.getuid() == 0:
            return ["chroot", self.root, "/terraform"]
        script = 'mount --bind /dev/null "$0/dev/null" && exec chroot "$0" /terraform "$@"'
        namespace = ["unshare", "--map-root-user", "--mount", "--propagation", "unchanged"]
        return [*namespace, "sh", "-c", script, self.root]

    def inside(self, *arguments, host="localhost", **more):
        variables = {
            **self.cloud.environment(),
            **self.front.variables(host),
            "PATH": os.environ["PATH"],
            "HOME": "/here",
            "TZ": "Asia/Tokyo",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": "/here/terraform.tfrc",
            **more,
        }
        done = subprocess.run(
            [*self.enter(), "-chdir=/here", *arguments, "-no-color"],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout

    def succeed_inside(self, *arguments, **more):
        code, output = self.inside(*arguments, **more)
        self.assertEqual(code, 0, output)
        return output

    def test_holds_a_certificate_bundle_and_nothing_else_of_a_system(self):
        files = set()
        for folder, _, names in os.walk(self.root):
            files |= {os.path.relpath(os.path.join(folder, name), self.root) for name in names}
        mirror = {name for name in files if name.startswith("mirror/")}
        self.assertEqual(len(mirror), len(HOSTS))
        self.assertEqual(
            files - mirror,
            {
                "dev/null",
                "etc/ssl/certs/ca-certificates.crt",
                "terraform",
                "here/main.tf",
                "here/terraform.tfrc",
            },
        )

    def test_applies_plans_nothing_and_destroys_over_tls(self):
        self.succeed_inside("init", "-input=false")
        self.succeed_inside("apply", "-auto-approve", "-input=false")
        self.assertEqual([server["name"] for server in self.cloud.servers()], ["web"])
        self.succeed_inside("plan", "-input=false", "-detailed-exitcode")
        self.succeed_inside("destroy", "-auto-approve", "-input=false")
        self.assertEqual(self.cloud.servers(), [])
        self.assertEqual(os.listdir(os.path.join(self.root, "tmp")), [])

    def test_without_trusted_certificates_says_what_to_do(self):
        self.succeed_inside("init", "-input=false")
        os.remove(os.path.join(self.root, "etc/ssl/certs/ca-certificates.crt"))
        code, output = self.inside("apply", "-auto-approve", "-input=false")
        self.assertEqual(code, 1, output)
        self.assertIn("cacert_file", output)
        self.assertEqual(self.cloud.journal(), [])

    def test_finds_certificates_where_distributions_keep_them_and_where_it_is_told(self):
        self.write("here/main.tf", REQUIRED_PROVIDERS + 'data "ecs_availability_zones" "all" {}\n')
        self.succeed_inside("init", "-input=false")
        at = "etc/ssl/certs/ca-certificates.crt"
        for place, variables in (
            ("etc/pki/tls/certs/ca-bundle.crt", {}),
            ("etc/ssl/ca-bundle.pem", {}),
            ("etc/ssl/cert.pem", {}),
            ("here/told.pem", {"SSL_CERT_FILE": "/here/told.pem"}),
            ("here/asked.pem", {"OS_CACERT": "/here/asked.pem"}),
        ):
            with self.subTest(place):
                os.makedirs(os.path.dirname(os.path.join(self.root, place)), exist_ok=True)
                os.rename(os.path.join(self.root, at), os.path.join(self.root, place))
                at = place
                self.cloud.clear_journal()
                self.succeed_inside("plan", "-input=false", **variables)
                self.assertNotEqual(self.cloud.journal(), [])

    def test_finds_names_by_dns(self):
        try:
            resolver = Resolver()
        except PermissionError:
            self.skipTest("only root can be a name server")
        self.addCleanup(resolver.stop)
        self.write("etc/resolv.conf", f"nameserver {resolver.address}\n")
        self.succeed_inside("init", "-input=false")
        self.succeed_inside("apply", "-auto-approve", "-input=false", host=NAME_OF_THE_CLOUD)
        self.assertEqual([server["name"] for server in self.cloud.servers()], ["web"])
        self.assertIn(NAME_OF_THE_CLOUD, resolver.asked)
