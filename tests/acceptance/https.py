"""TLS in front of a folder or of an emulated cloud, with a certificate made for the occasion."""

import functools
import http.server
import os
import select
import socket
import socketserver
import ssl
import subprocess
import threading


def certificate(folder):
    """Paths of a certificate for this machine, which its users have to trust, and of its key."""
    paths = os.path.join(folder, "front.pem"), os.path.join(folder, "front.key")
    names = "DNS:localhost,DNS:cloud.example.test,IP:127.0.0.1"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    subprocess.run(
        [*command.split(), "-subj", "/CN=front", "-addext", f"subjectAltName={names}"]
        + ["-out", paths[0], "-keyout", paths[1]],
        check=True,
        capture_output=True,
    )
    return paths


def context_of(pair):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


class Forwarder(socketserver.BaseRequestHandler):
    """One connection: TLS outside, the same bytes to the cloud."""

    def handle(self):
        with socket.create_connection(self.server.target) as inside:
            self.pass_on(self.request, inside)

    def pass_on(self, outside, inside):
        try:
            while True:
                ready = (
                    [outside] if outside.pending() else select.select([outside, inside], [], [])[0]
                )
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    (inside if source is outside else outside).sendall(data)
        except OSError:
            return  # gone, or a client that does not trust us


class Front(socketserver.ThreadingTCPServer):
    """Runs until stop()."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, pair, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.context = context_of(pair)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def get_request(self):
        connection, address = super().get_request()
        # The handshake comes with the first read, in the connection's own thread.
        return (
            self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False),
            address,
        )

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        self.shutdown()
        self.server_close()


class CloudFront(Front):
    """An emulated cloud behind TLS."""

    def __init__(self, pair, url):
        host, port = url.split("//")[1].split(":")
        self.target = (host, int(port))
        super().__init__(pair, Forwarder)

    def variables(self, host):
        """What makes the provider reach every service through here."""
        origin = f"https://{host}:{self.port}"
        services = ("ECS", "VPC", "EVS", "IMS", "EIP")
        endpoints = {f"OS_{service}_ENDPOINT_OVERRIDE": origin for service in services}
        return {"OS_AUTH_URL": origin + "/v3", **endpoints}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class FolderFront(Front):
    """A folder's files over https."""

    def __init__(self, pair, folder):
        super().__init__(pair, functools.partial(Quiet, directory=folder))
