"""Tries what a login may do at a broker."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused

Use = Callable[[AbstractChannel], Awaitable[object]]


@dataclass(frozen=True)
class Login:
    """One login's channel to the broker, new for each use: a refusal closes it."""

    url: str

    async def may(self, use: Use) -> bool:
        """Whether the broker lets the login do this."""
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            try:
                await use(channel)
            except ChannelAccessRefused:
                return False
            return True


def published(routing_key: str, exchange: str) -> Use:
    """Publish a message; without an exchange's name, to the default exchange."""

    async def publish(channel: AbstractChannel) -> None:
        to = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        await to.publish(aio_pika.Message(b"{}"), routing_key=routing_key)

    return publish


def read(queue: str, arguments: Mapping[str, Any] | None = None) -> Use:
    """Begin to consume a queue, and stop; what comes goes back."""

    async def consume(channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=1)
        found = await channel.get_queue(queue, ensure=False)
        await found.cancel(await found.consume(_left, arguments=dict(arguments or {})))

    return consume


def bound(queue: str, exchange: str, routing_key: str) -> Use:
    """Bind a queue that is there."""

    async def bind(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).bind(exchange, routing_key)

    return bind


async def _left(_: AbstractIncomingMessage) -> None:
    """Do nothing with a message: it goes back when its channel ends."""
