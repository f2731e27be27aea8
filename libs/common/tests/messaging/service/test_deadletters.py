"""Dead letters can be seen, shown, given back and discarded."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aio_pika import Message

from libs.common.contracts.sales import OrderCancelled
from libs.common.db.database import Database, Transaction
from libs.common.messaging.broker import Broker
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import on
from libs.common.messaging.letters import (
    Chosen,
    discard_dead_letters,
    list_dead_letters,
    replay_dead_letters,
)
from libs.common.messaging.messages import messages_of
from libs.common.messaging.setaside import ERROR_HEADER
from libs.common.messaging.topology import declare_dead_letters, subscriber_queue_arguments
from libs.common.tests.messaging.builders import (
    a_cancelled_order,
    an_envelope,
    declare_queues,
    send,
    send_together,
)
from libs.common.tests.messaging.consuming import SERVICE, dead_are
from libs.common.tests.messaging.loops import running
from libs.common.tests.messaging.operating import run_command
from libs.testing.waiting import eventually

command = partial(run_command, "deadletters")
TIMES = ("first failed", "last failed")


class Mendable:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.broken = True
        self.applied: list[int] = []

    async def __call__(self, tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        """Note the orders."""
        if self.broken:
            raise ValueError("broken")
        self.applied += [received.event.order_id for received in events]


@pytest.fixture
async def handler() -> Mendable:
    return Mendable()


@pytest.fixture
async def letters(database: Database, broker: Broker, handler: Mendable) -> Any:
    """Three dead letters, orders 1 to 3, and the consumer that made them."""
    subscriptions = [on(OrderCancelled, handler)]
    await declare_queues(broker, SERVICE, OrderCancelled)
    async with running(run_consumer(SERVICE, database, broker, subscriptions, retry_delays_seconds=())):
        envelopes = [an_envelope(a_cancelled_order(number)) for number in (1, 2, 3)]
        await send(broker, *envelopes)
        await eventually(lambda: dead_are(broker, 3))
        yield envelopes


async def test_listing_changes_nothing(broker: Broker, letters: Any) -> None:
    lists = [await list_dead_letters(broker, Chosen(SERVICE)) for _ in range(25)]
    assert [[letter.id for letter in letters_] for letters_ in lists] == [
        [str(envelope.id) for envelope in letters]
    ] * 25


async def test_replayed_letters_are_applied(broker: Broker, letters: Any, handler: Mendable) -> None:
    handler.broken = False
    assert await replay_dead_letters(broker, Chosen(SERVICE)) == 3
    await eventually(lambda: handler.applied == [1, 2, 3])
    assert await dead_are(broker, 0)


async def test_a_replayed_letter_starts_with_no_failures(broker: Broker, letters: Any) -> None:
    await replay_dead_letters(broker, Chosen(SERVICE))
    await eventually(lambda: dead_are(broker, 3))
    assert {letter.failures for letter in await list_dead_letters(broker, Chosen(SERVICE))} == {1}


async def test_one_letter_is_replayed_and_the_others_stay(
    broker: Broker, letters: Any, handler: Mendable
) -> None:
    handler.broken = False
    assert await replay_dead_letters(broker, Chosen(SERVICE, [str(letters[1].id)])) == 1
    await eventually(lambda: handler.applied == [2])
    assert await dead_are(broker, 2)


async def test_discarded_letters_are_gone(broker: Broker, letters: Any, handler: Mendable) -> None:
    assert await discard_dead_letters(broker, Chosen(SERVICE, [str(letters[0].id)])) == 1
    assert await dead_are(broker, 2)
    assert await discard_dead_letters(broker, Chosen(SERVICE)) == 2
    assert await dead_are(broker, 0)


async def test_letters_are_chosen_by_type(broker: Broker, letters: Any) -> None:
    assert await list_dead_letters(broker, Chosen(SERVICE, types=["catalog.#"])) == []
    assert await discard_dead_letters(broker, Chosen(SERVICE, types=["catalog.#", "sales.*.v2"])) == 0
    assert len(await list_dead_letters(broker, Chosen(SERVICE, types=["sales.#"]))) == 3
    assert await discard_dead_letters(broker, Chosen(SERVICE, types=["sales.order_cancelled.v1"])) == 3


async def test_letters_that_share_a_message_are_listed_and_taken_out_one_by_one(broker: Broker) -> None:
    envelopes = [an_envelope(a_cancelled_order(number)) for number in (1, 2, 3)]
    ids = [str(envelope.id) for envelope in envelopes]
    await declare_queues(broker, SERVICE, OrderCancelled)
    [together] = messages_of(envelopes)
    together.headers = {"x-first-death-reason": "delivery_limit"}  # as the broker sets a message aside
    async with broker.channel() as channel:
        await channel.default_exchange.publish(together, broker.topology.dead_letters(SERVICE))

    assert [letter.id for letter in await list_dead_letters(broker, Chosen(SERVICE))] == ids
    assert await discard_dead_letters(broker, Chosen(SERVICE, ids[:1])) == 1
    assert await replay_dead_letters(broker, Chosen(SERVICE, ids[1:2])) == 1
    [left] = await list_dead_letters(broker, Chosen(SERVICE))
    assert (left.id, left.body, left.error) == (ids[2], envelopes[2].to_json(), "delivery_limit")
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue(SERVICE), passive=True)
        replayed = await queue.get()
    assert replayed.body == envelopes[1].to_json()


async def test_what_a_subscriber_rejected_is_shown_and_given_back_to_it(broker: Broker) -> None:
    envelopes = [an_envelope(a_cancelled_order(number)) for number in (1, 2)]
    topology = broker.topology
    async with broker.channel() as channel:
        own = await channel.declare_exchange(topology.own_exchange("erp"), "direct", durable=True)
        arguments = subscriber_queue_arguments(topology, "erp")
        queue = await channel.declare_queue(topology.queue("erp"), durable=True, arguments=arguments)
        await queue.bind(own, routing_key=queue.name)
        await queue.bind(topology.exchange, routing_key="sales.#")
        await declare_dead_letters(channel, topology, "erp")
        await send_together(broker, *envelopes)
        await (await queue.get()).reject()

        letters = await eventually(lambda: list_dead_letters(broker, Chosen("erp")))
        assert [(letter.id, letter.error) for letter in letters] == [
            (str(envelope.id), "rejected") for envelope in envelopes
        ]
        assert all(letter.first_failed_at for letter in letters)
        assert await replay_dead_letters(broker, Chosen("erp", [str(envelopes[1].id)])) == 1
        assert await discard_dead_letters(broker, Chosen("erp")) == 1
        assert (await queue.get()).body == envelopes[1].to_json()


async def test_the_command_lists_as_json(broker: Broker, amqp_url: str, letters: Any) -> None:
    status, out, _ = await command(broker, amqp_url, "list", "--service", SERVICE, "--json")
    assert status == 0
    assert [orjson.loads(line)["error"] for line in out.splitlines()] == ["ValueError: broken"] * 3


async def test_the_command_shows_the_whole_event(broker: Broker, amqp_url: str, letters: Any) -> None:
    event_id = str(letters[1].id)
    status, out, _ = await command(broker, amqp_url, "show", "--service", SERVICE, "--id", event_id)
    head, brace, body = out.partition("{")
    assert status == 0
    assert orjson.loads(brace + body) == orjson.loads(letters[1].to_json())
    told = dict(line.split(":", 1) for line in head.splitlines())
    assert {name: value.strip() for name, value in told.items() if name not in TIMES} == {
        "id": event_id,
        "type": "sales.order_cancelled.v1",
        "failures": "1",
        "error": "ValueError: broken",
    }
    assert all(datetime.fromisoformat(told[name].strip()).tzinfo for name in TIMES)


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b"\x1b[2J\nand on", "\\x1b[2J\nand on"),
        (b'"\\u009b2J"', '"\\x9b2J"'),
        (b"[" * 400 + b"]" * 400, "[" * 400 + "]" * 400),
    ],
    ids=["no JSON", "JSON", "JSON that is nested too deep"],
)
async def test_what_a_letter_says_to_the_terminal_is_written_out(
    broker: Broker, amqp_url: str, body: bytes, written: str
) -> None:
    await declare_queues(broker, SERVICE, OrderCancelled)
    letter = Message(body, headers={ERROR_HEADER: "no \x1b[8mname\nreplayed 1"})
    async with broker.channel() as channel:
        await channel.default_exchange.publish(letter, broker.topology.dead_letters(SERVICE))
    _, listed, _ = await command(broker, amqp_url, "list", "--service", SERVICE)
    _, shown, _ = await command(broker, amqp_url, "show", "--service", SERVICE)
    assert listed.endswith("no \\x1b[8mname\\nreplayed 1\n")
    assert shown.endswith(f"no \\x1b[8mname\\nreplayed 1\n{written}\n")


async def test_the_command_says_that_a_letter_is_not_there(
    broker: Broker, amqp_url: str, letters: Any
) -> None:
    chosen = ("--id", str(letters[0].id), "--id", str(uuid4()))
    replayed = await command(broker, amqp_url, "discard", "--service", SERVICE, *chosen)
    assert replayed == (1, "discarded 1\n", f"1 of the ids are of no dead letter of {SERVICE}\n")


async def test_the_command_replays_by_type(
    broker: Broker, amqp_url: str, letters: Any, handler: Mendable
) -> None:
    handler.broken = False
    replayed = await command(broker, amqp_url, "replay", "--service", SERVICE, "--type", "sales.#")
    assert replayed == (0, "replayed 3\n", "")
    await eventually(lambda: handler.applied == [1, 2, 3])


async def test_the_command_discards_all(broker: Broker, amqp_url: str, letters: Any) -> None:
    status, out, _ = await command(broker, amqp_url, "discard", "--service", SERVICE, "--all")
    assert (status, out) == (0, "discarded 3\n")


async def test_the_command_says_that_there_is_no_such_service(broker: Broker, amqp_url: str) -> None:
    status, _, err = await command(broker, amqp_url, "replay", "--service", "catalogue", "--all")
    assert (status, err.count("\n")) == (1, 1)
    assert "catalogue.dead: the service listens to no event" in err
