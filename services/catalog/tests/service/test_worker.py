"""The processes as they run: events from the broker, events to the broker, readiness."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.contracts.event import Event
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.testing.answers import answered
from libs.testing.asgi import asgi_client
from libs.testing.databases import WorkerDatabase, taking_no_changes
from libs.testing.pos import UNAVAILABLE
from libs.testing.waiting import eventually
from services.catalog.deps import Deps
from services.catalog.main import create_app
from services.catalog.tests.builders import AT, COLA, Shop, order_cancelled, order_created
from services.catalog.worker import create_worker


async def publish(broker: Broker, event: Event, *, times: int = 1) -> None:
    """Publish an event of sales the given number of times, each with the same id."""
    envelope = Envelope(
        id=uuid4(),
        type=event.event_type,
        subject="order/1",
        time=AT,
        data=event.model_dump_json(),
        sequence=1,
        traceparent=None,
    )
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        for _ in range(times):
            await exchange.publish(Message(envelope.to_json(), type=envelope.type), routing_key=envelope.type)


async def test_an_order_is_confirmed_and_cancelled_by_the_events_of_sales(
    shop: Shop, worker_deps: Deps, broker: Broker
) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.allocate((product, 4), uuid=uuid)

    async def is_now(status: str) -> bool:
        return bool(await shop.status(uuid) == status)

    async with asgi_client(create_worker(worker_deps)) as worker:
        await eventually(lambda: _is_ready(worker))
        await publish(broker, order_created(uuid), times=3)
        await eventually(lambda: is_now("CONFIRMED"))
        await publish(broker, order_cancelled(uuid), times=3)
        await eventually(lambda: is_now("RELEASED"))
    assert await shop.stock(product) == 10


async def test_an_allocation_past_its_lease_is_settled_by_the_worker(
    shop: Shop, worker_deps: Deps, clock: Any
) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.allocate((product, 4), uuid=uuid)
    clock.advance(minutes=2)

    async def is_back() -> bool:
        return bool(await shop.stock(product) == 10)

    async with asgi_client(create_worker(worker_deps)):
        await eventually(is_back)


async def test_the_events_of_catalog_reach_the_broker(worker_deps: Deps, tokens: Any, broker: Broker) -> None:
    consumed: list[str] = []

    async def listen(message: AbstractIncomingMessage) -> None:
        consumed.append(str(message.type))

    async with broker.channel() as channel:
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(broker.topology.exchange, routing_key="catalog.#")
        await queue.consume(listen, no_ack=True)
        async with asgi_client(create_app(worker_deps)) as client:
            await worker_deps.database.pool.wait()
            await Shop(client, tokens, worker_deps.database).product()
            await eventually(lambda: len(consumed) == 2)
    assert consumed == [ProductChanged.event_type, StockChanged.event_type]


async def test_a_worker_is_ready_with_database_and_broker(worker_deps: Deps) -> None:
    async with asgi_client(create_worker(worker_deps)) as worker:
        await eventually(lambda: _is_ready(worker))


async def test_a_worker_without_a_broker_says_so(deps: Deps) -> None:
    async with asgi_client(create_worker(deps)) as worker:
        response = await worker.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"] != "ok"


async def test_a_worker_whose_queue_is_missing_is_ready_and_says_so(worker_deps: Deps) -> None:
    worker_deps.broker.declares = False

    async def says_so() -> bool:
        answer = await worker.get("/readyz")
        return answer.status_code == 200 and "no queue" in answer.json().get("notes", {}).get("events", "")

    async with asgi_client(create_worker(worker_deps)) as worker:
        await eventually(says_so)
        assert 'readiness_note{note="events"} 1.0' in (await worker.get("/metrics")).text


async def test_a_change_is_refused_for_now_while_the_database_takes_none(
    shop: Shop, database_of: Callable[[str], WorkerDatabase]
) -> None:
    with taking_no_changes(database_of("catalog").url):
        refused = await shop.ask("POST", "products/", json=COLA)
        ready = await shop.client.get("/readyz")
    assert answered(refused) == (503, UNAVAILABLE)
    assert int(refused.headers["Retry-After"]) > 0
    assert ready.json()["checks"]["database"] == "it takes no changes: default_transaction_read_only is on"


@pytest.mark.parametrize("path", ["/livez", "/metrics"])
async def test_the_web_process_has_probes_and_metrics(shop: Shop, path: str) -> None:
    assert (await shop.client.get(path)).status_code == 200


async def _is_ready(worker: Any) -> bool:
    return bool((await worker.get("/readyz")).status_code == 200)
