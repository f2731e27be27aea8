"""The session of a connection that was closed is the next one's, if its database lasts as long as the run."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from libs.testing.databases import END_ALL_OTHERS
from libs.testing.pools import LEFT_MAX, LeavingConnection, leave_sessions
from libs.testing.waiting import eventually

REMEMBERED = """
select current_setting('lock_timeout'), (select count(*) from pg_prepared_statements),
    (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())
"""


async def connected(url: str) -> LeavingConnection:
    return await LeavingConnection.connect(url, autocommit=True)


async def closed(url: str, *statements: str) -> int:
    """The session of a connection that executed these statements before it was closed."""
    connection = await connected(url)
    for statement in statements:
        await connection.execute(statement.encode())
    session = connection.info.backend_pid
    await connection.close()
    return session


@pytest.fixture
def lasting_url(empty_database_url: str) -> str:
    leave_sessions(str(conninfo_to_dict(empty_database_url)["dbname"]))
    return empty_database_url


async def test_the_next_connection_has_the_session_which_remembers_nothing(lasting_url: str) -> None:
    told = ("set lock_timeout = 7", "prepare one as select 1", "select pg_advisory_lock(1)")
    session = await closed(lasting_url, *told)
    async with await connected(lasting_url) as again:
        assert again.info.backend_pid == session
        assert await (await again.execute(REMEMBERED)).fetchone() == ("0", 0, 0)


async def test_a_session_that_the_server_has_ended_is_nobodys(lasting_url: str) -> None:
    session = await closed(lasting_url)
    with psycopg.connect(lasting_url, autocommit=True) as other:
        other.execute(END_ALL_OTHERS)
    assert await closed(lasting_url) != session


async def test_a_session_within_a_transaction_ends(lasting_url: str) -> None:
    session = await closed(lasting_url, "begin")
    assert await closed(lasting_url) != session


async def test_a_few_are_left(lasting_url: str) -> None:
    connections = [await connected(lasting_url) for _ in range(LEFT_MAX + 1)]
    for connection in connections:
        await connection.close()
    count = "select count(*) from pg_stat_activity where datname = current_database()"
    with psycopg.connect(lasting_url, autocommit=True) as other:
        await eventually(lambda: other.execute(count).fetchone() == (LEFT_MAX + 1,))


async def test_a_session_of_another_database_ends(empty_database_url: str) -> None:
    session = await closed(empty_database_url)
    assert await closed(empty_database_url) != session
