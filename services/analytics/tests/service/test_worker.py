"""The worker on the real broker: an event of sales is in the owner's report, once, within two seconds."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from aio_pika import Message

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope, Received
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.received import received
from libs.testing.waiting import eventually
from services.analytics.deps import build_worker_deps
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import a_line, a_paid_order, a_product
from services.analytics.worker import create_worker

SUMMARY = "/api/analytics/sales-summary/"


@pytest.fixture
async def worker(
    settings: AnalyticsSettings, on_broker: dict[str, Any], clock: FakeClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running worker, which is already consuming."""
    deps = build_worker_deps(settings.model_copy(update=on_broker), clock=clock)
    async with asgi_client(create_worker(deps)) as client:
        await eventually(lambda: is_consuming(deps.broker))
        yield client


async def is_consuming(broker: Broker) -> bool:
    """True once the worker consumes its queue."""
    try:
        async with broker.channel() as channel:
            queue = await channel.declare_queue(broker.topology.queue("analytics"), passive=True)
            return bool(queue.declaration_result.consumer_count)
    except Unavailable:  # not connected, or the queue is not there yet
        return False


async def publish(broker: Broker, *events: Received[Event]) -> None:
    """Publish events as their services' relays do."""
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        for each in events:
            event_type, data = each.event.event_type, each.event.model_dump_json()
            envelope = Envelope(each.id, event_type, each.subject, each.time, each.sequence, data)
            await exchange.publish(Message(envelope.to_json(), type=event_type), routing_key=event_type)


async def revenue(owner: httpx.AsyncClient) -> float | None:
    """The revenue in the summary; None while it has no sales."""
    answer = await owner.get(SUMMARY)
    return answer.json()["general_summary"]["total_revenue"] if answer.status_code == 200 else None


@pytest.mark.usefixtures("worker")
async def test_a_paid_order_is_in_the_summary_soon_by_itself(
    broker: Broker, owner: httpx.AsyncClient
) -> None:
    await publish(broker, received(a_paid_order(a_line(unit_price="100.00"))))
    assert await eventually(lambda: revenue(owner)) == 116.00


@pytest.mark.usefixtures("worker")
async def test_an_event_that_is_delivered_three_times_counts_once(
    broker: Broker, owner: httpx.AsyncClient, database: Database
) -> None:
    again, last = received(a_paid_order(a_line())), received(a_paid_order(a_line(unit_price="1.00")))
    await publish(broker, again, again, again)
    await publish(broker, last)
    await eventually(lambda: database.fetch_value("select count(*) = 2 from inbox"))
    assert await revenue(owner) == 117.16


@pytest.mark.usefixtures("worker")
async def test_an_event_that_cannot_be_counted_holds_up_nobody(
    broker: Broker, owner: httpx.AsyncClient
) -> None:
    too_much = a_paid_order().model_copy(update={"final_amount": Decimal(10) ** 30})
    await publish(broker, received(too_much), received(a_paid_order()))
    assert await eventually(lambda: revenue(owner)) == 116.00


@pytest.mark.usefixtures("worker")
async def test_everything_it_subscribes_to_arrives(broker: Broker, database: Database) -> None:
    await publish(broker, received(a_product(name="Laptop")))
    assert await eventually(lambda: database.fetch_value("select name from products")) == "Laptop"


async def test_the_worker_is_ready_when_database_and_broker_answer(worker: httpx.AsyncClient) -> None:
    async def is_ready() -> bool:
        return (await worker.get("/readyz")).status_code == 200

    assert await eventually(is_ready)


async def test_the_worker_has_no_door(worker: httpx.AsyncClient) -> None:
    assert (await worker.get(SUMMARY)).status_code == 404
