"""ADMIN and OWNER list users at /api/users/ (POS "User Management", contract §1 and §2)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.links import rest_of
from services.auth.deps import Deps
from services.auth.tests.builders import (
    USERS,
    a_person,
    bearer,
)


@pytest.fixture
async def owner(client: AsyncClient, deps: Deps) -> dict[str, str]:
    """The header of the caller, an owner; then users of every role and a deleted one are created."""
    headers = await bearer(deps, client, "owner")
    await a_person(deps, "ana", "admin", "user")
    await a_person(deps, "eva", "employee")
    await a_person(deps, "uma", "user")
    await a_person(deps, "gone", "employee")
    await a_person(deps, "leo", "employee", "user")
    await deps.database.execute("update users set is_active = false where username = 'gone'")
    return headers


async def listed(client: AsyncClient, headers: dict[str, str], **params: Any) -> list[str]:
    response = await client.get(USERS, params=params, headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["X-Total-Count"] == str(len(response.json()))
    return [user["username"] for user in response.json()]


async def test_is_the_active_staff_by_id(client: AsyncClient, owner: dict[str, str]) -> None:
    assert await listed(client, owner) == ["owner_caller", "ana", "eva", "leo"]


@pytest.mark.parametrize(
    ("role", "usernames"),
    [
        ("OWNER", ["owner_caller"]),
        ("ADMIN", ["ana"]),
        ("EMPLOYEE", ["eva", "leo"]),
        ("USER", ["uma"]),
        ("ALL", ["owner_caller", "ana", "eva", "uma", "leo"]),
    ],
)
async def test_of_one_role_holds_whom_pos_shows_with_it(
    client: AsyncClient, owner: dict[str, str], role: str, usernames: list[str]
) -> None:
    assert await listed(client, owner, role=role) == usernames


async def test_of_a_blank_role_holds_the_staff(client: AsyncClient, owner: dict[str, str]) -> None:
    assert await listed(client, owner, role="") == await listed(client, owner)


async def test_shows_what_a_single_user_shows(client: AsyncClient, owner: dict[str, str]) -> None:
    users = (await client.get(USERS, headers=owner)).json()
    assert users[1] == (await client.get(f"{USERS}2/", headers=owner)).json()


@pytest.mark.parametrize(
    ("text", "usernames"),
    [("ANA", ["ana"]), ("eva@example", ["eva"]), ("laura leo", ["leo"]), ("uma", []), ("%", [])],
)
async def test_can_be_searched(
    client: AsyncClient, owner: dict[str, str], text: str, usernames: list[str]
) -> None:
    assert await listed(client, owner, search=text) == usernames


async def test_can_be_searched_within_a_role(client: AsyncClient, owner: dict[str, str]) -> None:
    assert await listed(client, owner, role="USER", search="uma") == ["uma"]


async def test_can_be_sorted(client: AsyncClient, owner: dict[str, str]) -> None:
    assert await listed(client, owner, ordering="-username") == ["owner_caller", "leo", "eva", "ana"]


async def test_comes_in_pages_that_say_what_is_left(client: AsyncClient, owner: dict[str, str]) -> None:
    response = await client.get(USERS, params={"limit": 2, "role": "ALL"}, headers=owner)
    assert [user["username"] for user in response.json()] == ["owner_caller", "ana"]
    assert response.headers["X-Total-Count"] == "5"
    assert response.headers["Link"].startswith("<?role=ALL&limit=2&cursor=")
    assert await rest_of(client, response, owner) == [3, 4, 6]  # 5 was deleted


async def test_a_role_that_there_is_not_is_told(client: AsyncClient, owner: dict[str, str]) -> None:
    response = await client.get(USERS, params={"role": "admin"}, headers=owner)
    assert answered(response) == (400, {"role": ['"admin" is not a valid choice.']})
