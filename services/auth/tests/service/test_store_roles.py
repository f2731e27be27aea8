"""Admins grant and remove the shop's roles (STORE 6-8, contract §2)."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from services.auth.deps import Deps
from services.auth.tests.builders import (
    ADMIN_NEEDED,
    STORE_DENIED,
    STORE_NO_SUCH_USER,
    a_person,
    bearer,
    bearing,
    is_open,
    pos_login,
)

METHODS = ["GET", "POST", "DELETE"]


def roles_of(user_id: int) -> str:
    return f"/auth/users/{user_id}/roles"


@pytest.fixture
async def john(deps: Deps, admin: dict[str, str]) -> str:
    """The path of the roles of user 2, a shopper."""
    assert admin
    return roles_of((await a_person(deps, "john", "user")).id)


@pytest.mark.parametrize("method", METHODS)
class TestWhoMay:
    async def test_an_unknown_user_is_not_found(
        self, client: AsyncClient, admin: dict[str, str], method: str
    ) -> None:
        response = await client.request(method, roles_of(77), json={"role": "admin"}, headers=admin)
        assert response.status_code == 404

    async def test_somebody_who_was_deleted_is_not_found(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], john: str, method: str
    ) -> None:
        await deps.database.execute("update users set is_active = false where username = 'john'")
        response = await client.request(method, john, json={"role": "user"}, headers=admin)
        assert answered(response) == STORE_NO_SUCH_USER


class TestShow:
    async def test_all_of_them_lowest_first(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        person = await a_person(deps, "leo", "admin", "employee", "user")
        assert answered(await client.get(roles_of(person.id), headers=admin)) == (
            200,
            {"user_id": 2, "username": "leo", "roles": ["user", "employee", "admin"]},
        )


class TestAssign:
    async def test_a_role_that_is_not_the_shops(
        self, client: AsyncClient, admin: dict[str, str], john: str
    ) -> None:
        response = await client.post(john, json={"role": "owner"}, headers=admin)
        message = '"owner" is not a valid choice.'
        assert answered(response) == (400, {"error": message, "fields": {"role": [message]}})

    async def test_one_more(self, client: AsyncClient, admin: dict[str, str], john: str) -> None:
        session = await pos_login(client, "john")
        assert answered(await client.post(john, json={"role": "admin"}, headers=admin)) == (
            200,
            {
                "message": "Role 'admin' assigned successfully",
                "user_id": 2,
                "username": "john",
                "roles": ["user", "admin"],
            },
        )
        assert await is_open(client, session)

    async def test_one_that_is_theirs_already(
        self, client: AsyncClient, admin: dict[str, str], john: str
    ) -> None:
        response = await client.post(john, json={"role": "user"}, headers=admin)
        assert answered(response) == (409, {"error": "User already has role 'user'"})

    async def test_of_two_at_once_one_is_too_late(
        self, client: AsyncClient, admin: dict[str, str], john: str
    ) -> None:
        responses = await asyncio.gather(
            *(client.post(john, json={"role": "admin"}, headers=admin) for _ in range(2))
        )
        assert sorted(response.status_code for response in responses) == [200, 409]


class TestRemove:
    async def test_one_less_logs_them_out(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        person = await a_person(deps, "leo", "user", "admin")
        session = await pos_login(client, "leo")
        response = await client.request("DELETE", roles_of(person.id), json={"role": "admin"}, headers=admin)
        assert answered(response) == (
            200,
            {
                "message": "Role 'admin' removed successfully",
                "user_id": 2,
                "username": "leo",
                "roles": ["user"],
            },
        )
        assert not await is_open(client, session)

    async def test_one_that_is_not_theirs(
        self, client: AsyncClient, admin: dict[str, str], john: str
    ) -> None:
        response = await client.request("DELETE", john, json={"role": "admin"}, headers=admin)
        assert answered(response) == (404, {"error": "Role not found"})

    async def test_the_last_one_stays(self, client: AsyncClient, admin: dict[str, str], john: str) -> None:
        response = await client.request("DELETE", john, json={"role": "user"}, headers=admin)
        assert answered(response) == (400, {"error": "Cannot remove the last role"})

    async def test_two_at_once_never_take_the_last(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        person = await a_person(deps, "leo", "user", "admin")
        responses = await asyncio.gather(
            *(
                client.request("DELETE", roles_of(person.id), json={"role": role}, headers=admin)
                for role in ("user", "admin")
            )
        )
        assert sorted(response.status_code for response in responses) == [200, 400]

    async def test_two_admins_who_demote_one_another_at_once_leave_one(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        people = [await a_person(deps, name, "user", "admin") for name in ("ana", "eva")]
        headers = [bearing(await pos_login(client, name)) for name in ("ana", "eva")]
        responses = await asyncio.gather(
            *(
                client.request("DELETE", roles_of(person.id), json={"role": "admin"}, headers=by)
                for person, by in zip(people, reversed(headers), strict=True)
            )
        )
        assert sorted(response.status_code for response in responses) == [200, 403]


async def test_an_owners_roles_are_an_owners_to_change(
    client: AsyncClient, deps: Deps, admin: dict[str, str]
) -> None:
    boss = await a_person(deps, "boss", "user", "owner")
    path = roles_of(boss.id)
    assert answered(await client.post(path, json={"role": "admin"}, headers=admin)) == STORE_DENIED
    by_owner = await bearer(deps, client, "owner")
    assert (await client.post(path, json={"role": "admin"}, headers=by_owner)).status_code == 200


async def test_who_was_demoted_demotes_nobody_by_an_old_token(
    client: AsyncClient, deps: Deps, admin: dict[str, str], john: str
) -> None:
    person = await a_person(deps, "leo", "user", "admin")
    old = bearing(await pos_login(client, "leo"))
    await client.request("DELETE", roles_of(person.id), json={"role": "admin"}, headers=admin)
    assert (
        answered(await client.post(roles_of(person.id), json={"role": "admin"}, headers=old)) == ADMIN_NEEDED
    )
    assert answered(await client.post(john, json={"role": "admin"}, headers=old)) == STORE_DENIED
