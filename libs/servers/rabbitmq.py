"""A RabbitMQ node with its own name, ports, folder and cookie, beside any other node."""

import asyncio
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from yarl import URL

from libs.servers.processes import (
    LOOPBACK,
    ServerFailed,
    ServerProcess,
    listens,
    own_folder,
    server_user,
    write_for,
)

IMAGE = "rabbitmq:4-management"
DEFAULT_URL = "amqp://guest:guest@127.0.0.1:5672/"
HOW_TO_GET_IT = (
    "RabbitMQ cannot be had: install rabbitmq-server (Debian, Ubuntu: sudo apt-get install rabbitmq-server; "
    "macOS: brew install rabbitmq), start Docker, or set {variable}"
)
LOGIN_TIMEOUT_SECONDS = 5
DEFINITIONS_FILE = "definitions.json"
# Packages install the server itself here; the wrapper on Debian's PATH prescribes its user and folders.
INSTALLED_AT = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server")

# The node shares the machine: an idle scheduler sleeps at once instead of spinning first.
ERLANG_ARGUMENTS = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
# Erlang makes the table of its processes at the start: for RabbitMQ's default of 2^20 it takes 12 MiB more.
ERLANG_PROCESSES_MAX = 65_536


class BrokerUrls(NamedTuple):
    """The addresses of a broker: for clients, and of its management plugin."""

    amqp: str
    management: str


WITHOUT_STATISTICS = "management_agent.disable_metrics_collector = true\nmanagement.rates_mode = none\n"
"""The management plugin would count every message otherwise: a third more CPU for each."""

SMALL_LOG = "raft.wal_max_size_bytes = 33554432\n"
"""The write-ahead log of quorum queues is in memory too until a new file of it begins: by default 512 MiB, at
which a small node complains about its memory, takes nothing more, and so never begins the file."""


def definitions_from(path: str) -> str:
    """The settings by which a node imports the definitions in a file once, and again when they have changed.

    At a restart RabbitMQ 4 may find a stream too late for the binding to it, and then ends its start
    (rabbitmq-server issue 14772). So it imports no more often than it must, and whatever starts it repeats a
    start that failed: supervisord, compose and Kubernetes.
    """
    return (
        "definitions.import_backend = local_filesystem\n"
        f"definitions.local.path = {path}\n"
        "definitions.skip_if_unchanged = true\n"
    )


@dataclass(frozen=True, slots=True)
class RabbitNode:
    """A node in `folder` that listens on the loopback address only."""

    folder: Path
    port: int
    distribution_port: int
    name_server_port: int
    management_port: int
    password: str
    definitions: str | None = None
    """Users, permissions, exchanges and queues, as JSON; imported once, and again when they have changed."""
    user: str | None = field(default_factory=lambda: server_user("rabbitmq"))
    name: str = ""
    """The node's name, to which its data belongs; by default it has the port in it."""
    metrics_port: int | None = None
    """The port of the node's own metrics for Prometheus; without one it has none."""
    counts_every_ms: int = 5_000
    """How often a quorum queue tells the management plugin its messages; this is RabbitMQ's default."""

    @property
    def url(self) -> str:
        """The connection URL."""
        return f"amqp://mostrador:{self.password}@{LOOPBACK}:{self.port}/"

    @property
    def management_url(self) -> str:
        """Where the management plugin answers."""
        return f"http://{LOOPBACK}:{self.management_port}"

    def initialise(self) -> None:
        """Write the configuration."""
        own_folder(self.folder, self.user)
        write_for(
            self.user,
            self.folder / "rabbitmq.conf",
            f"listeners.tcp.default = {LOOPBACK}:{self.port}\n"
            "default_user = mostrador\n"
            f"default_pass = {self.password}\n"
            "log.console = true\n"
            "log.file = false\n"
            f"management.tcp.ip = {LOOPBACK}\n"
            f"management.tcp.port = {self.management_port}\n"
            + WITHOUT_STATISTICS
            + SMALL_LOG
            + self._metrics_settings()
            + (definitions_from(f"{self.folder}/{DEFINITIONS_FILE}") if self.definitions else ""),
        )
        if self.definitions:
            write_for(self.user, self.folder / DEFINITIONS_FILE, self.definitions)
        plugins = ["rabbitmq_management", *(["rabbitmq_prometheus"] if self.metrics_port else [])]
        write_for(self.user, self.folder / "enabled_plugins", f"[{','.join(plugins)}].\n")

    def process(self) -> ServerProcess:
        """The node in the foreground."""
        home = str(self.folder)
        return ServerProcess(
            command=(installed_server(),),
            environment={
                "HOME": home,  # the node makes its cookie here
                "RABBITMQ_NODENAME": f"{self.name or f'mostrador-{self.port}'}@localhost",
                "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
                "RABBITMQ_CONF_ENV_FILE": "/dev/null",
                "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/enabled_plugins",
                "RABBITMQ_MNESIA_BASE": f"{home}/db",
                "RABBITMQ_LOG_BASE": f"{home}/log",
                "RABBITMQ_PID_FILE": f"{home}/pid",
                "RABBITMQ_DIST_PORT": str(self.distribution_port),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                    f"{ERLANG_ARGUMENTS} -rabbit quorum_tick_interval {self.counts_every_ms}"
                ),
                "RABBITMQ_MAX_NUMBER_OF_PROCESSES": str(ERLANG_PROCESSES_MAX),
                "ERL_EPMD_ADDRESS": LOOPBACK,
                "ERL_EPMD_PORT": str(self.name_server_port),
                "RUNNING_UNDER_SYSTEMD": "1",  # run the node itself, not a shell around it
            },
            user=self.user,
            stop_signal=signal.SIGTERM,
        )

    def answers(self) -> bool:
        """True once a login works."""
        return answers(self.url)

    def _metrics_settings(self) -> str:
        if self.metrics_port is None:
            return ""
        return f"prometheus.tcp.ip = {LOOPBACK}\nprometheus.tcp.port = {self.metrics_port}\n"


def end_name_server(port: int) -> None:
    """Stop the Erlang name server that a node leaves behind; it refuses while the node runs."""
    if command := shutil.which("epmd"):
        subprocess.run([command, "-port", str(port), "-kill"], check=False, capture_output=True)


def is_installed() -> bool:
    """True if RabbitMQ is installed on this machine."""
    return _server_command() is not None


def installed_server() -> str:
    """The command that starts a node."""
    command = _server_command()
    if command is None:
        raise ServerFailed("rabbitmq-server is not installed")
    return command


def _server_command() -> str | None:
    for path in INSTALLED_AT:
        if Path(path).is_file():
            return path
    return shutil.which("rabbitmq-server")


def answers(url: str) -> bool:
    """True if a login at the broker at `url` succeeds."""
    address = URL(url)
    if not listens(address.host or LOOPBACK, address.port or 5672):
        return False
    import aio_pika

    async def log_in() -> None:
        async with aio_pika.Connection(address) as connection:
            await connection.connect(LOGIN_TIMEOUT_SECONDS)

    with ThreadPoolExecutor(1) as elsewhere:  # the caller may have a running loop
        try:
            elsewhere.submit(asyncio.run, log_in()).result()
        except (OSError, TimeoutError, aio_pika.exceptions.AMQPError):
            return False
    return True
