"""Where does an event go that failed? Back after a growing delay, and in the end to the dead letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from libs.common.errors import DomainError, Unavailable
from libs.common.messaging.envelope import UnreadableEvent
from libs.common.messaging.topology import Topology

FAILURES_HEADER = "x-failures"
ERROR_HEADER = "x-error"
ERROR_LENGTH_MAX = 1_000
PUBLISH_SECONDS = 5

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def is_poison(error: Exception) -> bool:
    """Would the event fail the same way for ever? So does one that a rule refuses, or that cannot be read."""
    return isinstance(error, UnreadableEvent) or (
        isinstance(error, DomainError) and not isinstance(error, Unavailable)
    )


def failures_of(message: AbstractIncomingMessage) -> int:
    """How often the event failed before this delivery."""
    count = message.headers.get(FAILURES_HEADER, 0)
    return count if isinstance(count, int) else 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """Moves failed messages of one service out of the way of those behind them."""

    channel: AbstractChannel
    topology: Topology
    service: str
    retry_delays_seconds: Sequence[float]

    async def __call__(self, message: AbstractIncomingMessage, error: Exception) -> str:
        """Publish the message to where it waits next; returns, once the broker has it, `retried` or `dead`.

        The caller acknowledges the original after that, so that no crash can lose it.
        """
        failures = failures_of(message) + 1
        if is_poison(error) or failures > len(self.retry_delays_seconds):
            outcome, queue = "dead", self.topology.dead_letters(self.service)
        else:
            delay_seconds = self.retry_delays_seconds[failures - 1]
            outcome, queue = "retried", self.topology.retry_queue(self.service, delay_seconds)
        log.warning(
            "event_set_aside",
            outcome=outcome,
            service=self.service,
            event_id=message.message_id,
            type=message.type,
            failures=failures,
            queue=queue,
            exc_info=error,
        )
        await move(self.channel, message, queue, {FAILURES_HEADER: failures, ERROR_HEADER: describe(error)})
        return outcome


async def move(
    channel: AbstractChannel, message: AbstractIncomingMessage, queue: str, headers: Mapping[str, int | str]
) -> None:
    """Publish a copy of the message to a queue, with only these headers, and wait for the broker's confirm.

    The broker's own headers stay behind: it would see a message that returns to a queue by expiry as a cycle,
    and drop it.
    """
    copy = Message(
        message.body,
        headers=dict(headers),
        message_id=message.message_id,
        type=message.type,
        app_id=message.app_id,
        content_type=message.content_type,
        timestamp=message.timestamp,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    await channel.default_exchange.publish(copy, routing_key=queue, timeout=PUBLISH_SECONDS)


def describe(error: Exception) -> str:
    """The error in one line, short enough for a header."""
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX]
