"""Somebody's sessions for ADMIN and OWNER, and the end of all of them (`/api/users/{id}/sessions/`)."""

from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import FORBIDDEN, NOT_FOUND
from services.auth.deps import Deps
from services.auth.tests.builders import USERS, a_person, bearer, is_open, pos_login

ENDED = "Sesiones cerradas correctamente"


def sessions_of(user_id: int) -> str:
    return f"{USERS}{user_id}/sessions/"


def ending(user_id: int) -> str:
    return f"{USERS}{user_id}/sessions/revoke/"


async def test_an_admin_sees_where_somebody_is_logged_in(client: AsyncClient, deps: Deps) -> None:
    laura = await a_person(deps)
    admin = await bearer(deps, client, "admin")
    await pos_login(client, **{"User-Agent": "Till 3"})
    listed = await client.get(sessions_of(laura.id), headers=admin)
    assert listed.status_code == 200
    assert [(each["user_agent"], each["current"]) for each in listed.json()] == [("Till 3", False)]


async def test_all_sessions_of_somebody_end_and_no_others(client: AsyncClient, deps: Deps) -> None:
    laura, juan = await a_person(deps), await a_person(deps, "juan")
    admin = await bearer(deps, client, "admin")
    phone, till, others = await pos_login(client), await pos_login(client), await pos_login(client, "juan")
    ended = await client.post(ending(laura.id), headers=admin)
    assert answered(ended) == (200, {"status": ENDED, "ended": 2})
    assert not await is_open(client, phone)
    assert not await is_open(client, till)
    assert await is_open(client, others)
    assert (await client.get(sessions_of(laura.id), headers=admin)).json() == []
    assert len(await events_in_outbox(deps.database, "auth.session_revoked.v1")) == 2
    assert (await client.get(sessions_of(juan.id), headers=admin)).headers["X-Total-Count"] == "1"


async def test_a_repeat_ends_nothing_more_and_they_may_log_in_again(client: AsyncClient, deps: Deps) -> None:
    laura = await a_person(deps)
    admin = await bearer(deps, client, "admin")
    await pos_login(client)
    await client.post(ending(laura.id), headers=admin)
    assert (await client.post(ending(laura.id), headers=admin)).json()["ended"] == 0
    assert await is_open(client, await pos_login(client))


async def test_only_an_owner_ends_the_sessions_of_an_owner(client: AsyncClient, deps: Deps) -> None:
    boss = await a_person(deps, "boss", "owner")
    tokens = await pos_login(client, "boss")
    refused = await client.post(ending(boss.id), headers=await bearer(deps, client, "admin"))
    assert answered(refused) == (403, FORBIDDEN)
    assert await is_open(client, tokens)
    assert (await client.post(ending(boss.id), headers=await bearer(deps, client, "owner"))).json()[
        "ended"
    ] == 1


async def test_nobody_has_no_sessions(client: AsyncClient, deps: Deps) -> None:
    owner = await bearer(deps, client, "owner")
    assert (await client.get(sessions_of(999), headers=owner)).json() == []
    assert answered(await client.post(ending(999), headers=owner)) == (404, NOT_FOUND)
