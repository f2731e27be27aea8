"""Registering and logging in at the web shop (STORE 1 and 2, contract §2)."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from services.auth.deps import Deps
from services.auth.domain.roles import Role
from services.auth.domain.sessions import Device
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    REGISTER,
    STORE_LOGIN,
    a_person,
    answered,
    bearer,
    claims_of,
)

JOHN: dict[str, Any] = {
    "username": "johndoe",
    "email": "john@example.com",
    "password": "securepass123",
    "first_name": "John",
    "last_name": "Doe",
    "phone": "+1234567890",
    "roles": ["user"],
}
MINIMAL = {name: JOHN[name] for name in ("username", "email", "password")}
ADMIN_NEEDED = (403, {"error": "Admin access required"})


class TestRegister:
    async def test_anybody_may_become_a_shopper(self, client: AsyncClient) -> None:
        response = await client.post(REGISTER, json=JOHN)
        assert answered(response) == (
            201,
            {
                "message": "User registered successfully",
                "user": {
                    "id": 1,
                    "username": "johndoe",
                    "email": "john@example.com",
                    "roles": ["user"],
                    "first_name": "John",
                    "last_name": "Doe",
                    "phone": "+1234567890",
                },
            },
        )

    @pytest.mark.parametrize("more", [{}, {"roles": []}, {"role": None, "phone": None}, {"role": "user"}])
    async def test_little_is_needed_for_it(self, client: AsyncClient, more: dict[str, object]) -> None:
        response = await client.post(REGISTER, json={**MINIMAL, **more})
        assert (response.status_code, response.json()["user"]["roles"]) == (201, ["user"])

    async def test_who_registered_can_log_in(self, client: AsyncClient) -> None:
        await client.post(REGISTER, json=JOHN)
        response = await client.post(STORE_LOGIN, json=MINIMAL)
        assert response.status_code == 200

    @pytest.mark.parametrize("asked", [{"role": "admin"}, {"roles": ["admin"]}, {"roles": ["user", "admin"]}])
    async def test_nobody_makes_an_admin_of_themselves(
        self, client: AsyncClient, asked: dict[str, object]
    ) -> None:
        assert answered(await client.post(REGISTER, json={**MINIMAL, **asked})) == ADMIN_NEEDED

    @pytest.mark.parametrize("role", ["user", "employee"])
    async def test_it_takes_an_admin_to_make_an_admin(
        self, client: AsyncClient, deps: Deps, role: Role
    ) -> None:
        headers = await bearer(deps, client, role)
        response = await client.post(REGISTER, json={**MINIMAL, "role": "admin"}, headers=headers)
        assert answered(response) == ADMIN_NEEDED

    @pytest.mark.parametrize("role", ["admin", "owner"])
    async def test_an_admin_makes_an_admin(self, client: AsyncClient, deps: Deps, role: Role) -> None:
        headers = await bearer(deps, client, role)
        body = {**MINIMAL, "roles": ["admin", "user", "admin"]}
        response = await client.post(REGISTER, json=body, headers=headers)
        assert (response.status_code, response.json()["user"]["roles"]) == (201, ["user", "admin"])

    async def test_a_bad_token_is_refused_although_none_is_needed(self, client: AsyncClient) -> None:
        response = await client.post(REGISTER, json=JOHN, headers={"Authorization": "Bearer x"})
        assert answered(response) == (401, {"error": "Invalid or expired token"})

    @pytest.mark.parametrize("username", ["johndoe", "JohnDoe"])
    async def test_a_username_that_is_taken(self, client: AsyncClient, username: str) -> None:
        await client.post(REGISTER, json=JOHN)
        response = await client.post(
            REGISTER, json={**JOHN, "username": username, "email": "other@example.com"}
        )
        assert answered(response) == (409, {"error": "Username already exists"})

    async def test_an_email_that_is_taken(self, client: AsyncClient) -> None:
        await client.post(REGISTER, json=JOHN)
        response = await client.post(REGISTER, json={**JOHN, "username": "other"})
        assert answered(response) == (409, {"error": "Email already exists"})

    async def test_of_many_at_once_with_one_username_one_wins(self, client: AsyncClient) -> None:
        bodies = [{**JOHN, "email": f"john{n}@example.com"} for n in range(6)]
        responses = await asyncio.gather(*(client.post(REGISTER, json=body) for body in bodies))
        assert Counter(response.status_code for response in responses) == {201: 1, 409: 5}

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("username", "jo", "Ensure this field has at least 3 characters."),
            ("username", "j" * 51, "Ensure this field has no more than 50 characters."),
            ("username", "a\x00bc", "Null characters are not allowed."),
            ("email", "john", "Enter a valid email address."),
            ("password", "1234567", "Ensure this field has at least 8 characters."),
            ("first_name", "j" * 51, "Ensure this field has no more than 50 characters."),
            ("phone", "1" * 21, "Ensure this field has no more than 20 characters."),
            ("role", "employee", '"employee" is not a valid choice.'),
            ("role", "owner", '"owner" is not a valid choice.'),
            ("email", None, "This field is required."),
        ],
    )
    async def test_a_bad_field_is_told(
        self, client: AsyncClient, field: str, value: object, message: str
    ) -> None:
        response = await client.post(REGISTER, json={**JOHN, field: value})
        assert answered(response) == (400, {"error": message, "fields": {field: [message]}})

    @pytest.mark.parametrize("roles", ["admin", ["owner"], ["user"] * 11, [["user"]], 7])
    async def test_bad_roles_are_told(self, client: AsyncClient, roles: object) -> None:
        response = await client.post(REGISTER, json={**JOHN, "roles": roles})
        assert response.status_code == 400
        assert "fields" in response.json()

    async def test_what_is_no_json_is_told(self, client: AsyncClient) -> None:
        assert answered(await client.post(REGISTER, content=b"{")) == (400, {"error": "Invalid JSON"})


class TestLogin:
    async def test_answers_who_and_one_token(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura", "admin", "user")
        response = await client.post(STORE_LOGIN, json={"username": "LAURA", "password": PASSWORD})
        answer = response.json()
        token = answer.pop("token")
        assert response.status_code == 200
        assert answer == {
            "message": "Login successful",
            "user": {
                "id": 1,
                "username": "laura",
                "email": "laura@example.com",
                "roles": ["user", "admin"],
            },
        }
        assert claims_of(token)["role"] == "ADMIN"

    async def test_the_token_lasts_as_long_as_its_session_a_day(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        response = await client.post(STORE_LOGIN, json={"username": "laura", "password": PASSWORD})
        end = clock() + timedelta(hours=24)
        assert claims_of(response.json()["token"])["exp"] == end.timestamp()
        stored: datetime = await deps.database.fetch_value("select expires_at from sessions")
        assert stored == end

    @pytest.mark.usefixtures("client")
    async def test_it_lasts_the_whole_day_however_long_the_session_took_to_open(
        self, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        logins = replace(deps.logins, clock=lambda: clock.advance(milliseconds=1))
        device = Device(user_agent="Till 3", ip_address="10.0.0.7")
        _, token = await logins.log_in_to_store(username="laura", password=PASSWORD, device=device)
        claims = claims_of(token)
        assert claims["exp"] - claims["iat"] == 24 * 3600

    async def test_the_same_token_is_good_at_pos(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        response = await client.post(STORE_LOGIN, json={"username": "laura", "password": PASSWORD})
        headers = {"Authorization": f"Bearer {response.json()['token']}"}
        assert (await client.get(ME, headers=headers)).status_code == 200

    @pytest.mark.parametrize(
        "body", [{"username": "laura", "password": "wrong"}, {"username": "nobody", "password": PASSWORD}]
    )
    async def test_a_wrong_password_and_an_unknown_user_say_the_same(
        self, client: AsyncClient, deps: Deps, body: dict[str, str]
    ) -> None:
        await a_person(deps)
        assert answered(await client.post(STORE_LOGIN, json=body)) == (401, {"error": "Invalid credentials"})

    async def test_without_a_password_it_is_named(self, client: AsyncClient) -> None:
        response = await client.post(STORE_LOGIN, json={"username": "laura"})
        message = "This field is required."
        assert answered(response) == (400, {"error": message, "fields": {"password": [message]}})


async def test_what_is_not_there_is_not_found(client: AsyncClient) -> None:
    assert answered(await client.get("/auth/nothing")) == (404, {"error": "Resource not found"})
