"""HAProxy passes connections on to replicas that are ready."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from libs.servers.haproxy import HaproxyApi, HaproxyServer, Replica
from libs.servers.processes import free_ports, wait_until

pytestmark = pytest.mark.timeout(300)  # HAProxy is installed where it is missing

WAIT_SECONDS = 30


class Process(ThreadingHTTPServer):
    """A process that tells its name, and whether it is ready."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.name = name
        self.is_ready = True
        self.says_so = threading.Event()
        self.says_so.set()

    @property
    def replica(self) -> Replica:
        port = int(self.server_address[1])
        return Replica(self.name, port, port)


class Answer(BaseHTTPRequestHandler):
    server: Process

    def do_GET(self) -> None:
        if self.path == "/readyz":
            self.server.says_so.wait(WAIT_SECONDS)
        self.send_response(200 if self.path != "/readyz" or self.server.is_ready else 503)
        self.end_headers()
        self.wfile.write(self.server.name.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def finish(self) -> None:
        """HAProxy closes the connection of a check when it has the status."""
        with suppress(ConnectionError):
            super().finish()


@contextmanager
def answering(process: Process) -> Iterator[Process]:
    thread = threading.Thread(target=process.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield process
    finally:
        process.shutdown()
        thread.join()
        process.server_close()


@pytest.fixture
def replicas() -> Iterator[list[Process]]:
    with answering(Process("sales")) as one, answering(Process("sales-2")) as another:
        yield [one, another]


@pytest.fixture
def balancer(tmp_path: Path, replicas: list[Process]) -> Iterator[HaproxyServer]:
    port, state_port = free_ports(2)
    server = HaproxyServer(tmp_path / "balancer", {port: [each.replica for each in replicas]}, state_port)
    with balancing(server, tmp_path / "log"):
        wait_for(server.api, {"sales", "sales-2"}, tmp_path / "log")
        yield server


def balancing(server: HaproxyServer, log: Path) -> AbstractContextManager[None]:
    server.initialise()
    return server.process().running("HAProxy", server.api.answers, log, start_seconds=WAIT_SECONDS)


def wait_for(api: HaproxyApi, ready: set[str], log: Path) -> None:
    wait_until(
        lambda: api.ready() == ready,
        alive=lambda: True,
        what=f"a balancer with {ready}",
        log=log,
        timeout_seconds=WAIT_SECONDS,
    )


def answers(balancer: HaproxyServer, number: int = 6) -> list[str]:
    (port,) = balancer.behind
    return [httpx.get(f"http://127.0.0.1:{port}/", timeout=30).text for _ in range(number)]


def test_connections_go_to_all_replicas_in_turn(balancer: HaproxyServer) -> None:
    assert sorted(answers(balancer)) == ["sales"] * 3 + ["sales-2"] * 3


def test_a_replica_that_is_not_ready_gets_none_until_it_is(
    balancer: HaproxyServer, replicas: list[Process], tmp_path: Path
) -> None:
    replicas[0].is_ready = False
    wait_for(balancer.api, {"sales-2"}, tmp_path / "log")
    assert set(answers(balancer)) == {"sales-2"}
    replicas[0].is_ready = True
    wait_for(balancer.api, {"sales", "sales-2"}, tmp_path / "log")
    assert set(answers(balancer)) == {"sales", "sales-2"}


def test_a_replica_that_has_not_answered_yet_is_not_called_ready(
    tmp_path: Path, replicas: list[Process]
) -> None:
    port, state_port = free_ports(2)
    server = HaproxyServer(tmp_path / "balancer", {port: [each.replica for each in replicas]}, state_port)
    replicas[0].says_so.clear()
    with balancing(server, tmp_path / "log"):
        assert "sales" not in server.api.ready()
        wait_for(server.api, {"sales-2"}, tmp_path / "log")
        replicas[0].says_so.set()
        wait_for(server.api, {"sales", "sales-2"}, tmp_path / "log")


def test_a_balancer_that_does_not_run_does_not_answer() -> None:
    (port,) = free_ports(1)
    assert not HaproxyApi(port).answers()
