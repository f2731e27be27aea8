"""The state that a suite keeps between starts, in one folder: `.run/`."""

import hashlib
import json
import secrets
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from deploy.local.layout import PORT_BASE, ROOT, Layout, Ports
from libs.common.private_file import write_private
from libs.servers.processes import ServerFailed
from libs.services import PARTS, SERVICES

DEFAULT_FOLDER = ROOT / ".run"
OWN_SHOP = "This is a shop of your own (DEMO=0): nothing is played in it."
SOCKET_PATH_MAX = 100  # the kernel takes 107 bytes


def _password() -> str:
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class Memory:
    """Generated passwords, and the choices of the last start."""

    postgres_password: str = field(default_factory=_password)
    rabbitmq_password: str = field(default_factory=_password)
    rabbitmq_node: str = ""
    """The name of our own node since its first start: its queues are found again on other ports."""
    role_passwords: dict[str, str] = field(
        default_factory=lambda: {service: _password() for service in SERVICES}
    )
    process_passwords: dict[str, str] = field(
        default_factory=lambda: {service: _password() for service in SERVICES}
    )
    broker_passwords: dict[str, str] = field(default_factory=lambda: {login: _password() for login in PARTS})
    broker_prefix: str = field(default_factory=lambda: f"mostrador-{secrets.token_hex(3)}.")
    """Our name prefix at a broker that is not our own; a reset makes a new one."""
    is_starting: bool = False
    """Whether a start has begun and not come to its end; if nothing starts, it was killed."""
    port_base: int = PORT_BASE
    gateway_port: int | None = None
    has_demo: bool = True
    """Whether it is the demo shop, or somebody's own."""
    replicas: int = 1
    is_pooled: bool = False
    is_whole: bool = False
    broker_way: str | None = None
    """The broker of the last start, which has the queues."""
    amqp_url: str = ""
    amqp_prefix: str = ""
    amqp_management_url: str = ""
    """Where the broker's management plugin answers; empty for the usual port of its host."""
    login_urls: dict[str, str] = field(default_factory=dict)
    """The broker's URL of each login, at a broker of our own; elsewhere all processes use `amqp_url`."""
    database_urls: dict[str, str] = field(default_factory=dict)
    """As the tables' owners, of each service."""
    process_user: str | None = None
    """The user of the processes; None for the one who started the suite."""
    process_urls: dict[str, str] = field(default_factory=dict)
    """The same databases, as the processes' roles."""

    @property
    def ports(self) -> Ports:
        """The ports of the last start."""
        return Ports(self.port_base, self.gateway_port)

    @property
    def layout(self) -> Layout:
        """The processes of the last start."""
        return Layout(self.ports, self.replicas, is_pooled=self.is_pooled, is_whole=self.is_whole)


MEMORY = TypeAdapter(Memory)


class StateFolder:
    """The folder of one suite; another folder is another suite."""

    def __init__(self, path: Path = DEFAULT_FOLDER) -> None:
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self.keys = self.path / "keys"
        self.postgres = self.path / "postgres"
        self.rabbitmq = self.path / "rabbitmq"
        self.prometheus = self.path / "prometheus"
        self.grafana = self.path / "grafana"
        self.balancer = self.path / "balancer"
        self.pooler = self.path / "pooler"
        self.supervisor_config = self.path / "supervisord.conf"
        self.supervisor_pid = self.path / "supervisord.pid"
        self._memory = self.path / "state.json"

    @property
    def supervisor_socket(self) -> Path:
        """The path of the socket: in the folder, unless that is too long for a socket."""
        socket = self.path / "supervisor.sock"
        if len(str(socket)) <= SOCKET_PATH_MAX:
            return socket
        return Path(tempfile.gettempdir()) / f"{self.name}.sock"

    @property
    def name(self) -> str:
        """The name of this folder's suite, for things outside the file system."""
        return f"mostrador-{hashlib.sha256(str(self.path).encode()).hexdigest()[:12]}"

    def make(self) -> Self:
        """Make missing folders."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.logs, self.keys):
            folder.mkdir(mode=0o700, exist_ok=True)
        return self

    def log(self, process: str) -> Path:
        """The log file of a process."""
        return self.logs / f"{process}.log"

    def memory(self) -> Memory:
        """The stored state; with new passwords if there is neither that nor data.

        What another version has stored beside it is left out. Raises `ServerFailed` if it is damaged, or
        missing beside data.
        """
        if not self._memory.exists():
            if self.postgres.exists():
                raise self._lost("missing")
            return Memory()
        try:
            return MEMORY.validate_json(self._memory.read_bytes())
        except ValidationError:
            raise self._lost("damaged") from None

    def _lost(self, how: str) -> ServerFailed:
        return ServerFailed(
            f"{self._memory} is {how}, which has the passwords of the data in {self.path}: "
            "put a copy of it in its place, or begin anew (make reset, make up)"
            " and restore a backup (make restore FROM=backups/…)"
        )

    def replace_lost_memory(self) -> None:
        """Put a new memory in place of one that is damaged or missing, so that the data can be deleted."""
        try:
            self.memory()
        except ServerFailed:
            self._store(Memory())

    def remember(self, **changes: object) -> Memory:
        """Store changes (fields of `Memory`) and return the new state."""
        memory = replace(self.memory(), **changes)  # type: ignore[arg-type]  # replace checks the names
        self._store(memory)
        return memory

    def _store(self, memory: Memory) -> None:
        write_private(self._memory, json.dumps(asdict(memory), indent=2))
