"""A message to the bot is stored and updates the time of its user's last interaction."""

import asyncio

import pytest
from httpx import AsyncClient, Response

from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.chatbot.tests.builders import HOLA, JUAN, register, user_path

INTERACTIONS = user_path(JUAN) + "interactions/"


@pytest.fixture
async def juan(client: AsyncClient) -> Response:
    """A user registered at the clock's start."""
    return await register(client, JUAN)


@pytest.mark.usefixtures("juan")
class TestInteract:
    async def test_answers_what_was_stored(self, client: AsyncClient, clock: FakeClock) -> None:
        clock.advance(minutes=5)
        response = await client.post(INTERACTIONS, json=HOLA)
        assert response.status_code == 201
        assert response.json() == {
            "id": response.json()["id"],
            "mobile_number": JUAN,
            "channel": "telegram",
            "text": "Hola, ¿tienen croquetas?",
            "created_at": "2026-03-02T18:05:00Z",
        }

    async def test_moves_the_last_interaction(self, client: AsyncClient, clock: FakeClock) -> None:
        clock.advance(minutes=5)
        await client.post(INTERACTIONS, json=HOLA)
        user = (await client.get(user_path(JUAN))).json()
        assert user["last_interaction"] == "2026-03-02T18:05:00Z"

    async def test_never_moves_the_last_interaction_back(self, client: AsyncClient, clock: FakeClock) -> None:
        clock.advance(minutes=-5)
        await client.post(INTERACTIONS, json=HOLA)
        user = (await client.get(user_path(JUAN))).json()
        assert user["last_interaction"] == "2026-03-02T18:00:00Z"

    async def test_stores_each_of_many_that_come_at_once(self, client: AsyncClient) -> None:
        responses = await asyncio.gather(*(client.post(INTERACTIONS, json=HOLA) for _ in range(10)))
        assert len({response.json()["id"] for response in responses}) == 10

    async def test_refuses_an_empty_message(self, client: AsyncClient) -> None:
        response = await client.post(INTERACTIONS, json={**HOLA, "text": ""})
        assert (response.status_code, response.json()) == (400, {"text": ["This field is required."]})

    async def test_takes_the_longest_message_that_telegram_carries(self, client: AsyncClient) -> None:
        response = await client.post(INTERACTIONS, json={**HOLA, "text": "ñ" * 4096})
        assert response.status_code == 201


class TestOfAnUnknownNumber:
    async def test_is_not_found_and_registers_nobody(self, client: AsyncClient) -> None:
        response = await client.post(INTERACTIONS, json=HOLA)
        assert (response.status_code, response.json()) == (404, NOT_FOUND)
        assert (await client.get(user_path(JUAN))).status_code == 404
