"""A standby, to which the database's address may lead for a moment of a failover, is no database."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.servers.pgbouncer import own_pgbouncer
from libs.servers.postgres import THROWAWAY, PostgresServer
from libs.servers.processes import free_ports
from libs.servers.temporary import POSTGRES_TIMEOUT_SECONDS
from libs.testing.waiting import eventually


@pytest.fixture
def standby_url() -> Iterator[str]:
    """A server that answers and changes nothing until it is promoted."""
    with TemporaryDirectory(prefix="mostrador_standby_") as folder:
        path, (port,) = Path(folder), free_ports(1)
        path.chmod(0o755)  # the server's user may enter it, as it may not enter pytest's
        settings = {**THROWAWAY, "wal_level": "replica"}
        server = PostgresServer(path / "server", port, secrets.token_urlsafe(16), settings)
        server.initialise()
        signal = server.data / "standby.signal"
        signal.touch()
        shutil.chown(signal, server.data.owner(), server.data.group())
        with server.process().running(
            "PostgreSQL", server.answers, path / "postgres.log", start_seconds=POSTGRES_TIMEOUT_SECONDS
        ):
            yield server.url()


@pytest.fixture
def pooled_url(standby_url: str, tmp_path: Path) -> Iterator[str]:
    """The way there through a PgBouncer that has seen the server as a standby only."""
    with own_pgbouncer(tmp_path, {"postgres": standby_url}, server_connections=2) as pooler:
        yield pooler.url("postgres")


@pytest.mark.timeout(300)  # PgBouncer is installed where it is missing
@pytest.mark.parametrize("way", ["standby_url", "pooled_url"])
async def test_a_standby_is_not_connected_to_before_it_is_promoted(
    standby_url: str, way: str, request: pytest.FixtureRequest
) -> None:
    database = Database(request.getfixturevalue(way), name="test", prepares=False)
    await database.open()
    with pytest.raises(Unavailable):
        await database.fetch_value("select 1")
    with psycopg.connect(standby_url, autocommit=True) as operator:
        operator.execute("select pg_promote()")
    await eventually(lambda: takes_changes(database))
    await database.close()


async def takes_changes(database: Database) -> bool:
    try:
        await database.execute("create table kept (id bigint)")
    except Unavailable:
        return False
    return True
