"""A new account is published once, together with the account itself (`auth.user_created.v1`)."""

from typing import Any

import orjson
import pytest
from httpx import AsyncClient

from libs.common.messaging.broker import Broker
from libs.testing.outbox import events_in_outbox
from libs.testing.waiting import eventually
from services.auth.deps import Deps
from services.auth.settings import AuthSettings
from services.auth.tests.builders import REGISTER


@pytest.fixture
def settings(settings: AuthSettings, on_broker: dict[str, Any]) -> AuthSettings:
    """Settings of processes that reach a broker."""
    return settings.model_copy(update=on_broker)


async def test_a_new_account_is_announced(client: AsyncClient, broker: Broker) -> None:
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        queue = await channel.declare_queue(f"{broker.topology.exchange}.probe", exclusive=True)
        await queue.bind(exchange, "auth.#")

        body = {"username": "johndoe", "email": "john@example.com", "password": "securepass123"}
        await client.post(REGISTER, json=body)

        message = await eventually(lambda: queue.get(no_ack=True, fail=False))
    envelope = orjson.loads(message.body)
    assert (envelope["type"], envelope["subject"]) == ("auth.user_created.v1", "user/1")
    assert envelope["data"] == {
        "user_id": 1,
        "username": "johndoe",
        "email": "john@example.com",
        "roles": ["user"],
        "created_at": "2026-03-02T18:00:00Z",
    }


async def test_an_account_that_was_refused_is_not(client: AsyncClient, deps: Deps) -> None:
    body = {"username": "johndoe", "email": "john@example.com", "password": "short"}
    await client.post(REGISTER, json=body)
    assert await events_in_outbox(deps.database) == []
