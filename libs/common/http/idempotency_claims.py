"""Claims of requests with a key: short locks, renewed while the process that works on them lives (ADR 0038).

A process that dies renews nothing, so a repeat takes over within `LOCK`. A process that lives keeps its
claims for as long as its requests take.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from libs.common.db.database import Database
from libs.common.db.operations import Operation
from libs.common.errors import Unavailable
from libs.common.messaging.outage import Outage

LOCK = timedelta(seconds=2)
RENEW_SECONDS = 0.5
# Asked for in each transaction: what a session asks for may be lost behind a pooler.
DO_NOT_WAIT_FOR_DISK = "set local synchronous_commit = off"

# A row that another statement has locked is renewed the next time: one that waits would hold up the others.
RENEW = """
with live as (
    select caller, method, path, key
    from idempotency_keys
    join unnest(
        %(callers)s::text[], %(methods)s::text[], %(paths)s::text[], %(keys)s::text[],
        %(operation_ids)s::uuid[], %(attempts)s::int[]
    ) as mine (caller, method, path, key, operation_id, attempt)
        using (caller, method, path, key, operation_id, attempt)
    where status is null
    for update of idempotency_keys skip locked
)
update idempotency_keys as held set locked_until = clock_timestamp() + %(lock)s
from live
where (held.caller, held.method, held.path, held.key) = (live.caller, live.method, live.path, live.key)
"""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with a key. `fingerprint` is the hash of its body."""

    caller: str
    method: str
    path: str
    key: str
    fingerprint: bytes

    @property
    def identity(self) -> dict[str, str]:
        """The parameters that identify the key's row."""
        return {"caller": self.caller, "method": self.method, "path": self.path, "key": self.key}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work, and to store its answer, until a repeat takes over as the next attempt."""

    operation_id: UUID
    attempt: int

    @property
    def operation(self) -> Operation:
        """The work, as the use case knows it."""
        return Operation(self.operation_id, self.attempt)


@dataclass(frozen=True, slots=True)
class _Live:
    keyed: Keyed
    since: float


class LiveClaims:
    """The claims of the requests that this process works on. `renew` is a background task of the process.

    The locks use PostgreSQL's clock, so that processes need not agree about the time.
    """

    def __init__(self, database: Database, *, lock: timedelta, renew_seconds: float = RENEW_SECONDS) -> None:
        self.lock = lock
        self._database = database
        self._renew_seconds = renew_seconds
        self._live: dict[Claim, _Live] = {}
        self._claimed = asyncio.Event()

    def add(self, keyed: Keyed, claim: Claim) -> None:
        """Renew this claim, from now on."""
        self._live[claim] = _Live(keyed, asyncio.get_running_loop().time())
        self._claimed.set()

    def discard(self, claim: Claim) -> None:
        """Renew this claim no more: its request has ended."""
        self._live.pop(claim, None)

    async def renew(self) -> None:
        """Renew the claims of requests that take long, in one statement, forever.

        The connection is not the pool's, and its commits do not wait for the disk or a standby: claims must
        not lapse because the service is busy. It is made at the first claim, which holds for long enough.
        """
        await self._claimed.wait()
        outage = Outage("claims")
        while True:
            try:
                async with await self._database.connect() as connection:
                    while True:
                        await self._renew_once(connection)
                        outage.over()
                        await asyncio.sleep(self._renew_seconds)
            except psycopg.Error as error:
                unavailable = Unavailable("database")
                unavailable.__cause__ = error
                await outage.pause(unavailable)

    async def _renew_once(self, connection: AsyncConnection) -> None:
        """Renew the claims that are older than a round: most requests end before."""
        begun_by = asyncio.get_running_loop().time() - self._renew_seconds
        due = [(live.keyed, claim) for claim, live in self._live.items() if live.since <= begun_by]
        if due:
            async with connection.transaction():
                await connection.execute(DO_NOT_WAIT_FOR_DISK)
                await connection.execute(RENEW, {**_columns(due), "lock": self.lock})


def _columns(due: Sequence[tuple[Keyed, Claim]]) -> dict[str, object]:
    return {
        "callers": [keyed.caller for keyed, _ in due],
        "methods": [keyed.method for keyed, _ in due],
        "paths": [keyed.path for keyed, _ in due],
        "keys": [keyed.key for keyed, _ in due],
        "operation_ids": [claim.operation_id for _, claim in due],
        "attempts": [claim.attempt for _, claim in due],
    }
