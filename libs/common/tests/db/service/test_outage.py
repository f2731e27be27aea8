"""After an outage of its server a pool connects again, however many callers have given up meanwhile."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from libs.common.db.database import POOL_WAITING_MAX, Database
from libs.common.errors import Unavailable
from libs.servers.postgres import THROWAWAY, PostgresServer
from libs.servers.processes import free_ports
from libs.servers.temporary import POSTGRES_TIMEOUT_SECONDS
from libs.testing.waiting import eventually

PATIENCE_SECONDS = 0.5


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that is not started."""
    with TemporaryDirectory(prefix="mostrador_outage_") as folder:
        Path(folder).chmod(0o755)  # the server's user may enter it, as it may not enter pytest's
        (port,) = free_ports(1)
        server = PostgresServer(Path(folder) / "server", port, secrets.token_urlsafe(16), THROWAWAY)
        server.initialise()
        yield server


@pytest.fixture
async def database(server: PostgresServer) -> AsyncIterator[Database]:
    """A pool that has been used, and whose server was stopped then; it soon loses its patience."""
    database = Database(server.url(), name="test", size=2)
    database.pool.timeout = database.pool.reconnect_timeout = PATIENCE_SECONDS
    with running(server):
        await database.open()
        await database.ping()
    yield database
    await database.close()


@pytest.mark.parametrize("callers", [0, 1, POOL_WAITING_MAX + 1])
async def test_callers_are_served_again_after_an_outage(
    server: PostgresServer, database: Database, callers: int
) -> None:
    await asyncio.gather(*(refused(database) for _ in range(callers)))
    await eventually(lambda: not (callers and database.pool._nconns))  # all attempts to connect have ended
    with running(server):
        database.pool.timeout = POSTGRES_TIMEOUT_SECONDS
        await database.ping()


async def test_callers_that_are_cancelled_do_not_wait_on(server: PostgresServer, database: Database) -> None:
    waiting = [asyncio.ensure_future(database.ping()) for _ in range(POOL_WAITING_MAX)]
    await eventually(lambda: len(database.pool._waiting) == POOL_WAITING_MAX)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await eventually(lambda: not database.pool._nconns)
    with running(server):
        database.pool.timeout = POSTGRES_TIMEOUT_SECONDS
        await database.ping()


def running(server: PostgresServer) -> AbstractContextManager[None]:
    log = server.folder.parent / "postgres.log"
    return server.process().running("PostgreSQL", server.answers, log, start_seconds=POSTGRES_TIMEOUT_SECONDS)


async def refused(database: Database) -> None:
    with pytest.raises(Unavailable):
        await database.ping()
