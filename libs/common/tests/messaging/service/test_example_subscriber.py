"""The program in examples/subscriber hears every paid order, with the login that the command has made."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest

from libs.common.contracts.sales import OrderPaid
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.letters import Chosen, list_dead_letters
from libs.common.messaging.management import connected_management
from libs.common.messaging.subscribing import disconnect
from libs.common.tests.messaging.builders import (
    NOON,
    a_created_order,
    an_envelope,
    send,
    send_together,
)
from libs.common.tests.messaging.subscribing import Subscribers
from libs.testing.broker_logins import Login
from libs.testing.waiting import eventually

PROGRAM = Path(__file__).parents[5] / "examples" / "subscriber" / "subscriber.py"
LINES_MAX = 60
LINE_SECONDS = 20


def a_paid_order(number: int) -> Envelope:
    """An order of so many pesos."""
    amount = Decimal(number).quantize(Decimal("0.01"))
    order = OrderPaid(
        order_uuid=uuid4(),
        order_id=number,
        ticket_folio=f"T-{number}",
        channel="POS",
        user_id=7,
        payment_method="CASH",
        subtotal=amount,
        total_tax=Decimal(0),
        final_amount=amount,
        money_saved_total=Decimal(0),
        lines=(),
        paid_at=NOON,
    )
    return an_envelope(order)


class Running:
    """The program while it runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        self._process, self._out = process, process.stdout

    async def lines(self, number: int) -> list[str]:
        """The next lines that it prints."""
        async with asyncio.timeout(LINE_SECONDS):
            return [(await self._out.readline()).decode().strip() for _ in range(number)]

    async def kill(self) -> list[str]:
        """End it at once; the lines that it had printed and nobody had read, the last may be cut off."""
        self._process.kill()
        await self._process.wait()
        return (await self._out.read()).decode().splitlines()


@asynccontextmanager
async def the_program(login: Login, broker: Broker) -> AsyncIterator[Running]:
    """The program with a subscriber's login, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        env={"AMQP_URL": login.url, "QUEUE": broker.topology.queue("erp")},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def login(subscribers: Subscribers) -> Login:
    return await subscribers.add("erp", "sales.#")


def printed(envelope: Envelope, number: int) -> str:
    return f"{envelope.id} {number}.00"


async def test_paid_orders_are_printed_alone_and_in_batches(login: Login, broker: Broker) -> None:
    envelopes = [a_paid_order(number) for number in (1, 2, 3)]
    async with the_program(login, broker) as program:
        await send(broker, envelopes[0], an_envelope(a_created_order()))
        await send_together(broker, *envelopes[1:])
        lines = await program.lines(3)
    assert lines == [printed(envelope, number) for number, envelope in enumerate(envelopes, start=1)]


async def test_an_event_that_comes_twice_is_printed_once(login: Login, broker: Broker) -> None:
    first, last = a_paid_order(1), a_paid_order(2)
    async with the_program(login, broker) as program:
        await send(broker, first, first, last)
        assert await program.lines(2) == [printed(first, 1), printed(last, 2)]


async def test_what_it_cannot_read_is_a_dead_letter_and_the_next_order_is_printed(
    login: Login, broker: Broker
) -> None:
    bodies = [b"no JSON", b'{"type": "sales.order_paid.v1"}', b"[1]", b"null"]
    async with the_program(login, broker) as program:
        async with broker.channel() as channel:
            exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
            for body in bodies:
                await exchange.publish(aio_pika.Message(body), "sales.order_paid.v1")
        await send(broker, order := a_paid_order(1))
        assert await program.lines(1) == [printed(order, 1)]

        async def dead() -> bool:
            return len(await list_dead_letters(broker, Chosen("erp"))) == len(bodies)

        await eventually(dead)


async def test_nothing_is_lost_when_it_is_killed_and_started_again(login: Login, broker: Broker) -> None:
    envelopes = [a_paid_order(number) for number in range(1, 301)]
    expected = {printed(envelope, number) for number, envelope in enumerate(envelopes, start=1)}
    await send(broker, *envelopes[:200])
    async with the_program(login, broker) as program:
        before = await program.lines(50) + await program.kill()
    await send(broker, *envelopes[200:])
    after: set[str] = set()
    async with the_program(login, broker) as program:
        while not expected <= after | set(before):
            after.update(await program.lines(1))
    assert after <= expected


async def test_it_connects_again_when_its_connection_is_lost(
    login: Login, broker: Broker, subscribers: Subscribers
) -> None:
    async with the_program(login, broker) as program:
        await send(broker, first := a_paid_order(1))
        assert await program.lines(1) == [printed(first, 1)]
        async with connected_management(subscribers.settings) as api:
            await disconnect(api, broker.topology, "erp")
        await send(broker, second := a_paid_order(2))
        assert await program.lines(1) == [printed(second, 2)]


def test_it_is_short_and_uses_nothing_of_ours() -> None:
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) <= LINES_MAX
    assert {line for line in lines if line.startswith(("import ", "from "))} == {
        "import asyncio",
        "import json",
        "import os",
        "import sys",
        "import aio_pika",
        "from aio_pika.abc import AbstractIncomingMessage",
    }
