"""There is always an active OWNER, also if several go at once, and no ADMIN touches one (contract §2)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import pytest
from httpx import AsyncClient, Response

from libs.common.http.answers import ERROR_CODE
from libs.testing.answers import answered
from services.auth.api.pos.door import pos
from services.auth.api.store.door import store
from services.auth.deps import Deps
from services.auth.domain.origins import Origin
from services.auth.domain.rights import LastOwner
from services.auth.tests.builders import a_person, bearer, bearing, pos_login, user_path
from services.auth.usecases.accounts.deleting import delete_account

LAST = "The last owner cannot be deleted or demoted."
OWNERS = """
select count(*) from users join user_roles on user_id = users.id where role = 'owner' and is_active
"""

Leaving = Callable[[AsyncClient, int, dict[str, str]], Awaitable[Response]]


async def delete_at_till(client: AsyncClient, user_id: int, headers: dict[str, str]) -> Response:
    return await client.delete(user_path(user_id), headers=headers)


async def demote_at_till(client: AsyncClient, user_id: int, headers: dict[str, str]) -> Response:
    return await client.patch(user_path(user_id), json={"role": "ADMIN"}, headers=headers)


async def delete_in_shop(client: AsyncClient, user_id: int, headers: dict[str, str]) -> Response:
    return await client.delete(f"/auth/users/{user_id}", headers=headers)


LEAVING = pytest.mark.parametrize("leave", [delete_at_till, demote_at_till, delete_in_shop])


async def owners(client: AsyncClient, deps: Deps, count: int) -> list[tuple[int, dict[str, str]]]:
    """Create owners and return the id and header of each."""
    people = [await a_person(deps, f"owner{n}", "owner") for n in range(count)]
    return [(person.id, bearing(await pos_login(client, person.username))) for person in people]


@LEAVING
async def test_the_last_one_stays(client: AsyncClient, deps: Deps, leave: Leaving) -> None:
    await a_person(deps, "former", "owner")
    await deps.database.execute("update users set is_active = false")
    [(user_id, headers)] = await owners(client, deps, 1)
    response = await leave(client, user_id, headers)
    assert (response.status_code, list(response.json().values())) == (400, [LAST])
    assert await deps.database.fetch_value(OWNERS) == 1


async def test_each_dialect_says_it_its_own_way(client: AsyncClient, deps: Deps) -> None:
    [(user_id, headers)] = await owners(client, deps, 1)
    assert answered(await delete_at_till(client, user_id, headers)) == (400, {"detail": LAST})
    assert answered(await delete_in_shop(client, user_id, headers)) == (400, {"error": LAST})


@LEAVING
async def test_of_two_one_may_go(client: AsyncClient, deps: Deps, leave: Leaving) -> None:
    [(first, headers), (second, _)] = await owners(client, deps, 2)
    assert (await leave(client, second, headers)).is_success
    assert (await leave(client, first, headers)).status_code == 400


@LEAVING
async def test_of_all_who_leave_at_once_one_stays(client: AsyncClient, deps: Deps, leave: Leaving) -> None:
    everybody = await owners(client, deps, 4)
    responses = await asyncio.gather(*(leave(client, user_id, headers) for user_id, headers in everybody))
    assert Counter(response.is_success for response in responses) == {True: 3, False: 1}
    assert await deps.database.fetch_value(OWNERS) == 1


@LEAVING
async def test_of_two_who_put_out_one_another_at_once_one_stays(
    client: AsyncClient, deps: Deps, leave: Leaving
) -> None:
    for _ in range(5):
        [(first, by_first), (second, by_second)] = await owners(client, deps, 2)
        responses = await asyncio.gather(leave(client, second, by_first), leave(client, first, by_second))
        refused = [response for response in responses if not response.is_success]
        assert len(refused) == 1
        assert refused[0].status_code in {401, 403}
        assert await deps.database.fetch_value(OWNERS) == 1
        await deps.database.execute(
            "update users set is_active = false, username_key = id::text, email_key = id::text"
        )


async def test_deletions_wait_for_one_another_in_the_database(deps: Deps) -> None:
    """Two connections, so that only the database can serialize them."""
    await deps.open()
    people = [await a_person(deps, f"owner{n}", "owner") for n in range(8)]

    async def leave(user_id: int) -> None:
        origin = Origin(actor_id=user_id, ip_address="", user_agent="")
        await delete_account(user_id, origin=origin, database=deps.database, clock=deps.clock)

    results = await asyncio.gather(*(leave(person.id) for person in people), return_exceptions=True)
    assert [type(result) for result in results if result] == [LastOwner]
    assert await deps.database.fetch_value(OWNERS) == 1
    await deps.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/users/{user_id}/", {"first_name": "Ana"}),
        ("PATCH", "/api/users/{user_id}/", {"first_name": "Ana"}),
        ("DELETE", "/api/users/{user_id}/", None),
        ("POST", "/api/users/{user_id}/sessions/revoke/", None),
        ("PUT", "/auth/users/{user_id}", {"first_name": "Ana"}),
        ("DELETE", "/auth/users/{user_id}", None),
        ("POST", "/auth/users/{user_id}/roles", {"role": "admin"}),
        ("DELETE", "/auth/users/{user_id}/roles", {"role": "admin"}),
    ],
)
async def test_an_admin_who_touches_one_is_refused_as_the_document_says(
    client: AsyncClient, deps: Deps, method: str, path: str, body: Mapping[str, str] | None
) -> None:
    boss = await a_person(deps, "boss", "owner")
    headers = await bearer(deps, client, "admin")
    refused = await client.request(method, path.format(user_id=boss.id), json=body, headers=headers)
    paths = pos.openapi()["paths"] | store.openapi()["paths"]
    said = paths[path.removeprefix("/api")][method.lower()]["responses"]["403"]["content"]["application/json"]
    assert refused.status_code == 403
    assert refused.json() == said["examples"][refused.headers[ERROR_CODE]]["value"]
