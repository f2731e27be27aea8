"""Published events can be read again and replayed to one service."""

import asyncio
import os
import sys
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aio_pika import Message
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.clock import Clock, system_clock
from libs.common.commands import CommandFailed
from libs.common.contracts.event import CONTENT_TYPE
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.inbox import on
from libs.common.messaging.past import read_history, read_printed, replay
from libs.common.messaging.selections import Wanted
from libs.common.messaging.topology import Arguments
from libs.common.tests.messaging.builders import (
    a_cancelled_order,
    a_created_order,
    an_envelope,
    declare_queues,
    send,
    send_together,
)
from libs.common.tests.messaging.consuming import SERVICE, Orders, consuming, dead, nothing_waits
from libs.common.tests.messaging.operating import begun, run_command
from libs.testing.waiting import eventually

command = partial(run_command, "history")


async def subjects(broker: Broker, wanted: Wanted) -> list[str]:
    async with aclosing(read_history(broker, wanted)) as batches:
        return [event.subject async for events in batches for event in events]


async def test_the_history_keeps_what_was_published_in_order(broker: Broker) -> None:
    await send(broker, *(an_envelope(a_created_order(), subject=f"order/{number}") for number in range(500)))
    assert await subjects(broker, Wanted()) == [f"order/{number}" for number in range(500)]


async def test_the_history_reads_batches_by_event(broker: Broker) -> None:
    early, late = [
        replace(
            an_envelope(a_created_order(), subject=f"order/{number}"),
            time=system_clock() - timedelta(hours=age),
        )
        for number, age in ((1, 2), (2, 0))
    ]
    other = an_envelope(a_cancelled_order(), subject="order/3")
    await send_together(broker, early, other, late)
    assert await subjects(broker, Wanted()) == ["order/1", "order/2", "order/3"]
    assert await subjects(broker, Wanted(since=system_clock() - timedelta(hours=1))) == ["order/2"]
    assert await subjects(broker, Wanted(subjects=["order/1"])) == ["order/1"]


async def test_the_history_is_read_by_type_and_subject(broker: Broker) -> None:
    await send(
        broker,
        an_envelope(a_created_order(), subject="order/1"),
        an_envelope(a_cancelled_order(), subject="order/2"),
        an_envelope(a_cancelled_order(), subject="order/3"),
    )
    wanted = Wanted(types=[OrderCancelled.event_type], subjects=["order/1", "order/2"])
    assert await subjects(broker, wanted) == ["order/2"]


async def test_the_history_is_read_from_a_time_on(broker: Broker) -> None:
    now = system_clock()
    early = replace(an_envelope(a_created_order(), subject="order/1"), time=now - timedelta(hours=2))
    late = replace(an_envelope(a_created_order(), subject="order/2"), time=now)
    await send(broker, early, late)
    assert await subjects(broker, Wanted(since=now - timedelta(hours=1))) == ["order/2"]


async def test_the_history_is_read_until_a_time(broker: Broker) -> None:
    now = system_clock()
    events = [
        replace(an_envelope(a_created_order(), subject=f"order/{age}"), time=now - timedelta(hours=age))
        for age in (3, 2, 1)
    ]
    late = replace(an_envelope(a_created_order(), subject="order/late"), time=now - timedelta(hours=3))
    await send(broker, *events, late)
    until = now - timedelta(hours=2)
    assert await subjects(broker, Wanted(until=until)) == ["order/3", "order/late"]
    assert await subjects(broker, Wanted(since=until, until=now - timedelta(hours=1))) == ["order/2"]


async def test_the_history_is_read_by_patterns(broker: Broker) -> None:
    await send(
        broker,
        an_envelope(a_created_order(), subject="order/1"),
        an_envelope(a_cancelled_order(), subject="order/2"),
        an_envelope(a_cancelled_order(), subject="cart/3"),
    )
    assert await subjects(broker, Wanted(types=["sales.*.v1"], subjects=["order/*"])) == [
        "order/1",
        "order/2",
    ]
    assert await subjects(broker, Wanted(types=["#.order_cancelled.v1"])) == ["order/2", "cart/3"]
    assert await subjects(broker, Wanted(types=["catalog.#"])) == []


async def test_a_service_whose_clock_is_ahead_of_the_brokers_is_not_missed(broker: Broker) -> None:
    ahead = system_clock() + timedelta(seconds=20)
    await send(broker, replace(an_envelope(a_created_order(), subject="order/ahead"), time=ahead))
    assert await subjects(broker, Wanted(since=ahead - timedelta(seconds=1))) == ["order/ahead"]


async def test_an_empty_history_ends(broker: Broker) -> None:
    assert await subjects(broker, Wanted()) == []


async def test_what_is_older_than_30_days_is_not_replayed(broker: Broker) -> None:
    await send(broker, a_created_order())

    def a_month_later() -> datetime:
        return system_clock() + timedelta(days=31)

    async with aclosing(read_history(broker, Wanted(), clock=a_month_later)) as batches:
        assert [event async for events in batches for event in events] == []


async def test_a_replay_reaches_one_service_alone(broker: Broker) -> None:
    await send(broker, a_created_order(1), a_cancelled_order(1))
    await declare_queues(broker, "analytics", OrderCreated)
    await declare_queues(broker, "catalog", OrderCreated)
    wanted = Wanted(types=[OrderCreated.event_type])
    assert await replay(broker, read_history(broker, wanted), "analytics") == 1
    assert [await queued(broker, service) for service in ("analytics", "catalog")] == [1, 0]


async def test_one_event_out_of_a_batch_is_replayed_alone(broker: Broker) -> None:
    envelopes = [an_envelope(a_created_order(number), subject=f"order/{number}") for number in range(5)]
    await send_together(broker, *envelopes)
    await declare_queues(broker, "analytics", OrderCreated)
    assert await replay(broker, read_history(broker, Wanted(subjects=["order/3"])), "analytics") == 1
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue("analytics"), passive=True)
        replayed = await queue.get()
    assert (replayed.body, replayed.content_type) == (envelopes[3].to_json(), CONTENT_TYPE)


async def test_what_was_published_together_is_replayed_together(broker: Broker) -> None:
    await send_together(broker, *(a_created_order(number) for number in range(5)))
    await declare_queues(broker, "analytics", OrderCreated)
    assert await replay(broker, read_history(broker, Wanted()), "analytics") == 5
    assert await queued(broker, "analytics") == 1


async def test_a_replay_to_a_queue_that_is_not_there_is_refused(broker: Broker) -> None:
    await send(broker, a_created_order(1))
    with pytest.raises(CommandFailed, match=r"there is no queue .*partner: "):
        await replay(broker, read_history(broker, Wanted()), "partner")


async def test_a_replay_to_a_queue_that_is_full_says_so(broker: Broker) -> None:
    await send(broker, *(a_created_order(number) for number in range(3)))
    full: Arguments = {"x-max-length": 1, "x-overflow": "reject-publish"}
    async with broker.channel() as channel:
        topology = broker.topology
        own = await channel.declare_exchange(topology.own_exchange("partner"), "direct", durable=True)
        queue = await channel.declare_queue(topology.queue("partner"), durable=True, arguments=full)
        await queue.bind(own, routing_key=queue.name)
        await own.publish(Message(b"one"), queue.name)
    with pytest.raises(CommandFailed, match="takes no more after 0 events"):
        await replay(broker, read_history(broker, Wanted()), "partner")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three events, as the command has printed them."""
    events = [
        replace(an_envelope(a_created_order(), subject=f"order/{number}"), time=system_clock())
        for number in range(3)
    ]
    (tmp_path / "events.jsonl").write_bytes(b"".join(event.to_json() + b"\n" for event in events))
    return tmp_path / "events.jsonl"


async def test_printed_events_are_read_like_the_history(file: Path) -> None:
    async def read(wanted: Wanted, clock: Clock = system_clock) -> list[str]:
        async with aclosing(read_printed(file, wanted, clock=clock)) as batches:
            return [event.subject async for events in batches for event in events]

    assert await read(Wanted()) == ["order/0", "order/1", "order/2"]
    assert await read(Wanted(subjects=["order/1"])) == ["order/1"]
    assert await read(Wanted(until=system_clock() - timedelta(hours=1))) == []
    assert await read(Wanted(), clock=lambda: system_clock() + timedelta(days=31)) == []


async def test_a_service_ignores_what_it_does_not_listen_to_in_a_replay(
    database: Database, broker: Broker
) -> None:
    orders = Orders()
    await send(broker, a_cancelled_order(1), a_created_order(2), a_cancelled_order(3))
    await declare_queues(broker, SERVICE, OrderCancelled)
    assert await replay(broker, read_history(broker, Wanted()), SERVICE) == 3
    async with consuming(database, broker, on(OrderCancelled, orders)):
        await eventually(lambda: orders.applied == [1, 3])
        await eventually(lambda: nothing_waits(broker))
    assert not await dead(broker)


async def test_the_command_prints_envelopes_and_nothing_else(broker: Broker, amqp_url: str) -> None:
    event = an_envelope(a_created_order(1))
    await send(broker, event, a_cancelled_order(2))
    printed = await command(broker, amqp_url, "--type", "sales.order_created.*")
    assert printed == (0, event.to_json().decode() + "\n", "")


async def test_the_command_leaves_an_exchange_that_is_missing_to_those_who_bind_its_queues(
    broker: Broker, amqp_url: str
) -> None:
    async with broker.channel() as channel:
        await channel.exchange_delete(broker.topology.exchange)
    assert await command(broker, amqp_url) == (0, "", "")
    with pytest.raises(Unavailable, match="broker") as missing:
        async with broker.channel() as channel:
            await channel.get_exchange(broker.topology.exchange)
    assert isinstance(missing.value.__cause__, ChannelNotFoundEntity)


async def test_the_command_counts_without_replaying(broker: Broker, amqp_url: str) -> None:
    await send(broker, a_created_order(1), a_created_order(2), a_cancelled_order(2))
    await declare_queues(broker, "partner", OrderCreated)
    counted = await command(broker, amqp_url, "--to", "partner", "--type", "sales.#", "--dry-run")
    assert counted == (
        0,
        "         1  sales.order_cancelled.v1\n"
        "         2  sales.order_created.v1\n"
        "3 of 3 events would be replayed to partner\n",
        "",
    )
    assert await queued(broker, "partner") == 0


async def test_the_command_says_what_it_replayed(broker: Broker, amqp_url: str) -> None:
    await send(broker, a_created_order(1), a_cancelled_order(2))
    await declare_queues(broker, "partner", OrderCreated)
    replayed = await command(broker, amqp_url, "--to", "partner", "--type", "sales.order_created.v1")
    assert replayed == (0, "replayed 1 of 2 events to partner\n", "")


async def test_the_command_replays_what_it_has_printed(broker: Broker, amqp_url: str, file: Path) -> None:
    await declare_queues(broker, "partner", OrderCreated)
    replayed = await command(broker, amqp_url, "--from", str(file), "--to", "partner")
    assert replayed == (0, "replayed 3 of 3 events to partner\n", "")
    assert await queued(broker, "partner") == 1, "three events in one message"


@pytest.mark.parametrize("content", [None, b"no event\n"], ids=("missing", "another"))
async def test_the_command_says_in_a_line_that_a_file_has_no_events(
    broker: Broker, amqp_url: str, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "events.jsonl"
    if content:
        file.write_bytes(content)
    status, out, err = await command(broker, amqp_url, "--from", str(file))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "events.jsonl is no file of events" in err


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
async def test_the_command_says_in_a_line_that_there_is_no_such_queue(
    broker: Broker, amqp_url: str, more: list[str]
) -> None:
    status, out, err = await command(broker, amqp_url, "--to", "partnre", *more)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "there is no queue" in err
    assert "partnre" in err


async def test_the_command_refuses_what_is_no_type(broker: Broker, amqp_url: str) -> None:
    status, _, err = await command(broker, amqp_url, "--type", "sales.order*")
    assert status == 2
    assert "sales.order* is no type: words and dots" in err


async def test_the_command_refuses_a_time_range_that_ends_before_it_begins(
    broker: Broker, amqp_url: str
) -> None:
    status, _, err = await command(broker, amqp_url, "--since", "1h", "--until", "2h")
    assert status == 2
    assert "--until must be later than --since" in err


async def queued(broker: Broker, service: str) -> int | None:
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue(service), passive=True)
        return queue.declaration_result.message_count


async def test_a_reader_that_has_enough_ends_the_command_quietly(broker: Broker, amqp_url: str) -> None:
    await send(broker, *(an_envelope(a_created_order(), subject=f"order/{number}") for number in range(200)))
    reading, writing = os.pipe()
    os.close(reading)
    assert await ended(broker, amqp_url, stdout=writing) == (0, b"")


async def test_a_full_disk_ends_the_command_in_a_line(broker: Broker, amqp_url: str) -> None:
    await send(broker, an_envelope(a_created_order()))
    full = os.open("/dev/full", os.O_WRONLY)
    assert await ended(broker, amqp_url, stdout=full) == (1, b"No space left on device\n")


async def ended(broker: Broker, amqp_url: str, *, stdout: int) -> tuple[int | None, bytes]:
    """The command's exit status and what it says on stderr; `stdout` is closed afterwards."""
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "libs.common.messaging.history"),
        env={"AMQP_URL": amqp_url, "AMQP_PREFIX": broker.topology.prefix},
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(stdout)
    _, said = await command.communicate()
    return command.returncode, said


async def test_a_command_says_what_it_waits_for(amqp_prefix: str) -> None:
    reading = await begun("history", "amqp://127.0.0.1:1/", amqp_prefix)
    assert reading.stderr
    async with asyncio.timeout(30):
        said = await reading.stderr.readline()
    reading.kill()
    await reading.communicate()
    assert said == b"RabbitMQ does not answer; it is tried for 10 s\n"
