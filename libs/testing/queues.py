"""Deletes the queues and exchanges that a test has declared at a shared broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import aio_pika
from aio_pika import ExchangeType
from aio_pika.abc import AbstractExchange, AbstractQueue
from aio_pika.channel import Channel


class Declared:
    """Queues and exchanges declared by this process."""

    def __init__(self) -> None:
        self.queues: set[str] = set()
        self.exchanges: set[str] = set()

    async def delete(self, url: str) -> None:
        """Delete all of them, used or not."""
        if not self.queues and not self.exchanges:
            return
        async with await aio_pika.connect(url) as connection, connection.channel() as channel:
            for queue in self.queues:
                await channel.queue_delete(queue)
            for exchange in self.exchanges:
                await channel.exchange_delete(exchange)


@contextmanager
def noting_declarations(prefix: str) -> Iterator[Declared]:
    """Record every declared queue and exchange whose name starts with `prefix`, anywhere in this process."""
    declared = Declared()
    declare_queue, declare_exchange = Channel.declare_queue, Channel.declare_exchange

    async def noted_queue(
        channel: Channel,
        name: str | None = None,
        **options: Any,
    ) -> AbstractQueue:
        queue = await declare_queue(channel, name, **options)
        # The broker deletes exclusive queues with their connection.
        if queue.name.startswith(prefix) and not options.get("exclusive"):
            declared.queues.add(queue.name)
        return queue

    async def noted_exchange(
        channel: Channel,
        name: str,
        kind: ExchangeType | str = ExchangeType.DIRECT,
        **options: Any,
    ) -> AbstractExchange:
        if name.startswith(prefix):
            declared.exchanges.add(name)
        return await declare_exchange(channel, name, kind, **options)

    with (
        patch.object(Channel, "declare_queue", noted_queue),
        patch.object(Channel, "declare_exchange", noted_exchange),
    ):
        yield declared
