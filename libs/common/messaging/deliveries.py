"""A buffer of delivered messages, handed out in batches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from libs.common.errors import Unavailable
from libs.common.messaging.broker import FAILURES
from libs.common.messaging.pace import Pace
from libs.common.messaging.topology import ANSWER_SECONDS

CANCEL_SECONDS = 2


class Deliveries:
    """The unacknowledged messages of one queue on one channel, in the order of arrival."""

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self._buffer: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._tag: str | None = None

    async def start(self, arguments: dict[str, Any] | None) -> None:
        """Start consuming; for a stream, `arguments` name the position."""
        self._queue.channel.close_callbacks.add(self._ended)
        underlay = await self._queue.channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(self._ended)
        self._tag = await self._queue.consume(self._buffer.put, arguments=arguments, timeout=ANSWER_SECONDS)

    async def stop(self) -> None:
        """Stop consuming; the messages in the buffer go back when the channel closes."""
        if self._tag is not None:
            tag, self._tag = self._tag, None
            with suppress(*FAILURES):  # a broken channel delivers nothing
                await self._queue.cancel(tag, timeout=CANCEL_SECONDS)

    async def batch(self, size_max: int, pace: Pace | None = None) -> list[AbstractIncomingMessage]:
        """Wait for a message and take all that have arrived, at that pace; a full batch does not wait.

        Raises `Unavailable` if no more can arrive.
        """
        messages = [self._taken(await self._buffer.get())]
        if pace and self._buffer.qsize() + 1 < size_max:
            await pace.keep()
        while len(messages) < size_max and not self._buffer.empty():
            messages.append(self._taken(self._buffer.get_nowait()))
        return messages

    def _ended(self, *_: object) -> None:
        self._buffer.put_nowait(None)

    @staticmethod
    def _taken(message: AbstractIncomingMessage | None) -> AbstractIncomingMessage:
        if message is None:
            raise Unavailable("broker")
        return message


@asynccontextmanager
async def deliveries_of(
    queue: AbstractQueue, *, arguments: dict[str, Any] | None = None
) -> AsyncIterator[Deliveries]:
    """Deliveries from a queue, stopped at the end of the block."""
    deliveries = Deliveries(queue)
    await deliveries.start(arguments)
    try:
        yield deliveries
    finally:
        await deliveries.stop()
