"""The worker deletes old rows in small batches."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from libs.common.clock import CLOCKS_DIFFER
from libs.common.db import pruning
from libs.common.db.pruning import prune
from libs.common.process.parts import build_parts
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.domain.sessions import Device
from services.auth.settings import AuthSettings
from services.auth.tests.builders import PASSWORD, a_person
from services.auth.usecases.pruning import prunables
from services.auth.usecases.sessions.revoking import revoke_sessions_of
from services.auth.worker import create_worker

DAY = timedelta(days=1)
SECONDS_MORE = CLOCKS_DIFFER.total_seconds()
INSERT_FAILURES = """
insert into login_failures (account, ip_address, failed_at)
select 'user:1', '198.51.100.7', %(at)s from generate_series(1, %(times)s)
"""

INSERT_FAILED_APPROVAL = """
insert into approval_failures (approver, caller_id, failed_at) values ('user:1', 2, %(at)s)
"""


@pytest.fixture(autouse=True)
async def connected(deps: Deps) -> AsyncIterator[None]:
    await deps.open()
    yield
    await deps.close()


async def left(deps: Deps, table: str) -> int:
    count: int = await deps.database.fetch_value(f"select count(*) from {table}")
    return count


async def pruned(deps: Deps, *, audit: timedelta = 365 * DAY) -> int:
    what = prunables(sessions=30 * DAY, audit=audit)
    return sum([await prune(each, database=deps.database, clock=deps.clock) for each in what])


async def log_in(deps: Deps) -> int:
    """Open a session of 24 hours now and return its user's id."""
    person = await a_person(deps)
    await deps.logins.log_in_to_store(username="laura", password=PASSWORD, device=Device("", ""))
    return person.id


async def test_a_session_that_ended_lately_is_kept(deps: Deps, clock: FakeClock) -> None:
    await log_in(deps)
    clock.advance(days=31)
    await pruned(deps)
    assert await left(deps, "sessions") == 1


async def test_a_session_that_ended_long_ago_is_forgotten(deps: Deps, clock: FakeClock) -> None:
    await log_in(deps)
    clock.advance(days=31, seconds=SECONDS_MORE + 1)
    await pruned(deps)
    assert await left(deps, "sessions") == 0


async def test_a_revocation_is_forgotten_when_its_session_would_have_ended_by_every_clock(
    deps: Deps, clock: FakeClock
) -> None:
    user_id = await log_in(deps)
    async with deps.database.transaction() as tx:
        await revoke_sessions_of(tx, user_id, reason="operator", origin=OPERATOR, clock=clock)
    clock.advance(days=1, seconds=SECONDS_MORE)
    await pruned(deps)
    assert await left(deps, "revocations") == 1
    clock.advance(seconds=1)
    await pruned(deps)
    assert (await left(deps, "revocations"), await left(deps, "sessions")) == (0, 1)


async def test_a_session_may_be_forgotten_before_its_revocation_was(deps: Deps, clock: FakeClock) -> None:
    user_id = await log_in(deps)
    async with deps.database.transaction() as tx:
        await revoke_sessions_of(tx, user_id, reason="operator", origin=OPERATOR, clock=clock)
    await deps.database.execute("delete from sessions")
    assert await left(deps, "revocations") == 0


async def test_failed_logins_are_forgotten_when_they_no_longer_count_anywhere(
    deps: Deps, clock: FakeClock
) -> None:
    await deps.database.execute(INSERT_FAILURES, {"at": clock(), "times": 1})
    clock.advance(minutes=5, seconds=SECONDS_MORE)
    assert await pruned(deps) == 0
    clock.advance(seconds=1)
    assert await pruned(deps) == 1


async def test_failed_approvals_are_forgotten_after_the_day_for_which_they_count(
    deps: Deps, clock: FakeClock
) -> None:
    await deps.database.execute(INSERT_FAILED_APPROVAL, {"at": clock()})
    clock.advance(days=1, seconds=SECONDS_MORE)
    assert await pruned(deps) == 0
    clock.advance(seconds=1)
    assert await pruned(deps) == 1


async def test_the_audit_trail_goes_back_as_far_as_the_set_up_says(deps: Deps, clock: FakeClock) -> None:
    await log_in(deps)
    noted = await left(deps, "audit_events")
    clock.advance(days=10)
    await pruned(deps, audit=10 * DAY)
    assert await left(deps, "audit_events") == noted > 0
    clock.advance(seconds=SECONDS_MORE + 1)
    await pruned(deps, audit=10 * DAY)
    assert await left(deps, "audit_events") == 0


async def test_much_is_forgotten_in_bites(
    deps: Deps, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH_MAX", 10)
    await deps.database.execute(INSERT_FAILURES, {"at": clock(), "times": 25})
    clock.advance(minutes=6)
    bites: list[int] = []
    execute = deps.database.execute

    async def noted(statement: Any, params: Any) -> int:
        bites.append(await execute(statement, params))
        return bites[-1]

    monkeypatch.setattr(deps.database, "execute", noted)
    assert await pruned(deps) == 25
    assert bites == [10, 10, 5, 0, 0, 0, 0]


async def test_the_worker_does_it_by_itself(deps: Deps, settings: AuthSettings, clock: FakeClock) -> None:
    await deps.database.execute(INSERT_FAILURES, {"at": clock(), "times": 3})
    clock.advance(minutes=6)

    async def forgotten() -> bool:
        return await left(deps, "login_failures") == 0

    async with asgi_client(create_worker(build_parts("auth", settings, clock=clock))):
        await eventually(forgotten)
