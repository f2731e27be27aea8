"""Registering and logging in at the web shop (STORE 1 and 2, contract §2)."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from services.auth.deps import Deps
from services.auth.domain.sessions import Device
from services.auth.tests.builders import (
    JOHN,
    ME,
    PASSWORD,
    REGISTER,
    STORE_LOGIN,
    a_person,
    bearer,
    claims_of,
)

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

    async def test_little_is_needed_for_it(self, client: AsyncClient) -> None:
        response = await client.post(REGISTER, json=MINIMAL)
        assert (response.status_code, response.json()["user"]["roles"]) == (201, ["user"])

    async def test_who_registered_can_log_in(self, client: AsyncClient) -> None:
        await client.post(REGISTER, json=JOHN)
        response = await client.post(STORE_LOGIN, json=MINIMAL)
        assert response.status_code == 200

    async def test_nobody_makes_an_admin_of_themselves(self, client: AsyncClient) -> None:
        assert answered(await client.post(REGISTER, json={**MINIMAL, "role": "admin"})) == ADMIN_NEEDED

    async def test_it_takes_an_admin_to_make_an_admin(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "employee")
        response = await client.post(REGISTER, json={**MINIMAL, "role": "admin"}, headers=headers)
        assert answered(response) == ADMIN_NEEDED

    async def test_an_admin_makes_an_admin(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "admin")
        body = {**MINIMAL, "roles": ["admin", "user", "admin"]}
        response = await client.post(REGISTER, json=body, headers=headers)
        assert (response.status_code, response.json()["user"]["roles"]) == (201, ["user", "admin"])

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

    async def test_a_bad_field_is_told(self, client: AsyncClient) -> None:
        response = await client.post(REGISTER, json={**JOHN, "username": "jo"})
        message = "Ensure this field has at least 3 characters."
        assert answered(response) == (400, {"error": message, "fields": {"username": [message]}})

    async def test_of_many_at_once_with_one_username_one_wins(self, client: AsyncClient) -> None:
        bodies = [{**JOHN, "email": f"john{n}@example.com"} for n in range(6)]
        responses = await asyncio.gather(*(client.post(REGISTER, json=body) for body in bodies))
        assert Counter(response.status_code for response in responses) == {201: 1, 409: 5}


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
