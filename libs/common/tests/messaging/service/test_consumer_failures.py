"""An event that cannot be taken in comes back or is set aside, and is in nobody's way."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

import orjson
import pytest
from aio_pika import Message
from psycopg.errors import DiskFull

from libs.common.contracts.event import BATCH_CONTENT_TYPE
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database, Transaction
from libs.common.errors import NotFound, Unavailable
from libs.common.messaging.batches import TRIES_WHILE_DATABASE_ANSWERS
from libs.common.messaging.broker import Broker
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import on
from libs.common.messaging.letters import Chosen, list_dead_letters
from libs.common.messaging.outage import Outage
from libs.common.messaging.past import read_history
from libs.common.messaging.selections import Wanted
from libs.common.tests.messaging.builders import (
    a_cancelled_order,
    a_created_order,
    an_envelope,
    declare_queues,
    send,
    send_together,
)
from libs.common.tests.messaging.consuming import (
    SERVICE,
    Orders,
    consuming,
    dead,
    dead_are,
    delete_queue,
    nothing_waits,
    taken_in,
    taken_in_are,
)
from libs.common.tests.messaging.loops import a_broker, running
from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually


async def test_one_bad_event_in_a_batch_hurts_no_other(database: Database, broker: Broker) -> None:
    orders = Orders(failing={13: ValueError("unlucky")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send(broker, *(a_cancelled_order(number) for number in range(30)))
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(60,)):
        await eventually(lambda: len(orders.applied) == 29)
    assert 13 not in orders.applied
    assert await taken_in(database) == 29


async def test_an_event_that_fails_leaves_its_message_alone(database: Database, broker: Broker) -> None:
    orders = Orders(failing={7: ValueError("never"), 8: NotFound()})
    await declare_queues(broker, SERVICE, OrderCancelled)
    envelopes = [an_envelope(a_cancelled_order(number)) for number in range(20)]
    await send_together(broker, *envelopes)
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: dead_are(broker, 2))
    assert sorted(orders.applied) == [number for number in range(20) if number not in (7, 8)]
    letters = {letter.id: letter for letter in await list_dead_letters(broker, Chosen(SERVICE))}
    never, refused = (letters[str(envelopes[number].id)] for number in (7, 8))
    assert (never.body, never.failures, never.error) == (envelopes[7].to_json(), 3, "ValueError: never")
    assert (refused.body, refused.failures) == (envelopes[8].to_json(), 1)
    await eventually(lambda: nothing_waits(broker))


async def test_an_event_that_fails_is_found_without_trying_each_alone(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={50: ValueError("never")})
    await declare_queues(broker, SERVICE, OrderCancelled)
    await send_together(broker, *(a_cancelled_order(number) for number in range(100)))
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(60,)):
        await eventually(lambda: taken_in_are(database, 99))
    assert len(orders.batches) <= 7


async def test_what_cannot_be_read_in_a_batch_is_dead_alone(database: Database, broker: Broker) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    first, last = (an_envelope(a_cancelled_order(number)).to_json() for number in (1, 3))
    unknown = an_envelope(a_created_order(2))
    body = b"[" + b",".join([first, b"7", unknown.to_json(), last]) + b"]"
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(60,)):
        async with broker.channel() as channel:
            batch = Message(body, content_type=BATCH_CONTENT_TYPE)
            await channel.default_exchange.publish(batch, broker.topology.queue(SERVICE))
        await eventually(lambda: orders.applied == [1, 3])
        await eventually(lambda: dead_are(broker, 2))
    letters = await list_dead_letters(broker, Chosen(SERVICE))
    assert [letter.body for letter in letters] == [b"7", unknown.to_json()]
    assert letters[1].id == str(unknown.id)


async def test_an_event_of_another_type_than_its_routing_key_is_refused(
    database: Database, broker: Broker
) -> None:
    """The broker lets a login publish its own routing keys; what a message holds it does not look at."""
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    forged, genuine = an_envelope(a_created_order(2)), an_envelope(a_cancelled_order(1))
    body = b"[" + forged.to_json() + b"," + genuine.to_json() + b"]"
    async with consuming(database, broker, on(OrderCancelled, orders), on(OrderCreated, orders)):
        async with broker.channel() as channel:
            exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
            batch = Message(body, content_type=BATCH_CONTENT_TYPE, type=forged.type, app_id="sales")
            await exchange.publish(batch, routing_key=genuine.type)
        await eventually(lambda: dead_are(broker, 1))
        await eventually(lambda: orders.applied == [1])
    [letter] = await list_dead_letters(broker, Chosen(SERVICE))
    assert (letter.id, letter.failures) == (str(forged.id), 1)
    assert letter.error == (
        "UnreadableEvent: sales.order_created.v1 was published as sales.order_cancelled.v1"
    )
    assert await subjects_in_history(broker) == [genuine.subject]


async def subjects_in_history(broker: Broker) -> list[str]:
    async with aclosing(read_history(broker, Wanted())) as batches:
        return [event.subject async for events in batches for event in events]


async def test_what_a_failing_handler_did_is_undone(database: Database, broker: Broker) -> None:
    async def write_and_fail(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        tx.publish(a_created_order(), subject="order/1")
        raise ValueError("after the fact")

    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send(broker, a_cancelled_order())
    async with consuming(database, broker, on(OrderCancelled, write_and_fail), retry_delays_seconds=()):
        await eventually(lambda: dead(broker))
    assert await taken_in(database) == 0
    assert await database.fetch_value("select count(*) from outbox") == 0


async def test_an_event_that_fails_comes_back_after_growing_delays(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={1: ValueError("not yet")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(0.1, 60.0)):
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: len(orders.tries) == 2)
        await eventually(lambda: wait(broker, for_seconds=60.0))
    first, second = (when for _, when in orders.tries)
    assert second - first >= 0.1
    assert not await wait(broker, for_seconds=0.1)


async def wait(broker: Broker, *, for_seconds: float) -> int:
    """How many events come back so long after they have failed."""
    async with broker.channel() as channel:
        queue = broker.topology.retry_queue(SERVICE, for_seconds)
        declared = await channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


async def test_an_event_that_fails_once_is_applied_when_it_comes_back(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={1: ValueError("not yet")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: orders.tries)
        orders.failing.clear()
        await eventually(lambda: orders.applied == [1])
        assert not await dead(broker)


async def test_an_event_that_always_fails_goes_to_the_dead_letters_and_blocks_nothing(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={1: ValueError("never")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    envelope = an_envelope(a_cancelled_order(1))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, envelope)
        for number in range(2, 12):
            await send(broker, a_cancelled_order(number))
        await eventually(lambda: orders.applied == list(range(2, 12)))
        [letter] = await eventually(lambda: list_dead_letters(broker, Chosen(SERVICE)))
    assert (letter.id, letter.failures, letter.error) == (str(envelope.id), 3, "ValueError: never")
    assert letter.body == envelope.to_json()


@asynccontextmanager
async def finding_its_queues(
    database: Database, amqp_url: str, broker: Broker, orders: Orders, outage: Outage
) -> AsyncIterator[None]:
    """A consumer that declares nothing, as with logins of the services' own."""
    async with (
        a_broker(amqp_url, broker.topology.prefix, declares=False) as finding,
        consuming(database, finding, on(OrderCancelled, orders), retry_delays_seconds=(60,), outage=outage),
    ):
        yield


async def test_an_event_whose_retry_queue_is_missing_is_not_tried_again_before_it_is_there(
    database: Database, amqp_url: str, broker: Broker
) -> None:
    orders, outage = Orders(failing={1: ValueError("not yet")}), Outage("consumer")
    missing = broker.topology.retry_queue(SERVICE, 60)
    await declare_queues(broker, SERVICE, OrderCancelled, retry_delays_seconds=(60,))
    async with finding_its_queues(database, amqp_url, broker, orders, outage):
        await send(broker, a_cancelled_order(2))
        await eventually(lambda: orders.applied == [2])
        await delete_queue(broker, missing)
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: f"no queue '{missing}'" in (outage.refusal or ""))
        await declare_queues(broker, SERVICE, OrderCancelled, retry_delays_seconds=(60,))
        await eventually(lambda: wait(broker, for_seconds=60))
    assert [order_id for order_id, _ in orders.tries] == [2, 1, 1]


async def test_an_event_that_cannot_be_set_aside_is_tried_at_a_growing_pace(
    database: Database, amqp_url: str, broker: Broker
) -> None:
    orders, outage = Orders(failing={1: ValueError("not yet")}), Outage("consumer")
    unbound = broker.topology.retry_queue(SERVICE, 60)
    await declare_queues(broker, SERVICE, OrderCancelled, retry_delays_seconds=(60,))
    async with broker.channel() as channel:
        await (await channel.get_queue(unbound)).unbind(broker.topology.own_exchange(SERVICE), unbound)
    async with finding_its_queues(database, amqp_url, broker, orders, outage):
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: f"routing_key='{unbound}'" in (outage.refusal or ""))
        await eventually(lambda: len(orders.tries) >= 5)
    before, last = (when for _, when in orders.tries[3:5])
    assert last - before >= 0.8


async def test_an_event_that_a_rule_refuses_is_not_tried_again(database: Database, broker: Broker) -> None:
    orders = Orders(failing={1: NotFound()})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(60,)):
        await send(broker, a_cancelled_order(1))
        [letter] = await eventually(lambda: list_dead_letters(broker, Chosen(SERVICE)))
    assert (letter.failures, letter.error) == (1, "NotFound: not_found")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"\xff not json", "Invalid JSON"),
        (a_created_order().model_dump_json().encode(), "specversion: Field required"),
        (an_envelope(a_created_order()).to_json(), "nobody here listens to sales.order_created.v1"),
        (orjson.dumps({"id": "é" * 128, "type": "t" * 256}), "specversion: Field required"),
    ],
    ids=["garbage", "no envelope", "unknown type", "names too long for properties"],
)
async def test_a_message_that_cannot_be_read_is_dead_at_once(
    database: Database, broker: Broker, body: bytes, error: str
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(60,)):
        async with broker.channel() as channel:
            await channel.default_exchange.publish(Message(body), broker.topology.queue(SERVICE))
        await send(broker, a_cancelled_order(2))
        [letter] = await eventually(lambda: list_dead_letters(broker, Chosen(SERVICE)))
        await eventually(lambda: orders.applied == [2])
    assert letter.body == body
    assert error in letter.error


async def test_an_event_that_alone_finds_the_database_away_is_a_failing_event(
    database: Database, broker: Broker
) -> None:
    orders = Orders(failing={1: Unavailable("database")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=(0.05,)):
        await send(broker, a_cancelled_order(1), a_cancelled_order(2))
        await eventually(lambda: orders.applied == [2])
        [letter] = await eventually(lambda: list_dead_letters(broker, Chosen(SERVICE)))
    assert letter.failures == 2


async def test_events_wait_while_the_disk_of_the_database_is_full(database: Database, broker: Broker) -> None:
    orders = Orders(failing={1: DiskFull("no space left on device")})
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=()):
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: len(orders.tries) > TRIES_WHILE_DATABASE_ANSWERS)
        orders.failing.clear()
        await eventually(lambda: orders.applied == [1])
    assert not await dead(broker)


async def test_a_dead_letter_knows_when_it_failed_first_and_last(database: Database, broker: Broker) -> None:
    orders = Orders(failing={7: ValueError("never")})
    ticking = partial(FakeClock().advance, minutes=1)
    await declare_queues(broker, SERVICE, OrderCancelled)
    await send(broker, a_cancelled_order(7))
    consumer = run_consumer(
        SERVICE, database, broker, [on(OrderCancelled, orders)], retry_delays_seconds=(0.1,), clock=ticking
    )
    async with running(consumer):
        await eventually(lambda: dead_are(broker, 1))
    [letter] = await list_dead_letters(broker, Chosen(SERVICE))
    times = (letter.first_failed_at, letter.last_failed_at)
    assert times == ("2026-03-02T18:01:00Z", "2026-03-02T18:02:00Z")
