"""Stores requests with a key and their answers in the service's table `idempotency_keys`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from psycopg.types.json import Jsonb

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.pruning import Prunable
from libs.common.errors import Unavailable
from libs.common.http.idempotency_claims import LOCK, Claim, Keyed, LiveClaims
from libs.common.http.refusals import KeyReused

KEPT = timedelta(hours=24)
OLD_KEYS = Prunable("idempotency_keys", "created_at", KEPT)
WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05

# A key is free if it is new or expired, or if its claim has lapsed: the process that worked on it has died.
# The lock is read and written by the clock of this moment, not of the statement, which may have waited.
CLAIM = """
insert into idempotency_keys as held
    (caller, method, path, key, fingerprint, operation_id, attempt, locked_until, created_at)
values (%(caller)s, %(method)s, %(path)s, %(key)s,
    %(fingerprint)s, %(operation_id)s, 1, clock_timestamp() + %(lock)s, %(now)s)
on conflict (caller, method, path, key) do update
set fingerprint = excluded.fingerprint,
    operation_id = case when held.created_at < %(expired)s
                        then excluded.operation_id else held.operation_id end,
    attempt = case when held.created_at < %(expired)s then 1 else held.attempt + 1 end,
    created_at = case when held.created_at < %(expired)s then excluded.created_at else held.created_at end,
    locked_until = clock_timestamp() + %(lock)s, status = null, headers = null, body = null
where held.created_at < %(expired)s
   or (held.status is null and held.locked_until <= clock_timestamp()
       and held.fingerprint = excluded.fingerprint)
returning operation_id, attempt
"""

HELD = """
select fingerprint, status, headers, body from idempotency_keys
where caller = %(caller)s and method = %(method)s and path = %(path)s and key = %(key)s
"""

# Only the attempt with the claim may write: one that was overtaken has lost it to a repeat.
MINE = """
where caller = %(caller)s and method = %(method)s and path = %(path)s and key = %(key)s
  and operation_id = %(operation_id)s and attempt = %(attempt)s and status is null
"""

KEEP = f"""
update idempotency_keys set status = %(status)s, headers = %(headers)s, body = %(body)s {MINE}
"""

RELEASE = f"update idempotency_keys set locked_until = clock_timestamp() {MINE}"

FORGET = f"delete from idempotency_keys {MINE}"


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Held:
    fingerprint: bytes
    status: int | None
    headers: dict[str, str] | None
    body: bytes | None


class IdempotencyStore:
    """Claims keys and stores answers for 24 hours.

    A repeat takes over from a request whose process has not renewed its claim for `lock`; `wait_seconds` is
    the time a repeat waits for the answer of a live request (then it is answered 503 and may be sent again).
    """

    def __init__(
        self, database: Database, clock: Clock, *, lock: timedelta = LOCK, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self.claims = LiveClaims(database, lock=lock)
        self._database = database
        self._clock = clock
        self._wait_seconds = wait_seconds

    async def claim(self, keyed: Keyed) -> Claim | Stored:
        """The claim to do the work, or the stored answer. The claim is renewed until `claims.discard`.

        Raises `KeyReused` for another body, and `Unavailable` if the request that has the key is still at
        work after `wait_seconds`.
        """
        deadline = asyncio.get_running_loop().time() + self._wait_seconds
        while True:
            claim = await self._try_to_claim(keyed)
            if claim is not None:
                self.claims.add(keyed, claim)
                return claim
            held = await self._database.fetch_one(_Held, HELD, keyed.identity)
            if held is not None and held.fingerprint != keyed.fingerprint:
                raise KeyReused
            if held is not None and held.status is not None:
                return Stored(held.status, held.headers or {}, held.body or b"")
            if asyncio.get_running_loop().time() >= deadline:
                raise Unavailable("idempotency")
            await asyncio.sleep(POLL_SECONDS)

    async def keep(self, keyed: Keyed, claim: Claim, answer: Stored) -> None:
        """Store the answer for repeats."""
        await self._database.execute(
            KEEP,
            {
                **_mine(keyed, claim),
                "status": answer.status,
                "headers": Jsonb(dict(answer.headers)),
                "body": answer.body,
            },
        )

    async def release(self, keyed: Keyed, claim: Claim) -> None:
        """Release the claim after work without an answer: a repeat may try at once, as the same operation."""
        await self._database.execute(RELEASE, _mine(keyed, claim))

    async def forget(self, keyed: Keyed, claim: Claim) -> None:
        """Delete the claim after work that was not done: the key is unused again."""
        await self._database.execute(FORGET, _mine(keyed, claim))

    async def _try_to_claim(self, keyed: Keyed) -> Claim | None:
        now = self._clock()
        return await self._database.fetch_one(
            Claim,
            CLAIM,
            {
                **keyed.identity,
                "fingerprint": keyed.fingerprint,
                "operation_id": uuid4(),
                "now": now,
                "lock": self.claims.lock,
                "expired": now - KEPT,
            },
        )


def _mine(keyed: Keyed, claim: Claim) -> dict[str, object]:
    return {**keyed.identity, "operation_id": claim.operation_id, "attempt": claim.attempt}
