"""A PgBouncer in transaction mode in front of databases: many connections share a few of the server's."""

import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from libs.servers import debian, postgres
from libs.servers.processes import (
    LOOPBACK,
    ServerProcess,
    free_ports,
    own_folder,
    server_user,
    write_for,
)

PACKAGE = "pgbouncer"
START_TIMEOUT_SECONDS = 20
PREPARES_SINCE = (1, 22)  # psycopg sends DEALLOCATE ALL after a rollback, which 1.21 does not understand
SERVER_CONNECTIONS = 40
# As deploy/k8s/components/pooler has them. The options with which a process connects may be ignored: its role
# has them too (libs/common/db/sessions.py).
SETTINGS: Mapping[str, str] = {
    "pool_mode": "transaction",
    "max_client_conn": "1000",
    "ignore_startup_parameters": "extra_float_digits,options",
    # A database that is away is noticed, and found again, as soon as without a pooler.
    "query_wait_timeout": "3",
    "server_connect_timeout": "3",
    "server_login_retry": "0.2",
    # The machine at either end of a connection may be lost: as a process asks for its own (libs/common/db).
    "tcp_keepidle": "5",
    "tcp_keepintvl": "2",
    "tcp_keepcnt": "2",
    "tcp_user_timeout": "5000",
}
PREPARED_STATEMENTS: Mapping[str, str] = {"max_prepared_statements": "500"}


def installed_server(tell: Callable[[str], None] = lambda _: None) -> str:
    """The command `pgbouncer`; Debian's package is installed if it is missing. Raises `ServerFailed`."""
    return debian.ensure("pgbouncer", PACKAGE, tell)


def prepares() -> bool:
    """Whether the installed PgBouncer knows prepared statements: Debian 12's (1.18) does not."""
    told = subprocess.run(
        [installed_server(), "--version"], check=True, capture_output=True, text=True
    ).stdout
    version = re.search(r"PgBouncer (\d+)\.(\d+)", told)
    assert version, told
    return (int(version[1]), int(version[2])) >= PREPARES_SINCE


@dataclass(frozen=True, slots=True)
class PgbouncerServer:
    """A pooler in `folder`: each name of `databases` leads to the database at that URL, with its login."""

    folder: Path
    port: int
    databases: Mapping[str, str]
    server_connections: int = SERVER_CONNECTIONS
    """The maximum to each database."""
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)
    user: str | None = field(default_factory=lambda: server_user(PACKAGE, "postgres"))

    def url(self, name: str) -> str:
        """The URL of a database through the pooler."""
        login = conninfo_to_dict(self.databases[name])
        return f"postgresql://{login['user']}:{login['password']}@{LOOPBACK}:{self.port}/{name}"

    def initialise(self) -> None:
        """Write its configuration and the passwords of its logins. Raises `ServerFailed` if there is none."""
        own_folder(self.folder, self.user)
        write_for(self.user, self._logins, "".join(sorted(set(_logins(self.databases)))))
        write_for(self.user, self._file, "\n".join([*self._configuration(), ""]))

    def process(self) -> ServerProcess:
        """The server in the foreground. Raises `ServerFailed` if there is none."""
        command = (installed_server(), "-q", str(self._file))
        # SIGINT lets transactions end; what SIGTERM does depends on the version.
        return ServerProcess(command, environment={}, user=self.user, stop_signal=signal.SIGINT)

    def answers(self) -> bool:
        """True once every database answers through it."""
        return all(postgres.answers(self.url(name)) for name in self.databases)

    def _configuration(self) -> Iterator[str]:
        yield "[databases]"
        for name, url in self.databases.items():
            server = conninfo_to_dict(url)
            yield f"{name} = host={server['host']} port={server['port']} dbname={server['dbname']}"
        yield "[pgbouncer]"
        settings = {
            **self.settings,
            **(PREPARED_STATEMENTS if prepares() else {}),
            "default_pool_size": str(self.server_connections),
            "listen_addr": LOOPBACK,
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": str(self._logins),
        }
        for name, value in settings.items():
            yield f"{name} = {value}"

    @property
    def _file(self) -> Path:
        return self.folder / "pgbouncer.ini"

    @property
    def _logins(self) -> Path:
        return self.folder / "logins.txt"


def _logins(databases: Mapping[str, str]) -> Iterator[str]:
    for url in databases.values():
        login = conninfo_to_dict(url)
        yield f'"{login["user"]}" "{login["password"]}"\n'


@contextmanager
def own_pgbouncer(
    folder: Path,
    databases: Mapping[str, str],
    server_connections: int,
    settings: Mapping[str, str] = SETTINGS,
) -> Iterator[PgbouncerServer]:
    """A new pooler that is ready, and ends with the block."""
    (port,) = free_ports(1)
    server = PgbouncerServer(folder / "server", port, databases, server_connections, settings)
    server.initialise()
    with server.process().running(
        "PgBouncer", server.answers, folder / "pgbouncer.log", start_seconds=START_TIMEOUT_SECONDS
    ):
        yield server
