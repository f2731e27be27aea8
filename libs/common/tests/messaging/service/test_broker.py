"""The connection comes by itself, and comes back by itself."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import aio_pika
import pytest

from libs.common.clock import system_clock
from libs.common.errors import Unavailable
from libs.common.messaging import deliveries, letters, past, topology
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.letters import Chosen, list_dead_letters
from libs.common.messaging.past import Past, read_history, replay
from libs.common.messaging.selections import Wanted
from libs.common.messaging.topology import declare_dead_letters, declare_service_queues, messages_in
from libs.common.tests.messaging.builders import declare_queues
from libs.common.tests.messaging.consuming import SERVICE
from libs.common.tests.messaging.gate import Gate, is_away
from libs.common.tests.messaging.loops import a_broker
from libs.testing.waiting import eventually


async def test_a_connected_broker_answers(broker: Broker) -> None:
    await broker.ping()


async def test_a_broker_that_is_missing_at_start_is_waited_for(amqp_url: str, amqp_prefix: str) -> None:
    async with Gate.before(amqp_url) as gate:
        gate.shut()
        broker = Broker(gate.url, prefix=amqp_prefix, name="test")
        async with asyncio.timeout(30):
            await broker.open()
        with pytest.raises(Unavailable):
            await broker.ping()
        gate.open()
        async with asyncio.timeout(30):
            await broker.connected()
        await broker.ping()
        await broker.close()


async def test_a_channel_waits_for_the_connection_that_is_being_made(amqp_url: str, amqp_prefix: str) -> None:
    async with a_broker_that_connects(amqp_url, amqp_prefix) as broker, broker.channel() as channel:
        assert not channel.is_closed


async def test_a_channel_of_a_broker_that_is_missing_at_start_is_refused(amqp_prefix: str) -> None:
    nobody = "amqp://127.0.0.1:1/"
    async with a_broker_that_connects(nobody, amqp_prefix) as broker, asyncio.timeout(30):
        with pytest.raises(Unavailable):
            await broker.channel().__aenter__()


async def test_an_attempt_that_is_refused_leaves_no_connection_to_be_collected(amqp_prefix: str) -> None:
    """The client library closes what is collected open: in a thread without a loop it only warns."""
    nobody = f"amqp://127.0.0.1:1/{amqp_prefix}"
    async with a_broker_that_connects(nobody, amqp_prefix) as broker, asyncio.timeout(30):
        with pytest.raises(Unavailable):
            await broker.channel().__aenter__()
    left = [each for each in gc.get_objects() if isinstance(each, aio_pika.Connection)]
    assert all(each.is_closed for each in left if amqp_prefix in each.url.path)


@asynccontextmanager
async def a_broker_that_connects(url: str, prefix: str) -> AsyncIterator[Broker]:
    broker = Broker(url, prefix=prefix, name="test")
    await broker.open()
    try:
        yield broker
    finally:
        await broker.close()


async def test_a_lost_connection_is_noticed_and_made_again(amqp_url: str, amqp_prefix: str) -> None:
    async with Gate.before(amqp_url) as gate, a_broker(gate.url, amqp_prefix) as broker:
        gate.shut()
        await eventually(lambda: is_away(broker))
        gate.open()
        async with asyncio.timeout(30):
            await broker.connected()
        await broker.ping()


async def test_a_channel_that_breaks_is_told_as_unavailable(amqp_url: str, amqp_prefix: str) -> None:
    async def use_until_lost(broker: Broker, gate: Gate) -> None:
        async with broker.channel() as channel:
            gate.shut()
            await channel.declare_queue(f"{amqp_prefix}any", exclusive=True)

    async with Gate.before(amqp_url) as gate, a_broker(gate.url, amqp_prefix) as broker:
        with pytest.raises(Unavailable):
            await use_until_lost(broker, gate)


async def test_a_closed_broker_does_not_connect_again(amqp_url: str, amqp_prefix: str) -> None:
    async with a_broker(amqp_url, amqp_prefix) as broker:
        await broker.close()
        with pytest.raises(Unavailable):
            await broker.ping()


async def test_a_mistake_in_the_block_is_no_failure_of_the_broker(broker: Broker) -> None:
    async def mistake() -> None:
        async with broker.channel():
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await mistake()


async def test_a_login_that_may_declare_nothing_hears_what_others_declared(
    amqp_url: str, amqp_prefix: str
) -> None:
    listener = Broker(amqp_url, prefix=amqp_prefix, name="test", declares=False)
    await listener.open()
    await listener.connected()
    with pytest.raises(Unavailable):
        await listen(listener)
    async with a_broker(amqp_url, amqp_prefix):
        await listen(listener)
    await listener.close()


async def listen(broker: Broker) -> None:
    async with broker.channel() as channel:
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(broker.topology.exchange, routing_key="#")


async def declare_exchange(broker: Broker) -> None:
    async with broker.channel() as channel:
        await broker.exchange(channel)


async def declare_service(broker: Broker) -> None:
    async with broker.channel() as channel:
        await declare_service_queues(channel, broker.topology, SERVICE, [])


async def declare_dead(broker: Broker) -> None:
    async with broker.channel() as channel:
        await declare_dead_letters(channel, broker.topology, SERVICE)


async def count(broker: Broker) -> None:
    async with broker.channel() as channel:
        await messages_in(channel, broker.topology.queue(SERVICE))


async def list_the_dead(broker: Broker) -> None:
    await list_dead_letters(broker, Chosen(SERVICE))


async def consume(broker: Broker) -> None:
    async with broker.channel() as channel:
        queue = await channel.get_queue(broker.topology.queue(SERVICE), ensure=False)
        async with deliveries_of(queue):
            pass


async def find_the_end_of_the_history(broker: Broker) -> None:
    with pytest.MonkeyPatch.context() as all_but_the_marker:
        all_but_the_marker.setattr(deliveries, "ANSWER_SECONDS", 30)
        async with aclosing(read_history(broker, Wanted())) as batches:
            await anext(batches)


async def put_past_events(broker: Broker) -> None:
    async def events() -> AsyncGenerator[list[Past], None]:
        yield [Past(uuid4(), "sales.order_paid.v1", "order/1", system_clock(), b"{}")]

    with pytest.MonkeyPatch.context() as all_but_the_events:
        all_but_the_events.setattr(topology, "ANSWER_SECONDS", 30)
        await replay(broker, events(), SERVICE)


@pytest.mark.parametrize(
    "ask",
    [
        declare_exchange,
        declare_service,
        declare_dead,
        count,
        list_the_dead,
        consume,
        find_the_end_of_the_history,
        put_past_events,
    ],
)
async def test_an_answer_that_does_not_come_is_an_outage_and_not_awaited_for_ever(
    broker: Broker, ask: Callable[[Broker], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await declare_queues(broker, SERVICE)
    for module in (topology, deliveries, letters, past):
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0)
    with pytest.raises(Unavailable):
        await ask(broker)
