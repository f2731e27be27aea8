"""Prints the shop's paid orders, one a line: event id and amount.

pip install aio-pika
AMQP_URL=amqp://erp:PASSWORD@broker.example/ QUEUE=erp python subscriber.py
"""

import asyncio
import json
import os
import sys

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

PAID = "sales.order_paid.v1"
BATCH = "application/cloudevents-batch+json"
seen: set[str] = set()  # of the work that you do, keep the ids in your database, in the same transaction


def paid_orders(message: AbstractIncomingMessage) -> list[tuple[str, str]]:
    """Event id and amount of the orders in a message: it carries one event or a batch."""
    body = json.loads(message.body)
    events = body if message.content_type == BATCH else [body]
    return [(event["id"], event["data"]["final_amount"]) for event in events if event["type"] == PAID]


def print_once(event_id: str, amount: str) -> None:
    """Print an order, unless this event has come before."""
    if event_id not in seen:
        print(event_id, amount, flush=True)
        seen.add(event_id)


async def listen() -> None:
    """Read the queue until the connection is lost."""
    async with await aio_pika.connect(os.environ["AMQP_URL"], timeout=10) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=20)
        queue = await channel.get_queue(os.environ["QUEUE"], ensure=False)
        async with queue.iterator() as messages:
            async for message in messages:
                try:
                    orders = paid_orders(message)
                except (ValueError, KeyError, TypeError):
                    await message.reject()  # into the dead letters: it could not be read the next time either
                    continue
                for order in orders:
                    print_once(*order)
                await message.ack()  # after the work: if this program dies before, the message comes again


async def main() -> None:
    """Listen, and connect again when the connection is lost."""
    while True:
        [ended] = await asyncio.gather(listen(), return_exceptions=True)
        print(f"no connection, next attempt in 2 s: {ended!r}", file=sys.stderr)
        await asyncio.sleep(2)


asyncio.run(main())
