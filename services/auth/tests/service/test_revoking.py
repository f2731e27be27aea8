"""Revoking all sessions of a user, and the events of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx import AsyncClient, Response

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
    SESSIONS,
    a_person,
    bearing,
    claims_of,
    pos_login,
    revoke_all,
)
from services.auth.usecases.accounts.passwords import NewPassword, replace_password
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.sessions.revoking import revoke_sessions_of


async def published(deps: Deps) -> list[str]:
    """The sessions in the revocation events of the outbox."""
    return [event.subject for event in await events_in_outbox(deps.database, "auth.session_revoked.v1")]


@asynccontextmanager
async def during_a_revocation(
    deps: Deps, user_id: int, new: NewPassword | None = None
) -> AsyncIterator[asyncio.TaskGroup]:
    """What the block starts waits for a revocation of the user's sessions, by a new password if given."""
    async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
        if new:
            await replace_password(tx, user_id, new, origin=OPERATOR, clock=deps.clock)
        else:
            await revoke_sessions_of(tx, user_id, reason="role_lost", origin=OPERATOR, clock=deps.clock)
        yield group
        await until_waiting(deps.database)


async def log_in(client: AsyncClient, person: Account) -> Response:
    return await client.post(POS_LOGIN, json={"email": person.email, "password": PASSWORD})


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

    async def test_the_password_of_a_login_under_way_is_checked_again(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        person = await a_person(deps)
        async with during_a_revocation(deps, person.id) as group:
            login = group.create_task(log_in(client, person))
        assert login.result().status_code == 200
        assert await deps.database.fetch_value("select count(*) from sessions where revoked_at is null") == 1

    async def test_a_login_under_way_with_the_password_before_opens_no_session(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        person = await a_person(deps)
        new = NewPassword(await deps.passwords.hash("another horse"))
        async with during_a_revocation(deps, person.id, new) as group:
            login = group.create_task(log_in(client, person))
        assert answered(login.result()) == (401, BAD_POS_LOGIN)
        assert await deps.database.fetch_value("select count(*) from sessions") == 0

    async def test_one_who_logs_out_while_they_are_renamed_and_signed_out_is_answered(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        person = await a_person(deps)
        mine = await pos_login(client)
        path = f"{SESSIONS}{claims_of(mine['access'])['sid']}/revoke/"
        async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
            await tx.execute("update users set username_key = 'elena' where id = %s", [person.id])
            logout = group.create_task(client.post(path, headers=bearing(mine)))
            await until_waiting(deps.database)
            await revoke_sessions_of(tx, person.id, reason="operator", origin=OPERATOR, clock=deps.clock)
        assert logout.result().status_code == 200
        assert await published(deps) == ["session/1"]
