"""Reads the broker's history of events, or what was printed of it, and puts past events into one queue."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import DeliveryError
from pydantic import AwareDatetime, BaseModel, ValidationError

from libs.common.clock import CLOCKS_DIFFER, Clock, system_clock
from libs.common.commands import CommandFailed
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import split
from libs.common.messaging.messages import EVENTS_MAX, messages_of
from libs.common.messaging.selections import Wanted
from libs.common.messaging.topology import ANSWER_SECONDS, HISTORY_DAYS, declare_dead_letters, exists

MESSAGES_MAX = 50  # taken together; each carries up to 100 events and 128 KiB
REPLAYED_HEADER = "x-replayed"

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Past:
    """An event of the history; `body` is its envelope, `time` is the event's."""

    id: UUID
    type: str
    subject: str
    time: datetime
    body: bytes

    def to_json(self) -> bytes:
        """The published envelope."""
        return self.body


class _Header(BaseModel):
    id: UUID
    type: str
    subject: str
    time: AwareDatetime


Watcher = Callable[[Sequence[Past]], None]
PastEvents = AsyncGenerator[list[Past], None]


def _unwatched(_: Sequence[Past]) -> None:
    return


async def read_history(
    broker: Broker, wanted: Wanted, *, clock: Clock = system_clock, watch: Watcher = _unwatched
) -> PastEvents:
    """Yield events published before this call, in the order of publication, in batches; at most 30 days back.

    Older events may still exist, but inboxes no longer know them: replaying them could apply them twice.
    `watch` is told of all events that are read. An event can be published long after its time, so that the
    reader goes on after `wanted.until`.
    """
    oldest = _oldest(clock)
    # The stream has the broker's time, an event that of its service.
    start = max(wanted.since - CLOCKS_DIFFER, oldest) if wanted.since else oldest
    async with broker.channel(prefetch=MESSAGES_MAX) as channel:
        stream = await channel.get_queue(broker.topology.history, ensure=False)
        # The broker starts with the whole chunk of messages around this time.
        async with deliveries_of(stream, arguments={"x-stream-offset": start}) as deliveries:
            end = await _mark_end(channel, broker.topology.history)
            ended = False
            while not ended:
                messages = await deliveries.batch(MESSAGES_MAX)
                ended = any(message.message_id == end for message in messages)
                events = [event for message in messages for event in _events(message)]
                watch(events)
                yield [event for event in events if wanted.includes(event)]
                await messages[-1].ack(multiple=True)


async def read_printed(
    file: Path, wanted: Wanted, *, clock: Clock = system_clock, watch: Watcher = _unwatched
) -> PastEvents:
    """Yield events of a file in which each line is an envelope, as the command `history` prints them.

    Those that are more than 30 days old are left out, as in `read_history`. Raises `CommandFailed` if the
    file is not there, or has another line.
    """
    oldest = _oldest(clock)
    try:
        with file.open("rb") as lines:
            while bodies := list(islice(lines, EVENTS_MAX)):
                events = [_past(body.rstrip(b"\n")) for body in bodies]
                watch(events)
                yield [event for event in events if event.time >= oldest and wanted.includes(event)]
    except OSError as error:
        raise CommandFailed(f"{file} is no file of events: {error}") from error
    except ValidationError as error:
        raise CommandFailed(f"{file} is no file of events: it has a line that is none") from error


def _oldest(clock: Clock) -> datetime:
    return clock() - timedelta(days=HISTORY_DAYS)


def _events(message: AbstractIncomingMessage) -> list[Past]:
    """The readable events of a message, without those whose type its publisher need not own."""
    events = []
    for body in split(message.body, message.content_type):
        try:
            event = _past(body)
        except ValidationError:
            continue  # an end marker, or no event of ours
        if event.type == message.routing_key:
            events.append(event)
    return events


def _past(body: bytes) -> Past:
    header = _Header.model_validate_json(body)
    return Past(header.id, header.type, header.subject, header.time, body)


async def _mark_end(channel: AbstractChannel, history: str) -> str:
    """Append an end marker to the stream, which has no end of its own, and return its id."""
    mark = str(uuid4())
    marker = Message(b"", message_id=mark, type="history.end")
    await channel.default_exchange.publish(marker, history, timeout=ANSWER_SECONDS)
    return mark


async def replay(broker: Broker, events: PastEvents, name: str) -> int:
    """Put the events into the queue of one service or subscriber only; returns their number.

    A service ignores those of types that it does not listen to. Raises `CommandFailed` if there is no such
    queue, or no more room in it.
    """
    await require_queue(broker, name)
    queue = broker.topology.queue(name)
    replayed = 0
    async with broker.channel() as channel, aclosing(events) as batches:
        own = await channel.get_exchange(broker.topology.own_exchange(name), ensure=False)
        async for batch in batches:
            try:
                await _put(own, queue, batch)
            except DeliveryError as error:
                raise CommandFailed(
                    f"{queue} takes no more after {replayed} events: it is full, or gone"
                ) from error
            replayed += len(batch)
    return replayed


async def _put(own: AbstractExchange, queue: str, events: Sequence[Past]) -> None:
    messages = messages_of(events)
    for message in messages:
        message.headers[REPLAYED_HEADER] = True
    await asyncio.gather(*(own.publish(message, queue, timeout=ANSWER_SECONDS) for message in messages))


def is_replayed(message: AbstractIncomingMessage) -> bool:
    """Whether a message comes from the history.

    A publisher could set the header too, but would only have its own event of an unknown type ignored.
    """
    return REPLAYED_HEADER in message.headers


async def require_queue(broker: Broker, name: str) -> None:
    """Raise `CommandFailed` if there is no queue of this service or subscriber."""
    queue = broker.topology.queue(name)
    async with broker.channel() as channel:
        if not await exists(channel, queue):
            raise CommandFailed(no_queue(queue))


def no_queue(queue: str) -> str:
    """A line with the possible reasons for the missing queue."""
    return (
        f"there is no queue {queue}: the service listens to no event, never ran, or no service or "
        "subscriber is named so"
    )


async def catch_up(broker: Broker, service: str, event_types: Collection[str]) -> None:
    """Give a service that is new at this broker the events published before it had its queue.

    Call it once the queue is bound. The dead-letter queue is declared last: its existence means that the
    service has caught up, even if this was interrupted or two processes of the service start at once.
    """
    async with broker.channel() as channel:
        if await exists(channel, broker.topology.dead_letters(service)):
            return
    replayed = await replay(broker, read_history(broker, Wanted(types=event_types)), service)
    async with broker.channel() as channel:
        await declare_dead_letters(channel, broker.topology, service)
    log.info("caught_up_with_history", queue=broker.topology.queue(service), events=replayed)
