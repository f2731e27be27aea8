"""Moves a failed event to a retry queue with a growing delay, and at the end to the dead letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage

from libs.common.clock import Clock, iso_utc
from libs.common.contracts.event import CONTENT_TYPE
from libs.common.errors import DomainError, Unavailable
from libs.common.messaging.envelope import UnreadableEvent, id_and_type
from libs.common.messaging.topology import Topology

FAILURES_HEADER = "x-failures"
ERROR_HEADER = "x-error"
FIRST_FAILED_HEADER = "x-first-failed-at"
LAST_FAILED_HEADER = "x-last-failed-at"
ERROR_LENGTH_MAX = 1_000
PUBLISH_SECONDS = 5

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def is_poison(error: Exception) -> bool:
    """Whether a retry would fail in the same way: a rule refuses the event, or it is unreadable."""
    return isinstance(error, UnreadableEvent) or (
        isinstance(error, DomainError) and not isinstance(error, Unavailable)
    )


def failures_of(message: AbstractIncomingMessage) -> int:
    """Return how often the event failed before this delivery."""
    count = message.headers.get(FAILURES_HEADER, 0)
    return count if isinstance(count, int) else 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """Moves a service's failed events to another queue, so that they do not block other events."""

    channel: AbstractChannel
    topology: Topology
    service: str
    retry_delays_seconds: Sequence[float]
    clock: Clock

    async def __call__(self, message: AbstractIncomingMessage, body: bytes, error: Exception) -> str:
        """Publish the failed event, `body`, to its next queue, in its own message.

        Returns `retried` or `dead` once the broker has confirmed. Only then does the caller acknowledge the
        original message, so that no crash can lose the event. Without the queue it raises `DeliveryError`.
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
        exchange = await self.channel.get_exchange(self.topology.own_exchange(self.service), ensure=False)
        now = iso_utc(self.clock())
        headers: dict[str, int | str] = {
            FAILURES_HEADER: failures,
            ERROR_HEADER: describe(error),
            FIRST_FAILED_HEADER: str(message.headers.get(FIRST_FAILED_HEADER) or now),
            LAST_FAILED_HEADER: now,
        }
        await move(exchange, message, body, queue, headers)
        return outcome


async def move(
    exchange: AbstractExchange,
    message: AbstractIncomingMessage,
    body: bytes,
    queue: str,
    headers: Mapping[str, int | str],
) -> None:
    """Publish one event of a message, with only these headers, and wait for the confirm.

    `exchange` is the own one of the service whose queue it is.

    The broker's own headers are left out: with them it would take a message that returns by expiry for a
    cycle and drop it.
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
    await exchange.publish(alone, routing_key=queue, timeout=PUBLISH_SECONDS)


def named(message: AbstractIncomingMessage, body: bytes) -> tuple[str, str]:
    """Id and type of one event of a message; if it has none, those of the message."""
    event_id, event_type = id_and_type(body)
    return event_id or message.message_id or "", event_type or message.type or ""


def describe(error: Exception) -> str:
    """The error in one line, short enough for a header."""
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX]
