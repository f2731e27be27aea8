"""The worker publishes the outbox and cancels unpaid orders."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import aio_pika
import orjson
import pytest
from httpx import AsyncClient

from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import split
from libs.common.process.app import ServiceApp
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.outbox import outbox_is_empty
from libs.testing.waiting import eventually
from services.sales.deps import Deps, build_deps, clients_of
from services.sales.settings import SalesSettings
from services.sales.tests.builders import paid, pay, placed
from services.sales.tests.fakes import FakeCharges
from services.sales.worker import create_worker


@pytest.fixture
async def consumed(broker: Broker, amqp_prefix: str) -> AsyncIterator[list[dict[str, object]]]:
    """The events of sales that a subscriber consumed."""
    events: list[dict[str, object]] = []

    async def consume(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        events.extend(map(orjson.loads, split(message.body, message.content_type)))

    async with broker.channel() as channel:
        queue = await channel.declare_queue(f"{amqp_prefix}listener", auto_delete=True)
        await queue.bind(f"{amqp_prefix}events", routing_key="sales.#")
        await queue.consume(consume, no_ack=True)
        yield events


@pytest.fixture
def worker(
    settings: SalesSettings, clock: FakeClock, charges: FakeCharges, on_broker: dict[str, Any]
) -> ServiceApp:
    """A worker with the broker, on the database of a web process without it."""
    return create_worker(
        build_deps(
            settings.model_copy(update=on_broker),
            clock=clock,
            others=lambda parts: replace(clients_of(parts), charges=charges),
        )
    )


async def test_the_events_of_a_sale_arrive_in_order(
    till: AsyncClient, worker: ServiceApp, consumed: list[dict[str, object]]
) -> None:
    await paid(till)
    async with asgi_client(worker):
        await eventually(lambda: len(consumed) == 2)
    assert [event["type"] for event in consumed] == ["sales.order_created.v1", "sales.order_paid.v1"]


async def test_published_events_leave_the_outbox(
    till: AsyncClient, deps: Deps, worker: ServiceApp, consumed: list[dict[str, object]]
) -> None:
    await placed(till)
    async with asgi_client(worker):
        await eventually(lambda: consumed)
        await eventually(partial(outbox_is_empty, deps.database))


async def test_the_worker_cancels_an_unpaid_order(
    till: AsyncClient, worker: ServiceApp, clock: FakeClock, consumed: list[dict[str, object]]
) -> None:
    await placed(till)
    clock.advance(hours=25)
    async with asgi_client(worker):
        await eventually(lambda: len(consumed) == 2)
    assert consumed[1]["type"] == "sales.order_cancelled.v1"


async def test_the_worker_ends_a_payment_whose_charge_was_not_answered(
    till: AsyncClient,
    worker: ServiceApp,
    clock: FakeClock,
    charges: FakeCharges,
    consumed: list[dict[str, object]],
) -> None:
    order = await placed(till, customer=1)
    charges.loses_answers = True
    assert (await pay(till, order["id"], "POINTS")).status_code == 503
    clock.advance(seconds=10)
    async with asgi_client(worker):
        await eventually(lambda: len(consumed) == 2)
    assert consumed[1]["type"] == "sales.order_paid.v1"
