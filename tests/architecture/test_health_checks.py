"""The health checks of the compose file, run as they stand: a process is ready, unready, silent or away."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import yaml

from tests.architecture.deployed import PROCESSES
from tests.architecture.sources import ROOT

ASKED = [name for name, module, _ in PROCESSES if module.endswith((".main", ".worker"))]
READY = (200, '{"status":"ready","checks":{"database":"ok"}}')
UNREADY = (503, '{"status":"not ready","checks":{"database":"connection refused"}}')


class Process(BaseHTTPRequestHandler):
    """Answers /readyz."""

    def __init__(self, answer: tuple[int, str], *socket_and_server: object) -> None:
        self._answer = answer
        super().__init__(*socket_and_server)  # type: ignore[arg-type]  # as HTTPServer gives them

    def do_GET(self) -> None:
        status, body = self._answer if self.path == "/readyz" else (404, "")
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def process(answer: tuple[int, str]) -> Iterator[int]:
    """The port of a process that gives this answer."""
    with HTTPServer(("127.0.0.1", 0), partial(Process, answer)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def checks() -> dict[str, list[str]]:
    """The command with which compose asks each process."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {
        name: [word.replace("$$", "$") for word in services[name]["healthcheck"]["test"][1:]]
        for name in ASKED
    }


def run(command: list[str], port: int, *, public_port: int = 1) -> subprocess.CompletedProcess[str]:
    """What the command says of the process at this port; 0: that has only a public one."""
    ports = [f"INTERNAL_PORT={port or ''}", f"PORT={public_port}"]
    return subprocess.run(["env", *ports, *command], capture_output=True, text=True, timeout=30, check=False)


def test_a_check_starts_no_python(checks: dict[str, list[str]]) -> None:
    assert [name for name, command in checks.items() if command[0] != "bash"] == []


@pytest.mark.parametrize("name", ASKED)
def test_a_ready_process_is_healthy(name: str, checks: dict[str, list[str]]) -> None:
    with process(READY) as port:
        told = run(checks[name], port)
    assert (told.returncode, told.stdout, told.stderr) == (0, READY[1], "")


def test_the_reason_why_a_process_is_not_ready_is_told(checks: dict[str, list[str]]) -> None:
    with process(UNREADY) as port:
        told = run(checks["sales"], port)
    assert (told.returncode, told.stdout) == (1, UNREADY[1])


def test_the_port_is_the_public_one_where_there_is_no_other(checks: dict[str, list[str]]) -> None:
    with process(READY) as port:
        assert run(checks["sales"], 0, public_port=port).returncode == 0


def test_a_process_that_does_not_run_is_unhealthy(checks: dict[str, list[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    told = run(checks["sales"], port)
    assert told.returncode == 1
    assert "Connection refused" in told.stderr


def test_a_process_that_hangs_is_unhealthy(checks: dict[str, list[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert run(checks["sales"], silent.getsockname()[1]).returncode == 1
