"""A server that has no room for its log: what it was doing may turn out to be done."""

from collections.abc import Iterator

import pytest

from libs.common.db.database import Database, OutcomeUnknown
from libs.servers.postgres import THROWAWAY
from libs.servers.temporary import own_postgres
from libs.testing.disks import Disk, small_disk_of_a_server

pytestmark = pytest.mark.backpressure

DISK_KIB = 80 * 1024
WRITE_MORE_THAN_A_FILE_OF_THE_LOG = "select pg_logical_emit_message(true, 'much', repeat('x', 20000000))"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk_of_a_server(DISK_KIB) as disk:
        yield disk


async def test_the_outcome_is_unknown_when_the_server_panics(disk: Disk) -> None:
    with own_postgres(disk.folder / "postgres", THROWAWAY) as url:
        database = Database(url, name="test")
        await database.open()
        try:
            await database.ping()
            disk.fill()
            with pytest.raises(OutcomeUnknown):
                await database.execute(WRITE_MORE_THAN_A_FILE_OF_THE_LOG)
        finally:
            await database.close()
