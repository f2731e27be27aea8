"""The chatbot's users in the back office (contract §7)."""

import asyncio
from urllib.parse import quote

import pytest
from httpx import AsyncClient, Response

from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.chatbot.tests.builders import (
    HOLA,
    JUAN,
    USERS,
    register,
    user_path,
)


class TestRegister:
    async def test_answers_the_user_as_stored(self, client: AsyncClient) -> None:
        response = await register(client, JUAN, "Juan Perez")
        assert response.status_code == 201
        assert response.json() == {
            "mobile_number": "+521234567890",
            "name": "Juan Perez",
            "last_interaction": "2026-03-02T18:00:00Z",
        }

    async def test_refuses_a_number_that_is_taken(self, client: AsyncClient) -> None:
        await register(client, JUAN)
        assert_taken(await register(client, JUAN, "Somebody else"))

    @pytest.mark.parametrize(
        "spelling", ["1234567890", "+52 12 3456 7890", "(12) 3456-7890", "\u202a1234567890\u202c"]
    )
    async def test_refuses_another_spelling_of_a_number_that_is_taken(
        self, client: AsyncClient, spelling: str
    ) -> None:
        await register(client, JUAN)
        assert_taken(await register(client, spelling))
        refused = await client.post(USERS, json={"mobile_number": spelling})
        assert refused.json().keys() == {"mobile_number", "name"}

    @pytest.mark.parametrize("numbers", [(JUAN, JUAN), (JUAN, "1234567890")])
    async def test_lets_one_of_two_win_who_come_at_once(
        self, client: AsyncClient, numbers: tuple[str, str]
    ) -> None:
        responses = await asyncio.gather(*(register(client, number) for number in numbers))
        won, lost = sorted(responses, key=lambda response: response.status_code)
        assert won.status_code == 201
        assert_taken(lost)

    async def test_ignores_a_last_interaction_in_the_body(self, client: AsyncClient) -> None:
        body = {"mobile_number": JUAN, "name": "Juan", "last_interaction": "1999-01-01T00:00:00Z"}
        response = await client.post(USERS, json=body)
        assert response.json()["last_interaction"] == "2026-03-02T18:00:00Z"

    async def test_refuses_a_number_that_nobody_can_call(self, client: AsyncClient) -> None:
        response = await register(client, "call me")
        assert (response.status_code, response.json()) == (400, {"mobile_number": ["Enter a valid value."]})

    async def test_reports_all_missing_fields_at_once(self, client: AsyncClient) -> None:
        response = await client.post(USERS, json={})
        required = ["This field is required."]
        assert (response.status_code, response.json()) == (400, {"mobile_number": required, "name": required})


class TestSpellings:
    @pytest.mark.parametrize("spelling", ["1234567890", "+52 12 3456 7890", "12-3456-7890"])
    async def test_any_spelling_in_the_path_finds_the_user_and_none_changes_the_number(
        self, client: AsyncClient, spelling: str
    ) -> None:
        await register(client, JUAN)
        path = user_path(quote(spelling))
        assert (await client.get(path)).json()["mobile_number"] == JUAN
        assert (await client.patch(path, json={"name": "Juana"})).json()["mobile_number"] == JUAN
        said = await client.post(f"{path}interactions/", json=HOLA)
        assert (said.status_code, said.json()["mobile_number"]) == (201, JUAN)
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(user_path(JUAN))).status_code == 404


class TestDetail:
    @pytest.mark.parametrize("number", ["+521234567890", "%2B521234567890"])
    async def test_takes_the_plus_literally_or_encoded(self, client: AsyncClient, number: str) -> None:
        await register(client, JUAN)
        response = await client.get(f"{USERS}{number}/")
        assert (response.status_code, response.json()["mobile_number"]) == (200, JUAN)

    @pytest.mark.parametrize("number", ["+999", "x" * 300, "%00", "%F0%9F%98%80"])
    async def test_of_an_unknown_number_is_not_found(self, client: AsyncClient, number: str) -> None:
        response = await client.get(f"{USERS}{number}/")
        assert (response.status_code, response.json()) == (404, NOT_FOUND)

    async def test_finds_a_number_with_spaces_and_brackets(self, client: AsyncClient) -> None:
        number = "+52 (55) 1234-5678"
        await register(client, number)
        response = await client.get(f"{USERS}{quote(number)}/")
        assert response.json()["mobile_number"] == number


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
class TestChange:
    async def test_gives_another_name(self, client: AsyncClient, method: str) -> None:
        await register(client, JUAN, "Juan Perez")
        response = await client.request(method, user_path(JUAN), json={"name": "Juan Updated"})
        assert (response.status_code, response.json()["name"]) == (200, "Juan Updated")
        assert (await client.get(user_path(JUAN))).json()["name"] == "Juan Updated"

    async def test_leaves_what_the_body_leaves_out(self, client: AsyncClient, method: str) -> None:
        registered = await register(client, JUAN)
        response = await client.request(method, user_path(JUAN), json={})
        assert (response.status_code, response.json()) == (200, registered.json())

    async def test_ignores_number_and_last_interaction(self, client: AsyncClient, method: str) -> None:
        registered = await register(client, JUAN)
        body = {"mobile_number": "+1", "last_interaction": "1999-01-01T00:00:00Z"}
        response = await client.request(method, user_path(JUAN), json=body)
        assert response.json() == registered.json()

    async def test_of_an_unknown_number_is_not_found(self, client: AsyncClient, method: str) -> None:
        response = await client.request(method, user_path(JUAN), json={"name": "Juan"})
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


class TestDelete:
    async def test_forgets_the_user(self, client: AsyncClient) -> None:
        await register(client, JUAN)
        response = await client.delete(user_path(JUAN))
        assert (response.status_code, response.content) == (204, b"")
        assert (await client.get(user_path(JUAN))).status_code == 404

    async def test_forgets_what_they_wrote_and_frees_the_number(self, client: AsyncClient) -> None:
        await register(client, JUAN)
        await client.post(user_path(JUAN) + "interactions/", json={"channel": "telegram", "text": "Hola"})
        await client.delete(user_path(JUAN))
        assert (await register(client, JUAN, "Somebody new")).status_code == 201

    async def test_of_an_unknown_number_is_not_found(self, client: AsyncClient) -> None:
        response = await client.delete(user_path(JUAN))
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


class TestList:
    @pytest.fixture(autouse=True)
    async def three_users(self, client: AsyncClient, clock: FakeClock) -> None:
        for number, name in [("+521", "Ana"), ("+522", "Beto"), ("+523", "Carla")]:
            await register(client, number, name)
            clock.advance(minutes=1)

    async def names(self, client: AsyncClient, **query: str | int) -> list[str]:
        response = await client.get(USERS, params=query)
        assert response.status_code == 200, response.text
        return [user["name"] for user in response.json()]

    async def test_shows_who_wrote_last_first(self, client: AsyncClient) -> None:
        assert await self.names(client) == ["Carla", "Beto", "Ana"]

    async def test_moves_whoever_writes_to_the_top(self, client: AsyncClient) -> None:
        await client.post(user_path("+521") + "interactions/", json={"channel": "telegram", "text": "Hola"})
        assert await self.names(client) == ["Ana", "Carla", "Beto"]

    async def test_pages_and_says_how_many_there_are(self, client: AsyncClient) -> None:
        response = await client.get(USERS, params={"limit": 1, "offset": 1})
        assert [user["name"] for user in response.json()] == ["Beto"]
        assert response.headers["X-Total-Count"] == "3"
        assert 'rel="next"' in response.headers["Link"]

    async def test_counts_all_also_past_the_end(self, client: AsyncClient) -> None:
        response = await client.get(USERS, params={"offset": 99})
        assert (response.json(), response.headers["X-Total-Count"]) == ([], "3")

    async def test_searches_in_the_name(self, client: AsyncClient) -> None:
        assert await self.names(client, search="ET") == ["Beto"]

    async def test_searches_in_the_number(self, client: AsyncClient) -> None:
        assert await self.names(client, search="+523") == ["Carla"]

    async def test_searches_without_accents_and_by_digits(self, client: AsyncClient) -> None:
        await client.post(USERS, json={"mobile_number": "+52 55 1234-5678", "name": "Ángel Muñoz"})
        assert await self.names(client, search="munoz angel") == ["Ángel Muñoz"]
        assert await self.names(client, search="5512345678") == ["Ángel Muñoz"]

    async def test_takes_wildcards_as_text(self, client: AsyncClient) -> None:
        assert await self.names(client, search="%") == []

    async def test_sorts_as_asked(self, client: AsyncClient) -> None:
        assert await self.names(client, ordering="name") == ["Ana", "Beto", "Carla"]
        assert await self.names(client, ordering="-mobile_number") == ["Carla", "Beto", "Ana"]


def assert_taken(response: Response) -> None:
    assert response.status_code == 400
    assert response.json() == {"mobile_number": ["chat bot users with this mobile number already exists."]}


async def test_a_taken_number_is_reported_beside_a_missing_name(client: AsyncClient) -> None:
    await register(client, JUAN)
    response = await client.post(USERS, json={"mobile_number": JUAN})
    assert (response.status_code, response.json()) == (
        400,
        {
            "name": ["This field is required."],
            "mobile_number": ["chat bot users with this mobile number already exists."],
        },
    )


async def test_a_number_that_cannot_be_dialled_is_reported_beside_a_missing_name(client: AsyncClient) -> None:
    response = await client.post(USERS, json={"mobile_number": "call me"})
    assert (response.status_code, set(response.json())) == (400, {"name", "mobile_number"})
