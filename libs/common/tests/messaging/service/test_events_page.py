"""The subscriber in docs/events.md hears what it says it hears."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from libs.common.contracts.sales import OrderPaid
from libs.common.messaging.broker import Broker
from libs.common.messaging.topology import exists
from libs.common.tests.messaging.builders import NOON, an_envelope, send, send_together

Eventually = Callable[..., Awaitable[Any]]

PAGE = Path(__file__).parents[5] / "docs" / "events.md"


def example(amqp_url: str, prefix: str) -> str:
    """The program on the page, at another broker."""
    program: str
    [program] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    for there, here in (
        ('"amqp://partner:...@broker.example/"', repr(amqp_url)),
        ('"partner.sales"', repr(f"{prefix}partner.sales")),
        ('bind("events"', f'bind("{prefix}events"'),
    ):
        assert there in program
        program = program.replace(there, here)
    return program


def a_paid_order(final_amount: str) -> OrderPaid:
    """An order of that amount."""
    amount = Decimal(final_amount)
    return OrderPaid(
        order_uuid=uuid4(),
        order_id=1,
        ticket_folio="T-1",
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


async def test_the_example_hears_events_alone_and_in_batches(
    broker: Broker, amqp_url: str, eventually: Eventually
) -> None:
    envelopes = [an_envelope(a_paid_order(amount)) for amount in ("1.00", "2.00", "3.00")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", example(amqp_url, broker.topology.prefix), stdout=asyncio.subprocess.PIPE
    )
    try:
        await eventually(lambda: listens(broker), timeout=20)
        await send(broker, envelopes[0])
        await send_together(broker, *envelopes[1:])
        assert process.stdout
        async with asyncio.timeout(20):
            lines = [(await process.stdout.readline()).decode() for _ in envelopes]
    finally:
        process.kill()
        await process.wait()
    assert lines == [f"{envelope.id} {number}.00\n" for number, envelope in enumerate(envelopes, start=1)]


async def listens(broker: Broker) -> bool:
    """Does the example consume? It binds its queue before that."""
    queue_name = f"{broker.topology.prefix}partner.sales"
    async with broker.channel() as channel:
        if not await exists(channel, queue_name):
            return False
    async with broker.channel() as channel:
        queue = await channel.declare_queue(queue_name, passive=True)
        return bool(queue.declaration_result.consumer_count)
