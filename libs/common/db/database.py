"""The pool and transactions of a service's database; statements return frozen rows."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg import AsyncTransaction
from psycopg.abc import QueryNoTemplate as Query
from psycopg.rows import dict_row, scalar_row
from psycopg_pool import PoolTimeout, TooManyRequests

from libs.common.contracts.event import Event
from libs.common.db.connections import KeepingConnection, WarmPool
from libs.common.db.metrics import pools
from libs.common.db.row_factory import pairs_as, rows_as
from libs.common.db.sessions import SESSION, SESSION_OPTIONS, SHOW, TAKES_NO_CHANGES, lacking
from libs.common.db.statement_spans import record_statements
from libs.common.db.undone import UNAVAILABLE, was_undone
from libs.common.errors import Unavailable
from libs.common.tracing.spans import span

T = TypeVar("T")
Params = Mapping[str, Any] | Sequence[Any]

# A dead server must not hang a request: psycopg's cancel would wait for it, so the kernel times out first.
CONNECT_TIMEOUT_SECONDS = 3
DEAD_PEER_TIMEOUT_MS = 5_000
POOL_WAIT_SECONDS = 3.0
POOL_SIZE_MIN = 2  # connections that are made ahead
POOL_IDLE_SECONDS = 60.0  # after that one more is closed: after a rush each takes 5 MiB of the server
POOL_WAITING_MAX = 256
# The pool doubles its pauses until it gives up on a connection; the next request makes it try again at once.
RECONNECT_SECONDS = 3.0
PREPARE_AFTER = 5  # uses of a statement

_in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)


def in_transaction() -> bool:
    """True while this task has an open database transaction, in which network calls are refused."""
    return _in_transaction.get()


class OutcomeUnknown(Unavailable):
    """The connection broke during a statement, which may or may not have committed."""


class SettingsLost(Exception):
    """A pooler has dropped settings that this process asked for."""


class Sql:
    """Runs statements on one connection. Rows are returned as the frozen dataclass `row`."""

    def __init__(self, connection: KeepingConnection) -> None:
        self.connection = connection

    async def fetch_all(
        self, row: type[T], query: Query, params: Params = (), *, prepare: bool | None = None
    ) -> list[T]:
        """All rows, each as `row` (a dataclass whose fields are the columns).

        With `prepare=False` the statement is planned each time, for these parameters.
        """
        return await (await self.connection.executed(query, params, rows_as(row), prepare=prepare)).fetchall()

    async def fetch_batches(
        self, row: type[T], query: Query, params: Params, *, size: int
    ) -> AsyncGenerator[list[T], None]:
        """All rows as `row`, in lists of `size`, from a cursor of the server; only in a transaction.

        A reader that may leave before the end closes it (`aclosing`): the cursor would be closed some time
        later, in whatever transaction its connection has then.
        """
        cursor = self.connection.cursor(name="batches", row_factory=rows_as(row))
        async with cursor:
            await cursor.execute(query, params)
            while batch := await cursor.fetchmany(size):
                yield batch

    async def fetch_pairs(self, row: type[T], query: Query, params: Params = ()) -> list[tuple[T, Any]]:
        """All rows, each as `row` of all columns but the last, and the value of that."""
        return await (await self.connection.executed(query, params, pairs_as(row))).fetchall()

    async def fetch_one(self, row: type[T], query: Query, params: Params = ()) -> T | None:
        """The first row as `row`, or None."""
        found: T | None = await (await self.connection.executed(query, params, rows_as(row))).fetchone()
        return found

    async def fetch_only(self, row: type[T], query: Query, params: Params = ()) -> T:
        """The row, as `row`, of a statement that always has one: an aggregate, an insert, a locked row."""
        found = await self.fetch_one(row, query, params)
        assert found is not None, "the statement always has a row"
        return found

    async def fetch_dicts(self, query: Query, params: Params = ()) -> list[dict[str, Any]]:
        """All rows as dicts, for answers whose members are the columns."""
        return await (await self.connection.executed(query, params, dict_row)).fetchall()

    async def fetch_values(
        self, query: Query, params: Params = (), *, prepare: bool | None = None
    ) -> list[Any]:
        """The first column of every row. For `prepare` see `fetch_all`."""
        return await (await self.connection.executed(query, params, scalar_row, prepare=prepare)).fetchall()

    async def fetch_value(self, query: Query, params: Params = (), *, prepare: bool | None = None) -> Any:
        """The first column of the first row, or None. For `prepare` see `fetch_all`."""
        return await (await self.connection.executed(query, params, scalar_row, prepare=prepare)).fetchone()

    async def execute(self, query: Query, params: Params = ()) -> int:
        """Run a statement and return the number of affected rows."""
        cursor = await self.connection.execute(query, params)
        return cursor.rowcount

    async def execute_each(self, query: Query, rows: Sequence[Params]) -> None:
        """Run a statement once for each of `rows`, in order; several share a round trip."""
        if len(rows) == 1:
            await self.connection.execute(query, rows[0])
        else:
            async with self.connection.cursor() as cursor:
                await cursor.executemany(query, rows)


class Transaction(Sql):
    """An atomic group of statements with the events about them."""

    def __init__(self, connection: KeepingConnection, events: "EventSink | None") -> None:
        super().__init__(connection)
        self._events = events
        self.published: list[tuple[Event, str]] = []
        self.follow_ups: list[Callable[[], None]] = []
        self.wrote_events = False

    def publish(self, event: Event, *, subject: str) -> None:
        """Publish an event if and when this transaction commits. `subject` is `<noun>/<id>`."""
        self.published.append((event, subject))

    def after_commit(self, work: Callable[[], None]) -> None:
        """Do `work` if and when this transaction has committed: counting, and nothing that can fail."""
        self.follow_ups.append(work)

    async def publish_one(self, row: type[T], query: Query, params: Mapping[str, Any]) -> T | None:
        """See `publish_all`."""
        return next(iter(await self.publish_all(row, query, params)), None)

    async def publish_all(self, row: type[T], query: Query, params: Mapping[str, Any]) -> list[T]:
        """Run a statement that writes its events itself: see `Database.publish_all`."""
        rows = await self.fetch_all(row, query, self._stamped(params))
        self.wrote_events = self.wrote_events or bool(rows)
        return rows

    async def publish_values(self, query: Query, params: Mapping[str, Any]) -> list[Any]:
        """As `publish_all`, with the first column of every row."""
        values = await self.fetch_values(query, self._stamped(params))
        self.wrote_events = self.wrote_events or bool(values)
        return values

    def _stamped(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        assert self._events, "this service has no outbox"
        return {**params, **self._events.stamp()}


class EventSink(Protocol):
    """The destination of a transaction's events: the outbox (libs/common/messaging/outbox.py)."""

    async def write(self, sql: Sql, events: Sequence[tuple[Event, str]]) -> None:
        """Write the events as rows of the open transaction."""

    def stamp(self) -> Mapping[str, Any]:
        """The parameters of a statement that writes its event itself."""

    def committed(self) -> None:
        """Called after the commit: the rows are visible to the relay."""


class Database:
    """The pool of the service's own database. A failure to reach it raises `Unavailable` and never hangs.

    A connection that the server has ended while it was idle is not used, and a read whose connection breaks
    is repeated once. A statement that may have changed something is never repeated (ADR 0039).

    With `prepares=False` no statement is prepared, for a PgBouncer that does not know them (ADR 0074).
    """

    def __init__(
        self,
        url: str,
        *,
        events: EventSink | None = None,
        name: str = "mostrador",
        size: int = 10,
        prepares: bool = True,
    ) -> None:
        self._events = events
        self.pool = WarmPool(
            url,
            min_size=POOL_SIZE_MIN,
            max_size=size,
            open=False,
            timeout=POOL_WAIT_SECONDS,
            max_waiting=POOL_WAITING_MAX,
            max_idle=POOL_IDLE_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS,
            name=name,
            connection_class=KeepingConnection,
            configure=record_statements,
            kwargs={
                "autocommit": True,
                "application_name": name,
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "tcp_user_timeout": DEAD_PEER_TIMEOUT_MS,
                "keepalives_idle": 5,
                "keepalives_interval": 2,
                "keepalives_count": 2,
                "options": SESSION_OPTIONS,
                "prepare_threshold": PREPARE_AFTER if prepares else None,
            },
        )
        self._healing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start connecting and return at once; the pool keeps trying until the database is reachable."""
        await self.pool.open(wait=False)
        pools.watched.add(self.pool)

    async def close(self) -> None:
        """Close all connections."""
        if self._healing:
            self._healing.cancel()
        pools.watched.discard(self.pool)
        await self.pool.close()

    async def connect(self, options: str = "") -> KeepingConnection:
        """A connection outside the pool, for work that must not wait for it; the caller closes it.

        `options` are added to the session's. Raises `psycopg.Error`.
        """
        assert isinstance(self.pool.conninfo, str)
        assert isinstance(self.pool.kwargs, dict)
        arguments = {**self.pool.kwargs, "options": " ".join(filter(None, (SESSION_OPTIONS, options)))}
        return await KeepingConnection.connect(self.pool.conninfo, **arguments)

    async def ping(self) -> None:
        """Raises `Unavailable` if the database does not answer or takes no changes.

        Also if its sessions lack what they asked for.
        """
        await self.read(_look_at_session)

    def connection(self) -> AbstractAsyncContextManager[Sql]:
        """A connection in autocommit, for reads and single statements."""
        return _Taken(self)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that commits with its events when the block ends, and rolls back if it raises."""
        token = _in_transaction.set(True)
        try:
            with span("transaction"):
                async with self.connection() as sql, sql.connection.transaction() as block:
                    transaction = Transaction(sql.connection, self._events)
                    yield transaction
                    if transaction.published:
                        assert self._events, "this service has no outbox"
                        await self._events.write(transaction, transaction.published)
            # psycopg leaves the block silently if the connection broke.
            if block.status is not AsyncTransaction.Status.COMMITTED:
                raise Unavailable("database")
        finally:
            _in_transaction.reset(token)
        if self._events and (transaction.published or transaction.wrote_events):
            self._events.committed()
        for work in transaction.follow_ups:
            work()

    async def read(self, work: Callable[[Sql], Awaitable[T]]) -> T:
        """Run `work` on one connection, and once more on another if the connection breaks.

        The second time PostgreSQL refuses every change: statements that change something raise
        `OutcomeUnknown`.
        """
        try:
            async with self.connection() as sql:
                return await work(sql)
        except OutcomeUnknown as unknown:
            return await self._read_again(work, unknown)

    async def fetch_all(self, row: type[T], query: Query, params: Params = ()) -> list[T]:
        """See `Sql.fetch_all`, and `read`."""
        return await self.read(lambda sql: sql.fetch_all(row, query, params))

    async def fetch_one(self, row: type[T], query: Query, params: Params = ()) -> T | None:
        """See `Sql.fetch_one`, and `read`."""
        return await self.read(lambda sql: sql.fetch_one(row, query, params))

    async def fetch_only(self, row: type[T], query: Query, params: Params = ()) -> T:
        """See `Sql.fetch_only`, and `read`."""
        return await self.read(lambda sql: sql.fetch_only(row, query, params))

    async def fetch_dicts(self, query: Query, params: Params = ()) -> list[dict[str, Any]]:
        """See `Sql.fetch_dicts`, and `read`."""
        return await self.read(lambda sql: sql.fetch_dicts(query, params))

    async def publish_one(self, row: type[T], query: Query, params: Mapping[str, Any]) -> T | None:
        """See `publish_all`."""
        return next(iter(await self.publish_all(row, query, params)), None)

    async def publish_all(self, row: type[T], query: Query, params: Mapping[str, Any]) -> list[T]:
        """Run and commit a statement that writes its events itself (libs/common/messaging/publishing.py).

        Raises `OutcomeUnknown` if the connection broke: the statement may or may not have committed.
        """
        assert self._events, "this service has no outbox"
        async with self.connection() as sql:
            rows = await sql.fetch_all(row, query, {**params, **self._events.stamp()})
        if rows:
            self._events.committed()
        return rows

    async def publish_value(self, query: Query, params: Mapping[str, Any]) -> Any:
        """As `publish_all`, with the first column of the first row, or None."""
        assert self._events, "this service has no outbox"
        async with self.connection() as sql:
            values = await sql.fetch_values(query, {**params, **self._events.stamp()})
        if values:
            self._events.committed()
        return next(iter(values), None)

    async def fetch_values(self, query: Query, params: Params = ()) -> list[Any]:
        """See `Sql.fetch_values`, and `read`."""
        return await self.read(lambda sql: sql.fetch_values(query, params))

    async def fetch_value(self, query: Query, params: Params = ()) -> Any:
        """See `Sql.fetch_value`, and `read`."""
        return await self.read(lambda sql: sql.fetch_value(query, params))

    async def execute(self, query: Query, params: Params = ()) -> int:
        """See `Sql.execute`."""
        async with self.connection() as sql:
            return await sql.execute(query, params)

    async def _read_again(self, work: Callable[[Sql], Awaitable[T]], unknown: OutcomeUnknown) -> T:
        async with self.connection() as sql, sql.connection.transaction():
            await sql.execute("set transaction read only")
            try:
                return await work(sql)
            except psycopg.errors.ReadOnlySqlTransaction:
                raise unknown from unknown.__cause__

    def _unavailable(self, error: psycopg.Error) -> Unavailable:
        """The error that a caller gets instead."""
        if isinstance(error, PoolTimeout | TooManyRequests) or was_undone(error):
            return Unavailable("database")
        self._heal()
        return OutcomeUnknown("database")

    def _heal(self) -> None:
        """Check all connections in the background, because after one broke others may be broken too."""
        if self._healing is None or self._healing.done():
            self._healing = asyncio.get_running_loop().create_task(self.pool.check())


class _Taken:
    """A connection of the pool for a block. Two generators would cost a seventh of a small statement more."""

    __slots__ = ("_connection", "_database")

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> Sql:
        try:
            self._connection = await self._database.pool.getconn()
        except psycopg.OperationalError as error:
            raise self._database._unavailable(error) from error
        return Sql(self._connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            await self._connection.close()  # a session may stay so when the database no longer is
        await self._database.pool.putconn(self._connection)
        if isinstance(error, UNAVAILABLE):
            raise self._database._unavailable(error) from error


async def _look_at_session(sql: Sql) -> None:
    names = [*SESSION, TAKES_NO_CHANGES]
    shown = {row["name"]: row["value"] for row in await sql.fetch_dicts(SHOW, {"names": names})}
    if lost := lacking(shown):
        raise Unavailable("database") from SettingsLost(lost)
    if shown[TAKES_NO_CHANGES] == "on":
        raise psycopg.errors.ReadOnlySqlTransaction(f"it takes no changes: {TAKES_NO_CHANGES} is on")
