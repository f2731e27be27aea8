"""The staff's accounts in the back office (POS 3 and 4, contract §2)."""

import asyncio
from collections import Counter

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.pos import BAD_TOKEN, FORBIDDEN, NOT_FOUND
from services.auth.deps import Deps
from services.auth.tests.builders import (
    JUAN,
    ME,
    PASSWORD,
    REQUIRED,
    USERS,
    a_person,
    bearer,
    pos_login,
)

EMAIL_TAKEN = {"email": ["custom user with this email already exists."]}
USERNAME_TAKEN = {"username": ["custom user with this username already exists."]}


class TestMe:
    async def test_shows_everybody_their_own_profile(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "user")
        response = await client.get(ME, headers=headers)
        assert answered(response) == (
            200,
            {
                "id": 1,
                "username": "user_caller",
                "email": "user_caller@example.com",
                "first_name": "Laura",
                "last_name": "Mendez",
                "phone_number": "",
                "address": "",
                "role": "USER",
                "is_active": True,
            },
        )

    async def test_is_closed_to_somebody_who_was_deleted(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "employee")
        await deps.database.execute("update users set is_active = false")
        assert answered(await client.get(ME, headers=headers)) == (401, BAD_TOKEN)


class TestWhoMayCreate:
    async def test_an_admin_makes_an_admin(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "admin")
        response = await client.post(USERS, json={**JUAN, "role": "ADMIN"}, headers=headers)
        assert (response.status_code, response.json()["role"]) == (201, "ADMIN")

    async def test_an_admin_makes_no_owner(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "admin")
        response = await client.post(USERS, json={**JUAN, "role": "OWNER"}, headers=headers)
        assert answered(response) == (403, FORBIDDEN)

    async def test_an_owner_makes_an_owner(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "owner")
        response = await client.post(USERS, json={**JUAN, "role": "OWNER"}, headers=headers)
        assert (response.status_code, response.json()["role"]) == (201, "OWNER")


class TestCreate:
    async def test_answers_the_account_without_its_password(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        body = {**JUAN, "phone_number": "555-9876", "address": "Second Ave 45"}
        response = await client.post(USERS, json=body, headers=admin)
        assert answered(response) == (
            201,
            {
                "id": 2,
                "username": "cajero_juan",
                "email": "juan@enterprise.com",
                "first_name": "Juan",
                "last_name": "Lopez",
                "phone_number": "555-9876",
                "address": "Second Ave 45",
                "role": "EMPLOYEE",
                "is_active": True,
            },
        )

    async def test_who_was_created_can_log_in(self, client: AsyncClient, admin: dict[str, str]) -> None:
        await client.post(
            USERS, json=JUAN | {"email": "juan@example.com", "password": PASSWORD}, headers=admin
        )
        assert await pos_login(client, "juan")

    async def test_read_only_and_unknown_fields_are_ignored(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        body = {**JUAN, "id": 77, "is_active": False, "color": "red"}
        created = (await client.post(USERS, json=body, headers=admin)).json()
        assert (created["id"], created["is_active"]) == (2, True)

    @pytest.mark.parametrize("email", ["juan@enterprise.com", "Juan@Enterprise.COM"])
    async def test_an_email_that_is_taken(
        self, client: AsyncClient, admin: dict[str, str], email: str
    ) -> None:
        await client.post(USERS, json=JUAN, headers=admin)
        response = await client.post(USERS, json={**JUAN, "username": "b", "email": email}, headers=admin)
        assert answered(response) == (400, EMAIL_TAKEN)

    async def test_a_username_that_is_taken_in_another_letter_case(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        await client.post(USERS, json={**JUAN, "username": "ÁLVARO"}, headers=admin)
        body = {**JUAN, "username": "álvaro", "email": "b@example.com"}
        assert answered(await client.post(USERS, json=body, headers=admin)) == (400, USERNAME_TAKEN)

    async def test_both_taken_are_both_named(self, client: AsyncClient, admin: dict[str, str]) -> None:
        await client.post(USERS, json=JUAN, headers=admin)
        response = await client.post(USERS, json=JUAN, headers=admin)
        assert answered(response) == (400, USERNAME_TAKEN | EMAIL_TAKEN)

    async def test_an_email_that_is_taken_in_the_other_form_of_its_domain(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        body = {**JUAN, "email": "juan@Ñandú.mx", "password": PASSWORD}
        created = await client.post(USERS, json=body, headers=admin)
        assert (created.status_code, created.json()["email"]) == (201, "juan@Ñandú.mx")
        again = {**body, "username": "b", "email": "JUAN@xn--and-6ma2c.mx"}
        response = await client.post(USERS, json=again, headers=admin)
        assert (response.status_code, response.json()) == (400, EMAIL_TAKEN)

    @pytest.mark.parametrize("email", ["juan@Ñandú.mx", "JUAN@ñandú.MX", "juan@xn--and-6ma2c.mx"])
    async def test_who_has_an_internationalised_email_logs_in_with_any_spelling(
        self, client: AsyncClient, admin: dict[str, str], email: str
    ) -> None:
        body = {**JUAN, "email": "juan@ñandú.mx", "password": PASSWORD}
        await client.post(USERS, json=body, headers=admin)
        login = await client.post("/api/auth/login/", json={"email": email, "password": PASSWORD})
        assert login.status_code == 200

    async def test_who_was_deleted_keeps_their_email(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        await client.post(USERS, json=JUAN, headers=admin)
        await deps.database.execute("update users set is_active = false where username = 'cajero_juan'")
        response = await client.post(USERS, json={**JUAN, "username": "b"}, headers=admin)
        assert answered(response) == (400, EMAIL_TAKEN)

    async def test_of_many_at_once_with_one_email_one_wins(
        self, client: AsyncClient, deps: Deps, admin: dict[str, str]
    ) -> None:
        bodies = [{**JUAN, "username": f"juan{n}"} for n in range(6)]
        responses = await asyncio.gather(*(client.post(USERS, json=body, headers=admin) for body in bodies))
        assert Counter(response.status_code for response in responses) == {201: 1, 400: 5}
        assert all(r.json() == EMAIL_TAKEN for r in responses if r.status_code == 400)
        assert await deps.database.fetch_value("select count(*) from users") == 2

    async def test_what_is_required_is_named_all_at_once(
        self, client: AsyncClient, admin: dict[str, str]
    ) -> None:
        response = await client.post(USERS, json={"first_name": "", "last_name": None}, headers=admin)
        assert answered(response) == (400, dict.fromkeys(JUAN, REQUIRED))


@pytest.mark.parametrize("path", ["/api/users/77/", "/api/nothing"])
async def test_what_is_not_there_is_not_found(client: AsyncClient, deps: Deps, path: str) -> None:
    headers = await bearer(deps, client, "owner")
    assert answered(await client.get(path, headers=headers)) == (404, NOT_FOUND)


class TestAllAtOnce:
    @pytest.mark.parametrize(
        ("method", "path"), [("POST", USERS), ("PUT", f"{USERS}2/"), ("PATCH", f"{USERS}2/")]
    )
    async def test_taken_names_are_reported_beside_a_malformed_role(
        self, client: AsyncClient, deps: Deps, method: str, path: str
    ) -> None:
        headers = await bearer(deps, client, "owner")
        await a_person(deps, "pedro")
        await a_person(deps, "laura")
        body = {**JUAN, "username": "LAURA", "email": "laura@example.com", "role": "CHIEF"}
        response = await client.request(method, path, json=body, headers=headers)
        assert answered(response) == (
            400,
            {"role": ['"CHIEF" is not a valid choice.'], **USERNAME_TAKEN, **EMAIL_TAKEN},
        )

    async def test_a_taken_email_is_reported_beside_a_missing_current_password(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        headers = await bearer(deps, client, "employee")
        await a_person(deps, "laura")
        body = {"email": "laura@example.com", "password": "battery staple"}
        response = await client.patch(ME, json=body, headers=headers)
        assert answered(response) == (400, {"current_password": REQUIRED, **EMAIL_TAKEN})

    async def test_a_taken_email_is_reported_beside_a_wrong_current_password(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        headers = await bearer(deps, client, "employee")
        await a_person(deps, "laura")
        body = {"email": "laura@example.com", "password": "battery staple", "current_password": "wrong one"}
        response = await client.patch(ME, json=body, headers=headers)
        assert answered(response) == (
            400,
            {"current_password": ["Current password is incorrect."], **EMAIL_TAKEN},
        )

    async def test_both_are_reported_beside_a_malformed_name(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "employee")
        await a_person(deps, "laura")
        body = {"email": "laura@example.com", "password": "battery staple", "first_name": "x" * 151}
        response = await client.patch(ME, json=body, headers=headers)
        assert answered(response) == (
            400,
            {
                "first_name": ["Ensure this field has no more than 150 characters."],
                "current_password": REQUIRED,
                **EMAIL_TAKEN,
            },
        )

    async def test_a_malformed_current_password_is_not_missing(self, client: AsyncClient, deps: Deps) -> None:
        headers = await bearer(deps, client, "employee")
        body = {"password": "battery staple", "current_password": ["x"]}
        response = await client.patch(ME, json=body, headers=headers)
        assert answered(response) == (400, {"current_password": ["Not a valid string."]})
