"""A Prometheus with its own port and folder: it scrapes, evaluates rules, and answers queries."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from libs.servers import debian
from libs.servers.processes import (
    LOOPBACK,
    ServerProcess,
    free_ports,
    own_folder,
    server_user,
    write_for,
)

PACKAGE = "prometheus"
KEPT = "15d"
START_TIMEOUT_SECONDS = 60
ANSWER_TIMEOUT_SECONDS = 10


class Sample(NamedTuple):
    """A series with its value now."""

    labels: Mapping[str, str]
    value: float


def installed_server(tell: Callable[[str], None] = lambda _: None) -> str:
    """The command `prometheus`; Debian's package is installed if it is missing. Raises `ServerFailed`."""
    return debian.ensure("prometheus", PACKAGE, tell)


def installed_promtool() -> str:
    """The command `promtool` of the same package, which checks and tests rules. Raises `ServerFailed`."""
    return debian.ensure("promtool", PACKAGE)


@dataclass(frozen=True, slots=True)
class PrometheusApi:
    """The HTTP API of a running Prometheus."""

    url: str

    def answers(self) -> bool:
        """True once it answers queries."""
        import httpx

        try:
            return httpx.get(f"{self.url}/-/ready", timeout=ANSWER_TIMEOUT_SECONDS).is_success
        except httpx.TransportError:
            return False

    def query(self, expression: str) -> list[Sample]:
        """What an expression gives now: a sample for each series, one without labels for a scalar.

        Raises `httpx.HTTPStatusError` for an expression that Prometheus refuses.
        """
        data = self.get("query", query=expression)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(each["metric"], float(each["value"][1])) for each in data["result"]]

    def get(self, path: str, **parameters: str) -> Any:
        """The data of an answer, such as that of `targets`, `rules` or `alerts`."""
        import httpx

        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=ANSWER_TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()["data"]


@dataclass(frozen=True, slots=True)
class PrometheusServer:
    """A server in `folder` that listens on the loopback address only."""

    folder: Path
    port: int
    configuration: str
    """The text of prometheus.yml; rule files are named `rules/…`."""
    rule_files: Sequence[Path]
    """Copied into its folder, which its user may read."""
    user: str | None = field(default_factory=lambda: server_user("prometheus"))

    @property
    def api(self) -> PrometheusApi:
        """Its API."""
        return PrometheusApi(f"http://{LOOPBACK}:{self.port}")

    def initialise(self) -> None:
        """Write configuration and rules; the figures of earlier runs stay."""
        own_folder(self.folder, self.user)
        write_for(self.user, self.folder / "prometheus.yml", self.configuration)
        rules = own_folder(self.folder / "rules", self.user)
        for old in rules.iterdir():
            old.unlink()
        for source in self.rule_files:
            write_for(self.user, rules / source.name, source.read_text())

    def process(self) -> ServerProcess:
        """The server in the foreground. Raises `ServerFailed` if there is none."""
        return ServerProcess(
            command=(
                installed_server(),
                f"--config.file={self.folder}/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/data",
                f"--storage.tsdb.retention.time={KEPT}",
                f"--web.listen-address={LOOPBACK}:{self.port}",
                "--log.level=warn",
            ),
            environment={},
            user=self.user,
            stop_signal=signal.SIGTERM,
        )


@contextmanager
def own_prometheus(
    folder: Path, configuration: str, rule_files: Sequence[Path] = ()
) -> Iterator[PrometheusApi]:
    """The API of a new server that is ready, and ends with the block."""
    (port,) = free_ports(1)
    server = PrometheusServer(folder / "server", port, configuration, rule_files)
    server.initialise()
    with server.process().running(
        "Prometheus", server.api.answers, folder / "prometheus.log", start_seconds=START_TIMEOUT_SECONDS
    ):
        yield server.api
