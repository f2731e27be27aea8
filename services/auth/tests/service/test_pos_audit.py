"""The audit trail of an account, with actors and addresses (`GET /api/users/{id}/audit/`)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    PASSWORD,
    POS_LOGIN,
    SESSIONS,
    USERS,
    a_person,
    bearer,
    pos_login,
    with_token,
)
from services.auth.usecases import audit
from services.auth.usecases.sessions.revoking import revoke_sessions_of

DEVICE = {"User-Agent": "Till 3", "X-Forwarded-For": "192.168.1.50"}


def trail_of(user_id: object) -> str:
    return f"{USERS}{user_id}/audit/"


async def trail(deps: Deps, user_id: int, *kinds: str) -> list[dict[str, Any]]:
    """The stored audit events of these kinds, oldest first."""
    return await deps.database.fetch_dicts(
        "select kind, actor_id, ip_address, user_agent, details from audit_events"
        " where user_id = %s and kind = any(%s) order by id",
        (user_id, list(kinds)),
    )


async def note(deps: Deps, user_id: int, kind: audit.AuditKind) -> None:
    async with deps.database.transaction() as tx:
        await audit.record(tx, kind, user_id=user_id, origin=OPERATOR, clock=deps.clock)


class TestList:
    @pytest.mark.parametrize("role", ["admin", "owner"])
    async def test_says_who_when_from_where(
        self, client: AsyncClient, deps: Deps, clock: FakeClock, role: Any
    ) -> None:
        person = await a_person(deps)
        caller = await bearer(deps, client, role)
        clock.advance(minutes=1)
        await pos_login(client, **DEVICE)
        response = await client.get(trail_of(person.id), headers=caller, params={"limit": 1})
        (event,) = response.json()
        assert event.pop("id") > 0
        assert event == {
            "kind": "login",
            "created_at": "2026-03-02T18:01:00Z",
            "actor_id": person.id,
            "actor": "laura",
            "ip_address": "192.168.1.50",
            "user_agent": "Till 3",
            "details": {"session_id": 2},
        }

    async def test_newest_first_in_pages(self, client: AsyncClient, deps: Deps) -> None:
        caller = await bearer(deps, client, "owner")
        person = await a_person(deps)
        await deps.database.execute("delete from audit_events")
        for kind in ("profile_changed", "role_changed", "password_changed"):
            await note(deps, person.id, kind)
        page = await client.get(trail_of(person.id), headers=caller, params={"limit": 2})
        assert [event["kind"] for event in page.json()] == ["password_changed", "role_changed"]
        assert page.headers["X-Total-Count"] == "3"
        assert 'rel="next"' in page.headers["Link"]
        rest = await client.get(trail_of(person.id), headers=caller, params={"limit": 2, "offset": 2})
        assert [event["kind"] for event in rest.json()] == ["profile_changed"]

    async def test_oldest_first(self, client: AsyncClient, deps: Deps) -> None:
        caller = await bearer(deps, client, "owner")
        person = await a_person(deps)
        await note(deps, person.id, "profile_changed")
        params = {"ordering": "created_at"}
        response = await client.get(trail_of(person.id), headers=caller, params=params)
        assert [event["kind"] for event in response.json()] == ["user_created", "profile_changed"]

    async def test_what_an_operator_did_has_no_actor(self, client: AsyncClient, deps: Deps) -> None:
        caller = await bearer(deps, client, "owner")
        person = await a_person(deps)
        await note(deps, person.id, "password_changed")
        event = (await client.get(trail_of(person.id), headers=caller)).json()[0]
        assert (event["actor_id"], event["actor"], event["ip_address"]) == (None, None, "")

    async def test_of_somebody_who_was_deleted(self, client: AsyncClient, deps: Deps) -> None:
        caller = await bearer(deps, client, "admin")
        person = await a_person(deps)
        await pos_login(client)
        await deps.database.execute("update users set is_active = false where id = %s", (person.id,))
        response = await client.get(trail_of(person.id), headers=caller)
        assert response.status_code == 200
        assert "login" in [event["kind"] for event in response.json()]

    async def test_of_nobody(self, client: AsyncClient, deps: Deps) -> None:
        response = await client.get(trail_of(99), headers=await bearer(deps, client, "owner"))
        assert answered(response) == (404, NOT_FOUND)


class TestNoted:
    async def test_a_failed_login_without_an_actor(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        body = {"email": person.email, "password": "a wrong password"}
        await client.post(POS_LOGIN, json=body, headers=DEVICE)
        assert await trail(deps, person.id, "login", "login_failed") == [
            {
                "kind": "login_failed",
                "actor_id": None,
                "ip_address": "192.168.1.50",
                "user_agent": "Till 3",
                "details": {},
            }
        ]

    async def test_a_failed_login_of_nobody_is_nobodys(self, client: AsyncClient, deps: Deps) -> None:
        await client.post(POS_LOGIN, json={"email": "nobody@example.com", "password": PASSWORD})
        assert await deps.database.fetch_value("select count(*) from audit_events") == 0

    async def test_a_session_that_its_owner_revokes(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        mine = with_token((await pos_login(client))["access"])
        for _ in range(2):
            await client.post(f"{SESSIONS}1/revoke/", headers=mine | DEVICE)
        assert await trail(deps, person.id, "session_revoked") == [
            {
                "kind": "session_revoked",
                "actor_id": person.id,
                "ip_address": "192.168.1.50",
                "user_agent": "Till 3",
                "details": {"reason": "logout", "session_ids": [1]},
            }
        ]

    async def test_all_sessions_that_end_together_are_one_event(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        person = await a_person(deps)
        for _ in range(2):
            await pos_login(client)
        async with deps.database.transaction() as tx:
            await revoke_sessions_of(tx, person.id, reason="operator", origin=OPERATOR, clock=deps.clock)
        (event,) = await trail(deps, person.id, "session_revoked")
        assert event["details"] == {"reason": "operator", "session_ids": [1, 2]}

    async def test_no_password_or_token_ever(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        tokens = await pos_login(client)
        await client.post(POS_LOGIN, json={"email": person.email, "password": "a wrong password"})
        await client.post(f"{SESSIONS}1/revoke/", headers=with_token(tokens["access"]))
        kept = await deps.database.fetch_value("select string_agg(event::text, '') from audit_events event")
        for secret in (PASSWORD, "a wrong password", *tokens.values(), "argon2"):
            assert secret not in kept
