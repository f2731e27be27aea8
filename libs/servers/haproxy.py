"""A HAProxy that passes connections on to those replicas of a process which report that they are ready.

It stands for a cluster's Services: it chooses a replica for a connection, not for a request, and repeats
nothing.
"""

import csv
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from libs.servers import debian
from libs.servers.processes import LOOPBACK, ServerProcess, own_folder, server_user, write_for

PACKAGE = "haproxy"
ANSWER_TIMEOUT_SECONDS = 2
HAS_SAID_SO = "L7OK"
"""The result of a check that was answered 2xx; a star before it: the next one is under way."""
CHECK_MS = 500
"""Between two questions to a replica whether it is ready."""
# An idle connection is closed by the processes, after 75 s.
SETTINGS = f"""
defaults
    mode tcp
    balance roundrobin
    retries 0
    timeout connect 2s
    timeout client 10m
    timeout server 10m
    timeout check 10s
    option httpchk GET /readyz
    default-server check inter {CHECK_MS}ms fall 1 rise 1
"""


def installed_server(tell: Callable[[str], None] = lambda _: None) -> str:
    """The command `haproxy`; Debian's package is installed if it is missing. Raises `ServerFailed`."""
    return debian.ensure("haproxy", PACKAGE, tell)


@dataclass(frozen=True, slots=True)
class Replica:
    """A process behind a balancer, and the port of its health checks."""

    name: str
    port: int
    health_port: int


@dataclass(frozen=True, slots=True)
class HaproxyApi:
    """What a running HAProxy knows of the replicas."""

    port: int

    def ready(self) -> set[str]:
        """The names of the replicas that have said that they are ready, and so get connections.

        One that was not asked yet gets connections too, but may lose them with the first answer. Raises
        `OSError` or `HTTPException`.
        """
        address = f"http://{LOOPBACK}:{self.port}/;csv"
        with urlopen(address, timeout=ANSWER_TIMEOUT_SECONDS) as answer:
            table = answer.read().decode()
        rows = csv.DictReader(table.removeprefix("# ").splitlines())
        return {
            row["svname"]
            for row in rows
            if row["status"] == "UP" and row["check_status"].endswith(HAS_SAID_SO)
        }

    def answers(self) -> bool:
        """True once it answers."""
        try:
            self.ready()
        except (OSError, HTTPException):
            return False
        return True


@dataclass(frozen=True, slots=True)
class HaproxyServer:
    """A balancer in `folder`: each port of `behind` leads to its replicas."""

    folder: Path
    behind: Mapping[int, Sequence[Replica]]
    state_port: int
    user: str | None = field(default_factory=lambda: server_user(PACKAGE))

    @property
    def api(self) -> HaproxyApi:
        """Its state."""
        return HaproxyApi(self.state_port)

    def initialise(self) -> None:
        """Write its configuration."""
        own_folder(self.folder, self.user)
        write_for(self.user, self._file, configuration(self.behind, self.state_port))

    def process(self) -> ServerProcess:
        """The server in the foreground. Raises `ServerFailed` if there is none."""
        command = (installed_server(), "-db", "-q", "-f", str(self._file))
        return ServerProcess(command, environment={}, user=self.user, stop_signal=signal.SIGTERM)

    @property
    def _file(self) -> Path:
        return self.folder / "haproxy.cfg"


def configuration(behind: Mapping[int, Sequence[Replica]], state_port: int) -> str:
    """The text of haproxy.cfg."""
    return "\n".join([SETTINGS, *_sections(behind), *_state(state_port), ""])


def _sections(behind: Mapping[int, Sequence[Replica]]) -> Iterator[str]:
    for port, replicas in behind.items():
        yield f"listen port-{port}"
        yield f"    bind {LOOPBACK}:{port}"
        for each in replicas:
            yield f"    server {each.name} {LOOPBACK}:{each.port} port {each.health_port}"


def _state(port: int) -> Iterator[str]:
    yield "listen state"
    yield f"    bind {LOOPBACK}:{port}"
    yield "    mode http"
    yield "    stats enable"
    yield "    stats uri /"
