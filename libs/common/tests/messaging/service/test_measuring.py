"""The gauges of a service's queues say what waits, retries and is dead."""

import asyncio
from contextlib import suppress

from prometheus_client import REGISTRY

from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.inbox import on
from libs.common.messaging.letters import Chosen, replay_dead_letters
from libs.common.messaging.measuring import measure_queues
from libs.common.tests.messaging.builders import a_cancelled_order, a_created_order, declare_queues, send
from libs.common.tests.messaging.consuming import SERVICE, Orders, consuming
from libs.common.tests.messaging.gate import Gate
from libs.common.tests.messaging.loops import a_broker
from libs.testing.waiting import eventually

GAUGES = ("consumer_waiting_messages", "consumer_retrying_events", "consumer_dead_letters")


async def measured(broker: Broker, *, retry_delays_seconds: tuple[float, ...] = ()) -> list[float | None]:
    """What waits, retries and is dead, once that was asked for."""
    await measure_queues(broker, SERVICE, retry_delays_seconds=retry_delays_seconds)
    return gauges()


def gauges() -> list[float | None]:
    return [REGISTRY.get_sample_value(gauge) for gauge in GAUGES]


async def test_an_event_that_fails_is_a_dead_letter_until_it_is_replayed(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={7: ValueError("not yet")})
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=()):

        async def told(dead: int) -> bool:
            return await measured(broker) == [0, 0, dead]

        await send(broker, a_cancelled_order(7))
        await eventually(lambda: told(1))
        orders.failing.clear()
        assert await replay_dead_letters(broker, Chosen(SERVICE)) == 1
        await eventually(lambda: told(0))
    assert orders.applied == [7]


async def test_what_waits_and_what_is_tried_again_are_counted_too(database: Database, broker: Broker) -> None:
    delays = (60.0, 90.0)
    orders = Orders(failing={7: ValueError("not yet")})
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=delays):

        async def told(waiting: int, retrying: int) -> bool:
            return await measured(broker, retry_delays_seconds=delays) == [waiting, retrying, 0]

        await eventually(lambda: told(0, 0))
        await send(broker, a_cancelled_order(7))
        await eventually(lambda: told(0, 1))
    await send(broker, a_cancelled_order(8), a_cancelled_order(9))
    await eventually(lambda: told(2, 1))


async def test_the_gauges_keep_their_values_while_they_cannot_be_asked_for(
    broker: Broker, amqp_url: str
) -> None:
    await declare_queues(broker, SERVICE, OrderCreated)
    await send(broker, a_created_order(1))

    async def told() -> bool:
        return await measured(broker) == [1, 0, 0]

    await eventually(told)
    async with Gate.before(amqp_url) as gate, a_broker(gate.url, broker.topology.prefix) as away:
        gate.shut()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await measure_queues(away, SERVICE, retry_delays_seconds=())
    assert gauges() == [1, 0, 0]
    async with a_broker(amqp_url, f"{broker.topology.prefix}elsewhere.") as without_queues:
        assert await measured(without_queues) == [1, 0, 0]
