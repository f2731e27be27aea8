"""The list of revoked sessions that gateways ask for (`GET /internal/revoked-sessions`)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.clock import CLOCKS_DIFFER
from libs.common.contracts.internal.auth import LIST_REVOKED_SESSIONS
from libs.common.contracts.internal.samples import sample
from libs.testing.clock import FakeClock
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    PASSWORD,
    a_person,
    pos_login,
    revoke_all,
)
from services.auth.usecases.sessions.revoking import revoke_sessions_of

REVOKED_SESSIONS = "/internal/revoked-sessions"
WAITS_FOR_ITS_TURN = """
select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
where datname = current_database() and locktype = 'advisory' and not granted
"""


class TestRevokedSessions:
    @pytest.fixture
    async def three_revoked(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        for _ in range(3):
            await pos_login(client)
        await revoke_all(deps, person.id)

    async def asked(self, client: AsyncClient, tokens: Tokens, **params: int) -> dict[str, Any]:
        response = await client.get(
            REVOKED_SESSIONS, headers=tokens.service(caller="gateway", audience="auth"), params=params
        )
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def test_while_none_was_revoked(self, client: AsyncClient, tokens: Tokens) -> None:
        assert await self.asked(client, tokens) == {"revoked": [], "last": None}

    @pytest.mark.usefixtures("three_revoked")
    async def test_all_of_them(self, client: AsyncClient, tokens: Tokens) -> None:
        end = "2026-03-02T18:16:00Z"  # the expiry of the last access token, which can no longer be refreshed
        assert await self.asked(client, tokens) == {
            "revoked": [{"id": n, "session_id": str(n), "expires_at": end} for n in (1, 2, 3)],
            "last": 3,
        }

    async def test_a_shops_session_until_its_one_token_ends(
        self, client: AsyncClient, deps: Deps, tokens: Tokens
    ) -> None:
        person = await a_person(deps)
        await client.post("/auth/login", json={"username": "laura", "password": PASSWORD})
        await revoke_all(deps, person.id)
        sampled = sample(LIST_REVOKED_SESSIONS)
        assert sampled.answer.body["revoked"][0]["expires_at"] == "2026-03-03T18:00:00Z"
        assert (
            await ask(client, LIST_REVOKED_SESSIONS, tokens.service(caller="gateway", audience="auth"))
            == sampled.answer
        )

    @pytest.mark.usefixtures("three_revoked")
    async def test_those_after_a_place(self, client: AsyncClient, tokens: Tokens) -> None:
        answer = await self.asked(client, tokens, after=1, limit=1)
        assert ([each["id"] for each in answer["revoked"]], answer["last"]) == ([2], 2)
        assert await self.asked(client, tokens, after=3) == {"revoked": [], "last": 3}

    async def test_one_whose_token_is_good_still_by_the_slower_clock_of_a_gateway(
        self, client: AsyncClient, deps: Deps, tokens: Tokens, clock: FakeClock
    ) -> None:
        person = await a_person(deps)
        await client.post("/auth/login", json={"username": "laura", "password": PASSWORD})
        await revoke_all(deps, person.id)
        clock.advance(hours=24, seconds=CLOCKS_DIFFER.total_seconds() - 1)
        assert len((await self.asked(client, tokens))["revoked"]) == 1
        clock.advance(seconds=1)
        assert (await self.asked(client, tokens))["revoked"] == []

    @pytest.mark.usefixtures("three_revoked")
    async def test_none_that_would_be_over_anyway(
        self, client: AsyncClient, tokens: Tokens, clock: FakeClock
    ) -> None:
        clock.advance(days=7)
        assert (await self.asked(client, tokens))["revoked"] == []

    async def test_whoever_asks_after_the_last_one_misses_none(
        self, client: AsyncClient, deps: Deps, tokens: Tokens
    ) -> None:
        """The first revocation commits last: without the lock its lower id would become visible later."""
        people = [await a_person(deps, name) for name in ("laura", "juan")]
        for person in people:
            await pos_login(client, person.username)

        async def waiting() -> bool:
            return bool(await deps.database.fetch_value(WAITS_FOR_ITS_TURN))

        async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
            await revoke_sessions_of(tx, people[0].id, reason="operator", origin=OPERATOR, clock=deps.clock)
            group.create_task(revoke_all(deps, people[1].id))
            await eventually(waiting)
            assert await self.asked(client, tokens) == {"revoked": [], "last": None}
        answer = await self.asked(client, tokens)
        assert [each["session_id"] for each in answer["revoked"]] == ["1", "2"]
