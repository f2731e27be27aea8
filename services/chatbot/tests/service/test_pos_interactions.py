"""A message to the bot is stored and updates the time of its user's last interaction."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.chatbot.tests.builders import JUAN, register, user_path

INTERACTIONS = user_path(JUAN) + "interactions/"
HOLA = {"channel": "telegram", "text": "Hola, ¿tienen croquetas?"}


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

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("channel", None, "This field is required."),
            ("channel", "x" * 33, "Ensure this field has no more than 32 characters."),
            ("text", "", "This field is required."),
            ("text", "x" * 4097, "Ensure this field has no more than 4096 characters."),
            ("text", "Ho\x00la", "Null characters are not allowed."),
        ],
    )
    async def test_refuses_what_cannot_be_stored(
        self, client: AsyncClient, field: str, value: Any, message: str
    ) -> None:
        response = await client.post(INTERACTIONS, json={**HOLA, field: value})
        assert (response.status_code, response.json()) == (400, {field: [message]})

    async def test_takes_the_longest_message_that_telegram_carries(self, client: AsyncClient) -> None:
        response = await client.post(INTERACTIONS, json={**HOLA, "text": "ñ" * 4096})
        assert response.status_code == 201


class TestOfAnUnknownNumber:
    async def test_is_not_found_and_registers_nobody(self, client: AsyncClient) -> None:
        response = await client.post(INTERACTIONS, json=HOLA)
        assert (response.status_code, response.json()) == (404, NOT_FOUND)
        assert (await client.get(user_path(JUAN))).status_code == 404
