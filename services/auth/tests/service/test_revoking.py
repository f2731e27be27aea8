"""Revoking all sessions of a user, and the events of it."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.locks import until_waiting
from libs.testing.outbox import events_in_outbox
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    BAD_POS_LOGIN,
    PASSWORD,
    POS_LOGIN,
    a_person,
    claims_of,
    pos_login,
    revoke_all,
)
from services.auth.usecases.sessions.revoking import revoke_sessions_of


async def published(deps: Deps) -> list[str]:
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
        assert await published(deps) == ["session/2", "session/3", "session/4"]

    async def test_one_may_be_spared(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        logins = [await pos_login(client) for _ in range(3)]
        kept = claims_of(logins[1]["access"])["sid"]
        assert await revoke_all(deps, person.id, but=kept) == 2
        assert await published(deps) == ["session/1", "session/3"]

    async def test_nobody_elses(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps, "laura")
        await a_person(deps, "juan")
        await pos_login(client, "juan")
        assert await revoke_all(deps, person.id) == 0
        assert await published(deps) == []

    async def test_two_at_once_tell_once(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        for _ in range(3):
            await pos_login(client)
        counts = await asyncio.gather(*(revoke_all(deps, person.id) for _ in range(4)))
        assert sorted(counts) == [0, 0, 0, 3]
        assert await published(deps) == ["session/1", "session/2", "session/3"]

    async def test_is_undone_with_its_transaction(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        await pos_login(client)
        with pytest.raises(RuntimeError):
            async with deps.database.transaction() as tx:
                await revoke_sessions_of(
                    tx, person.id, reason="user_deleted", origin=OPERATOR, clock=deps.clock
                )
                raise RuntimeError
        assert await published(deps) == []
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
        self, client: AsyncClient, deps: Deps
    ) -> None:
        person = await a_person(deps)
        async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
            await revoke_sessions_of(tx, person.id, reason="role_lost", origin=OPERATOR, clock=deps.clock)
            body = {"email": person.email, "password": PASSWORD}
            login = group.create_task(client.post(POS_LOGIN, json=body))
            await until_waiting(deps.database)
        assert answered(login.result()) == (401, BAD_POS_LOGIN)
        assert await deps.database.fetch_value("select count(*) from sessions") == 0
