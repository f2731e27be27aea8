"""The worker forgets sessions some time after their end."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from libs.common.testing.clock import FakeClock
from services.auth.deps import Deps
from services.auth.domain.sessions import Device
from services.auth.tests.builders import PASSWORD, a_person
from services.auth.usecases.sessions import prune_sessions

RETENTION = timedelta(days=30)


@pytest.fixture
async def session(deps: Deps) -> AsyncIterator[None]:
    """One session of 24 hours, that began now."""
    await deps.open()
    await a_person(deps)
    await deps.logins.in_shop(username="laura", password=PASSWORD, device=Device("", ""))
    yield
    await deps.close()


async def pruned(deps: Deps) -> int:
    return await prune_sessions(database=deps.database, clock=deps.clock, retention=RETENTION)


@pytest.mark.usefixtures("session")
async def test_a_session_that_ended_lately_is_kept(deps: Deps, clock: FakeClock) -> None:
    clock.advance(days=31)
    assert await pruned(deps) == 0


@pytest.mark.usefixtures("session")
async def test_a_session_that_ended_long_ago_is_forgotten(deps: Deps, clock: FakeClock) -> None:
    clock.advance(days=31, seconds=1)
    assert await pruned(deps) == 1
    assert await deps.database.fetch_value("select count(*) from sessions") == 0
