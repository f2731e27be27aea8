"""Our suite with traces on, to take turns with ours without. A collector beside it drops what it gets."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rich.console import Console

from bench import suite
from deploy.local.sources import OURS
from libs.servers.processes import free_ports


class Dropping(BaseHTTPRequestHandler):
    """Takes whatever it is sent."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as a collector."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def started(share: float, randomness: random.Random, console: Console) -> Iterator[suite.Suite]:
    """A fresh suite that traces this share of its requests; deleted with all its data after the block."""
    [port] = free_ports(1)
    collector = subprocess.Popen([sys.executable, "-m", "bench.traced", str(port)])
    traced = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": str(share),
    }
    name = f"{share:.0%} traced"
    try:
        with suite.started(OURS, suite.SECOND, randomness, console, name=name, environment=traced) as ours:
            yield ours
    finally:
        collector.terminate()
        collector.wait()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Dropping).serve_forever()
