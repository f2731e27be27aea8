"""Revoking all sessions of a user, and the events and the list for gateways."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.auth import LIST_REVOKED_SESSIONS
from libs.common.contracts.internal.samples import sample
from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    BAD_POS_LOGIN,
    PASSWORD,
    POS_LOGIN,
    a_person,
    answered,
    claims_of,
    pos_login,
)
from services.auth.usecases.sessions.revoking import revoke_sessions_of

REVOKED_SESSIONS = "/internal/revoked-sessions"
WAITS_FOR_ITS_TURN = """
select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
where datname = current_database() and locktype = 'advisory' and not granted
"""

WAITS_FOR_A_ROW = """
select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""


async def revoke_all(deps: Deps, user_id: int, *, but: str | None = None) -> int:
    async with deps.database.transaction() as tx:
        return await revoke_sessions_of(
            tx, user_id, reason="operator", origin=OPERATOR, clock=deps.clock, except_session=but
        )


async def told(deps: Deps) -> list[str]:
    """The sessions in the revocation events of the outbox."""
    return [event.subject for event in await events_in_outbox(deps.database, "auth.session_revoked.v1")]


class TestAllSessions:
    async def test_one_event_for_each_live_session(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        person = await a_person(deps)
        await pos_login(client)
        clock.advance(days=7)
        for _ in range(3):
            await pos_login(client)
        assert await revoke_all(deps, person.id) == 3
        assert await told(deps) == ["session/2", "session/3", "session/4"]

    async def test_one_may_be_spared(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        logins = [await pos_login(client) for _ in range(3)]
        kept = claims_of(logins[1]["access"])["sid"]
        assert await revoke_all(deps, person.id, but=kept) == 2
        assert await told(deps) == ["session/1", "session/3"]

    async def test_nobody_elses(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps, "laura")
        await a_person(deps, "juan")
        await pos_login(client, "juan")
        assert await revoke_all(deps, person.id) == 0
        assert await told(deps) == []

    async def test_two_at_once_tell_once(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        for _ in range(3):
            await pos_login(client)
        counts = await asyncio.gather(*(revoke_all(deps, person.id) for _ in range(4)))
        assert sorted(counts) == [0, 0, 0, 3]
        assert await told(deps) == ["session/1", "session/2", "session/3"]

    async def test_is_undone_with_its_transaction(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        await pos_login(client)
        with pytest.raises(RuntimeError):
            async with deps.database.transaction() as tx:
                await revoke_sessions_of(
                    tx, person.id, reason="user_deleted", origin=OPERATOR, clock=deps.clock
                )
                raise RuntimeError
        assert await told(deps) == []
        assert await deps.database.fetch_value("select count(*) from revocations") == 0

    async def test_a_login_under_way_opens_no_session(
        self, client: AsyncClient, deps: Deps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person = await a_person(deps)

        async def right_but_revoked_meanwhile(*_: object, **__: object) -> bool:
            await revoke_all(deps, person.id)
            return True

        monkeypatch.setattr(deps.passwords, "matches", right_but_revoked_meanwhile)
        response = await client.post(POS_LOGIN, json={"email": person.email, "password": PASSWORD})
        assert answered(response) == (401, BAD_POS_LOGIN)
        assert await deps.database.fetch_value("select count(*) from sessions") == 0

    async def test_a_login_that_comes_meanwhile_waits_and_opens_none_either(
        self, client: AsyncClient, deps: Deps, eventually: Callable[..., Any]
    ) -> None:
        person = await a_person(deps)

        async def login_is_waiting() -> bool:
            return bool(await deps.database.fetch_value(WAITS_FOR_A_ROW))

        async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
            await revoke_sessions_of(tx, person.id, reason="role_lost", origin=OPERATOR, clock=deps.clock)
            body = {"email": person.email, "password": PASSWORD}
            login = group.create_task(client.post(POS_LOGIN, json=body))
            await eventually(login_is_waiting)
        assert answered(login.result()) == (401, BAD_POS_LOGIN)
        assert await deps.database.fetch_value("select count(*) from sessions") == 0


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

    @pytest.mark.usefixtures("three_revoked")
    async def test_none_that_would_be_over_anyway(
        self, client: AsyncClient, tokens: Tokens, clock: FakeClock
    ) -> None:
        clock.advance(days=7)
        assert (await self.asked(client, tokens))["revoked"] == []

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=10001", f"after={2**63}"])
    async def test_bad_input(self, client: AsyncClient, tokens: Tokens, query: str) -> None:
        response = await client.get(
            f"{REVOKED_SESSIONS}?{query}", headers=tokens.service(caller="gateway", audience="auth")
        )
        assert response.status_code == 400

    async def test_whoever_asks_after_the_last_one_misses_none(
        self, client: AsyncClient, deps: Deps, tokens: Tokens, eventually: Callable[..., Any]
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
