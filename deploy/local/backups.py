"""Copies of all databases, events in flight and keys that sign user tokens: `make backup`, in a folder each.

The snapshots of the databases are taken in the same moment, within milliseconds, while the suite works. A
backup has its name only when it is whole and on the disk.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import psycopg

from deploy.local.layout import ROOT
from deploy.local.progress import Steps
from deploy.local.reconciling import keep_events
from deploy.local.suite import LocalSuite
from libs.common.clock import iso_utc, system_clock
from libs.common.version import VERSION
from libs.servers import rabbitmq
from libs.servers.postgres import program
from libs.servers.processes import ServerFailed
from libs.services import SERVICES

DEFAULT_FOLDER = ROOT / "backups"
"""Beside `.run/`, which `make reset` deletes."""
MANIFEST = "manifest.json"
KEYS = "signing-keys"
EVENTS = "events.jsonl"
UNFINISHED = "{}.unfinished"
IN_FLIGHT = timedelta(hours=1)
"""How long before the backup's moment an event may have been published and not yet been applied."""
SCHEMA = "select coalesce(max(version_num), '') from alembic_version"


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of a backup, below its folder."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """What is true of the file now."""
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup. `moment` is the time of its snapshots (UTC, ISO 8601)."""

    folder: Path
    version: str
    moment: str
    schemas: Mapping[str, str]
    """The newest migration of each service's database."""
    files: Mapping[str, Copy]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """A backup whose files are as they were written. Raises `ServerFailed`."""
        try:
            noted = json.loads((folder / MANIFEST).read_text())
            files = {name: Copy(**copy) for name, copy in noted["files"].items()}
            backup = cls(folder, noted["version"], noted["moment"], noted["schemas"], files)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ServerFailed(f"{folder} is no backup: {error}") from error
        for name, copy in files.items():
            path = folder / name
            if not path.is_file() or Copy.of(path) != copy:
                raise ServerFailed(f"{path} is missing or is not what was backed up")
        return backup

    def dump_of(self, service: str) -> Path:
        """The copy of a service's database, in pg_dump's custom format."""
        return self.folder / dump_name(service)

    @property
    def events(self) -> Path | None:
        """The events that were in flight at the moment; None: the backup was made before these were kept."""
        return (self.folder / EVENTS).absolute() if EVENTS in self.files else None

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(copy.size for copy in self.files.values())


def dump_name(service: str) -> str:
    """The file of a service's database."""
    return f"{service}.dump"


def in_flight(moment: datetime) -> list[str]:
    """The options of `history` for events that may have been published at this moment and not yet applied."""
    return ["--since", iso_utc(moment - IN_FLIGHT), "--until", iso_utc(moment + timedelta(seconds=1))]


def back_up(suite: LocalSuite, to: Path | None, steps: Steps) -> Backup:
    """Copy a running suite into a new folder `to`, by default one named by the time.

    Raises `ServerFailed`, after which there is no such folder.
    """
    folder = (to or DEFAULT_FOLDER / f"{system_clock():%Y-%m-%dT%H-%M-%SZ}").absolute()
    if folder.exists():
        raise ServerFailed(f"{folder} exists: a backup is never written over another")
    if not rabbitmq.answers(suite.amqp_url):  # asked now: the dumps before its events may take long
        raise ServerFailed("RabbitMQ does not answer, which has the events in flight")
    unfinished = folder.with_name(UNFINISHED.format(folder.name))
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        moment, schemas = _dump_all(suite, unfinished, steps)
        with steps.step("events in flight"):  # another machine has no history of them
            keep_events(suite, in_flight(moment), unfinished / EVENTS)
        with steps.step("keys that sign user tokens"):
            shutil.copytree(suite.state.keys / "signing", unfinished / KEYS)
        files = {str(path.relative_to(unfinished)): Copy.of(path) for path in _files(unfinished)}
        backup = Backup(folder, VERSION, iso_utc(moment), schemas, files)
        (unfinished / MANIFEST).write_text(_manifest(backup))
        for path in (*unfinished.rglob("*"), unfinished):
            _sync(path)  # a rename may reach the disk before what it names
        unfinished.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    for left in sorted(folder.parent.glob(UNFINISHED.format("*"))):
        steps.note(f"{left} is no backup, unless another machine writes it just now: delete it")
    return backup


def _dump_all(suite: LocalSuite, folder: Path, steps: Steps) -> tuple[datetime, dict[str, str]]:
    schemas: dict[str, str] = {}
    with ExitStack() as open_until_dumped:
        moment = system_clock()
        snapshots = {
            service: open_until_dumped.enter_context(_snapshot(suite.database_url(service)))
            for service in SERVICES
        }
        for service, (connection, snapshot) in snapshots.items():
            with steps.step(f"database of {service}"):
                schemas[service] = str((connection.execute(SCHEMA).fetchone() or [""])[0])
                arguments = [
                    "--format=custom",
                    f"--snapshot={snapshot}",
                    f"--file={folder / dump_name(service)}",
                ]
                run_tool("pg_dump", suite.database_url(service), *arguments)
    return moment, schemas


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A snapshot that other connections can take over until the block ends."""
    with psycopg.connect(url) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set idle_in_transaction_session_timeout = 0")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        assert row
        yield connection, row[0]


def run_tool(tool: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on a database. Raises `ServerFailed`."""
    command, environment = program(tool, url, *arguments)
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment,
    )
    if done.returncode != 0:
        raise ServerFailed(f"{tool} failed: {done.stderr.strip()}")


def _sync(path: Path) -> None:
    """Have a file or a folder reach the disk; some file systems can do that with files only."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno != errno.EINVAL or not path.is_dir():
            raise
    finally:
        os.close(opened)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _manifest(backup: Backup) -> str:
    noted = {
        "version": backup.version,
        "moment": backup.moment,
        "schemas": dict(backup.schemas),
        "files": {name: asdict(copy) for name, copy in backup.files.items()},
    }
    return json.dumps(noted, indent=2) + "\n"
