"""The caller's sessions, and ending one of them (contract: POS "Session Management & Security"; §2)."""

import asyncio
from typing import Any

from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.links import rest_of
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import BAD_TOKEN, NOT_FOUND
from services.auth.deps import Deps
from services.auth.tests.builders import (
    PASSWORD,
    POS_REFRESH,
    SESSIONS,
    STORE_LOGIN,
    a_person,
    claims_of,
    pos_login,
    with_token,
)

REVOKED = {"status": "Sesión cerrada correctamente"}


def revoking(session_id: object) -> str:
    return f"{SESSIONS}{session_id}/revoke/"


async def sessions_of(client: AsyncClient, access: str, **params: int) -> list[dict[str, Any]]:
    response = await client.get(SESSIONS, headers=with_token(access), params=params)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


class TestList:
    async def test_shows_from_where_and_how_long(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        device = {"User-Agent": "Till 3", "X-Forwarded-For": "192.168.1.50"}
        tokens = await pos_login(client, **device)
        clock.advance(hours=1)
        refreshed = await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})

        assert await sessions_of(client, refreshed.json()["access"]) == [
            {
                "id": 1,
                "user_agent": "Till 3",
                "ip_address": "192.168.1.50",
                "created_at": "2026-03-02T18:00:00Z",
                "last_used_at": "2026-03-02T19:00:00Z",
                "expires_at": "2026-03-09T18:00:00Z",
                "is_revoked": False,
                "current": True,
            }
        ]

    async def test_newest_first_and_which_one_asks(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        older, newer = await pos_login(client), await pos_login(client)
        assert [(each["id"], each["current"]) for each in await sessions_of(client, older["access"])] == [
            (2, False),
            (1, True),
        ]
        assert [each["current"] for each in await sessions_of(client, newer["access"])] == [True, False]

    async def test_nobody_elses(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura")
        await a_person(deps, "juan")
        await pos_login(client, "juan")
        mine = await pos_login(client, "laura")
        assert [each["id"] for each in await sessions_of(client, mine["access"])] == [2]

    async def test_none_that_is_over_or_revoked(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        await client.post(STORE_LOGIN, json={"username": "laura", "password": PASSWORD})
        clock.advance(hours=24)
        revoked, live = await pos_login(client), await pos_login(client)
        await client.post(revoking(claims_of(revoked["access"])["sid"]), headers=with_token(live["access"]))
        assert [each["id"] for each in await sessions_of(client, live["access"])] == [3]

    async def test_a_shoppers_too(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura", "user")
        login = await client.post(STORE_LOGIN, json={"username": "laura", "password": PASSWORD})
        (session,) = await sessions_of(client, login.json()["token"])
        assert session["current"] is True
        assert session["expires_at"] == "2026-03-03T18:00:00Z"

    async def test_in_pages(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        tokens = [await pos_login(client) for _ in range(3)]
        mine = with_token(tokens[0]["access"])
        response = await client.get(SESSIONS, headers=mine, params={"limit": 2})
        assert [each["id"] for each in response.json()] == [3, 2]
        assert response.headers["X-Total-Count"] == "3"
        assert await rest_of(client, response, mine) == [1]
        rest = await client.get(SESSIONS, headers=mine, params={"limit": 2, "offset": 2})
        assert [each["id"] for each in rest.json()] == [1]
        assert "Link" not in rest.headers

    async def test_in_another_order(self, client: AsyncClient, deps: Deps, clock: FakeClock) -> None:
        await a_person(deps)
        first, second = await pos_login(client), await pos_login(client)
        clock.advance(minutes=1)
        await client.post(POS_REFRESH, json={"refresh": first["refresh"]})
        mine = with_token(second["access"])
        for ordering, ids in {"last_used_at": [2, 1], "-last_used_at": [1, 2], "user_agent": [2, 1]}.items():
            response = await client.get(SESSIONS, headers=mine, params={"ordering": ordering})
            assert [each["id"] for each in response.json()] == ids


class TestRevoke:
    async def test_ends_the_session(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        lost, mine = await pos_login(client), await pos_login(client)
        response = await client.post(revoking(1), headers=with_token(mine["access"]))
        assert answered(response) == (200, REVOKED)
        refresh = await client.post(POS_REFRESH, json={"refresh": lost["refresh"]})
        assert answered(refresh) == (401, BAD_TOKEN)

    async def test_leaves_the_others_alone(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        _, mine = await pos_login(client), await pos_login(client)
        await client.post(revoking(1), headers=with_token(mine["access"]))
        assert (await client.post(POS_REFRESH, json={"refresh": mine["refresh"]})).status_code == 200

    async def test_one_can_log_oneself_out(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        mine = await pos_login(client)
        await client.post(revoking(1), headers=with_token(mine["access"]))
        refresh = await client.post(POS_REFRESH, json={"refresh": mine["refresh"]})
        assert answered(refresh) == (401, BAD_TOKEN)

    async def test_a_shopper_can(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura", "user")
        login = await client.post(STORE_LOGIN, json={"username": "laura", "password": PASSWORD})
        response = await client.post(revoking(1), headers=with_token(login.json()["token"]))
        assert answered(response) == (200, REVOKED)

    async def test_it_is_published(self, client: AsyncClient, deps: Deps, clock: FakeClock) -> None:
        person = await a_person(deps)
        mine = await pos_login(client)
        clock.advance(minutes=1)
        await client.post(revoking(1), headers=with_token(mine["access"]))
        assert await events_in_outbox(deps.database, "auth.session_revoked.v1") == [
            (
                "auth.session_revoked.v1",
                "session/1",
                {
                    "session_id": "1",
                    "user_id": person.id,
                    "expires_at": "2026-03-02T18:17:00Z",
                    "revoked_at": "2026-03-02T18:01:00Z",
                    "reason": "logout",
                },
            )
        ]

    async def test_again_says_the_same_and_publishes_nothing(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        mine = with_token((await pos_login(client))["access"])
        for _ in range(2):
            assert answered(await client.post(revoking(1), headers=mine)) == (200, REVOKED)
        assert len(await events_in_outbox(deps.database, "auth.session_revoked.v1")) == 1

    async def test_two_at_once_tell_once(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        mine = with_token((await pos_login(client))["access"])
        responses = await asyncio.gather(*(client.post(revoking(1), headers=mine) for _ in range(8)))
        assert {response.status_code for response in responses} == {200}
        assert len(await events_in_outbox(deps.database, "auth.session_revoked.v1")) == 1
        assert await deps.database.fetch_value("select count(*) from revocations") == 1

    async def test_one_that_is_over_is_not_revoked(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        await pos_login(client)
        clock.advance(days=7)
        mine = with_token((await pos_login(client))["access"])
        assert answered(await client.post(revoking(1), headers=mine)) == (200, REVOKED)
        assert await events_in_outbox(deps.database, "auth.session_revoked.v1") == []

    async def test_somebody_elses(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "juan")
        await a_person(deps, "laura", "owner")
        theirs, mine = await pos_login(client, "juan"), await pos_login(client, "laura")
        response = await client.post(revoking(1), headers=with_token(mine["access"]))
        assert answered(response) == (404, NOT_FOUND)
        assert (await client.post(POS_REFRESH, json={"refresh": theirs["refresh"]})).status_code == 200

    async def test_one_that_is_not_there(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        mine = with_token((await pos_login(client))["access"])
        assert answered(await client.post(revoking(99), headers=mine)) == (404, NOT_FOUND)

    async def test_at_once_with_refreshes_leaves_no_token_that_gateways_take(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        mine = await pos_login(client)
        refresh = {"refresh": mine["refresh"]}
        *refreshed, revoked = await asyncio.gather(
            *(client.post(POS_REFRESH, json=refresh) for _ in range(8)),
            client.post(revoking(1), headers=with_token(mine["access"])),
        )
        assert revoked.status_code == 200
        handed_out = [each.json()["access"] for each in refreshed if each.status_code == 200]
        assert {claims_of(access)["sid"] for access in handed_out} <= {"1"}
        assert await deps.database.fetch_value("select array_agg(session_id) from revocations") == [1]
        assert answered(await client.post(POS_REFRESH, json=refresh)) == (401, BAD_TOKEN)


class TestOpened:
    async def test_a_login_is_published_with_its_session(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        await pos_login(client)
        assert await events_in_outbox(deps.database, "auth.session_opened.v1") == [
            (
                "auth.session_opened.v1",
                "session/1",
                {
                    "session_id": "1",
                    "user_id": person.id,
                    "expires_at": "2026-03-09T18:00:00Z",
                    "opened_at": "2026-03-02T18:00:00Z",
                },
            )
        ]
