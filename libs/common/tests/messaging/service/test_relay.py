"""Committed events are published, and leave the outbox only then."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson
import psycopg
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import PublishError

from libs.common.clock import system_clock
from libs.common.context import traceparent
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import BATCH_CONTENT_TYPE, CONTENT_TYPE
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging import relay
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import split
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.pace import Pace
from libs.common.messaging.relay import publish_batch, run_relay
from libs.common.tests.messaging.builders import a_cancelled_order, a_created_order, publish
from libs.common.tests.messaging.gate import Gate, is_away
from libs.common.tests.messaging.loops import a_broker, a_database, running
from libs.testing.clock import FakeClock
from libs.testing.metrics import counts, sample
from libs.testing.waiting import eventually


async def outbox_is_empty(database: Database) -> bool:
    return await waiting(database) == 0


async def waiting(database: Database) -> int:
    count: int = await database.fetch_value("select count(*) from outbox")
    return count


async def heard(broker: Broker, count: int) -> list[AbstractIncomingMessage]:
    """The first messages of the history, until they carry `count` different events."""
    messages: list[AbstractIncomingMessage] = []
    async with broker.channel(prefetch=500) as channel, asyncio.timeout(20):
        stream = await channel.get_queue(broker.topology.history, ensure=False)
        async with deliveries_of(stream, arguments={"x-stream-offset": "first"}) as deliveries:
            while len({event["id"] for event in events_of(messages)}) < count:
                messages += await deliveries.batch(500)
                await messages[-1].ack(multiple=True)
    return messages


def events_of(messages: Iterable[AbstractIncomingMessage]) -> list[dict[str, Any]]:
    return [
        orjson.loads(envelope)
        for message in messages
        for envelope in split(message.body, message.content_type)
    ]


def order_ids(messages: Iterable[AbstractIncomingMessage]) -> list[int]:
    return [event["data"]["order_id"] for event in events_of(messages)]


async def test_a_published_row_leaves_the_outbox(database: Database, broker: Broker, outbox: Outbox) -> None:
    async with running(run_relay(database, broker, outbox)):
        await publish(database, a_cancelled_order(41), a_cancelled_order(42))
        await eventually(lambda: outbox_is_empty(database))
        assert order_ids(await heard(broker, 2)) == [41, 42]


async def test_a_message_carries_its_envelope(database: Database, broker: Broker, outbox: Outbox) -> None:
    trace = traceparent.set("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    await publish(database, a_cancelled_order(7))
    traceparent.reset(trace)
    async with running(run_relay(database, broker, outbox)):
        [message] = await heard(broker, 1)
    members = orjson.loads(message.body)
    assert (message.type, message.message_id, message.app_id) == (members["type"], members["id"], "sales")
    assert message.content_type == CONTENT_TYPE
    assert members["subject"] == "order/7"
    assert members["traceparent"] == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_events_of_a_type_share_a_message(database: Database, broker: Broker, outbox: Outbox) -> None:
    cancelled, created = [a_cancelled_order(number) for number in range(3)], a_created_order(9)
    await publish(database, cancelled[0], created, *cancelled[1:])
    async with running(run_relay(database, broker, outbox)):
        messages = await heard(broker, 4)
    assert [(message.routing_key, message.content_type) for message in messages] == [
        ("sales.order_cancelled.v1", BATCH_CONTENT_TYPE),
        ("sales.order_created.v1", CONTENT_TYPE),
    ]
    assert [message.type for message in messages] == [message.routing_key for message in messages]
    assert order_ids(messages) == [0, 1, 2, 9]


async def test_sequences_rise_in_the_order_of_publication(
    database: Database, broker: Broker, outbox: Outbox
) -> None:
    await publish(database, *(a_cancelled_order(number) for number in range(50)))
    await publish(database, *(a_cancelled_order(number) for number in range(50, 100)))
    async with running(run_relay(database, broker, outbox)):
        messages = await heard(broker, 100)
    sequences = [event["sequence"] for event in events_of(messages)]
    assert order_ids(messages) == list(range(100))
    assert sequences == sorted(sequences)


async def test_a_commit_wakes_the_relay_of_its_process(
    database: Database, broker: Broker, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "POLL_SECONDS", 3600)
    async with running(run_relay(database, broker, outbox)):
        for number in range(3):
            await publish(database, a_cancelled_order(number))
            await eventually(lambda: outbox_is_empty(database))


async def test_a_backlog_does_not_keep_the_pace(
    database: Database, broker: Broker, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "Pace", partial(Pace, per_second=1 / 3600))
    await publish(database, *(a_cancelled_order(number) for number in range(20 * relay.BATCH_MAX)))
    async with running(run_relay(database, broker, outbox)):
        await eventually(lambda: outbox_is_empty(database))


async def test_what_another_process_left_is_found_without_being_woken(
    database: Database, common_database_url: str, broker: Broker, outbox: Outbox
) -> None:
    async with running(run_relay(database, broker, outbox)), a_database(common_database_url) as elsewhere:
        await publish(elsewhere, a_cancelled_order())
        await eventually(lambda: outbox_is_empty(database))


async def test_a_transaction_that_fails_publishes_nothing(database: Database) -> None:
    async def cancel_and_fail() -> None:
        async with database.transaction() as tx:
            tx.publish(a_cancelled_order(), subject="order/1")
            await tx.execute("select 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        await cancel_and_fail()
    assert await outbox_is_empty(database)


async def test_a_service_may_not_publish_what_another_owns(database: Database) -> None:
    event = CustomerChanged(customer_id=1, first_name="", last_name="", phone_number="", is_frequent=False)
    with pytest.raises(AssertionError, match=r"sales may not publish customers\.customer_changed\.v1"):
        async with database.transaction() as tx:
            tx.publish(event, subject="customer/1")


async def test_a_row_stays_while_the_broker_is_away_and_goes_when_it_is_back(
    database: Database, outbox: Outbox, amqp_url: str, amqp_prefix: str
) -> None:
    async with (
        Gate.before(amqp_url) as gate,
        a_broker(gate.url, amqp_prefix) as broker,
        running(run_relay(database, broker, outbox)),
    ):
        gate.shut()
        await publish(database, a_cancelled_order(1))
        await eventually(lambda: is_away(broker))
        await publish(database, a_cancelled_order(2))
        assert await waiting(database) == 2

        gate.open()
        await eventually(lambda: outbox_is_empty(database))
        assert set(order_ids(await heard(broker, 2))) == {1, 2}


async def test_an_operator_sees_how_many_events_wait_and_for_how_long(
    common_database_url: str, amqp_url: str, amqp_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MEASURE_SECONDS", 0.05)
    clock = FakeClock()
    outbox = Outbox("sales", clock)

    def told() -> tuple[float, float]:
        return sample("outbox_depth"), sample("outbox_lag_seconds")

    async with (
        Gate.before(amqp_url) as gate,
        a_broker(gate.url, amqp_prefix) as broker,
        a_database(common_database_url, outbox) as database,
    ):
        gate.shut()
        await eventually(lambda: is_away(broker))
        await publish(database, a_cancelled_order(1))
        clock.advance(seconds=30)
        await publish(database, a_cancelled_order(2))
        clock.advance(seconds=10)
        async with running(run_relay(database, broker, outbox)):
            await eventually(lambda: told() == (2, 40))
            with counts("events_published_total", 2, type="sales.order_cancelled.v1"):
                gate.open()
                await eventually(lambda: told() == (0, 0))


async def test_the_relay_outlives_the_database_being_away(
    database: Database, common_database_url: str, broker: Broker
) -> None:
    outbox = Outbox("sales", system_clock)
    async with (
        Gate.before(common_database_url) as gate,
        a_database(gate.url, outbox) as behind_the_gate,
        running(run_relay(behind_the_gate, broker, outbox)),
    ):
        gate.shut()
        await eventually(lambda: is_away(behind_the_gate))
        await publish(database, a_cancelled_order(9))
        gate.open()
        await eventually(lambda: outbox_is_empty(database))


async def test_two_relays_share_an_outbox_and_publish_each_event_once(
    database: Database, common_database_url: str, broker: Broker, outbox: Outbox
) -> None:
    await publish(database, *(a_cancelled_order(number) for number in range(1_000)))
    async with (
        a_database(common_database_url) as second,
        running(run_relay(database, broker, outbox)),
        running(run_relay(second, broker, outbox)),
    ):
        await eventually(lambda: outbox_is_empty(database))
        assert sorted(order_ids(await heard(broker, 1_000))) == list(range(1_000))


async def test_nothing_is_lost_when_the_connection_breaks_again_and_again(
    database: Database, broker: Broker, outbox: Outbox, amqp_url: str
) -> None:
    await publish(database, *(a_cancelled_order(number) for number in range(2_000)))
    async with (
        Gate.before(amqp_url) as gate,
        a_broker(gate.url, broker.topology.prefix) as shaky,
        running(run_relay(database, shaky, outbox)),
    ):
        for left in (1_600, 1_000, 400):
            await eventually(partial(waiting_at_most, database, left))
            gate.shut()
            gate.open()
        await eventually(lambda: outbox_is_empty(database))
    assert set(order_ids(await heard(broker, 2_000))) == set(range(2_000))


async def waiting_at_most(database: Database, count: int) -> bool:
    return await waiting(database) <= count


async def test_an_exchange_that_somebody_deleted_is_made_again(
    database: Database, broker: Broker, outbox: Outbox
) -> None:
    async with running(run_relay(database, broker, outbox)):
        await publish(database, a_cancelled_order(1))
        await eventually(lambda: outbox_is_empty(database))
        async with broker.channel() as channel:
            await channel.exchange_delete(broker.topology.exchange)
        await publish(database, a_cancelled_order(2))
        await eventually(lambda: outbox_is_empty(database))
    assert order_ids(await heard(broker, 2)) == [1, 2]


async def test_an_event_that_no_queue_takes_stays_in_the_outbox(database: Database, broker: Broker) -> None:
    await publish(database, a_cancelled_order())
    async with broker.channel() as channel:
        nobody_listens = await channel.declare_exchange(f"{broker.topology.prefix}nobody", auto_delete=True)
        with pytest.raises(PublishError):
            await publish_batch(database, nobody_listens)
    assert await waiting(database) == 1


async def test_the_oldest_are_published_first_that_no_other_relay_has(
    database: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH_MAX", 1)
    await publish(database, *(a_cancelled_order(number) for number in (1, 2, 3)))
    await database.execute(
        "update outbox set subject = 'order/01' where subject = 'order/1'"
    )  # now its last row
    async with broker.channel() as channel:
        exchange = await broker.exchange(channel)
        async with database.transaction() as another:
            await another.execute("select from outbox where subject = 'order/01' for update")
            assert await publish_batch(database, exchange) == 1
        assert await publish_batch(database, exchange) == 1
    assert await database.fetch_values("select subject from outbox") == ["order/3"]


async def test_what_the_broker_does_not_confirm_in_time_stays_in_the_outbox(
    database: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PUBLISH_SECONDS", 0)
    await publish(database, a_cancelled_order())
    with pytest.raises(Unavailable):
        async with broker.channel() as channel:
            await publish_batch(database, await broker.exchange(channel))
    assert await waiting(database) == 1
