"""Users of the web shop: listing, profiles, passwords and deletion (STORE 3-5, 9, 10)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.links import next_page, rest_of
from services.auth.deps import Deps
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    STORE_DENIED,
    STORE_LOGIN,
    STORE_NO_SUCH_USER,
    a_person,
    bearer,
    bearing,
    is_open,
    pos_login,
)

SHOP_USERS = "/auth/users"
NEW = "battery staple"
BAD_TOKEN = (401, {"error": "Invalid or expired token"})
PASSWORDS = {"current_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
METHODS = ["GET", "PUT", "DELETE"]


def path_of(user_id: int) -> str:
    return f"{SHOP_USERS}/{user_id}"


@pytest.fixture
async def shopper(client: AsyncClient, deps: Deps) -> dict[str, str]:
    """The header of a shopper: user 1."""
    return await bearer(deps, client, "user")


@pytest.fixture
async def admin(client: AsyncClient, deps: Deps, shopper: dict[str, str]) -> dict[str, str]:
    """The header of an admin: user 2."""
    assert shopper
    return await bearer(deps, client, "admin")


SHOPPER: dict[str, Any] = {
    "id": 1,
    "username": "user_caller",
    "email": "user_caller@example.com",
    "roles": ["user"],
    "first_name": "Laura",
    "last_name": "Mendez",
    "phone": "",
}


class TestList:
    async def test_shows_an_admin_everybody_by_id(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        await a_person(deps, "gone", "user")
        await deps.database.execute("update users set is_active = false where username = 'gone'")
        await a_person(deps, "leo", "user", "employee")
        response = await client.get(SHOP_USERS, headers=admin)
        users = response.json()
        assert users[0] == {**SHOPPER, "role": "user"}
        assert [(user["username"], user["roles"], user["role"]) for user in users[1:]] == [
            ("admin_caller", ["admin"], "admin"),
            ("leo", ["user", "employee"], "user"),
        ]
        assert response.headers["X-Total-Count"] == "3"

    async def test_comes_in_pages_that_say_what_is_left(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        response = await client.get(SHOP_USERS, params={"limit": 1}, headers=admin)
        assert [user["id"] for user in response.json()] == [1]
        assert response.headers["X-Total-Count"] == "2"
        assert response.headers["Link"].startswith("<?limit=1&cursor=")
        assert await rest_of(client, response, admin) == [2]

    async def test_a_cursor_of_the_tills_list_is_told(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        url = next_page(await client.get("/api/users/?limit=1&role=ALL", headers=admin))
        assert url
        response = await client.get(url.replace("/api/users/", SHOP_USERS), headers=admin)
        assert answered(response) == (
            400,
            {"error": "Invalid cursor.", "fields": {"cursor": ["Invalid cursor."]}},
        )


@pytest.mark.parametrize("method", METHODS)
class TestWhoMay:
    @pytest.mark.parametrize("user_id", [2, 77])
    async def test_somebody_else_is_not_told_who_is_there(
        self, client: AsyncClient, admin: dict[str, str], shopper: dict[str, str], method: str, user_id: int
    ) -> None:
        assert admin
        assert answered(await client.request(method, path_of(user_id), headers=shopper)) == STORE_DENIED

    async def test_an_admin_is_told_who_is_not(
        self, client: AsyncClient, admin: dict[str, str], method: str
    ) -> None:
        assert answered(await client.request(method, path_of(77), headers=admin)) == STORE_NO_SUCH_USER
        assert (await client.delete(path_of(1), headers=admin)).status_code == 200
        assert answered(await client.request(method, path_of(1), headers=admin)) == STORE_NO_SUCH_USER

    async def test_who_was_deleted_is_nobody(
        self, client: AsyncClient, shopper: dict[str, str], method: str
    ) -> None:
        assert (await client.delete(path_of(1), headers=shopper)).status_code == 200
        assert answered(await client.request(method, path_of(1), headers=shopper)) == BAD_TOKEN


class TestShow:
    async def test_ones_own_profile(self, client: AsyncClient, shopper: dict[str, str]) -> None:
        assert answered(await client.get(path_of(1), headers=shopper)) == (200, SHOPPER)

    async def test_an_admin_sees_everybodys(self, client: AsyncClient, admin: dict[str, str]) -> None:
        assert answered(await client.get(path_of(1), headers=admin)) == (200, SHOPPER)


class TestProfile:
    async def test_what_the_body_holds_changes_and_nothing_else(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        body = {"first_name": "Jonathan", "phone": "+9876543210", "email": "new@example.com"}
        changed = {**SHOPPER, **body}
        response = await client.put(path_of(1), json=body, headers=shopper)
        assert answered(response) == (200, {"message": "User updated successfully", "user": changed})
        assert (await client.get(path_of(1), headers=shopper)).json() == changed

    async def test_both_dialects_show_the_same_person(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        await client.put(path_of(1), json={"phone": "555", "last_name": ""}, headers=shopper)
        at_till = (await client.get(ME, headers=shopper)).json()
        assert (at_till["phone_number"], at_till["last_name"]) == ("555", "")

    async def test_roles_and_unknown_fields_are_ignored(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        body = {"roles": ["admin"], "role": "admin", "id": 9, "is_active": False, "color": "red"}
        response = await client.put(path_of(1), json=body, headers=shopper)
        assert response.json()["user"] == SHOPPER

    async def test_an_email_that_is_taken(self, client: AsyncClient, admin: dict[str, str]) -> None:
        body = {"email": "ADMIN_caller@example.com"}
        response = await client.put(path_of(1), json=body, headers=admin)
        assert answered(response) == (409, {"error": "Email already exists"})

    async def test_an_admin_changes_a_shopper_but_no_owner(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        owner = await a_person(deps, "boss", "owner")
        body = {"first_name": "Jonathan"}
        assert (await client.put(path_of(1), json=body, headers=admin)).status_code == 200
        assert answered(await client.put(path_of(owner.id), json=body, headers=admin)) == STORE_DENIED


class TestPassword:
    async def test_the_new_one_opens_and_the_other_sessions_end(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        other = await pos_login(client, "user_caller")
        response = await client.put(path_of(1), json=PASSWORDS, headers=shopper)
        assert answered(response) == (200, {"message": "Password updated successfully"})
        login = {"username": "user_caller"}
        assert (await client.post(STORE_LOGIN, json=login | {"password": NEW})).status_code == 200
        assert (await client.post(STORE_LOGIN, json=login | {"password": PASSWORD})).status_code == 401
        assert not await is_open(client, other)

    async def test_the_session_that_it_came_by_stays(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "john", "user")
        session = await pos_login(client, "john")
        await client.put(path_of(1), json=PASSWORDS, headers=bearing(session))
        assert await is_open(client, session)

    async def test_a_profile_beside_it_does_not_change(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        await client.put(path_of(1), json={**PASSWORDS, "first_name": "Evil"}, headers=shopper)
        assert (await client.get(path_of(1), headers=shopper)).json() == SHOPPER

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("current_password", "not this one", "Current password is incorrect."),
            ("confirm_password", "battery stable", "Passwords do not match."),
        ],
    )
    async def test_a_bad_one_is_told(
        self, client: AsyncClient, shopper: dict[str, str], field: str, value: object, message: str
    ) -> None:
        response = await client.put(path_of(1), json={**PASSWORDS, field: value}, headers=shopper)
        assert answered(response) == (400, {"error": message, "fields": {field: [message]}})

    @pytest.mark.parametrize("user_id", [1, 77])
    async def test_nobody_changes_somebody_elses_not_even_an_admin(
        self, client: AsyncClient, admin: dict[str, str], user_id: int
    ) -> None:
        response = await client.put(path_of(user_id), json={"new_password": NEW}, headers=admin)
        assert answered(response) == STORE_DENIED


class TestDelete:
    async def test_ones_own_account_ends_with_its_sessions(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        session = await pos_login(client, "user_caller")
        response = await client.delete(path_of(1), headers=shopper)
        assert answered(response) == (200, {"message": "User deleted successfully"})
        assert not await is_open(client, session)
        login = {"username": "user_caller", "password": PASSWORD}
        assert (await client.post(STORE_LOGIN, json=login)).status_code == 401

    async def test_an_admin_ends_a_shoppers_but_no_owners(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        boss = await a_person(deps, "boss", "owner")
        await a_person(deps, "boss2", "owner")
        assert (await client.delete(path_of(1), headers=admin)).status_code == 200
        assert answered(await client.delete(path_of(boss.id), headers=admin)) == STORE_DENIED

    async def test_of_two_at_once_one_finds_nobody(self, client: AsyncClient, admin: dict[str, str]) -> None:
        responses = await asyncio.gather(*(client.delete(path_of(1), headers=admin) for _ in range(2)))
        assert sorted(response.status_code for response in responses) == [200, 404]


class TestAllAtOnce:
    async def test_taken_names_are_reported_beside_a_short_password(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps, "laura")
        body = {"username": "laura", "email": "laura@example.com", "password": "short"}
        response = await client.post("/auth/register", json=body)
        short = "Ensure this field has at least 8 characters."
        assert answered(response) == (
            400,
            {
                "error": short,
                "fields": {
                    "password": [short],
                    "username": ["Username already exists"],
                    "email": ["Email already exists"],
                },
            },
        )

    async def test_both_taken_names_are_reported(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura")
        body = {"username": "laura", "email": "laura@example.com", "password": PASSWORD}
        response = await client.post("/auth/register", json=body)
        assert answered(response) == (
            409,
            {
                "error": "Username already exists",
                "fields": {"username": ["Username already exists"], "email": ["Email already exists"]},
            },
        )

    async def test_a_taken_email_is_reported_beside_a_malformed_name(
        self, client: AsyncClient, deps: Deps, shopper: dict[str, str]
    ) -> None:
        await a_person(deps, "laura")
        body = {"email": "laura@example.com", "first_name": "x" * 51}
        response = await client.put(path_of(1), json=body, headers=shopper)
        assert response.status_code == 400
        assert set(response.json()["fields"]) == {"first_name", "email"}

    async def test_nobodys_own_email_is_taken_beside_a_malformed_name(
        self, client: AsyncClient, shopper: dict[str, str]
    ) -> None:
        body = {"email": "user_caller@example.com", "first_name": "x" * 51}
        response = await client.put(path_of(1), json=body, headers=shopper)
        assert (response.status_code, [*response.json()["fields"]]) == (400, ["first_name"])

    async def test_a_change_of_password_does_not_look_at_the_email(
        self, client: AsyncClient, deps: Deps, shopper: dict[str, str]
    ) -> None:
        await a_person(deps, "laura")
        body = {**PASSWORDS, "new_password": "short", "email": "laura@example.com"}
        response = await client.put(path_of(1), json=body, headers=shopper)
        assert set(response.json()["fields"]) == {"new_password"}
