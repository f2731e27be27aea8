"""ADMIN and OWNER see, change and delete users at /api/users/{id}/ (POS 6, contract §2)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.pos import BAD_TOKEN, FORBIDDEN, NOT_FOUND
from services.auth.deps import Deps
from services.auth.tests.builders import (
    PASSWORD,
    POS_LOGIN,
    REQUIRED,
    USERS,
    a_person,
    bearer,
    bearing,
    is_open,
    pos_login,
    user_path,
)

NEW = "battery staple"
METHODS = ["GET", "PUT", "PATCH", "DELETE"]


@pytest.fixture
async def juan(deps: Deps, admin: dict[str, str]) -> str:
    """The path of user 2, an employee."""
    return user_path((await a_person(deps, "juan", "employee")).id)


@pytest.mark.parametrize("method", METHODS)
class TestWhoMay:
    async def test_what_is_nobodys_id_is_not_found(
        self, client: AsyncClient, admin: dict[str, str], method: str
    ) -> None:
        assert answered(await client.request(method, user_path(77), headers=admin)) == (404, NOT_FOUND)

    async def test_somebody_who_was_deleted_is_not_found(
        self, client: AsyncClient, admin: dict[str, str], juan: str, method: str
    ) -> None:
        assert (await client.delete(juan, headers=admin)).status_code == 204
        assert answered(await client.request(method, juan, headers=admin)) == (404, NOT_FOUND)


class TestShow:
    async def test_an_admin_sees_everybody(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        person = await a_person(deps, "maria", "user", "owner")
        response = await client.get(user_path(person.id), headers=admin)
        assert (response.status_code, response.json()["role"]) == (200, "OWNER")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
class TestChange:
    async def test_what_the_body_holds_changes_and_nothing_else(
        self, client: AsyncClient, admin: dict[str, str], juan: str, method: str
    ) -> None:
        body = {"last_name": "Lopez", "role": "ADMIN", "is_active": False, "id": 9}
        response = await client.request(method, juan, json=body, headers=admin)
        assert answered(response) == (
            200,
            {
                "id": 2,
                "username": "juan",
                "email": "juan@example.com",
                "first_name": "Laura",
                "last_name": "Lopez",
                "phone_number": "",
                "address": "",
                "role": "ADMIN",
                "is_active": True,
            },
        )
        assert (await client.get(juan, headers=admin)).json() == response.json()

    async def test_what_was_read_can_be_written_back(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], method: str
    ) -> None:
        shopper = await a_person(deps, "uma", "user")
        session = await pos_login(client, "uma")
        read = (await client.get(user_path(shopper.id), headers=admin)).json()
        written = await client.request(method, user_path(shopper.id), json=read, headers=admin)
        assert answered(written) == (200, read)
        assert await is_open(client, session)

    async def test_an_email_that_is_taken_changes_nothing_at_all(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], juan: str, method: str
    ) -> None:
        await a_person(deps, "maria")
        body = {"email": "Maria@example.com", "role": "ADMIN", "password": NEW}
        response = await client.request(method, juan, json=body, headers=admin)
        assert answered(response) == (400, {"email": ["custom user with this email already exists."]})
        assert (await client.get(juan, headers=admin)).json()["role"] == "EMPLOYEE"
        assert await pos_login(client, "juan")

    async def test_nobodys_own_email_is_taken_beside_a_malformed_field(
        self, client: AsyncClient, admin: dict[str, str], juan: str, method: str
    ) -> None:
        body = {"email": "Juan@example.com", "role": "BOSS"}
        response = await client.request(method, juan, json=body, headers=admin)
        assert (response.status_code, [*response.json()]) == (400, ["role"])

    async def test_an_admin_touches_no_owner_and_makes_none(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], juan: str, method: str
    ) -> None:
        owner = await a_person(deps, "boss", "owner")
        touched = await client.request(
            method, user_path(owner.id), json={"first_name": "Evil"}, headers=admin
        )
        made = await client.request(method, juan, json={"role": "OWNER"}, headers=admin)
        assert [answered(touched), answered(made)] == [(403, FORBIDDEN)] * 2

    async def test_an_owner_does_both(self, client: AsyncClient, deps: Deps, juan: str, method: str) -> None:
        headers = await bearer(deps, client, "owner")
        boss = await a_person(deps, "boss", "owner")
        touched = await client.request(
            method, user_path(boss.id), json={"role": "ADMIN", "first_name": "Ana"}, headers=headers
        )
        made = await client.request(method, juan, json={"role": "OWNER"}, headers=headers)
        assert (touched.json()["role"], made.json()["role"]) == ("ADMIN", "OWNER")


async def test_a_bad_field_is_told(client: AsyncClient, admin: dict[str, str], juan: str) -> None:
    response = await client.put(juan, json={"role": "ADMINS"}, headers=admin)
    assert answered(response) == (400, {"role": ['"ADMINS" is not a valid choice.']})


class TestRole:
    async def test_who_loses_one_is_logged_out(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        person = await a_person(deps, "maria", "admin")
        sessions = [await pos_login(client, "maria") for _ in range(2)]
        await client.patch(user_path(person.id), json={"role": "EMPLOYEE"}, headers=admin)
        assert [await is_open(client, session) for session in sessions] == [False, False]

    async def test_who_is_promoted_stays(self, client: AsyncClient, admin: dict[str, str], juan: str) -> None:
        session = await pos_login(client, "juan")
        await client.patch(juan, json={"role": "ADMIN"}, headers=admin)
        assert await is_open(client, session)

    async def test_a_shopper_who_comes_to_work_here_still_shops(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        shopper = await a_person(deps, "uma", "user")
        await client.patch(user_path(shopper.id), json={"role": "EMPLOYEE"}, headers=admin)
        shown = await client.get(f"/auth/users/{shopper.id}", headers=admin)
        assert shown.json()["roles"] == ["user", "employee"]

    async def test_a_demoted_admin_rises_no_more_by_an_old_token(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], juan: str
    ) -> None:
        other = await a_person(deps, "maria", "admin")
        old = bearing(await pos_login(client, "maria"))
        await client.patch(user_path(other.id), json={"role": "EMPLOYEE"}, headers=admin)
        attempts: list[Any] = [
            await client.patch(user_path(other.id), json={"role": "ADMIN"}, headers=old),
            await client.patch(juan, json={"first_name": "Evil"}, headers=old),
            await client.delete(juan, headers=old),
            await client.post(
                USERS,
                json={
                    "username": "friend",
                    "email": "friend@example.com",
                    "password": NEW,
                    "first_name": "A",
                    "last_name": "B",
                    "role": "ADMIN",
                },
                headers=old,
            ),
        ]
        assert [answered(attempt) for attempt in attempts] == [(403, FORBIDDEN)] * 4


class TestPassword:
    async def test_an_admin_sets_somebody_elses_and_logs_them_out(
        self, client: AsyncClient, admin: dict[str, str], juan: str
    ) -> None:
        session = await pos_login(client, "juan")
        assert (await client.patch(juan, json={"password": NEW}, headers=admin)).status_code == 200
        login = {"email": "juan@example.com"}
        assert (await client.post(POS_LOGIN, json=login | {"password": NEW})).status_code == 200
        assert (await client.post(POS_LOGIN, json=login | {"password": PASSWORD})).status_code == 401
        assert not await is_open(client, session)

    async def test_ones_own_takes_the_current_one_here_too(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        response = await client.patch(user_path(1), json={"password": NEW}, headers=admin)
        assert answered(response) == (400, {"current_password": REQUIRED})
        body = {"password": NEW, "current_password": PASSWORD}
        assert (await client.patch(user_path(1), json=body, headers=admin)).status_code == 200


class TestDelete:
    async def test_is_soft_and_ends_all_sessions(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str], juan: str
    ) -> None:
        session = await pos_login(client, "juan")
        response = await client.delete(juan, headers=admin)
        assert (response.status_code, response.content) == (204, b"")
        assert not await is_open(client, session)
        login = {"email": "juan@example.com", "password": PASSWORD}
        assert (await client.post(POS_LOGIN, json=login)).status_code == 401
        assert await deps.database.fetch_value("select is_active from users where username = 'juan'") is False

    async def test_an_admin_deletes_no_owner(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        boss = await a_person(deps, "boss", "owner")
        await a_person(deps, "boss2", "owner")
        assert answered(await client.delete(user_path(boss.id), headers=admin)) == (403, FORBIDDEN)

    async def test_who_deleted_themselves_does_nothing_more(
        self, client: AsyncClient, admin: dict[str, str], juan: str
    ) -> None:
        assert (await client.delete(user_path(1), headers=admin)).status_code == 204
        assert answered(await client.delete(juan, headers=admin)) == (401, BAD_TOKEN)
