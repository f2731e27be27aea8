"""Users read and change their own profile at /api/users/me/, but never their role (POS 3 and 5)."""

import asyncio
from collections import Counter

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.pos import BAD_TOKEN
from services.auth.deps import Deps
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    POS_LOGIN,
    REQUIRED,
    a_person,
    bearing,
    is_open,
    pos_login,
    user_path,
)

NEW = "battery staple"
WRONG = (400, {"current_password": ["Current password is incorrect."]})
TAKEN = (
    400,
    {
        "username": ["custom user with this username already exists."],
        "email": ["custom user with this email already exists."],
    },
)


@pytest.fixture
async def laura(client: AsyncClient, deps: Deps) -> dict[str, str]:
    await a_person(deps)
    return bearing(await pos_login(client))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
class TestProfile:
    async def test_what_the_body_holds_changes_and_nothing_else(
        self, client: AsyncClient, laura: dict[str, str], method: str
    ) -> None:
        body = {"first_name": "Laura Elena", "phone_number": "555-0000"}
        response = await client.request(method, ME, json=body, headers=laura)
        assert answered(response) == (
            200,
            {
                "id": 1,
                "username": "laura",
                "email": "laura@example.com",
                "first_name": "Laura Elena",
                "last_name": "Mendez",
                "phone_number": "555-0000",
                "address": "",
                "role": "EMPLOYEE",
                "is_active": True,
            },
        )
        assert (await client.get(ME, headers=laura)).json() == response.json()

    async def test_role_and_activity_are_not_ones_own_to_change(
        self, client: AsyncClient, laura: dict[str, str], method: str
    ) -> None:
        body = {"role": "OWNER", "is_active": False, "id": 77, "color": "red"}
        changed = (await client.request(method, ME, json=body, headers=laura)).json()
        assert (changed["id"], changed["role"], changed["is_active"]) == (1, "EMPLOYEE", True)

    async def test_is_closed_to_somebody_who_was_deleted(
        self, client: AsyncClient, deps: Deps, laura: dict[str, str], method: str
    ) -> None:
        await deps.database.execute("update users set is_active = false")
        response = await client.request(method, ME, json={"address": "x"}, headers=laura)
        assert answered(response) == (401, BAD_TOKEN)


async def test_a_bad_field_is_told(client: AsyncClient, laura: dict[str, str]) -> None:
    response = await client.patch(ME, json={"first_name": "", "password": "short"}, headers=laura)
    too_short = ["Ensure this field has at least 8 characters."]
    assert answered(response) == (
        400,
        {"first_name": REQUIRED, "password": too_short, "current_password": REQUIRED},
    )


class TestUsernameAndEmail:
    async def test_somebody_elses_are_taken_also_a_deleted_ones(
        self, client: AsyncClient, deps: Deps, laura: dict[str, str]
    ) -> None:
        await a_person(deps, "juan")
        await deps.database.execute("update users set is_active = false where username = 'juan'")
        body = {"username": "JUAN", "email": "Juan@Example.com"}
        assert answered(await client.patch(ME, json=body, headers=laura)) == TAKEN

    async def test_ones_own_are_free_in_any_letter_case(
        self, client: AsyncClient, laura: dict[str, str]
    ) -> None:
        body = {"username": "Laura", "email": "LAURA@example.com"}
        changed = (await client.patch(ME, json=body, headers=laura)).json()
        assert (changed["username"], changed["email"]) == ("Laura", "LAURA@example.com")

    async def test_one_logs_in_with_the_new_email(self, client: AsyncClient, laura: dict[str, str]) -> None:
        await client.patch(ME, json={"email": "elena@example.com"}, headers=laura)
        assert await pos_login(client, "elena")

    async def test_of_many_who_want_the_same_at_once_one_gets_it(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        people = [await a_person(deps, f"person{n}") for n in range(5)]
        headers = [bearing(await pos_login(client, person.username)) for person in people]
        responses = await asyncio.gather(
            *(client.patch(ME, json={"username": "boss"}, headers=header) for header in headers)
        )
        assert Counter(response.status_code for response in responses) == {200: 1, 400: 4}

    async def test_those_that_another_is_just_giving_up_are_refused_without_waiting(
        self, client: AsyncClient, deps: Deps, laura: dict[str, str]
    ) -> None:
        """Two who swap theirs at once would wait for each other."""
        ana = await a_person(deps, "ana")
        async with deps.database.transaction() as giving_up:
            await giving_up.execute(
                "update users set username_key = 'eva', email_key = 'eva@example.com' where id = %s", [ana.id]
            )
            body = {"username": "ana", "email": "ana@example.com"}
            response = await client.patch(ME, json=body, headers=laura)
        assert answered(response) == TAKEN


class TestPassword:
    async def test_a_new_one_takes_the_current_one(self, client: AsyncClient, laura: dict[str, str]) -> None:
        response = await client.patch(ME, json={"password": NEW}, headers=laura)
        assert answered(response) == (400, {"current_password": REQUIRED})

    async def test_a_wrong_current_one_changes_nothing(
        self, client: AsyncClient, laura: dict[str, str]
    ) -> None:
        body = {"password": NEW, "current_password": "not this", "first_name": "Elena"}
        assert answered(await client.put(ME, json=body, headers=laura)) == WRONG
        assert (await client.get(ME, headers=laura)).json()["first_name"] == "Laura"
        assert await pos_login(client)

    async def test_the_new_one_opens_and_the_old_one_no_longer(
        self, client: AsyncClient, laura: dict[str, str]
    ) -> None:
        body = {"password": NEW, "current_password": PASSWORD}
        response = await client.patch(ME, json=body, headers=laura)
        assert (response.status_code, "password" in response.json()) == (200, False)
        login = {"email": "laura@example.com"}
        assert (await client.post(POS_LOGIN, json=login | {"password": NEW})).status_code == 200
        assert (await client.post(POS_LOGIN, json=login | {"password": PASSWORD})).status_code == 401

    async def test_it_ends_the_other_sessions(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        await a_person(deps, "juan")
        here, elsewhere, juans = [await pos_login(client, name) for name in ("laura", "laura", "juan")]
        body = {"password": NEW, "current_password": PASSWORD}
        await client.patch(ME, json=body, headers=bearing(here))
        open_ones = [await is_open(client, tokens) for tokens in (here, elsewhere, juans)]
        assert open_ones == [True, False, True]

    async def test_the_current_one_alone_changes_nothing(
        self, client: AsyncClient, deps: Deps, laura: dict[str, str]
    ) -> None:
        response = await client.patch(ME, json={"current_password": "whatever"}, headers=laura)
        assert response.status_code == 200
        assert (
            await deps.database.fetch_value("select count(*) from sessions where revoked_at is not null") == 0
        )

    async def test_guessing_it_is_throttled_as_at_the_door(
        self, client: AsyncClient, laura: dict[str, str]
    ) -> None:
        body = {"password": NEW, "current_password": "guess"}
        guesses = [await client.patch(ME, json=body, headers=laura) for _ in range(10)]
        assert {guess.status_code for guess in guesses} == {400}
        right = {"password": NEW, "current_password": PASSWORD}
        refused = await client.patch(ME, json=right, headers=laura)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0

    async def test_an_admin_gives_up_their_role_and_changes_it_at_once(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        ada = await a_person(deps, "ada", "admin")
        headers = bearing(await pos_login(client, "ada"))
        body = {"role": "EMPLOYEE", "password": NEW, "current_password": PASSWORD}
        changed = await client.patch(user_path(ada.id), json=body, headers=headers)
        assert (changed.status_code, changed.json().get("role")) == (200, "EMPLOYEE")

    async def test_of_two_changes_at_once_one_wins(self, client: AsyncClient, laura: dict[str, str]) -> None:
        responses = await asyncio.gather(
            *(
                client.patch(ME, json={"password": word, "current_password": PASSWORD}, headers=laura)
                for word in ("first word", "second word")
            )
        )
        assert sorted(response.status_code for response in responses) == [200, 400]
        assert [answered(r) for r in responses if r.status_code == 400] == [WRONG]
