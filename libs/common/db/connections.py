"""The connections of a pool: they keep their cursors, and are handed out while they are warm and alive."""

import asyncio
import select
from collections import deque
from typing import Any, Self, TypeVar

from psycopg import AsyncConnection, AsyncCursor, OperationalError, pq
from psycopg.abc import Params, PQGen
from psycopg.abc import QueryNoTemplate as Query
from psycopg.errors import QueryCanceled
from psycopg.rows import AsyncRowFactory
from psycopg.sql import Composable
from psycopg.waiting import READY_R, WAIT_R, Wait
from psycopg_pool import AsyncConnectionPool

from libs.common.db.arrivals import Arrivals

T = TypeVar("T")

IS_STANDBY = "select pg_is_in_recovery()"
KEPT_MAX = 64
ROWS_MAX = 100
"""A cursor keeps its last rows; one with more than these is dropped with them."""
INTERRUPT_SECONDS = 5.0
"""What the server may take to end a statement whose caller has gone."""


class KeepingConnection(AsyncConnection[Any]):
    """Executes a statement with the cursor that executed it before; connects to no standby.

    A new cursor learns anew how each parameter is written and each column read: a tenth of a short statement.
    Its socket is watched as long as it lives: a watch for each answer takes up to a third of a short one.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: dict[Any, tuple[Query, AsyncCursor[Any]]] = {}
        self._arrivals: Arrivals | None = None

    @classmethod
    async def connect(cls, conninfo: str = "", **options: Any) -> Self:
        """As its base class. Raises `psycopg.OperationalError` for a standby, which refuses every change.

        In a failover the address may lead to one for a moment. `target_session_attrs` would not ask it, but
        believe PgBouncer, which says until it is reloaded what its first server was.
        """
        try:
            connection = await super().connect(conninfo, **options)
        except OperationalError as error:
            # The frames would keep what was begun, with its descriptor, until garbage is collected.
            raise error.with_traceback(None) from None
        try:
            await connection._refuse_standby()
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _refuse_standby(self) -> None:
        cursor = await self.execute(IS_STANDBY)
        if await cursor.fetchone() == (True,):
            raise OperationalError("the server is a standby")

    async def executed(
        self, query: Query, params: Params, rows: AsyncRowFactory[Any], *, prepare: bool | None = None
    ) -> AsyncCursor[Any]:
        """The cursor with the statement's result, to be fetched before anything else is executed."""
        if isinstance(query, Composable):
            return await self.cursor(row_factory=rows).execute(query, params, prepare=prepare)
        # Taken out meanwhile, and gone if it fails. To a cursor only the same object is the same statement.
        kept = self._kept.pop((query, rows), None)
        same, cursor = kept if kept is not None else (query, self.cursor(row_factory=rows))
        await cursor.execute(same, params, prepare=prepare)
        if cursor.rowcount <= ROWS_MAX:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            self._kept[same, rows] = (same, cursor)
        return cursor

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109 - its base class has it
        """As its base class, which waits itself for room to send and wherever the wait may time out."""
        try:
            return await (self._answer(gen) if timeout is None else super().wait(gen, interval, timeout))
        finally:
            if self.pgconn.status == pq.ConnStatus.BAD:
                self._stop_watching()

    async def close(self) -> None:
        """Close the connection."""
        self._stop_watching()
        await super().close()

    async def _answer(self, steps: PQGen[T]) -> T:
        try:
            awaited = next(steps)
            while awaited == WAIT_R:
                self._arrivals = self._arrivals or Arrivals(self.pgconn.socket)
                await self._arrivals.next()
                awaited = steps.send(READY_R)
        except StopIteration as end:
            answer: T = end.value
            return answer
        except OSError as error:
            raise OperationalError("the connection cannot be watched") from error
        except asyncio.CancelledError:
            await self._interrupt(steps)
            raise
        return await super().wait(_resumed(steps, awaited))

    async def _interrupt(self, steps: PQGen[Any]) -> None:
        """End what the server still executes; if it cannot be told, or does not end, the connection ends."""
        try:
            await self.cancel_safe(timeout=INTERRUPT_SECONDS)
            await super().wait(_resumed(steps, WAIT_R), timeout=INTERRUPT_SECONDS)
        except QueryCanceled:
            pass
        except BaseException as error:
            self.pgconn.finish()
            if not isinstance(error, Exception):
                raise

    def _stop_watching(self) -> None:
        if self._arrivals:
            self._arrivals.close()
            self._arrivals = None

    @property
    def was_ended(self) -> bool:
        """Whether something has arrived while it was idle: its end, as nobody has asked for anything.

        A notice or a changed setting of the server arrives unasked too; then a good connection is replaced.
        This asks the kernel and sends nothing.
        """
        arrived = select.poll()
        arrived.register(self.pgconn.socket, select.POLLIN)
        return bool(arrived.poll(0))


def _resumed(steps: PQGen[T], awaited: Wait) -> PQGen[T]:
    """The rest of the steps, from the one that awaits this."""
    try:
        while True:
            awaited = steps.send((yield awaited))
    except StopIteration as end:
        answer: T = end.value
        return answer


class WarmPool(AsyncConnectionPool[KeepingConnection]):
    """Hands out the connection that came back last, as much of its server process is in the caches still.

    In psycopg's pool all take turns, and as many server processes stay busy as a rush has ever needed.
    """

    async def getconn(self, timeout: float | None = None) -> KeepingConnection:  # noqa: ASYNC109 - as below
        """Take a connection that the server has not ended."""
        while (connection := await self._next(timeout)).was_ended:
            await connection.close()
            await self.putconn(connection)  # the pool makes another in its place
        return connection

    async def putconn(self, connection: KeepingConnection) -> None:
        """Take a connection back, also from a caller that is cancelled meanwhile: its place would be lost."""
        returned = super().putconn(connection)
        is_idle = connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
        is_done_at_once = is_idle and not (self._waiting or self._lock.locked() or self._lock._waiters)
        await (returned if is_done_at_once else asyncio.shield(returned))

    async def _next(self, timeout: float | None) -> KeepingConnection:  # noqa: ASYNC109 - as below
        """Take a connection, and restore a cancellation that the pool has lost (Python 3.11's `wait_for`).

        A caller that gives up leaves the queue. psycopg's pool would count it until it has a connection for
        it: after an outage those who have given up would fill the queue, so that everybody else is refused
        and no connection is asked for again.
        """
        task = asyncio.current_task()
        assert task
        cancelled_before = task.cancelling()
        try:
            connection = await super().getconn(timeout)
        except BaseException:
            self._waiting = deque(waiter for waiter in self._waiting if waiter.error is None)
            raise
        if task.cancelling() > cancelled_before:
            await self.putconn(connection)
            raise asyncio.CancelledError
        return connection

    async def _get_ready_connection(
        self,
        timeout: float | None,  # noqa: ASYNC109 - its base class has it
    ) -> KeepingConnection | None:
        self._pool.rotate()  # the last becomes the first, which is taken
        return await super()._get_ready_connection(timeout)
