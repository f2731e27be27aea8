"""Makes the pools of a run of the tests connect when they are used, not ahead, and to sessions that are left.

A new session costs more than the statements of most tests: a process of the server, which knows no table yet.
"""

from collections import defaultdict
from typing import Any, ClassVar, Self

from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGconn

from libs.common.db import database
from libs.common.db.connections import KeepingConnection

LEFT_MAX = 2
"""Sessions with the same settings that are left for the next test; few tests use more."""
FORGET_ALL = "discard all"

_lasting: set[str] = set()


def leave_sessions(database: str) -> None:
    """Sessions of this database are left for the next test: it lasts as long as the run."""
    _lasting.add(database)


def end_left_sessions() -> None:
    """End what tests before have left, for one that counts sessions."""
    for left in LeavingConnection._left.values():
        while left:
            left.pop().finish()


class LeavingConnection(KeepingConnection):
    """Leaves its session, when it is closed, to the next one that asks for the same."""

    _left: ClassVar[defaultdict[str, list[PGconn]]] = defaultdict(list)
    _asked = ""

    @classmethod
    async def connect(
        cls,
        conninfo: str = "",
        *,
        autocommit: bool = False,
        prepare_threshold: int | None = 5,
        **options: Any,
    ) -> Self:
        """As its base class, in autocommit. What a session that was left was told before is forgotten."""
        asked = make_conninfo(conninfo, **options)
        if connection := cls._taken_over(asked):
            await connection.set_autocommit(autocommit)
            connection.prepare_threshold = prepare_threshold
            await connection.execute(FORGET_ALL)
        else:
            connection = await super().connect(
                asked, autocommit=autocommit, prepare_threshold=prepare_threshold
            )
        connection._asked = asked
        return connection

    @classmethod
    def _taken_over(cls, asked: str) -> Self | None:
        while left := cls._left[asked]:
            connection = cls(left.pop())
            if not connection.was_ended:
                return connection
            connection.pgconn.finish()
        return None

    async def close(self) -> None:
        """Close the connection; its session ends unless it is left."""
        left = self._left[self._asked]
        if len(left) < LEFT_MAX and self._may_be_left():
            left.append(self.pgconn)
            self.pgconn = _ended()
        await super().close()

    def _may_be_left(self) -> bool:
        return (
            self.pgconn.transaction_status == pq.TransactionStatus.IDLE
            and self.info.dbname in _lasting
            and not self.was_ended
        )


def _ended() -> PGconn:
    ended = pq.PGconn.connect_start(b"")
    ended.finish()
    return ended


def connect_when_used() -> None:
    """From now on, new pools make no connection ahead: thousands of tests open one for a few requests."""
    database.POOL_SIZE_MIN = 0
    database.KeepingConnection = LeavingConnection  # type: ignore[attr-defined]  # not exported; tests only
