"""The worker at a real broker: it consumes the events of sales and publishes those of customers."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from aio_pika.abc import AbstractChannel

from libs.common.contracts.event import Event
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.messages import messages_of
from libs.common.messaging.topology import declare_service_queues
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually
from services.customers.deps import Deps, build_deps
from services.customers.settings import CustomersSettings
from services.customers.tests.builders import NO_SUCH_ID, a_paid_order
from services.customers.usecases.customers.changing import CreateCustomer, create_customer
from services.customers.worker import create_worker

ORDER_PAID = "sales.order_paid.v1"
DETAILS = CreateCustomer(first_name="Maria", last_name="González", phone_number="5544332211")


@pytest.fixture
async def channel(broker: Broker) -> AsyncIterator[AbstractChannel]:
    """The test's channel. The worker's queue is bound first, so that no event is lost before it starts."""
    async with broker.channel() as channel:
        await declare_service_queues(channel, broker.topology, "customers", [ORDER_PAID])
        yield channel


@pytest.fixture
async def worker(
    settings: CustomersSettings, clock: FakeClock, channel: AbstractChannel, on_broker: dict[str, Any]
) -> AsyncIterator[Deps]:
    """The dependencies of the running worker; its queue is already declared."""
    deps = build_deps(settings.model_copy(update=on_broker), clock=clock)
    async with asgi_client(create_worker(deps)):
        yield deps


async def test_the_same_event_three_times_earns_once(worker: Deps, channel: AbstractChannel) -> None:
    maria = await create_customer(DETAILS, database=worker.database, clock=worker.clock)
    event_id = uuid4()
    order = a_paid_order(maria.id, final_amount="200.00")
    for _ in range(3):
        await publish(worker, channel, order, event_id=event_id)
    await publish(worker, channel, a_paid_order(maria.id, final_amount="1000.00"))

    async def both_have_earned() -> bool:
        return await points_of(worker, maria.id) == 12

    await eventually(both_have_earned)


async def test_an_order_of_nobody_goes_to_the_dead_letters_and_hurts_no_other(
    worker: Deps, channel: AbstractChannel
) -> None:
    maria = await create_customer(DETAILS, database=worker.database, clock=worker.clock)
    await publish(worker, channel, a_paid_order(NO_SUCH_ID))
    await publish(worker, channel, a_paid_order(maria.id))
    await eventually(lambda: points_of(worker, maria.id))  # a worker that consumes has declared the queues
    dead_letters = await channel.get_queue(worker.broker.topology.dead_letters("customers"), ensure=False)

    async def set_aside() -> bool:
        return await dead_letters.get(fail=False) is not None

    await eventually(set_aside)


async def test_a_customer_who_changed_is_published(worker: Deps, channel: AbstractChannel) -> None:
    hears = await channel.declare_queue(f"{worker.broker.topology.prefix}hears", auto_delete=True)
    await hears.bind(worker.broker.topology.exchange, routing_key="customers.customer_changed.v1")
    await create_customer(DETAILS, database=worker.database, clock=worker.clock)

    async def heard() -> bool:
        return await hears.get(fail=False) is not None

    await eventually(heard)


async def publish(
    deps: Deps, channel: AbstractChannel, event: Event, *, event_id: UUID | None = None
) -> None:
    """Publish an event as the relay of its owner does."""
    envelope = Envelope(
        id=event_id or uuid4(),
        type=event.event_type,
        subject="order/1",
        time=deps.clock(),
        sequence=1,
        data=event.model_dump_json(),
    )
    exchange = await channel.get_exchange(deps.broker.topology.exchange, ensure=False)
    [message] = messages_of([envelope])
    await exchange.publish(message, routing_key=envelope.type)


async def points_of(deps: Deps, customer_id: int) -> int:
    """The customer's balance."""
    points: int = await deps.database.fetch_value(
        "select current_points from customers where id = %(id)s", {"id": customer_id}
    )
    return points
