"""The promises of `Database` to use cases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import FrozenInstanceError, dataclass
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from libs.common.clock import system_clock
from libs.common.contracts.auth import UserCreated
from libs.common.db.database import Database, OutcomeUnknown, Sql, Transaction, in_transaction
from libs.common.db.sessions import KEEPALIVES, SHOW
from libs.common.errors import Unavailable
from libs.common.messaging.outbox import Outbox
from libs.testing.databases import taking_no_changes
from libs.testing.waiting import eventually

REMEMBER = "insert into inbox (event_id) values (%(id)s)"
KNOWN = "select count(*) from inbox"
WAITING = "select count(*) from outbox"
MYSELF = "select pg_backend_pid()"
END_MYSELF = "select pg_terminate_backend(pg_backend_pid())"
REMEMBER_AND_END_MYSELF = f"with remembered as ({REMEMBER}) {END_MYSELF}"
RAISE: LiteralString = "do $$ begin raise exception using errcode = '{}'; end $$"
OWN_CONNECTIONS: LiteralString = (
    "from pg_stat_activity where application_name = 'test' and datname = current_database()"
)
"""Not those of another pytest worker, which has a database of its own at the same server."""
NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:1/nothing"


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Priced(Numbered):
    price: int = 5


@dataclass(frozen=True, slots=True)
class Doubled:
    number: int
    double: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.number)


@dataclass(frozen=True)
class Slotless:
    number: int
    name: str = "nameless"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox("auth", system_clock)


@pytest.fixture
async def database(common_database_url: str, outbox: Outbox) -> AsyncIterator[Database]:
    database = Database(common_database_url, events=outbox, name="test")
    await database.open()
    yield database
    await database.close()


def somebody() -> UserCreated:
    return UserCreated(
        user_id=1, username="u", email="u@example.com", roles=("user",), created_at=system_clock()
    )


async def break_connections(common_database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(common_database_url, autocommit=True) as admin:
        await admin.execute(f"select pg_terminate_backend(pid) {OWN_CONNECTIONS}")


async def none_is_left(common_database_url: str) -> bool:
    async with await psycopg.AsyncConnection.connect(common_database_url) as admin:
        left = await admin.execute(f"select {OWN_CONNECTIONS}")
        return left.rowcount == 0


async def test_rows_come_back_as_the_dataclass_that_was_asked_for(database: Database) -> None:
    query = "select * from (values (1, 'one'), (2, 'two')) as row (number, name) order by number"
    assert await database.fetch_all(Numbered, query) == [Numbered(1, "one"), Numbered(2, "two")]
    assert await database.fetch_one(Numbered, query) == Numbered(1, "one")
    assert await database.fetch_dicts(query) == [
        {"number": 1, "name": "one"},
        {"number": 2, "name": "two"},
    ]
    async with database.connection() as sql:
        assert await sql.fetch_values(query) == [1, 2]
        assert await sql.fetch_pairs(Numbered, f"select *, 7 from ({query}) row") == [
            (Numbered(1, "one"), 7),
            (Numbered(2, "two"), 7),
        ]


async def test_many_rows_come_in_batches(database: Database) -> None:
    query = "select number, 'n' as name from generate_series(1, %(last)s) as number"
    async with database.transaction() as tx:
        batches = [batch async for batch in tx.fetch_batches(Numbered, query, {"last": 5}, size=2)]
        assert [[row.number for row in batch] for batch in batches] == [[1, 2], [3, 4], [5]]
        assert [batch async for batch in tx.fetch_batches(Numbered, query, {"last": 0}, size=2)] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select 'one' as name, 1 as number", Numbered(1, "one")),
        ("select 1 as number, 'one' as name, 9 as price", Priced(1, "one", 9)),
        ("select 1 as number, 'one' as name", Priced(1, "one", 5)),
        ("select 1 as number, 0 as double", Doubled(1)),
        ("select 1 as number, 'one' as name", Slotless(1, "one")),
        ("select 1 as number", Slotless(1)),
    ],
)
async def test_a_row_is_what_its_class_makes_of_the_columns(
    database: Database, query: LiteralString, expected: object
) -> None:
    made = await database.fetch_one(type(expected), query)
    assert made == expected
    assert type(made) is type(expected)
    with pytest.raises(FrozenInstanceError):
        made.number = 8  # type: ignore[attr-defined]  # the row's class is a parameter


@pytest.mark.parametrize("query", ["select 1 as number", "select 1 as number, 'one' as name, 2 as more"])
async def test_columns_that_the_class_does_not_have_are_refused(
    database: Database, query: LiteralString
) -> None:
    with pytest.raises(TypeError):
        await database.fetch_one(Numbered, query)


async def test_no_row_is_none(database: Database) -> None:
    assert await database.fetch_one(Numbered, "select 1 as number, '' as name where false") is None
    assert await database.fetch_value("select 1 where false") is None


async def test_a_row_that_always_is_there_is_never_none(database: Database) -> None:
    with pytest.raises(AssertionError):
        await database.fetch_only(Numbered, "select 1 as number, '' as name where false")


async def test_statements_in_a_transaction_happen_together(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(REMEMBER, {"id": uuid4()})
        await tx.execute(REMEMBER, {"id": uuid4()})
        assert await database.fetch_value(KNOWN) == 0
    assert await database.fetch_value(KNOWN) == 2


async def test_an_error_leaves_nothing_behind(database: Database, outbox: Outbox) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.execute(REMEMBER, {"id": uuid4()})
            tx.publish(somebody(), subject="user/1")
            raise ZeroDivisionError
    assert await database.fetch_value(KNOWN) == 0
    assert await database.fetch_value(WAITING) == 0
    assert not outbox.wake.is_set()


async def test_events_are_written_with_what_they_tell_of(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as tx:
        tx.publish(somebody(), subject="user/1")
        assert not outbox.wake.is_set()
    assert await database.fetch_value(WAITING) == 1
    assert outbox.wake.is_set()


async def test_without_events_nobody_is_woken(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as tx:
        await tx.execute(REMEMBER, {"id": uuid4()})
    assert not outbox.wake.is_set()


async def test_a_task_knows_that_it_holds_a_transaction(database: Database) -> None:
    assert not in_transaction()
    async with database.transaction():
        assert in_transaction()
    assert not in_transaction()


async def test_a_violated_constraint_is_the_callers_to_understand(database: Database) -> None:
    event_id = uuid4()
    await database.execute(REMEMBER, {"id": event_id})
    with pytest.raises(psycopg.errors.UniqueViolation):
        await database.execute(REMEMBER, {"id": event_id})


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    database = Database(NOBODY_LISTENS, name="nowhere")
    await database.open()
    try:
        with pytest.raises(Unavailable):
            await database.ping()
    finally:
        await database.close()


async def test_the_server_asks_whether_the_machine_of_an_idle_session_is_there(database: Database) -> None:
    shown = await database.fetch_dicts(SHOW, {"names": [*KEEPALIVES]})
    assert {row["name"]: row["value"] for row in shown} == KEEPALIVES


async def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await tx.execute("set local statement_timeout = 50")
            await tx.execute("select pg_sleep(5)")


async def has_ended(common_database_url: str, session: int) -> bool:
    async with await psycopg.AsyncConnection.connect(common_database_url) as admin:
        found = await admin.execute("select from pg_stat_activity where pid = %s", (session,))
        return found.rowcount == 0


async def test_a_transaction_of_a_process_that_stood_still_is_known_to_be_undone(
    database: Database, common_database_url: str
) -> None:
    with pytest.raises(Unavailable) as refused:
        async with database.transaction() as tx:
            session = await tx.fetch_value(MYSELF)
            await tx.execute(REMEMBER, {"id": uuid4()})
            await tx.execute("set local idle_in_transaction_session_timeout = 50")
            await eventually(lambda: has_ended(common_database_url, session))
            await tx.execute(REMEMBER, {"id": uuid4()})
    assert type(refused.value) is Unavailable
    assert await database.fetch_value(KNOWN) == 0


@pytest.mark.parametrize("code", ["53100", "53200"], ids=["no disk", "no memory"])
async def test_a_change_that_has_no_room_is_known_to_be_undone(database: Database, code: str) -> None:
    with pytest.raises(Unavailable) as refused:
        async with database.transaction() as tx:
            await tx.execute(REMEMBER, {"id": uuid4()})
            await tx.execute(RAISE.format(code))
    assert type(refused.value) is Unavailable
    assert await database.fetch_value(KNOWN) == 0


async def test_a_database_that_takes_no_changes_refuses_them_as_one_that_is_away(
    database: Database, common_database_url: str
) -> None:
    with taking_no_changes(common_database_url):
        with pytest.raises(Unavailable) as refused:
            async with database.transaction() as tx:
                await tx.execute(REMEMBER, {"id": uuid4()})
        assert type(refused.value) is Unavailable
        assert await database.fetch_value(KNOWN) == 0
        with pytest.raises(Unavailable) as unready:
            await database.ping()
        assert str(unready.value.__cause__) == "it takes no changes: default_transaction_read_only is on"
    await eventually(lambda: is_ready(database))
    await database.execute(REMEMBER, {"id": uuid4()})


async def is_ready(database: Database) -> bool:
    """Sessions that have begun meanwhile stay read-only, and are replaced."""
    try:
        await database.ping()
    except Unavailable:
        return False
    return True


async def test_a_session_that_has_become_read_only_is_replaced(database: Database) -> None:
    await database.execute("set default_transaction_read_only = on")
    with pytest.raises(Unavailable):
        await database.execute(REMEMBER, {"id": uuid4()})
    await database.execute(REMEMBER, {"id": uuid4()})
    assert await database.fetch_value(KNOWN) == 1


@pytest.fixture
async def ended(database: Database, common_database_url: str) -> Database:
    """A database whose server has ended all connections of the pool."""
    await database.pool.wait()
    await break_connections(common_database_url)
    await eventually(lambda: none_is_left(common_database_url))
    return database


async def test_a_statement_is_not_sent_on_a_connection_that_the_server_has_ended(ended: Database) -> None:
    await ended.execute(REMEMBER, {"id": uuid4()})
    assert await ended.fetch_value(KNOWN) == 1


async def test_a_transaction_does_not_begin_on_a_connection_that_the_server_has_ended(
    ended: Database,
) -> None:
    async with ended.transaction() as tx:
        await tx.execute(REMEMBER, {"id": uuid4()})
    assert await ended.fetch_value(KNOWN) == 1


async def test_a_read_whose_connection_breaks_is_repeated_once(database: Database) -> None:
    tried: list[int] = []

    async def read(sql: Sql) -> Any:
        tried.append(len(tried))
        if len(tried) == 1:
            await sql.execute(END_MYSELF)
        return await sql.fetch_value("select 1")

    assert await database.read(read) == 1
    assert tried == [0, 1]


async def test_a_read_that_breaks_every_connection_is_unavailable(database: Database) -> None:
    with pytest.raises(OutcomeUnknown):
        await database.fetch_value(END_MYSELF)


async def test_a_change_whose_connection_breaks_is_not_repeated(database: Database) -> None:
    with pytest.raises(OutcomeUnknown):
        await database.fetch_value(REMEMBER_AND_END_MYSELF, {"id": uuid4()})
    with pytest.raises(OutcomeUnknown):
        await database.execute(REMEMBER_AND_END_MYSELF, {"id": uuid4()})
    assert await database.fetch_value(KNOWN) == 0


async def test_a_transaction_whose_connection_breaks_says_so(
    database: Database, common_database_url: str
) -> None:
    async def work(tx: Transaction) -> None:
        await tx.execute(REMEMBER, {"id": uuid4()})
        await break_connections(common_database_url)

    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await work(tx)
    async with await psycopg.AsyncConnection.connect(common_database_url) as other:
        row = await (await other.execute(KNOWN)).fetchone()
    assert row == (0,)


async def test_a_transaction_that_could_not_commit_never_looks_committed(database: Database) -> None:
    """psycopg leaves the block of a connection that is known to be broken without an error."""
    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await tx.execute(REMEMBER, {"id": uuid4()})
            tx.connection.pgconn.finish()


async def test_two_tasks_work_side_by_side(database: Database) -> None:
    both_inside = asyncio.Barrier(2)

    async def one() -> None:
        async with database.transaction() as tx:
            await tx.execute(REMEMBER, {"id": uuid4()})
            await both_inside.wait()

    async with asyncio.timeout(30):
        await asyncio.gather(one(), one())
    assert await database.fetch_value(KNOWN) == 2


async def test_the_connection_that_came_back_last_is_used_next(database: Database) -> None:
    async with database.connection() as last, database.connection(), database.connection():
        used = await last.fetch_value(MYSELF)
    assert {await database.fetch_value(MYSELF) for _ in range(5)} == {used}


async def test_what_follows_a_commit_is_not_done_without_it(database: Database) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            tx.after_commit(lambda: done.append("rolled back"))
            raise ZeroDivisionError
    async with database.transaction() as tx:
        tx.after_commit(lambda: done.append("committed"))
        assert not done
    assert done == ["committed"]
