"""A process that lives keeps its claims, and one that died or stalled loses them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from libs.common.db.database import Database
from libs.common.ending import end
from libs.common.errors import Unavailable
from libs.common.http.idempotency_claims import Claim, Keyed, LiveClaims
from libs.common.http.idempotency_store import IdempotencyStore, Stored
from libs.common.http.refusals import KeyReused
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lapse_claims
from libs.testing.waiting import eventually

LIVE_KEYS = "select key from idempotency_keys where locked_until > now() order by key"
LOCK_ROW = "select from idempotency_keys where key = %s for update"
END_RENEWING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and query ^@ E'\nwith live as'
"""


@asynccontextmanager
async def renewing(claims: LiveClaims) -> AsyncIterator[None]:
    """The background task of a live process."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(claims.renew())
        yield
        await end(task)


def a_process(database: Database, clock: FakeClock) -> IdempotencyStore:
    store = IdempotencyStore(database, clock, lock=timedelta(minutes=1), wait_seconds=0.1)
    store.claims = LiveClaims(database, lock=timedelta(minutes=1), renew_seconds=0.02)
    return store


def keyed(key: str) -> Keyed:
    return Keyed(caller="7", method="POST", path="/api/orders/", key=key, fingerprint=b"body")


async def claimed(store: IdempotencyStore, key: str) -> Claim:
    claim = await store.claim(keyed(key))
    assert isinstance(claim, Claim)
    return claim


async def live_keys(database: Database) -> list[str]:
    return [row["key"] for row in await database.fetch_dicts(LIVE_KEYS)]


async def test_a_claim_of_a_live_process_is_renewed_until_its_request_has_ended(
    database: Database, clock: FakeClock
) -> None:
    process = a_process(database, clock)
    ended = await claimed(process, "ended")
    await claimed(process, "works")
    process.claims.discard(ended)
    await lapse_claims(database)
    async with renewing(process.claims):
        await eventually(lambda: live_keys(database))
    assert await live_keys(database) == ["works"]


async def test_a_repeat_at_another_process_waits_for_a_live_one_and_takes_over_from_a_dead_one(
    database: Database, clock: FakeClock
) -> None:
    first, second = a_process(database, clock), a_process(database, clock)
    claim = await claimed(first, "sale")
    await lapse_claims(database)
    async with renewing(first.claims):
        await eventually(lambda: live_keys(database))
        with pytest.raises(Unavailable):
            await second.claim(keyed("sale"))
    await lapse_claims(database)
    assert await second.claim(keyed("sale")) == Claim(claim.operation_id, attempt=2)


async def test_a_request_with_another_body_takes_nothing_over_from_a_dead_process(
    database: Database, clock: FakeClock
) -> None:
    first, second = a_process(database, clock), a_process(database, clock)
    claim = await claimed(first, "sale")
    await lapse_claims(database)
    with pytest.raises(KeyReused):
        await second.claim(replace(keyed("sale"), fingerprint=b"another body"))
    assert await second.claim(keyed("sale")) == Claim(claim.operation_id, attempt=2)


async def test_a_stalled_process_renews_and_stores_nothing_over_its_successor(
    database: Database, clock: FakeClock
) -> None:
    stalled, successor = a_process(database, clock), a_process(database, clock)
    late = await claimed(stalled, "sale")
    await lapse_claims(database)
    claim = await claimed(successor, "sale")
    await claimed(stalled, "other")
    await lapse_claims(database)
    async with renewing(stalled.claims):
        await eventually(lambda: live_keys(database))
    assert await live_keys(database) == ["other"]

    await stalled.keep(keyed("sale"), late, Stored(400, {}, b"late"))
    await successor.keep(keyed("sale"), claim, Stored(201, {}, b"right"))
    await stalled.keep(keyed("sale"), late, Stored(400, {}, b"later"))
    assert await stalled.claim(keyed("sale")) == Stored(201, {}, b"right")


async def test_a_process_that_stalled_for_a_day_stores_nothing_over_the_new_use_of_the_key(
    database: Database, clock: FakeClock
) -> None:
    process = a_process(database, clock)
    late = await claimed(process, "sale")
    clock.advance(hours=24, seconds=1)
    claim = await claimed(process, "sale")
    await process.keep(keyed("sale"), late, Stored(400, {}, b"late"))
    await process.keep(keyed("sale"), claim, Stored(201, {}, b"right"))
    assert await process.claim(keyed("sale")) == Stored(201, {}, b"right")


async def test_claims_are_renewed_while_all_connections_are_busy(
    database: Database, clock: FakeClock, common_database_url: str
) -> None:
    process = a_process(database, clock)
    await claimed(process, "works")
    await lapse_claims(database)
    watching = Database(common_database_url, size=2)
    await watching.open()
    async with AsyncExitStack() as busy, renewing(process.claims):
        for _ in range(database.pool.max_size):
            await busy.enter_async_context(database.connection())
        await eventually(lambda: live_keys(watching))
    await watching.close()


async def test_a_row_that_another_statement_has_locked_does_not_hold_up_the_others(
    database: Database, clock: FakeClock
) -> None:
    process = a_process(database, clock)
    for key in ("locked", "works"):
        await claimed(process, key)
    await lapse_claims(database)
    async with database.transaction() as tx:
        await tx.execute(LOCK_ROW, ["locked"])
        async with renewing(process.claims):
            await eventually(lambda: live_keys(database))
            assert await live_keys(database) == ["works"]
    async with renewing(process.claims):
        await eventually(lambda: _are_live(database, ["locked", "works"]))


async def test_claims_are_renewed_again_after_the_connection_broke(
    database: Database, clock: FakeClock
) -> None:
    process = a_process(database, clock)
    await claimed(process, "works")
    async with renewing(process.claims):
        await eventually(lambda: _ended(database))
        await lapse_claims(database)
        await eventually(lambda: live_keys(database))


async def _are_live(database: Database, keys: list[str]) -> bool:
    return await live_keys(database) == keys


async def _ended(database: Database) -> bool:
    return bool(await database.fetch_dicts(END_RENEWING))
