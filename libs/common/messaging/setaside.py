"""Moves an event that failed to a retry queue with a growing delay, in the end to the dead letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from libs.common.contracts.event import CONTENT_TYPE
from libs.common.errors import DomainError, Unavailable
from libs.common.messaging.envelope import UnreadableEvent, id_and_type
from libs.common.messaging.topology import Topology

FAILURES_HEADER = "x-failures"
ERROR_HEADER = "x-error"
ERROR_LENGTH_MAX = 1_000
PUBLISH_SECONDS = 5

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def is_poison(error: Exception) -> bool:
    """Whether the event would always fail the same way: a rule refuses it, or it cannot be read."""
    return isinstance(error, UnreadableEvent) or (
        isinstance(error, DomainError) and not isinstance(error, Unavailable)
    )


def failures_of(message: AbstractIncomingMessage) -> int:
    """Return how often the event failed before this delivery."""
    count = message.headers.get(FAILURES_HEADER, 0)
    return count if isinstance(count, int) else 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """Moves failed events of one service to another queue, so that they do not block other events."""

    channel: AbstractChannel
    topology: Topology
    service: str
    retry_delays_seconds: Sequence[float]

    async def __call__(self, message: AbstractIncomingMessage, body: bytes, error: Exception) -> str:
        """Publish the event that failed, `body`, to where it waits next, in a message of its own.

        Returns, once the broker has it, `retried` or `dead`. The caller acknowledges the message in which it
        came after that, so that no crash can lose it.
        """
        failures = failures_of(message) + 1
        if is_poison(error) or failures > len(self.retry_delays_seconds):
            outcome, queue = "dead", self.topology.dead_letters(self.service)
        else:
            delay_seconds = self.retry_delays_seconds[failures - 1]
            outcome, queue = "retried", self.topology.retry_queue(self.service, delay_seconds)
        event_id, event_type = named(message, body)
        log.warning(
            "event_set_aside",
            outcome=outcome,
            event_id=event_id,
            type=event_type,
            failures=failures,
            queue=queue,
            exc_info=error,
        )
        await move(
            self.channel, message, body, queue, {FAILURES_HEADER: failures, ERROR_HEADER: describe(error)}
        )
        return outcome


async def move(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    body: bytes,
    queue: str,
    headers: Mapping[str, int | str],
) -> None:
    """Publish one event of a message to a queue, with only these headers, and wait for the broker's confirm.

    The broker's own headers stay behind: it would see a message that returns to a queue by expiry as a cycle,
    and drop it.
    """
    event_id, event_type = named(message, body)
    alone = Message(
        body,
        headers=dict(headers),
        message_id=event_id,
        type=event_type,
        app_id=message.app_id,
        content_type=CONTENT_TYPE,
        timestamp=message.timestamp,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    await channel.default_exchange.publish(alone, routing_key=queue, timeout=PUBLISH_SECONDS)


def named(message: AbstractIncomingMessage, body: bytes) -> tuple[str, str]:
    """Id and type of one event of a message; where it does not say them, those of the message."""
    event_id, event_type = id_and_type(body)
    return event_id or message.message_id or "", event_type or message.type or ""


def describe(error: Exception) -> str:
    """The error in one line, short enough for a header."""
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX]
