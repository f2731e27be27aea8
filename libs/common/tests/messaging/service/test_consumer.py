"""An event's effects happen once, whatever else happens meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
from structlog.testing import capture_logs

from libs.common.context import new_traceparent
from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database, Transaction
from libs.common.messaging.broker import Broker
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import on
from libs.common.messaging.outage import Outage
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
    delete_queue,
    nothing_waits,
    queued,
    taken_in,
    taken_in_are,
)
from libs.common.tests.messaging.gate import Gate, is_away
from libs.common.tests.messaging.loops import a_broker, a_database
from libs.testing.databases import taking_no_changes
from libs.testing.metrics import sample
from libs.testing.waiting import eventually


async def test_an_event_reaches_its_handler(database: Database, broker: Broker) -> None:
    received: list[Received[OrderCancelled]] = []

    async def keep(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        received.extend(events)

    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    envelope = an_envelope(event := a_cancelled_order(), subject="order/8", sequence=42)
    async with consuming(database, broker, on(OrderCancelled, keep)):
        await send(broker, envelope)
        await eventually(lambda: received)
    assert received == [Received(event, envelope.id, "order/8", 42, envelope.time)]


async def test_the_log_names_what_was_applied_once_with_the_trace_of_its_request(
    database: Database, broker: Broker
) -> None:
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    envelope = replace(an_envelope(a_cancelled_order(), subject="order/8"), traceparent=new_traceparent())
    with capture_logs() as lines:
        async with consuming(database, broker, on(OrderCancelled, Orders())):
            await send(broker, envelope, envelope)
            await eventually(lambda: [line for line in lines if line["event"] == "events_applied"])
            await eventually(lambda: nothing_waits(broker))
    told = [line["applied"] for line in lines if line["event"] == "events_applied"]
    assert told == [[f"sales.order_cancelled.v1 order/8 {envelope.traceparent}"]]


async def test_the_same_event_delivered_three_times_acts_once(database: Database, broker: Broker) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    envelope = an_envelope(a_cancelled_order(1))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, envelope, envelope)
        await eventually(lambda: orders.applied)
        await send(broker, envelope, a_cancelled_order(2))
        await eventually(lambda: 2 in orders.applied)
    assert orders.applied == [1, 2]


async def test_what_waits_is_taken_in_together(database: Database, broker: Broker) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send(broker, *(a_cancelled_order(number) for number in range(300)))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: len(orders.applied) == 300)
    assert orders.applied == list(range(300))
    assert len(orders.batches) < 30


async def test_events_that_share_a_message_are_taken_in_together(database: Database, broker: Broker) -> None:
    cancelled, created = Orders(), Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send_together(
        broker,
        *(a_cancelled_order(number) for number in range(90)),
        *(a_created_order(90 + n) for n in range(9)),
    )
    async with consuming(database, broker, on(OrderCreated, created), on(OrderCancelled, cancelled)):
        await eventually(lambda: taken_in_are(database, 99))
    assert (cancelled.applied, created.applied) == (list(range(90)), list(range(90, 99)))
    assert len(cancelled.batches) <= 2


@pytest.mark.parametrize("is_ended_together", [False, True])
async def test_types_have_transactions_of_their_own_unless_a_handler_ends_the_batch(
    database: Database, broker: Broker, *, is_ended_together: bool
) -> None:
    transactions: defaultdict[str, set[int]] = defaultdict(set)

    async def note(tx: Transaction, events: Sequence[Received[Event]]) -> None:
        number = await tx.fetch_value("select pg_current_xact_id()::text::bigint")
        transactions[events[0].event.event_type].add(number)

    async def end(tx: Transaction, events: Sequence[Received[Event]]) -> None: ...

    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send(broker, *(kind(n) for n in range(100) for kind in (a_cancelled_order, a_created_order)))
    handlers = [on(OrderCreated, note), on(OrderCancelled, note)]
    async with consuming(database, broker, *handlers, *([on(Event, end)] if is_ended_together else [])):
        await eventually(lambda: taken_in_are(database, 200))
    created, cancelled = transactions.values()
    assert bool(created & cancelled) is is_ended_together


async def test_a_transaction_holds_no_more_than_its_share_of_many_messages(
    database: Database, broker: Broker
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    await send_together(broker, *(a_cancelled_order(number) for number in range(1_000)))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: len(orders.applied) == 1_000)
        await eventually(lambda: nothing_waits(broker))
    assert orders.applied == list(range(1_000))
    assert max(len(batch) for batch in orders.batches) <= 200


async def test_a_batch_that_comes_again_acts_once(database: Database, broker: Broker) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    envelopes = [an_envelope(a_cancelled_order(number)) for number in range(10)]
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send_together(broker, *envelopes[:5])
        await eventually(lambda: len(orders.applied) == 5)
        await send_together(broker, *envelopes)
        await eventually(lambda: len(orders.applied) == 10)
    assert orders.applied == list(range(10))


async def test_a_batch_that_was_handled_and_not_acknowledged_acts_once(
    database: Database, amqp_url: str, broker: Broker
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with Gate.before(amqp_url) as gate, a_broker(gate.url, broker.topology.prefix) as shaky:

        async def lose_the_broker(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
            gate.shut()
            await orders(tx, events)

        async with consuming(database, shaky, on(OrderCancelled, lose_the_broker)):
            await send_together(broker, *(a_cancelled_order(number) for number in range(10)))
            await eventually(lambda: taken_in_are(database, 10))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, a_cancelled_order(10))
        await eventually(lambda: 10 in orders.applied)
        await eventually(lambda: nothing_waits(broker))
    assert orders.applied == list(range(11))


async def test_only_the_types_that_are_listened_to_are_delivered(database: Database, broker: Broker) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, a_created_order(1), a_cancelled_order(2))
        await eventually(lambda: orders.applied == [2])
        assert not await dead(broker)


async def test_while_the_database_is_away_events_wait_and_do_not_fail(
    database: Database, common_database_url: str, broker: Broker
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with (
        Gate.before(common_database_url) as gate,
        a_database(gate.url) as behind_the_gate,
        consuming(behind_the_gate, broker, on(OrderCancelled, orders), retry_delays_seconds=()),
    ):
        gate.shut()
        await eventually(lambda: is_away(behind_the_gate))
        await send(broker, a_cancelled_order(1), a_cancelled_order(2))
        await eventually(lambda: is_away(behind_the_gate))
        gate.open()
        await eventually(lambda: orders.applied == [1, 2])
        assert not await dead(broker)


async def test_while_the_database_takes_no_changes_events_wait_and_do_not_fail(
    database: Database, common_database_url: str, broker: Broker
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled)
    with taking_no_changes(common_database_url), capture_logs() as lines:
        async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=()):
            await send(broker, a_cancelled_order(1), a_cancelled_order(2))
            await eventually(lambda: [line for line in lines if line["event"] == "outage_began"])
    async with consuming(database, broker, on(OrderCancelled, orders), retry_delays_seconds=()):
        await eventually(lambda: sorted(orders.applied) == [1, 2])
        assert not await dead(broker)


async def test_a_consumer_whose_queue_somebody_deletes_says_so_until_it_is_there_again(
    database: Database, amqp_url: str, broker: Broker
) -> None:
    orders, outage = Orders(), Outage("consumer")
    queue = broker.topology.queue(SERVICE)
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with (
        a_broker(amqp_url, broker.topology.prefix, declares=False) as finding,
        consuming(database, finding, on(OrderCancelled, orders), retry_delays_seconds=(), outage=outage),
    ):
        await send(broker, a_cancelled_order(1))
        await eventually(lambda: orders.applied == [1])
        assert outage.refusal is None
        await delete_queue(broker, queue)
        await eventually(lambda: f"no queue '{queue}'" in (outage.refusal or ""))
        await declare_queues(broker, SERVICE, OrderCancelled)
        await send(broker, a_cancelled_order(2))
        await eventually(lambda: orders.applied == [1, 2])
        await eventually(lambda: outage.refusal is None)


async def test_consuming_goes_on_when_the_broker_is_back(
    database: Database, amqp_url: str, broker: Broker
) -> None:
    orders = Orders()

    def is_applied(number: int) -> bool:
        return number in orders.applied

    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with (
        Gate.before(amqp_url) as gate,
        a_broker(gate.url, broker.topology.prefix) as shaky,
        consuming(database, shaky, on(OrderCancelled, orders)),
    ):
        for number in range(5):
            await send(broker, a_cancelled_order(number))
            await eventually(partial(is_applied, number))
            gate.shut()
            gate.open()
    assert orders.applied == list(range(5))


async def test_a_new_service_hears_what_was_published_before_it_had_a_queue(
    database: Database, broker: Broker
) -> None:
    orders = Orders()
    await send(broker, a_created_order(1), a_cancelled_order(2), a_cancelled_order(3))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: orders.applied == [2, 3])


async def test_a_service_that_has_its_queue_does_not_hear_the_history_again(
    database: Database, broker: Broker
) -> None:
    orders = Orders()
    await send(broker, a_cancelled_order(1))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: orders.applied == [1])
    await database.execute("delete from inbox")
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, a_cancelled_order(2))
        await eventually(lambda: 2 in orders.applied)
    assert orders.applied == [1, 2]


async def test_two_consumers_compete_and_each_event_acts_once(
    database: Database, common_database_url: str, broker: Broker
) -> None:
    orders = Orders()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with (
        a_database(common_database_url) as second,
        consuming(database, broker, on(OrderCancelled, orders)),
        consuming(second, broker, on(OrderCancelled, orders)),
    ):
        envelopes = [an_envelope(a_cancelled_order(number)) for number in range(400)]
        await send(broker, *envelopes, *envelopes)
        await eventually(lambda: len(orders.applied) == 400)
        await eventually(lambda: nothing_waits(broker))
    assert sorted(orders.applied) == list(range(400))


class Held:
    """A handler that does not end before it is let go."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.let_go = asyncio.Event()
        self.ids: list[int] = []

    async def __call__(self, tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        """Wait to be let go."""
        self.entered.set()
        await self.let_go.wait()
        self.ids += [received.event.order_id for received in events]


async def test_a_cancelled_consumer_finishes_its_batch_and_takes_nothing_new(
    database: Database, broker: Broker
) -> None:
    held = Held()
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    await send(broker, a_cancelled_order(1))
    consumer = asyncio.ensure_future(run_consumer(SERVICE, database, broker, [on(OrderCancelled, held)]))
    await held.entered.wait()
    await send(broker, a_cancelled_order(2))
    consumer.cancel()
    held.let_go.set()
    await asyncio.wait([consumer])
    assert consumer.cancelled()
    assert held.ids == [1]
    assert await taken_in(database) == 1
    await eventually(lambda: one_waits(broker))


async def one_waits(broker: Broker) -> bool:
    return await queued(broker) == 1


async def test_a_handler_may_publish(database: Database, broker: Broker) -> None:
    async def answer(tx: Transaction, events: Sequence[Received[OrderCreated]]) -> None:
        for received in events:
            tx.publish(a_cancelled_order(received.event.order_id), subject=received.subject)

    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCreated, answer)):
        await send(broker, a_created_order(5))
        await eventually(lambda: taken_in(database))
    assert await database.fetch_value("select type from outbox") == "sales.order_cancelled.v1"


async def test_the_outcome_of_each_event_is_counted(database: Database, broker: Broker) -> None:
    def counted(outcome: str) -> float:
        return sample("events_consumed_total", type="sales.order_cancelled.v1", outcome=outcome)

    before = {outcome: counted(outcome) for outcome in ("applied", "duplicate", "retried", "dead")}
    orders = Orders(failing={1: ValueError("never")})
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    good = an_envelope(a_cancelled_order(2))
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await send(broker, a_cancelled_order(1), good, good)
        await eventually(lambda: counted("dead") > before["dead"])
    assert {outcome: counted(outcome) - count for outcome, count in before.items()} == {
        "applied": 1,
        "duplicate": 1,
        "retried": 2,
        "dead": 1,
    }


async def test_the_time_until_an_event_is_applied_is_measured(database: Database, broker: Broker) -> None:
    before = sample("consumer_lag_seconds_count")
    await declare_queues(broker, SERVICE, OrderCancelled, OrderCreated)
    async with consuming(database, broker, on(OrderCancelled, Orders())):
        await send(broker, a_cancelled_order(1), a_cancelled_order(2))
        await eventually(lambda: sample("consumer_lag_seconds_count") == before + 2)
